"""Runs one stage of one group. (Signature first; the body follows.)"""

from __future__ import annotations

from datetime import datetime

from engine.run.clock import Wake
from engine.run.plans import Plans
from engine.store.database import Database


def run_stage(
    database: Database, plans: Plans, *, project: str, group_id: str, due: datetime, scheduled_at: datetime, generation: int
) -> Wake | None:
    """Walk everybody of a group who is due, and return the group's next wake; running it again moves nobody twice."""
    raise NotImplementedError
