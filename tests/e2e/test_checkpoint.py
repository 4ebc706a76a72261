"""A mirror's owner signs, a stranger checks and compares, as both would on the command line."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from .conftest import Demo, offsetproof

NAME = "mirror.example"


@pytest.fixture(scope="module")
def mirror(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mirror of the demo's chain, indexed by itself."""
    path = tmp_path_factory.mktemp("mirrors") / "mine.db"
    ran = offsetproof("index", "--db", path, "--registry", demo.registry_path, "--rpc", demo.url)
    assert ran.code == 0, ran.err
    return path


def test_a_signed_checkpoint_is_checked_against_another_mirror_and_the_chain(
    demo: Demo, mirror: Path, tmp_path: Path
) -> None:
    made = offsetproof("checkpoint", "new-key", tmp_path / "key", "--name", NAME, "--json")
    assert made.code == 0, made.err
    note = tmp_path / "note"
    pinned = ["--registry", demo.registry_path]
    signed = offsetproof(
        "checkpoint",
        "sign",
        "--key",
        tmp_path / "key",
        "--name",
        NAME,
        "--db",
        demo.folder / "mirror.db",
        "--out",
        note,
        *pinned,
    )
    assert signed.code == 0, signed.err
    check = ["checkpoint", "check", note, "--verifier-key", made.json["verifier_key"], *pinned, "--json"]
    held = offsetproof(*check, "--db", mirror, "--rpc", demo.url)
    assert (held.code, held.json["ok"], len(held.json["held_against"])) == (0, True, 2), held.out
    assert offsetproof(*check).json["held_against"] == []

    note.write_text(note.read_text().replace("tranches ", "tranches 1"))
    assert offsetproof(*check).code == 2
    other = offsetproof("checkpoint", "new-key", tmp_path / "other", "--name", NAME, "--json").json["verifier_key"]
    assert offsetproof(*check[:3], "--verifier-key", other, *pinned).code == 2
    assert offsetproof("checkpoint", "new-key", tmp_path / "key", "--name", NAME).code == 2


def test_two_mirrors_are_compared_in_one_call(demo: Demo, mirror: Path, tmp_path: Path) -> None:
    pinned = ["--registry", demo.registry_path, "--db", mirror, "--json"]
    same = offsetproof("compare", demo.folder / "mirror.db", *pinned)
    assert (same.code, same.json["same"]) == (0, True), same.out
    bent = tmp_path / "bent.db"
    shutil.copyfile(mirror, bent)
    with closing(sqlite3.connect(bent)) as connection, connection:
        (wrong,) = connection.execute("SELECT number FROM block ORDER BY number LIMIT 1 OFFSET 9").fetchone()
        connection.execute("UPDATE block SET project_history = zeroblob(32) WHERE number >= ?", (wrong,))
    found = offsetproof("compare", bent, *pinned)
    assert (found.code, found.json["first_difference"]) == (1, wrong)
    assert offsetproof("compare", "http://127.0.0.1:9", *pinned).code == 3
