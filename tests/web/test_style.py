"""The sheet is small, and every text stands out from what is behind it (WCAG 2 AA: 4.5 to 1) in both schemes."""

import re
from pathlib import Path

import pytest

import verifier_api.app as app

SHEET = (Path(app.__file__).parent / "static" / "style.css").read_text("utf-8")
PAIRS = [
    ("ink", "paper"),
    ("ink", "sheet"),
    ("soft", "paper"),
    ("soft", "sheet"),
    ("accent", "paper"),
    ("accent", "sheet"),
    ("accent", "accent-soft"),
    ("ink", "accent-soft"),
    ("on-accent", "accent"),
    ("bad", "bad-soft"),
    ("bad", "paper"),
    ("ink", "bad-soft"),
    ("wait", "wait-soft"),
    ("wait", "paper"),
    ("ink", "wait-soft"),
    ("soft", "faint"),
    ("ink", "faint"),
]


def colours(dark: bool) -> dict[str, str]:
    """The scheme's colours by name; dark ones replace light ones."""
    blocks = re.findall(r":root \{(.*?)\}", SHEET, re.S)
    found: dict[str, str] = {}
    for block in blocks[: 2 if dark else 1]:
        found.update(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    return found


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("text", "behind"), PAIRS)
def test_text_stands_out(text: str, behind: str, dark: bool) -> None:
    scheme = colours(dark)
    light, deep = sorted((luminance(scheme[text]), luminance(scheme[behind])), reverse=True)
    assert (light + 0.05) / (deep + 0.05) >= 4.5


def test_the_sheet_is_small_and_asks_nobody() -> None:
    assert len(SHEET.encode()) < 15_000
    assert "url(" not in SHEET
    assert "@import" not in SHEET
