"""Published versions of journeys: immutable, numbered from 1 within a journey."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from engine.store.dialects import lock_name
from engine.store.tables import versions


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One published version."""

    project: str
    journey_id: str
    number: int
    #: Canonical JSON.
    document: str
    document_hash: str
    plan_hash: str
    #: What became of the people inside older versions: finish | exit.
    people: str
    published_at: datetime


def insert_version(connection: Connection, row: VersionRow) -> None:
    """Add a version; a number that is taken is an integrity error, for the caller holds the journey's lock."""
    connection.execute(insert(versions).values(**{name: getattr(row, name) for name in VersionRow.__slots__}))


def find(connection: Connection, project: str, journey_id: str, number: int) -> VersionRow | None:
    """One version of a journey."""
    columns = versions.c
    mine = (columns.project == project) & (columns.journey_id == journey_id) & (columns.number == number)
    found = connection.execute(select(versions).where(mine)).first()
    return None if found is None else VersionRow(**found._mapping)


def newest(connection: Connection, project: str, journey_id: str) -> VersionRow | None:
    """The newest version of a journey."""
    columns = versions.c
    mine = (columns.project == project) & (columns.journey_id == journey_id)
    found = connection.execute(select(versions).where(mine).order_by(columns.number.desc()).limit(1)).first()
    return None if found is None else VersionRow(**found._mapping)


def page(connection: Connection, project: str, journey_id: str, *, before: int | None, limit: int) -> list[VersionRow]:
    """A journey's versions, newest first, those older than `before`."""
    columns = versions.c
    mine = (columns.project == project) & (columns.journey_id == journey_id)
    if before is not None:
        mine &= columns.number < before
    return [
        VersionRow(**row._mapping) for row in connection.execute(select(versions).where(mine).order_by(columns.number.desc()).limit(limit))
    ]


def lock(connection: Connection, project: str, journey_id: str) -> None:
    """Keep others from publishing a journey until the transaction ends, also before it has a row."""
    lock_name(connection, f"journey/{project}/{journey_id}")
