"""Erases an endpoint: one transaction, after which nothing that was said of the person is left, and nobody writes to them again.

Kept are keys without a meaning of their own (ids, hashes, what was decided where and when), so that counts stay true, and the hash of
the address among the suppressions, so that a later import cannot bring the person back by accident.
"""

from __future__ import annotations

from itertools import groupby

from engine.run import exits
from engine.run.people import endpoint_unit, user_unit
from engine.store import decisions, endpoints, events, installation, participants, sends, suppressions, users
from engine.store.database import Connection, Database
from engine.store.endpoints import Endpoint
from engine.store.suppressions import Suppression


def erase(database: Database, project: str, endpoint_id: str) -> bool:
    """Erase an endpoint, and its user with the last of their endpoints; False when there is none by this id."""
    with database.write() as connection:
        endpoint = endpoints.lock(connection, project, [endpoint_id]).get(endpoint_id)
        if endpoint is None:
            return False
        _erase_events(connection, project, endpoint)
        _erase_passages(connection, project, endpoint_id)
        _erase_address(connection, project, endpoint)
        endpoints.remove(connection, project, endpoint_id)
    return True


def _erase_events(connection: Connection, project: str, endpoint: Endpoint) -> None:
    events.blank_of_unit(connection, project, endpoint_unit(endpoint.id))
    if endpoint.user_id is None:
        return
    alone = len(endpoints.of_users(connection, project, [endpoint.user_id]).get(endpoint.user_id, ())) <= 1
    events.blank_of_unit(connection, project, user_unit(endpoint.user_id), endpoint_id=None if alone else endpoint.id)
    if alone:
        users.remove(connection, project, endpoint.user_id)


def _erase_passages(connection: Connection, project: str, endpoint_id: str) -> None:
    passages = participants.of_endpoint(connection, project, endpoint_id)
    at = installation.read_now(connection)
    for journey_id, several in groupby(sorted(passages), key=lambda passage: passage[0]):
        exits.end_passages(connection, project, journey_id, [passage_id for _, passage_id in several], reason=exits.ERASED, at=at)
    ids = [passage_id for _, passage_id in passages]
    participants.blank(connection, project, ids)
    decisions.blank_grounds(connection, project, ids)


def _erase_address(connection: Connection, project: str, endpoint: Endpoint) -> None:
    sends.erase_address(connection, project, endpoint.address_hash)
    at = installation.read_now(connection)
    suppressions.suppress(connection, [Suppression(project, endpoint.address_hash, None, suppressions.ERASED, None, at)])
    suppressions.blank_address(connection, project, endpoint.address_hash)
