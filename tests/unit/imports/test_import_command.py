"""`offsetproof import`: what it prints, writes and exits with."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from registry.cli.app import app

CAR = Path(__file__).parents[2] / "data" / "car" / "retirements.csv"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["import", *arguments])


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    done = run(str(CAR), "--dry-run", "--json")
    value = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (value["rows"], value["parsed"], value["rejected"], value["anomalies"]) == (5_351, 5_351, 0, [])
    assert value["folder"] is None
    assert list(tmp_path.iterdir()) == []


def test_the_same_files_go_into_the_same_folder(tmp_path: Path) -> None:
    first, second = (run(str(CAR), "--json") for _ in range(2))
    assert first.exit_code == second.exit_code == 0
    assert first.stdout == second.stdout
    (home,) = (tmp_path / "imported").iterdir()
    assert len((home / "records.ndjson").read_text().splitlines()) == 5_351
    shown = run(str(CAR)).stdout
    assert "5351 of 5351 rows" in shown
    assert f"is in      imported/{home.name}" in shown


def test_what_is_rejected_and_odd_is_shown_with_its_place(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("serial numbers,quantity\nGS1-1-KE-GS11603-16-2025-30256-110-119,9\nGS1-[b]1,1\n", "utf-8")
    done = run(str(table))
    assert done.exit_code == 0
    assert "t.csv row 3, column serial numbers:" in done.stdout
    assert "quantity differs from the width of the range: 9 credits" in done.stdout


def test_a_file_of_no_known_format_is_wrong_input(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a,b\n1,2\n")
    done = run(str(table), "--json")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["found"] == "a, b"
    assert run(str(tmp_path / "none.csv")).exit_code == 2
