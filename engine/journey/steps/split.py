"""The step that asks: the first branch whose condition holds is taken, else the last one. Knows conditions only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.journey.conditions import Condition
from engine.journey.facts import JsonObject, Needs
from engine.journey.fields import DocumentModel, Id, Label, Next
from engine.journey.finding import Finding, StepCheck, error, warning
from engine.journey.implication import implies
from engine.journey.sketch import Sketch
from engine.journey.steps.branches import duplicate_branch_id
from engine.journey.steps.step import Go, Moment, Step, Verdict, Way

#: The id under which the way for everybody else is counted and shown.
ELSE = "else"


class SplitBranch(DocumentModel):
    """A way for those of whom the condition holds."""

    id: Id
    name: Label | None = None
    when: Condition
    """Of whom it holds, goes this way."""
    next: Next = None


class Otherwise(DocumentModel):
    """The way for everybody else."""

    name: Label | None = None
    next: Next = None


@error
def reserved_branch_id(step: Split, step_id: str, sketch: Sketch) -> Iterator[Finding]:
    """A branch of a split is called `else`, which is the id of the way for everybody else: the two could not be told apart."""
    for index, branch in enumerate(step.branches):
        if branch.id == ELSE:
            yield Finding(f"/branches/{index}/id", f"{ELSE!r} is the id of the way for everybody else.", "Give the branch another id.")


@warning
def shadowed_branch(step: Split, step_id: str, sketch: Sketch) -> Iterator[Finding]:
    """A branch of a split can never be taken: whoever it holds of, an earlier branch holds of too, and the first that holds wins."""
    for index, branch in enumerate(step.branches):
        earlier = next((other for other in step.branches[:index] if implies(branch.when, other.when)), None)
        if earlier is not None:
            message = f"Nobody comes to branch {branch.id!r}: of whomever it holds, {earlier.id!r} before it holds too."
            yield Finding(f"/branches/{index}/when", message, f"Move {branch.id!r} before {earlier.id!r}, or change one of them.")


class Split(Step):
    """Ask the branches in their order; the first that holds is taken."""

    checks: ClassVar[tuple[StepCheck, ...]] = (duplicate_branch_id, reserved_branch_id, shadowed_branch)

    type: Literal["split"]
    branches: Annotated[tuple[SplitBranch, ...], Field(min_length=1, max_length=50)]
    """Asked in this order."""
    otherwise: Annotated[Otherwise, Field(alias="else")] = Otherwise()
    """Where everybody else goes."""

    def ways(self) -> tuple[Way, ...]:
        ways = [Way(f"/branches/{index}/next", branch.id, branch.name, branch.next) for index, branch in enumerate(self.branches)]
        return (*ways, Way("/else/next", ELSE, self.otherwise.name, self.otherwise.next))

    def conditions(self) -> tuple[tuple[str, Condition], ...]:
        return tuple((f"/branches/{index}/when", branch.when) for index, branch in enumerate(self.branches))

    def needs(self) -> Needs:
        needs = Needs()
        for branch in self.branches:
            needs |= branch.when.needs()
        return needs

    def decide(self, moment: Moment) -> Verdict:
        asked: list[JsonObject] = []
        for branch in self.branches:
            grounds = branch.when.explain(moment.subject)
            asked.append({"branch": branch.id, "condition": grounds})
            if grounds["held"]:
                return Go(branch.next, "branched", branch.id, {"asked": asked})
        return Go(self.otherwise.next, "branched", ELSE, {"asked": asked})
