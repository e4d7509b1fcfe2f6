"""Plans: immutable texts, found by their hash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from engine.store.dialects import insert_into
from engine.store.tables import plans


def insert(connection: Connection, *, project: str, plan_hash: str, plan_format: int, body: str, now: datetime) -> None:
    """Store a plan; the same plan twice is one row."""
    statement = insert_into(connection, plans).values(project=project, hash=plan_hash, format=plan_format, body=body, created_at=now)
    connection.execute(statement.on_conflict_do_nothing(index_elements=["project", "hash"]))


def read_body(connection: Connection, project: str, plan_hash: str) -> str | None:
    """A plan's text by its hash."""
    return connection.execute(select(plans.c.body).where(plans.c.project == project, plans.c.hash == plan_hash)).scalar_one_or_none()
