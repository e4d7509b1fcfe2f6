"""The step that keeps some units out, so that a journey can be compared with none. Knows one percentage."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from engine.journey.assignment import BUCKET_COUNT, hundredths
from engine.journey.fields import Next
from engine.journey.steps.ab_test import Weight
from engine.journey.steps.experiment import Experiment
from engine.journey.steps.step import Way

HELD_OUT = "held_out"
TRAVELS = "travels"


class Holdout(Experiment):
    """Those held out finish here; the others go on."""

    type: Literal["holdout"]
    #: Percent of the units that are held out, with at most two decimals.
    percent: Annotated[Weight, Field(lt=100)]
    next: Next = None

    def ways(self) -> tuple[Way, ...]:
        return (Way("/next", TRAVELS, "Travels", self.next),)

    def shares(self) -> tuple[tuple[str, int], ...]:
        return self._shares

    def targets(self) -> Mapping[str, str | None]:
        return {HELD_OUT: None, TRAVELS: self.next}

    @cached_property
    def _shares(self) -> tuple[tuple[str, int], ...]:
        held_out = hundredths(self.percent)
        return ((HELD_OUT, held_out), (TRAVELS, BUCKET_COUNT - held_out))
