"""Rows of claims as what their documents need: text in quotes, as JCS writes it. Block by block, a column at a time."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from json.encoder import encode_basestring
from typing import NamedTuple

from registry.domain.certificates import MAX_CLAIM_ID, MAX_TEXT, Activity, Price
from registry.domain.errors import InvalidInput
from registry.proofs.canonical import canonical_bytes
from registry.workflows.claims import (
    COLUMNS,
    Claim,
    Row,
    parse_activity,
    parse_grams,
    parse_moment,
    parse_price,
    parse_row,
    parse_text,
)

quoted = encode_basestring
"""A text as JCS writes it. Text of a claim has no character for which the two would differ; a test holds that."""
_BLOCK = 512


class Common(NamedTuple):
    """What many claims share: grams, the members `activity` and `price` of a JCS object, each empty or with a comma
    after it, and the purpose in quotes."""

    grams: int
    activity: str
    price: str
    purpose: str


Brief = tuple[int, str, str, str, Common]
"""A claim as its document needs it: line of the file, claim id, beneficiary, moment of issue, and what many share."""


def read_rows(rows: Iterable[Row], bad: list[tuple[int, InvalidInput]]) -> Iterator[Brief]:
    """The claims of all good rows, in order. The others go to `bad`, with their lines."""
    rest = iter(rows)
    while block := list(islice(rest, _BLOCK)):
        read = _read_block(block)
        yield from _read_each(block, bad) if read is None else read


def member(name: str, value: object) -> str:
    """`"name":{…}` as it stands in a JCS object."""
    return canonical_bytes({name: value}).decode("utf-8")[1:-1]


def _read_each(block: Sequence[Row], bad: list[tuple[int, InvalidInput]]) -> Iterator[Brief]:
    for line, cells in block:
        try:
            claim = parse_row(cells)
        except InvalidInput as error:
            bad.append((line, error))
        else:
            yield line, claim.claim_id, claim.beneficiary, claim.issued_at, _common(claim)


def _read_block(block: Sequence[Row]) -> Iterator[Brief] | None:
    """Rows that are all good, three times as fast as one by one.

    None if one may be bad: then `parse_row` says which, and why. What passes here, `parse_row` reads as the same.
    """
    lines, rows = zip(*block, strict=True)
    if {*map(type, rows)} != {list} or {*map(len, rows)} != {len(COLUMNS)}:
        return None
    ids, weights, names, *shared, moments = zip(*rows, strict=True)
    if not _are_text(ids, MAX_CLAIM_ID) or not _are_text(names, MAX_TEXT):
        return None
    keys = list(zip(weights, *shared, strict=True))
    try:
        commons = {key: _common_of_cells(*key) for key in set(keys)}
        instants = {moment: parse_moment(moment) for moment in set(moments)}
    except InvalidInput:
        return None
    return zip(lines, ids, names, map(instants.__getitem__, moments), map(commons.__getitem__, keys), strict=True)


def _are_text(cells: Sequence[str], most: int) -> bool:
    """Whether every cell is text as `parse_text` would leave it. Parts of a normal text (NFC) are normal themselves."""
    whole, lengths = "".join(cells), [*map(len, cells)]
    return (
        whole.isprintable()
        and (whole.isascii() or unicodedata.is_normalized("NFC", whole))
        and min(lengths) > 0
        and max(lengths) <= most
        and [*map(str.strip, cells)] == [*cells]
    )


@lru_cache(4096)
def _common_of_cells(weight: str, purpose: str, *cells: str) -> Common:
    grams, text = parse_grams(weight), parse_text(purpose, "purpose")
    return Common(grams, _activity(parse_activity(*cells[:4], grams)), _price(parse_price(*cells[4:])), quoted(text))


def _common(claim: Claim) -> Common:
    return Common(claim.grams, _activity(claim.activity), _price(claim.price), quoted(claim.purpose))


@lru_cache(4096)
def _activity(activity: Activity | None) -> str:
    if activity is None:
        return ""
    factor = {} if activity.factor is None else {"factor": activity.factor}
    stated = {"kind": activity.kind, "quantity": activity.quantity, "unit": activity.unit, "grams": activity.grams}
    return member("activity", stated | factor) + ","


@lru_cache(4096)
def _price(price: Price | None) -> str:
    if price is None:
        return ""
    return member("price", {"currency": price.currency, "exponent": price.exponent, "units": price.units}) + ","
