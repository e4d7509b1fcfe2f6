"""A checked document becomes a plan. Knows both; must not know where either is kept.

What cannot run is refused here again, whatever the checks said: nothing at run time looks for a way out of a broken plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.errors import InvalidDocumentError, Problem
from engine.journey.document import Journey
from engine.journey.steps.step import Step
from engine.plan.plan import FORMAT, Plan, PlanBody, write_plan
from engine.plan.stages import cut_stages, follow_ways, walking_order


def compile_journey(project: str, journey_id: str, journey: Journey, templates: Mapping[str, int]) -> Plan:
    """Compile a journey with the template versions to pin; InvalidDocumentError for what the checks would have refused."""
    following = follow_ways(journey.steps)
    order = walking_order(following, journey.start)
    steps = {step_id: journey.steps[step_id].resolved(journey_id, step_id) for step_id in order}
    return write_plan(
        PlanBody.model_construct(
            format=FORMAT,
            project=project,
            journey_id=journey_id,
            name=journey.name,
            entry=journey.entry,
            re_entry=journey.re_entry,
            exit_when=journey.exit_when,
            start=journey.start,
            steps=steps,
            stages=cut_stages(steps, following, order),
            templates=_pinned(steps.values(), templates),
        )
    )


def _pinned(steps: Iterable[Step], templates: Mapping[str, int]) -> dict[str, int]:
    names = sorted({name for step in steps for name in step.templates()})
    missing = [name for name in names if name not in templates]
    if missing:
        problems = [Problem("unknown_template", "/steps", f"There is no template {name!r}.") for name in missing]
        raise InvalidDocumentError(f"The journey names templates that do not exist: {', '.join(missing)}.", problems=problems)
    return {name: templates[name] for name in names}
