"""Drafts: read, saved whatever they hold, dropped."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import JsonValue
from starlette.concurrency import run_in_threadpool

from api.deployment import Deployment
from api.errors import MalformedError
from api.etags import IfMatch, IfNoneMatch, expected, is_known, quoted
from api.requests import NUL
from api.route import Caller, World, make_router
from api.shapes import ErrorShape, JourneyId, Output, ProblemShape, problems_of
from engine.journey.checks import check_document
from engine.run.catalogue import read_catalogue
from engine.run.drafts import Draft, DraftChange, read_object
from engine.run.publish import read_draft

router = make_router("Drafts")

_BODY = {
    "requestBody": {
        "required": True,
        "description": "The journey document. Whatever is sent is saved, also when it is no document yet.",
        "content": {
            "application/json": {
                "schema": {},
                "example": {
                    "format": 1,
                    "name": "Welcome",
                    "entry": {"type": "api"},
                    "start": "greet",
                    "steps": {"greet": {"type": "email", "template": "welcome"}},
                },
            }
        },
    }
}


class DraftShape(Output):
    """A draft as it is saved."""

    journey_id: str
    document: dict[str, JsonValue] | None
    """The document; null while the text is not a JSON object."""
    source: str
    """The text, exactly."""
    base_version: int | None
    """The version it began from; null when nobody knows."""
    updated_at: datetime
    etag: str
    problems: list[ProblemShape]
    """Everything that is wrong with it; a draft saves all the same."""


@router.get(
    "/v1/journeys/{journey_id}/draft",
    summary="Read a draft",
    response_model=DraftShape,
    responses={304: {"description": "It is still that text."}},
)
def read_journey_draft(
    *, journey_id: JourneyId, response: Response, caller: Caller, world: World, if_none_match: IfNoneMatch = None
) -> DraftShape | Response:
    """The draft with its problems; `ETag` names this text. In a folder, changes by an editor or git show at once."""
    draft = read_draft(world.database, world.drafts, caller.project, journey_id)
    if is_known(if_none_match, draft.etag):
        return Response(status_code=304, headers={"ETag": quoted(draft.etag)})
    return _shape(world, caller.project, draft, response)


@router.put(
    "/v1/journeys/{journey_id}/draft",
    summary="Save a draft",
    openapi_extra=_BODY,
    responses={412: {"model": ErrorShape}, 413: {"model": ErrorShape}, 422: {"model": ErrorShape}},
)
async def write_journey_draft(
    *,
    journey_id: JourneyId,
    request: Request,
    response: Response,
    caller: Caller,
    world: World,
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
    base_version: Annotated[int | None, Query(ge=0, le=2**31 - 1, description="The version the text began from.")] = None,
) -> DraftShape:
    """Save a text as the draft; a JSON object is written canonically, anything else as it is. The body is the document itself.

    With `If-Match` it is saved only if the draft is still the one that was read; with `If-None-Match: *` only if there is none yet.
    """
    source = read_text(await request.body())
    change = DraftChange(source, expected(if_match), only_new=if_none_match == "*", base_version=base_version)
    return await run_in_threadpool(_write, world, caller.project, journey_id, change, response)


@router.delete("/v1/journeys/{journey_id}/draft", status_code=204, summary="Drop a draft", responses={412: {"model": ErrorShape}})
def delete_journey_draft(journey_id: JourneyId, caller: Caller, world: World, if_match: IfMatch = None) -> None:
    """Drop the draft; published versions stay, and so do the people inside."""
    world.drafts.remove(caller.project, journey_id, expected(if_match))


def _write(world: Deployment, project: str, journey_id: str, change: DraftChange, response: Response) -> DraftShape:
    return _shape(world, project, world.drafts.write(project, journey_id, change), response)


def read_text(body: bytes) -> str:
    """A body as text; raises MalformedError for what no database can keep."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("A draft is text in UTF-8.") from error
    if NUL in text:
        raise MalformedError("The body holds a NUL character.")
    return text


def _shape(world: Deployment, project: str, draft: Draft, response: Response) -> DraftShape:
    _, problems = check_document(draft.source, read_catalogue(world.database, world.templates, project))
    response.headers["ETag"] = quoted(draft.etag)
    return DraftShape(
        journey_id=draft.journey_id,
        document=_plain(draft.source),
        source=draft.source,
        base_version=draft.base_version,
        updated_at=draft.updated_at,
        etag=draft.etag,
        problems=problems_of(problems),
    )


def _plain(source: str) -> dict[str, Any] | None:
    document = read_object(source)
    return None if document is None else dict(document)
