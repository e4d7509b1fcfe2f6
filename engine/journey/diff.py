"""What changed between two documents, in the words of journeys: a step added, a branch removed, a wait prolonged.

Knows documents by their shape only, so that a new step kind needs nothing here. Order of keys, layout and defaults written out are no
change. A step whose id alone changed is told as renamed, because people who stand at it will not be found at the new id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.journey.document import Journey
from engine.journey.durations import parse_signed_duration, say_duration
from engine.journey.facts import JsonObject, JsonValue
from engine.journey.phrase import say_condition, say_value

ChangeKind = Literal["added", "removed", "changed"]

_CONDITION_FIELDS = frozenset({"when", "where", "exit_when"})
_DURATION_FIELDS = frozenset({"for", "offset", "after"})
#: Told where people are told of it; not what happens to them.
_LEFT_OUT = frozenset({"$schema"})


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, as a person would tell it."""

    kind: ChangeKind
    #: JSON Pointer into the new document; into the old one for what was removed.
    pointer: str
    message: str
    step_id: str | None = None


def diff_journeys(old: Journey, new: Journey) -> tuple[Change, ...]:
    """All that changed from one document to another, the journey's own fields first, then step by step."""
    before, after = _plain(old), _plain(new)
    steps_before, steps_after = _objects(before.pop("steps")), _objects(after.pop("steps"))
    renamed = dict(_renamed(steps_before, steps_after))
    changes = list(_compare(before, after, "", None))
    for step_id, step in steps_after.items():
        earlier = renamed.get(step_id)
        if earlier is not None:
            changes.append(Change("changed", f"/steps/{step_id}", f"step {earlier} is called {step_id} now", step_id))
        elif step_id not in steps_before:
            changes.append(Change("added", f"/steps/{step_id}", f"step {step_id} added: {_say_step(step)}", step_id))
        else:
            changes += _compare_step(step_id, steps_before[step_id], step)
    for step_id, step in steps_before.items():
        if step_id not in steps_after and step_id not in renamed.values():
            changes.append(Change("removed", f"/steps/{step_id}", f"step {step_id} removed: {_say_step(step)}", step_id))
    return tuple(changes)


def _plain(journey: Journey) -> dict[str, JsonValue]:
    plain: dict[str, JsonValue] = journey.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {key: value for key, value in plain.items() if key not in _LEFT_OUT}


def _renamed(before: Mapping[str, JsonObject], after: Mapping[str, JsonObject]) -> Iterator[tuple[str, str]]:
    """New id and old id of steps that are the same but for the id; only where there is no doubt which."""
    gone = [step_id for step_id in before if step_id not in after]
    for step_id in after:
        same = [other for other in gone if before[other] == after[step_id]] if step_id not in before else []
        if len(same) == 1 and sum(after[step_id] == step for other, step in after.items() if other not in before) == 1:
            yield step_id, same[0]


def _compare_step(step_id: str, old: JsonObject, new: JsonObject) -> Iterator[Change]:
    if old.get("type") != new.get("type"):
        message = f"step {step_id}: {_say_step(old)} became {_say_step(new)}"
        yield Change("changed", f"/steps/{step_id}", message, step_id)
        return
    yield from _compare(old, new, f"/steps/{step_id}", step_id)


def _compare(old: JsonObject, new: JsonObject, pointer: str, step_id: str | None) -> Iterator[Change]:
    """Field by field; a field with fields of its own is gone into, a condition is one thing."""
    for key in (*new, *(key for key in old if key not in new)):
        before, after, place = old.get(key), new.get(key), f"{pointer}/{key}"
        if before == after:
            continue
        if key in _CONDITION_FIELDS or not (isinstance(before, Mapping) and isinstance(after, Mapping)):
            if key == "branches" and isinstance(before, Sequence) and isinstance(after, Sequence):
                yield from _compare_branches(_branches(before), _branches(after), pointer, step_id)
            else:
                yield _change(key, (before, after), place, step_id)
        else:
            yield from _compare(before, after, place, step_id)


