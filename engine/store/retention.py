"""Deletes what is older than an installation keeps: ranges of time-ordered ids, a batch at a time. Knows what hangs on a passage."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, update

from engine.store import decisions
from engine.store.tables import events, groups, participants, sends
from engine.store.types import is_among

#: Sends that are still to go, or to be judged, outlive any retention.
_FINAL = ("ACCEPTED", "FAILED", "SUPPRESSED", "CAPPED", "EXPIRED", "CANCELLED")


def forget_passages(connection: Connection, project: str, *, before_id: str, before: datetime, keep: Collection[str], most: int) -> int:
    """Delete passages that began and ended before an instant, with their decisions and sends; returns how many.

    Args:
        before_id: the first id that is kept.
        keep: journeys that must know who was inside (their re-entry asks): there the bare passage stays.
    """
    table = participants.c
    old = (table.project == project) & (table.id < before_id) & (table.ended_at < before)
    unkept = or_(table.journey_id.not_in(list(keep)), table.decision_count > 0)
    picked = connection.execute(
        select(table.id, table.journey_id).where(old, unkept).order_by(table.id).limit(most).with_for_update()
    ).all()
    ids = [row.id for row in picked]
    if not ids:
        return 0
    decisions.delete_of(connection, project, ids)
    theirs = (sends.c.project == project) & is_among(sends.c.participant_id, "ids")
    connection.execute(delete(sends).where(theirs, sends.c.state.in_(_FINAL)), {"ids": ids})
    gone = [row.id for row in picked if row.journey_id not in keep]
    bare = [row.id for row in picked if row.journey_id in keep]
    these = (table.project == project) & is_among(table.id, "ids")
    connection.execute(delete(participants).where(these), {"ids": gone})
    connection.execute(update(participants).where(these).values(decision_count=0, context={}, basis=None, error=None), {"ids": bare})
    return len(ids)


def forget_events(connection: Connection, project: str, *, before_id: str, most: int) -> int:
    """Delete the oldest events; returns how many."""
    oldest = select(events.c.id).where(events.c.project == project, events.c.id < before_id).order_by(events.c.id).limit(most)
    return connection.execute(delete(events).where(events.c.project == project, events.c.id.in_(oldest))).rowcount


def forget_groups(connection: Connection, project: str, *, before_id: str, most: int) -> int:
    """Delete the oldest groups that have ended; returns how many."""
    ended = (groups.c.project == project) & (groups.c.id < before_id) & (groups.c.state == "ended")
    oldest = select(groups.c.id).where(ended).order_by(groups.c.id).limit(most)
    return connection.execute(delete(groups).where(groups.c.project == project, groups.c.id.in_(oldest))).rowcount


def forget_lone_sends(connection: Connection, project: str, *, before_id: str, most: int) -> int:
    """Delete the oldest sends that belong to no passage and have come to their end; returns how many."""
    lone = (sends.c.project == project) & (sends.c.id < before_id) & sends.c.participant_id.is_(None) & sends.c.state.in_(_FINAL)
    oldest = select(sends.c.id).where(lone).order_by(sends.c.id).limit(most)
    return connection.execute(delete(sends).where(sends.c.project == project, sends.c.id.in_(oldest))).rowcount
