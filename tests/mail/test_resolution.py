"""What an operator may do about an UNKNOWN send, and test sends, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.errors import ConflictError, InvalidInputError, NotFoundError
from engine.mail.resolution import queue_test, resolve
from engine.store import counts, send_queries, sends
from engine.store.counts import Counter
from engine.store.database import Database
from engine.store.send_queries import SendFilter
from engine.store.sends import Claimed, Outcome
from tests.support.sends import SECRET, queue_sends, read_send, seed_journey

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def unknown(database: Database) -> Claimed:
    """A send whose fate nobody knows."""
    seed_journey(database, ["ada"])
    queue_sends(database, ["ada"])
    with database.write() as connection:
        (claimed,) = sends.claim(connection, "a", send_class="journey", domains=["example.org"], limit=1, lease=timedelta(seconds=60))
        sends.begin(connection, [claimed], timedelta(seconds=60))
        sends.settle(connection, [Outcome(claimed, "UNKNOWN", "no_reply", smtp_stage="body")])
    return claimed


def test_unknown_send_can_be_treated_as_sent(database: Database, unknown: Claimed) -> None:
    assert resolve(database, SECRET, "default", unknown.id, resolution="treat_as_sent", now=NOW) == unknown.id

    assert read_send(database, unknown.id).state == "ACCEPTED"
    with database.read() as connection:
        totals = counts.of_journey(connection, "default", "welcome-series")
    assert totals == {
        Counter("default", "welcome-series", "greet", "", "accepted"): 1,
        Counter("default", "welcome-series", "greet", "", "unknown"): -1,
    }


def test_unknown_send_can_be_sent_again_once(database: Database, unknown: Claimed) -> None:
    again = resolve(database, SECRET, "default", unknown.id, resolution="send_again", now=NOW)

    first, second = read_send(database, unknown.id), read_send(database, again)
    assert (first.state, first.reason) == ("UNKNOWN", "sent_again_1")
    assert (second.state, second.origin_key, second.resend_number) == ("QUEUED", first.origin_key, 1)
    assert second.message_id != first.message_id
    with pytest.raises(ConflictError):
        resolve(database, SECRET, "default", unknown.id, resolution="send_again", now=NOW)


def test_late_reply_settles_an_unknown_send(database: Database, unknown: Claimed) -> None:
    with database.write() as connection:
        assert len(sends.settle(connection, [Outcome(unknown, "ACCEPTED")])) == 1

    assert read_send(database, unknown.id).state == "ACCEPTED"
    with pytest.raises(ConflictError):
        resolve(database, SECRET, "default", unknown.id, resolution="send_again", now=NOW)


def test_send_that_is_not_there_cannot_be_resolved(database: Database) -> None:
    with pytest.raises(NotFoundError):
        resolve(database, SECRET, "default", "0" * 32, resolution="treat_as_sent", now=NOW)


def test_unknown_sends_are_listed(database: Database, unknown: Claimed) -> None:
    with database.read() as connection:
        (row,) = send_queries.page(connection, "default", SendFilter(state="UNKNOWN", journey_id="welcome-series", participant_id="ada"))
        counted = send_queries.count_by_state(connection, ["UNKNOWN", "FAILED"])
        nothing = send_queries.page(connection, "default", SendFilter(), after=row.id)

    assert (row.id, counted, list(nothing)) == (unknown.id, {"UNKNOWN": 1}, [])


def test_test_send_is_queued_once_per_request(database: Database) -> None:
    request = {
        "address": "Ada@Example.org", "template": "welcome", "template_version": 1, "variables": {"endpoint": {}},
        "mail_domain": "example.com", "now": NOW, "request_id": "r1",
    }  # fmt: skip

    first = queue_test(database, SECRET, "default", **request)

    assert queue_test(database, SECRET, "default", **request) == first
    assert read_send(database, first).origin_key == "test/r1"
    with pytest.raises(InvalidInputError):
        queue_test(database, SECRET, "default", **{**request, "address": "not an address"})
