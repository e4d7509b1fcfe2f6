"""The installation's one row, its projects, and the database's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from engine.store.dialects import insert_into
from engine.store.ids import new_id
from engine.store.tables import installation, projects
from engine.store.types import database_now

_ONLY = 1


@dataclass(frozen=True, slots=True)
class Installation:
    """Which clock owns the positions, and whether they came from a backup."""

    id: str
    #: `temporal` or `local`; None until `auto` has chosen.
    clock: str | None
    clock_generation: int
    #: When a backup was restored last; None where that never happened.
    restored_at: datetime | None = None


_NOW = select(database_now())
_COLUMNS = (installation.c.id, installation.c.clock, installation.c.clock_generation, installation.c.restored_at)
_READ = select(*_COLUMNS).where(installation.c.only == _ONLY)
_READ_LOCKED = _READ.with_for_update(read=True)
_TIME_ZONE = select(projects.c.time_zone).where(projects.c.id == bindparam("project"))


def read_now(connection: Connection) -> datetime:
    """The database's clock."""
    now = connection.scalar(_NOW)
    assert now is not None  # noqa: S101 - a select without FROM has one row
    return now


def ensure(connection: Connection) -> Installation:
    """Make the row when there is none, and read it."""
    values = {"only": _ONLY, "id": new_id(), "clock": None, "clock_generation": 1, "created_at": read_now(connection)}
    connection.execute(insert_into(connection, installation).on_conflict_do_nothing(), values)
    return read(connection)


def read(connection: Connection, *, locked: bool = False) -> Installation:
    """Read the row; `locked` keeps the clock from changing hands until the transaction ends."""
    return Installation(*connection.execute(_READ_LOCKED if locked else _READ).one())


def set_clock(connection: Connection, clock: str, generation: int) -> None:
    """Give the positions to a clock, under a generation."""
    connection.execute(update(installation).where(installation.c.only == _ONLY).values(clock=clock, clock_generation=generation))


def set_restored(connection: Connection, at: datetime, generation: int) -> None:
    """Note that everything here is as a backup had it, and refuse whoever still works for what came after it."""
    connection.execute(update(installation).where(installation.c.only == _ONLY).values(restored_at=at, clock_generation=generation))


def ensure_project(connection: Connection, project: str, *, name: str | None = None, time_zone: str | None = None) -> None:
    """Make a project when there is none by this id."""
    values = {"id": project, "name": name or project, "time_zone": time_zone, "created_at": read_now(connection)}
    connection.execute(insert_into(connection, projects).on_conflict_do_nothing(), values)


def list_projects(connection: Connection) -> list[str]:
    """The ids of all projects."""
    return list(connection.scalars(select(projects.c.id).order_by(projects.c.id)))


def read_time_zone(connection: Connection, project: str) -> str | None:
    """The project's default time zone, if it has one."""
    return connection.scalar(_TIME_ZONE, {"project": project})
