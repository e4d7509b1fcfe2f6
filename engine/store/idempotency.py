"""Answers to POSTs that came with an Idempotency-Key: who is the first, and what was the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, select, tuple_

from engine.store.dialects import insert_into
from engine.store.tables import idempotency_keys


@dataclass(frozen=True, slots=True)
class CallName:
    """What names one call: the key is the caller's, its scope is ours."""

    project: str
    #: Method and path, e.g. `POST /v1/events`.
    route: str
    key: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The first call with a key, and its answer once there is one."""

    body_digest: bytes
    #: None while the first call is under way.
    status: int | None
    body: bytes | None
    created_at: datetime


def claim(connection: Connection, call: CallName, body_digest: bytes, now: datetime) -> bool:
    """Be the first with this key; False when another call was."""
    values = {"project": call.project, "route": call.route, "key": call.key, "body_digest": body_digest, "created_at": now}
    statement = insert_into(connection, idempotency_keys).values(**values).on_conflict_do_nothing()
    return connection.execute(statement.returning(idempotency_keys.c.key)).first() is not None


def find(connection: Connection, call: CallName) -> KeptAnswer | None:
    """The first call with this key, or None."""
    columns = idempotency_keys.c
    found = connection.execute(select(columns.body_digest, columns.status, columns.body, columns.created_at).where(_is(call))).first()
    return None if found is None else KeptAnswer(found.body_digest, found.status, found.body, found.created_at)


def take_over(connection: Connection, call: CallName, claimed_at: datetime, now: datetime) -> bool:
    """Be the first in the place of a call that died on the way; False when somebody else was quicker."""
    columns = idempotency_keys.c
    dead = _is(call) & columns.status.is_(None) & (columns.created_at == claimed_at)
    return connection.execute(idempotency_keys.update().where(dead).values(created_at=now)).rowcount > 0


def keep(connection: Connection, call: CallName, status: int, body: bytes) -> None:
    """Store the answer of the first call."""
    connection.execute(idempotency_keys.update().where(_is(call)).values(status=status, body=body))


def forget(connection: Connection, call: CallName) -> None:
    """Free a key whose call had no effect, so that it may be tried again."""
    connection.execute(delete(idempotency_keys).where(_is(call), idempotency_keys.c.status.is_(None)))


def forget_before(connection: Connection, instant: datetime, most: int = 1_000) -> int:
    """Drop some of the answers older than an instant, and return how many."""
    columns = idempotency_keys.c
    key = (columns.project, columns.route, columns.key)
    old = select(*key).where(columns.created_at < instant).limit(most)
    return connection.execute(delete(idempotency_keys).where(tuple_(*key).in_(old))).rowcount


def _is(call: CallName) -> ColumnElement[bool]:
    columns = idempotency_keys.c
    return (columns.project == call.project) & (columns.route == call.route) & (columns.key == call.key)
