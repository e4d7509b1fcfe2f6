"""People in journeys: let in, found, told about, let out."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request
from pydantic import Field, StringConstraints

from api import once
from api.route import Caller, World, make_router
from api.routes.endpoints import NamedEndpointInput
from api.shapes import Attributes, Input, JourneyId, OuterId, Output
from engine.run.enroll import EnrollRow, EnrollStatus, enroll

router = make_router("Participants")

#: DESIGN section 6.
MOST_ROWS = 10_000


class EnrollParticipant(Input):
    """One row."""

    endpoint: NamedEndpointInput
    passage_key: Annotated[str, StringConstraints(max_length=200)] = ""
    """At most one live passage per person and key: two open orders are two passages when they have two keys."""
    idempotency_key: OuterId | None = None
    """A second row with the same key, at any time, enrolls nobody."""
    context: Attributes = {}
    """For conditions and templates of this passage."""


class EnrollInput(Input):
    """Who shall enter."""

    participants: list[EnrollParticipant] = Field(min_length=1, max_length=MOST_ROWS)


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


@router.post("/v1/journeys/{journey_id}/participants", status_code=202, summary="Enroll participants")
def enroll_participants(journey_id: JourneyId, body: EnrollInput, request: Request, caller: Caller, world: World) -> EnrollAnswers:
    """Let up to 10,000 people into a journey. Endpoints are made or changed on the way. One bad row is one bad row."""
    rows = [_row(row, once.row_key(request, index)) for index, row in enumerate(body.participants)]
    results = enroll(world.database, world.plans, caller.project, journey_id, rows, ring=world.ring)
    return EnrollAnswers(results=[EnrollAnswer.model_validate(result) for result in results])


def _row(row: EnrollParticipant, key: str | None) -> EnrollRow:
    return EnrollRow(row.endpoint.named_change(), row.passage_key, row.idempotency_key or key, row.context)
