"""Alembic's entry: runs on the connection that `engine.store.migrate` hands over, and on no other."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON

from engine.store.tables import metadata
from engine.store.types import Instant


def render_type(kind: str, thing: object, autogen_context: AutogenContext) -> str | Literal[False]:
    """Write types as plain SQL ones: a migration must mean the same when our classes have changed."""
    if isinstance(thing, Instant):
        return "sa.BigInteger()"
    if isinstance(thing, JSON):
        autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=render_type,
)
with context.begin_transaction():
    context.run_migrations()
