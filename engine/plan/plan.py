"""A version compiled: steps with every way out resolved, cut at its waits into stages. Immutable, content-addressed.

Knows no document text and no store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import orjson
from pydantic import ValidationError

from engine.errors import CorruptStateError, InvalidDocumentError, UnknownPlanFormatError
from engine.journey.conditions import Condition
from engine.journey.document import Entry, ReEntry
from engine.journey.facts import Needs
from engine.journey.fields import EXTENSION_PREFIX, DocumentModel, Id, Label
from engine.journey.steps.kinds import AnyStep
from engine.journey.steps.step import Step
from engine.plan.stages import NeedsByStep, follow_ways, needs_by_step, walking_order

#: The plan format this code writes; a worker that meets another one refuses it retryably.
FORMAT = 1


class PlanBody(DocumentModel):
    """What a plan's text holds."""

    format: int
    project: str
    journey_id: Id
    name: Label
    entry: Entry
    re_entry: ReEntry
    exit_when: Condition | None = None
    start: Id
    steps: dict[Id, AnyStep]
    #: Per step at which a stage begins, the steps it may go through, in walking order; it ends at the next waits.
    stages: dict[Id, tuple[Id, ...]]
    #: Pinned template versions.
    templates: dict[Id, int]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What `decide` walks."""

    format: int
    project: str
    journey_id: str
    #: SHA-256 of `text`, in hexadecimal.
    hash: str
    name: str
    entry: Entry
    re_entry: ReEntry
    exit_when: Condition | None
    start: str
    steps: Mapping[str, Step]
    stages: Mapping[str, tuple[str, ...]]
    templates: Mapping[str, int]
    #: Canonical JSON: `read_plan` makes the same plan of it.
    text: str = field(repr=False)
    _needs: NeedsByStep = field(repr=False)

    def needs(self, step_id: str, *, stands: bool = False) -> Needs:
        """The facts that a stage has to see, for whoever enters this step or stands at it."""
        try:
            entering, leaving = self._needs[step_id]
        except KeyError:
            raise CorruptStateError(f"Plan {self.hash[:12]} of journey {self.journey_id} has no step {step_id!r}.") from None
        return leaving if stands else entering

    @property
    def attributes_read_by_waits(self) -> frozenset[str]:
        """Endpoint attributes that waits read: changing one wakes those who stand."""
        return frozenset(name for step in self.steps.values() for name in step.needs().attributes)

    @property
    def starts_with_wait(self) -> bool:
        """Whether whoever is enrolled stands at once."""
        return self.steps[self.start].stands


def write_plan(body: PlanBody) -> Plan:
    """Make the plan of a body, with its canonical text and its hash."""
    return _make(body, orjson.dumps(_written(body), option=orjson.OPT_SORT_KEYS).decode())


def _make(body: PlanBody, text: str) -> Plan:
    following = follow_ways(body.steps)
    order = walking_order(following, body.start)
    return Plan(
        format=body.format,
        project=body.project,
        journey_id=body.journey_id,
        hash=sha256(text.encode()).hexdigest(),
        name=body.name,
        entry=body.entry,
        re_entry=body.re_entry,
        exit_when=body.exit_when,
        start=body.start,
        steps=body.steps,
        stages=body.stages,
        templates=body.templates,
        text=text,
        _needs=needs_by_step(body.steps, following, order, body.exit_when),
    )


def read_plan(text: str) -> Plan:
    """Read a stored plan; UnknownPlanFormatError for one of a newer Wend, CorruptStateError for one that cannot be read."""
    try:
        stored_format = orjson.loads(text)["format"]
    except (orjson.JSONDecodeError, TypeError, KeyError) as error:
        raise CorruptStateError("A stored plan is not the JSON of a plan.") from error
    if stored_format != FORMAT:
        raise UnknownPlanFormatError(
            f"The plan has format {stored_format!r}, this process knows {FORMAT}.",
            hint="Update this process: a newer one published the plan.",
        )
    try:
        return _make(PlanBody.model_validate_json(text), text)
    except (ValidationError, InvalidDocumentError) as error:
        raise CorruptStateError(f"A stored plan of format {FORMAT} does not fit its own format: {error}") from error


def _written(body: PlanBody) -> dict[str, object]:
    """What runs, as plain JSON: without remarks and without `x-…`."""
    written: dict[str, Any] = body.model_dump(by_alias=True, exclude_none=True)
    steps = {step_id: _bare(step) for step_id, step in written.pop("steps").items()}  # a step may have the id `note`
    for key in ("entry", "re_entry", "exit_when"):
        if key in written:
            written[key] = _bare(written[key])
    return {**written, "steps": steps}


def _bare(value: object) -> object:
    if isinstance(value, dict):
        return {key: _bare(inner) for key, inner in value.items() if key != "note" and not key.startswith(EXTENSION_PREFIX)}
    if isinstance(value, list | tuple):
        return [_bare(inner) for inner in value]
    return value
