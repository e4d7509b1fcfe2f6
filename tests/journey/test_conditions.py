"""Conditions: every operator on every type, two-valued logic, windows of events, and grounds."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from pydantic import TypeAdapter, ValidationError

from engine.journey.conditions import LONGEST_SHOWN_LIST, LONGEST_SHOWN_TEXT, Condition, Subject
from engine.journey.facts import Event, EventNeed, Facts, JsonObject, JsonValue, Zone
from engine.journey.operators import OPERATORS, OperatorName
from tests.support.random_journeys import START, RandomPerson, conditions, facts, people

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ADAPTER: TypeAdapter[Condition] = TypeAdapter(Condition)


def condition(said: JsonObject) -> Condition:
    return ADAPTER.validate_json(json.dumps(said))


def subject(known: Facts | None = None, context: JsonObject | None = None, now: datetime = NOON) -> Subject:
    return Subject(known or Facts(), context or {}, NOON - DAY, now)


def holds(op: str, value: JsonValue, seen: JsonValue, zone: str = "UTC") -> bool:
    """Ask one value; no value is said for `exists`, and None is seen for a missing attribute."""
    said = {"type": "attribute", "name": "a", "op": op, **({} if op == "exists" else {"value": value})}
    known = Facts({} if seen is None else {"a": seen}, zone=Zone(zone, "endpoint"))
    asked = condition(said)
    assert asked.explain(subject(known))["held"] is asked.holds(subject(known))
    return asked.holds(subject(known))


#: Operator -> the value said, one seen that matches, one of the same type that does not.
EXAMPLES: dict[OperatorName, tuple[JsonValue, JsonValue, JsonValue]] = {
    "is": ("pro", "pro", "Pro"),
    "in": (["pro", 3], 3, 4),
    "contains": ("ro", "pro", "free"),
    "starts_with": ("pr", "pro", "spro"),
    "ends_with": ("ro", "pro", "prop"),
    "greater_than": (5, 5.5, 5),
    "at_least": (5, 5, 4.9),
    "less_than": (5, 4, 5),
    "at_most": (5, 5, 5.1),
    "before": ("2026-03-01", "2026-02-28", "2026-03-01"),
    "after": ("2026-03-01", "2026-03-02", "2026-03-01"),
    "on": ("2026-03-01", "2026-03-01T23:59:59Z", "2026-03-02T00:00:00Z"),
    "within_last": ("P7D", "2026-02-25", "2026-02-22"),
    "within_next": ("P7D", "2026-03-09T12:00:00Z", "2026-03-09T12:00:01Z"),
    "exists": (None, False, None),
}
#: One value of each type, none of which is the same thing as any example.
OF_TYPE: dict[str, JsonValue] = {
    "text": "~",
    "number": -1000.5,
    "boolean": True,
    "date": "1990-01-01",
    "object": {"a": 1},
    "nested list": [[1]],
}


def test_every_operator_has_an_example() -> None:
    assert list(EXAMPLES) == list(OPERATORS)


@pytest.mark.parametrize("op", OPERATORS)
def test_operator_matches_and_does_not(op: OperatorName) -> None:
    said, matching, other = EXAMPLES[op]

    assert holds(op, said, matching)
    assert not holds(op, said, other)


@pytest.mark.parametrize("op", OPERATORS)
def test_operator_on_a_list_matches_if_any_element_does(op: OperatorName) -> None:
    said, matching, other = EXAMPLES[op]

    assert holds(op, said, [other, matching])
    assert holds(op, said, [other]) is (op == "exists")
    assert holds(op, said, []) is (op == "exists")


@pytest.mark.parametrize("op", OPERATORS)
def test_operator_on_a_missing_value_is_false_and_its_not_true(op: OperatorName) -> None:
    said = {"type": "attribute", "name": "a", "op": op, **({} if op == "exists" else {"value": EXAMPLES[op][0]})}

    assert not condition(said).holds(subject())
    assert condition({"type": "not", "condition": said}).holds(subject())


#: A date is a text too.
OTHER_TYPES = [
    (op, kind)
    for op, operator in OPERATORS.items()
    for kind in OF_TYPE
    if op != "exists" and kind not in operator.matches and not (kind == "date" and "text" in operator.matches)
]


@pytest.mark.parametrize(("op", "kind"), OTHER_TYPES)
def test_operator_on_another_type_is_false(op: OperatorName, kind: str) -> None:
    assert not holds(op, EXAMPLES[op][0], OF_TYPE[kind])


@pytest.mark.parametrize(
    ("said", "seen", "held"),
    [
        (1, 1.0, True),
        (1, True, False),
        (True, 1, False),
        (True, True, True),
        (0, False, False),
        ("1", 1, False),
        (1, "1", False),
        ("", "", True),
        ("a", ["a"], True),
        (False, False, True),
    ],
)
def test_is_coerces_nothing(said: JsonValue, seen: JsonValue, held: bool) -> None:
    assert holds("is", said, seen) is held
    assert holds("in", [said, "other"], seen) is held


@pytest.mark.parametrize(
    ("op", "said", "seen", "zone", "held"),
    [
        # a date is the whole day in the person's zone
        ("on", "2026-03-01", "2026-02-28T23:30:00Z", "UTC", False),
        ("on", "2026-03-01", "2026-02-28T23:30:00Z", "Europe/Berlin", True),
        ("before", "2026-03-01", "2026-02-28T23:30:00Z", "UTC", True),
        ("before", "2026-03-01", "2026-02-28T23:30:00Z", "Europe/Berlin", False),
        ("after", "2026-03-01", "2026-03-01T23:30:00Z", "Europe/Berlin", True),
        ("after", "2026-03-01", "2026-03-01T22:30:00Z", "Europe/Berlin", False),
        # wholly before, wholly after
        ("before", "2026-03-01T12:00:00Z", "2026-03-01", "UTC", False),
        ("after", "2026-03-01T12:00:00Z", "2026-03-01", "UTC", False),
        ("before", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z", "UTC", False),
        ("after", "2026-03-01T12:00:00+01:00", "2026-03-01T11:00:01Z", "UTC", True),
        # today is within both, by its part
        ("within_last", "PT1H", "2026-03-02", "UTC", True),
        ("within_next", "PT1H", "2026-03-02", "UTC", True),
        ("within_last", "P1D", "2026-03-02T12:00:01Z", "UTC", False),
        ("within_next", "P1D", "2026-03-02T11:59:59Z", "UTC", False),
        ("within_last", "P1D", "2026-03-01T12:00:00Z", "UTC", True),
        # what is no date
        ("before", "2026-03-01", "2026-02-30", "UTC", False),
        ("after", "2026-03-01", "tomorrow", "UTC", False),
        ("after", "2026-03-01", "2026-03-05T10:00:00", "UTC", False),
        ("after", "2026-03-01", "20260305", "UTC", False),
        ("after", "2026-03-01", 1_900_000_000, "UTC", False),
        ("after", "2026-03-01", "9999-12-31", "Pacific/Apia", False),
    ],
)
def test_dates_mean_days_and_instants(op: str, said: str, seen: JsonValue, zone: str, held: bool) -> None:
    assert holds(op, said, seen, zone) is held


@pytest.mark.parametrize(
    ("op", "said"),
    [
        ("is", None),
        ("is", ["a"]),
        ("is", {"a": 1}),
        ("in", "pro"),
        ("in", []),
        ("in", [["a"]]),
        ("in", ["a"] * 1_001),
        ("contains", 5),
        ("contains", ""),
        ("greater_than", "5"),
        ("greater_than", True),
        ("before", "soon"),
        ("before", "2026-03-01T10:00:00"),
        ("on", "2026-03-01T10:00:00Z"),
        ("within_last", "P1M"),
        ("within_next", 7),
        ("exists", True),
        ("sounds_like", "pro"),
    ],
)
def test_a_value_that_does_not_fit_its_operator_is_refused(op: str, said: JsonValue) -> None:
    with pytest.raises(ValidationError):
        condition({"type": "attribute", "name": "a", "op": op, "value": said})


@pytest.mark.parametrize("place", ["attribute", "user_attribute", "context"])
def test_each_kind_looks_in_its_own_place(place: str) -> None:
    asked = condition({"type": place, "name": "a", "op": "is", "value": place})
    everywhere = Facts({"a": "attribute"}, {"a": "user_attribute"})

    assert asked.holds(subject(everywhere, {"a": "context"}))
    assert not asked.holds(subject(Facts({"a": "x"}, {"a": "x"}), {"a": "x"}))


# --- all, any, not --------------------------------------------------------------------------------------------------

YES: JsonObject = {"type": "context", "name": "yes", "op": "exists"}
NO: JsonObject = {"type": "context", "name": "no", "op": "exists"}


@pytest.mark.parametrize(
    ("kind", "parts", "held", "asked"),
    [
        ("all", [YES, YES], True, 2),
        ("all", [YES, NO, YES], False, 2),
        ("any", [NO, NO], False, 2),
        ("any", [NO, YES, NO], True, 2),
    ],
)
def test_compounds_ask_until_it_is_decided(kind: str, parts: list[JsonObject], held: bool, asked: int) -> None:
    grounds = condition({"type": kind, "conditions": parts}).explain(subject(context={"yes": 1}))

    assert grounds["held"] is held
    assert len(grounds["asked"]) == asked  # type: ignore[arg-type]


@given(conditions(["s0"]), people, facts())
def test_holding_and_explaining_agree(said: JsonObject, person: RandomPerson, known: Facts) -> None:
    asked = condition(said)
    somebody = Subject(known, person.context, START - DAY, START)

    grounds = asked.explain(somebody)

    assert grounds["held"] is asked.holds(somebody)
    assert condition({"type": "not", "condition": said}).holds(somebody) is not grounds["held"]
    json.dumps(grounds, allow_nan=False)


# --- events ---------------------------------------------------------------------------------------------------------


def happened(*hours: int, total: int = 10) -> Facts:
    """`bought`, so many hours from now; newest first."""
    return Facts(events={"bought": tuple(Event(f"e{hour}", NOON + hour * HOUR, {"total": total}) for hour in sorted(hours, reverse=True))})


@pytest.mark.parametrize(
    ("said", "hours", "held"),
    [
        ({}, (-1,), True),
        ({}, (-24,), False),  # at the instant of the enrolment: the event that enrolled them
        ({}, (-23,), True),
        ({"since": "enrolled"}, (-30,), False),
        ({"count": 2}, (-1,), False),
        ({"count": 2}, (-1, -2), True),
        ({"within": "PT2H"}, (-2,), True),
        ({"within": "PT2H"}, (-3,), False),
        ({"within": "P2D"}, (-30,), True),  # before the enrolment, within the window
        ({"within": "PT2H"}, (5,), True),  # it says it is from the future: it has happened all the same
        ({}, (), False),
    ],
)
def test_event_counts_in_its_window(said: JsonObject, hours: tuple[int, ...], held: bool) -> None:
    assert condition({"type": "event", "event": "bought", **said}).holds(subject(happened(*hours))) is held


def test_event_counts_only_those_of_which_where_holds() -> None:
    where = {"type": "event_attribute", "name": "total", "op": "at_least", "value": 20}
    asked = condition({"type": "event", "event": "bought", "count": 2, "where": where})

    assert not asked.holds(subject(happened(-1, -2, total=10)))
    assert asked.holds(subject(happened(-1, -2, total=20)))


def test_event_explains_which_events_it_saw() -> None:
    grounds = condition({"type": "event", "event": "bought", "count": 2, "within": "P1D"}).explain(subject(happened(-1, -2, -3)))

    seen = [{"id": "e-1", "occurred_at": "2026-03-02T11:00:00Z"}, {"id": "e-2", "occurred_at": "2026-03-02T10:00:00Z"}]
    assert grounds == {"type": "event", "held": True, "event": "bought", "count": 2, "within": "P1D", "saw": seen}


def test_event_has_one_window() -> None:
    with pytest.raises(ValidationError, match="two windows"):
        condition({"type": "event", "event": "bought", "within": "P1D", "since": "enrolled"})


def test_event_attribute_without_an_event_is_false() -> None:
    assert not condition({"type": "event_attribute", "name": "total", "op": "exists"}).holds(subject())


# --- messages -------------------------------------------------------------------------------------------------------


def test_message_holds_for_the_outcomes_of_its_step() -> None:
    known = Facts(messages={"greet": frozenset({"accepted", "unsubscribed"}), "other": frozenset({"failed"})})
    asked = condition({"type": "message", "step": "greet", "outcome": "unsubscribed"})

    assert asked.holds(subject(known))
    assert not condition({"type": "message", "step": "greet", "outcome": "failed"}).holds(subject(known))
    assert asked.explain(subject(known))["saw"] == ["accepted", "unsubscribed"]


# --- needs and grounds ----------------------------------------------------------------------------------------------


def test_needs_come_together_from_all_parts() -> None:
    parts = [{"type": "event", "event": "bought"}, {"type": "message", "step": "s", "outcome": "failed"}]

    needs = condition({"type": "not", "condition": {"type": "any", "conditions": parts}}).needs()

    assert needs.events == {EventNeed("bought", None, 1)}
    assert needs.messages == {"s"}


def test_grounds_cut_long_texts_and_lists() -> None:
    asked = condition({"type": "attribute", "name": "a", "op": "in", "value": [f"v{number}" for number in range(100)]})

    grounds = asked.explain(subject(Facts({"a": "x" * 1_000})))

    assert grounds["saw"] == "x" * LONGEST_SHOWN_TEXT + "…"
    assert len(grounds["value"]) == LONGEST_SHOWN_LIST + 1  # type: ignore[arg-type]


def test_grounds_tell_a_missing_value_from_one_seen() -> None:
    asked = condition({"type": "attribute", "name": "a", "op": "is", "value": "x"})

    assert asked.explain(subject()) == {"type": "attribute", "name": "a", "op": "is", "value": "x", "held": False, "missing": True}
    assert asked.explain(subject(Facts({"a": False})))["saw"] is False
