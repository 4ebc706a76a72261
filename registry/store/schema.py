"""The schema's versions: which one a database has, and the way up to ours."""

from functools import cache
from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from registry.domain.errors import InvalidInput


def migration_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration for the steps packaged with this library."""
    config = Config()
    config.set_main_option("script_location", str(resources.files("registry.store") / "migrations"))
    config.attributes["connection"] = connection
    return config


def schema_of(connection: Connection) -> str | None:
    """The version of the database's schema; None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def newest_schema() -> str:
    """The version of the schema that this library writes."""
    head = ScriptDirectory.from_config(migration_config()).get_current_head()
    assert head is not None
    return head


def migrate(connection: Connection) -> None:
    """Bring the database to our schema, within the connection's transaction: all steps or none.

    Raises InvalidInput if the database has a schema that this library does not know.
    """
    present = schema_of(connection)
    if present == newest_schema():
        return
    known = {script.revision for script in ScriptDirectory.from_config(migration_config()).walk_revisions()}
    if present is not None and present not in known:
        raise InvalidInput(
            "the mirror was written by another version of offsetproof",
            expected=f"schema {newest_schema()} or older",
            found=f"schema {present}",
            hint="update offsetproof, or index into a new database with --db",
        )
    command.upgrade(migration_config(connection), "head")
