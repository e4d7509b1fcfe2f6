"""LocalClock on real time, without sleeping through it; and on virtual time against the simulator."""

from __future__ import annotations

import os
import threading
from datetime import datetime, timedelta

import pytest

from engine.run.local_clock import LocalClock
from engine.run.move import move_clock
from engine.store import installation
from engine.store.database import Database
from tests.support.agreement import draw_scenarios, imagine, named, travel_by_local_clock
from tests.support.travel import START, WELCOME, World

#: Journeys in all; AGREEMENT_JOURNEYS=5000 for the thorough.
JOURNEYS = int(os.environ.get("AGREEMENT_JOURNEYS", "200"))
BATCH = 50


@pytest.mark.parametrize("number", range(-(-JOURNEYS // BATCH)))
def test_random_journeys_agree_with_the_simulator(number: int, sqlite_database: Database) -> None:
    scenarios = draw_scenarios(BATCH, 1_000 + number)

    travelled = travel_by_local_clock(sqlite_database, scenarios)

    assert len(scenarios) == BATCH
    for scenario in scenarios:
        for person, imagined in imagine(scenario).items():
            with named(scenario):
                assert travelled[person] == imagined


def test_local_clock_waits_until_the_next_wake_and_no_longer(world: World) -> None:
    world.publish(WELCOME)
    world.enroll_many(3)
    world.dispatch()
    waits: list[float] = []
    done = threading.Event()

    def wait(seconds: float) -> None:
        waits.append(seconds)
        world.time.at += timedelta(minutes=59, seconds=58.5) if world.time.at == START else timedelta(seconds=max(seconds, 0.001))
        if world.rows(status="finished"):
            done.set()

    world.time.at = START
    world.clock.work(done.is_set, wait)

    assert all(0 <= seconds <= 1 for seconds in waits)
    assert {one.status for one in world.rows()} == {"finished"}
    assert {one.ended_at for one in world.rows()} == {START + timedelta(hours=1)}


def test_two_local_clocks_move_nobody_twice(world: World) -> None:
    world.publish(WELCOME)
    ids = world.enroll_many(40)
    for _ in range(40):
        world.dispatch()
    world.time.go(hours=1)
    clocks = [LocalClock(world.travel, now=world.time.now) for _ in range(4)]
    gate = threading.Barrier(4)

    def work(clock: LocalClock) -> None:
        gate.wait()
        while clock.run_due():
            pass

    threads = [threading.Thread(target=work, args=(clock,)) for clock in clocks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert {len(world.outcomes(one)) for one in ids} == {5}
    assert len(world.sends()) == len(ids)


def test_people_can_be_handed_from_one_clock_to_another(world: World) -> None:
    world.publish(WELCOME)
    [passage] = world.enroll_many(1)
    world.settle()
    due: datetime = world.row(passage).due_at

    assert move_clock(world.database, "temporal") == 1
    assert world.row(passage).group_id is None
    world.dispatch()

    moved = world.row(passage)
    assert (moved.status, moved.due_at) == ("waiting", due)
    world.live_through(START + timedelta(days=1))
    assert world.row(passage).status == "finished"
    assert [outcome for _, outcome, _ in world.outcomes(passage)] == ["began_waiting", "waited", "branched", "assigned", "queued"]


def test_local_clock_leaves_groups_of_another_generation_alone(world: World) -> None:
    world.publish(WELCOME)
    world.enroll_many(2)
    world.dispatch()
    with world.database.write() as connection:  # the move was cut short: its people are not released yet
        installation.set_clock(connection, "local", 2)
    world.time.go(days=1)

    assert world.clock.run_due() == 0
    assert world.clock.next_wake() is None
