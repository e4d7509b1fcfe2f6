"""The step that compares: each unit is drawn one branch by weight. Knows weights; the draw is `engine.journey.assignment`'s."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from engine.journey.assignment import hundredths
from engine.journey.fields import DocumentModel, Id, Label, Next
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
    #: Percent of the units, with at most two decimals; all weights sum to 100.
    weight: Weight
    next: Next = None


class AbTest(Experiment):
    """Draw one of the branches, once per unit."""

    type: Literal["ab_test"]
    branches: Annotated[tuple[AbBranch, ...], Field(min_length=2, max_length=50)]

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
