"""Who is not written to, and why. The key is the address's hash, which outlives the address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from engine.store.dialects import insert_into
from engine.store.tables import suppressions

#: Left by an endpoint's own wish; all others were decided by someone else.
UNSUBSCRIBED = "unsubscribed"
ERASED = "erased"
MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Suppression:
    """One address that is not written to."""

    project: str
    address_hash: bytes
    #: None once it was erased.
    address: str | None
    reason: str
    #: What it rests on: a send's id, an operator's note.
    evidence: str | None
    created_at: datetime


def suppress(connection: Connection, rows: Sequence[Suppression]) -> None:
    """Add addresses; one that is suppressed already keeps its first reason."""
    if not rows:
        return
    statement = insert_into(connection, suppressions).on_conflict_do_nothing(index_elements=["project", "address_hash"])
    connection.execute(statement, [_columns(row) for row in rows])


def lift(connection: Connection, project: str, address_hash: bytes) -> bool:
    """Write to an address again; False when it was not suppressed."""
    statement = delete(suppressions).where(suppressions.c.project == project, suppressions.c.address_hash == address_hash)
    return connection.execute(statement).rowcount > 0


def blank_address(connection: Connection, project: str, address_hash: bytes) -> None:
    """Forget the address itself and keep its hash."""
    mine = (suppressions.c.project == project) & (suppressions.c.address_hash == address_hash)
    connection.execute(suppressions.update().where(mine).values(address=None))


def find(connection: Connection, project: str, address_hashes: Iterable[bytes]) -> dict[bytes, Suppression]:
    """The suppressions among some addresses, by hash."""
    statement = select(suppressions).where(suppressions.c.project == project, suppressions.c.address_hash.in_(list(address_hashes)))
    return {row.address_hash: Suppression(**row._mapping) for row in connection.execute(statement)}


def page(connection: Connection, project: str, *, after: bytes | None = None, limit: int = 100) -> list[Suppression]:
    """One page of a project's suppressions, ordered by hash."""
    statement = select(suppressions).where(suppressions.c.project == project).order_by(suppressions.c.address_hash).limit(limit)
    if after is not None:
        statement = statement.where(suppressions.c.address_hash > after)
    return [Suppression(**row._mapping) for row in connection.execute(statement)]


def _columns(row: Suppression) -> dict[str, object]:
    return {name: getattr(row, name) for name in Suppression.__slots__}
