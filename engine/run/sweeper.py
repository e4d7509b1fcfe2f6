"""Re-issues what should exist. (Signature first; the body follows.)"""

from __future__ import annotations

from dataclasses import dataclass

from engine.run.clock import Clock
from engine.store.database import Database


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep found."""

    #: Groups started again under their id.
    restarted: tuple[str, ...]
    #: Groups that run and yet are overdue: somebody has to look.
    overdue: tuple[str, ...]


def sweep_once(database: Database, clock: Clock) -> Swept:
    """Start again the groups that should travel and do not, and name those that are overdue all the same."""
    raise NotImplementedError
