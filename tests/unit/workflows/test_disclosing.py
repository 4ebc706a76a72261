"""A certificate is handed on without a name, and stays the same certificate."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1] / "proofs"))

from example_certificate import BUNDLE, CERTIFICATE, DISCLOSURE, bundle_of, chain_for, document, judge

from registry.cli.app import app
from registry.domain.certificates import Digest
from registry.domain.errors import InvalidInput
from registry.proofs.bundle import Bundle, parse_bundle
from registry.proofs.disclosure import disclose
from registry.workflows.disclosing import CLOSED, OPENED, PLAIN, PersonalField, personal_fields, withhold

NAME = "Zhang San 张三"
PURPOSE, PURPOSE_DIGEST = disclose("purpose", "Visit to a clinic", bytes.fromhex("0e" * 16))


def both() -> Bundle:
    """The example with name and purpose as digests, both disclosed."""
    bundle = bundle_of(document(replace(CERTIFICATE, purpose=Digest(PURPOSE_DIGEST))))
    return replace(bundle, disclosures=(DISCLOSURE, PURPOSE))


def test_a_bundle_lists_what_it_discloses_and_what_stands_in_the_clear() -> None:
    assert personal_fields(BUNDLE) == (
        PersonalField("beneficiary", OPENED, NAME),
        PersonalField("purpose", PLAIN, "Metro ride, 10 km"),
    )
    assert [field.state for field in personal_fields(withhold(both()))] == [CLOSED, CLOSED]


def test_without_its_name_a_certificate_has_the_same_hash_and_verdict() -> None:
    bare = withhold(BUNDLE)
    assert bare.disclosures == ()
    assert bare.certificate_hash == BUNDLE.certificate_hash
    assert judge(bare, chain_for(bare)).verdict == judge(BUNDLE, chain_for(BUNDLE)).verdict == "retired"
    assert "张三" not in bare.to_json().decode()


@pytest.mark.parametrize(("kept", "gone"), [("beneficiary", "clinic"), ("purpose", "张三")])
def test_one_field_is_kept_and_the_other_is_gone(kept: str, gone: str) -> None:
    handed_on = withhold(both(), [kept])
    assert [field.name for field in personal_fields(handed_on) if field.state == OPENED] == [kept]
    assert gone not in handed_on.to_json().decode()


@pytest.mark.parametrize("field", ["purpose", "price"])
def test_what_is_not_disclosed_cannot_be_kept(field: str) -> None:
    with pytest.raises(InvalidInput):
        withhold(BUNDLE, [field])


def test_a_disclosure_of_another_certificate_is_not_handed_on() -> None:
    with pytest.raises(InvalidInput):
        withhold(replace(BUNDLE, disclosures=(PURPOSE,)))


def test_the_command_lists_then_writes_and_never_over_another_file(tmp_path: Path) -> None:
    given, handed_on = tmp_path / "c.json", tmp_path / "bare.json"
    given.write_bytes(both().to_json())
    listed = CliRunner().invoke(app, ["disclose", str(given), "--json"])
    assert [field["state"] for field in json.loads(listed.output)["fields"]] == [OPENED, OPENED]
    assert list(tmp_path.iterdir()) == [given]
    command = ["disclose", str(given), "--keep", "purpose", "--out", str(handed_on)]
    shown = CliRunner().invoke(app, command)
    assert (shown.exit_code, "not disclosed" in shown.output, "张三" in shown.output) == (0, True, False)
    assert parse_bundle(handed_on.read_bytes()) == withhold(both(), ["purpose"])
    assert CliRunner().invoke(app, command).exit_code == 2
    assert CliRunner().invoke(app, ["disclose", str(given), "--keep", "purpose"]).exit_code == 2
