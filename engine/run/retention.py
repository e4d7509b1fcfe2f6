"""Forgets what is older than `WEND_RETENTION_DAYS`, a batch at a time, oldest first. Live passages are never old.

What is forgotten cannot be asked any more: a condition over events sees none from before, and the timeline of a passage that is gone
is gone. Who was inside a journey that restricts re-entry stays known, by the bare passage; assignments and counters stay.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from engine.errors import UnknownPlanFormatError
from engine.journey.document import ReEntryAlways
from engine.run.plans import Plans
from engine.store import idempotency, installation, journeys, retention
from engine.store.database import Connection, Database
from engine.store.ids import first_id_of

#: Rows deleted in one transaction: well under 20 ms on SQLite (measured).
BATCH_ROWS = 500
#: As long as the best-known API keeps them (Stripe: 24 hours); an answer to 10,000 rows is a megabyte.
ANSWERS_KEPT = timedelta(hours=24)


def forget_old(database: Database, plans: Plans, *, days: int) -> int:
    """Delete everything older than so many days, and return how many rows and passages that were."""
    with database.read() as connection:
        before = installation.read_now(connection) - timedelta(days=days)
        projects = installation.list_projects(connection)
    before_id = first_id_of(before)
    forgotten = 0
    for project in projects:
        keep = _restricted(database, plans, project)
        forgotten += _in_batches(database, partial(_passages, project=project, before_id=before_id, before=before, keep=keep))
        for forget in (retention.forget_events, retention.forget_lone_sends, retention.forget_groups):
            forgotten += _in_batches(database, partial(forget, project=project, before_id=before_id, most=BATCH_ROWS))
    return forgotten


def forget_answers(database: Database) -> int:
    """Delete the answers kept for `Idempotency-Key` once nobody sends a call again, and return how many.

    What a row's own key guards stays guarded: enrolling, events and test sends have theirs in their rows.
    """
    with database.read() as connection:
        before = installation.read_now(connection) - ANSWERS_KEPT
    return _in_batches(database, partial(idempotency.forget_before, instant=before, most=BATCH_ROWS))


_passages = partial(retention.forget_passages, most=BATCH_ROWS)


def _in_batches(database: Database, forget: Callable[[Connection], int]) -> int:
    forgotten = 0
    while True:
        with database.write() as connection:
            count = forget(connection)
        forgotten += count
        if count < BATCH_ROWS:
            return forgotten


def _restricted(database: Database, plans: Plans, project: str) -> frozenset[str]:
    """The journeys whose re-entry asks who was inside before."""
    with database.read() as connection:
        gates = journeys.list_gates(connection, project)
    restricted = set()
    for gate in gates:
        try:
            if not isinstance(plans.get(project, gate.plan_hash).re_entry, ReEntryAlways):
                restricted.add(gate.journey_id)
        except UnknownPlanFormatError:
            restricted.add(gate.journey_id)  # a newer release's: what it asks is not known here
    return frozenset(restricted)
