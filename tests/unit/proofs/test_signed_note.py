"""Signed notes are read as others write them, and nothing that was altered passes."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import InvalidInput
from registry.proofs.mirror_checkpoint import MirrorCheckpoint, parse_mirror_checkpoint, tranches_digest
from registry.proofs.signed_note import note_key, open_note, parse_note_key, sign_note

SEED = bytes(range(32))
NAME = "mirror.example/one"
TEXT = "a line\nanother — line\n"
VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "checkpoint.json").read_text("utf-8"))
FOUND = MirrorCheckpoint(
    chain_id=31337,
    credit_registry=b"\x11" * 20,
    project_registry=b"\x22" * 20,
    block_number=1234,
    block_hash=b"\x33" * 32,
    block_time=1_764_000_000,
    credit_history=b"\x44" * 32,
    project_history=b"\x55" * 32,
    tranches=2,
    tranches_digest=tranches_digest([b"\x01" * 32, b"\x02" * 32])[1],
)


def test_a_note_of_the_go_checksum_database_library_opens() -> None:
    """The example in the documentation of golang.org/x/mod/sumdb/note."""
    key = parse_note_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    assert open_note(f"{text}\n— PeterNeumann {signature}\n", [key]) == (text, [key])


def test_what_is_signed_opens_with_its_key_and_no_other() -> None:
    key, other = note_key(NAME, SEED), note_key(NAME, bytes(32))
    note = sign_note(TEXT, NAME, SEED)
    assert parse_note_key(str(key)) == key
    assert open_note(note, [other, key]) == (TEXT, [key])
    with pytest.raises(InvalidInput, match="none of these keys"):
        open_note(note, [other])
    with pytest.raises(InvalidInput, match="none of these keys"):
        open_note(note, [])


def test_a_second_signature_of_somebody_unknown_changes_nothing() -> None:
    key = note_key(NAME, SEED)
    note = sign_note(TEXT, NAME, SEED)
    stranger = sign_note(TEXT, "stranger", bytes(32)).rsplit("\n\n", 1)[1]
    assert open_note(note + stranger, [key]) == (TEXT, [key])
    assert open_note(note.replace("\n\n", "\n\n" + stranger), [key]) == (TEXT, [key])


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_byte_of_a_note_can_be_altered(at: int, by: int) -> None:
    key, note = note_key(NAME, SEED), sign_note(TEXT, NAME, SEED).encode()
    place = at % len(note)
    bent = bytearray(note)
    bent[place] ^= by
    try:
        text = bytes(bent).decode("utf-8")
        found = open_note(text, [key])
    except (UnicodeDecodeError, InvalidInput):
        return
    # Base64 has one spelling less than bits: the last digit of a signature may hold bits that nobody reads.
    assert found == (TEXT, [key])
    assert base64.b64decode(text.split(" ")[-1]) == base64.b64decode(note.decode().split(" ")[-1])


@pytest.mark.parametrize(
    "note",
    ["", "\n", "text\n", "text\n\n", "text\n\n— a\n", "text\n\n- mirror.example/one AAAA\n", "\n\n— a AAAAAAAA\n",
     "text\n\n— a !!!!\n", "te\x07xt\n\n— a AAAAAAAA\n", "text\n\n" + "— a AAAAAAAA\n" * 17, "x" * 70_000],
)  # fmt: skip
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(InvalidInput):
        open_note(note, [note_key(NAME, SEED)])


@pytest.mark.parametrize("text", ["", "no end", "a\n\nb\n", "\na\n", "a\rb\n", "\ud800\n"])
def test_what_is_no_text_is_not_signed(text: str) -> None:
    with pytest.raises(InvalidInput):
        sign_note(text, NAME, SEED)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "x" * 201])
def test_a_bad_name_is_no_key(name: str) -> None:
    with pytest.raises(InvalidInput):
        note_key(name, SEED)


def test_a_checkpoint_says_the_same_when_read_back() -> None:
    assert parse_mirror_checkpoint(FOUND.to_text()) == FOUND


def test_the_vectors_are_read_and_written_alike() -> None:
    (good,) = VECTORS["good"]
    assert sign_note(FOUND.to_text(), VECTORS["name"], bytes.fromhex(VECTORS["seed"])) == good["note"]
    assert str(note_key(VECTORS["name"], bytes.fromhex(VECTORS["seed"]))) == VECTORS["verifierKey"]
    text, _ = open_note(good["note"], [parse_note_key(VECTORS["verifierKey"])])
    assert parse_mirror_checkpoint(text) == FOUND
    for case in VECTORS["refuse"]:
        with pytest.raises(InvalidInput):
            parse_mirror_checkpoint(open_note(case["note"], [parse_note_key(VECTORS["verifierKey"])])[0])


def test_anchors_out_of_order_or_twice_are_refused() -> None:
    for anchors in ([b"\x02" * 32, b"\x01" * 32], [b"\x01" * 32] * 2):
        with pytest.raises(InvalidInput):
            tranches_digest(anchors)
    assert tranches_digest([])[0] == 0
