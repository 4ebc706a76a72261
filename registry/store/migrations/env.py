"""Alembic's entry: runs the steps on the connection and in the transaction that `registry.store.schema` hands over."""

from alembic import context
from sqlmodel import SQLModel

import registry.store.kinds
import registry.store.mirror_tables  # noqa: F401  (imported for the tables that they declare)

context.configure(
    connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata, compare_type=True
)
with context.begin_transaction():
    context.run_migrations()
