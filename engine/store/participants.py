"""Who is where: participants as enrolling, dispatching and stages read and write them. Knows rows, and no rule of travel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias, TypedDict

from sqlalchemy import Connection, bindparam, case, func, insert, literal, null, select, update
from sqlalchemy.dialects import postgresql

from engine.journey.facts import JsonObject
from engine.store.at_once import AtOnce
from engine.store.bulk import Batch, bulk_insert, bulk_update
from engine.store.tables import participants
from engine.store.types import is_among

READY, WAITING, PAUSED, BLOCKED, FINISHED, EXITED = "ready", "waiting", "paused", "blocked", "finished", "exited"

_TABLE = participants.c
_PROJECT = _TABLE.project == bindparam("of_project")
_JOURNEY = _PROJECT & (_TABLE.journey_id == bindparam("of_journey"))
_LIVE = _TABLE.ended_at.is_(None)
#: The order in which rows are locked. An expression, lest SQLite walk the whole primary key for the sake of it.
_IN_ID_ORDER = _TABLE.id.concat("")

#: (unit, passage key): of which a journey has at most one live passage.
Passage: TypeAlias = tuple[str, str]


# --- enrolling --------------------------------------------------------------------------------------------------------


class NewParticipant(TypedDict):
    """One row, as it is inserted."""

    project: str
    id: str
    journey_id: str
    version: int
    plan_hash: str
    endpoint_id: str
    unit: str
    passage_key: str
    idempotency_key: str | None
    context: JsonObject
    status: str
    step_id: str
    due_at: datetime
    enrolled_at: datetime


_OF_KEYS = select(_TABLE.idempotency_key, _TABLE.id).where(
    _JOURNEY, is_among(_TABLE.idempotency_key, "keys"), _TABLE.idempotency_key.is_not(None)
)
_LIVE_PASSAGES = AtOnce(select(_TABLE.unit, _TABLE.passage_key, _TABLE.id).where(_JOURNEY, is_among(_TABLE.unit, "units"), _LIVE))
_LAST_ENROLLED = (
    select(_TABLE.unit, _TABLE.passage_key, func.max(_TABLE.enrolled_at, type_=_TABLE.enrolled_at.type))
    .where(_JOURNEY, is_among(_TABLE.unit, "units"))
    .group_by(_TABLE.unit, _TABLE.passage_key)
)
_INSERT = bulk_insert(insert(participants), *NewParticipant.__annotations__)
_INSERT_IF_NEW = postgresql.insert(participants).on_conflict_do_nothing().returning(_TABLE.id)


def find_keys(connection: Connection, project: str, journey_id: str, keys: Iterable[str]) -> dict[str, str]:
    """Participants by the idempotency keys they were enrolled with."""
    rows = connection.execute(_OF_KEYS, {"of_project": project, "of_journey": journey_id, "keys": list(keys)})
    return dict(tuple(row) for row in rows.all())


def find_live(connection: Connection, project: str, journey_id: str, units: Iterable[str]) -> dict[Passage, str]:
    """The live passages of some units, by unit and passage key."""
    rows = _LIVE_PASSAGES.rows(connection, {"of_project": project, "of_journey": journey_id, "units": list(units)})
    return {(unit, passage_key): participant_id for unit, passage_key, participant_id in rows}


def find_last_enrolled(connection: Connection, project: str, journey_id: str, units: Iterable[str]) -> dict[Passage, datetime]:
    """When some units' last passages began, by unit and passage key."""
    rows = connection.execute(_LAST_ENROLLED, {"of_project": project, "of_journey": journey_id, "units": list(units)})
    return {(unit, passage_key): enrolled_at for unit, passage_key, enrolled_at in rows}


def insert_new(connection: Connection, rows: Sequence[NewParticipant]) -> set[str]:
    """Insert passages and return the ids of those that were new; the others met a live passage or key inserted meanwhile."""
    if not rows:
        return set()
    ordered = sorted(rows, key=lambda row: (row["unit"], row["passage_key"]))
    if connection.dialect.name == "sqlite":
        _INSERT.execute(connection, ordered)  # nobody else writes meanwhile
        return {row["id"] for row in rows}
    return set(connection.scalars(_INSERT_IF_NEW, ordered))


