"""Ends live passages in batches, with the decision that says why. Knows the order of locks, and not who asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from engine.store import counts, decisions, participants, sends
from engine.store.counts import Counter
from engine.store.database import Connection
from engine.store.decisions import DecisionRow
from engine.store.participants import Leaver

STOPPED = "stopped"
NEW_VERSION = "new_version"
REMOVED = "removed"
ERASED = "erased"


def exit_row(project: str, journey_id: str, leaver: Leaver, reason: str, at: datetime) -> DecisionRow:
    """The decision of a passage that ends before an end of the journey."""
    return {
        "project": project,
        "participant_id": leaver.id,
        "number": leaver.decision_count + 1,
        "journey_id": journey_id,
        "version": leaver.version,
        "step_id": None,
        "outcome": "exited",
        "branch": None,
        "grounds": {"reason": reason},
        "decided_at": at,
    }


def end_passages(connection: Connection, project: str, journey_id: str, ids: Iterable[str], *, reason: str, at: datetime) -> int:
    """End those of these passages that still live: their sends that wait are cancelled, and the timeline says why. Returns how many."""
    leavers = participants.lock_leavers(connection, project, ids)
    if not leavers:
        return 0
    left = [leaver.id for leaver in leavers]
    participants.end(connection, project, left, reason, at)
    decisions.append(connection, [exit_row(project, journey_id, leaver, reason, at) for leaver in leavers])
    sends.cancel_of_participants(connection, project, left, reason)
    counts.append(connection, {Counter(project, journey_id, "", "", participants.EXITED): len(left)})
    return len(left)
