"""Forms groups of whoever is ready and has a clock start them. (Signature first; the body follows.)"""

from __future__ import annotations

from engine.run.clock import Clock
from engine.run.plans import Plans
from engine.store.database import Database

#: People in a group at most (DESIGN section 1).
GROUP_SIZE = 500
#: How long a dispatcher that found little to do lets people gather before it looks again, in seconds.
GATHER_SECONDS = 0.1


class Dispatcher:
    """Gathers ready people into groups. Any number of dispatchers may do so at once: none takes a person another one took."""

    def __init__(self, database: Database, clock: Clock, plans: Plans) -> None:
        self._database = database
        self._clock = clock
        self._plans = plans

    def dispatch_once(self) -> int:
        """Form groups of the people who are ready now, start them, and return how many people that were."""
        raise NotImplementedError
