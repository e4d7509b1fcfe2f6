"""Giving positions to another clock: nobody is lost, nobody goes twice, and the old clock's stages are refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.errors import StaleClockError
from engine.run.move import begin_after_restore, move_clock
from engine.run.stage import moment_of, run_stage
from engine.store import groups, installation, tables
from tests.support.travel import PROJECT, START, World, journey, row


def test_people_wait_on_under_the_other_clock(world: World) -> None:
    world.publish()
    ids = world.enroll_many(3, plan="pro")
    world.settle()
    dues = {row.id: row.due_at for row in world.rows()}

    released = move_clock(world.database, "temporal", ring=world.rung.append)
    world.settle()

    assert released == 3
    assert {row.id: row.due_at for row in world.rows()} == dues
    assert {row.status for row in world.rows()} == {"waiting"}
    world.live_through(world.time.at + timedelta(hours=2))
    assert {row.status for row in world.rows()} == {"finished"}
    assert [outcome for _, outcome, _ in world.outcomes(ids[0])].count("queued") == 1
    assert len(world.sends()) == 3


def test_a_stage_of_the_old_clock_is_refused(world: World) -> None:
    world.publish()
    world.enroll_many(1)
    world.settle()
    [row] = world.rows()

    move_clock(world.database, "temporal")

    with pytest.raises(StaleClockError):
        run_stage(world.travel, project=PROJECT, group_id=row.group_id, due=row.due_at, scheduled_at=row.due_at, generation=1)


def test_a_move_that_was_cut_short_goes_on(world: World) -> None:
    """The clock was written down, and the process died before anybody was released."""
    world.publish()
    world.enroll_many(2)
    world.settle()
    with world.database.write() as connection:
        installation.set_clock(connection, "temporal", 2)

    assert move_clock(world.database, "temporal") == 2
    assert move_clock(world.database, "temporal") == 0
    with world.database.read() as connection:
        assert installation.read(connection).clock_generation == 2
        assert all(groups.next_wake(connection, generation) is None for generation in (1, 2))


def test_a_move_rings_for_the_dispatcher(world: World) -> None:
    move_clock(world.database, "local", ring=world.rung.append)

    assert world.rung == ["ready"]


def test_after_a_restore_everybody_is_grouped_anew_and_stages_of_before_are_refused(world: World) -> None:
    world.publish()
    world.enroll_many(2)
    world.settle()
    [first, _] = world.rows()

    at, released = begin_after_restore(world.database, ring=world.rung.append)

    assert (released, world.rung[-1]) == (2, "ready")
    with world.database.read() as connection:
        assert installation.read(connection).restored_at == at
    with pytest.raises(StaleClockError):
        run_stage(world.travel, project=PROJECT, group_id=first.group_id, due=first.due_at, scheduled_at=first.due_at, generation=1)


def test_people_live_the_time_that_a_restore_has_forgotten_as_they_did(world: World) -> None:
    """So that every mail of that time is known by its due, however many waits lay between."""
    document = journey(
        "settle",
        settle={"type": "wait", "for": "PT1H", "next": "hello"},
        hello={"type": "email", "template": "hello", "next": "again"},
        again={"type": "wait", "for": "P2D", "next": "more"},
        more={"type": "email", "template": "hello", "next": "late"},
        late={"type": "wait", "for": "P30D", "next": "last"},
        last={"type": "email", "template": "hello"},
    )
    world.publish(document)
    world.enroll_many(3)
    world.settle()
    begin_after_restore(world.database)
    world.time.at = START + timedelta(days=10)

    restored = World(world.database, world.time, travel_changes={"restored_at": world.time.at})
    restored.settle()

    hour, days = timedelta(hours=1), timedelta(days=2)
    assert sorted({send.due_at - START for send in restored.sends()}) == [hour, hour + days]
    assert {row.due_at - START for row in restored.rows()} == {hour + days + timedelta(days=30)}
    restored.live_through(START + timedelta(days=40))
    assert {row.status for row in restored.rows()} == {"finished"}


def test_who_was_not_yet_grouped_lives_the_forgotten_time_from_their_own_enrolment_on(world: World) -> None:
    world.publish()
    for hours in (0, 3):
        world.time.at = START + timedelta(hours=hours)
        world.enroll(row(f"person-{hours}"))
    begin_after_restore(world.database)
    world.time.at = START + timedelta(days=10)

    restored = World(world.database, world.time, travel_changes={"restored_at": world.time.at})
    restored.settle()

    with restored.database.read() as connection:
        began = connection.execute(select(tables.decisions.c.decided_at).where(tables.decisions.c.outcome == "began_waiting")).scalars()
        assert sorted(at - START for at in began) == [timedelta(0), timedelta(hours=3)]


@pytest.mark.parametrize(
    ("due", "scheduled", "restored", "now"),
    [
        (10, 12, None, 12),
        (12, 10, None, 12),
        (10, 12, 10, 12),
        (10, 100, 50, 10),
    ],
)
def test_a_stages_now(due: float, scheduled: float, restored: float | None, now: float) -> None:
    at = [None if minutes is None else START + timedelta(minutes=minutes) for minutes in (due, scheduled, restored, now)]

    assert moment_of(at[0], at[1], at[2]) == at[3]
