"""Giving positions to another clock: nobody is lost, nobody goes twice, and the old clock's stages are refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import StaleClockError
from engine.run.move import begin_after_restore, move_clock
from engine.run.stage import run_stage
from engine.store import groups, installation
from tests.support.travel import PROJECT, World


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


def test_after_a_restore_everybody_is_grouped_anew_and_their_mail_is_due_when_they_were(world: World) -> None:
    world.publish()
    world.enroll_many(2, plan="pro")
    world.settle()
    [first, _] = world.rows()

    at, released = begin_after_restore(world.database, ring=world.rung.append)

    assert (released, world.rung[-1]) == (2, "ready")
    with pytest.raises(StaleClockError):
        run_stage(world.travel, project=PROJECT, group_id=first.group_id, due=first.due_at, scheduled_at=first.due_at, generation=1)
    with world.database.read() as connection:
        assert installation.read(connection).restored_at == at
    world.time.at += timedelta(days=30)  # when the restored system runs again
    world.settle()
    assert {send.due_at for send in world.sends()} == {first.due_at}
