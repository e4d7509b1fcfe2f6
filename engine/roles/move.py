"""`wend migrate --clock`: hands everybody's waiting to the other clock. An operator's command; no worker may run meanwhile."""

from __future__ import annotations

from engine.errors import ConflictError
from engine.roles.settings import Settings
from engine.roles.wiring import open_database, open_home
from engine.run import move


def move_clock(settings: Settings, clock: str) -> str:
    """Move all people to a clock and say so in a sentence; cut short, the same call goes on."""
    home = open_home(settings)
    running = home.read_running()
    if running is not None:
        raise ConflictError(
            f"`wend up` (process {running.pid}) works on {home.folder}.", hint="End it first, then move, then start it again."
        )
    database = open_database(settings)
    try:
        released = move.move_clock(database, clock)
    finally:
        database.close()
    return f"The clock is {clock} now. {released} people were released; the next worker groups them anew."
