"""Column types of the mirror, the same on SQLite and PostgreSQL.

Hashes and addresses are raw bytes (BLOB, BYTEA), not hex text: there is one spelling, so an altered row cannot hide
behind upper case; they are half as long in every index; and bytes sort alike in every database and collation, which
the look-up by a hash's first 60 bits relies on. `hex(column)` shows them in SQLite, `encode(column, 'hex')` in
PostgreSQL.

Integers that do not fit 64 signed bits are decimal TEXT of fixed width, zero-padded: their order as text is their
order as numbers, and they read as what they are.

All text compares byte by byte: SQLite does, PostgreSQL is told to (COLLATE "C"), so that neither the machine's locale
nor an update of its sorting rules moves a row. What a text of the chain may hold: `texts.py`.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Dialect, LargeBinary, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field

from registry.domain.errors import Contradiction

MOST_IN_SQL = 2**63 - 1
"""The largest integer that a database counts with; wider numbers are text."""
U64_DIGITS = 20
LOT_DIGITS = 29
SERIAL_DIGITS = 39
U256_DIGITS = 78


class WideInteger(TypeDecorator[int]):
    """A natural number below 10^`digits` as that many decimal digits."""

    impl = String
    cache_ok = True

    def __init__(self, digits: int) -> None:
        super().__init__(digits)
        self.digits = digits

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text of fixed width that compares bytewise."""
        return dialect.type_descriptor(String(self.digits, collation=_collation(dialect.name)))

    def process_bind_param(self, value: int | None, dialect: Dialect) -> str | None:
        """The padded digits; raises ValueError for a number that does not fit."""
        if value is None:
            return None
        text = f"{value:0{self.digits}d}"
        if value < 0 or len(text) > self.digits:
            raise ValueError(f"{value} does not fit {self.digits} decimal digits")
        return text

    def process_result_value(self, value: str | None, dialect: Dialect) -> int | None:
        """The number; raises Contradiction when the row holds anything but its padded digits."""
        if value is None:
            return None
        if not is_wide_text(value, self.digits):
            raise Contradiction(
                "a row of the mirror holds a broken number",
                expected=f"{self.digits} decimal digits",
                found=ascii(value)[:80],
                hint="offsetproof audit",
            )
        return int(value)


def _collation(database: str) -> str | None:
    return "C" if database == "postgresql" else None


def is_wide_text(text: object, digits: int) -> bool:
    """Whether `text` is a number as `WideInteger(digits)` stores it."""
    return isinstance(text, str) and len(text) == digits and text.isascii() and text.isdigit()


def sql_type(abi: str) -> TypeEngine[Any]:
    """How a value of the Solidity type `abi` is stored. `lot` and `u64` are uint256 lot ids and full-range uint64."""
    match abi:
        case "lot":
            return WideInteger(LOT_DIGITS)
        case "u64":
            return WideInteger(U64_DIGITS)
        case "uint256":
            return WideInteger(U256_DIGITS)
        case "uint128":
            return WideInteger(SERIAL_DIGITS)
        case "uint8" | "uint32" | "uint64":
            return BigInteger()
        case "address":
            return LargeBinary(20)
        case "bytes32":
            return LargeBinary(32)
        case "bool":
            return Boolean()
        case "string":
            return Text().with_variant(Text(collation=_collation("postgresql")), "postgresql")
        case "bytes":
            return LargeBinary()
    raise ValueError(f"no column type for {abi}")


_SOLIDITY = {"lot": "uint256", "u64": "uint64"}


def word(abi: str, *, primary_key: bool = False) -> Any:
    """A column for an event's member in its data part."""
    return _member(abi, False, primary_key)


def topic(abi: str) -> Any:
    """A column for an event's indexed member."""
    return _member(abi, True, False)


def key(*, references: str | None = None) -> Any:
    """A number that is (part of) a primary key and given by the chain, not by the database."""
    column: dict[str, Any] = {"autoincrement": False}
    if references is None:
        return Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs=column)
    return Field(sa_type=BigInteger, primary_key=True, foreign_key=references, sa_column_kwargs=column)


def _member(abi: str, indexed: bool, primary_key: bool) -> Any:
    return Field(
        sa_type=sql_type(abi),
        nullable=False,
        primary_key=primary_key,
        sa_column_kwargs={"info": {"abi": _SOLIDITY.get(abi, abi), "indexed": indexed}},
    )
