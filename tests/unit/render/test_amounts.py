"""Amounts read exactly as they are."""

import pytest

from registry.domain.certificates import Price
from registry.render.amounts import decimal, mass, money


@pytest.mark.parametrize(
    ("grams", "text"),
    [
        (1, "1 g"),
        (999, "999 g"),
        (1_000, "1 kg"),
        (1_500, "1.5 kg"),
        (999_999, "999.999 kg"),
        (1_000_000, "1 t"),
        (31_532_000, "31,532 kg"),
        (3_000_000, "3 t"),
        (123_456_789, "123.456789 t"),
        (2**53 - 1, "9,007,199,254.740991 t"),
    ],
)
def test_a_mass_loses_no_gram(grams: int, text: str) -> None:
    assert mass(grams) == text


@pytest.mark.parametrize(
    ("units", "exponent", "text"),
    [(2, 2, "0.02 CNY"), (0, 2, "0.00 CNY"), (123456, 2, "1,234.56 CNY"), (5, 0, "5 CNY"), (1, 18, f"0.{1:018d} CNY")],
)
def test_money_keeps_the_places_of_its_currency(units: int, exponent: int, text: str) -> None:
    assert money(units, Price("CNY", exponent, units)) == text


def test_a_decimal_drops_only_zeros_that_say_nothing() -> None:
    assert decimal(1_500, 3) == "1.5"
    assert decimal(10_000, 3) == "10"
    assert decimal(0, 3) == "0"
