"""Questions about sends: what is due, what an intent has to know, what a mail is made of, and lists. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, func, select

from engine.journey.facts import JsonObject
from engine.store.journeys import share_states
from engine.store.sends import Claimed, SendState, is_state
from engine.store.tables import (
    domain_backoffs,
    endpoints,
    journeys,
    participants,
    projects,
    sends,
    suppressions,
    template_versions,
    users,
    versions,
)
from engine.store.types import database_now, is_among


@dataclass(frozen=True, slots=True)
class Waiting:
    """A domain group with queued sends of one class."""

    domain: str
    #: When its earliest send is due, or its backoff over, whichever is later.
    due_at: datetime


def _waiting_statement() -> Select[datetime, str, datetime | None, datetime | None]:
    queued = is_state("QUEUED") & (sends.c["class"] == bindparam("p_class"))
    first = select(func.min(sends.c.domain).label("domain")).where(queued).cte("walk", recursive=True)
    step = select(func.min(sends.c.domain)).where(queued, sends.c.domain > first.c.domain).correlate(first).scalar_subquery()
    walk = first.union_all(select(step).where(first.c.domain.is_not(None)))
    earliest = select(func.min(sends.c.due_at)).where(queued, sends.c.domain == walk.c.domain).correlate(walk).scalar_subquery()
    return (
        select(database_now(), walk.c.domain, earliest.label("due_at"), domain_backoffs.c.until)
        .select_from(walk.outerjoin(domain_backoffs, domain_backoffs.c.domain == walk.c.domain))
        .where(walk.c.domain.is_not(None))
    )


_WAITING = _waiting_statement()
_NOW = select(database_now())


def waiting_domains(connection: Connection, send_class: str) -> tuple[datetime, list[Waiting]]:
    """The database's now, and every domain group with queued sends of a class, earliest due first.

    It jumps from domain to domain through the index, so that a million sends to one of them cost nothing.
    """
    rows = connection.execute(_WAITING, {"p_class": send_class}).all()
    # A row whose last send was claimed between the two looks has no due any more.
    found = [Waiting(domain, max(due_at, until or due_at)) for _, domain, due_at, until in rows if due_at is not None]
    now = rows[0][0] if rows else connection.execute(_NOW).scalar_one()
    return now, sorted(found, key=lambda waiting: waiting.due_at)


@dataclass(frozen=True, slots=True)
class IntentRow:
    """What is on record about a send when its intent is asked."""

    id: str
    suppressed: str | None
    has_endpoint: bool
    opted_out: bool
    #: None where the participant is gone.
    participant_status: str | None
    journey_state: str | None
    #: The database's clock.
    now: datetime


_INTENT = (
    select(
        sends.c.id,
        suppressions.c.reason,
        endpoints.c.id.is_not(None),
        endpoints.c.opted_out_at.is_not(None),
        participants.c.status,
        journeys.c.state,
        database_now(),
    )
    .select_from(
        sends.outerjoin(suppressions, (suppressions.c.project == sends.c.project) & (suppressions.c.address_hash == sends.c.address_hash))
        .outerjoin(endpoints, (endpoints.c.project == sends.c.project) & (endpoints.c.id == sends.c.endpoint_id))
        .outerjoin(participants, (participants.c.project == sends.c.project) & (participants.c.id == sends.c.participant_id))
        .outerjoin(journeys, (journeys.c.project == sends.c.project) & (journeys.c.id == sends.c.journey_id))
    )
    .where(sends.c.project == bindparam("p_project"), is_among(sends.c.id, "p_ids"))
)


def read_intent_rows(connection: Connection, project: str, ids: Iterable[str]) -> dict[str, IntentRow]:
    """What the policy has to know about sends, by id."""
    found = connection.execute(_INTENT, {"p_project": project, "p_ids": ids})
    return {row[0]: IntentRow(*row) for row in found}


def lock_journey_states(connection: Connection, project: str, journey_ids: Iterable[str]) -> dict[str, str]:
    """The states of journeys, which nobody changes before this transaction ends."""
    statement = select(journeys.c.id, journeys.c.state).where(
        journeys.c.project == bindparam("p_project"), is_among(journeys.c.id, "p_ids")
    )
    ids = list(journey_ids)
    share_states(connection, project, ids)
    return {row.id: row.state for row in connection.execute(statement, {"p_project": project, "p_ids": ids})}


@dataclass(frozen=True, slots=True)
class MailContext:
    """What a journey's mail is made from, as the rows are now."""

    send_id: str
    endpoint_id: str | None
    attributes: JsonObject
    locale: str | None
    time_zone: str | None
    user_id: str | None
    user_attributes: JsonObject
    context: JsonObject
    #: The participant's version of the journey; None where they are gone.
    version: int | None


