"""Counters: deltas and totals say the same as the decisions they count, folded or not, by one folder or by many."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select

from engine.run.counts import fold_once
from engine.store import counts
from engine.store.counts import Counter
from engine.store.tables import count_deltas, decisions
from tests.support.travel import PROJECT, START, World


def counted(world: World) -> dict[tuple[str, str, str], int]:
    with world.database.read() as connection:
        found = counts.of_journey(connection, PROJECT, "welcome")
    return {(counter.step_id, counter.branch, counter.metric): count for counter, count in found.items()}


def decided(world: World) -> dict[tuple[str, str, str], int]:
    """The same, from the decisions themselves."""
    keys = (decisions.c.step_id, func.coalesce(decisions.c.branch, ""), decisions.c.outcome)
    with world.database.read() as connection:
        rows = connection.execute(select(*keys, func.count()).where(decisions.c.step_id.is_not(None)).group_by(*keys))
        return {(step_id, branch, outcome): count for step_id, branch, outcome, count in rows}


def travelled(world: World) -> None:
    world.publish()
    world.enroll_many(7)
    world.live_through(START + timedelta(hours=3))


def test_counts_are_those_of_the_decisions(world: World) -> None:
    travelled(world)

    found = counted(world)

    assert {key: count for key, count in found.items() if key[0]} == decided(world)
    assert found["", "", "enrolled"] == 7
    assert found["", "", "finished"] == 7
    assert found["plan", "else", "branched"] == 7


def test_folding_changes_no_count_and_leaves_no_delta(world: World) -> None:
    travelled(world)
    before = counted(world)

    while fold_once(world.database):
        pass

    assert counted(world) == before
    with world.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(count_deltas)) == 0


def test_many_folders_at_once_count_everything_once(world: World) -> None:
    counter = Counter(PROJECT, "welcome", "step", "", "counted")
    gate = threading.Barrier(4)

    def work(_: int) -> None:
        gate.wait()
        for _ in range(20):
            with world.database.write() as connection:
                counts.append(connection, {counter: 1})
            fold_once(world.database)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))

    assert counted(world) == {("step", "", "counted"): 80}
