"""What every step kind is: fields, ways out, checks of its own, the facts it needs, and how it decides. Knows no kind by name.

A kind is one module beside this one. It decides from a `Moment` alone and answers `Go` or `Stand`; it does not know where
the walk came from, and it writes nothing down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Self, TypeAlias

from engine.journey.conditions import Condition, Subject
from engine.journey.facts import Facts, JsonObject, Needs, NewAssignment, Participant, QueuedSend
from engine.journey.fields import DocumentModel, Label, Note
from engine.journey.finding import StepCheck
from engine.journey.values import value


@dataclass(frozen=True, slots=True)
class Way:
    """One way out of a step."""

    #: JSON Pointer from the step to the field that names what follows.
    pointer: str
    #: The branch's id; None for the one way out of a step without branches.
    branch_id: str | None
    #: What people call the branch.
    name: str | None
    #: The step that follows; None: the participant finishes.
    next: str | None


@dataclass(slots=True)
class Moment:
    """One participant before one step, now. The walk moves `step_id` and `arrived_at` on; everything else stays."""

    participant: Participant
    facts: Facts
    now: datetime
    #: Template versions pinned in the plan.
    templates: Mapping[str, int]
    #: For conditions.
    subject: Subject
    step_id: str
    #: When they came to the wait they stand at; None for whoever enters the step now.
    arrived_at: datetime | None
    basis: JsonObject | None
    #: Branches by salt: stored ones, and those drawn earlier in this stage.
    assignments: dict[str, str]


@value
class Go:
    """Leaves the step now."""

    next: str | None
    outcome: str
    branch: str | None = None
    grounds: JsonObject = field(default_factory=dict)
    send: QueuedSend | None = None
    assignment: NewAssignment | None = None


@value
class Stand:
    """Stands at the step until an instant."""

    due_at: datetime
    arrived_at: datetime
    basis: JsonObject
    #: What to tell of it; None where nothing changed since the last time it was told.
    outcome: str | None
    grounds: JsonObject = field(default_factory=dict)


Verdict: TypeAlias = Go | Stand


class Step(DocumentModel):
    """One box of a journey."""

    #: Whether participants may stand at it: it ends a stage.
    stands: ClassVar[bool] = False
    #: What can be wrong with a step of this kind in itself.
    checks: ClassVar[tuple[StepCheck, ...]] = ()

    type: str
    name: Label | None = None
    """What people call the step."""
    note: Note | None = None
    """A remark for other authors."""

    def ways(self) -> tuple[Way, ...]:
        """Every way out, in the document's order."""
        raise NotImplementedError

    def decide(self, moment: Moment) -> Verdict:
        """Say what happens to this participant here, now, and on what grounds."""
        raise NotImplementedError

    def may_let_go_at_once(self) -> bool:
        """Whether somebody who enters it may leave it within the same stage."""
        return not self.stands

    def needs(self) -> Needs:
        """The facts it looks at; the endpoint, where a kind says nothing else."""
        return Needs(endpoint=True)

    def templates(self) -> tuple[str, ...]:
        """The templates it sends."""
        return ()

    def conditions(self) -> tuple[tuple[str, Condition], ...]:
        """Its conditions, each with its JSON Pointer from the step."""
        return ()

    def attributes(self) -> tuple[tuple[str, str], ...]:
        """The endpoint's attributes it reads as dates, beside its conditions: JSON Pointer from the step, name."""
        return ()

    def resolved(self, journey_id: str, step_id: str) -> Self:
        """The step as the plan holds it: what the document left to a rule is written out."""
        return self