# --- dispatching ------------------------------------------------------------------------------------------------------


class Traveller(NamedTuple):
    """A participant as dispatchers and stages read them; a tuple, for a thousand of them are made at once."""

    project: str
    id: str
    journey_id: str
    version: int
    plan_hash: str
    endpoint_id: str
    unit: str
    context: JsonObject
    status: str
    step_id: str
    #: None for someone who has yet to enter their step.
    arrived_at: datetime | None
    basis: JsonObject | None
    due_at: datetime
    epoch: int
    woken_by: str | None
    decision_count: int
    enrolled_at: datetime


_TRAVELLER = tuple(_TABLE[name] for name in Traveller._fields)
_TAKE = AtOnce(
    select(*_TRAVELLER)
    .where(_TABLE.status == literal(READY, literal_execute=True), _TABLE.group_id.is_(None))
    .order_by(_TABLE.due_at, _TABLE.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_ANYBODY_READY = select(_TABLE.id).where(_TABLE.status == literal(READY, literal_execute=True), _TABLE.group_id.is_(None)).limit(1)
_JOINED = update(participants).where(_PROJECT, is_among(_TABLE.id, "ids")).values(group_id=bindparam("joined"))
#: People who stand at a wait that is not over (they came from another clock) go on waiting.
_JOINED_STANDING = _JOINED.values(
    status=case((_TABLE.due_at > bindparam("at", type_=_TABLE.due_at.type), WAITING), else_=READY),
)


def is_anybody_ready(connection: Connection) -> bool:
    """Whether somebody is ready and in no group."""
    return connection.scalar(_ANYBODY_READY) is not None


def take_ready(connection: Connection, most: int) -> list[Traveller]:
    """Lock people who are ready and in no group, earliest due first, passing over those whom another dispatcher has locked."""
    return [Traveller._make(row) for row in _TAKE.rows(connection, {"most": most})]


def join_group(connection: Connection, people: Sequence[Traveller], group_id: str, at: datetime) -> None:
    """Put people of one project, whom this transaction took, into a group; all of them stand at a wait, or none does."""
    parameters = {"of_project": people[0].project, "ids": [person.id for person in people], "joined": group_id}
    if people[0].arrived_at is None:
        connection.execute(_JOINED, parameters)
    else:
        connection.execute(_JOINED_STANDING, {**parameters, "at": at})


# --- stages -----------------------------------------------------------------------------------------------------------


_IN_GROUP = (_TABLE.group_id == bindparam("in_group")) & _PROJECT
_DUE = AtOnce(
    select(*_TRAVELLER)
    .where(_IN_GROUP, _TABLE.due_at <= bindparam("by", type_=_TABLE.due_at.type))
    .order_by(_TABLE.due_at, _TABLE.id)
    .limit(bindparam("most"))
)
_EPOCHS = AtOnce(
    select(_TABLE.id, _TABLE.epoch)
    .where(_IN_GROUP, _TABLE.due_at <= bindparam("by", type_=_TABLE.due_at.type))
    .order_by(_IN_ID_ORDER)
    .with_for_update()
)
_NEXT = (
    select(_TABLE.due_at, _TABLE.step_id, _TABLE.plan_hash).where(_IN_GROUP).order_by(_TABLE.due_at).limit(1)
)  # whoever has ended, left or is blocked has no group any more


class Position(TypedDict):
    """Where a stage leaves a participant."""

    of_project: str
    of_id: str
    status: str
    step_id: str
    arrived_at: datetime | None
    basis: JsonObject | None
    due_at: datetime
    group_id: str | None
    epoch: int
    woken_by: str | None
    decision_count: int
    reason: str | None
    error: str | None
    ended_at: datetime | None


_KEYS = {"project": "of_project", "id": "of_id"}
_MOVED = tuple(name for name in Position.__annotations__ if name not in _KEYS.values())
_END = bulk_update(participants, _KEYS, *_MOVED)
#: Who goes on living keeps `ended_at` as it is: naming it would write `participants_live` anew for each.
_MOVE = bulk_update(participants, _KEYS, *(name for name in _MOVED if name != "ended_at"))


def due_in_group(connection: Connection, project: str, group_id: str, by: datetime, most: int) -> list[Traveller]:
    """The people of a group who are due by an instant, without a lock."""
    rows = _DUE.rows(connection, {"of_project": project, "in_group": group_id, "by": by, "most": most})
    return [Traveller._make(row) for row in rows]


def lock_epochs(connection: Connection, project: str, group_id: str, by: datetime) -> dict[str, int]:
    """Lock the people of a group who are due by an instant, in id order, and return their epochs."""
    return dict(_EPOCHS.rows(connection, {"of_project": project, "in_group": group_id, "by": by}))


def prepare_moves(connection: Connection, positions: Sequence[Position]) -> tuple[Batch, Batch]:
    """Make ready where people stand now, before any lock is held; whoever writes it holds the locks of all of them."""
    return (
        _MOVE.prepare(connection, [position for position in positions if position["ended_at"] is None]),
        _END.prepare(connection, [position for position in positions if position["ended_at"] is not None]),
    )


@dataclass(frozen=True, slots=True)
class Due:
    """When somebody of a group is due next."""

    at: datetime
    #: Where they stand, or are about to enter.
    step_id: str
    plan_hash: str


def next_due(connection: Connection, project: str, group_id: str) -> Due | None:
    """When somebody of a group is due next; None for a group that nobody is in."""
    row = connection.execute(_NEXT, {"of_project": project, "in_group": group_id}).first()
    return None if row is None else Due(*row)


# --- changes that must not be overlooked ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Live:
    """A live passage, as whoever changes something about its person sees it."""

    id: str
    endpoint_id: str
    unit: str
    status: str
    plan_hash: str
    step_id: str


_LIVE_COLUMNS = (_TABLE.id, _TABLE.endpoint_id, _TABLE.unit, _TABLE.status, _TABLE.plan_hash, _TABLE.step_id)
_LIVE_OF = AtOnce(
    select(*_LIVE_COLUMNS)
    .where(_PROJECT, is_among(_TABLE.unit, "units") | is_among(_TABLE.endpoint_id, "endpoint_ids"), _LIVE)
    .order_by(_TABLE.id)
    .with_for_update()
)
_THESE = _PROJECT & is_among(_TABLE.id, "ids")
_BUMP = update(participants).where(_THESE).values(epoch=_TABLE.epoch + 1)
_WAKE = (
    update(participants)
    .where(_THESE, _TABLE.status == WAITING)
    .values(status=READY, group_id=null(), due_at=bindparam("at", type_=_TABLE.due_at.type), woken_by=bindparam("by"))
)


def lock_live(connection: Connection, project: str, *, units: Iterable[str] = (), endpoint_ids: Iterable[str] = ()) -> list[Live]:
    """The live passages of some units and of some endpoints, locked in id order: a transaction that asks twice may meet another halfway."""
    parameters = {"of_project": project, "units": sorted(units), "endpoint_ids": sorted(endpoint_ids)}
    return [Live(*row) for row in _LIVE_OF.rows(connection, parameters)]


def bump_epochs(connection: Connection, project: str, ids: Iterable[str]) -> None:
    """Have every stage that read these passages before decide them again; the caller holds their locks."""
    connection.execute(_BUMP, {"of_project": project, "ids": sorted(ids)})


def wake(connection: Connection, project: str, ids: Iterable[str], at: datetime, by: str | None) -> int:
    """Make those of these passages that wait ready now, in no group; returns how many."""
    return connection.execute(_WAKE, {"of_project": project, "ids": sorted(ids), "at": at, "by": by}).rowcount


# --- leaving, pausing, resuming ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leaver:
    """A live passage that is about to end."""

    id: str
    version: int
    decision_count: int


_SOME_LIVE = select(_TABLE.id).where(_JOURNEY, _LIVE, _TABLE.version < bindparam("below")).limit(bindparam("most"))
_LOCK_LEAVERS = (
    select(_TABLE.id, _TABLE.version, _TABLE.decision_count)
    .where(_PROJECT, is_among(_TABLE.id, "ids"), _LIVE)
    .order_by(_IN_ID_ORDER)
    .with_for_update()
)
_EXIT = (
    update(participants)
    .where(_THESE, _LIVE)
    .values(
        status=EXITED,
        group_id=null(),
        epoch=_TABLE.epoch + 1,
        decision_count=_TABLE.decision_count + 1,
        reason=bindparam("why"),
        error=null(),
        ended_at=bindparam("at", type_=_TABLE.ended_at.type),
    )
)
_IS_PAUSED = _TABLE.status == literal(PAUSED, literal_execute=True)
_SOME_PAUSED = select(_TABLE.id).where(_JOURNEY, _IS_PAUSED).order_by(_TABLE.id).limit(bindparam("most")).with_for_update()
_MAKE_READY = (
    update(participants)
    .where(_THESE, _TABLE.status == bindparam("was"))
    .values(status=READY, group_id=null(), error=null(), epoch=_TABLE.epoch + 1, due_at=bindparam("at", type_=_TABLE.due_at.type))
)
_JOURNEY_OF = select(_TABLE.journey_id).where(_PROJECT, _TABLE.id == bindparam("of_id"))


def some_live(connection: Connection, project: str, journey_id: str, *, below_version: int, most: int) -> list[str]:
    """Some live passages of a journey on versions below one, without a lock."""
    parameters = {"of_project": project, "of_journey": journey_id, "below": below_version, "most": most}
    return list(connection.scalars(_SOME_LIVE, parameters))


def lock_leavers(connection: Connection, project: str, ids: Iterable[str]) -> list[Leaver]:
    """Those of these passages that still live, locked in id order."""
    return [Leaver(*row) for row in connection.execute(_LOCK_LEAVERS, {"of_project": project, "ids": sorted(ids)})]


def end(connection: Connection, project: str, ids: Iterable[str], reason: str, at: datetime) -> None:
    """End live passages as exited; the caller holds their locks and writes the decision that is counted here."""
    connection.execute(_EXIT, {"of_project": project, "ids": sorted(ids), "why": reason, "at": at})


def release_paused(connection: Connection, project: str, journey_id: str, at: datetime, most: int) -> int:
    """Make some of a journey's paused people ready; returns how many."""
    ids = list(connection.scalars(_SOME_PAUSED, {"of_project": project, "of_journey": journey_id, "most": most}))
    if ids:
        connection.execute(_MAKE_READY, {"of_project": project, "ids": ids, "was": PAUSED, "at": at})
    return len(ids)


def release_blocked(connection: Connection, project: str, participant_id: str, at: datetime) -> bool:
    """Make a blocked participant ready; False when they are not blocked."""
    parameters = {"of_project": project, "ids": [participant_id], "was": BLOCKED, "at": at}
    return connection.execute(_MAKE_READY, parameters).rowcount > 0


def journey_of(connection: Connection, project: str, participant_id: str) -> str | None:
    """The journey of a passage; None when there is no such passage."""
    return connection.scalar(_JOURNEY_OF, {"of_project": project, "of_id": participant_id})


# --- erasing ----------------------------------------------------------------------------------------------------------

_OF_ENDPOINT = select(_TABLE.journey_id, _TABLE.id).where(_PROJECT, _TABLE.endpoint_id == bindparam("of_endpoint"))
_BLANK = update(participants).where(_THESE).values(context={}, basis=null(), error=null(), epoch=_TABLE.epoch + 1)


def of_endpoint(connection: Connection, project: str, endpoint_id: str) -> list[tuple[str, str]]:
    """Journey and id of all passages of an endpoint, live or not."""
    rows = connection.execute(_OF_ENDPOINT, {"of_project": project, "of_endpoint": endpoint_id})
    return [(row.journey_id, row.id) for row in rows]


def blank(connection: Connection, project: str, ids: Iterable[str]) -> None:
    """Forget what passages brought along and what they were computed from."""
    connection.execute(_BLANK, {"of_project": project, "ids": sorted(ids)})
