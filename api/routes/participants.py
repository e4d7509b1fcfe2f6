"""People in journeys: let in, found, told about, let out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path, Query, Request
from pydantic import Field, JsonValue, StringConstraints, WrapValidator

from api import once
from api.known import require_journey
from api.patterns import INNER_ID
from api.route import Caller, World, make_router
from api.routes.endpoints import NamedEndpointInput
from api.routes.sends import SendShape, send_shape
from api.shapes import (
    PAGE_DEFAULT,
    After,
    Attributes,
    BadRow,
    ErrorShape,
    Input,
    JourneyId,
    Limit,
    OuterId,
    Output,
    Page,
    from_cursor,
    page_of,
    row_or_bad,
    sound_rows,
)
from engine.errors import InvalidInputError, NotFoundError
from engine.journey.calendar import local, resolve_zone
from engine.journey.fields import ID_PATTERN
from engine.mail.addresses import read_address
from engine.run import lifecycle
from engine.run.enroll import EnrollRow, EnrollStatus, enroll
from engine.run.people import endpoint_unit, user_unit
from engine.store import decisions, endpoints, installation, participant_lists, send_queries
from engine.store.participant_lists import ParticipantRow
from engine.temporal.names import address as workflow_address

router = make_router("Participants")

#: Of one call.
MOST_ROWS = 10_000

Status = Literal["ready", "waiting", "paused", "blocked", "finished", "exited"]
ParticipantId = Annotated[str, Path(pattern=INNER_ID, description="A passage's id.", examples=["0198f0c2a9b47c6e8d31f5a2b7c9e014"])]


class EnrollParticipant(Input):
    """One row."""

    endpoint: NamedEndpointInput
    passage_key: Annotated[str, StringConstraints(max_length=200)] = ""
    """At most one live passage per person and key: two open orders are two passages when they have two keys."""
    idempotency_key: OuterId | None = None
    """A second row with the same key, at any time, enrolls nobody."""
    context: Attributes = Field(default={})
    """For conditions and templates of this passage."""


class EnrollInput(Input):
    """Who shall enter."""

    participants: list[Annotated[EnrollParticipant, WrapValidator(row_or_bad)]] = Field(
        min_length=1,
        max_length=MOST_ROWS,
        examples=[[{"endpoint": {"id": "ada", "address": "ada@example.com", "attributes": {"first_name": "Ada"}}}]],
    )


class EnrollAnswer(Output):
    """What became of one row."""

    status: EnrollStatus
    participant_id: str | None
    """The passage: the new one, or the one that stood in the way."""
    reason: str | None
    """Why, where the row was invalid."""


class EnrollAnswers(Output):
    """What became of each row, in order."""

    results: list[EnrollAnswer]


class ParticipantShape(Output):
    """Where somebody is."""

    id: str
    journey_id: str
    version: int
    endpoint_id: str
    address: str
    """Empty once it was erased."""
    unit: str = Field(examples=["user:ada"])
    """`user:<id>` or `endpoint:<id>`."""
    passage_key: str
    status: Status
    step_id: str
    """Where they stand, stood last, or are about to enter."""
    arrived_at: datetime | None
    """When they came to the wait they stand at."""
    due_at: datetime | None
    """When they are due next; null once they have left."""
    due_local: str | None
    """The same on their clocks."""
    time_zone: str
    time_zone_source: str
    """Where the zone is from: `endpoint`, `project` or `default`."""
    reason: str | None
    """Why they exited."""
    error: str | None
    """Why they are blocked."""
    enrolled_at: datetime
    ended_at: datetime | None


class DecisionShape(Output):
    """What happened at a step, and on what grounds."""

    number: int
    step_id: str | None
    """Null for a decision of the journey as a whole."""
    outcome: str = Field(examples=["branched"])
    branch: str | None
    grounds: dict[str, JsonValue]
    """Which condition, which values it saw, which zone, which draw."""
    decided_at: datetime


class Timeline(ParticipantShape):
    """Everything that is known of one passage."""

    workflow_id: str | None
    """The Temporal workflow in which they travel now, with others; null between groups, and where there is no Temporal."""
    context: dict[str, JsonValue]
    decisions: list[DecisionShape]
    sends: list[SendShape]


@router.post("/v1/journeys/{journey_id}/participants", status_code=202, summary="Enroll participants")
def enroll_participants(*, journey_id: JourneyId, body: EnrollInput, request: Request, caller: Caller, world: World) -> EnrollAnswers:
    """Let up to 10,000 people into a journey. Endpoints are made or changed on the way. One bad row is one bad row."""
    sound = sound_rows(body.participants)
    if not sound:
        require_journey(world, caller.project, journey_id)
    rows = [_row(row, once.row_key(request, place)) for place, row in sound]
    came = iter(enroll(world.database, world.plans, caller.project, journey_id, rows, ring=world.ring))
    results: list[EnrollAnswer] = []
    for row in body.participants:
        if isinstance(row, BadRow):
            results.append(EnrollAnswer(status="invalid", participant_id=None, reason=row.reason))
        else:
            results.append(EnrollAnswer.model_validate(next(came)))
    return EnrollAnswers(results=results)


@router.get("/v1/journeys/{journey_id}/participants", summary="List a journey's participants")
def list_journey_participants(
    *,
    journey_id: JourneyId,
    caller: Caller,
    world: World,
    step: Annotated[str | None, Query(pattern=ID_PATTERN, description="Only those at this step.")] = None,
    status: Annotated[Status | None, Query(description="Only those of this status.")] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> Page[ParticipantShape]:
    """Passages of a journey, newest first, those that have ended too."""
    with world.database.read() as connection:
        rows = participant_lists.of_journey(
            connection, caller.project, journey_id, step_id=step, status=status, after=from_cursor(after), limit=limit
        )
    if not rows:
        require_journey(world, caller.project, journey_id)
    return _page(rows, limit)


@router.get("/v1/participants", summary="Find somebody's passages")
def find_participants(
    *,
    caller: Caller,
    world: World,
    address: Annotated[str | None, Query(min_length=3, max_length=320, description="An email address.")] = None,
    user: Annotated[str | None, Query(min_length=1, max_length=200, description="A user's id.")] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> Page[ParticipantShape]:
    """All passages of whoever has an address, or of a user: exactly one of the two is given. Newest first."""
    if (address is None) == (user is None):
        raise InvalidInputError("Say either an address or a user.")
    with world.database.read() as connection:
        if address is not None:
            found = endpoints.of_address(connection, caller.project, read_address(address).digest)
        else:
            found = endpoints.of_users(connection, caller.project, [user or ""]).get(user or "", [])
        ids = [endpoint.id for endpoint in found]
        units = [endpoint_unit(endpoint_id) for endpoint_id in ids] + ([] if user is None else [user_unit(user)])
        rows = participant_lists.of_endpoints(connection, caller.project, ids, units, after=from_cursor(after), limit=limit)
    return _page(rows, limit)


@router.get("/v1/participants/{participant_id}", summary="What happened to somebody, and why")
def read_participant(participant_id: ParticipantId, caller: Caller, world: World) -> Timeline:
    """The timeline: every decision with its grounds, the next wake-up in UTC and local time, and every send with its state."""
    with world.database.read() as connection:
        row = participant_lists.find(connection, caller.project, participant_id)
        if row is None:
            raise NotFoundError(f"There is no participant {participant_id}.")
        decided = decisions.of_participant(connection, caller.project, participant_id)
        sent = send_queries.of_participant(connection, caller.project, participant_id)
        here = installation.read(connection)
    is_travelling = row.group_id is not None and here.clock == "temporal"
    more = {
        "workflow_id": workflow_address(here.id, caller.project, row.group_id or "").workflow_id if is_travelling else None,
        "context": row.context,
        "decisions": [DecisionShape.model_validate(decision) for decision in decided],
        "sends": [send_shape(send) for send in sent],
    }
    return Timeline.model_validate(_fields(row) | more)


@router.delete("/v1/participants/{participant_id}", status_code=204, summary="Let somebody out")
def exit_participant(participant_id: ParticipantId, caller: Caller, world: World) -> None:
    """End a passage: it counts as exited, and its mail that waits is cancelled. Whoever has left already is left alone."""
    lifecycle.exit_participant(world.database, caller.project, participant_id)


@router.post(
    "/v1/participants/{participant_id}/retry",
    status_code=204,
    summary="Retry a blocked participant",
    responses={409: {"model": ErrorShape, "description": "They are not blocked."}},
)
def retry_participant(participant_id: ParticipantId, caller: Caller, world: World) -> None:
    """Have a participant whom a fault of ours has stopped try the same step again."""
    lifecycle.retry_participant(world.database, caller.project, participant_id, ring=world.ring)


def _row(row: EnrollParticipant, key: str | None) -> EnrollRow:
    return EnrollRow(row.endpoint.named_change(), row.passage_key, row.idempotency_key or key, row.context)


def _page(rows: list[ParticipantRow], limit: int) -> Page[ParticipantShape]:
    return Page(results=[ParticipantShape.model_validate(_fields(row)) for row in rows], next=page_of(rows, limit, "id"))


def _fields(row: ParticipantRow) -> dict[str, object]:
    zone = resolve_zone(row.endpoint_zone, row.project_zone)
    due_at = row.due_at if row.ended_at is None else None
    return {
        "id": row.id,
        "journey_id": row.journey_id,
        "version": row.version,
        "endpoint_id": row.endpoint_id,
        "address": row.address,
        "unit": row.unit,
        "passage_key": row.passage_key,
        "status": row.status,
        "step_id": row.step_id,
        "arrived_at": row.arrived_at,
        "due_at": due_at,
        "due_local": None if due_at is None else local(due_at, zone.name).isoformat(),
        "time_zone": zone.name,
        "time_zone_source": zone.source,
        "reason": row.reason,
        "error": row.error,
        "enrolled_at": row.enrolled_at,
        "ended_at": row.ended_at,
    }
