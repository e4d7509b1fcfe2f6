"""A simulation as JSON, asked and answered: the one shape that the API and the CLI share. Knows `simulate`; must not know HTTP or files."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self, assert_never

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from engine.journey.calendar import local, resolve_zone
from engine.journey.durations import parse_duration
from engine.journey.facts import Exited, Finished, JsonObject, Standing, Waiting, Zone
from engine.journey.fields import Duration, EventName, Instant, ZoneName
from engine.journey.instants import read_instant, write_instant
from engine.plan.plan import Plan
from engine.run.imagined import Happening, Person, ScriptedChange, ScriptedEvent
from engine.run.simulate import Population, SimulatedStage, Trace, simulate_person, simulate_population

#: A request of more would keep its caller waiting for minutes.
MOST_PARTICIPANTS = 100_000


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class AskedPerson(_Asked):
    """Who is simulated."""

    id: str = "somebody"
    address: str = "somebody@example.org"
    attributes: dict[str, JsonValue] = {}
    user_attributes: dict[str, JsonValue] = {}
    #: What the enroll call or the entry event brings.
    context: dict[str, JsonValue] = {}
    time_zone: ZoneName | None = None
    #: Why nothing is sent to the address, e.g. `unsubscribed`.
    suppressed: str | None = None


class AskedHappening(_Asked):
    """Something that happens: an event, or else a change of attributes or zone."""

    #: An instant, or a duration after the start: exactly one of them.
    at: Instant | None = None
    after: Duration | None = None
    #: The event's name; without one, what follows becomes known of the endpoint.
    event: EventName | None = None
    attributes: dict[str, JsonValue] = {}
    time_zone: ZoneName | None = None

    @model_validator(mode="after")
    def _has_one_time(self) -> Self:
        if (self.at is None) == (self.after is None):
            raise ValueError("Say when: either `at` or `after`.")
        return self

    def resolved(self, start: datetime) -> Happening:
        """What the simulator takes."""
        at = (self.at and read_instant(self.at)) or start + parse_duration(self.after or "PT0S")
        if self.event is not None:
            return ScriptedEvent(at, self.event, self.attributes)
        return ScriptedChange(at, self.attributes, None if self.time_zone is None else resolve_zone(self.time_zone, None))


class SimulationRequest(_Asked):
    """One person's path; with `participants`, the counts of so many imagined people."""

    person: AskedPerson = AskedPerson()
    happenings: Annotated[tuple[AskedHappening, ...], Field(max_length=1_000)] = ()
    participants: Annotated[int, Field(ge=1, le=MOST_PARTICIPANTS)] | None = None
    #: The same seed imagines the same people.
    seed: int = 1
    #: When they are enrolled; now, when not given.
    start: Instant | None = None


def answer(plan: Plan, request: SimulationRequest, now: datetime, *, project_zone: str | None = None) -> JsonObject:
    """Simulate what is asked; `now` (aware) is the start unless the request says one."""
    start = (request.start and read_instant(request.start)) or now
    if request.participants is not None:
        return population_json(simulate_population(plan, request.participants, request.seed, start))
    asked = request.person
    person = Person(
        id=asked.id,
        attributes=asked.attributes,
        user_attributes=asked.user_attributes,
        context=asked.context,
        zone=resolve_zone(asked.time_zone, project_zone),
        address=asked.address,
        suppressed=asked.suppressed,
    )
    return trace_json(simulate_person(plan, person, [happening.resolved(start) for happening in request.happenings], start))


def trace_json(trace: Trace) -> JsonObject:
    """A path, stage by stage, with the grounds of each decision and both clocks."""
    return {"stages": [_stage_json(stage, trace.person.zone) for stage in trace.stages], "ended": _standing_json(trace.standing)}


def population_json(population: Population) -> JsonObject:
    """Counts per step and branch, and mails per day."""
    return {
        "participants": population.count,
        "steps": dict(population.steps),
        "branches": [{"step": step_id, "branch": branch_id, "count": count} for (step_id, branch_id), count in population.branches.items()],
        "mails_per_day": [{"day": day.isoformat(), "count": count} for day, count in population.mails_per_day.items()],
        "refused": dict(population.refused),
        "ends": dict(population.ends),
    }


def _stage_json(stage: SimulatedStage, zone: Zone) -> JsonObject:
    return {
        "at": write_instant(stage.at),
        "local": local(stage.at, zone.name).isoformat(),
        "decisions": [
            {"step": decision.step_id, "outcome": decision.outcome, "branch": decision.branch, "grounds": decision.grounds}
            for decision in stage.walked.decisions
        ],
        "mails": [
            {"step": mail.step_id, "template": mail.template, "version": mail.version, "state": mail.state, "reason": mail.reason}
            for mail in stage.mails
        ],
    }


def _standing_json(standing: Standing) -> JsonObject:
    match standing:
        case Waiting(step_id, due_at):
            return {"status": "waiting", "step": step_id, "due_at": write_instant(due_at)}
        case Finished(step_id):
            return {"status": "finished", "step": step_id}
        case Exited(reason):
            return {"status": "exited", "reason": reason}
    assert_never(standing)
