"""Giving all positions to another clock. Knows rows; the clocks themselves are not asked: whatever they still wake is refused.

First the clock and a new generation are written down; from then on a stage of the old one changes nothing. Then its groups are ended
and their people become ready, a group at a time. If that is cut short, the same call goes on.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.run.clock import READY_TOPIC, Ring, silent
from engine.store import clock_moves, installation
from engine.store.database import Database


def move_clock(database: Database, clock: str, *, ring: Ring = silent, tell: Callable[[int], None] | None = None) -> int:
    """Make `clock` the owner of all positions and return how many people were released; `tell` hears of each group's."""
    with database.write() as connection:
        row = installation.ensure(connection)
        generation = row.clock_generation if row.clock == clock else row.clock_generation + 1
        installation.set_clock(connection, clock, generation)
    released = 0
    while True:
        with database.write() as connection:
            found = clock_moves.some_old(connection, generation, 1)
            count = sum(clock_moves.release(connection, project, group_id) for project, group_id in found)
        if not found:
            break
        released += count
        if tell is not None:
            tell(count)
    ring(READY_TOPIC)
    return released
