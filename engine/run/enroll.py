"""Lets people into a journey, a thousand rows a transaction, and answers what became of each row.

Knows who may enter: the journey's state (read under a shared lock, so that no ghost enters after stop), live passages, re-entry,
idempotency keys, opt-outs. It must not know what happens to people inside; the dispatcher finds them by their status.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, assert_never

from engine.errors import InvalidInputError
from engine.journey.document import ReEntry, ReEntryAfter, ReEntryAlways, ReEntryNever
from engine.journey.durations import parse_duration
from engine.journey.facts import JsonObject
from engine.plan.plan import Plan
from engine.run import lifecycle
from engine.run.clock import READY_TOPIC, Ring, silent
from engine.run.people import EndpointChange, ReadChange, apply_changes, read_change, unit_of
from engine.run.plans import Plans
from engine.store import counts, installation, journeys, participants
from engine.store.counts import Counter
from engine.store.database import Connection, Database
from engine.store.endpoints import Endpoint
from engine.store.ids import new_id
from engine.store.journeys import Gate
from engine.store.participants import NewParticipant, Passage

#: Rows in one transaction: larger ones are no faster and hold SQLite's one write lock longer (email-reliability 7.1, measured).
BATCH_ROWS = 1_000

EnrollStatus: TypeAlias = Literal["enrolled", "already_enrolled", "duplicate", "re_entry_refused", "opted_out", "invalid"]


@dataclass(frozen=True, slots=True)
class EnrollRow:
    """One row of an enroll call."""

    endpoint: EndpointChange
    #: Two live passages of one unit differ by it.
    passage_key: str = ""
    #: A second row with the same key, at any time, enrolls nobody.
    idempotency_key: str | None = None
    #: For conditions and templates.
    context: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EnrollResult:
    """What became of one row."""

    status: EnrollStatus
    #: The passage: the new one, or the one that stood in the way.
    participant_id: str | None = None
    #: Why, where the row was invalid.
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who asks to come in, their endpoint known."""

    endpoint: Endpoint
    passage_key: str
    idempotency_key: str | None
    context: JsonObject


def enroll(
    database: Database,
    plans: Plans,
    project: str,
    journey_id: str,
    rows: Sequence[EnrollRow],
    *,
    now: Callable[[Connection], datetime] = installation.read_now,
    ring: Ring = silent,
) -> list[EnrollResult]:
    """Enroll rows and answer for each, in order; each thousand is one transaction, durable when this returns.

    Raises:
        NotFoundError: the journey was never published.
        ConflictError: it is stopped.
    """
    results: list[EnrollResult] = []
    for start in range(0, len(rows), BATCH_ROWS):
        read = [_read(row) for row in rows[start : start + BATCH_ROWS]]
        results += _enroll_batch(database, plans, project, journey_id, read, now)
        ring(READY_TOPIC)
    return results


def admit(connection: Connection, plan: Plan, gate: Gate, candidates: Sequence[Candidate], now: datetime) -> list[EnrollResult]:
    """Enroll candidates in this transaction, which holds the gate's lock and their endpoints'."""
    project = plan.project
    keys = [one.idempotency_key for one in candidates if one.idempotency_key is not None]
    known_keys = participants.find_keys(connection, project, gate.journey_id, keys) if keys else {}
    units = list({unit_of(one.endpoint) for one in candidates})
    door = _Door(
        known_keys=known_keys,
        live=participants.find_live(connection, project, gate.journey_id, units),
        last_enrolled=_last_enrolled(connection, plan, gate, units),
        re_entry=plan.re_entry,
        now=now,
    )
    results: list[EnrollResult] = []
    new: list[NewParticipant] = []
    for one in candidates:
        result = door.ask(one)
        results.append(result)
        if result.status == "enrolled" and result.participant_id is not None:
            new.append(_new_participant(plan, gate, one, result.participant_id, now))
    entered = participants.insert_new(connection, new)
    if len(entered) != len(new):
        results = _told_again(connection, gate, project, candidates, results, entered)
    counts.append(connection, {Counter(project, gate.journey_id, "", "", "enrolled"): len(entered)})
    return results


def _read(row: EnrollRow) -> tuple[EnrollRow, ReadChange | str]:
    """Look at a row before any lock is held; a text is why it is invalid."""
    try:
        return row, read_change(row.endpoint)
    except InvalidInputError as error:
        return row, str(error)


