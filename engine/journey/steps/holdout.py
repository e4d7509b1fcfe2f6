"""The step that keeps some units out, so that a journey can be compared with none. Knows one percentage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.journey.assignment import BUCKET_COUNT, hundredths
from engine.journey.fields import Next
from engine.journey.finding import Finding, StepCheck, warning
from engine.journey.sketch import Sketch
from engine.journey.steps.ab_test import Weight
from engine.journey.steps.experiment import Experiment
from engine.journey.steps.step import Way

HELD_OUT = "held_out"
TRAVELS = "travels"


@warning
def late_holdout(step: Holdout, step_id: str, sketch: Sketch) -> Iterator[Finding]:
    """A holdout comes after an email: those held out have had part of the journey, and tell nothing about having none of it."""
    sent = sorted(sketch.before(step_id) & sketch.sends)
    if sent:
        message = f"People have been sent {sent[0]!r} before they are held out."
        yield Finding("", message, "Move the holdout before the first email.")


class Holdout(Experiment):
    """Those held out finish here; the others go on."""

    checks: ClassVar[tuple[StepCheck, ...]] = (late_holdout,)

    type: Literal["holdout"]
    percent: Annotated[Weight, Field(lt=100)]
    """Percent of the units that are held out, with at most two decimals."""
    # The document has no name for the way on; the schema tells the designer what decisions call it.
    next: Annotated[Next, Field(json_schema_extra={"x-branch": TRAVELS})] = None

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
