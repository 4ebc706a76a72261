"""The verifier in JavaScript: its own tests, what is built from it, and the same verdicts as Python's on bent files."""

import gzip
import json
import random
import shutil
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from javascript_cases import BATCHES

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "verifier_api" / "static"
NODE = shutil.which("node")
MOST_COMPRESSED = 60_000
PAGE_ITSELF = 5_000
"""Bytes, compressed, left for the page's own HTML."""


def node(*arguments: str, given: str = "") -> str:
    assert NODE, "node on the PATH"
    done = subprocess.run([NODE, *arguments], input=given, capture_output=True, text=True, timeout=300, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    return done.stdout


def test_the_tests_in_javascript_pass() -> None:
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests/unit/js").glob("*.test.mjs"))
    told = node("--test", *files)
    assert "# fail 0" in told
    assert "# skipped 0" in told
    assert int(told.split("# pass ")[1].split()[0]) > 400


def test_what_is_served_and_handed_out_is_what_the_sources_build(tmp_path: Path) -> None:
    node("verifier_js/build.mjs", str(tmp_path))
    built = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert built == {"verify.js", "verify.css", "offline/verify.html", "offline/verifier.js", "offline/SHA256SUMS"}
    for name in built:
        assert (STATIC / name).read_bytes() == (tmp_path / name).read_bytes(), "run node verifier_js/build.mjs"


def test_the_published_sums_are_those_of_the_files() -> None:
    lines = [line.split("  ") for line in (STATIC / "offline/SHA256SUMS").read_text().splitlines()]
    assert [name for _, name in lines] == ["verify.html", "verifier.js"]
    for digest, name in lines:
        assert sha256((STATIC / "offline" / name).read_bytes()).hexdigest() == digest


def compressed(name: str) -> int:
    return len(gzip.compress((STATIC / name).read_bytes(), 9, mtime=0))


def test_a_page_and_the_files_to_keep_weigh_less_than_60_kb_compressed() -> None:
    assert sum(map(compressed, ("verify.js", "verify.css", "style.css", "app.js"))) < MOST_COMPRESSED - PAGE_ITSELF
    assert compressed("offline/verify.html") < MOST_COMPRESSED
    assert compressed("offline/verifier.js") < MOST_COMPRESSED


def test_the_offline_page_names_nothing_outside_itself() -> None:
    page = (STATIC / "offline/verify.html").read_text()
    assert "default-src 'none'" in page
    assert "unsafe" not in page
    for mark in ("src=", "<link", "@import", "url(", "<iframe", "<object"):
        assert mark not in page


def same_words(value: Any) -> Any:
    """The value as it is. From 3.13 on, Python words some faults of syntax anew: there only the fact counts."""
    if sys.version_info < (3, 13):
        return value
    if isinstance(value, dict):
        return {key: same_words(member) for key, member in value.items()}
    if isinstance(value, list):
        return [same_words(member) for member in value]
    return "not JSON" if isinstance(value, str) and "not JSON; " in value else value


@pytest.mark.parametrize("name", BATCHES)
def test_javascript_and_python_come_to_the_same_of_a_batch_of_bent_cases(name: str) -> None:
    cases = list(BATCHES[name](random.Random(f"offsetproof {name}")))
    answers = json.loads(node("tests/unit/js/judge_batch.mjs", given=json.dumps([case for case, _ in cases])))
    assert len(answers) == len(cases)
    for (case, expected), found in zip(cases, answers, strict=True):
        assert same_words(found) == same_words(expected), json.dumps(case)[:2000]
    if name == "verdicts":
        told = Counter("refused" if "refused" in found else found["verdict"] for found in answers)
        assert told["retired"] > 20, told  # the good ones must pass, or the rest says nothing
        assert len(told) == 8, told  # every verdict, and files that are no bundle
    elif name != "hashes":
        refused = sum(isinstance(found, dict) and "refused" in found for found in answers)
        assert refused < len(answers)
