"""Checking a document: always 200, with its problems."""

from __future__ import annotations

from fastapi import Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.deployment import Deployment
from api.route import Caller, World, make_router
from api.routes.drafts import read_text
from api.shapes import JourneyId, Output, ProblemShape, problems_of
from engine.journey.checks import check_document
from engine.run.catalogue import read_catalogue
from engine.run.publish import read_draft

router = make_router("Drafts")

_BODY = {
    "requestBody": {
        "required": False,
        "description": "A journey document to check; without a body, the draft is.",
        "content": {
            "application/json": {
                "schema": {},
                "example": {"format": 1, "name": "Empty", "entry": {"type": "api"}, "start": "a", "steps": {}},
            }
        },
    }
}


class CheckAnswer(Output):
    """Everything that is wrong with a document."""

    valid: bool = Field(description="Whether it could be published: it has no errors.")
    problems: list[ProblemShape]


@router.post("/v1/journeys/{journey_id}/check", summary="Check a document", openapi_extra=_BODY)
async def check_journey(journey_id: JourneyId, request: Request, caller: Caller, world: World) -> CheckAnswer:
    """All problems at once: shape, meaning, templates and attributes. Saves nothing; an author's mistake is no error of the call."""
    body = await request.body()
    source = read_text(body) if body else None
    return await run_in_threadpool(_check, world, caller.project, journey_id, source)


def _check(world: Deployment, project: str, journey_id: str, source: str | None) -> CheckAnswer:
    if source is None:
        source = read_draft(world.database, world.drafts, project, journey_id).source
    _, problems = check_document(source, read_catalogue(world.database, world.templates, project))
    return CheckAnswer(valid=all(problem.severity != "error" for problem in problems), problems=problems_of(problems))
