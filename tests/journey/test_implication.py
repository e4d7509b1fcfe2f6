"""What is called implied is so for everybody: a proof, tried on random people."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import TypeAdapter

from engine.journey.conditions import Condition, Subject
from engine.journey.facts import Facts, JsonObject
from engine.journey.implication import implies
from tests.support.random_journeys import START, _bags, conditions, facts

ADAPTER: TypeAdapter[Condition] = TypeAdapter(Condition)
#: Conditions of one name and one event, so that they have to do with each other.
about_one = conditions().map(lambda said: _narrow(said))


def _narrow(said: JsonObject) -> JsonObject:
    if "conditions" in said:
        return {**said, "conditions": [_narrow(part) for part in said["conditions"]]}
    if "condition" in said:
        return {**said, "condition": _narrow(said["condition"])}
    return {**said, **({"name": "score"} if "name" in said else {"event": "bought"})}


def read(said: JsonObject) -> Condition:
    """The condition of a document."""
    return ADAPTER.validate_json(json.dumps(said))


def plan(op: str, value: object = None) -> JsonObject:
    """A comparison of one attribute."""
    return {"type": "attribute", "name": "plan", "op": op, **({} if value is None else {"value": value})}


def bought(**fields: object) -> JsonObject:
    """An event condition."""
    return {"type": "event", "event": "bought", **fields}


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(about_one, about_one, facts(), _bags)
def test_what_is_implied_holds_of_everybody(narrow: JsonObject, wide: JsonObject, known: Facts, context: JsonObject) -> None:
    if not implies(read(narrow), read(wide)):
        return
    subject = Subject(known, context, START - timedelta(days=3), START)

    assert not read(narrow).holds(subject) or read(wide).holds(subject)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (plan("is", "pro"), plan("in", ["pro", "team"])),
        (plan("in", ["pro", "team"]), plan("in", ["team", "free", "pro"])),
        (plan("is", "pro-plus"), plan("starts_with", "pro")),
        (plan("is", 5), plan("at_least", 5)),
        (plan("starts_with", "pro-"), plan("starts_with", "pro")),
        (plan("ends_with", "-plus"), plan("contains", "plus")),
        (plan("greater_than", 5), plan("at_least", 5)),
        (plan("at_most", 4), plan("less_than", 5)),
        (plan("within_last", "P2D"), plan("within_last", "P1W")),
        (plan("before", "2026-05-01"), plan("exists")),
        (bought(count=3), bought()),
        (bought(within="P1D"), bought(within="P1W")),
        (bought(where={**plan("is", "x"), "type": "event_attribute"}), bought()),
        ({"type": "all", "conditions": [plan("is", "pro"), bought()]}, plan("is", "pro")),
        (plan("is", "pro"), {"type": "any", "conditions": [bought(), plan("is", "pro")]}),
        ({"type": "not", "condition": plan("in", ["pro", "team"])}, {"type": "not", "condition": plan("is", "pro")}),
    ],
)
def test_condition_implies(narrow: JsonObject, wide: JsonObject) -> None:
    assert implies(read(narrow), read(wide))


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (plan("in", ["pro", "team"]), plan("is", "pro")),
        (plan("is", "5"), plan("at_least", 5)),
        (plan("at_least", 5), plan("greater_than", 5)),
        (plan("at_least", 5), plan("at_most", 5)),
        (plan("contains", "pro"), plan("starts_with", "pro")),
        (plan("is", "pro"), {**plan("is", "pro"), "type": "user_attribute"}),
        (bought(), bought(within="P1W")),
        (bought(within="P1W"), bought()),
        (bought(), bought(count=2)),
        ({"type": "not", "condition": plan("is", "pro")}, plan("is", "free")),
    ],
)
def test_condition_does_not_imply(narrow: JsonObject, wide: JsonObject) -> None:
    assert not implies(read(narrow), read(wide))
