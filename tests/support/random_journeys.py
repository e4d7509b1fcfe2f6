"""Hypothesis strategies: valid journeys, people and event histories. What `check` refuses is never drawn: a test may take all of it.

Names come from one small vocabulary, so that conditions, people and events meet. All instants are whole seconds around `START`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from engine.journey.durations import format_duration
from engine.journey.facts import Event, Facts, JsonObject, JsonValue, Zone

#: A Monday at noon, in spring, so that waits cross changes of daylight saving on both hemispheres.
START = datetime(2026, 3, 23, 12, 0, tzinfo=UTC)

EVENTS = ("signed_up", "bought", "visited", "account_closed")
TEXTS = ("pro", "free", "team", "pro-plus", "")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CLOCK_TIMES = ("00:00", "00:30", "02:30", "09:00", "23:59")

#: Attribute name -> values it takes. Some people have a value of another type than the others.
ATTRIBUTES: dict[str, st.SearchStrategy[JsonValue]] = {
    "plan": st.sampled_from(TEXTS),
    "score": st.integers(-5, 5) | st.sampled_from([0.5, 2.5]) | st.just("3"),
    "vip": st.booleans() | st.just(1),
    "tags": st.lists(st.sampled_from([*TEXTS, 3, True]), max_size=3),
    "trial_ends": st.dates(date(2026, 3, 1), date(2026, 5, 31)).map(date.isoformat)
    | st.datetimes(datetime(2026, 3, 1), datetime(2026, 5, 31)).map(lambda at: at.strftime("%Y-%m-%dT%H:%M:%S+01:00"))
    | st.just("soon"),
}
NAMES = tuple(ATTRIBUTES)

durations: st.SearchStrategy[timedelta] = st.builds(
    lambda amount, unit: amount * unit,
    st.integers(1, 20),
    st.sampled_from([timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)]),
)
duration_texts = durations.map(format_duration)
instants = st.integers(-10, 40).map(lambda days: (START + timedelta(days=days, hours=3)).strftime("%Y-%m-%dT%H:%M:%SZ"))

_OPERANDS: dict[str, st.SearchStrategy[JsonValue]] = {
    "is": st.sampled_from([*TEXTS, 1, 2.5, True, False]),
    "in": st.lists(st.sampled_from([*TEXTS, 1, 3, True]), min_size=1, max_size=3, unique_by=lambda value: (type(value), value)),
    "contains": st.sampled_from(["p", "ro", "free"]),
    "starts_with": st.sampled_from(["p", "pro"]),
    "ends_with": st.sampled_from(["e", "plus"]),
    "greater_than": st.integers(-5, 5),
    "at_least": st.integers(-5, 5),
    "less_than": st.integers(-5, 5),
    "at_most": st.integers(-5, 5),
    "before": st.sampled_from(["2026-04-01", "2026-04-01T09:00:00+02:00"]),
    "after": st.sampled_from(["2026-04-01", "2026-04-01T09:00:00+02:00"]),
    "on": st.sampled_from(["2026-03-24", "2026-04-01"]),
    "within_last": duration_texts,
    "within_next": duration_texts,
}


@st.composite
def comparisons(draw: st.DrawFn, types: Sequence[str] = ("attribute", "user_attribute", "context")) -> JsonObject:
    """A named value against any operator."""
    said: dict[str, JsonValue] = {"type": draw(st.sampled_from(types)), "name": draw(st.sampled_from(NAMES))}
    op = draw(st.sampled_from([*_OPERANDS, "exists"]))
    return {**said, "op": op} if op == "exists" else {**said, "op": op, "value": draw(_OPERANDS[op])}


def _compound(kind: str, parts: list[JsonObject]) -> JsonObject:
    return {"type": kind, "conditions": parts}


def _message(step_id: str, outcome: str) -> JsonObject:
    return {"type": "message", "step": step_id, "outcome": outcome}


def _nested(leaves: st.SearchStrategy[JsonObject], max_leaves: int = 4) -> st.SearchStrategy[JsonObject]:
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds(
                lambda kind, parts: {"type": kind, "conditions": parts},
                st.sampled_from(["all", "any"]),
                st.lists(inner, min_size=1, max_size=3),
            )
            | inner.map(lambda part: {"type": "not", "condition": part})
        ),
        max_leaves=max_leaves,
    )


wheres = _nested(comparisons(("event_attribute",)), 2)


@st.composite
def event_conditions(draw: st.DrawFn) -> JsonObject:
    """An event, with any window."""
    said: dict[str, JsonValue] = {"type": "event", "event": draw(st.sampled_from(EVENTS)), "count": draw(st.integers(1, 3))}
    said |= draw(st.just({"since": "enrolled"}) | duration_texts.map(lambda text: {"within": text}))
    return said | draw(st.just({}) | wheres.map(lambda where: {"where": where}))


def conditions(email_ids: Sequence[str] = ()) -> st.SearchStrategy[JsonObject]:
    """Any condition; `email_ids` are the email steps whose outcome it may ask."""
    leaves = comparisons() | event_conditions()
    if email_ids:
        outcomes = st.sampled_from(["accepted", "failed", "suppressed", "unsubscribed"])
        leaves |= st.builds(
            lambda step, outcome: {"type": "message", "step": step, "outcome": outcome}, st.sampled_from(email_ids), outcomes
        )
    return _nested(leaves)


@st.composite
def _weights(draw: st.DrawFn) -> list[float]:
    cuts = sorted(draw(st.sets(st.integers(1, 9_999), min_size=1, max_size=3)))
    return [(end - begin) / 100 for begin, end in zip([0, *cuts], [*cuts, 10_000], strict=True)]


class _Drawing:
    """A document being drawn, step by step; every way leads forward."""

    def __init__(self, draw: st.DrawFn, count: int) -> None:
        self.draw = draw
        self.ids = [f"s{number}" for number in range(count)]
        self.steps: dict[str, JsonObject] = {}
        self._before: dict[str, set[str]] = {step_id: set() for step_id in self.ids}
        self._emails: set[str] = set()

    def next(self, index: int) -> JsonObject:
        """A way on: to any later step, mostly the next one, or to the end."""
        later = self.ids[index + 1 :]
        target = self.draw(st.sampled_from([None, *later[:1] * 4, *later[:5]])) if later else None
        if target is None:
            return {}
        self._before[target] |= self._before[self.ids[index]] | {self.ids[index]}
        return {"next": target}

    def step(self, index: int) -> JsonObject:
        """Any step kind."""
        kind = self.draw(st.sampled_from(["email", "wait", "wait", "split", "ab_test", "holdout"]))
        drawn: JsonObject = getattr(self, f"_{kind}")(index)
        if kind == "email":
            self._emails.add(self.ids[index])
        return {"type": kind, **drawn}

    def condition(self, index: int) -> JsonObject:
        """A condition that asks only of emails sent before."""
        return self.draw(conditions(sorted(self._before[self.ids[index]] & self._emails)))

    def _email(self, index: int) -> JsonObject:
        return {"template": self.draw(st.sampled_from(["welcome", "offer", "thanks"])), **self.next(index)}

    def _wait(self, index: int) -> JsonObject:
        form = self.draw(st.sampled_from(["for", "until", "until_attribute", "until_local"]))
        drawn: JsonObject = {form: getattr(self, f"_wait_{form}")(index)}
        return {**drawn, **self.next(index)}

    def _wait_for(self, index: int) -> JsonValue:
        return self.draw(duration_texts)

    def _wait_until(self, index: int) -> JsonValue:
        return self.draw(instants)

    def _wait_until_attribute(self, index: int) -> JsonValue:
        offset = self.draw(st.just({}) | st.builds(lambda sign, text: {"offset": sign + text}, st.sampled_from(["", "-"]), duration_texts))
        return {"name": self.draw(st.sampled_from(["trial_ends", "plan"])), **offset, "missing": self.next(index)}

    def _wait_until_local(self, index: int) -> JsonValue:
        weekdays = self.draw(
            st.just({}) | st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(lambda days: {"weekdays": sorted(days, key=WEEKDAYS.index)})
        )
        return {"time": self.draw(st.sampled_from(CLOCK_TIMES)), **weekdays}

    def _split(self, index: int) -> JsonObject:
        count = self.draw(st.integers(1, 3))
        branches = [{"id": f"b{number}", "when": self.condition(index), **self.next(index)} for number in range(count)]
        return {"branches": branches, "else": self.next(index)}

    def _ab_test(self, index: int) -> JsonObject:
        weights = self.draw(_weights())
        return {
            "branches": [{"id": f"b{number}", "weight": weight, **self.next(index)} for number, weight in enumerate(weights)],
            **self._salt(),
        }

    def _holdout(self, index: int) -> JsonObject:
        return {"percent": self.draw(st.integers(1, 99)), **self.next(index), **self._salt()}

    def _salt(self) -> JsonObject:
        return self.draw(st.just({}) | st.just({"salt": "shared"}))


@st.composite
def journeys(draw: st.DrawFn, max_steps: int = 10) -> dict[str, JsonValue]:
    """A document without problems: every step can be reached."""
    drawing = _Drawing(draw, draw(st.integers(1, max_steps)))
    steps: dict[str, JsonValue] = {}
    for index, step_id in enumerate(drawing.ids):
        if index == 0 or drawing._before[step_id]:
            steps[step_id] = drawing.step(index)
    exit_when = draw(st.just({}) | st.just({}) | conditions().map(lambda condition: {"exit_when": condition}))
    entry = draw(st.just({"type": "api"}) | st.just({"type": "event", "event": "signed_up"}))
    return {"format": 1, "name": "A random journey", "entry": entry, **exit_when, "start": "s0", "steps": steps}


@dataclass(frozen=True)
class RandomPerson:
    """Somebody who may be enrolled."""

    id: str
    attributes: JsonObject = field(default_factory=dict)
    user_attributes: JsonObject = field(default_factory=dict)
    context: JsonObject = field(default_factory=dict)
    zone: Zone = field(default_factory=Zone)


_bags: st.SearchStrategy[JsonObject] = st.fixed_dictionaries({}, optional=dict(ATTRIBUTES))
zones = st.builds(Zone, st.sampled_from(ZONES), st.just("endpoint")) | st.just(Zone())
people = st.builds(RandomPerson, st.integers(0, 10**6).map(lambda number: f"p{number}"), _bags, _bags, _bags, zones)


@dataclass(frozen=True)
class Happening:
    """An event of a history."""

    name: str
    event: Event


@st.composite
def histories(draw: st.DrawFn, max_size: int = 8) -> tuple[Happening, ...]:
    """What somebody did between ten days before `START` and forty after, in order of time."""
    hours = sorted(draw(st.lists(st.integers(-240, 960), max_size=max_size)))
    return tuple(
        Happening(draw(st.sampled_from(EVENTS)), Event(f"e{number}", START + timedelta(hours=hour, minutes=number), draw(_bags)))
        for number, hour in enumerate(hours)
    )


@st.composite
def facts(draw: st.DrawFn, now: datetime = START) -> Facts:
    """What may be known of somebody at an instant, beyond what a stage needs too."""
    person = draw(people)
    past = [happening for happening in draw(histories()) if happening.event.occurred_at <= now]
    outcomes = st.frozensets(st.sampled_from(["accepted", "failed", "suppressed", "unsubscribed"]), max_size=2)
    return Facts(
        attributes=person.attributes,
        user_attributes=person.user_attributes,
        zone=person.zone,
        events={name: tuple(h.event for h in reversed(past) if h.name == name) for name in EVENTS},
        messages=draw(st.dictionaries(st.sampled_from([f"s{number}" for number in range(6)]), outcomes, max_size=3)),
        assignments=draw(st.just({}) | st.sampled_from([{"shared": "b0"}, {"shared": "held_out"}, {"shared": "gone"}])),
        paused=draw(st.just(timedelta(0)) | durations),
    )
