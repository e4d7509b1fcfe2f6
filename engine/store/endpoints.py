"""Endpoints: addresses to send to, with their attributes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql

from engine.journey.facts import JsonObject
from engine.store.at_once import AtOnce
from engine.store.bulk import bulk_insert, bulk_update
from engine.store.tables import endpoints
from engine.store.types import is_among

_TABLE = endpoints.c
_PROJECT = _TABLE.project == bindparam("of_project")


class Endpoint(NamedTuple):
    """One row; a tuple, for a thousand of them are read at once."""

    id: str
    address: str
    #: SHA-256 of the normalised address.
    address_hash: bytes
    user_id: str | None
    attributes: JsonObject
    #: IANA name.
    time_zone: str | None
    locale: str | None
    opted_out_at: datetime | None
    created_at: datetime
    updated_at: datetime


_READ = select(
    _TABLE.id,
    _TABLE.address,
    _TABLE.address_hash,
    _TABLE.user_id,
    _TABLE.attributes,
    _TABLE.time_zone,
    _TABLE.locale,
    _TABLE.opted_out_at,
    _TABLE.created_at,
    _TABLE.updated_at,
)
_SOME = _READ.where(_PROJECT, is_among(_TABLE.id, "ids"))
_OF_IDS = AtOnce(_SOME)
_LOCKED = AtOnce(_SOME.order_by(_TABLE.id).with_for_update())
_OF_USERS = _READ.where(_PROJECT, is_among(_TABLE.user_id, "user_ids")).order_by(_TABLE.created_at.desc(), _TABLE.id.desc())
_OF_ADDRESS = _READ.where(_PROJECT, _TABLE.address_hash == bindparam("address_hash")).order_by(_TABLE.id)
_COLUMNS = (
    "address",
    "address_hash",
    "user_id",
    "attributes",
    "time_zone",
    "locale",
    "opted_out_at",
    "created_at",
    "updated_at",
)
_INSERT = bulk_insert(insert(endpoints), "project", "id", *_COLUMNS)
_INSERT_IF_NEW = postgresql.insert(endpoints).on_conflict_do_nothing().returning(_TABLE.id)
_CHANGE = bulk_update(endpoints, {"project": "of_project", "id": "of_id"}, *_COLUMNS)


def find(connection: Connection, project: str, ids: Iterable[str]) -> dict[str, Endpoint]:
    """Some endpoints, by id."""
    return {row[0]: Endpoint._make(row) for row in _OF_IDS.rows(connection, {"of_project": project, "ids": list(ids)})}


def lock(connection: Connection, project: str, ids: Iterable[str]) -> dict[str, Endpoint]:
    """Some endpoints, by id, locked in id order."""
    return {row[0]: Endpoint._make(row) for row in _LOCKED.rows(connection, {"of_project": project, "ids": list(ids)})}


def of_users(connection: Connection, project: str, user_ids: Iterable[str]) -> dict[str, list[Endpoint]]:
    """The endpoints of some users, newest first."""
    found: dict[str, list[Endpoint]] = {}
    for row in connection.execute(_OF_USERS, {"of_project": project, "user_ids": list(user_ids)}):
        found.setdefault(row.user_id, []).append(Endpoint._make(row))
    return found


def of_address(connection: Connection, project: str, address_hash: bytes) -> list[Endpoint]:
    """The endpoints that share an address."""
    return [Endpoint._make(row) for row in connection.execute(_OF_ADDRESS, {"of_project": project, "address_hash": address_hash})]


def insert_new(connection: Connection, project: str, rows: Sequence[Endpoint]) -> set[str]:
    """Insert endpoints and return the ids of those that were new; the others were inserted by someone else meanwhile."""
    if not rows:
        return set()
    values = [{"project": project, "id": row.id, **_columns(row)} for row in sorted(rows, key=lambda row: row.id)]
    if connection.dialect.name == "sqlite":
        _INSERT.execute(connection, values)  # nobody else writes meanwhile
        return {row.id for row in rows}
    return set(connection.scalars(_INSERT_IF_NEW, values))


def change(connection: Connection, project: str, rows: Sequence[Endpoint]) -> None:
    """Write changed endpoints; the caller holds their locks."""
    _CHANGE.execute(connection, [{"of_project": project, "of_id": row.id, **_columns(row)} for row in rows])


def remove(connection: Connection, project: str, endpoint_id: str) -> bool:
    """Delete an endpoint; False when there was none."""
    statement = delete(endpoints).where(_PROJECT, _TABLE.id == bindparam("of_id"))
    return connection.execute(statement, {"of_project": project, "of_id": endpoint_id}).rowcount > 0


def _columns(row: Endpoint) -> dict[str, object]:
    return {
        "address": row.address,
        "address_hash": row.address_hash,
        "user_id": row.user_id,
        "attributes": row.attributes,
        "time_zone": row.time_zone,
        "locale": row.locale,
        "opted_out_at": row.opted_out_at,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def sample_attributes(connection: Connection, project: str, most: int) -> list[JsonObject]:
    """Attributes of some endpoints in the order of their ids: a sample for names and types, read from an index."""
    statement = select(_TABLE.attributes).where(_PROJECT).order_by(_TABLE.id).limit(most)
    return list(connection.scalars(statement, {"of_project": project}))


def sample_ids(connection: Connection, project: str, most: int) -> list[str]:
    """The first endpoints in the order of their ids."""
    statement = select(_TABLE.id).where(_PROJECT).order_by(_TABLE.id).limit(most)
    return list(connection.scalars(statement, {"of_project": project}))
