"""The history that the contracts replay is the one that the real records give."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ROOT / "scripts" / "replay", *arguments], capture_output=True, text=True, cwd=ROOT)


def test_the_history_checked_in_is_the_one_that_the_retirements_give() -> None:
    checked = run("--check")

    assert checked.returncode == 0, checked.stderr
    assert checked.stdout == "tests/data/car/history.txt is what the CSV gives\n"


def test_every_row_of_the_retirements_is_a_step_of_the_history_once() -> None:
    steps = [line.split(",") for line in (ROOT / "tests/data/car/history.txt").read_text("utf-8").splitlines()]
    lines = sorted(int(step[1]) for step in steps if step[0] == "retire")

    assert lines == list(range(2, 5353))
    if os.environ.get("OFFSETPROOF_TEST_PROFILE") == "full":
        replayed = run()
        assert replayed.returncode == 0, replayed.stdout + replayed.stderr
        assert "retirements landed 5351" in replayed.stdout


def test_a_wrong_option_is_answered_with_the_manual() -> None:
    refused = run("--all")

    assert refused.returncode == 2
    assert "scripts/replay --check" in refused.stderr
