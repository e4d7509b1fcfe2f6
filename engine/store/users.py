"""Users: what endpoints of one user id share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql

from engine.journey.facts import JsonObject
from engine.store.tables import users
from engine.store.types import is_among

_TABLE = users.c
_PROJECT = _TABLE.project == bindparam("of_project")
_OF_IDS = select(_TABLE.id, _TABLE.attributes).where(_PROJECT, is_among(_TABLE.id, "ids"))
_LOCKED = _OF_IDS.order_by(_TABLE.id).with_for_update()
_INSERT_IF_NEW = postgresql.insert(users).on_conflict_do_nothing().returning(_TABLE.id)
_CHANGE = update(users).where(_PROJECT, _TABLE.id == bindparam("of_id"))


def find(connection: Connection, project: str, ids: Iterable[str]) -> dict[str, JsonObject]:
    """Attributes of some users, by id."""
    return {row.id: row.attributes for row in connection.execute(_OF_IDS, {"of_project": project, "ids": list(ids)})}


def lock(connection: Connection, project: str, ids: Iterable[str]) -> dict[str, JsonObject]:
    """Attributes of some users, by id, locked in id order."""
    return {row.id: row.attributes for row in connection.execute(_LOCKED, {"of_project": project, "ids": list(ids)})}


def insert_new(connection: Connection, project: str, attributes: Mapping[str, JsonObject], at: datetime) -> set[str]:
    """Insert users and return the ids of those that were new; the others were inserted by someone else meanwhile."""
    if not attributes:
        return set()
    rows = [{"project": project, "id": user_id, "attributes": attributes[user_id], "updated_at": at} for user_id in sorted(attributes)]
    if connection.dialect.name == "sqlite":
        connection.execute(insert(users), rows)  # nobody else writes meanwhile
        return set(attributes)
    return set(connection.scalars(_INSERT_IF_NEW, rows))


def change(connection: Connection, project: str, attributes: Mapping[str, JsonObject], at: datetime) -> None:
    """Write changed users; the caller holds their locks."""
    if attributes:
        rows = [{"of_project": project, "of_id": user_id, "attributes": attributes[user_id], "updated_at": at} for user_id in attributes]
        connection.execute(_CHANGE, rows)


def remove(connection: Connection, project: str, user_id: str) -> None:
    """Delete a user."""
    connection.execute(delete(users).where(_PROJECT, _TABLE.id == bindparam("of_id")), {"of_project": project, "of_id": user_id})


def sample_attributes(connection: Connection, project: str, most: int) -> list[JsonObject]:
    """Attributes of some users in the order of their ids: a sample for names and types, read from an index."""
    statement = select(_TABLE.attributes).where(_PROJECT).order_by(_TABLE.id).limit(most)
    return list(connection.scalars(statement, {"of_project": project}))
