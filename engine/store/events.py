"""Events: what endpoints and users did. A caller's event id is kept once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias, TypedDict

from sqlalchemy import Connection, Select, Text, bindparam, column, func, insert, select, true, update
from sqlalchemy.dialects import postgresql

from engine.journey.facts import Event, JsonObject
from engine.store.tables import events
from engine.store.types import TextList, is_among

_TABLE = events.c
_PROJECT = _TABLE.project == bindparam("of_project")

#: Events of some units, newest first.
EventsOfUnits: TypeAlias = Mapping[str, Sequence[Event]]


class EventRow(TypedDict):
    """One row, as it is inserted."""

    project: str
    id: str
    #: The caller's.
    event_id: str
    name: str
    unit: str
    endpoint_id: str | None
    occurred_at: datetime
    received_at: datetime
    attributes: JsonObject


_KNOWN = select(_TABLE.event_id).where(_PROJECT, is_among(_TABLE.event_id, "event_ids"))
_INSERT = insert(events)
_INSERT_IF_NEW = postgresql.insert(events).on_conflict_do_nothing().returning(_TABLE.event_id)

_ASKED = [_TABLE.project == bindparam("of_project"), _TABLE.name == bindparam("of_name")]
_SINCE = _TABLE.occurred_at >= bindparam("since", type_=_TABLE.occurred_at.type)


def _newest_on_sqlite() -> Select[tuple[str, str, datetime, JsonObject]]:
    """Of each unit the newest few, found by the index and no further: SQLite has no LATERAL, so the few are picked by id."""
    unit = func.json_each(bindparam("units", type_=TextList())).table_valued("value", name="units")
    inner = events.alias("picked")
    picked = (
        select(inner.c.id)
        .where(
            inner.c.project == bindparam("of_project"),
            inner.c.unit == unit.c.value,
            inner.c.name == bindparam("of_name"),
            inner.c.occurred_at >= bindparam("since", type_=_TABLE.occurred_at.type),
        )
        .order_by(inner.c.occurred_at.desc())
        .limit(bindparam("most"))
        .correlate(unit)
        .scalar_subquery()
    )
    return (
        select(_TABLE.unit, _TABLE.id, _TABLE.occurred_at, _TABLE.attributes)
        .select_from(unit.join(events, true()))
        .where(_PROJECT, _TABLE.id.in_(picked))
        .order_by(_TABLE.unit, _TABLE.occurred_at.desc(), _TABLE.id.desc())
    )


def _newest_on_postgresql() -> Select[tuple[str, str, datetime, JsonObject]]:
    """Of each unit the newest few, found by the index and no further."""
    unit = func.unnest(bindparam("units", type_=TextList())).table_valued(column("value", Text), name="units").render_derived()
    picked = (
        select(_TABLE.unit, _TABLE.id, _TABLE.occurred_at, _TABLE.attributes)
        .where(*_ASKED, _TABLE.unit == unit.c.value, _SINCE)
        .order_by(_TABLE.occurred_at.desc(), _TABLE.id.desc())
        .limit(bindparam("most"))
        .correlate(unit)
        .lateral("picked")
    )
    return (
        select(picked.c.unit, picked.c.id, picked.c.occurred_at, picked.c.attributes)
        .select_from(unit.join(picked, true()))
        .order_by(picked.c.unit, picked.c.occurred_at.desc(), picked.c.id.desc())
    )


_NEWEST = {"sqlite": _newest_on_sqlite(), "postgresql": _newest_on_postgresql()}

#: More events of one name are not looked at, even where each has to be (a `where`): the newest of them are (guess; bounds a stage).
MOST_EVENTS = 10_000


def newest(connection: Connection, project: str, name: str, units: Iterable[str], since: datetime, most: int | None) -> EventsOfUnits:
    """Of each unit the newest events of one name, not before an instant and no more than asked for."""
    parameters = {"of_project": project, "of_name": name, "units": sorted(units), "since": since, "most": most or MOST_EVENTS}
    found: dict[str, list[Event]] = {}
    for row in connection.execute(_NEWEST[connection.dialect.name], parameters):
        found.setdefault(row.unit, []).append(Event(row.id, row.occurred_at, row.attributes))
    return found


def insert_new(connection: Connection, rows: Sequence[EventRow]) -> set[str]:
    """Insert events whose caller's ids differ, and return the caller's ids of those that were new."""
    if not rows:
        return set()
    if connection.dialect.name == "postgresql":
        ordered = sorted(rows, key=lambda row: row["event_id"])
        return set(connection.scalars(_INSERT_IF_NEW, ordered))
    parameters = {"of_project": rows[0]["project"], "event_ids": [row["event_id"] for row in rows]}
    known = set(connection.scalars(_KNOWN, parameters))  # nobody else writes meanwhile
    new = [row for row in rows if row["event_id"] not in known]
    if new:
        connection.execute(_INSERT, new)
    return {row["event_id"] for row in new}


def sample_newest(connection: Connection, project: str, most: int) -> list[tuple[str, JsonObject]]:
    """Names and attributes of the newest events: a sample, read from an index."""
    statement = select(_TABLE.name, _TABLE.attributes).where(_PROJECT).order_by(_TABLE.id.desc()).limit(most)
    return [(row.name, row.attributes) for row in connection.execute(statement, {"of_project": project})]


def blank_of_unit(connection: Connection, project: str, unit: str, *, endpoint_id: str | None = None) -> None:
    """Forget the attributes of a unit's events (of one endpoint's only, if said), and keep that they happened."""
    statement = update(events).where(_PROJECT, _TABLE.unit == bindparam("of_unit"))
    if endpoint_id is not None:
        statement = statement.where(_TABLE.endpoint_id == endpoint_id)
    connection.execute(statement.values(attributes={}), {"of_project": project, "of_unit": unit})
