"""A crash after each statement, from enrolling to the end: nobody lost, nobody moved twice, whoever was told "enrolled" is.

The process really ends (`os._exit` in a fork), so that no cleanup of ours or the driver's is relied upon.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event

from engine.run.enroll import enroll
from engine.run.sweeper import sweep_once
from engine.store.database import Database
from tests.support.travel import PROJECT, START, WELCOME, World, row

PEOPLE = 3
ROWS = [row(f"person-{number}", key=f"key-{number}", plan="pro") for number in range(PEOPLE)]
EXPECTED = [
    ("settle", "began_waiting", None),
    ("settle", "waited", None),
    ("plan", "branched", "pro"),
    ("thanks", "queued", None),
]
#: The exit code of a child that crashed where it was to.
CRASHED = 9
#: Both phases of travel take fewer statements than this.
MOST_STATEMENTS = 120


def crash_after(database: Database, count: int) -> None:
    """End the process right after so many statements and commits; writing ones only, for the others change nothing."""
    left = [count]

    def step(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os._exit(CRASHED)

    @event.listens_for(database.engine, "after_cursor_execute")
    def after(connection, cursor, statement, parameters, context, executemany) -> None:
        if not statement.startswith("SELECT"):
            step()

    # the pool gives a connection back only once its transaction has ended: that is the moment after the commit
    event.listen(database.engine.pool, "checkin", step)


def in_a_child(work: Callable[[], None]) -> bool:
    """Do something in a forked process; whether it crashed where it was to."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, CRASHED)
    return code == CRASHED


def travel(url: str, crash: int, phase: str) -> None:
    """One phase of the travel, in a process that ends after so many statements."""
    database = Database(url)
    world = World(database)
    crash_after(database, crash)
    if phase == "enter":
        enroll(database, world.plans, PROJECT, "welcome", ROWS, now=world.time)
        world.dispatch()
    else:
        world.time.at = START + timedelta(hours=1)
        world.clock.run_due()


def finish(world: World) -> None:
    """What the processes do when they are back: the caller asks again, dispatchers, sweeper and clock look."""
    world.enroll(*ROWS)
    for _ in range(3):
        world.settle()
        sweep_once(world.database, world.clock, now=world.time.at + timedelta(seconds=5))
    world.time.at = max(world.time.at, START)
    world.live_through(START + timedelta(days=1))


def check_travelled(world: World) -> None:
    rows = world.rows()
    assert [one.status for one in rows] == ["finished"] * PEOPLE
    assert Counter(one.endpoint_id for one in rows) == Counter({f"person-{number}": 1 for number in range(PEOPLE)})
    for one in rows:
        assert world.outcomes(one.id) == EXPECTED
        assert one.decision_count == len(EXPECTED)
    assert sorted(send.participant_id for send in world.sends()) == sorted(one.id for one in rows)


@pytest.mark.parametrize("phase", ["enter", "walk"])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_crash_after_each_statement_loses_and_doubles_nobody(kind: str, phase: str, fresh_database_url: Callable[..., str]) -> None:
    crashes = 0
    for crash in range(1, MOST_STATEMENTS):
        url = fresh_database_url(kind, with_tables=True)
        prepare(url, phase)

        crashed = in_a_child(lambda: travel(url, crash, phase))  # noqa: B023 - it is called at once

        database = Database(url)
        world = World(database)
        world.time.at = START if phase == "enter" else START + timedelta(hours=1)
        finish(world)
        check_travelled(world)
        database.close()
        if not crashed:
            break
        crashes += 1
    assert 5 < crashes < MOST_STATEMENTS - 1


def prepare(url: str, phase: str) -> None:
    database = Database(url)
    world = World(database)
    world.publish(WELCOME)
    if phase == "walk":
        world.enroll(*ROWS)
        world.dispatch()
    database.close()