def _compare_branches(old: Mapping[str, JsonObject], new: Mapping[str, JsonObject], pointer: str, step_id: str | None) -> Iterator[Change]:
    where = f"step {step_id}: " if step_id else ""
    for place, (branch_id, branch) in enumerate(new.items()):
        at = f"{pointer}/branches/{place}"
        if branch_id not in old:
            yield Change("added", at, f"{where}branch {branch_id} added{_say_branch(branch)}", step_id)
        else:
            for change in _compare(old[branch_id], branch, at, step_id):
                message = change.message.removeprefix(where)
                yield Change(change.kind, change.pointer, f"{where}branch {branch_id}: {message}", step_id)
    for place, (branch_id, branch) in enumerate(old.items()):
        if branch_id not in new:
            yield Change("removed", f"{pointer}/branches/{place}", f"{where}branch {branch_id} removed{_say_branch(branch)}", step_id)
    kept = [branch_id for branch_id in new if branch_id in old]
    if kept != [branch_id for branch_id in old if branch_id in new]:
        yield Change("changed", f"{pointer}/branches", f"{where}the branches are asked in another order: {', '.join(new)}", step_id)


def _change(key: str, values: tuple[JsonValue, JsonValue], pointer: str, step_id: str | None) -> Change:
    before, after = values
    where, label = f"step {step_id}: " if step_id else "", _label(pointer, step_id)
    if key == "next":
        way = label.removesuffix("next").strip()
        message = f"{f'{way}: ' if way else ''}{_say_way(after)} instead of {_say_way(before, 'ing')}"
        return Change("changed", pointer, where + message, step_id)
    if before is None:
        return Change("added", pointer, f"{where}{label} added: {_say(key, after)}", step_id)
    if after is None:
        return Change("removed", pointer, f"{where}{label} removed: {_say(key, before)}", step_id)
    return Change("changed", pointer, f"{where}{label} {_say(key, before)} → {_say(key, after)}", step_id)


def _label(pointer: str, step_id: str | None) -> str:
    """The field as the author knows it: its keys from the step or the branch on."""
    tokens = pointer.split("/")[1 if step_id is None else 3 :]
    return " ".join(tokens[2:] if tokens[0] == "branches" else tokens)


def _say_way(target: JsonValue, ending: str = "") -> str:
    if ending:
        return "finishing" if target is None else f"going to {target}"
    return "finishes" if target is None else f"goes to {target}"


def _say(key: str, value: JsonValue) -> str:
    if key in _CONDITION_FIELDS and isinstance(value, Mapping):
        return say_condition(value)
    if key in _DURATION_FIELDS and isinstance(value, str):
        length = parse_signed_duration(value)
        return say_duration(length) + (" before" if value.startswith("-") else "")
    return value if isinstance(value, str) and value and " " not in value else say_value(value)


def _say_step(step: JsonObject) -> str:
    """A step's kind with its shortest fields: `email (template welcome)`."""
    plain = [
        f"{key} {_say(key, value)}"
        for key, value in step.items()
        if key not in ("type", "name", "note", "next") and isinstance(value, str | int | float)
    ]
    branches = step.get("branches")
    if isinstance(branches, Sequence):
        plain.append(f"branches {', '.join(_branches(branches))}")
    return f"{step.get('type')} ({', '.join(plain)})" if plain else str(step.get("type"))


def _say_branch(branch: JsonObject) -> str:
    when, weight = branch.get("when"), branch.get("weight")
    if isinstance(when, Mapping):
        return f": {say_condition(when)}"
    return "" if weight is None else f": {say_value(weight)} %"


def _branches(branches: Sequence[JsonValue]) -> dict[str, JsonObject]:
    return {str(branch["id"]): branch for branch in branches if isinstance(branch, Mapping)}


def _objects(steps: JsonValue) -> dict[str, JsonObject]:
    return {step_id: step for step_id, step in steps.items() if isinstance(step, Mapping)} if isinstance(steps, Mapping) else {}
