"""A journey's counts, for its canvas: per step and branch."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from fastapi import Response
from pydantic import Field

from api.etags import IfNoneMatch, is_known, mark_of, quoted
from api.known import require_journey
from api.route import Caller, World, make_router
from api.shapes import JourneyId, Output
from engine.store import counts, participant_lists
from engine.store.counts import Counter

router = make_router("Counts")


class StepCounts(Output):
    """One step's counts."""

    here: dict[str, int] = Field(examples=[{"waiting": 120}])
    """Live participants who stand here now, by status."""
    total: dict[str, int] = Field(examples=[{"queued": 500, "accepted": 497, "failed": 3}])
    """Decisions and outcomes of mails since the journey began, by name."""
    branches: dict[str, dict[str, int]] = Field(examples=[{"pro": {"branched": 80}}])
    """The same by branch id."""


class CountsAnswer(Output):
    """A journey's counts since it began, all versions together."""

    journey: dict[str, int] = Field(examples=[{"enrolled": 500, "finished": 300, "exited": 12}])
    live: dict[str, int] = Field(examples=[{"waiting": 188}])
    """Live participants by status."""
    steps: dict[str, StepCounts]


@router.get(
    "/v1/journeys/{journey_id}/counts",
    summary="Count people per step and branch",
    response_model=CountsAnswer,
    responses={304: {"description": "Nothing has changed."}},
)
def read_counts(journey_id: JourneyId, caller: Caller, world: World, if_none_match: IfNoneMatch = None) -> Response:
    """What happened at each step and branch, who is there now, and what became of the mails. `ETag` changes with any of it."""
    with world.database.read() as connection:
        counted = counts.of_journey(connection, caller.project, journey_id)
        here = participant_lists.by_step(connection, caller.project, journey_id)
    if not counted:
        require_journey(world, caller.project, journey_id)
    body = orjson.dumps(_shape(counted, here).model_dump(), option=orjson.OPT_SORT_KEYS)
    headers = {"ETag": quoted(mark_of(body)), "Cache-Control": "no-cache"}
    if is_known(if_none_match, mark_of(body)):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def _shape(counted: Mapping[Counter, int], here: Mapping[tuple[str, str], int]) -> CountsAnswer:
    journey: dict[str, int] = {}
    live: dict[str, int] = {}
    steps: dict[str, StepCounts] = {}

    def step(step_id: str) -> StepCounts:
        return steps.setdefault(step_id, StepCounts(here={}, total={}, branches={}))

    for counter, count in counted.items():
        if not counter.step_id:
            journey[counter.metric] = count
            continue
        total = step(counter.step_id).total
        total[counter.metric] = total.get(counter.metric, 0) + count
        if counter.branch:
            step(counter.step_id).branches.setdefault(counter.branch, {})[counter.metric] = count
    for (step_id, status), count in here.items():
        step(step_id).here[status] = count
        live[status] = live.get(status, 0) + count
    return CountsAnswer(journey=journey, live=live, steps=steps)
