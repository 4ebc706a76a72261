"""A table's secondary indexes, and on PostgreSQL its reference to `block`: taken away while a new mirror is filled, and
put back at its end.

Rows that come one by one into an index at random places, or are looked up one by one in another table, cost more than
everything else together; sorted and joined at the end they cost little. Whoever dies in between leaves a mirror that
is right but slow to ask, and the next indexer puts back what is missing when it reaches the chain's head.
"""

from sqlalchemy import ForeignKeyConstraint, Index, Table, inspect
from sqlalchemy.schema import AddConstraint
from sqlmodel import Session

from registry.store.kinds import KIND_BY_NAME, KINDS

MANY = 1_000
"""So many rows of a kind at once are worth it."""


def take_away(session: Session, kind: str) -> None:
    """Take indexes and reference of a kind's table away ("Retired"), within the session's transaction."""
    connection = session.connection()
    table = KIND_BY_NAME[kind].table
    if _references_can_go(session):
        for key in inspect(connection).get_foreign_keys(table.name):
            connection.exec_driver_sql(f'ALTER TABLE "{table.name}" DROP CONSTRAINT "{key["name"]}"')
    for index in table.indexes:
        index.drop(connection, checkfirst=True)


def put_back(session: Session) -> list[str]:
    """Put back what the database lacks, within the session's transaction; the names of indexes and tables."""
    connection = session.connection()
    found = inspect(connection)
    present = {index["name"] for of_table in found.get_multi_indexes().values() for index in of_table}
    missing = [index for index in _indexes() if index.name not in present]
    for index in missing:
        index.create(connection)
    done = [str(index.name) for index in missing]
    if _references_can_go(session):
        referring = {table for (_, table), keys in found.get_multi_foreign_keys().items() if keys}
        for name in sorted(_TABLES.keys() - referring):
            connection.execute(AddConstraint(_reference(_TABLES[name]), isolate_from_table=False))
            done.append(name)
    return done


_TABLES: dict[str, Table] = {kind.table.name: kind.table for kind in KINDS}


def _references_can_go(session: Session) -> bool:
    """SQLite knows no ALTER TABLE that adds a reference, and there it costs next to nothing."""
    return session.connection().dialect.name == "postgresql"


def _reference(table: Table) -> ForeignKeyConstraint:
    (constraint,) = table.foreign_key_constraints
    return constraint


def _indexes() -> list[Index]:
    return [index for table in _TABLES.values() for index in sorted(table.indexes, key=lambda index: str(index.name))]
