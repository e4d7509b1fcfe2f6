"""Sends for tests: one that is due now, and a look at its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.mail.addresses import read_address
from engine.mail.ledger import message_id
from engine.store import tables
from engine.store.database import Database
from engine.store.ids import new_id
from engine.store.sends import NewSend, insert_queued
from engine.store.tables import sends

SECRET = b"a secret of the tests"


def new_send(origin_key: str, address: str = "ada@example.org", **changes: Any) -> NewSend:
    """A journey's send, due a second ago."""
    read = read_address(address)
    now = datetime.now(UTC)
    columns: dict[str, Any] = {
        "project": "default",
        "id": new_id(),
        "send_class": "journey",
        "origin_key": origin_key,
        "message_id": message_id(SECRET, origin_key, 0, "example.com"),
        "address": read.text,
        "address_hash": read.digest,
        "domain": read.domain,
        "template": "welcome",
        "template_version": 1,
        "due_at": now - timedelta(seconds=1),
        "created_at": now,
        "participant_id": origin_key.partition("/")[0],
        "journey_id": "welcome-series",
        "step_id": origin_key.partition("/")[2],
        "endpoint_id": "e-" + origin_key.partition("/")[0],
    }
    return NewSend(**{**columns, **changes})


def read_send(database: Database, send_id: str) -> Row[Any]:
    """A send's whole row."""
    with database.read() as connection:
        return connection.execute(select(sends).where(sends.c.id == send_id)).one()


def seed_journey(database: Database, people: Sequence[str], *, template: Mapping[str, Any] | None = None, state: str = "live") -> None:
    """A live journey with a template, and a participant with an endpoint for each name."""
    now = datetime.now(UTC)
    content = template or {"subject": "Hello {{ endpoint.attributes.name }}", "text": "Dear {{ endpoint.attributes.name }}", "html": ""}
    with database.write() as connection:
        connection.execute(tables.projects.insert().values(id="default", name="Default", created_at=now))
        connection.execute(
            tables.journeys.insert().values(
                project="default", id="welcome-series", state=state, live_version=1, state_changed_at=now, created_at=now
            )
        )
        connection.execute(
            tables.template_versions.insert().values(
                project="default", name="welcome", version=1, content=content, hash="h", created_at=now
            )
        )
        for start in range(0, len(people), 1000):
            _seed_people(connection, people[start : start + 1000], now)


def _seed_people(connection: Connection, people: Sequence[str], now: datetime) -> None:
    connection.execute(
        tables.endpoints.insert(),
        [
            {
                "project": "default",
                "id": f"e-{name}",
                "address": f"{name}@example.org",
                "address_hash": read_address(f"{name}@example.org").digest,
                "attributes": {"name": name},
                "created_at": now,
                "updated_at": now,
            }
            for name in people
        ],
    )
    connection.execute(
        tables.participants.insert(),
        [
            {
                "project": "default",
                "id": name,
                "journey_id": "welcome-series",
                "version": 1,
                "plan_hash": "h",
                "endpoint_id": f"e-{name}",
                "unit": f"endpoint:e-{name}",
                "context": {},
                "status": "waiting",
                "step_id": "settle",
                "due_at": now + timedelta(days=1),
                "enrolled_at": now,
            }
            for name in people
        ],
    )


def queue_sends(database: Database, people: Sequence[str], **changes: Any) -> list[str]:
    """Queue one send of the step `greet` for each; their ids in order."""
    rows = [new_send(f"{name}/greet", f"{name}@example.org", **changes) for name in people]
    with database.write() as connection:
        insert_queued(connection, rows)
    return [row.id for row in rows]


def read_states(database: Database) -> dict[str, str]:
    """The state of every send, by participant."""
    with database.read() as connection:
        return {row.participant_id: row.state for row in connection.execute(select(sends.c.participant_id, sends.c.state))}
