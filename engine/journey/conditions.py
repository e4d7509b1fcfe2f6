"""The one language of conditions: splits, entries and exits ask it of one person in hand.

Knows facts, and must not know who asks or what follows.

Two-valued: a comparison with a missing value or another type is false, and `not` of it is true. `holds` answers; `explain`
answers with the grounds: which condition, which values it saw. The two agree (a property test holds it).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator
from pydantic import JsonValue as AnyJson
from pydantic_core import PydanticCustomError

from engine.errors import Problem
from engine.journey.durations import parse_duration
from engine.journey.facts import Event, EventNeed, Facts, JsonObject, JsonValue, MessageOutcome, Needs
from engine.journey.fields import AttributeName, DocumentModel, Duration, EventName, Id
from engine.journey.instants import write_instant
from engine.journey.operators import OPERATORS, OperatorName, Test, matches
from engine.journey.values import value

#: In grounds, longer texts and lists are cut: they explain, they do not archive.
LONGEST_SHOWN_TEXT = 200
LONGEST_SHOWN_LIST = 20


@value
class Subject:
    """Of whom a condition is asked, and when."""

    facts: Facts
    context: JsonObject
    enrolled_at: datetime
    now: datetime
    #: The event in question, inside a `where`.
    event: Event | None = None

    def at(self, event: Event) -> Subject:
        """The same subject with an event in question."""
        return Subject(self.facts, self.context, self.enrolled_at, self.now, event)


class _Condition(DocumentModel):
    """What all conditions can do."""

    def holds(self, subject: Subject) -> bool:
        """Whether it is true of the subject."""
        raise NotImplementedError

    def explain(self, subject: Subject) -> JsonObject:
        """Answer with grounds: `held`, and what was seen; what did not need to be asked is not there."""
        raise NotImplementedError

    def needs(self) -> Needs:
        """The facts it looks at; the endpoint, where a kind says nothing else."""
        return Needs(endpoint=True)

    def parts(self) -> tuple[tuple[str, Condition], ...]:
        """The conditions inside, each with its JSON Pointer from here."""
        return ()


class All(_Condition):
    """Every one of them holds."""

    type: Literal["all"]
    conditions: Annotated[tuple[Condition, ...], Field(min_length=1, max_length=100)]
    """The conditions asked, in this order."""

    def holds(self, subject: Subject) -> bool:
        return all(condition.holds(subject) for condition in self.conditions)

    def explain(self, subject: Subject) -> JsonObject:
        return _explain_until(self.type, self.conditions, subject, decisive=False)

    def needs(self) -> Needs:
        return _needs_of(self.conditions)

    def parts(self) -> tuple[tuple[str, Condition], ...]:
        return tuple((f"/conditions/{index}", condition) for index, condition in enumerate(self.conditions))


class AnyOf(_Condition):
    """At least one of them holds."""

    type: Literal["any"]
    conditions: Annotated[tuple[Condition, ...], Field(min_length=1, max_length=100)]
    """The conditions asked, in this order."""

    def holds(self, subject: Subject) -> bool:
        return any(condition.holds(subject) for condition in self.conditions)

    def explain(self, subject: Subject) -> JsonObject:
        return _explain_until(self.type, self.conditions, subject, decisive=True)

    def needs(self) -> Needs:
        return _needs_of(self.conditions)

    def parts(self) -> tuple[tuple[str, Condition], ...]:
        return tuple((f"/conditions/{index}", condition) for index, condition in enumerate(self.conditions))


class Not(_Condition):
    """It does not hold."""

    type: Literal["not"]
    condition: Condition
    """The condition that must not hold."""

    def holds(self, subject: Subject) -> bool:
        return not self.condition.holds(subject)

    def explain(self, subject: Subject) -> JsonObject:
        inner = self.condition.explain(subject)
        return {"type": self.type, "held": not inner["held"], "asked": [inner]}

    def needs(self) -> Needs:
        return self.condition.needs()

    def parts(self) -> tuple[tuple[str, Condition], ...]:
        return (("/condition", self.condition),)


class Comparison(_Condition):
    """A named value against an operator of the table."""

    type: str
    name: AttributeName
    """The attribute's name."""
    op: OperatorName
    """How to compare; the documentation has the table of operators and types."""
    value: AnyJson = None
    """What to compare with; `exists` takes none."""

    @model_validator(mode="after")
    def _value_fits(self) -> Self:
        try:
            OPERATORS[self.op].prepare(self.value)
        except ValueError as reason:
            raise PydanticCustomError("wrong_value", "{reason}", {"reason": str(reason), "field": "value"}) from None
        return self

    @cached_property
    def _test(self) -> Test:
        return OPERATORS[self.op].prepare(self.value)

    def values(self, subject: Subject) -> JsonObject:
        """Where the value is looked up."""
        raise NotImplementedError

    def holds(self, subject: Subject) -> bool:
        seen = self.values(subject).get(self.name)
        return seen is not None and self._matches(seen, subject)

    def _matches(self, seen: JsonValue, subject: Subject) -> bool:
        # an empty list exists, though none of its elements does
        return self.op == "exists" or matches(self._test, seen, subject.now, subject.facts.zone.name)

    def explain(self, subject: Subject) -> JsonObject:
        seen = self.values(subject).get(self.name)
        if seen is None:
            return {**self._shown, "held": False, "missing": True}
        return {**self._shown, "held": self._matches(seen, subject), "saw": shown(seen)}

    @cached_property
    def _shown(self) -> JsonObject:
        said: JsonObject = {"type": self.type, "name": self.name, "op": self.op}
        return said if self.op == "exists" else {**said, "value": shown(self.value)}


