"""How one kind of event lies in a folded record and in its row: a reader compiled from the kind's own members.

`Kind.values` is the rule and says what is wrong with an event; this is the same for those who read millions of them. A
test holds them equal.
"""

from collections.abc import Callable, Mapping
from struct import Struct
from struct import error as StructError
from typing import Any

from registry.domain.event_form import LENGTH_BYTES, RECORD, WORD
from registry.store.columns import WideInteger
from registry.store.event_row import COMMON
from registry.store.kinds import KINDS, Kind

Row = tuple[Any, ...]
"""A row as the database's driver takes it, in the order of the table's columns. Bytes are bytearrays: sqlite3 binds
those in half the time."""

Reader = Callable[[bytes], list[Row]]

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

    `rows(packed)`: the rows of records (`domain.event_form.Records`), in their order. Raises ValueError unless each
    holds exactly such an event.
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.rows: Reader = _compiled(kind) if all(m.abi in _PARTS for m in kind.members) else self._read_by_the_rule

    def row(self, values: Mapping[str, Any]) -> Row:
        """The row of these values, by column name. Raises ValueError for a number that its column cannot hold."""
        return tuple(_bound(column.type, values[column.name]) for column in self.kind.table.columns)

    def _read_by_the_rule(self, packed: bytes) -> list[Row]:
        """For kinds with text, which are rare."""
        rows, start = [], 0
        while start < len(packed):
            length, *common = RECORD.unpack_from(packed, start)
            end = start + LENGTH_BYTES + length
            event = packed[start + RECORD.size : end]
            start = end
            data = WORD * (1 + self.kind.form.indexed)
            topics = [event[at : at + WORD] for at in range(0, data, WORD)]
            try:
                values = self.kind.values(topics, event[data:])
            except ValueError as error:
                raise ValueError(f"not the one encoding of an event {self.kind.name}: {error}") from None
            rows.append(self.row(dict(zip(COMMON, common, strict=True)) | values))
        return rows


def _compiled(kind: Kind) -> Reader:
    """For kinds without text: one unpacking, one comparison of all zeros, one row."""
    members = sorted(kind.members, key=lambda member: not member.indexed)
    layout, names, wrong, values, wide = f"{RECORD.format}32s", [], [], {}, ""
    for number, member in enumerate(members):
        zeros, form = _PARTS[member.abi]
        layout += f"{zeros}s{form}" if zeros else form
        names += [f"z{number}", f"v{number}"] if zeros else [f"v{number}"]
        if zeros:
            wrong.append(f"z{number} != Z{zeros}")
        values[member.column] = _expression(kind, member.column, member.abi, number)
        if isinstance(column := kind.table.columns[member.column].type, WideInteger):
            wide += f"""
        if len({values[member.column]} := {_digits_of(column, member.abi, number)}) != {column.digits}:
            raise ValueError(TOO_WIDE)"""
    row = ["block_number", "log_index", "bytearray(tx_hash)", "bytearray(contract)"]
    row += [values[member.column] for member in kind.members]
    source = f"""
def rows(packed):
    found = []
    add = found.append
    try:
        records = unpack(packed)
    except StructError:
        raise ValueError(WRONG) from None
    for {", ".join(["length", *COMMON, "topic0", *names])} in records:
        if length != LENGTH or topic0 != TOPIC0{"".join(f" or {zeros}" for zeros in wrong)}:
            raise ValueError(WRONG){wide}
        add(({", ".join(row)}))
    return found
"""
    record = Struct(layout)
    scope: dict[str, Any] = {f"Z{zeros}": bytes(zeros) for zeros, _ in _PARTS.values()}
    scope |= {"TOPIC0": kind.topic0, "LENGTH": record.size - LENGTH_BYTES}
    scope |= {"unpack": record.iter_unpack, "StructError": StructError, "truth": _truth, "integer": int.from_bytes}
    scope |= {"WRONG": f"not the one encoding of an event {kind.name}"}
    scope |= {"TOO_WIDE": f"{kind.name}: a number has too many digits"}
    exec(source, scope)  # noqa: S102 (our own text, from our own table)
    reader: Reader = scope["rows"]
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