_CONTEXTS = (
    select(
        sends.c.id,
        endpoints.c.id,
        endpoints.c.attributes,
        endpoints.c.locale,
        endpoints.c.time_zone,
        users.c.id,
        users.c.attributes,
        participants.c.context,
        participants.c.version,
    )
    .select_from(
        sends.outerjoin(endpoints, (endpoints.c.project == sends.c.project) & (endpoints.c.id == sends.c.endpoint_id))
        .outerjoin(users, (users.c.project == sends.c.project) & (users.c.id == endpoints.c.user_id))
        .outerjoin(participants, (participants.c.project == sends.c.project) & (participants.c.id == sends.c.participant_id))
    )
    .where(sends.c.project == bindparam("p_project"), is_among(sends.c.id, "p_ids"))
)


def read_contexts(connection: Connection, claimed: Iterable[Claimed]) -> dict[str, MailContext]:
    """What claimed mails are made from, by send id."""
    by_project: dict[str, list[str]] = {}
    for send in claimed:
        by_project.setdefault(send.project, []).append(send.id)
    found: dict[str, MailContext] = {}
    for project, ids in by_project.items():
        for send_id, endpoint_id, attributes, locale, zone, user_id, user_attributes, context, version in connection.execute(
            _CONTEXTS, {"p_project": project, "p_ids": ids}
        ):
            found[send_id] = MailContext(
                send_id, endpoint_id, attributes or {}, locale, zone, user_id, user_attributes or {}, context or {}, version
            )
    return found


def read_template(connection: Connection, project: str, name: str, version: int) -> JsonObject | None:
    """The content of a template version."""
    columns = template_versions.c
    mine = (columns.project == project) & (columns.name == name) & (columns.version == version)
    content: JsonObject | None = connection.execute(select(columns.content).where(mine)).scalar_one_or_none()
    return content


def read_document(connection: Connection, project: str, journey_id: str, version: int) -> str | None:
    """A journey version's document, for its name."""
    mine = (versions.c.project == project) & (versions.c.journey_id == journey_id) & (versions.c.number == version)
    return connection.execute(select(versions.c.document).where(mine)).scalar_one_or_none()


def find(connection: Connection, project: str, send_id: str) -> Row[Any] | None:
    """One send, whole."""
    return connection.execute(select(sends).where(sends.c.project == project, sends.c.id == send_id)).first()


def find_anywhere(connection: Connection, send_id: str) -> Row[Any] | None:
    """One send by its id alone, whole: what a link in a mail carries. Goes through the primary key, project by project."""
    return connection.execute(select(sends).where(_of_every_project(), sends.c.id == send_id)).first()


@dataclass(frozen=True, slots=True)
class SendFilter:
    """Which sends a list shows; what is None does not matter."""

    state: SendState | None = None
    journey_id: str | None = None
    address_hash: bytes | None = None
    participant_id: str | None = None
    since: datetime | None = None


def page(connection: Connection, project: str, wanted: SendFilter, *, after: str | None = None, limit: int = 100) -> Sequence[Row[Any]]:
    """One page of sends, newest first; `after` is the last id of the page before."""
    statement = select(sends).where(sends.c.project == project).order_by(sends.c.id.desc()).limit(limit)
    if after is not None:
        statement = statement.where(sends.c.id < after)
    if wanted.since is not None:
        statement = statement.where(sends.c.created_at >= wanted.since)
    if wanted.state is not None:
        statement = statement.where(is_state(wanted.state))
    columns = {
        "journey_id": wanted.journey_id,
        "address_hash": wanted.address_hash,
        "participant_id": wanted.participant_id,
    }
    for column, value in columns.items():
        if value is not None:
            statement = statement.where(sends.c[column] == value)
    return connection.execute(statement).all()


def of_participant(connection: Connection, project: str, participant_id: str) -> Sequence[Row[Any]]:
    """All sends of one passage, oldest first."""
    mine = (sends.c.project == project) & (sends.c.participant_id == participant_id)
    return connection.execute(select(sends).where(mine).order_by(sends.c.id)).all()


def count_by_state(connection: Connection, states: Sequence[SendState]) -> dict[str, int]:
    """How many sends stand in each of some states, for metrics and `wend doctor`."""
    found: dict[str, int] = {}
    for state in states:
        count = connection.execute(select(func.count()).select_from(sends).where(_of_every_project(), is_state(state))).scalar_one()
        if count:
            found[state] = count
    return found


def _of_every_project() -> ColumnElement[bool]:
    """True of every send; it opens the indexes, all of which begin with the project."""
    return sends.c.project.in_(select(projects.c.id))
