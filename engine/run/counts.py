"""Folds counter deltas into totals. What is counted is written by whoever counts, with the decisions it counts."""

from __future__ import annotations

from engine.store import counts
from engine.store.database import Database

#: Deltas folded in one transaction.
BATCH_DELTAS = 2_000


def fold_once(database: Database) -> bool:
    """Fold the oldest deltas into the totals in one transaction; whether there were any."""
    with database.read() as connection:
        if not counts.has_deltas(connection):
            return False
    with database.write() as connection:
        sums = counts.take_deltas(connection, BATCH_DELTAS)
        counts.add(connection, sums)
    return bool(sums)
