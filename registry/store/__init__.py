"""The mirror in SQL: tables, migrations, sessions, queries. The only package that speaks SQL."""

from registry.store.database import Store, open_store

__all__ = ["Store", "open_store"]
