"""Simulation: one person's path, or a population's counts, in virtual time. Nothing is sent and nothing stored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from fastapi import Query
from pydantic import Field, JsonValue

from api.deployment import Deployment
from api.route import Caller, World, make_router
from api.shapes import JourneyId
from engine.errors import InvalidDocumentError, NotFoundError
from engine.journey.checks import check_document
from engine.journey.document import Journey
from engine.plan.compiler import compile_journey
from engine.plan.plan import Plan
from engine.run.catalogue import read_catalogue
from engine.run.publish import read_draft
from engine.run.simulation import SimulationRequest, answer
from engine.store import installation, versions

router = make_router("Simulation")

#: 10,000 people through ten steps take about a second; more are the CLI's.
MOST_PARTICIPANTS = 10_000


class SimulateInput(SimulationRequest):
    """Who is simulated, and through what."""

    document: dict[str, JsonValue] | None = None
    """A document to simulate instead of the draft."""
    participants: Annotated[int, Field(ge=1, le=MOST_PARTICIPANTS)] | None = Field(default=None, examples=[1_000])
    """So many imagined people instead of one person: counts per step and branch."""


@router.post("/v1/journeys/{journey_id}/simulate", summary="Simulate a journey")
def simulate_journey(
    *,
    journey_id: JourneyId,
    body: SimulateInput,
    caller: Caller,
    world: World,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="A published version instead of the draft.")] = None,
) -> dict[str, Any]:
    """A trace of decisions with their grounds for one person and scripted events; or, with `participants`, counts of a population.

    The same code decides as in production. Templates need not exist; 422 lists the problems of a document that cannot run.
    """
    plan = _plan(world, caller.project, journey_id, body, version)
    with world.database.read() as connection:
        zone = installation.read_time_zone(connection, caller.project)
    return dict(answer(plan, body, datetime.now(UTC), project_zone=zone))


def _plan(world: Deployment, project: str, journey_id: str, body: SimulateInput, version: int | None) -> Plan:
    journey = _journey(world, project, journey_id, body, version)
    names = {name for step in journey.steps.values() for name in step.templates()}
    return compile_journey(project, journey_id, journey, dict.fromkeys(sorted(names), 1))


def _journey(world: Deployment, project: str, journey_id: str, body: SimulateInput, version: int | None) -> Journey:
    if body.document is not None:
        source = orjson.dumps(body.document).decode()
    elif version is not None:
        with world.database.read() as connection:
            row = versions.find(connection, project, journey_id, version)
        if row is None:
            raise NotFoundError(f"{journey_id} has no version {version}.")
        source = row.document
    else:
        source = read_draft(world.database, world.drafts, project, journey_id).source
    journey, problems = check_document(source, read_catalogue(world.database, world.templates, project))
    wrong = [problem for problem in problems if problem.severity == "error" and problem.code not in _HARMLESS]
    if journey is None or wrong:
        raise InvalidDocumentError(f"The journey {journey_id} cannot be simulated.", problems=problems)
    return journey


#: What a simulation, which renders nothing, can do without.
_HARMLESS = frozenset({"unknown_template", "broken_template", "empty_template", "unknown_template_variable"})
