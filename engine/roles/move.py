"""`wend migrate --clock` and `--restored`: an operator's commands, while nothing runs. Who waits is grouped anew by the next worker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.errors import ConflictError
from engine.roles.settings import Settings
from engine.roles.wiring import open_database, open_home
from engine.run import move
from engine.store.database import Database


def move_clock(settings: Settings, clock: str) -> str:
    """Move all people to a clock and say so in a sentence; cut short, the same call goes on."""
    with _at_rest(settings) as database:
        released = move.move_clock(database, clock)
    return f"The clock is {clock} now. {_released(released)}"


def begin_after_restore(settings: Settings) -> str:
    """Note that the database was restored from a backup and say in two sentences what follows."""
    with _at_rest(settings) as database:
        at, released = move.begin_after_restore(database)
    return (
        f"Restored at {at:%Y-%m-%dT%H:%M:%SZ}: journey mail that was due before is not sent, but listed as UNKNOWN for you to resolve. "
        + _released(released)
    )


@contextmanager
def _at_rest(settings: Settings) -> Iterator[Database]:
    """The database of an installation that does not run. Raise ConflictError where `wend up` does."""
    home = open_home(settings)
    running = home.read_running()
    if running is not None:
        raise ConflictError(f"`wend up` (process {running.pid}) works on {home.folder}.", hint="End it first, then call this again.")
    database = open_database(settings)
    try:
        yield database
    finally:
        database.close()


def _released(count: int) -> str:
    return f"{count} people were released; the next worker groups them anew."
