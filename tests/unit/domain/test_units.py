"""Units, and that no position of a lot leaves the integers of JSON."""

from registry.domain.units import GRAMS_PER_CREDIT, MAX_GRAMS, MAX_U32


def test_a_credit_is_a_tonne_in_grams() -> None:
    assert GRAMS_PER_CREDIT == 1_000_000


def test_every_gram_of_the_largest_lot_is_a_plain_json_integer() -> None:
    assert MAX_U32 * GRAMS_PER_CREDIT <= MAX_GRAMS == 2**53 - 1
