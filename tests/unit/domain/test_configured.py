"""Prefixes of registries without a public coding rule come as one setting, and none can be mistaken for another."""

from pathlib import Path

import pytest

from registry.cli import settings
from registry.domain.asked import parse_asked_serials
from registry.domain.errors import InvalidInput
from registry.domain.grammars import OpaquePrefix, parse_configured
from registry.domain.serials import SerialRange

BOTH = "ccer=CCER-XYZ- cdcer=CDCER-1-:8:hyphen"


def test_a_setting_names_prefix_width_and_joint() -> None:
    expected = (OpaquePrefix("ccer", "CCER-XYZ-"), OpaquePrefix("cdcer", "CDCER-1-", 8, "-"))
    assert parse_configured(BOTH) == parse_configured(BOTH.replace(" ", ",\n")) == expected
    assert parse_configured("ccer=CCER-A-:0:spaced-hyphen") == (OpaquePrefix("ccer", "CCER-A-", 0, " - "),)


def test_an_empty_setting_configures_nothing() -> None:
    assert parse_configured("") == parse_configured(" , ") == ()


@pytest.mark.parametrize(
    "text",
    [
        "CCER-XYZ-",
        "ccer=",
        "ccer=ccer-xyz-",
        "CCER=CCER-XYZ-",
        "ccer=CCER-XYZ-:eight",
        "ccer=CCER-XYZ-:8:and",
        "ccer=CCER-XYZ-:8:to:more",
        "ccer=CCER-2024",
        "ccer=VERRA-VCU-",
        "ccer=CCER-A- ccer=CCER-A-B-",
        "ccer=CCER-A- cdcer=CCER-A-",
    ],
)
def test_an_entry_of_another_form_or_a_prefix_that_means_two_things_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_configured(text)


def test_configured_serials_are_understood_and_others_are_not() -> None:
    configured = parse_configured(BOTH)
    asked = parse_asked_serials("CCER-XYZ-17 to 20", configured=configured)
    assert (asked.series, asked.range) == ("CCER-XYZ", SerialRange(17, 21))
    assert parse_asked_serials("CDCER-1-00000007", configured=configured).range == SerialRange(7, 8)
    for text, known in (("CCER-XYZ-17", ()), ("CCER-ABC-17", configured), ("CDCER-1-7", configured)):
        with pytest.raises(InvalidInput):
            parse_asked_serials(text, configured=known)


def test_the_command_line_takes_them_from_the_environment_or_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "offsetproof.toml"
    file.write_text('opaque_prefixes = ["ccer=CCER-XYZ-", "cdcer=CDCER-1-:8:hyphen"]')
    monkeypatch.setenv("OFFSETPROOF_CONFIG", str(file))
    assert settings.opaque_prefixes() == parse_configured(BOTH)
    monkeypatch.setenv("OFFSETPROOF_OPAQUE_PREFIXES", "ccer=CCER-A-")
    assert settings.opaque_prefixes() == parse_configured("ccer=CCER-A-")
