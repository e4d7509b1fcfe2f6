"""Journeys that were published: their state, and what lets people in and keeps them travelling."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, func, literal, or_, select, update

from engine.store.dialects import insert_into, lock_name, share_name
from engine.store.tables import journeys, participants, versions
from engine.store.types import is_among

LIVE, PAUSED, STOPPED = "live", "paused", "stopped"


@dataclass(frozen=True, slots=True)
class Gate:
    """What enrolling and every stage have to know of a journey, as it is at this moment."""

    journey_id: str
    #: live | paused | stopped
    state: str
    live_version: int
    #: The live version's plan.
    plan_hash: str
    #: People on versions below this one left when it was published; 0 when none ever had to.
    exit_below: int


_EXIT_BELOW = (
    select(func.coalesce(func.max(versions.c.number), 0))
    .where(versions.c.project == journeys.c.project, versions.c.journey_id == journeys.c.id, versions.c.people == "exit")
    .correlate(journeys)
    .scalar_subquery()
)
_GATES = select(journeys.c.id, journeys.c.state, journeys.c.live_version, versions.c.plan_hash, _EXIT_BELOW.label("exit_below")).where(
    journeys.c.project == bindparam("project"),
    versions.c.project == journeys.c.project,
    versions.c.journey_id == journeys.c.id,
    versions.c.number == journeys.c.live_version,
)
_GATE = _GATES.where(journeys.c.id == bindparam("journey_id"))
_GATES_OF_EVENTS = _GATES.where(is_among(journeys.c.entry_event, "names")).add_columns(journeys.c.entry_event).order_by(journeys.c.id)
_STATE = select(journeys.c.state).where(journeys.c.project == bindparam("project"), journeys.c.id == bindparam("journey_id"))


def read_gate(connection: Connection, project: str, journey_id: str, *, locked: bool = False) -> Gate | None:
    """Read a journey's gate; `locked` keeps its state from changing until the transaction ends, and lets others read it too."""
    if locked:
        share_states(connection, project, [journey_id])
    row = connection.execute(_GATE, {"project": project, "journey_id": journey_id}).first()
    return None if row is None else Gate(*row)


def list_gates(connection: Connection, project: str) -> list[Gate]:
    """The gates of all journeys of a project."""
    return [Gate(*row) for row in connection.execute(_GATES.order_by(journeys.c.id), {"project": project})]


def read_gates_of_events(connection: Connection, project: str, names: Iterable[str], *, locked: bool = False) -> list[tuple[str, Gate]]:
    """The journeys that these events let people into, each with its entry event; `locked` as in `read_gate`."""
    parameters = {"project": project, "names": sorted(set(names))}
    rows = connection.execute(_GATES_OF_EVENTS, parameters).all()
    if locked and rows:
        share_states(connection, project, [row.id for row in rows])
        # read again: what was read before the lock may have changed until it was had
        held = {row.id for row in rows}
        rows = [row for row in connection.execute(_GATES_OF_EVENTS, parameters).all() if row.id in held]
    return [(row.entry_event, Gate(row.id, row.state, row.live_version, row.plan_hash, row.exit_below)) for row in rows]


def share_states(connection: Connection, project: str, journey_ids: Iterable[str]) -> None:
    """Keep journeys' states from changing until the transaction ends; others may do the same."""
    for journey_id in sorted(journey_ids):
        share_name(connection, _lock_of(project, journey_id))


def lock_state(connection: Connection, project: str, journey_id: str) -> str | None:
    """Read a journey's state and keep everyone else from reading it under a lock, until the transaction ends; None without a row."""
    lock_name(connection, _lock_of(project, journey_id))
    return connection.scalar(_STATE, {"project": project, "journey_id": journey_id})


def _lock_of(project: str, journey_id: str) -> str:
    return f"gate/{project}/{journey_id}"


def read_state(connection: Connection, project: str, journey_id: str) -> str | None:
    """Read a journey's state; None for one that was never published."""
    return connection.scalar(_STATE, {"project": project, "journey_id": journey_id})


def list_in_states(connection: Connection, states: Iterable[str]) -> list[tuple[str, str, str]]:
    """Project, id and state of all journeys in some states."""
    rows = connection.execute(select(journeys.c.project, journeys.c.id, journeys.c.state).where(journeys.c.state.in_(list(states))))
    return [(row.project, row.id, row.state) for row in rows]


def unsettled(connection: Connection, changed_since: datetime) -> list[tuple[str, str]]:
    """Project and id of the journeys whose people may not be yet where the journey's state wants them.

    People below a version that let them out are looked for only where something changed lately: those who are left go at their wake.
    """
    mine = (participants.c.project == journeys.c.project) & (participants.c.journey_id == journeys.c.id)
    is_inside = exists().where(mine, participants.c.ended_at.is_(None))
    is_paused = exists().where(mine, participants.c.status == literal("paused", literal_execute=True))
    wanted = or_(
        and_(journeys.c.state == STOPPED, is_inside),
        and_(journeys.c.state == LIVE, is_paused),
        and_(journeys.c.state_changed_at >= changed_since, _EXIT_BELOW > 0),
    )
    return [(row.project, row.id) for row in connection.execute(select(journeys.c.project, journeys.c.id).where(wanted))]


def set_state(connection: Connection, project: str, journey_id: str, state: str, at: datetime) -> None:
    """Put a journey into a state."""
    mine = (journeys.c.project == project) & (journeys.c.id == journey_id)
    connection.execute(update(journeys).where(mine).values(state=state, state_changed_at=at))


@dataclass(frozen=True, slots=True)
class LiveVersion:
    """What publishing writes of a journey."""

    project: str
    journey_id: str
    version: int
    #: The live version's entry event, for ingestion.
    entry_event: str | None
    #: The state it has from then on.
    state: str
    at: datetime


def put(connection: Connection, live: LiveVersion) -> None:
    """Make a version the live one; makes the journey's row at its first."""
    changed = {"state": live.state, "live_version": live.version, "entry_event": live.entry_event, "state_changed_at": live.at}
    statement = insert_into(connection, journeys).values(project=live.project, id=live.journey_id, created_at=live.at, **changed)
    connection.execute(statement.on_conflict_do_update(index_elements=["project", "id"], set_=changed))
