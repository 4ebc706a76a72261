"""Every row that source registries published in the tables here is read, and what is odd about them is counted."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from registry.imports.importing import Imported, read_files

DATA = Path(__file__).parents[2] / "data"
TODAY = date(2026, 11, 24)
SETS = {
    "car-2021": ((DATA / "car" / "retirements.csv",), 5_351, {"retirement": (5_351, 49_547_885)}),
    "verra": (
        tuple(sorted((DATA / "offsetsdb" / "verra").glob("*.csv"))),
        250,
        {"issuance": (100, 3_891_681), "retirement": (100, 137_546), "project": (50, 0)},
    ),
    "gold-standard": (
        tuple(sorted((DATA / "offsetsdb" / "gold-standard").glob("*.csv"))),
        250,
        {"issuance": (100, 5_380_873), "retirement": (100, 1_968_759), "project": (50, 0)},
    ),
    "art": (
        tuple(sorted((DATA / "offsetsdb" / "art-trees").glob("*.csv"))),
        50,
        {"issuance": (11, 62_322_618), "retirement": (8, 420_998), "cancellation": (3, 36_100), "project": (28, 0)},
    ),
    "cercarbono": (
        tuple(sorted((DATA / "offsetsdb" / "cercarbono").glob("*.csv"))),
        200,
        {"issuance": (100, 2_166_860), "retirement": (100, 639_718)},
    ),
    "car-2026": (
        tuple(sorted((DATA / "offsetsdb" / "climate-action-reserve").glob("*.csv"))),
        300,
        {
            "issuance": (100, 10_275_056),
            "retirement": (100, 1_506_818),
            "cancellation": (50, 4_406_143),
            "project": (50, 0),
        },
    ),
}


def kinds(imported: Imported) -> dict[str, tuple[int, int]]:
    rows = Counter(record.kind for record in imported.records)
    return {kind: (rows[kind], sum(r.quantity for r in imported.records if r.kind == kind)) for kind in rows}


@pytest.mark.parametrize("name", SETS)
def test_every_row_is_read(name: str) -> None:
    paths, rows, wanted = SETS[name]
    assert paths
    imported = read_files(paths, today=TODAY)
    value = imported.to_value()
    assert (value["rows"], value["parsed"], value["rejected"]) == (rows, rows, 0)
    assert kinds(imported) == wanted
    assert value["anomalies"] == []


def test_a_transaction_is_a_retirement_once_it_has_a_day() -> None:
    paths, _, _ = SETS["verra"]
    records = [r for r in read_files(paths, today=TODAY).records if r.serials and r.serials.range.first == 941_467_007]
    (found,) = records
    assert (found.kind, found.day, found.issued) == ("retirement", date(2026, 4, 10), date(2026, 4, 3))
    assert (found.quantity, found.total) == (425, 1_454_054)


def test_a_labelled_unit_of_another_registry_belongs_to_that_registry() -> None:
    paths, _, _ = SETS["gold-standard"]
    registries = Counter(r.registry for r in read_files(paths, today=TODAY).records if r.serials)
    assert registries == {"gold-standard": 197, "cdm": 3}
