"""Giving all positions to another clock, or to the same after a restore. The clocks are not asked: whatever they still wake is refused.

First the clock and a new generation are written down; from then on a stage of the old one changes nothing. Then its groups are ended
and their people become ready, a group at a time. If that is cut short, the same call goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from engine.run.clock import READY_TOPIC, Ring, silent
from engine.store import clock_moves, installation
from engine.store.database import Database


def move_clock(database: Database, clock: str, *, ring: Ring = silent, tell: Callable[[int], None] | None = None) -> int:
    """Make `clock` the owner of all positions and return how many people were released; `tell` hears of each group's."""
    with database.write() as connection:
        row = installation.ensure(connection)
        generation = row.clock_generation if row.clock == clock else row.clock_generation + 1
        installation.set_clock(connection, clock, generation)
    return _release_older(database, generation, ring, tell)


def begin_after_restore(database: Database, *, ring: Ring = silent) -> tuple[datetime, int]:
    """Note that the data came from a backup, and have everybody grouped anew, whatever Temporal remembers of what came after it.

    Mail of the classes that are sent at most once and was due before now becomes `UNKNOWN` at its intent: nobody knows whether it went.

    Returns:
        The moment of the restore, and how many people were released from their groups.
    """
    with database.write() as connection:
        generation = installation.ensure(connection).clock_generation + 1
        at = installation.read_now(connection)
        installation.set_restored(connection, at, generation)
    return at, _release_older(database, generation, ring, None)


def _release_older(database: Database, generation: int, ring: Ring, tell: Callable[[int], None] | None) -> int:
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
