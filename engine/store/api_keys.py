"""API keys: rows of digests. The key itself is never here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.store.dialects import insert_into
from engine.store.tables import api_keys


@dataclass(frozen=True, slots=True)
class ApiKeyRow:
    """One key, as far as the database knows it."""

    project: str
    id: str
    name: str
    role: str
    #: SHA-256 of the key.
    digest: bytes
    created_at: datetime
    revoked_at: datetime | None = None


def insert(connection: Connection, row: ApiKeyRow) -> bool:
    """Add a key; False when one with this digest is there already."""
    statement = insert_into(connection, api_keys).values(**{name: getattr(row, name) for name in ApiKeyRow.__slots__})
    return connection.execute(statement.on_conflict_do_nothing().returning(api_keys.c.id)).first() is not None


def by_digest(connection: Connection, digest: bytes) -> ApiKeyRow | None:
    """The key with this digest, revoked or not."""
    found = connection.execute(select(api_keys).where(api_keys.c.digest == digest)).first()
    return None if found is None else ApiKeyRow(**found._mapping)


def by_id(connection: Connection, project: str, key_id: str) -> ApiKeyRow | None:
    """The key with this id, revoked or not."""
    found = connection.execute(select(api_keys).where(api_keys.c.project == project, api_keys.c.id == key_id)).first()
    return None if found is None else ApiKeyRow(**found._mapping)


def of_project(connection: Connection, project: str) -> list[ApiKeyRow]:
    """All keys of a project, oldest first, revoked ones too."""
    statement = select(api_keys).where(api_keys.c.project == project).order_by(api_keys.c.id)
    return [ApiKeyRow(**row._mapping) for row in connection.execute(statement)]


def revoke(connection: Connection, project: str, key_id: str, now: datetime) -> bool:
    """Revoke a key; False when there is none that is not revoked yet."""
    mine = (api_keys.c.project == project) & (api_keys.c.id == key_id) & api_keys.c.revoked_at.is_(None)
    return connection.execute(api_keys.update().where(mine).values(revoked_at=now)).rowcount > 0
