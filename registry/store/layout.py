"""How one kind of event lies in a folded record and in its row: a reader compiled from the kind's own members.

`Kind.values` is the rule and says what is wrong with an event; this is the same for those who read millions of them. A
test holds them equal.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from struct import Struct
from struct import error as StructError
from typing import Any

from sqlalchemy import Column, LargeBinary

from registry.domain.event_form import LENGTH_BYTES, RECORD, WORD
from registry.store.columns import WideInteger
from registry.store.copying import length_of, packing
from registry.store.event_row import COMMON
from registry.store.kinds import KINDS, Kind

Row = tuple[Any, ...]
"""A row as the database's driver takes it, in the order of the table's columns. Bytes are bytearrays: sqlite3 binds
those in half the time."""

Reader = Callable[[bytes], list[Row]]
Copier = Callable[[bytes], bytes]

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

    `rows(packed)`: the rows of records (`domain.event_form.Records`), in their order. `copies(packed)`: the same in the
    form that PostgreSQL's COPY takes (`copying`); None for kinds with text. Both raise ValueError unless each record
    holds exactly such an event.
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.rows: Reader = self._read_by_the_rule
        self.copies: Copier | None = None
        if not kind.form.has_text:
            self.rows, self.copies = _compiled(kind, _ROWS), _compiled(kind, _COPIES)

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


@dataclass(frozen=True, slots=True)
class _Target:
    """In which form rows are wanted, as Python. `row`: of its columns and their values; `end`: of all rows in `found`;
    `digits`: what stands before a text of digits."""

    row: Callable[[Sequence[tuple[Column[Any], str]]], str]
    end: str
    digits: str


def _bound_row(columns: Sequence[tuple[Column[Any], str]]) -> str:
    values = [f"bytearray({v})" if isinstance(column.type, LargeBinary) else v for column, v in columns]
    return f"({', '.join(values)},)"


def _packed_row(columns: Sequence[tuple[Column[Any], str]]) -> str:
    values = [f"{length_of(column)}, {value}" for column, value in columns]
    return f"pack({len(columns)}, {', '.join(values)})"


_ROWS = _Target(_bound_row, "found", "")
_COPIES = _Target(_packed_row, 'b"".join(found)', "b")


def _compiled(kind: Kind, target: _Target) -> Any:
    """For kinds without text: one unpacking, one comparison of all zeros, one row as `target` wants it."""
    members = sorted(kind.members, key=lambda member: not member.indexed)
    layout, names, wrong, values, wide = f"{RECORD.format}32s", [], [], {}, ""
    for number, member in enumerate(members):
        zeros, form = _PARTS[member.abi]
        layout += f"{zeros}s{form}" if zeros else form
        names += [f"z{number}", f"v{number}"] if zeros else [f"v{number}"]
        if zeros:
            wrong.append(f"z{number} != Z{zeros}")
        values[member.column] = f"truth(v{number})" if member.abi == "bool" else f"v{number}"
        if isinstance(column := kind.table.columns[member.column].type, WideInteger):
            values[member.column] = f"d{number}"
            wide += f"""
        if len(d{number} := {target.digits}"%0{column.digits}d" % {_number_of(member.abi, number)}) != {column.digits}:
            raise ValueError(TOO_WIDE)"""
    columns = [(column, values.get(column.name, column.name)) for column in kind.table.columns]
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
        add({target.row(columns)})
    return {target.end}
"""
    record = Struct(layout)
    scope: dict[str, Any] = {f"Z{zeros}": bytes(zeros) for zeros, _ in _PARTS.values()}
    scope |= {"TOPIC0": kind.topic0, "LENGTH": record.size - LENGTH_BYTES}
    scope |= {"unpack": record.iter_unpack, "StructError": StructError, "truth": _truth, "integer": int.from_bytes}
    scope |= {"WRONG": f"not the one encoding of an event {kind.name}"}
    scope |= {"pack": packing(kind.table)}
    scope |= {"TOO_WIDE": f"{kind.name}: a number has too many digits"}
    exec(source, scope)  # noqa: S102 (our own text, from our own table)
    return scope["rows"]


def _number_of(abi: str, number: int) -> str:
    """Python that makes the number of what was unpacked."""
    return f"v{number}" if abi == "uint64" else f'integer(v{number}, "big")'


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
