"""The thinnest true path: enrolled, dispatched, walked to a wait, woken, walked to the end."""

from __future__ import annotations

from datetime import timedelta

from tests.support.travel import START, World, journey, row


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


def test_stage_writes_over_an_assignment_whose_branch_is_gone(world: World) -> None:
    """Two experiments share a salt and no branch: the second draws over the first, and nobody is decided again for ever."""
    first = {"type": "holdout", "percent": 1, "salt": "shared", "next": "second"}
    branches = [{"id": "red", "weight": 50}, {"id": "blue", "weight": 50}]
    world.publish(journey("first", first=first, second={"type": "ab_test", "salt": "shared", "branches": branches}))
    passages = world.enroll_many(3)

    world.settle()

    assert {world.row(passage).status for passage in passages} == {"finished"}
