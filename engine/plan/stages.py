"""Cutting a journey at its waits: which steps a stage goes through, and which facts it needs. Knows ways out, and no step kind by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engine.errors import InvalidDocumentError, Problem
from engine.journey.conditions import Condition
from engine.journey.facts import Needs
from engine.journey.steps.step import Step


def walking_order(steps: Mapping[str, Step], start: str) -> tuple[str, ...]:
    """Order the steps that can be reached, each before all that follow it; InvalidDocumentError for a cycle or a dangling way."""
    if start not in steps:
        raise _invalid("dangling_step", "/start", f"The first step {start!r} does not exist.", None)
    done: list[str] = []
    open_ids: set[str] = {start}
    seen: set[str] = {start}
    path = [(start, _following(start, steps))]
    while path:
        step_id, following = path[-1]
        if not following:
            path.pop()
            open_ids.discard(step_id)
            done.append(step_id)
            continue
        next_id = following.pop()
        if next_id in open_ids:
            raise _invalid("cycle", f"/steps/{step_id}", f"Step {step_id!r} leads back to {next_id!r}.", step_id)
        if next_id not in seen:
            seen.add(next_id)
            open_ids.add(next_id)
            path.append((next_id, _following(next_id, steps)))
    return tuple(reversed(done))


def cut_stages(steps: Mapping[str, Step], start: str, order: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Say for each step at which a stage begins what it goes through, to the next waits and with them."""
    rank = {step_id: index for index, step_id in enumerate(order)}
    heads = [start, *(step_id for step_id in rank if steps[step_id].stands and step_id != start)]
    return {head: tuple(sorted(_stage(head, steps), key=rank.__getitem__)) for head in heads}


def needs_by_step(steps: Mapping[str, Step], order: Sequence[str], exit_when: Condition | None) -> dict[str, Needs]:
    """The facts that a stage needs, by the step it begins at; `order` is the walking order.

    A wait may let go at once, when its date is past: then the stage goes on, and what follows needs its facts too.
    """
    always = Needs() if exit_when is None else exit_when.needs()
    entering: dict[str, Needs] = {}
    beginning: dict[str, Needs] = {}
    for step_id in reversed(order):
        step = steps[step_id]
        onward = step.needs() | _union(entering[way.next] for way in step.ways() if way.next is not None)
        entering[step_id] = onward if step.may_let_go_at_once() else step.needs()
        beginning[step_id] = always | onward
    return beginning


def _following(step_id: str, steps: Mapping[str, Step]) -> list[str]:
    """What follows a step, the last way first."""
    following = []
    for way in reversed(steps[step_id].ways()):
        if way.next is None:
            continue
        if way.next not in steps:
            pointer = f"/steps/{step_id}{way.pointer}"
            raise _invalid("dangling_step", pointer, f"Step {step_id!r} leads to {way.next!r}, which does not exist.", step_id)
        following.append(way.next)
    return following


def _stage(head: str, steps: Mapping[str, Step]) -> set[str]:
    reached = {head}
    ahead = [head]
    while ahead:
        step_id = ahead.pop()
        if step_id != head and steps[step_id].stands:
            continue
        for next_id in _following(step_id, steps):
            if next_id not in reached:
                reached.add(next_id)
                ahead.append(next_id)
    return reached


def _union(needs: Iterable[Needs]) -> Needs:
    found = Needs()
    for more in needs:
        found |= more
    return found


def _invalid(code: str, pointer: str, message: str, step_id: str | None) -> InvalidDocumentError:
    return InvalidDocumentError(message, problems=(Problem(code, pointer, message, step_id=step_id),))
