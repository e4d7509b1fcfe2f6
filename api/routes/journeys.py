"""Journeys as a list, and what may be done to one as a whole: publish, pause, resume, stop."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import orjson
from fastapi import Response
from pydantic import Field, JsonValue

from api.deployment import Deployment
from api.route import Caller, World, make_router
from api.shapes import (
    PAGE_DEFAULT,
    After,
    ErrorShape,
    Input,
    JourneyId,
    Limit,
    Output,
    Page,
    ProblemShape,
    from_cursor,
    problems_of,
    to_cursor,
)
from engine.errors import NotFoundError
from engine.run import lifecycle
from engine.run.drafts import read_object
from engine.run.publish import People, Wish, publish
from engine.store import journey_lists, participant_lists, totals
from engine.store.journey_lists import PublishedJourney

router = make_router("Journeys")


class JourneySummary(Output):
    """One journey of the list."""

    id: str
    name: str
    """What people call it: the draft's name, else the live version's, else the id."""
    state: str = Field(examples=["live"])
    """`draft` (never published), `live`, `paused` or `stopped`."""
    live_version: int | None
    has_draft: bool
    draft_base_version: int | None
    """The version the draft began from; null when nobody knows."""
    people: dict[str, int] = Field(examples=[{"waiting": 120, "ready": 3}])
    """Live participants by status."""
    changed_at: datetime | None
    """The last change of the draft, the version or the state."""
    etag: str | None
    """The draft's."""


class PublishInput(Input):
    """What to publish, and what becomes of the people inside."""

    people: People = Field(default="finish", examples=["finish"])
    """`finish`: on the version they are on. `exit`: they leave."""
    document: dict[str, JsonValue] | None = None
    """A document to publish instead of the draft, which stays as it is."""
    base_version: int | None = Field(None, ge=0, le=2**31 - 1)
    """The version its author has seen; without it, the one the draft began from."""


class PublishAnswer(Output):
    """The version that is live now."""

    journey_id: str
    version: int
    is_new: bool
    """False (and status 200) when the live version was the same already."""
    document_hash: str
    plan_hash: str
    templates: dict[str, int] = Field(examples=[{"welcome": 3}])
    """Pinned template versions."""
    warnings: list[ProblemShape]


class StateAnswer(Output):
    """A journey's state now."""

    journey_id: str
    state: Literal["live", "paused", "stopped"]


@router.get("/v1/journeys", summary="List journeys")
def list_journeys(caller: Caller, world: World, after: After = None, limit: Limit = PAGE_DEFAULT) -> Page[JourneySummary]:
    """All journeys, drafts and published ones, in the order of their ids, with their state, people and last change."""
    with world.database.read() as connection:
        published = journey_lists.of_project(connection, caller.project)
        people = totals.people_of_journeys(connection, caller.project)
    last = from_cursor(after) or ""
    ids = [journey_id for journey_id in sorted({*world.drafts.ids(caller.project), *published}) if journey_id > last][:limit]
    found = (_summary(world, caller.project, journey_id, published.get(journey_id), people.get(journey_id, {})) for journey_id in ids)
    # A draft may be dropped while the list is made; the page was full all the same.
    return Page(results=[summary for summary in found if summary], next=to_cursor(ids[-1]) if len(ids) == limit else None)


@router.get("/v1/journeys/{journey_id}", summary="Read a journey's state")
def read_journey_state(journey_id: JourneyId, caller: Caller, world: World) -> JourneySummary:
    """One line of the list: state, live version, people inside, and whether there is a draft."""
    with world.database.read() as connection:
        published = journey_lists.find(connection, caller.project, journey_id)
        here = participant_lists.by_step(connection, caller.project, journey_id)
    people: dict[str, int] = {}
    for (_, status), count in here.items():
        people[status] = people.get(status, 0) + count
    summary = _summary(world, caller.project, journey_id, published, people)
    if summary is None:
        raise NotFoundError(f"There is no journey {journey_id}.")
    return summary


@router.post(
    "/v1/journeys/{journey_id}/publish",
    status_code=201,
    summary="Publish a journey",
    responses={
        200: {"model": PublishAnswer, "description": "The live version was the same already; nothing changed."},
        409: {"model": ErrorShape, "description": "The draft began from an older version: `problems` shows what it would undo."},
    },
)
def publish_journey(*, journey_id: JourneyId, body: PublishInput, response: Response, caller: Caller, world: World) -> PublishAnswer:
    """Check the draft, compile it, pin its templates' versions and make it the live version, all or nothing.

    New people take the new version; people inside finish on theirs, or exit. 422 lists all problems of the document.
    """
    source = None if body.document is None else orjson.dumps(body.document, option=orjson.OPT_INDENT_2).decode()
    wish = Wish(body.people, source, body.base_version)
    done = publish(world.database, world.drafts, world.templates, project=caller.project, journey_id=journey_id, wish=wish)
    response.status_code = 201 if done.is_new else 200
    return PublishAnswer(
        journey_id=journey_id,
        version=done.version,
        is_new=done.is_new,
        document_hash=done.document_hash,
        plan_hash=done.plan_hash,
        templates=dict(done.templates),
        warnings=problems_of(done.warnings),
    )


@router.post("/v1/journeys/{journey_id}/pause", summary="Pause a journey", responses={409: {"model": ErrorShape}})
def pause_journey(journey_id: JourneyId, caller: Caller, world: World) -> StateAnswer:
    """Keep everybody where they are when they fall due, until the journey is resumed. Pausing twice changes nothing."""
    return _state(journey_id, lifecycle.pause(world.database, caller.project, journey_id))


@router.post("/v1/journeys/{journey_id}/resume", summary="Resume a journey", responses={409: {"model": ErrorShape}})
def resume_journey(journey_id: JourneyId, caller: Caller, world: World) -> StateAnswer:
    """Let people go on: durations are prolonged by the pause, times of day are taken anew."""
    return _state(journey_id, lifecycle.resume(world.database, caller.project, journey_id, ring=world.ring))


@router.post("/v1/journeys/{journey_id}/stop", summary="Stop a journey", responses={409: {"model": ErrorShape}})
def stop_journey(journey_id: JourneyId, caller: Caller, world: World) -> StateAnswer:
    """Let nobody in any more and everybody out; their mail that waits is cancelled. Publishing makes it live again."""
    return _state(journey_id, lifecycle.stop(world.database, caller.project, journey_id))


def _state(journey_id: str, state: str) -> StateAnswer:
    return StateAnswer.model_validate({"journey_id": journey_id, "state": state})


def _summary(
    world: Deployment, project: str, journey_id: str, published: PublishedJourney | None, people: Mapping[str, int]
) -> JourneySummary | None:
    draft = world.drafts.read(project, journey_id)
    if draft is None and published is None:
        return None
    sources = [source for source in (draft and draft.source, published and published.document) if source]
    names = [document.get("name") for source in sources if (document := read_object(source)) is not None]
    changes = [draft.updated_at] if draft else []
    changes += [published.state_changed_at, published.published_at] if published else []
    return JourneySummary(
        id=journey_id,
        name=next((name for name in names if isinstance(name, str) and name), journey_id),
        state=published.state if published else "draft",
        live_version=published.live_version if published else None,
        has_draft=draft is not None,
        draft_base_version=draft.base_version if draft else None,
        people=dict(people),
        changed_at=max(changes, default=None),
        etag=draft.etag if draft else None,
    )
