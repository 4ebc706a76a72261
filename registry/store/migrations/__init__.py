"""The mirror's schema, step by step. Run by `registry.store.open_store`; no alembic.ini is needed."""
