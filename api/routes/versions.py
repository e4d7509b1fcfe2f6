"""Published versions, and what differs between two of them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

import orjson
from fastapi import Query, Response
from pydantic import Field, JsonValue

from api.deployment import Deployment
from api.errors import MalformedError
from api.etags import quoted
from api.known import require_journey
from api.route import Caller, World, make_router
from api.shapes import PAGE_DEFAULT, After, JourneyId, Limit, Output, Page, VersionNumber, from_cursor, page_of
from engine.errors import InvalidDocumentError, NotFoundError
from engine.journey.diff import diff_journeys
from engine.journey.document import Journey, read_journey
from engine.run.publish import read_draft
from engine.store import plans, versions
from engine.store.versions import VersionRow

router = make_router("Versions")
#: Within what a database keeps as an integer.
_NUMBER = re.compile(r"[0-9]{1,9}")


class VersionSummary(Output):
    """One version of the list."""

    number: int
    published_at: datetime
    people: str
    """What became of the people inside older versions: `finish` or `exit`."""
    document_hash: str
    plan_hash: str


class VersionShape(VersionSummary):
    """A version, whole."""

    journey_id: str
    document: dict[str, JsonValue]
    templates: dict[str, int]
    """Pinned template versions."""


class ChangeShape(Output):
    """One difference of meaning."""

    kind: str = Field(examples=["added"])
    """`added`, `removed` or `changed`."""
    pointer: str
    step_id: str | None
    message: str


class DiffAnswer(Output):
    """What differs."""

    changes: list[ChangeShape]


@router.get("/v1/journeys/{journey_id}/versions", summary="List versions")
def list_versions(
    *, journey_id: JourneyId, caller: Caller, world: World, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[VersionSummary]:
    """A journey's versions, newest first."""
    with world.database.read() as connection:
        rows = versions.page(connection, caller.project, journey_id, before=_number(from_cursor(after)), limit=limit)
    if not rows:
        require_journey(world, caller.project, journey_id)
    return Page(results=[VersionSummary.model_validate(row) for row in rows], next=page_of(rows, limit, "number"))


@router.get("/v1/journeys/{journey_id}/versions/{number}", summary="Read a version")
def read_version(*, journey_id: JourneyId, number: VersionNumber, response: Response, caller: Caller, world: World) -> VersionShape:
    """A version's document and pinned templates; it never changes."""
    row = _find(world, caller.project, journey_id, number)
    with world.database.read() as connection:
        plan = plans.read_body(connection, caller.project, row.plan_hash)
    response.headers["ETag"] = quoted(row.document_hash[:32])
    return VersionShape(
        journey_id=journey_id,
        number=row.number,
        published_at=row.published_at,
        people=row.people,
        document_hash=row.document_hash,
        plan_hash=row.plan_hash,
        document=orjson.loads(row.document),
        templates=orjson.loads(plan).get("templates", {}) if plan else {},
    )


@router.get("/v1/journeys/{journey_id}/diff", summary="Compare two versions")
def read_diff(
    *,
    journey_id: JourneyId,
    caller: Caller,
    world: World,
    old: Annotated[int | None, Query(alias="from", ge=1, le=2**31 - 1, description="A version; the newest when left out.")] = None,
    new: Annotated[int | None, Query(alias="to", ge=1, le=2**31 - 1, description="A version; the draft when left out.")] = None,
) -> DiffAnswer:
    """Differences of meaning: steps added, removed, changed; branches; settings. Without `to`, the draft is compared."""
    before = _read(_find(world, caller.project, journey_id, old).document)
    if new is None:
        after = _read(read_draft(world.database, world.drafts, caller.project, journey_id).source)
    else:
        after = _read(_find(world, caller.project, journey_id, new).document)
    return DiffAnswer(changes=[ChangeShape.model_validate(change) for change in diff_journeys(before, after)])


def _number(last: str | None) -> int | None:
    if last is not None and not _NUMBER.fullmatch(last):
        raise MalformedError("`after` is not the `next` of a page.", hint="Leave it out to begin anew.")
    return None if last is None else int(last)


def _find(world: Deployment, project: str, journey_id: str, number: int | None) -> VersionRow:
    with world.database.read() as connection:
        newest = versions.newest(connection, project, journey_id)
        row = newest if number is None else versions.find(connection, project, journey_id, number)
    if row is None:
        raise NotFoundError(f"{journey_id} has no version{'' if number is None else f' {number}'}.")
    return row


def _read(source: str) -> Journey:
    journey, problems = read_journey(source)
    if journey is None:
        raise InvalidDocumentError("The document cannot be compared while its shape is wrong.", problems=problems)
    return journey
