"""The step that compares: each unit is drawn one branch by weight. Knows weights; the draw is `engine.journey.assignment`'s."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from engine.journey.assignment import BUCKET_COUNT, hundredths
from engine.journey.fields import DocumentModel, Id, Label, Next
from engine.journey.finding import Finding, StepCheck, error
from engine.journey.sketch import Sketch
from engine.journey.steps.branches import duplicate_branch_id
from engine.journey.steps.experiment import Experiment
from engine.journey.steps.step import Way


def is_weight(percent: float) -> float:
    """Pass a percentage with at most two decimals; a ValueError says what is wrong with another."""
    hundredths(percent)
    return percent


Weight = Annotated[float, AfterValidator(is_weight), Field(gt=0, le=100)]


class AbBranch(DocumentModel):
    """One of the alternatives."""

    id: Id
    name: Label | None = None
    weight: Weight
    """Percent of the units, with at most two decimals; all weights sum to 100."""
    next: Next = None


@error
def weights_not_100(step: AbTest, step_id: str, sketch: Sketch) -> Iterator[Finding]:
    """The weights of an A/B test do not sum to 100 percent: some people would get no branch, or some branch nobody."""
    total = sum(share for _, share in step.shares())
    if total != BUCKET_COUNT:
        hint = f"Change them by {(BUCKET_COUNT - total) / 100:+g} in all."
        yield Finding("/branches", f"The weights sum to {total / 100:g}, not to 100.", hint)


class AbTest(Experiment):
    """Draw one of the branches, once per unit."""

    checks: ClassVar[tuple[StepCheck, ...]] = (weights_not_100, duplicate_branch_id)
    type: Literal["ab_test"]
    branches: Annotated[tuple[AbBranch, ...], Field(min_length=2, max_length=50)]
    """The alternatives."""

    def ways(self) -> tuple[Way, ...]:
        return tuple(Way(f"/branches/{index}/next", branch.id, branch.name, branch.next) for index, branch in enumerate(self.branches))

    def shares(self) -> tuple[tuple[str, int], ...]:
        return self._shares

    def targets(self) -> Mapping[str, str | None]:
        return self._targets

    @cached_property
    def _shares(self) -> tuple[tuple[str, int], ...]:
        return tuple((branch.id, hundredths(branch.weight)) for branch in self.branches)

    @cached_property
    def _targets(self) -> Mapping[str, str | None]:
        return {branch.id: branch.next for branch in self.branches}
