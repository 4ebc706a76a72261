"""PostgreSQL's binary form of COPY: a row's count of fields, then each field after its length, big-endian."""

from collections.abc import Callable, Sequence
from functools import cache
from struct import Struct, pack
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, Table

from registry.store.columns import WideInteger

START = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = b"\xff\xff"


def form(kind: Any) -> str:
    """A column's field in `struct`'s notation; empty for text of any length."""
    if isinstance(kind, BigInteger):
        return "q"
    if isinstance(kind, Boolean):
        return "?"
    if isinstance(kind, LargeBinary):
        return f"{kind.length}s"
    return f"{kind.digits}s" if isinstance(kind, WideInteger) else ""


def length_of(column: Column[Any]) -> int:
    """The length of a column's field, if it is no text, in bytes."""
    return Struct(f">{form(column.type)}").size


def packing(table: Table) -> Callable[..., bytes]:
    """Packs a row of a table without text: the count of fields, then length and value of each."""
    return Struct(">h" + "".join(f"i{form(column.type)}" for column in table.columns)).pack


@cache
def encoder(table: Table) -> Callable[[tuple[Any, ...]], bytes]:
    """A row, as the values that drivers take, in this form: at once if no field is a text, else field by field."""
    forms = [form(column.type) for column in table.columns]
    return _each(forms) if "" in forms else _at_once(table)


def _at_once(table: Table) -> Callable[[tuple[Any, ...]], bytes]:
    packed = packing(table)
    digits = [place for place, column in enumerate(table.columns) if isinstance(column.type, WideInteger)]
    blank: list[Any] = [len(table.columns)]
    for column in table.columns:
        blank += (length_of(column), None)

    def encode(row: tuple[Any, ...]) -> bytes:
        fields = blank.copy()
        fields[2::2] = row
        for place in digits:
            fields[2 * place + 2] = row[place].encode()
        return packed(*fields)

    return encode


def _each(forms: Sequence[str]) -> Callable[[tuple[Any, ...]], bytes]:
    def encode(row: tuple[Any, ...]) -> bytes:
        parts = [pack(">h", len(forms))]
        for one, value in zip(forms, row, strict=True):
            raw = value.encode() if isinstance(value, str) else value
            field = pack(f">{one}", raw) if one else raw
            parts += (pack(">i", len(field)), field)
        return b"".join(parts)

    return encode
