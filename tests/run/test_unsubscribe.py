"""Unsubscribing by the link in a mail, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.errors import NotFoundError
from engine.run.unsubscribe import unsubscribe_by_send
from engine.store import counts, sends, suppressions
from engine.store.counts import Counter
from engine.store.database import Database
from engine.store.tables import endpoints, participants
from tests.support.faulty_smtp import faulty_server
from tests.support.sending import local_relay, running_sender, until
from tests.support.sends import new_send, queue_sends, read_send, seed_journey


def test_unsubscribing_opts_out_suppresses_marks_and_is_noticed(database: Database) -> None:
    seed_journey(database, ["ada", "eve"])
    send_id, _ = queue_sends(database, ["ada", "eve"])

    assert unsubscribe_by_send(database, send_id) == "default"

    row = read_send(database, send_id)
    with database.read() as connection:
        opted_out = connection.scalars(select(endpoints.c.id).where(endpoints.c.opted_out_at.is_not(None))).all()
        suppressed = suppressions.find(connection, "default", [row.address_hash])[row.address_hash]
        epochs = dict(connection.execute(select(participants.c.id, participants.c.epoch)).all())
        outcomes = sends.outcomes(connection, "default", ["ada", "eve"], ["greet"])
    assert opted_out == ["e-ada"]
    assert (suppressed.reason, suppressed.address) == ("unsubscribed", "ada@example.org")
    assert epochs == {"ada": 1, "eve": 0}
    assert outcomes == {"ada": {"greet": frozenset({"unsubscribed"})}}


async def test_later_mail_to_an_unsubscribed_address_is_suppressed(database: Database) -> None:
    # Eve's endpoint is another one with Ada's address: it is the address that is not written to any more.
    seed_journey(database, ["ada", "eve"])
    (send_id,) = queue_sends(database, ["ada"], due_at=datetime.now(UTC) + timedelta(days=1))
    unsubscribe_by_send(database, send_id)
    later = [new_send("ada/offer"), new_send("eve/offer", "Ada@Example.org")]
    with database.write() as connection:
        sends.insert_queued(connection, later)

    async with faulty_server() as relay, running_sender(database, local_relay(relay.port)):
        await until(lambda: all(read_send(database, send.id).state == "SUPPRESSED" for send in later))

    assert {read_send(database, send.id).reason for send in later} == {"unsubscribed"}
    assert relay.taken == []


def test_unsubscribing_twice_counts_once(database: Database) -> None:
    seed_journey(database, ["ada"])
    (send_id,) = queue_sends(database, ["ada"])

    unsubscribe_by_send(database, send_id)
    unsubscribe_by_send(database, send_id)

    with database.read() as connection:
        totals = counts.of_journey(connection, "default", "welcome-series")
    assert totals == {Counter("default", "welcome-series", "greet", "", "unsubscribed"): 1}


def test_test_send_is_only_marked(database: Database) -> None:
    seed_journey(database, ["ada"])
    send = new_send("test/1", send_class="test", participant_id=None, journey_id=None, step_id=None, endpoint_id=None)
    with database.write() as connection:
        sends.insert_queued(connection, [send])

    unsubscribe_by_send(database, send.id)

    assert read_send(database, send.id).unsubscribed_at is not None
    with database.read() as connection:
        assert suppressions.find(connection, "default", [send.address_hash]) == {}


def test_link_of_a_forgotten_mail_is_not_found(database: Database) -> None:
    with pytest.raises(NotFoundError):
        unsubscribe_by_send(database, "0" * 32)
