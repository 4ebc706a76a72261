"""Tables for others: every credit that was issued, retired or withdrawn, with its serial numbers."""

import csv
import json
from collections import Counter
from pathlib import Path

from typer.testing import CliRunner, Result

from registry.cli.app import app
from registry.workflows.export import CREDITS, PROJECTS


def run(lived_mirror: Path, out: Path, *more: str) -> Result:
    return CliRunner().invoke(app, ["export", "--db", str(lived_mirror), "--out", str(out), "--json", *more])


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_credit_that_came_or_went_is_a_row(lived_mirror: Path, tmp_path: Path) -> None:
    done = run(lived_mirror, tmp_path / "out")
    assert done.exit_code == 0
    rows = table(tmp_path / "out" / "credits.csv")
    assert tuple(rows[0]) == CREDITS
    value = json.loads(done.stdout)
    assert (value["projects"], value["transactions"]) == (2, len(rows))
    sums: Counter[tuple[str, str]] = Counter()
    for row in rows:
        width = int(row["last_serial"]) - int(row["first_serial"]) + 1
        assert int(row["quantity"]) == width
        sums[row["transaction_type"], row["series"]] += width
    assert sums == {
        ("issuance", "CCER-2023-0001"): 100,
        ("issuance", "VCS-VCU-1234"): 60,
        ("retirement", "CCER-2023-0001"): 30,
        ("cancellation", "CCER-2023-0001"): 30,
        ("cancellation", "VCS-VCU-1234"): 30,
    }
    assert [int(row["block"]) for row in rows] == sorted(int(row["block"]) for row in rows)
    retired = [row for row in rows if row["transaction_type"] == "retirement"]
    assert {(row["first_serial"], row["last_serial"]) for row in retired} == {
        ("1050", "1059"),
        ("1000", "1004"),
        ("1005", "1019"),
    }
    assert all(row["retirement_account"].startswith("0x") and row["vintage"] == "2022" for row in retired)


def test_a_project_says_what_became_of_its_credits(lived_mirror: Path, tmp_path: Path) -> None:
    run(lived_mirror, tmp_path / "out")
    first, second = table(tmp_path / "out" / "projects.csv")
    assert tuple(first) == PROJECTS
    assert (first["project_id"], first["registry"], first["issued"], first["retired"]) == (
        "CCER-0001",
        "ccer-2023",
        "100",
        "30",
    )
    assert (second["project_id"], second["issued"], second["retired"]) == ("VCS-1234", "60", "0")
    assert first["first_issuance_at"] <= first["first_retirement_at"]


def test_it_is_written_whole_and_never_over_another(lived_mirror: Path, tmp_path: Path) -> None:
    assert run(lived_mirror, tmp_path / "out").exit_code == 0
    again = run(lived_mirror, tmp_path / "out")
    assert again.exit_code == 2
    assert "exists already" in again.stdout
    late = run(lived_mirror, tmp_path / "late", "--block", "1000000")
    assert late.exit_code == 3
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
