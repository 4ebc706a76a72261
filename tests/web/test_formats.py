"""Figures for people: exact, with units, without floats."""

import pytest

from verifier_api.formats import day, mass, moment, money, short, spoken_moment, thousands
from verifier_api.tape import draw_tape

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("grams", "text"),
    [
        (0, "0 g"),
        (432, "432 g"),
        (999, "999 g"),
        (1_000, "1.000 kg"),
        (1_250, "1.250 kg"),
        (999_999, "999.999 kg"),
        (1_000_000, "1.000 t"),
        (31_000_000, "31.000 t"),
        (31_932_000, "31.932 t"),
        (1_000_001, "1.000001 t"),
        (1_234_500_000_000, "1,234,500.000 t"),
        (2**53 - 1, "9,007,199,254.740991 t"),
    ],
)
def test_mass_is_exact_in_the_largest_unit_that_fits(grams: int, text: str) -> None:
    assert mass(grams).replace(NBSP, " ") == text


@pytest.mark.parametrize(
    ("price", "text"),
    [(("CNY", 2, 2), "CNY 0.02"), (("JPY", 0, 1200), "JPY 1,200"), (("USDC", 7, 150999867), "USDC 15.0999867")],
)
def test_money_has_exactly_its_currencys_decimals(price: tuple[str, int, int], text: str) -> None:
    assert money(*price).replace(NBSP, " ") == text


def test_times_are_utc_and_readable_in_both_languages() -> None:
    assert moment(1_795_402_050) == "2026-11-23T02:47:30Z"
    assert spoken_moment(1_795_402_050, "en") == "23 November 2026, 02:47:30 UTC"
    assert spoken_moment(1_795_402_050, "zh") == "2026年11月23日 02:47:30 UTC"
    assert moment(2**63) == str(2**63)
    assert day(15_887) == "2013-07-01"
    assert day(2**32) == str(2**32)


def test_long_identifiers_keep_both_ends() -> None:
    assert short("0x" + "ab" * 32) == "0xabababab…ababab"
    assert short("short") == "short"
    assert thousands(1_234_567) == "1,234,567"


def test_a_tape_is_whole_whatever_the_marks() -> None:
    for count, retired, claimed in [(1, 0, 0), (1, 1, 0), (1, 1, 1), (16, 8, 4_003_045), (2**32 - 1, 1, 1)]:
        tape = draw_tape(count, retired, claimed, marked=(0, max(1, claimed)))
        assert sum(part.grams for part in tape.parts) == count * 1_000_000
        assert tape.claimed + tape.unclaimed + tape.live == count * 1_000_000
        assert all(part.x >= 0 and part.width > 0 and part.x + part.width <= 1000 for part in tape.parts)
        assert tape.here is not None
        assert tape.here.x + tape.here.width <= 1000


def test_a_withdrawn_lot_shows_no_live_credits() -> None:
    assert [part.kind for part in draw_tape(4, 0, 0, withdrawn=True).parts] == ["withdrawn"]
