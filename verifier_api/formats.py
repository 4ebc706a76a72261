"""How numbers, dates and long identifiers are written for people. Integers in, text out; no float anywhere."""

from datetime import UTC, date, datetime, timedelta

GRAMS_IN = (("t", 1_000_000, 6), ("kg", 1_000, 3))
EPOCH = date(1970, 1, 1)
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def thousands(number: int) -> str:
    """1234567 → "1,234,567"."""
    return f"{number:,}"


def mass(grams: int) -> str:
    """Grams as people say them: "432 g", "1.250 kg", "31.000 t"; more decimals only where they are not zero."""
    for unit, size, digits in GRAMS_IN:
        if grams >= size:
            whole, rest = divmod(grams, size)
            fraction = f"{rest:0{digits}d}".rstrip("0").ljust(3, "0")
            return f"{whole:,}.{fraction}\u00a0{unit}"
    return f"{grams:,}\u00a0g"


def money(currency: str, exponent: int, units: int) -> str:
    """An amount in a currency's smallest units: ("CNY", 2, 2) → "CNY 0.02"."""
    sign, units = ("-", -units) if units < 0 else ("", units)
    whole, rest = divmod(units, 10**exponent)
    return f"{currency}\u00a0{sign}{whole:,}" + (f".{rest:0{exponent}d}" if exponent else "")


def day(number: int) -> str:
    """Days since 1970 as an ISO date."""
    try:
        return (EPOCH + timedelta(days=number)).isoformat()
    except OverflowError:
        return str(number)


def moment(timestamp: int) -> str:
    """Seconds since 1970 as RFC 3339 in UTC; the bare number if no calendar has that day."""
    try:
        return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return str(timestamp)


def spoken_moment(timestamp: int, language: str) -> str:
    """The same moment as people write it in `language`, still UTC."""
    try:
        at = datetime.fromtimestamp(timestamp, UTC)
    except (OverflowError, ValueError, OSError):
        return str(timestamp)
    clock = f"{at:%H:%M:%S} UTC"
    if language == "zh":
        return f"{at.year}年{at.month}月{at.day}日 {clock}"
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}, {clock}"


def short(text: str, head: int = 10, tail: int = 6) -> str:
    """A long identifier by its ends; the full value must stand beside it."""
    return text if len(text) <= head + tail + 1 else f"{text[:head]}…{text[-tail:]}"
