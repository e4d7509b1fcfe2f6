"""The sweeper re-issues what should exist, under its own id, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.run import lifecycle
from engine.run.sweeper import sweep_once
from engine.store import journeys
from engine.store.tables import participants
from tests.support.interposed import Interposed
from tests.support.travel import PROJECT, START, WELCOME, World
from tests.travel.test_groups import AT_ONCE, Recorder, dispatcher, group_rows


def test_sweeper_starts_again_what_nobody_started(world: World) -> None:
    world.publish(AT_ONCE)
    world.enroll_many(3)
    dispatcher(world, Recorder(able=False)).dispatch_once()
    [group] = group_rows(world)
    clock = Recorder()

    too_soon = sweep_once(world.database, clock, now=world.time.at + timedelta(seconds=1))
    swept = sweep_once(world.database, clock, now=world.time.at + timedelta(seconds=2))
    again = sweep_once(world.database, clock, now=world.time.at + timedelta(seconds=5))

    assert (too_soon.restarted, swept.restarted, again.restarted) == ((), (group.id,), ())
    assert [(start.group_id, start.size, start.wake_at) for start in clock.started] == [(group.id, 3, group.wake_at)]
    assert swept.overdue == ()


def test_sweeper_starts_whom_a_crash_left_between_forming_and_starting(world: World) -> None:
    world.publish(WELCOME)
    world.enroll_many(3)
    dispatcher(world, Recorder()).form()  # and whoever formed them is gone
    clock = Recorder()

    swept = sweep_once(world.database, clock, now=world.time.at + timedelta(seconds=2))
    [group] = group_rows(world)

    assert swept.restarted == (group.id,)
    assert [(start.group_id, start.wake_at) for start in clock.started] == [(group.id, START)]  # its clock walks them to their wait
    assert {one.status for one in world.rows()} == {"ready"}


def test_sweeper_starts_whom_a_crash_left_between_the_walk_to_their_wait_and_starting(world: World) -> None:
    world.publish(WELCOME)
    world.enroll_many(3)
    crashing = Interposed(world.database)
    crashing.after_commit = [lambda: None, _crash]  # they are walked, and no clock knows of it
    with pytest.raises(KeyboardInterrupt):
        dispatcher(world, Recorder(), crashing).dispatch_once()
    assert {one.status for one in world.rows()} == {"waiting"}
    clock = Recorder()

    too_soon = sweep_once(world.database, clock, now=world.time.at + timedelta(seconds=1))
    swept = sweep_once(world.database, clock, now=world.time.at + timedelta(seconds=2))
    again = sweep_once(world.database, clock, now=world.time.at + timedelta(seconds=5))
    [group] = group_rows(world)

    assert (too_soon.restarted, swept.restarted, again.restarted) == ((), (group.id,), ())
    assert [(start.group_id, start.wake_at) for start in clock.started] == [(group.id, START + timedelta(hours=1))]
    assert group.state == "started"


def test_sweeper_starts_again_what_is_overdue_and_raises_an_alarm_when_that_did_not_help(world: World) -> None:
    world.publish(WELCOME)
    world.enroll_many(3)
    world.dispatch()
    [group] = group_rows(world)
    due, clock = group.wake_at, Recorder()

    on_time = sweep_once(world.database, clock, now=due + timedelta(seconds=5))
    late = sweep_once(world.database, clock, now=due + timedelta(seconds=15))
    at_once = sweep_once(world.database, clock, now=due + timedelta(seconds=20))
    alarmed = sweep_once(world.database, clock, now=due + timedelta(seconds=61))

    assert [swept.restarted for swept in (on_time, late, at_once, alarmed)] == [(), (group.id,), (), (group.id,)]
    assert [swept.overdue for swept in (on_time, late, at_once, alarmed)] == [(), (), (), (group.id,)]
    assert {start.group_id for start in clock.started} == {group.id}
    assert {one.group_id for one in world.rows()} == {group.id}


def test_sweeper_leaves_blocked_people_and_people_who_wait_in_time_alone(world: World) -> None:
    world.publish(WELCOME)
    [blocked, _] = world.enroll_many(2)
    world.dispatch()
    with world.database.write() as connection:
        connection.execute(update(participants).where(participants.c.id == blocked).values(status="blocked", group_id=None))
    rows = world.rows()

    swept = sweep_once(world.database, Recorder(), now=world.time.at + timedelta(minutes=30))

    assert swept == type(swept)((), ())
    assert world.rows() == rows


def test_sweeper_carries_out_a_stop_that_a_crash_left_half_done(world: World) -> None:
    world.publish(WELCOME)
    world.enroll_many(lifecycle.BATCH_PEOPLE + 10)
    world.dispatch()
    crashing = Interposed(world.database)
    crashing.after_commit = [lambda: None, _crash]
    try:
        lifecycle.stop(crashing, PROJECT, "welcome")
    except KeyboardInterrupt:
        assert len(world.rows(status="exited")) == lifecycle.BATCH_PEOPLE

    swept = sweep_once(world.database, Recorder(), now=world.time.at)

    assert swept.settled == ("welcome",)
    assert {one.status for one in world.rows()} == {"exited"}


def test_sweeper_lets_people_go_on_whom_a_crash_left_paused(world: World) -> None:
    world.publish(WELCOME)
    lifecycle.pause(world.database, PROJECT, "welcome")
    world.enroll_many(3)
    with world.database.write() as connection:  # the resume crashed right after its first transaction
        journeys.set_state(connection, PROJECT, "welcome", journeys.LIVE, world.time.at)
    rung: list[str] = []

    swept = sweep_once(world.database, Recorder(), now=world.time.at, ring=rung.append)

    assert swept.settled == ("welcome",)
    assert {one.status for one in world.rows()} == {"ready"}
    assert rung == ["ready"]


def _crash() -> None:
    raise KeyboardInterrupt
