"""Template versions: immutable contents, numbered from 1 within a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from engine.store.dialects import lock_name
from engine.store.tables import template_versions


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One version of a template."""

    project: str
    name: str
    version: int
    content: Mapping[str, object]
    hash: str
    created_at: datetime


def insert_version(connection: Connection, row: TemplateRow) -> None:
    """Add a version; a number that is taken is an integrity error, for the caller tried and may try again."""
    connection.execute(insert(template_versions).values(**{name: getattr(row, name) for name in TemplateRow.__slots__}))


def find(connection: Connection, project: str, name: str, version: int) -> TemplateRow | None:
    """One version of a template."""
    columns = template_versions.c
    mine = (columns.project == project) & (columns.name == name) & (columns.version == version)
    found = connection.execute(select(template_versions).where(mine)).first()
    return None if found is None else TemplateRow(**found._mapping)


def newest(connection: Connection, project: str, name: str) -> TemplateRow | None:
    """The newest version of a template."""
    columns = template_versions.c
    mine = (columns.project == project) & (columns.name == name)
    found = connection.execute(select(template_versions).where(mine).order_by(columns.version.desc()).limit(1)).first()
    return None if found is None else TemplateRow(**found._mapping)


def newest_numbers(connection: Connection, project: str) -> dict[str, int]:
    """Each template's newest version number, by name."""
    columns = template_versions.c
    statement = (
        select(columns.name, func.max(columns.version)).where(columns.project == project).group_by(columns.name).order_by(columns.name)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


def lock(connection: Connection, project: str, name: str) -> None:
    """Keep others from making a version of a template until the transaction ends; on SQLite the transaction is the lock."""
    lock_name(connection, f"template/{project}/{name}")
