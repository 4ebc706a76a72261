"""Documents, disclosures, and what a verifier pins, against their vectors: the limits of every member."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import document_vectors
import pytest
import registry_vectors
from vector_text import refused_at, text_of

from registry.domain.errors import InvalidInput
from registry.domain.registry_file import parse_registry_file
from registry.proofs.disclosure import parse_disclosure
from registry.proofs.header_trust import TrustedBlock, parse_trusted_block

FOLDER = Path(__file__).parents[2] / "vectors"
DOCUMENTS: dict[str, Any] = json.loads((FOLDER / "document.json").read_text(encoding="utf-8"))
PINNED: dict[str, Any] = json.loads((FOLDER / "registry.json").read_text(encoding="utf-8"))
FILES: dict[str, Callable[[str], object]] = {
    "registry": parse_registry_file,
    "checkpoints": registry_vectors.read_checkpoints,
}


def each(kind: str) -> list[Any]:
    return [pytest.param(name, case, id=f"{name} {case['why']}"[:80]) for name in FILES for case in PINNED[name][kind]]


def test_the_vectors_are_what_their_makers_make() -> None:
    assert (FOLDER / "document.json").read_text(encoding="utf-8") == document_vectors.written()
    assert (FOLDER / "registry.json").read_text(encoding="utf-8") == registry_vectors.written()


@pytest.mark.parametrize("case", DOCUMENTS["good"], ids=lambda c: c["why"])
def test_a_good_document_reads_and_has_its_hash(case: dict[str, Any]) -> None:
    text = text_of(case, DOCUMENTS["base"])
    document_vectors.read_document(text)
    assert "0x" + hashlib.sha256(text.encode()).hexdigest() == case["certificateHash"]


@pytest.mark.parametrize("case", DOCUMENTS["refuse"], ids=lambda c: c["why"])
def test_a_document_with_one_thing_wrong_is_refused_there(case: dict[str, Any]) -> None:
    text = text_of(case, DOCUMENTS["base"])
    assert refused_at(text, document_vectors.read_document, must_be_canonical=True) == case["at"] != ""


@pytest.mark.parametrize("case", DOCUMENTS["disclosures"]["good"], ids=lambda c: c["why"])
def test_a_good_disclosure_reads_and_has_its_digest(case: dict[str, Any]) -> None:
    assert "0x" + parse_disclosure(case["text"]).digest.hex() == case["digest"]


@pytest.mark.parametrize("case", DOCUMENTS["disclosures"]["refuse"], ids=lambda c: c["why"])
def test_a_disclosure_with_one_thing_wrong_is_refused_there(case: dict[str, Any]) -> None:
    assert refused_at(case["text"], parse_disclosure, must_be_canonical=True) == case["at"] != ""


@pytest.mark.parametrize(("name", "case"), each("good"))
def test_a_good_file_to_pin_reads(name: str, case: dict[str, Any]) -> None:
    FILES[name](text_of(case, PINNED[name]["base"]))


@pytest.mark.parametrize(("name", "case"), each("refuse"))
def test_a_file_to_pin_with_one_thing_wrong_is_refused_there(name: str, case: dict[str, Any]) -> None:
    assert refused_at(text_of(case, PINNED[name]["base"]), FILES[name]) == case["at"] != ""


@pytest.mark.parametrize("case", PINNED["trustedBlocks"]["good"], ids=lambda c: c["text"][:40])
def test_a_trusted_block_reads_as_typed(case: dict[str, Any]) -> None:
    assert parse_trusted_block(case["text"]) == TrustedBlock(bytes.fromhex(case["hash"][2:]), case["number"])


@pytest.mark.parametrize("case", PINNED["trustedBlocks"]["refuse"], ids=lambda c: ascii(c["text"])[:40])
def test_another_spelling_of_a_trusted_block_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        parse_trusted_block(case["text"])


def test_an_identity_is_kept_with_its_account_and_read_back() -> None:
    registry = parse_registry_file(json.dumps(PINNED["registry"]["base"]))
    assert registry.identities == {bytes.fromhex("bb" * 20): "did:web:example.com"}
    assert registry.to_value() == PINNED["registry"]["base"]
