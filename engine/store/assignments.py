"""Which branch of an experiment a unit was assigned: the first one drawn is the truth from then on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.journey.values import value
from engine.store.bulk import Batch, bulk_insert
from engine.store.tables import assignments
from engine.store.types import is_among


@value
class Assignment:
    """One unit's branch of one experiment."""

    salt: str
    unit: str
    branch_id: str
    #: What was stored and no longer lives: written over, unless somebody else did so meanwhile.
    replaces: str | None = None


_FIND = select(assignments.c.salt, assignments.c.unit, assignments.c.branch_id).where(
    assignments.c.project == bindparam("project"), is_among(assignments.c.salt, "salts"), is_among(assignments.c.unit, "units")
)


_KEEP = {
    "sqlite": bulk_insert(sqlite.insert(assignments).on_conflict_do_nothing(), *assignments.c.keys()),
    "postgresql": bulk_insert(postgresql.insert(assignments).on_conflict_do_nothing(), *assignments.c.keys()),
}

_REPLACE = update(assignments).where(
    assignments.c.project == bindparam("of_project"),
    assignments.c.salt == bindparam("of_salt"),
    assignments.c.unit == bindparam("of_unit"),
    assignments.c.branch_id == bindparam("replaces"),
)


def find(connection: Connection, project: str, salts: Iterable[str], units: Iterable[str]) -> dict[tuple[str, str], str]:
    """Branch ids by salt and unit, of those assigned before."""
    rows = connection.execute(_FIND, {"project": project, "salts": sorted(salts), "units": sorted(units)})
    return {(row.salt, row.unit): row.branch_id for row in rows}


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn, ready to be stored."""

    _project: str
    _drawn: Sequence[Assignment]
    _new: Batch
    _replacing: Sequence[dict[str, object]]

    def keep(self, connection: Connection) -> set[tuple[str, str]]:
        """Store it, and return (salt, unit) of those for whom another branch was stored meanwhile."""
        written = self._new.write(connection)
        if self._replacing:
            connection.execute(_REPLACE, self._replacing)
        if written == len(self._drawn):
            return set()
        stored = find(connection, self._project, {one.salt for one in self._drawn}, {one.unit for one in self._drawn})
        return {(one.salt, one.unit) for one in self._drawn if stored[one.salt, one.unit] != one.branch_id}


def prepare(connection: Connection, project: str, drawn: Sequence[Assignment], at: datetime) -> Drawn:
    """Make ready what was drawn, before any lock is held."""
    # in key order, so that two stages that draw for the same people wait for each other instead of standing in each other's way
    ordered = sorted(drawn, key=lambda one: (one.salt, one.unit))
    new = [
        {"project": project, "salt": one.salt, "unit": one.unit, "branch_id": one.branch_id, "assigned_at": at}
        for one in ordered
        if one.replaces is None
    ]
    replacing: list[dict[str, object]] = [
        {
            "of_project": project,
            "of_salt": one.salt,
            "of_unit": one.unit,
            "replaces": one.replaces,
            "branch_id": one.branch_id,
            "assigned_at": at,
        }
        for one in ordered
        if one.replaces is not None
    ]
    return Drawn(project, ordered, _KEEP[connection.dialect.name].prepare(connection, new), replacing)
