"""Amounts as people read them, exactly: integers in, text out, nothing rounded."""

from registry.domain.certificates import Price
from registry.domain.units import GRAMS_PER_CREDIT

_KILOGRAM = 1_000


def grouped(number: int) -> str:
    """A number with a comma before each three digits."""
    return f"{number:,}"


def mass(grams: int) -> str:
    """Grams in g, kg or t, exactly: `432 g`, `1.5 kg`, `3 t`; below 100 t what is not whole tonnes stays in kilograms,
    as companies write it: `31,532 kg`."""
    if grams < _KILOGRAM:
        return f"{grams} g"
    if grams < GRAMS_PER_CREDIT or (grams % GRAMS_PER_CREDIT and grams < 100 * GRAMS_PER_CREDIT):
        return f"{decimal(grams, 3)} kg"
    return f"{decimal(grams, 6)} t"


def decimal(units: int, exponent: int, least_places: int = 0) -> str:
    """`units` of 10^-exponent: grouped, without trailing zeros beyond `least_places` decimal places."""
    digits = f"{units:0{exponent + 1}d}"
    whole, places = digits[: len(digits) - exponent], digits[len(digits) - exponent :]
    kept = places.rstrip("0").ljust(min(least_places, exponent), "0")
    return f"{grouped(int(whole))}.{kept}" if kept else grouped(int(whole))


def money(units: int, price: Price) -> str:
    """Units of a price's currency: `0.02 CNY`."""
    return f"{decimal(units, price.exponent, price.exponent)} {price.currency}"
