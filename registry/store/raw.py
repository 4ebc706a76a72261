"""A row of the mirror as it lies in the database, each value checked before anybody believes it.

Here is the rule for one value, and the name of what is wrong with it. `sound.py` asks the same of many rows at once.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, Table
from sqlmodel import SQLModel

from registry.store.columns import WideInteger, is_wide_text
from registry.store.kinds import KINDS
from registry.store.texts import bytes_of, text_of

_LIMITS = {"uint8": 2**8, "uint32": 2**32, "uint64": 2**64, "uint128": 2**128}
_OF_EVENTS = {kind.table.name for kind in KINDS}


@dataclass(slots=True)
class RawRow:
    """A row: its values by column, and what is wrong with them ("" if sound). Values that are wrong are left out."""

    table: str
    values: dict[str, Any]
    fault: str


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def checked(table: Table, row: tuple[Any, ...]) -> RawRow:
    """A row after a look at each of its values."""
    values: dict[str, Any] = {}
    faults: list[str] = []
    for column, value in zip(table.columns, row, strict=True):
        try:
            values[column.name] = sound_value(column, value)
        except ValueError as error:
            faults.append(f"{table.name}.{column.name} {error}")
    return RawRow(table.name, values, "; ".join(faults))


def sound_value(column: Column[Any], value: Any) -> Any:
    """What a value that a driver gave means; raises ValueError for one that the column may not hold."""
    kind = column.type
    if isinstance(value, bytearray):
        value = value.decode("utf-8", "surrogateescape")
    if isinstance(kind, WideInteger):
        if not is_wide_text(value, kind.digits):
            raise ValueError(f"is not {kind.digits} digits")
        return _bounded(column, int(value))
    if isinstance(kind, LargeBinary):
        if not isinstance(value, (bytes, memoryview)):
            raise ValueError("is not bytes")
        if kind.length is not None and len(value) != kind.length:
            raise ValueError(f"is not {kind.length} bytes")
        return bytes(value)
    if isinstance(kind, Boolean):
        if not isinstance(value, int) or value not in (0, 1):
            raise ValueError("is neither true nor false")
        return bool(value)
    if isinstance(kind, BigInteger):
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ValueError("is not a natural number")
        return _bounded(column, value)
    if not isinstance(value, str) or not _is_utf8(value):
        raise ValueError("is not a text in UTF-8")
    if column.table.name in _OF_EVENTS and text_of(bytes_of(value)) != value:
        raise ValueError("is not the one spelling of its bytes")
    return value


def limit_of(column: Column[Any]) -> int | None:
    """What an integer in the column must stay below; None if its width says it all."""
    return _LIMITS.get(str(column.info.get("abi", "")))


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _bounded(column: Column[Any], value: int) -> int:
    limit = limit_of(column)
    if limit is not None and value >= limit:
        raise ValueError(f"is not below {limit}")
    return value