def _enroll_batch(
    database: Database,
    plans: Plans,
    project: str,
    journey_id: str,
    read: Sequence[tuple[EnrollRow, ReadChange | str]],
    now: Callable[[Connection], datetime],
) -> list[EnrollResult]:
    _warm(database, plans, project, journey_id)
    with database.write() as connection:
        gate = lifecycle.read_open_gate(connection, project, journey_id)
        at = now(connection)
        applied = apply_changes(connection, plans, project, [change for _, change in read if isinstance(change, ReadChange)], at)
        candidates: list[Candidate] = []
        results: list[EnrollResult | None] = []
        for row, change in read:
            endpoint = applied.endpoints.get(row.endpoint.id)
            if isinstance(change, str) or endpoint is None:
                reason = change if isinstance(change, str) else applied.refused[row.endpoint.id]
                results.append(EnrollResult("invalid", reason=reason))
            else:
                results.append(None)
                candidates.append(Candidate(endpoint, row.passage_key, row.idempotency_key, row.context))
        admitted = iter(admit(connection, plans.get(project, gate.plan_hash), gate, candidates, at))
        return [result if result is not None else next(admitted) for result in results]


def _warm(database: Database, plans: Plans, project: str, journey_id: str) -> None:
    """Have the plan at hand before the lock is taken; it is looked up again under it."""
    with database.read() as connection:
        gate = journeys.read_gate(connection, project, journey_id)
    if gate is not None:
        plans.get(project, gate.plan_hash)


def _last_enrolled(connection: Connection, plan: Plan, gate: Gate, units: Sequence[str]) -> Mapping[Passage, datetime]:
    if isinstance(plan.re_entry, ReEntryAlways):
        return {}
    return participants.find_last_enrolled(connection, plan.project, gate.journey_id, units)


@dataclass(slots=True)
class _Door:
    """Who is inside, and who came in during this batch."""

    known_keys: dict[str, str]
    live: dict[Passage, str]
    last_enrolled: Mapping[Passage, datetime]
    re_entry: ReEntry
    now: datetime

    def ask(self, one: Candidate) -> EnrollResult:
        """Say whether somebody may come in, and remember them if so."""
        if one.idempotency_key is not None and one.idempotency_key in self.known_keys:
            return EnrollResult("duplicate", self.known_keys[one.idempotency_key])
        passage = (unit_of(one.endpoint), one.passage_key)
        if passage in self.live:
            return EnrollResult("already_enrolled", self.live[passage])
        if one.endpoint.opted_out_at is not None:
            return EnrollResult("opted_out")
        last = self.last_enrolled.get(passage)
        if last is not None and not _may_return(self.re_entry, last, self.now):
            return EnrollResult("re_entry_refused")
        participant_id = new_id()
        self.live[passage] = participant_id
        if one.idempotency_key is not None:
            self.known_keys[one.idempotency_key] = participant_id
        return EnrollResult("enrolled", participant_id)


def _may_return(re_entry: ReEntry, last_enrolled_at: datetime, now: datetime) -> bool:
    match re_entry:
        case ReEntryNever():
            return False
        case ReEntryAlways():
            return True
        case ReEntryAfter():
            pause: timedelta = parse_duration(re_entry.after)
            return now >= last_enrolled_at + pause
    assert_never(re_entry)


def _new_participant(plan: Plan, gate: Gate, one: Candidate, participant_id: str, now: datetime) -> NewParticipant:
    return {
        "project": plan.project,
        "id": participant_id,
        "journey_id": gate.journey_id,
        "version": gate.live_version,
        "plan_hash": gate.plan_hash,
        "endpoint_id": one.endpoint.id,
        "unit": unit_of(one.endpoint),
        "passage_key": one.passage_key,
        "idempotency_key": one.idempotency_key,
        "context": one.context,
        # a paused journey keeps people at its door until it is resumed
        "status": participants.PAUSED if gate.state == journeys.PAUSED else participants.READY,
        "step_id": plan.start,
        "due_at": now,
        "enrolled_at": now,
    }


def _told_again(
    connection: Connection,
    gate: Gate,
    project: str,
    candidates: Sequence[Candidate],
    results: Sequence[EnrollResult],
    entered: set[str],
) -> list[EnrollResult]:
    """Answer those again who met a passage or a key that somebody else inserted meanwhile."""
    keys = [one.idempotency_key for one in candidates if one.idempotency_key is not None]
    known_keys = participants.find_keys(connection, project, gate.journey_id, keys)
    live = participants.find_live(connection, project, gate.journey_id, {unit_of(one.endpoint) for one in candidates})
    told: list[EnrollResult] = []
    for one, result in zip(candidates, results, strict=True):
        if result.participant_id is None or result.participant_id in entered:
            told.append(result)
        elif one.idempotency_key in known_keys:
            told.append(EnrollResult("duplicate", known_keys[one.idempotency_key]))
        else:
            told.append(EnrollResult("already_enrolled", live.get((unit_of(one.endpoint), one.passage_key))))
    return told
