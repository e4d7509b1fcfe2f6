"""The journey document as an author writes it: its fields, and reading it with all shape problems at once.

Knows no file and no check of meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, TypeAlias

import orjson
from pydantic import Field, ValidationError

from engine.errors import Problem
from engine.journey.conditions import Condition, misplaced_conditions
from engine.journey.facts import JsonValue
from engine.journey.fields import DocumentModel, Duration, EventName, Id, Label, Note
from engine.journey.shape import shape_problems
from engine.journey.source import read_json
from engine.journey.steps.kinds import AnyStep

#: The document format this code reads and writes.
FORMAT = 1
#: A canvas of more cannot be understood by anybody (speed is promised up to here).
MOST_STEPS = 1_000


class ApiEntry(DocumentModel):
    """People are enrolled by the call only."""

    type: Literal["api"]


class EventEntry(DocumentModel):
    """Whoever does this is enrolled; the event's attributes become the context. The call enrolls too."""

    type: Literal["event"]
    event: EventName
    where: Condition | None = None
    """Only events of which this holds; it may ask `event_attribute` only."""


Entry: TypeAlias = Annotated[ApiEntry | EventEntry, Field(discriminator="type")]


class ReEntryNever(DocumentModel):
    """Nobody comes a second time."""

    type: Literal["never"]


class ReEntryAlways(DocumentModel):
    """Anybody may come again once they have left."""

    type: Literal["always"]


class ReEntryAfter(DocumentModel):
    """Anybody may come again when this much time has passed since they were enrolled last."""

    type: Literal["after"]
    after: Duration
    """How long after their last enrolment."""


ReEntry: TypeAlias = Annotated[ReEntryNever | ReEntryAlways | ReEntryAfter, Field(discriminator="type")]


class Journey(DocumentModel):
    """A document of steps."""

    schema_: Annotated[str | None, Field(alias="$schema")] = None
    format: Literal[1]
    name: Label
    """What people call the journey."""
    note: Note | None = None
    """A remark for other authors."""
    entry: Entry
    """How people come in."""
    exit_when: Condition | None = None
    """Asked at the start of every stage: whoever it holds for leaves."""
    re_entry: ReEntry = ReEntryNever(type="never")
    """Whether people may come again; never, unless it says otherwise."""
    start: Id
    """The first step."""
    steps: Annotated[dict[Id, AnyStep], Field(min_length=1, max_length=MOST_STEPS)]
    """Steps by id."""


def read_journey(source: str | bytes) -> tuple[Journey | None, tuple[Problem, ...]]:
    """Read a document; all shape problems at once, and no journey if there is one. Never raises on input."""
    value, problems = read_json(source)
    if problems:
        return None, problems
    try:
        journey = Journey.model_validate_json(orjson.dumps(value))
    except ValidationError as error:
        return None, _once(shape_problems(error, value), value)
    problems = tuple(_misplaced(journey))
    return (None if problems else journey), problems


def _once(problems: tuple[Problem, ...], document: JsonValue) -> tuple[Problem, ...]:
    """Of a document without steps only that: there is nothing yet to start at."""
    if not isinstance(document, Mapping) or document.get("steps") != {} or document.get("start") != "":
        return problems
    nothing = Problem("wrong_value", "/steps", "There are no steps yet.", "Add the first one.")
    return tuple(nothing if each.pointer == "/steps" else each for each in problems if each.pointer != "/start")


def _misplaced(journey: Journey) -> Iterator[Problem]:
    """Conditions about an event where there is none, and others where there is only an event."""
    if isinstance(journey.entry, EventEntry) and journey.entry.where is not None:
        yield from misplaced_conditions(journey.entry.where, "/entry/where", None, of_event=True)
    if journey.exit_when is not None:
        yield from misplaced_conditions(journey.exit_when, "/exit_when", None)
    for step_id, step in journey.steps.items():
        for pointer, condition in step.conditions():
            yield from misplaced_conditions(condition, f"/steps/{step_id}{pointer}", step_id)
