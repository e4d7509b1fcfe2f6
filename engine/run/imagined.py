"""People imagined for a journey: given by hand, or drawn from what its conditions mention, so that every branch has a chance.

Knows conditions and the plan; must not know what becomes of anybody. The same seed imagines the same people. They are no
forecast: they show what the journey does, not whom it will meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from engine.journey.conditions import Comparison, Condition, EventCondition
from engine.journey.durations import parse_duration
from engine.journey.facts import JsonObject, JsonValue, Zone
from engine.journey.instants import read_span, write_instant
from engine.plan.plan import Plan

#: How often somebody lacks an attribute, or never does a thing that the journey asks about (guesses).
MISSING_SHARE = 0.2
IDLE_SHARE = 0.5
#: Events fall into so many days from the start (guess: longer than most journeys).
EVENT_DAYS = 30
ZONES = (Zone(), *(Zone(name, "endpoint") for name in ("Europe/Berlin", "America/New_York", "Asia/Tokyo")))

_DAY = timedelta(days=1)
_SOMETHING_ELSE = "something else"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody imagined."""

    id: str = "somebody"
    attributes: JsonObject = field(default_factory=dict)
    user_attributes: JsonObject = field(default_factory=dict)
    #: What the enroll call or the entry event brings.
    context: JsonObject = field(default_factory=dict)
    zone: Zone = field(default_factory=Zone)
    address: str = "somebody@example.org"
    #: Why nothing is sent to the address, if nothing is.
    suppressed: str | None = None
    #: `user:<id>` or `endpoint:<id>`; made from the id when not given.
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class ScriptedEvent:
    """Something the person does at an instant."""

    at: datetime
    name: str
    attributes: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScriptedChange:
    """What becomes known of the person at an instant."""

    at: datetime
    #: Merged into the endpoint's; null removes.
    attributes: JsonObject = field(default_factory=dict)
    zone: Zone | None = None


Happening = ScriptedEvent | ScriptedChange


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a journey asks about: by place (`attribute`, `context`, …) and name, the values worth having."""

    values: Mapping[tuple[str, str], Sequence[JsonValue]]
    #: Per event, by attribute name, the values worth having.
    events: Mapping[str, Mapping[str, Sequence[JsonValue]]]


def imagine_people(plan: Plan, count: int, seed: int, start: datetime) -> Iterator[tuple[Person, list[Happening]]]:
    """Imagine people and what they do, for `simulate_population`."""
    vocabulary = read_vocabulary(plan, start)
    random = Random(seed)  # noqa: S311 - imagination, not secrecy
    for number in range(count):
        bags = {place: _bag(vocabulary, place, random) for place in ("attribute", "user_attribute", "context")}
        person = Person(
            id=f"person-{number + 1}",
            attributes=bags["attribute"],
            user_attributes=bags["user_attribute"],
            context=bags["context"],
            zone=random.choice(ZONES),
        )
        yield person, list(_history(vocabulary, random, start))


def read_vocabulary(plan: Plan, start: datetime) -> Vocabulary:
    """Collect what the journey asks about."""
    values: dict[tuple[str, str], list[JsonValue]] = {}
    events: dict[str, dict[str, list[JsonValue]]] = {}
    for condition in _asked(plan):
        if isinstance(condition, EventCondition):
            attributes = events.setdefault(condition.event, {})
            for part in _inside(condition):
                if isinstance(part, Comparison):
                    attributes.setdefault(part.name, []).extend(_worth_having(part, start))
        elif isinstance(condition, Comparison):
            values.setdefault((condition.type, condition.name), []).extend(_worth_having(condition, start))
    for name in sorted(plan.attributes_read_by_waits):
        values.setdefault(("attribute", name), []).extend(write_instant(start + days * _DAY) for days in range(-5, 45, 5))
    return Vocabulary(values, events)


def _asked(plan: Plan) -> Iterator[Condition]:
    roots = [condition for step_id in sorted(plan.steps) for _, condition in plan.steps[step_id].conditions()]
    for root in [*roots, *([] if plan.exit_when is None else [plan.exit_when])]:
        yield root
        yield from _inside(root)


def _inside(condition: Condition) -> Iterator[Condition]:
    for _, part in condition.parts():
        yield part
        yield from _inside(part)


def _worth_having(comparison: Comparison, start: datetime) -> list[JsonValue]:
    """Values on either side of what is asked."""
    value = comparison.value
    span = read_span(value, "UTC")
    if comparison.op.startswith("within_") and isinstance(value, str):
        length = parse_duration(value)
        around = [start + factor * length for factor in (-2.0, -0.5, 0.5, 2.0)]
        # nobody knows when it will be asked: some dates on the way are worth having too
        return [write_instant(instant) for instant in (*around, *(start + days * _DAY for days in (3, 7, 14)))]
    if span is not None:
        return [value, write_instant(span[0] - _DAY), write_instant(span[1] + _DAY)]
    if isinstance(value, bool):
        return [True, False]
    if isinstance(value, int | float):
        return [value - 1, value, value + 1]
    if isinstance(value, str):
        return [value, _SOMETHING_ELSE]
    return [*value, _SOMETHING_ELSE] if isinstance(value, Sequence) else [_SOMETHING_ELSE]


def _bag(vocabulary: Vocabulary, place: str, random: Random) -> JsonObject:
    names = {name: values for (where, name), values in vocabulary.values.items() if where == place}
    return _drawn(names, random)


def _drawn(names: Mapping[str, Sequence[JsonValue]], random: Random) -> JsonObject:
    return {name: random.choice(values) for name, values in names.items() if random.random() >= MISSING_SHARE}


def _history(vocabulary: Vocabulary, random: Random, start: datetime) -> Iterator[Happening]:
    for name, attributes in vocabulary.events.items():
        while random.random() >= IDLE_SHARE:
            yield ScriptedEvent(start + random.random() * EVENT_DAYS * _DAY, name, _drawn(attributes, random))
