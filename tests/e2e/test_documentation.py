"""Documentation runs: every command in it works as written, every file and folder it names is there."""

import re
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from registry.cli.app import app

from .conftest import Demo, offsetproof

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])
FENCES = re.compile(r"```sh\n(.*?)```", re.S)
INLINE = re.compile(r"`((?:offsetproof|scripts/)[^`\n]*)`")
LINK = re.compile(r"`(?!registry/1`)((?:docs|registry|contracts|scripts|tests|verifier_api)/[A-Za-z0-9_./-]+)`")


def commands(page: Path) -> list[str]:
    lines = [line.split("#")[0].strip() for block in FENCES.findall(page.read_text()) for line in block.splitlines()]
    return [line for line in lines if line]


def test_every_offsetproof_command_of_the_readme_runs(demo: Demo) -> None:
    ran = 0
    for line in commands(ROOT / "README.md"):
        words = line.split()
        if words[0] != "offsetproof":
            continue
        filled = [
            w.replace("0x….json", demo.bundles[0].name).replace("demo/", f"{demo.folder}/").replace("URL", demo.url)
            for w in words[1:]
        ]
        done = offsetproof(*filled)
        assert done.code in (0, 3), f"{line}: {done.err}"
        assert "Traceback" not in done.err
        ran += 1
    assert ran >= 4


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text()
    named = [*INLINE.findall(text), *commands(page)]
    for command in named:
        words = command.split()
        if words[0].startswith("scripts/"):
            assert (ROOT / words[0]).exists(), f"{page.name} names {words[0]}"
        elif words[0] == "offsetproof" and len(words) > 1 and re.fullmatch(r"[a-z-]+", words[1]):
            shown = CliRunner().invoke(app, [words[1], "--help"])
            assert shown.exit_code == 0, f"{page.name} names {command}"
            for option in re.findall(r"--[a-z-]+", command):
                assert option in shown.output or words[1] == "project", f"{page.name} names {option} of {words[1]}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    for name in LINK.findall(page.read_text()):
        assert (ROOT / name.rstrip("/")).exists(), f"{page.name} names {name}"


def test_the_readme_says_one_sentence_for_each_folder() -> None:
    text = (ROOT / "README.md").read_text()
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    folders = {line.split("/")[0] for line in tracked.splitlines() if "/" in line and not line.startswith(".")}
    for name in sorted(folders):
        assert f"`{name}/" in text, f"README.md does not say what {name}/ is"
