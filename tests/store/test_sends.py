"""The transitions of the send ledger, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.store import sends
from engine.store.database import Database
from engine.store.sends import Claimed, Outcome, Settled
from tests.support.sends import new_send, read_send

LEASE = timedelta(seconds=60)


def claim_all(database: Database, owner: str = "a", lease: timedelta = LEASE) -> list[Claimed]:
    with database.write() as connection:
        return sends.claim(connection, owner, send_class="journey", domains=["example.org"], limit=10, lease=lease)


def test_send_is_queued_once_per_origin(database: Database) -> None:
    with database.write() as connection:
        sends.insert_queued(connection, [new_send("p1/greet"), new_send("p1/greet"), new_send("p2/greet")])

    assert len(claim_all(database)) == 2


def test_claim_takes_only_what_is_due(database: Database) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    with database.write() as connection:
        sends.insert_queued(connection, [new_send("p1/greet", due_at=later), new_send("p2/greet")])

    assert [send.attempt for send in claim_all(database)] == [1]
    assert claim_all(database) == []


def test_intent_and_acceptance_follow_a_claim(database: Database) -> None:
    with database.write() as connection:
        sends.insert_queued(connection, [new_send("p1/greet")])
    (claimed,) = claim_all(database)

    with database.write() as connection:
        assert sends.begin(connection, [claimed], LEASE) == {claimed.id}
    with database.write() as connection:
        outcome = Outcome(claimed, "ACCEPTED", smtp_stage="body", reply_code=250, reply_text="queued", relay="127.0.0.1")
        assert sends.settle(connection, [outcome]) == [Settled(outcome, "IN_FLIGHT")]

    row = read_send(database, claimed.id)
    assert (row.state, row.reply_code, row.smtp_stage) == ("ACCEPTED", 250, "body")
    assert row.accepted_at is not None


@pytest.mark.parametrize("change", [{"owner": "b"}, {"attempt": 2}])
def test_transition_of_another_owner_or_attempt_is_refused(database: Database, change: dict[str, object]) -> None:
    with database.write() as connection:
        sends.insert_queued(connection, [new_send("p1/greet")])
    (claimed,) = claim_all(database)
    stranger = Claimed(**{name: getattr(claimed, name) for name in Claimed.__slots__} | change)

    with database.write() as connection:
        assert sends.begin(connection, [stranger], LEASE) == set()
        assert sends.settle(connection, [Outcome(stranger, "FAILED")]) == []

    assert read_send(database, claimed.id).state == "CLAIMED"
