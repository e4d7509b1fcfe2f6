"""States and verbs, pause and resume, stop, publishing over people inside."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.errors import ConflictError, NotFoundError
from engine.run import lifecycle
from engine.run.ingest import IncomingEvent, ingest
from engine.run.lifecycle import STATES, TABLE, VERBS
from engine.run.stage import run_stage
from engine.store import journeys, pauses
from tests.support.interposed import Interposed
from tests.support.travel import PROJECT, START, WELCOME, World, journey, row
from tests.travel.test_stage import UNLESS_BOUGHT

CIVIL = journey("morning", morning={"type": "wait", "until_local": {"time": "09:30"}})


def put_into(world: World, state: str) -> None:
    if state == lifecycle.DRAFT:
        return
    world.publish()
    with world.database.write() as connection:
        journeys.set_state(connection, PROJECT, "welcome", state, world.time.at)
        if state == journeys.PAUSED:
            pauses.begin(connection, PROJECT, "welcome", world.time.at)


def do(world: World, verb: str) -> None:
    if verb == "enroll":
        world.enroll(row("ada"))
    elif verb == "publish":
        with world.database.write() as connection:
            lifecycle.check_verb(connection, PROJECT, "welcome", "publish")
    else:
        getattr(lifecycle, verb)(world.database, PROJECT, "welcome")


def state_of(world: World) -> str:
    with world.database.read() as connection:
        return journeys.read_state(connection, PROJECT, "welcome") or lifecycle.DRAFT


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", STATES)
def test_table_of_states_and_verbs_is_what_happens(world: World, state: str, verb: str) -> None:
    put_into(world, state)
    cell = TABLE[state, verb]

    if cell.state is None:
        with pytest.raises((ConflictError, NotFoundError)) as refused:
            do(world, verb)
        assert refused.value.hint == cell.says
        assert state_of(world) == state
    else:
        do(world, verb)
        assert state_of(world) == (state if verb == "publish" else cell.state)


def test_table_says_something_in_every_cell() -> None:
    assert set(TABLE) == {(state, verb) for state in STATES for verb in VERBS}
    assert all(cell.says.endswith(".") for cell in TABLE.values())


def pause_and_resume(world: World, *, paused_at: datetime, resumed_at: datetime) -> None:
    """Pause and resume on virtual time."""
    world.live_through(paused_at)
    lifecycle.pause(world.database, PROJECT, "welcome", now=world.time)
    world.live_through(resumed_at)
    lifecycle.resume(world.database, PROJECT, "welcome", now=world.time)


def test_pause_keeps_whoever_falls_due_and_prolongs_durations(world: World) -> None:
    world.publish(UNLESS_BOUGHT)  # waits an hour
    [passage] = world.enroll_many(1)

    pause_and_resume(world, paused_at=START + timedelta(minutes=20), resumed_at=START + timedelta(hours=5))
    world.settle()

    assert world.row(passage).status == "waiting"
    assert world.row(passage).due_at == START + timedelta(hours=5, minutes=40)
    world.live_through(START + timedelta(days=1))
    assert world.row(passage).ended_at == START + timedelta(hours=5, minutes=40)


def test_pause_that_is_over_before_the_due_prolongs_it_too(world: World) -> None:
    world.publish(UNLESS_BOUGHT)
    [passage] = world.enroll_many(1)

    pause_and_resume(world, paused_at=START + timedelta(minutes=10), resumed_at=START + timedelta(minutes=30))
    world.live_through(START + timedelta(days=1))

    assert world.row(passage).ended_at == START + timedelta(hours=1, minutes=20)
    assert ("pause", "kept_waiting", None) in world.outcomes(passage)


def test_paused_person_stands_where_they_are_in_no_group(world: World) -> None:
    world.publish(UNLESS_BOUGHT)
    [passage] = world.enroll_many(1)
    world.settle()
    lifecycle.pause(world.database, PROJECT, "welcome")

    world.live_through(START + timedelta(hours=2))

    kept = world.row(passage)
    assert (kept.status, kept.step_id, kept.group_id, kept.ended_at) == ("paused", "pause", None, None)
    assert world.clock.next_wake() is None
    assert world.sends() == []


def test_resume_takes_civil_waits_anew(world: World) -> None:
    world.publish(CIVIL)
    [passage] = world.enroll_many(1)  # on a Monday at nine

    pause_and_resume(world, paused_at=START + timedelta(minutes=10), resumed_at=START + timedelta(hours=3))
    world.settle()

    assert world.row(passage).due_at == datetime(2027, 1, 5, 9, 30, tzinfo=UTC)


def test_resume_counts_events_received_meanwhile(world: World) -> None:
    world.publish(UNLESS_BOUGHT)
    [passage] = world.enroll_many(1)
    world.settle()
    world.live_through(START + timedelta(minutes=10))
    lifecycle.pause(world.database, PROJECT, "welcome", now=world.time)
    world.live_through(START + timedelta(hours=2))
    ingest(world.database, world.plans, PROJECT, [IncomingEvent("e1", "bought", endpoint_id="person-0")], now=world.time)

    lifecycle.resume(world.database, PROJECT, "welcome", now=world.time)
    world.live_through(START + timedelta(days=1))

    assert ("ask", "branched", "buyer") in world.outcomes(passage)
    assert world.sends() == []


def test_pause_between_deciding_and_writing_still_keeps_people(world: World) -> None:
    world.publish(UNLESS_BOUGHT)
    [passage] = world.enroll_many(1)
    world.dispatch()
    group_id = world.row(passage).group_id
    interposed = Interposed(world.database)
    interposed.before_write = [lambda: lifecycle.pause(world.database, PROJECT, "welcome")]
    due = START + timedelta(hours=1)

    travel = replace(world.travel, database=interposed)
    wake = run_stage(travel, project=PROJECT, group_id=group_id, due=due, scheduled_at=due, generation=1)

    assert wake is None
    assert world.row(passage).status == "paused"
    assert world.sends() == []


def test_stop_between_deciding_and_writing_lets_nobody_go_on(world: World) -> None:
    world.publish(UNLESS_BOUGHT)
    [passage] = world.enroll_many(1)
    world.dispatch()
    group_id, due = world.row(passage).group_id, START + timedelta(hours=1)
    interposed = Interposed(world.database)

    def stop_and_crash() -> None:
        with world.database.write() as connection:  # people are not let out yet
            journeys.set_state(connection, PROJECT, "welcome", journeys.STOPPED, due)

    interposed.before_write = [stop_and_crash]
    run_stage(replace(world.travel, database=interposed), project=PROJECT, group_id=group_id, due=due, scheduled_at=due, generation=1)

    assert (world.row(passage).status, world.row(passage).reason) == ("exited", "stopped")
    assert world.sends() == []


def test_pause_waits_for_a_stage_that_is_writing(world: World) -> None:
    world.publish(UNLESS_BOUGHT)
    ids = world.enroll_many(3)
    world.dispatch()
    group_id, due = world.row(ids[0]).group_id, START + timedelta(hours=1)
    interposed = Interposed(world.database)
    pausing = threading.Thread(target=lifecycle.pause, args=(world.database, PROJECT, "welcome"))

    def pause_meanwhile() -> None:
        pausing.start()
        pausing.join(timeout=0.5)
        assert pausing.is_alive()

    interposed.before_commit = [pause_meanwhile]
    run_stage(replace(world.travel, database=interposed), project=PROJECT, group_id=group_id, due=due, scheduled_at=due, generation=1)
    pausing.join(timeout=20)

    assert {world.row(one).status for one in ids} == {"finished"}
    assert state_of(world) == "paused"


def test_stop_lets_everybody_out_and_cancels_mail_that_waits(world: World) -> None:
    world.publish(journey("hi", hi={"type": "email", "template": "hi", "next": "rest"}, rest={"type": "wait", "for": "P9D"}))
    ids = world.enroll_many(3)
    world.settle()

    lifecycle.stop(world.database, PROJECT, "welcome")

    assert {(one.status, one.reason, one.group_id) for one in world.rows()} == {("exited", "stopped", None)}
    assert {(send.state, send.reason) for send in world.sends()} == {("CANCELLED", "stopped")}
    assert world.outcomes(ids[0])[-1] == (None, "exited", None)
    world.live_through(START + timedelta(days=30))
    assert world.clock.next_wake() is None


def test_enroll_into_a_paused_journey_keeps_people_at_the_door(world: World) -> None:
    world.publish(WELCOME)
    lifecycle.pause(world.database, PROJECT, "welcome")

    [passage] = world.enroll_many(1)
    assert world.dispatch() == 0
    assert world.row(passage).status == "paused"
    lifecycle.resume(world.database, PROJECT, "welcome")
    world.settle()

    assert world.row(passage).status == "waiting"


def test_publish_lets_people_inside_finish_on_their_version(world: World) -> None:
    world.publish(UNLESS_BOUGHT)
    [passage] = world.enroll_many(1)
    world.settle()

    world.publish({**UNLESS_BOUGHT, "start": "remind", "steps": {"remind": {"type": "email", "template": "other"}}})
    lifecycle.carry_out(world.database, PROJECT, "welcome")
    world.enroll(row("new"))
    world.live_through(START + timedelta(days=1))

    assert world.row(passage).status == "finished"
    assert sorted(send.template for send in world.sends()) == ["other", "remind"]


def test_publish_may_let_people_inside_out(world: World) -> None:
    world.publish(UNLESS_BOUGHT)
    [inside] = world.enroll_many(1)
    world.settle()

    world.publish({**UNLESS_BOUGHT, "name": "Second"}, people="exit")
    [fresh] = [result.participant_id for result in world.enroll(row("new"))]
    lifecycle.carry_out(world.database, PROJECT, "welcome")

    assert (world.row(inside).status, world.row(inside).reason) == ("exited", "new_version")
    assert world.row(fresh).status == "ready"


def test_people_whom_a_crash_left_on_an_old_version_go_at_their_wake(world: World) -> None:
    world.publish(UNLESS_BOUGHT)
    [inside] = world.enroll_many(1)
    world.settle()

    world.publish({**UNLESS_BOUGHT, "name": "Second"}, people="exit")
    world.live_through(START + timedelta(days=1))

    assert (world.row(inside).status, world.row(inside).reason) == ("exited", "new_version")
    assert world.sends() == []


def test_exit_of_a_participant_who_left_says_so(world: World) -> None:
    world.publish(UNLESS_BOUGHT)
    [passage] = world.enroll_many(1)

    assert lifecycle.exit_participant(world.database, PROJECT, passage)
    assert not lifecycle.exit_participant(world.database, PROJECT, passage)
    with pytest.raises(NotFoundError):
        lifecycle.exit_participant(world.database, PROJECT, "nobody")
    with pytest.raises(ConflictError):
        lifecycle.retry_participant(world.database, PROJECT, passage)