class AttributeCondition(Comparison):
    """An attribute of the endpoint."""

    type: Literal["attribute"]

    def values(self, subject: Subject) -> JsonObject:
        return subject.facts.attributes


class UserAttributeCondition(Comparison):
    """An attribute of the user."""

    type: Literal["user_attribute"]

    def values(self, subject: Subject) -> JsonObject:
        return subject.facts.user_attributes


class ContextCondition(Comparison):
    """What the enroll call or the entry event brought."""

    type: Literal["context"]

    def values(self, subject: Subject) -> JsonObject:
        return subject.context


class EventAttributeCondition(Comparison):
    """An attribute of the event in question: only inside a `where`."""

    type: Literal["event_attribute"]

    def values(self, subject: Subject) -> JsonObject:
        return {} if subject.event is None else subject.event.attributes


class EventCondition(_Condition):
    """An event happened, often enough and lately enough."""

    type: Literal["event"]
    event: EventName
    count: Annotated[int, Field(ge=1, le=1000)] = 1
    """At least so often."""
    within: Duration | None = None
    """Not longer ago than this."""
    since: Literal["enrolled"] | None = None
    """Since this passage began, the event that began it left out; meant when `within` is not given."""
    where: Condition | None = None
    """Only events of which this holds; it may ask `event_attribute` only."""

    @model_validator(mode="after")
    def _has_one_window(self) -> Self:
        if self.within is not None and self.since is not None:
            raise PydanticCustomError("two_windows", "`within` and `since` are two windows: keep one.", {"field": "since"})
        return self

    def holds(self, subject: Subject) -> bool:
        return len(self._found(subject)) >= self.count

    def explain(self, subject: Subject) -> JsonObject:
        found = self._found(subject)
        said: JsonObject = {"type": self.type, "held": len(found) >= self.count, "event": self.event, "count": self.count}
        window: JsonObject = {"within": self.within} if self.within else {"since": "enrolled"}
        seen = [{"id": event.id, "occurred_at": write_instant(event.occurred_at)} for event in found[:LONGEST_SHOWN_LIST]]
        return {**said, **window, "saw": seen}

    def needs(self) -> Needs:
        count = None if self.where is not None else self.count
        return Needs(events=frozenset({EventNeed(self.event, self._length, count)}), endpoint=True)

    def parts(self) -> tuple[tuple[str, Condition], ...]:
        return () if self.where is None else (("/where", self.where),)

    @cached_property
    def _length(self) -> timedelta | None:
        return None if self.within is None else parse_duration(self.within)

    def _found(self, subject: Subject) -> list[Event]:
        """The newest that count, no more of them than are needed."""
        found: list[Event] = []
        for event in self._recent(subject):
            if self.where is None or self.where.holds(subject.at(event)):
                found.append(event)
                if len(found) == self.count:
                    break
        return found

    def _recent(self, subject: Subject) -> Iterator[Event]:
        """Those in the window. One that says it is from the future has happened all the same: only the beginning bounds it."""
        happened = subject.facts.events.get(self.event, ())
        if self._length is None:  # the event that enrolled them is not one since
            return (event for event in happened if event.occurred_at > subject.enrolled_at)
        beginning = subject.now - self._length
        return (event for event in happened if event.occurred_at >= beginning)


