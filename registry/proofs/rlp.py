"""RLP, Ethereum's encoding of nested byte strings, read strictly: one value, one spelling; all else is refused.

Source: Ethereum Yellow Paper, appendix B. Headers, accounts and trie nodes are RLP.
"""

from typing import NoReturn

from registry.domain.errors import InvalidInput

Item = bytes | list["Item"]

MAX_BYTES = 4_096
MAX_DEPTH = 8


def decode(data: bytes, *, max_bytes: int = MAX_BYTES, what: str = "RLP") -> Item:
    """The one item that `data` spells: bytes, or a list of items nested at most 8 deep.

    Raises InvalidInput for more than `max_bytes` bytes, truncated or trailing data, a length with leading zeros or in
    the long form where the short one would do, and a byte below 0x80 with a prefix. `what` names the data in messages.
    """
    if len(data) > max_bytes:
        raise InvalidInput("too large", expected=f"at most {max_bytes} bytes", found=str(len(data)), place=what)
    if not data:
        _refuse("it ends too early", 0, what)
    item, end = _item(data, 0, len(data), 0, what)
    if end != len(data):
        _refuse("something follows the item", end, what)
    return item


def encode(item: Item) -> bytes:
    """The one spelling of `item`."""
    if isinstance(item, bytes):
        return item if len(item) == 1 and item[0] < 0x80 else _prefix(0x80, len(item)) + item
    payload = b"".join(encode(part) for part in item)
    return _prefix(0xC0, len(payload)) + payload


def encode_integer(value: int) -> bytes:
    """The byte string of a non-negative integer: big-endian, no leading zero, empty for 0."""
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def decode_integer(item: Item, most_bytes: int, what: str) -> int:
    """The integer of a byte string of at most `most_bytes` without a leading zero; raises InvalidInput."""
    if not isinstance(item, bytes) or len(item) > most_bytes or item[:1] == b"\0":
        raise InvalidInput(
            "not an RLP integer", expected=f"at most {most_bytes} bytes without leading zero", found=_told(item),
            place=what,
        )  # fmt: skip
    return int.from_bytes(item, "big")


def decode_fixed(item: Item, size: int, what: str) -> bytes:
    """A byte string of exactly `size` bytes; raises InvalidInput."""
    if not isinstance(item, bytes) or len(item) != size:
        raise InvalidInput("wrong bytes", expected=f"{size} bytes", found=_told(item), place=what)
    return item


def _item(data: bytes, at: int, end: int, depth: int, what: str) -> tuple[Item, int]:
    """The item at `at` and where it ends; it must end at or before `end`, which lies beyond `at`."""
    first = data[at]
    if first < 0x80:
        return data[at : at + 1], at + 1
    if first < 0xC0:
        start, stop = _span(data, at, end, first - 0x80, what)
        if stop - start == 1 and data[start] < 0x80:
            _refuse("a byte below 0x80 stands for itself", at, what)
        return data[start:stop], stop
    if depth == MAX_DEPTH:
        _refuse("nested too deeply", at, what)
    at, stop = _span(data, at, end, first - 0xC0, what)
    items: list[Item] = []
    while at < stop:
        # Hashes and empty strings, which most of a trie's nodes consist of, first.
        if data[at] == 0xA0 and at + 33 <= stop:
            items.append(data[at + 1 : at + 33])
            at += 33
        elif data[at] == 0x80:
            items.append(b"")
            at += 1
        else:
            item, at = _item(data, at, stop, depth + 1, what)
            items.append(item)
    return items, stop


def _span(data: bytes, at: int, end: int, size: int, what: str) -> tuple[int, int]:
    """Where the payload starts and ends; `size` is the prefix above its base: a length, or 55 + bytes of the length."""
    start = at + 1
    if size > 55:
        width = size - 55
        start += width
        if start > end:
            _refuse("it ends too early", at, what)
        if data[at + 1] == 0:
            _refuse("a length has a leading zero", at, what)
        size = int.from_bytes(data[at + 1 : start], "big")
        if size <= 55:
            _refuse("a length of at most 55 is in its long form", at, what)
    if start + size > end:
        _refuse("it ends too early", at, what)
    return start, start + size


def _prefix(base: int, size: int) -> bytes:
    if size <= 55:
        return bytes([base + size])
    length = encode_integer(size)
    return bytes([base + 55 + len(length)]) + length


def _told(item: Item) -> str:
    return f"{len(item)} bytes" if isinstance(item, bytes) else "a list"


def _refuse(why: str, at: int, what: str) -> NoReturn:
    raise InvalidInput(f"not strict RLP: {why}", place=f"{what} byte {at}")
