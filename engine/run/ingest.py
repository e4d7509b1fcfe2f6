"""Takes events in: stores each once, has nobody overlook it, and enrolls by the entries that ask for it, all in one transaction.

Knows which journeys an event opens. It must not know what a journey does with an event: stages read the events they need.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from engine.errors import InvalidInputError
from engine.journey.conditions import Subject
from engine.journey.document import EventEntry
from engine.journey.facts import Event, Facts, JsonObject
from engine.plan.plan import Plan
from engine.run.clock import READY_TOPIC, Ring, silent
from engine.run.enroll import Candidate, EnrollResult, admit
from engine.run.people import (
    Applied,
    EndpointChange,
    ReadChange,
    apply_changes,
    endpoint_unit,
    read_change,
    unit_of,
    units_of_users,
    user_unit,
)
from engine.run.plans import Plans
from engine.store import endpoints, events, installation, journeys
from engine.store.database import Connection, Database
from engine.store.endpoints import Endpoint
from engine.store.events import EventRow
from engine.store.ids import new_id
from engine.store.journeys import STOPPED, Gate

#: Events in one transaction.
BATCH_EVENTS = 500

EventStatus: TypeAlias = Literal["accepted", "duplicate", "invalid"]


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """What a caller says happened. It names an endpoint, or a user, or brings the endpoint along."""

    #: The caller's: a second event with it is a no-op.
    id: str
    name: str
    #: None: now. One from the future is taken as now.
    occurred_at: datetime | None = None
    attributes: JsonObject = field(default_factory=dict)
    #: Upserted, as an enroll call does.
    endpoint: EndpointChange | None = None
    endpoint_id: str | None = None
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class EventResult:
    """What became of one event."""

    status: EventStatus
    #: Why, where it was invalid.
    reason: str | None = None
    #: What became of the journeys it opens, by journey id.
    enrolled: Mapping[str, EnrollResult] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Known:
    """An event whose person is known."""

    incoming: IncomingEvent
    row: EventRow
    #: Where to write to this person; None for a user without an endpoint.
    endpoint: Endpoint | None


def ingest(
    database: Database,
    plans: Plans,
    project: str,
    incoming: Sequence[IncomingEvent],
    *,
    now: Callable[[Connection], datetime] = installation.read_now,
    ring: Ring = silent,
) -> list[EventResult]:
    """Take events in and answer for each, in order; each batch is one transaction, durable when this returns."""
    results: list[EventResult] = []
    for start in range(0, len(incoming), BATCH_EVENTS):
        batch = incoming[start : start + BATCH_EVENTS]
        read = [_read(event) for event in batch]
        _warm(database, plans, project, batch)
        with database.write() as connection:
            results += _Batch(connection, plans, project, now(connection)).take(batch, read)
        ring(READY_TOPIC)
    return results


def _read(event: IncomingEvent) -> ReadChange | str | None:
    """Look at an event before any lock is held; a text is why it is invalid."""
    if not event.id or not event.name:
        return "The event has no id or no name."
    if sum(said is not None for said in (event.endpoint, event.endpoint_id, event.user_id)) != 1:
        return "Say exactly one of endpoint, endpoint_id and user_id."
    try:
        return None if event.endpoint is None else read_change(event.endpoint)
    except InvalidInputError as error:
        return str(error)


def _warm(database: Database, plans: Plans, project: str, batch: Sequence[IncomingEvent]) -> None:
    """Have the plans at hand before locks are taken; which of them count is read again under the lock."""
    with database.read() as connection:
        gates = journeys.read_gates_of_events(connection, project, {event.name for event in batch})
    for _, gate in gates:
        plans.get(project, gate.plan_hash)


class _Batch:
    """One transaction's events."""

    def __init__(self, connection: Connection, plans: Plans, project: str, now: datetime) -> None:
        self._connection = connection
        self._plans = plans
        self._project = project
        self._now = now

    def take(self, batch: Sequence[IncomingEvent], read: Sequence[ReadChange | str | None]) -> list[EventResult]:
        """Locks journeys (shared), endpoints, users, events, passages, in this order, as enrolling does."""
        gates = journeys.read_gates_of_events(self._connection, self._project, {event.name for event in batch}, locked=True)
        changes = [change for change in read if isinstance(change, ReadChange)]
        named, units = self._lock_named(batch)
        applied = apply_changes(self._connection, self._plans, self._project, changes, self._now, units=units)
        known, results = self._know(batch, read, {**named, **applied.endpoints}, applied)
        new_ids = events.insert_new(self._connection, [one.row for one in known.values()])
        new = {index: one for index, one in known.items() if one.row["event_id"] in new_ids}
        entered = self._enroll(gates, new)
        for index in known:
            results[index] = EventResult("accepted", enrolled=entered.get(index, {})) if index in new else EventResult("duplicate")
        return [results[index] for index in range(len(batch))]

    def _lock_named(self, batch: Sequence[IncomingEvent]) -> tuple[dict[str, Endpoint], frozenset[str]]:
        """Lock every endpoint that these events may concern, in one go; with them, the units to be noticed (rule 1).

        Whoever is enrolled at this moment holds one of these locks: they either are seen here, or see the event.
        """
        ids = {event.endpoint.id if event.endpoint is not None else event.endpoint_id for event in batch} - {None}
        named_users = {event.user_id for event in batch if event.user_id is not None}
        of_users = endpoints.of_users(self._connection, self._project, named_users) if named_users else {}
        theirs = {one.id for several in of_users.values() for one in several}
        named = endpoints.lock(self._connection, self._project, sorted({one for one in ids if one is not None} | theirs))
        brought = {event.endpoint.user.id for event in batch if event.endpoint is not None and event.endpoint.user is not None}
        users = named_users | brought | {one.user_id for one in named.values() if one.user_id is not None}
        units = units_of_users(self._connection, self._project, users) | {endpoint_unit(one) for one in named}
        return named, units

    def _know(
        self, batch: Sequence[IncomingEvent], read: Sequence[ReadChange | str | None], found: Mapping[str, Endpoint], applied: Applied
    ) -> tuple[dict[int, _Known], dict[int, EventResult]]:
        """Find the person of each event; of several with one id in this batch, the first counts."""
        user_ids = {event.user_id for event in batch if event.user_id is not None}
        of_users = endpoints.of_users(self._connection, self._project, user_ids) if user_ids else {}
        known: dict[int, _Known] = {}
        results: dict[int, EventResult] = {}
        seen: set[str] = set()
        for index, (event, change) in enumerate(zip(batch, read, strict=True)):
            endpoint_id = event.endpoint.id if event.endpoint is not None else event.endpoint_id
            endpoint = found.get(endpoint_id) if endpoint_id is not None else _newest_open(of_users.get(event.user_id or "", ()))
            if isinstance(change, str):
                results[index] = EventResult("invalid", change)
            elif endpoint is None and event.user_id is None:
                results[index] = EventResult("invalid", applied.refused.get(endpoint_id or "", f"There is no endpoint {endpoint_id!r}."))
            elif event.id in seen:
                results[index] = EventResult("duplicate")
            else:
                seen.add(event.id)
                known[index] = _Known(event, self._row(event, endpoint), endpoint)
        return known, results

    def _row(self, event: IncomingEvent, endpoint: Endpoint | None) -> EventRow:
        if event.user_id is not None or endpoint is None:
            unit, endpoint_id = user_unit(event.user_id or ""), None
        else:
            unit, endpoint_id = unit_of(endpoint), endpoint.id
        return {
            "project": self._project,
            "id": new_id(),
            "event_id": event.id,
            "name": event.name,
            "unit": unit,
            "endpoint_id": endpoint_id,
            "occurred_at": self._now if event.occurred_at is None else min(event.occurred_at, self._now),
            "received_at": self._now,
            "attributes": event.attributes,
        }

    def _enroll(self, gates: Sequence[tuple[str, Gate]], new: Mapping[int, _Known]) -> dict[int, dict[str, EnrollResult]]:
        entered: dict[int, dict[str, EnrollResult]] = {}
        for name, gate in gates:
            if gate.state == STOPPED:
                continue
            plan = self._plans.get(self._project, gate.plan_hash)
            asking: dict[int, Candidate] = {}
            for index, one in new.items():
                if one.endpoint is not None and one.row["name"] == name and _opens(plan, one):
                    asking[index] = Candidate(one.endpoint, "", None, one.incoming.attributes)
            results = admit(self._connection, plan, gate, list(asking.values()), self._now)
            for index, result in zip(asking, results, strict=True):
                entered.setdefault(index, {})[gate.journey_id] = result
        return entered


def _newest_open(of_user: Sequence[Endpoint]) -> Endpoint | None:
    """The endpoint to write to when only the user is named: the newest that has not opted out, else the newest."""
    return next((endpoint for endpoint in of_user if endpoint.opted_out_at is None), of_user[0] if of_user else None)


def _opens(plan: Plan, one: _Known) -> bool:
    """Whether an event fulfils what a journey's entry asks of it."""
    if not isinstance(plan.entry, EventEntry):
        return False
    if plan.entry.where is None:
        return True
    event = Event(one.row["id"], one.row["occurred_at"], one.row["attributes"])
    now = one.row["received_at"]
    return plan.entry.where.holds(Subject(Facts(), {}, now, now, event))
