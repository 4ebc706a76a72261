"""How one kind of event lies in a node's hex and in its row: a reader compiled from the kind's own members.

`Kind.values` is the rule and says what is wrong with an event; this is the same for those who read millions of them. A
test holds them equal.
"""

from binascii import unhexlify
from collections.abc import Callable, Mapping, Sequence
from struct import Struct
from struct import error as StructError
from typing import Any

from registry.store.columns import WideInteger
from registry.store.event_row import COMMON
from registry.store.kinds import KINDS, Kind

Row = tuple[Any, ...]
"""A row as the database's driver takes it, in the order of the table's columns. Bytes are bytearrays: sqlite3 binds
those in half the time."""

Reader = Callable[[int, int, bytearray, bytearray, Sequence[str], str], tuple[bytes, Row]]

_PARTS = {
    "bytes32": (0, "32s"),
    "address": (12, "20s"),
    "bool": (31, "B"),
    "uint8": (31, "B"),
    "uint32": (28, "I"),
    "uint64": (24, "Q"),
    "uint128": (16, "16s"),
    "uint256": (0, "32s"),
}
"""By Solidity type: how many zeros stand before the value in its word, and the value in `struct`'s notation."""


class Layout:
    """Reads events of one kind.

    `read(block_number, log_index, tx_hash, contract, topics, data)`: the bytes of an event (topics ‖ data) and its row,
    whose last member is the history hash that it extends, if it carries one. Topics and data are hex after two
    characters, and the first topic is this kind's. Raises ValueError unless they are exactly such an event's.
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.carries_prior = kind.carries_prior
        self.read: Reader = _compiled(kind) if all(m.abi in _PARTS for m in kind.members) else self._read_by_the_rule

    def row(self, values: Mapping[str, Any]) -> Row:
        """The row of these values, by column name. Raises ValueError for a number that its column cannot hold."""
        return tuple(_bound(column.type, values[column.name]) for column in self.kind.table.columns)

    def _read_by_the_rule(
        self,
        block_number: int,
        log_index: int,
        tx_hash: bytearray,
        contract: bytearray,
        topics: Sequence[str],
        data: str,
    ) -> tuple[bytes, Row]:
        """For kinds with text, which are rare."""
        try:
            words = [unhexlify(topic[2:]) for topic in topics]
            event = unhexlify(data[2:])
            values = self.kind.values(words, event)
        except ValueError as error:
            raise ValueError(f"not the one encoding of an event {self.kind.name}: {error}") from None
        place = dict(zip(COMMON, (block_number, log_index, tx_hash, contract), strict=True))
        return b"".join(words) + event, self.row(place | values)


def _compiled(kind: Kind) -> Reader:
    """For kinds without text: one decoding, one unpacking, one comparison of all zeros, one row."""
    members = sorted(kind.members, key=lambda member: not member.indexed)
    topics = ["_"] + [f"t{number}" for number, member in enumerate(members) if member.indexed]
    layout, names, wrong, values, wide = ">", [], [], {}, ""
    for number, member in enumerate(members):
        zeros, form = _PARTS[member.abi]
        layout += f"{zeros}s{form}"
        names += [f"z{number}", f"v{number}"]
        if zeros:
            wrong.append(f"z{number} != Z{zeros}")
        values[member.column] = _expression(kind, member.column, member.abi, number)
        if isinstance(column := kind.table.columns[member.column].type, WideInteger):
            wide += f"""
    if len({values[member.column]} := {_digits_of(column, member.abi, number)}) != {column.digits}:
        raise ValueError(TOO_WIDE)"""
    row = [*COMMON, *(values[member.column] for member in kind.members)]
    source = f"""
def read({", ".join(COMMON)}, topics, data):
    try:
        {", ".join(topics)}, = topics
        event = unhexlify({"".join(f"{topic}[2:] + " for topic in topics[1:])}data[2:])
        {", ".join(names)} = unpack(event)
    except (ValueError, StructError):
        raise ValueError(WRONG) from None
    if {" or ".join(wrong) or "False"}:
        raise ValueError(WRONG){wide}
    return TOPIC0 + event, ({", ".join(row)})
"""
    scope: dict[str, Any] = {f"Z{zeros}": bytes(zeros) for zeros, _ in _PARTS.values()}
    scope |= {"TOPIC0": kind.topic0, "WRONG": f"not the one encoding of an event {kind.name}"}
    scope |= {"unhexlify": unhexlify, "unpack": Struct(layout).unpack, "StructError": StructError}
    scope |= {"truth": _truth, "integer": int.from_bytes, "TOO_WIDE": f"{kind.name}: a number has too many digits"}
    exec(source, scope)  # noqa: S102 (our own text, from our own table)
    reader: Reader = scope["read"]
    return reader


def _expression(kind: Kind, column: str, abi: str, number: int) -> str:
    """Python that makes the driver's value of what was unpacked."""
    if isinstance(kind.table.columns[column].type, WideInteger):
        return f"d{number}"
    if abi == "bool":
        return f"truth(v{number})"
    return f"bytearray(v{number})" if abi in ("bytes32", "address") else f"v{number}"


def _digits_of(wide: WideInteger, abi: str, number: int) -> str:
    """Python that writes what was unpacked as decimal digits."""
    value = f"v{number}" if abi == "uint64" else f'integer(v{number}, "big")'
    return f'"%0{wide.digits}d" % {value}'


def _bound(kind: Any, value: Any) -> Any:
    """A value as the driver takes it."""
    if isinstance(kind, WideInteger):
        digits = f"{value:0{kind.digits}d}"
        if len(digits) != kind.digits:  # as `WideInteger` demands
            raise ValueError(f"{value} does not fit {kind.digits} decimal digits")
        return digits
    return bytearray(value) if isinstance(value, bytes) else value


def _truth(value: int) -> bool:
    if value > 1:
        raise ValueError("neither true nor false")
    return bool(value)


LAYOUTS: dict[str, Layout] = {kind.name: Layout(kind) for kind in KINDS}
