"""Alembic's entry: runs the steps on the connection, and in the transaction, that `registry.store.schema` hands over."""

from alembic import context
from sqlmodel import SQLModel

from registry.store import kinds, mirror_tables

assert kinds and mirror_tables  # imported for the tables that they declare

context.configure(
    connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata, compare_type=True
)
with context.begin_transaction():
    context.run_migrations()
