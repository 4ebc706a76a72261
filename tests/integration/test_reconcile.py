"""What is retired here against what a source registry says it has cancelled."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from registry.cli.app import app

# Of CCER-2023-0001: 1000 to 1099 issued; 1000 to 1019 and 1050 to 1059 retired, 1000 to 1011 of them attested as
# cancelled; 1020 to 1049 withdrawn by force; 1060 to 1099 live. Of VCS-VCU-1234, half is withdrawn as its owner asked.
PREFIXES = "ccer=CCER-2023-0001- vcs=VCS-VCU-1234-"
AGREES = ("1000 to 1019", "1050 to 1059")


@pytest.fixture
def run(lived_mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Run":
    monkeypatch.setenv("OFFSETPROOF_OPAQUE_PREFIXES", PREFIXES)
    return Run(lived_mirror, tmp_path)


class Run:
    def __init__(self, mirror: Path, folder: Path) -> None:
        self._mirror, self._file = mirror, folder / "source.csv"

    def __call__(self, *serials: str, more: tuple[str, ...] = (), prefix: str = "CCER-2023-0001-") -> Result:
        lines = [f"{prefix}{numbers},{width(numbers)}" for numbers in serials]
        self._file.write_text("\n".join(["serial numbers,quantity", *lines, *more, ""]))
        return CliRunner().invoke(app, ["reconcile", "--source", str(self._file), "--db", str(self._mirror), "--json"])


def width(numbers: str) -> int:
    first, _, last = numbers.partition(" to ")
    return int(last or first) - int(first) + 1


def figures(result: Result) -> dict[str, int]:
    value = json.loads(result.stdout)
    return {name: value[name] for name in ("matched", "missing", "extra", "withdrawn", "elsewhere", "rejected")}


def test_an_export_that_agrees_is_good(run: Run) -> None:
    done = run(*AGREES)
    assert done.exit_code == 0
    assert figures(done) == {"matched": 30, "missing": 0, "extra": 0, "withdrawn": 0, "elsewhere": 0, "rejected": 0}
    assert json.loads(done.stdout)["agrees"] is True


def test_what_differs_is_named_by_its_serial_numbers(run: Run) -> None:
    done = run("1010 to 1014", "1050 to 1061", "1030 to 1034", "1090", "2000 to 2009")
    assert done.exit_code == 1
    assert figures(done) == {"matched": 15, "missing": 15, "extra": 3, "withdrawn": 5, "elsewhere": 10, "rejected": 0}
    found = [
        (one["state"], one["first"], one["last"], one["confirmed"], [place["row"] for place in one["places"]])
        for one in json.loads(done.stdout)["findings"]
    ]
    assert found == [
        ("missing", "1000", "1009", True, []),
        ("missing", "1015", "1019", False, []),
        ("extra", "1060", "1061", False, [3]),
        ("extra", "1090", "1090", False, [5]),
    ]


def test_a_row_that_cannot_be_read_leaves_it_undecided(run: Run) -> None:
    done = run(*AGREES, more=("CCER-2023-0001-?,1",))
    assert done.exit_code == 3
    assert figures(done)["rejected"] == 1
    assert json.loads(done.stdout)["agrees"] is False


def test_a_series_of_another_registry_says_nothing(run: Run) -> None:
    number = 2**100 + 35
    done = run(str(number), prefix="VCS-VCU-1234-")
    assert done.exit_code == 0
    assert figures(done) == {"matched": 0, "missing": 0, "extra": 0, "withdrawn": 1, "elsewhere": 0, "rejected": 0}


def test_it_speaks_as_of_a_block(run: Run, lived_mirror: Path) -> None:
    run(*AGREES)
    command = ["reconcile", "--source", str(run._file), "--db", str(lived_mirror), "--json", "--block"]
    early = json.loads(CliRunner().invoke(app, [*command, "1"]).stdout)
    assert (early["block"], early["matched"], early["elsewhere"]) == (1, 0, 30)
    late = CliRunner().invoke(app, [*command, "1000000"])
    assert late.exit_code == 3
    assert "the mirror has not come that far" in late.stdout


def test_it_is_said_in_words_too(run: Run, lived_mirror: Path) -> None:
    run("1000 to 1019", "1060")
    done = CliRunner().invoke(app, ["reconcile", "--source", str(run._file), "--db", str(lived_mirror)])
    assert done.exit_code == 1
    assert "matched    20 credits" in done.stdout
    assert "missing    CCER-2023-0001 1050 to 1059" in done.stdout
    assert "extra      CCER-2023-0001 1060 (source.csv row 3)" in done.stdout
