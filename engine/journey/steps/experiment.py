"""What `ab_test` and `holdout` share: a branch is drawn by hash, stored at first, and kept as long as its id lives. Knows no kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from engine.journey.assignment import default_salt, draw
from engine.journey.facts import Needs, NewAssignment
from engine.journey.fields import Label
from engine.journey.steps.step import Go, Moment, Step, Verdict


class Experiment(Step):
    """A step whose branch is drawn."""

    salt: Label | None = None
    """What the draw is mixed with; steps that share it draw alike. The default is made from journey and step id."""

    def shares(self) -> tuple[tuple[str, int], ...]:
        """Branch ids with their hundredths of a percent, in the document's order."""
        raise NotImplementedError

    def targets(self) -> Mapping[str, str | None]:
        """What follows, by branch id."""
        raise NotImplementedError

    def needs(self) -> Needs:
        return Needs(assignments=frozenset({self._salt}))

    def resolved(self, journey_id: str, step_id: str) -> Self:
        return self if self.salt is not None else self.model_copy(update={"salt": default_salt(journey_id, step_id)})

    def decide(self, moment: Moment) -> Verdict:
        targets = self.targets()
        kept = moment.assignments.get(self._salt)
        if kept is not None and kept in targets:
            return Go(targets[kept], "assigned", kept, {"salt": self._salt, "drawn": "earlier"})
        participant = moment.participant
        drawn = draw(participant.project, self._salt, participant.unit, self.shares())
        grounds = {"salt": self._salt, "drawn": "now", **({} if kept is None else {"gone": kept})}
        return Go(targets[drawn], "assigned", drawn, grounds, assignment=NewAssignment(self._salt, drawn, kept))

    @property
    def _salt(self) -> str:
        assert self.salt is not None, "the compiler writes every salt out"  # noqa: S101
        return self.salt
