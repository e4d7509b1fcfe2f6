"""What holds of every journey: it compiles, and every walk goes forward and ends."""

from __future__ import annotations

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.journey.document import Journey, read_journey
from engine.journey.facts import Facts, Finished, JsonObject, Participant, Waiting
from engine.plan.compiler import compile_journey
from engine.plan.decide import decide
from engine.plan.plan import Plan, read_plan
from tests.support.random_journeys import START, RandomPerson, facts, journeys, people

TEMPLATES = {"welcome": 1, "offer": 2, "thanks": 3}
HORIZON = START + timedelta(days=60)


def read(document: JsonObject) -> Journey:
    journey, problems = read_journey(json.dumps(document))
    assert journey is not None, problems
    return journey


def plan_of(document: JsonObject) -> Plan:
    return compile_journey("default", "random", read(document), TEMPLATES)


def someone(person: RandomPerson, step_id: str) -> Participant:
    return Participant(person.id, "default", "random", f"user:{person.id}", START, step_id, context=person.context)


@given(journeys())
def test_every_valid_journey_compiles_to_a_plan_that_reads_back(document: JsonObject) -> None:
    plan = plan_of(document)

    again = read_plan(plan.text)

    assert (again.hash, again.text, again.stages) == (plan.hash, plan.text, plan.stages)
    assert set(plan.steps) == set(document["steps"])  # type: ignore[arg-type, call-overload]
    assert set().union(*plan.stages.values()) == set(plan.steps)


@given(journeys(), st.randoms())
def test_the_order_of_keys_changes_no_plan(document: JsonObject, random: st.Random) -> None:
    steps = list(document["steps"].items())  # type: ignore[union-attr, call-overload]
    random.shuffle(steps)

    assert plan_of({**document, "steps": dict(steps)}).hash == plan_of(document).hash


@given(journeys(), people, facts())
def test_decide_is_deterministic_and_visits_a_step_at_most_once(document: JsonObject, person: RandomPerson, known: Facts) -> None:
    plan = plan_of(document)

    first = decide(plan, someone(person, plan.start), known, START)
    second = decide(read_plan(plan.text), someone(person, plan.start), known, START)

    visited = [decision.step_id for decision in first.decisions]
    assert first == second
    assert len(set(visited)) == len(visited)
    assert len({drawn.salt for drawn in first.assignments}) <= len(first.assignments)


@given(journeys(), people, facts())
def test_a_walk_goes_forward_and_ends(document: JsonObject, person: RandomPerson, known: Facts) -> None:
    plan = plan_of(document)
    order = {step_id: int(step_id[1:]) for step_id in plan.steps}
    participant, now, walked_steps = someone(person, plan.start), START, 0

    while True:
        walked = decide(plan, participant, known, now)
        steps = [order[decision.step_id] for decision in walked.decisions if decision.step_id is not None]
        assert steps == sorted(steps)
        walked_steps += len(steps)
        if not isinstance(walked.standing, Waiting):
            break
        assert walked.standing.due_at > now
        assert order[walked.standing.step_id] >= order[participant.step_id]
        now = walked.standing.due_at
        participant = Participant(
            person.id, "default", "random", participant.unit, START, walked.standing.step_id,
            arrived_at=walked.standing.arrived_at, basis=walked.standing.basis, context=person.context,
        )  # fmt: skip

    assert walked_steps <= 3 * len(plan.steps)  # of a wait is told when it begins, is prolonged and is over: facts do not change here
    if isinstance(walked.standing, Finished):
        assert walked.standing.step_id in plan.steps


@given(journeys(), people, facts())
def test_asking_early_changes_nothing(document: JsonObject, person: RandomPerson, known: Facts) -> None:
    plan = plan_of(document)
    standing = decide(plan, someone(person, plan.start), known, START).standing
    if not isinstance(standing, Waiting) or plan.exit_when is not None:
        return
    early = START + (standing.due_at - START) / 2
    there = Participant(person.id, "default", "random", f"user:{person.id}", START, standing.step_id, standing.arrived_at, standing.basis)

    walked = decide(plan, there, Facts(known.attributes, known.user_attributes, known.zone), early)

    assert walked.decisions == ()
    assert walked.standing == standing