class MessageCondition(_Condition):
    """What became of the message of an earlier email step of this journey."""

    type: Literal["message"]
    step: Id
    """The email step."""
    outcome: MessageOutcome
    """What became of it."""

    def holds(self, subject: Subject) -> bool:
        return self.outcome in subject.facts.messages.get(self.step, ())

    def explain(self, subject: Subject) -> JsonObject:
        seen = sorted(subject.facts.messages.get(self.step, ()))
        return {"type": self.type, "held": self.outcome in seen, "step": self.step, "outcome": self.outcome, "saw": seen}

    def needs(self) -> Needs:
        return Needs(messages=frozenset({self.step}))


Condition: TypeAlias = Annotated[
    All
    | AnyOf
    | Not
    | AttributeCondition
    | UserAttributeCondition
    | ContextCondition
    | EventAttributeCondition
    | EventCondition
    | MessageCondition,
    Field(discriminator="type"),
]
for _model in (All, AnyOf, Not, EventCondition):
    _model.model_rebuild()


def misplaced_conditions(condition: Condition, pointer: str, step_id: str | None, *, of_event: bool = False) -> Iterator[Problem]:
    """Find `event_attribute` where no event is in question, and anything else where only an event is."""
    parts = condition.parts()
    if isinstance(condition, EventAttributeCondition) and not of_event:
        message = "`event_attribute` asks about an event, and there is none here."
        yield Problem("misplaced_condition", pointer, message, "Put it into the `where` of an event.", step_id)
    elif of_event and not isinstance(condition, EventAttributeCondition | All | AnyOf | Not):
        message = f"`{condition.type}` cannot be asked in a `where`: it knows the event only."
        yield Problem("misplaced_condition", pointer, message, "Use `event_attribute`, or ask it outside.", step_id)
        return
    inside = of_event or isinstance(condition, EventCondition)
    for suffix, part in parts:
        yield from misplaced_conditions(part, f"{pointer}{suffix}", step_id, of_event=inside)


def shown(value: JsonValue) -> JsonValue:
    """A value as grounds show it: long texts and lists are cut."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST_SHOWN_TEXT else value[:LONGEST_SHOWN_TEXT] + "…"
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {key: shown(value[key]) for key in list(value)[:LONGEST_SHOWN_LIST]}
    return [*map(shown, value[:LONGEST_SHOWN_LIST]), *(["…"] if len(value) > LONGEST_SHOWN_LIST else [])]


def _explain_until(type_: str, conditions: Sequence[Condition], subject: Subject, *, decisive: bool) -> JsonObject:
    """Ask one after the other until one decides."""
    asked = []
    for condition in conditions:
        grounds = condition.explain(subject)
        asked.append(grounds)
        if grounds["held"] is decisive:
            return {"type": type_, "held": decisive, "asked": asked}
    return {"type": type_, "held": not decisive, "asked": asked}


def _needs_of(conditions: Sequence[Condition]) -> Needs:
    needs = Needs()
    for condition in conditions:
        needs |= condition.needs()
    return needs
