"""What can be wrong with branches of whatever kind. Knows ways out only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from engine.journey.finding import Finding, error
from engine.journey.sketch import Sketch


class Branch(Protocol):
    """A way out with an id of its own."""

    @property
    def id(self) -> str:
        """What it is counted and stored under."""
        ...


class Branching(Protocol):
    """A step with branches."""

    @property
    def branches(self) -> tuple[Branch, ...]:
        """In the document's order."""
        ...


@error
def duplicate_branch_id(step: Branching, step_id: str, sketch: Sketch) -> Iterator[Finding]:
    """Two branches of a step have the same id: counts, assignments and timelines could not tell them apart."""
    seen: set[str] = set()
    for index, branch in enumerate(step.branches):
        if branch.id in seen:
            yield Finding(f"/branches/{index}/id", f"Another branch has the id {branch.id!r}.", "Give each branch an id of its own.")
        seen.add(branch.id)
