"""The thinnest true path: enrolled, dispatched, walked to a wait, woken, walked to the end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.store.database import Database
from tests.support.travel import START, World, row


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def test_travel_leads_one_person_to_the_end(world: World) -> None:
    world.publish()
    [result] = world.enroll(row("ada", plan="pro"))

    world.settle()

    waiting = world.row(result.participant_id)
    assert (waiting.status, waiting.step_id, waiting.due_at) == ("waiting", "settle", START + timedelta(hours=1))
    assert world.clock.next_wake() == START + timedelta(hours=1)

    world.live_through(START + timedelta(days=1))

    ended = world.row(result.participant_id)
    assert (ended.status, ended.step_id, ended.group_id, ended.ended_at) == ("finished", "thanks", None, START + timedelta(hours=1))
    assert world.outcomes(result.participant_id) == [
        ("settle", "began_waiting", None),
        ("settle", "waited", None),
        ("plan", "branched", "pro"),
        ("thanks", "queued", None),
    ]
    [send] = world.sends()
    assert (send.state, send.address, send.template, send.participant_id) == ("QUEUED", "ada@example.org", "thanks", result.participant_id)
    assert world.clock.next_wake() is None
