"""Drafts that live in the database, and the version each draft began from, wherever it lives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from engine.store.dialects import insert_into
from engine.store.tables import drafts


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One draft. `document` is empty when the text lives in a file."""

    project: str
    journey_id: str
    document: str
    base_version: int | None
    updated_at: datetime


def find(connection: Connection, project: str, journey_id: str, *, lock: bool = False) -> DraftRow | None:
    """A draft's row; with `lock` nobody else changes it until the transaction ends."""
    statement = select(drafts).where(drafts.c.project == project, drafts.c.journey_id == journey_id)
    found = connection.execute(statement.with_for_update() if lock else statement).first()
    return None if found is None else DraftRow(**found._mapping)


def ids(connection: Connection, project: str, *, with_text: bool) -> list[str]:
    """The journeys that have a row, in order; `with_text` leaves out those whose text lives in a file."""
    statement = select(drafts.c.journey_id).where(drafts.c.project == project).order_by(drafts.c.journey_id)
    if with_text:
        statement = statement.where(drafts.c.document != "")
    return list(connection.execute(statement).scalars())


def insert_missing(connection: Connection, row: DraftRow) -> bool:
    """Add a draft; False when there is one already."""
    statement = insert_into(connection, drafts).values(**{name: getattr(row, name) for name in DraftRow.__slots__})
    return connection.execute(statement.on_conflict_do_nothing().returning(drafts.c.journey_id)).first() is not None


def put(connection: Connection, row: DraftRow) -> None:
    """Store a draft in the place of what is there."""
    values = {name: getattr(row, name) for name in DraftRow.__slots__}
    new = {"document": row.document, "base_version": row.base_version, "updated_at": row.updated_at}
    statement = insert_into(connection, drafts).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=["project", "journey_id"], set_=new))


def set_base(connection: Connection, project: str, journey_id: str, version: int, now: datetime) -> None:
    """Remember which version a draft now stands on, without touching its text."""
    values = {"project": project, "journey_id": journey_id, "document": "", "base_version": version, "updated_at": now}
    statement = insert_into(connection, drafts).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=["project", "journey_id"], set_={"base_version": version}))


def remove(connection: Connection, project: str, journey_id: str) -> bool:
    """Drop a draft's row; False when there is none."""
    return connection.execute(delete(drafts).where(drafts.c.project == project, drafts.c.journey_id == journey_id)).rowcount > 0
