"""The bytes of many events at once: topics and data, as `Kind.topics_and_data` has them for one."""

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from struct import Struct
from typing import Any

from registry.store.kinds import Kind, Member

_FORMATS = {
    "address": "12x20s",
    "bool": "31x?",
    "bytes32": "32s",
    "uint8": "31xB",
    "uint32": "28xI",
    "uint64": "24xQ",
    "uint128": "32s",
    "uint256": "32s",
}
"""How a member fills its 32 bytes, big-endian. What is wider than the processor's integers comes as bytes."""
_WIDE = ("uint128", "uint256")

Columns = Sequence[Sequence[Any]]
Pack = Callable[[Columns], Iterable[bytes]]


def packing(kind: Kind) -> Pack:
    """A function from columns, in the order of the kind's table and sound, to each event's topics and data in one."""
    if any(member.abi == "string" for member in kind.members):
        return _one_by_one(kind)
    places = {column.name: at for at, column in enumerate(kind.table.columns)}
    topics = [member for member in kind.members if member.indexed]
    logged = [*topics, *(member for member in kind.members if not member.indexed)]
    pack = Struct(">32s" + "".join(_FORMATS[member.abi] for member in logged)).pack

    def packed(columns: Columns) -> Iterable[bytes]:
        return map(pack, repeat(kind.topic0), *(_packable(member, columns[places[member.column]]) for member in logged))

    return packed


def _packable(member: Member, column: Sequence[Any]) -> Sequence[Any]:
    return [value.to_bytes(32, "big") for value in column] if member.abi in _WIDE else column


def _one_by_one(kind: Kind) -> Pack:
    names = [column.name for column in kind.table.columns]

    def packed(columns: Columns) -> Iterable[bytes]:
        for row in zip(*columns, strict=True):
            topics, data = kind.topics_and_data(dict(zip(names, row, strict=True)))
            yield b"".join(topics) + data

    return packed
