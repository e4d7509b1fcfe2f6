"""Sends for tests: one that is due now, and a look at its row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from engine.mail.addresses import read_address
from engine.mail.ledger import message_id
from engine.store.database import Database
from engine.store.ids import new_id
from engine.store.sends import NewSend
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
