"""A journey as the checks see it: its graph, its conditions with their places, its mails. Finds nothing wrong by itself."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import chain

from engine.errors import Problem
from engine.journey.catalogue import Catalogue, TemplateVariables
from engine.journey.conditions import Condition
from engine.journey.document import EventEntry, Journey, read_journey
from engine.journey.facts import JsonValue
from engine.journey.fields import EXTENSION_PREFIX
from engine.journey.sketch import Sketch
from engine.journey.source import read_json
from engine.journey.steps.step import Step, Way


@dataclass(frozen=True)
class Look:
    """A journey as the checks see it."""

    journey: Journey
    catalogue: Catalogue

    @property
    def steps(self) -> Mapping[str, Step]:
        """The steps, whatever kind."""
        return self.journey.steps

    @cached_property
    def sketch(self) -> Sketch:
        """The graph of what follows what."""
        return Sketch(
            self.journey.start,
            {step_id: self._targets(step) for step_id, step in self.steps.items()},
            frozenset(step_id for step_id, step in self.steps.items() if step.templates()),
            frozenset(step_id for step_id, step in self.steps.items() if step.stands),
            self.catalogue,
        )

    def _targets(self, step: Step) -> tuple[str, ...]:
        return tuple(dict.fromkeys(way.next for way in step.ways() if way.next is not None and way.next in self.steps))

    @cached_property
    def trees(self) -> Sequence[tuple[str, str | None, Condition]]:
        """Every condition as a whole: JSON Pointer, step id."""
        entry = self.journey.entry
        where = entry.where if isinstance(entry, EventEntry) else None
        journeys = (("/entry/where", None, where), ("/exit_when", None, self.journey.exit_when))
        steps = ((f"/steps/{step_id}{at}", step_id, tree) for step_id, step in self.steps.items() for at, tree in step.conditions())
        return [(pointer, step_id, tree) for pointer, step_id, tree in chain(journeys, steps) if tree is not None]

    @cached_property
    def conditions(self) -> Sequence[tuple[str, str | None, Condition]]:
        """Every condition with those inside it."""
        return [(pointer, step_id, part) for at, step_id, tree in self.trees for pointer, part in parts_of(at, tree)]

    def ways(self) -> Iterator[tuple[str, Way]]:
        """Every way out of every step."""
        for step_id, step in self.steps.items():
            for way in step.ways():
                yield step_id, way

    def mails(self) -> Iterator[tuple[str, str, TemplateVariables | None]]:
        """Every step that sends, the template it names, and its variables where there is such a template."""
        templates = self.catalogue.templates or {}
        for step_id, step in self.steps.items():
            for name in step.templates():
                yield step_id, name, templates.get(name)


def parts_of(pointer: str, condition: Condition) -> Iterator[tuple[str, Condition]]:
    """A condition and all inside it, each with its JSON Pointer."""
    yield pointer, condition
    for at, part in condition.parts():
        yield from parts_of(f"{pointer}{at}", part)


def nearest(name: str, known: Collection[str]) -> str:
    """A hint that names what was probably meant."""
    close = get_close_matches(name, known, n=1)
    return f"Did you mean {close[0]!r}?" if close else "Correct the name, or make it."


class _Misshapen(Step):
    """A step whose shape is wrong: only what it names is known."""

    raw: JsonValue

    def ways(self) -> tuple[Way, ...]:
        return tuple(Way(pointer, None, None, target) for pointer, target in _nexts("", self.raw))

    def templates(self) -> tuple[str, ...]:
        template = self.raw.get("template") if isinstance(self.raw, Mapping) else None
        return (template,) if isinstance(template, str) else ()


def readable_rest(source: str | bytes, problems: Sequence[Problem]) -> Journey | None:
    """The journey without the fields of its misshapen steps, so that the rest can be checked; None where more than steps is misshapen."""
    value, unreadable = read_json(source)
    broken = {problem.step_id for problem in problems}
    steps = value.get("steps") if isinstance(value, Mapping) and not unreadable and None not in broken else None
    if not isinstance(value, Mapping) or not isinstance(steps, Mapping):
        return None
    whole = {step_id: step for step_id, step in steps.items() if step_id not in broken}
    journey, _ = read_journey(json.dumps({**value, "steps": whole}))
    if journey is None:
        return None
    stubs = {step_id: _Misshapen.model_construct(type="", raw=steps[step_id]) for step_id in steps if step_id in broken}
    return journey.model_copy(update={"steps": {**journey.steps, **stubs}})


def _nexts(pointer: str, value: JsonValue) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "next" and isinstance(inner, str):
                yield f"{pointer}/next", inner
            elif not key.startswith(EXTENSION_PREFIX):
                yield from _nexts(f"{pointer}/{key}", inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, inner in enumerate(value):
            yield from _nexts(f"{pointer}/{index}", inner)
