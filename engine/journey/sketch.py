"""A journey as a graph of ids, for checks to ask: what is reachable, what comes before what. Knows no step kind and no condition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.journey.catalogue import EMPTY, Catalogue


@dataclass(frozen=True)
class Sketch:
    """What a check may know of the whole when it looks at one step."""

    start: str
    #: Per step, what follows: only steps that exist, each once, in the document's order.
    targets: Mapping[str, tuple[str, ...]]
    #: Steps that send a message.
    sends: frozenset[str] = frozenset()
    #: Steps at which participants may stand, and which they never pass at once.
    stands: frozenset[str] = frozenset()
    catalogue: Catalogue = field(default=EMPTY)
    #: Answers given before: several conditions of a step ask the same.
    _before: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)
    _after_waiting: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def reachable(self) -> frozenset[str]:
        """Every step that somebody can come to."""
        return self._closure((self.start,), self.targets) if self.start in self.targets else frozenset()

    @cached_property
    def sources(self) -> Mapping[str, tuple[str, ...]]:
        """Per step, the steps that lead to it."""
        sources: dict[str, list[str]] = {step_id: [] for step_id in self.targets}
        for step_id, targets in self.targets.items():
            for target in targets:
                sources[target].append(step_id)
        return {step_id: tuple(found) for step_id, found in sources.items()}

    def before(self, step_id: str) -> frozenset[str]:
        """Every step from which a way leads here."""
        if step_id not in self._before:
            self._before[step_id] = self._closure(self.sources[step_id], self.sources)
        return self._before[step_id]

    def behind(self, step_id: str) -> frozenset[str]:
        """Every step to which a way leads from here."""
        return self._closure(self.targets[step_id], self.targets)

    def after_waiting(self, step_id: str) -> frozenset[str]:
        """Every step from which a way leads here with a wait in between."""
        if step_id not in self._after_waiting:
            waits = self.before(step_id) & self.stands
            self._after_waiting[step_id] = self._closure((source for wait in waits for source in self.sources[wait]), self.sources)
        return self._after_waiting[step_id]

    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Each way back that a walk from the start, then from whatever it missed, comes upon: the steps of the circle in their order."""
        found: list[tuple[str, ...]] = []
        done: set[str] = set()
        for root in (self.start, *self.targets):
            if root in self.targets and root not in done:
                found += self._cycles_from(root, done)
        return tuple(found)

    def _cycles_from(self, root: str, done: set[str]) -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = []
        path, open_targets = [root], [iter(self.targets[root])]
        places = {root: 0}
        while path:
            target = next(open_targets[-1], None)
            if target is None:
                done.add(path[-1])
                del places[path.pop()]
                open_targets.pop()
            elif target in places:
                found.append(tuple(path[places[target] :]))
            elif target not in done:
                places[target] = len(path)
                path.append(target)
                open_targets.append(iter(self.targets[target]))
        return found

    @staticmethod
    def _closure(roots: Iterable[str], edges: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
        seen: set[str] = set()
        waiting = list(roots)
        while waiting:
            step_id = waiting.pop()
            if step_id not in seen:
                seen.add(step_id)
                waiting += edges[step_id]
        return frozenset(seen)
