"""Cutting a journey at its waits: which steps a stage goes through, and which facts it needs. Knows ways out, and no step kind by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from engine.errors import InvalidDocumentError, Problem
from engine.journey.conditions import Condition
from engine.journey.facts import Needs
from engine.journey.steps.step import Step

#: Per step, what follows it, in the order of its ways.
Following: TypeAlias = Mapping[str, Sequence[str]]


def follow_ways(steps: Mapping[str, Step]) -> Following:
    """Say what follows each step; InvalidDocumentError for a way to a step that does not exist."""
    following: dict[str, list[str]] = {}
    for step_id, step in steps.items():
        following[step_id] = targets = []
        for way in step.ways():
            if way.next is None:
                continue
            if way.next not in steps:
                message = f"Step {step_id!r} leads to {way.next!r}, which does not exist."
                raise _invalid("unknown_step", f"/steps/{step_id}{way.pointer}", message, step_id)
            targets.append(way.next)
    return following


def walking_order(following: Following, start: str) -> tuple[str, ...]:
    """Order the steps that can be reached, each before all that follow it; InvalidDocumentError for a cycle."""
    if start not in following:
        raise _invalid("unknown_start", "/start", f"The first step {start!r} does not exist.", None)
    done: list[str] = []
    is_open = {start: True}  # False once everything behind the step is done
    path = [(start, list(following[start]))]
    while path:
        step_id, ahead = path[-1]
        if not ahead:
            path.pop()
            is_open[step_id] = False
            done.append(step_id)
            continue
        next_id = ahead.pop()
        if is_open.get(next_id):
            raise _invalid("cycle", f"/steps/{step_id}", f"Step {step_id!r} leads back to {next_id!r}.", step_id)
        if next_id not in is_open:
            is_open[next_id] = True
            path.append((next_id, list(following[next_id])))
    return tuple(reversed(done))


def cut_stages(steps: Mapping[str, Step], following: Following, order: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Say for each step at which a stage begins what it goes through, to the next waits and with them."""
    rank = {step_id: index for index, step_id in enumerate(order)}
    heads = [step_id for step_id in order if steps[step_id].stands or step_id == order[0]]
    return {head: tuple(sorted(_stage(head, steps, following), key=rank.__getitem__)) for head in heads}


#: By the step at which a stage begins: what it needs for those who enter there, and for those who stand there already.
NeedsByStep: TypeAlias = Mapping[str, tuple[Needs, Needs]]


def needs_by_step(steps: Mapping[str, Step], following: Following, order: Sequence[str], exit_when: Condition | None) -> NeedsByStep:
    """The facts that a stage needs, by the step it begins at.

    A wait may let go at once, when its date is past: then the stage goes on, and what follows needs its facts too.
    """
    always = Needs() if exit_when is None else exit_when.needs()
    entering: dict[str, Needs] = {}
    leaving: dict[str, Needs] = {}
    for step_id in reversed(order):
        step = steps[step_id]
        own = step.needs()
        leaving[step_id] = own | _union(entering[next_id] for next_id in following[step_id])
        entering[step_id] = leaving[step_id] if step.may_let_go_at_once() else own
    return {step_id: (always | entering[step_id], always | leaving[step_id]) for step_id in order}


def _stage(head: str, steps: Mapping[str, Step], following: Following) -> set[str]:
    reached = {head}
    ahead = [head]
    while ahead:
        step_id = ahead.pop()
        if step_id != head and steps[step_id].stands:
            continue
        for next_id in following[step_id]:
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
