"""Dirty files: every row is accounted for, with its place, and nothing odd goes unsaid."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import InvalidInput
from registry.imports import anomalies
from registry.imports.importing import Imported, read_files
from registry.imports.writing import RECORDS, REJECTED, REPORT, write_import

TODAY = date(2026, 11, 24)
HEADER = (
    "Project ID,Vintage,Offset Credit Serial Numbers,Quantity of Offset Credits,Status Effective,Retirement Reason\n"
)
GOOD = "CAR1008,2015,CAR-1-US-1008-27-845-WA-2015-2010-1 to 10,10,10/11/19,Benefit\n"


def read(folder: Path, text: str | bytes, name: str = "car.csv", registry: str | None = None) -> Imported:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_files([path], today=TODAY, registry=registry)


def row(serials: str = "CAR-1-US-1008-27-845-WA-2015-2010-1 to 10", quantity: str = "10", **more: str) -> str:
    cells = {"project": "CAR1008", "vintage": "2015", "day": "10/11/19", "reason": "x"} | more
    text = [cells["project"], cells["vintage"], serials, quantity, cells["day"], cells["reason"]]
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in text) + "\n"


@pytest.mark.parametrize(
    ("bad", "column", "reason"),
    [
        (row(quantity="0.5"), "Quantity of Offset Credits", "a fraction of a credit"),
        (row(quantity=""), "Quantity of Offset Credits", "not a whole number"),
        (row(quantity="0"), "Quantity of Offset Credits", "no credits"),
        (row(quantity="-4"), "Quantity of Offset Credits", "not a whole number"),
        (row(quantity="1,00"), "Quantity of Offset Credits", "not a whole number"),
        (row(serials=""), "Offset Credit Serial Numbers", "no serial numbers"),
        (row(serials="n/a"), "Offset Credit Serial Numbers", "U+002F"),
        (row(serials="1-US-1008-27-845-WA-2015-2010-1 to 10"), "Offset Credit Serial Numbers", "no registry known"),
        (row(serials="CAR-1-US-1008-27-845-WA-2015-2010-10 to 1"), "Offset Credit Serial Numbers", "backwards"),
        (row(day="31/12/2019"), "Status Effective", "not a day"),
        (row(day="2019-02-30"), "Status Effective", "not a day"),
        ("CAR1008,2015\n", "", "wrong number of cells"),
        (GOOD.replace("Benefit", "a,b"), "", "wrong number of cells"),
        (",,,,,\n", "", "nothing stands in this row"),
        ('CAR1008,"2015"x,CAR,1,1,1\n', "", "quoting is broken"),
    ],
)
def test_a_bad_row_is_rejected_with_its_place_and_the_others_are_read(
    tmp_path: Path, bad: str, column: str, reason: str
) -> None:
    imported = read(tmp_path, HEADER + GOOD + bad + GOOD.replace("1 to 10", "11 to 20"))
    (rejected,) = imported.rejected
    assert (rejected.place.file, rejected.place.row, rejected.place.line) == ("car.csv", 3, 3)
    assert rejected.column == column
    assert reason in rejected.reason
    assert len(list(imported.records)) == 2
    assert imported.to_value()["rows"] == 3


@pytest.mark.parametrize(
    ("serials", "said"),
    [
        ("CAR-1-US-1008-27-845-WA-2015-2010-1\u00a0to\u00a010", "U+00A0"),
        (" car-1-us-1008-27-845-wa-2015-2010-1 TO 10 ", "respelt"),
        ("CAR\u20111\u2011US\u20111008\u201127\u2011845\u2011WA\u20112015\u20112010\u20111 to 10", "U+2011"),
        ("CAR-1-US-1008-27-845-WA-2015-2010-1 - 10", "respelt"),
        ("CAR-1-US-1008-27-845-WA-2015-2010-1 \nto 10", "U+000A"),
    ],
)
def test_dirty_serial_numbers_are_read_and_what_was_cleaned_is_said(tmp_path: Path, serials: str, said: str) -> None:
    imported = read(tmp_path, HEADER + row(serials))
    (record,) = imported.records
    assert str(record.serials) == "CAR-1-US-1008-27-845-WA-2015-2010-1 to 10"
    assert any(said in change for change in record.cleaned)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_usual_encoding_and_separator_is_told(tmp_path: Path, encoding: str, separator: str) -> None:
    text = (HEADER + GOOD.replace("Benefit", "Zürich – Bäume")).replace(",", separator).replace("\n", "\r\n")
    imported = read(tmp_path, text.encode(encoding))
    (record,) = imported.records
    assert dict(record.details)["reason"] == "Zürich – Bäume"


def test_a_header_may_run_over_lines_and_hold_odd_spaces(tmp_path: Path) -> None:
    header = HEADER.replace("Offset Credit Serial Numbers", '"Offset Credit\nSerial\u00a0Numbers "')
    imported = read(tmp_path, header + GOOD)
    (record,) = imported.records
    assert (record.place.row, record.place.line) == (2, 3)


@pytest.mark.parametrize(
    ("quantity", "value"), [("1,454,054", 1_454_054), ("84267.0", 84_267), ("1 000", 1_000), ("1\u00a0000", 1_000)]
)
def test_quantities_are_read_as_people_write_them(tmp_path: Path, quantity: str, value: int) -> None:
    (record,) = read(tmp_path, HEADER + row(quantity=quantity)).records
    assert record.quantity == value


def test_notes_of_several_lines_and_control_characters_stay_one_record(tmp_path: Path) -> None:
    note = 'for "all"\r\nof\x07 us\u202e, 张三\n'
    (record,) = read(tmp_path, HEADER + row(reason=note)).records
    assert dict(record.details)["reason"] == 'for "all" of us, 张三'


def test_a_quote_that_nothing_closes_takes_one_row_and_no_more(tmp_path: Path) -> None:
    rows = [GOOD.replace("1 to 10", f"{10 * n + 1} to {10 * n + 10}") for n in range(2_000)]
    rows[5] = 'CAR1008,2015,"CAR-1-US-1008-27-845-WA-2015-2010-51 to 60,10,10/11/19,Benefit\n'
    imported = read(tmp_path, HEADER + "".join(rows))
    (rejected,) = imported.rejected
    assert rejected.place.row == 7
    assert "never closed" in rejected.reason
    assert len(list(imported.records)) == 1_999


def test_an_inch_mark_in_a_cell_is_no_quote(tmp_path: Path) -> None:
    imported = read(tmp_path, HEADER + GOOD.replace("Benefit", '5" pipe') + GOOD.replace("1 to 10", "11 to 20"))
    assert not list(imported.rejected)
    assert len(list(imported.records)) == 2


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "the file is empty"),
        (b"PK\x03\x04 workbook", "not a text file"),
        (b"a,b\n1,2\n", "no known format"),
        (b"one column\n1\n", "no known format"),
        (b'"a,b\n' * 3, "header cannot be read"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        read(tmp_path, data)


def test_a_file_of_another_registry_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="of verra"):
        read(tmp_path, "Date Issued,Project ID,Vintage,Total Offset Credits Issued\n", registry="verra")


def found(imported: Imported) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.kind, tuple(place.row for place in one.places)) for one in imported.anomalies]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([row(quantity="9")], [(anomalies.QUANTITY, (2,))]),
        ([row(project="CAR1009")], [(anomalies.PROJECTS, (2,))]),
        ([row(vintage="2014")], [(anomalies.VINTAGE, (2,))]),
        ([row(day="2027-01-01")], [(anomalies.FUTURE, (2,))]),
        ([row(), row()], [(anomalies.DUPLICATE, (2, 3))]),
        ([row(), row("CAR-1-US-1008-27-845-WA-2015-2010-10 to 19")], [(anomalies.OVERLAP, (2, 3))]),
        (
            [row(), row("CAR-1-US-1009-27-845-WA-2015-2010-10 to 19", project="CAR1009")],
            [(anomalies.ACROSS, (2, 3))],
        ),
        ([row(), row("CAR-1-US-1008-27-845-WA-2015-2010-11 to 20")], []),
        ([row(), row("CAR-1-US-1008-27-845-WA-2015-2011-1 to 10")], []),
    ],
)
def test_what_is_odd_is_named_with_its_rows(
    tmp_path: Path, rows: list[str], wanted: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert found(read(tmp_path, HEADER + "".join(rows))) == wanted


def test_a_wide_range_is_held_against_all_that_lie_in_it(tmp_path: Path) -> None:
    wide = row("CAR-1-US-1008-27-845-WA-2015-2010-1 to 100", "100")
    inside = [row(f"CAR-1-US-1008-27-845-WA-2015-2010-{n} to {n + 9}") for n in (11, 41, 71)]
    imported = read(tmp_path, HEADER + wide + "".join(inside))
    assert found(imported) == [(anomalies.OVERLAP, (2, n)) for n in (3, 4, 5)]


def test_more_retired_than_issued_is_found_over_several_files(tmp_path: Path) -> None:
    issued = tmp_path / "issued.csv"
    issued.write_text("Date Issued,Project ID,Vintage,Total Offset Credits Issued\n01/02/2016,CAR1008,2015,15\n")
    ended = tmp_path / "ended.csv"
    ended.write_text(HEADER + row() + row("CAR-1-US-1008-27-845-WA-2015-2010-11 to 20"))
    (one,) = read_files([issued, ended], today=TODAY).anomalies
    assert one.kind == anomalies.EXCESS
    assert "20 of CAR1008, vintage 2015, of which 15" in one.found
    assert [place.file for place in one.places] == ["ended.csv", "ended.csv"]


def test_totals_and_dates_of_a_transaction_are_compared(tmp_path: Path) -> None:
    header = (
        "Issuance Date,Vintage Start,Vintage End,ID,Total Vintage Quantity,Quantity Issued,Serial Number,"
        "Retirement/Cancellation Date\n"
    )
    serial = "19385-{}-{}-VCS-VCU-1507-VER-ET-14-1340-01012020-31122020-1"
    first = f"2026-04-03,2020-01-01,2020-12-31,1340,15,10,{serial.format(1, 10)},2026-04-02\n"
    second = f"2026-04-03,2020-12-31,2020-01-01,1340,16,10,{serial.format(11, 20)},\n"
    third = f"2026-04-03,2020-01-01,2020-12-31,1340,16,10,{serial.format(21, 30)},\n"
    imported = read(tmp_path, header + first + second + third)
    assert found(imported) == [
        (anomalies.EARLY, (2,)),
        (anomalies.EXCESS, (2, 4)),
        (anomalies.TOTALS, (2, 4)),
        (anomalies.PERIOD, (3,)),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "Serial Numbers,Quantity",
        "Offset Credit Serial Numbers,Quantity of Offset Credits",
        "Credit Serial Numbers;Quantity of Credits;Status Effective",
        "序列号,数量,注销日期",
    ],
)
def test_a_table_of_serial_numbers_and_quantities_is_read_whoever_made_it(tmp_path: Path, header: str) -> None:
    separator = ";" if ";" in header else ","
    cells = ["ACR-US-102-2003-274-120158095 to 120158156", "62", "2020-01-31"]
    line = separator.join(cells[: header.count(separator) + 1])
    (record,) = read(tmp_path, f"{header}\n{line}\n").records
    assert (record.registry, record.kind, record.quantity) == ("acr", "retirement", 62)


CELLS = st.sampled_from(['"', '""', ",", "\n", "\r\n", ";", "10", "CAR-1", "1 to 10", "\x00", "张", " ", GOOD, row()])


@given(st.lists(CELLS, max_size=60), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_rows_are_parsed_or_rejected_whatever_the_file(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str], encoding: str
) -> None:
    folder = tmp_path_factory.mktemp("dirty")
    imported = read(folder, (HEADER + "".join(pieces)).encode(encoding, "replace"))
    value = imported.to_value()
    assert value["rows"] == value["parsed"] + value["rejected"]
    places = [r.place for r in imported.records] + [r.place for r in imported.rejected]
    assert sorted(place.row for place in places) == list(range(2, 2 + value["rows"]))


def test_an_import_is_written_whole_and_never_over_another(tmp_path: Path) -> None:
    imported = read(tmp_path, HEADER + row() + row(quantity="?"))
    write_import(tmp_path / "out", imported)
    (record,) = [json.loads(line) for line in (tmp_path / "out" / RECORDS).read_text().splitlines()]
    assert (record["series"], record["first"], record["last"], record["day"]) == ("CAR-2010", "1", "10", "2019-10-11")
    (rejected,) = [json.loads(line) for line in (tmp_path / "out" / REJECTED).read_text().splitlines()]
    assert rejected["row"] == 3
    assert json.loads((tmp_path / "out" / REPORT).read_text())["rows"] == 2
    with pytest.raises(InvalidInput, match="exists already"):
        write_import(tmp_path / "out", imported)
