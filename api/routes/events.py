"""Events: what people did."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request
from pydantic import Field, StringConstraints, WrapValidator

from api import once
from api.route import Caller, World, make_router
from api.routes.endpoints import NamedEndpointInput
from api.shapes import Attributes, BadRow, Input, Instant, OuterId, Output, row_or_bad, sound_rows
from engine.run.enroll import EnrollStatus
from engine.run.ingest import EventStatus, IncomingEvent, ingest
from engine.store.ids import new_id

router = make_router("Events")

#: Of one call.
MOST_EVENTS = 1_000


class EventInput(Input):
    """Something somebody did. It names an endpoint, or a user, or brings the endpoint along."""

    id: OuterId | None = Field(None, examples=["order-1234-paid"])
    """A second event with it is a no-op. Without one, each event is new."""
    name: Annotated[str, StringConstraints(min_length=1, max_length=128)] = Field(examples=["signed_up"])
    occurred_at: Instant | None = Field(None, examples=["2026-11-20T09:00:00+01:00"])
    """When it happened; now, when left out. One from the future is taken as now."""
    attributes: Attributes = Field(default={}, examples=[{"amount": 42}])
    endpoint_id: OuterId | None = Field(None, examples=["ada-mail"])
    user_id: OuterId | None = None
    endpoint: NamedEndpointInput | None = None


class EventsInput(Input):
    """What happened."""

    events: list[Annotated[EventInput, WrapValidator(row_or_bad)]] = Field(
        min_length=1, max_length=MOST_EVENTS, examples=[[{"id": "sign-up-1", "name": "signed_up", "endpoint_id": "ada"}]]
    )


class EnrolledShape(Output):
    """What became of one journey that an event opens."""

    status: EnrollStatus
    participant_id: str | None
    reason: str | None


class EventAnswer(Output):
    """What became of one event."""

    status: EventStatus
    reason: str | None
    """Why, where it was invalid."""
    enrolled: dict[str, EnrolledShape]
    """By journey id, for journeys that the event opens."""


class EventAnswers(Output):
    """What became of each event, in order."""

    results: list[EventAnswer]


@router.post("/v1/events", status_code=202, summary="Send events")
def take_events(body: EventsInput, request: Request, caller: Caller, world: World) -> EventAnswers:
    """Take up to 1,000 events: each is stored once, wakes whoever waits for it, and enrolls by the journeys it opens."""
    incoming = [_event(event, once.row_key(request, place)) for place, event in sound_rows(body.events)]
    came = iter(ingest(world.database, world.plans, caller.project, incoming, ring=world.ring))
    results: list[EventAnswer] = []
    for event in body.events:
        if isinstance(event, BadRow):
            results.append(EventAnswer(status="invalid", reason=event.reason, enrolled={}))
        else:
            results.append(EventAnswer.model_validate(next(came)))
    return EventAnswers(results=results)


def _event(event: EventInput, key: str | None) -> IncomingEvent:
    return IncomingEvent(
        id=event.id or key or new_id(),
        name=event.name,
        occurred_at=event.occurred_at,
        attributes=event.attributes,
        endpoint=None if event.endpoint is None else event.endpoint.named_change(),
        endpoint_id=event.endpoint_id,
        user_id=event.user_id,
    )
