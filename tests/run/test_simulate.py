"""The simulator: one person's path and a population's counts, in virtual time."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from pydantic import ValidationError

from engine.journey.document import read_journey
from engine.journey.facts import Exited, Finished, JsonObject, Waiting, Zone
from engine.plan.compiler import compile_journey
from engine.plan.plan import Plan
from engine.run.imagined import Person, ScriptedChange, ScriptedEvent, imagine_people
from engine.run.simulate import Trace, simulate_person, simulate_population
from engine.run.simulation import SimulationRequest, answer
from tests.support.journeys import compiled
from tests.support.random_journeys import Happening, RandomPerson, histories, journeys, people

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)

WELCOME = {
    "greet": {"type": "email", "template": "welcome", "next": "settle"},
    "settle": {"type": "wait", "for": "P2D", "next": "bought"},
    "bought": {
        "type": "split",
        "branches": [{"id": "yes", "when": {"type": "event", "event": "bought"}, "next": "thanks"}],
        "else": {"next": "offer"},
    },
    "thanks": {"type": "email", "template": "thanks"},
    "offer": {"type": "email", "template": "offer"},
}


def told(trace: Trace) -> list[tuple[timedelta, str | None, str, str | None]]:
    return [(stage.at - NOON, d.step_id, d.outcome, d.branch) for stage in trace.stages for d in stage.walked.decisions]


def test_simulate_person_tells_each_decision_at_its_virtual_time() -> None:
    trace = simulate_person(compiled(WELCOME), Person(), [], NOON)

    assert told(trace) == [
        (timedelta(0), "greet", "queued", None),
        (timedelta(0), "settle", "began_waiting", None),
        (2 * DAY, "settle", "waited", None),
        (2 * DAY, "bought", "branched", "else"),
        (2 * DAY, "offer", "queued", None),
    ]
    assert trace.standing == Finished("offer")


@pytest.mark.parametrize(("days", "branch"), [(-1, "else"), (1, "yes"), (2, "yes"), (3, "else")])
def test_simulate_person_sees_an_event_from_its_instant_on(days: int, branch: str) -> None:
    trace = simulate_person(compiled(WELCOME), Person(), [ScriptedEvent(NOON + days * DAY, "bought")], NOON)

    assert (2 * DAY, "bought", "branched", branch) in told(trace)


TRIAL = {
    "near": {"type": "wait", "until_attribute": {"name": "trial_ends", "missing": {}}, "next": "last"},
    "last": {"type": "email", "template": "last"},
}


def test_simulate_person_is_woken_by_a_change_that_the_wait_reads() -> None:
    ada = Person(attributes={"trial_ends": "2026-03-09T12:00:00Z"})
    earlier = ScriptedChange(NOON + DAY, {"trial_ends": "2026-03-04T12:00:00Z"})

    trace = simulate_person(compiled(TRIAL), ada, [ScriptedChange(NOON + DAY / 2, {"plan": "pro"}), earlier], NOON)

    assert told(trace) == [
        (timedelta(0), "near", "began_waiting", None),
        (DAY, "near", "kept_waiting", None),
        (2 * DAY, "near", "waited", None),
        (2 * DAY, "last", "queued", None),
    ]


def test_simulate_person_is_woken_by_a_moved_zone() -> None:
    plan = compiled({"a": {"type": "wait", "until_local": {"time": "20:00"}}})

    trace = simulate_person(plan, Person(), [ScriptedChange(NOON + DAY / 24, zone=Zone("Asia/Tokyo", "endpoint"))], NOON)

    assert [at for at, *_ in told(trace)] == [timedelta(0), timedelta(hours=1), timedelta(hours=23)]


def test_simulate_person_whose_address_is_suppressed_gets_no_mail_and_the_journey_knows() -> None:
    asked = {"type": "message", "step": "greet", "outcome": "suppressed"}
    split = {"type": "split", "branches": [{"id": "mute", "when": asked}]}
    plan = compiled({"greet": WELCOME["greet"], "settle": {"type": "wait", "for": "PT1H", "next": "s"}, "s": split})

    trace = simulate_person(plan, Person(suppressed="unsubscribed"), [], NOON)

    assert [(mail.state, mail.reason) for stage in trace.stages for mail in stage.mails] == [("SUPPRESSED", "unsubscribed")]
    assert told(trace)[-1] == (timedelta(hours=1), "s", "branched", "mute")


def test_simulate_person_exits_when_the_journey_says_so() -> None:
    plan = compiled(WELCOME, exit_when={"type": "event", "event": "closed", "since": "enrolled"})

    trace = simulate_person(plan, Person(), [ScriptedEvent(NOON + DAY, "closed")], NOON)

    assert trace.standing == Exited("exit_when")


def test_simulate_person_stops_at_the_horizon() -> None:
    trace = simulate_person(compiled(WELCOME), Person(), [], NOON, horizon=DAY)

    assert isinstance(trace.standing, Waiting)
    assert len(trace.stages) == 1


def test_simulate_population_counts_branches_and_mails_per_day() -> None:
    population = simulate_population(compiled(WELCOME), 1_000, 7, NOON)

    taken = population.branches[("bought", "yes")], population.branches[("bought", "else")]
    assert sum(taken) == 1_000
    assert min(taken) > 20
    assert population.steps == {"greet": 1_000, "settle": 1_000, "bought": 1_000, "thanks": taken[0], "offer": taken[1]}
    assert population.mails_per_day == {date(2026, 3, 2): 1_000, date(2026, 3, 4): 1_000}
    assert population.ends == {"finished": 1_000}


def test_simulate_population_is_the_same_for_the_same_seed() -> None:
    plan = compiled(WELCOME)

    assert simulate_population(plan, 50, 3, NOON) == simulate_population(plan, 50, 3, NOON)
    assert list(imagine_people(plan, 5, 3, NOON)) != list(imagine_people(plan, 5, 4, NOON))


def test_imagined_people_take_every_branch_that_a_value_decides() -> None:
    conditions = [
        {"type": "attribute", "name": "plan", "op": "is", "value": "pro"},
        {"type": "attribute", "name": "score", "op": "greater_than", "value": 10},
        {"type": "user_attribute", "name": "born", "op": "before", "value": "2000-01-01"},
        {"type": "context", "name": "seen", "op": "within_last", "value": "P3D"},
        {"type": "event", "event": "signed_up", "within": "P60D", "where": {"type": "event_attribute", "name": "n", "op": "exists"}},
    ]
    branches = [{"id": f"b{number}", "when": when} for number, when in enumerate(conditions)]
    plan = compiled({"w": {"type": "wait", "for": "P10D", "next": "s"}, "s": {"type": "split", "branches": branches}})

    population = simulate_population(plan, 500, 1, NOON)

    assert all(population.branches.values()), population.branches


# --- as JSON --------------------------------------------------------------------------------------------------------


def test_answer_tells_a_path_on_both_clocks() -> None:
    request = SimulationRequest.model_validate(
        {"person": {"time_zone": "Europe/Berlin"}, "happenings": [{"after": "P1D", "event": "bought"}], "start": "2026-03-02T12:00:00Z"}
    )

    told = answer(compiled(WELCOME), request, NOON + DAY)

    first = told["stages"][0]  # type: ignore[index, call-overload]
    assert (first["at"], first["local"]) == ("2026-03-02T12:00:00Z", "2026-03-02T13:00:00+01:00")
    assert first["mails"] == [{"step": "greet", "template": "welcome", "version": 1, "state": "ACCEPTED", "reason": None}]
    assert told["ended"] == {"status": "finished", "step": "thanks"}


def test_answer_counts_a_population() -> None:
    told = answer(compiled(WELCOME), SimulationRequest(participants=10), NOON)

    assert told["participants"] == 10
    assert told["mails_per_day"] == [{"day": "2026-03-02", "count": 10}, {"day": "2026-03-04", "count": 10}]
    json.dumps(told)


@pytest.mark.parametrize("when", [{}, {"at": "2026-03-02T12:00:00Z", "after": "P1D"}])
def test_a_happening_has_exactly_one_time(when: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="Say when"):
        SimulationRequest.model_validate({"happenings": [{**when, "event": "bought"}]})


# --- random journeys ------------------------------------------------------------------------------------------------


def random_plan(document: JsonObject) -> Plan:
    journey, problems = read_journey(json.dumps(document))
    assert journey is not None, problems
    return compile_journey("default", "random", journey, {"welcome": 1, "offer": 2, "thanks": 3})


@given(journeys(), people, histories())
def test_every_simulated_path_goes_forward_in_time_and_ends(
    document: JsonObject, person: RandomPerson, history: tuple[Happening, ...]
) -> None:
    plan = random_plan(document)
    ada = Person(person.id, person.attributes, person.user_attributes, person.context, person.zone)
    events = [ScriptedEvent(one.event.occurred_at, one.name, one.event.attributes) for one in history]

    trace = simulate_person(plan, ada, events, NOON)

    instants = [stage.at for stage in trace.stages]
    mailed = [mail.step_id for stage in trace.stages for mail in stage.mails]
    assert instants == sorted(set(instants))
    assert len(mailed) == len(set(mailed))
    assert isinstance(trace.standing, Finished | Exited)


@given(journeys(max_steps=6))
def test_every_population_is_conserved(document: JsonObject) -> None:
    population = simulate_population(random_plan(document), 20, 1, NOON)

    assert sum(population.ends.values()) == population.count == 20
    assert population.steps["s0"] <= 20
