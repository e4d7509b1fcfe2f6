"""The one way a journey document is written down, so that a diff shows changes of meaning and nothing else.

Keys in schema order, steps in the order a participant meets them, two spaces, LF, a final newline, numbers as JavaScript
writes them (the designer formats too). Formats whatever is JSON: a draft may be far from valid. Must not know what fields mean.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from engine.journey.facts import JsonObject, JsonValue

#: One order for the keys of every object of a document; a test holds it against the models. Other keys follow, sorted.
KEY_ORDER = (
    "$schema",
    "format",
    "type",
    "id",
    "name",
    "note",
    "entry",
    "exit_when",
    "re_entry",
    "start",
    "event",
    "step",
    "outcome",
    "op",
    "value",
    "conditions",
    "condition",
    "salt",
    "template",
    "for",
    "until",
    "until_attribute",
    "until_local",
    "time",
    "weekdays",
    "offset",
    "missing",
    "percent",
    "weight",
    "count",
    "within",
    "since",
    "where",
    "after",
    "when",
    "branches",
    "else",
    "next",
    "steps",
)
_RANK = {key: rank for rank, key in enumerate(KEY_ORDER)}


def format_document(document: JsonObject) -> str:
    """Write a document canonically; writing what was read back changes nothing. A ValueError for NaN and infinities."""
    return "".join(_write(_ordered(document), "\n")) + "\n"


def _ordered(document: JsonObject) -> JsonObject:
    """The document with its steps in the order a participant meets them."""
    steps = document.get("steps")
    if not isinstance(steps, Mapping):
        return document
    return {**document, "steps": _Ordered((step_id, steps[step_id]) for step_id in _met(document.get("start"), steps))}


class _Ordered(dict[str, JsonValue]):
    """An object whose keys are ids and keep their order."""


def _met(start: JsonValue, steps: Mapping[str, JsonValue]) -> list[str]:
    """Step ids as met from `start`: branch after branch, a join after all that leads to it; then the unreachable, sorted.

    Reverse postorder with the ways out taken last to first, so that an inserted step appears where it is met and moves no other.
    """
    done: dict[str, None] = {}
    if isinstance(start, str) and start in steps:
        seen = {start}
        path = [(start, _ways_out(steps[start], steps))]
        while path:
            step_id, targets = path[-1]
            target = next((target for target in targets if target not in seen), None)
            if target is None:
                path.pop()
                done[step_id] = None
            else:
                seen.add(target)
                path.append((target, _ways_out(steps[target], steps)))
    return [*reversed(done), *sorted(step_id for step_id in steps if step_id not in done)]


def _ways_out(step: JsonValue, steps: Mapping[str, JsonValue]) -> Iterator[str]:
    return iter(list(_targets(step, steps))[::-1])


def _targets(value: JsonValue, steps: Mapping[str, JsonValue]) -> Iterator[str]:
    """Every step named by a `next` inside a step, in canonical order: what follows, without knowing the step kinds."""
    if isinstance(value, Mapping):
        for key in sorted(value, key=_rank):
            inner = value[key]
            if key == "next" and isinstance(inner, str) and inner in steps:
                yield inner
            elif not key.startswith("x-"):
                yield from _targets(inner, steps)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _targets(inner, steps)


def _rank(key: str) -> tuple[int, str]:
    return _RANK.get(key, len(_RANK)), key


def _write(value: JsonValue, newline: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        keys = list(value) if isinstance(value, _Ordered) else sorted(value, key=_rank)
        parts = ([_string(key), ": ", *_write(value[key], newline + "  ")] for key in keys)
        yield from _bracketed("{", parts, "}", newline)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield from _bracketed("[", (list(_write(inner, newline + "  ")) for inner in value), "]", newline)
    else:
        yield _scalar(value)


def _bracketed(opening: str, parts: Iterator[list[str]], closing: str, newline: str) -> Iterator[str]:
    yield opening
    empty = True
    for part in parts:
        yield newline + "  " if empty else "," + newline + "  "
        yield from part
        empty = False
    yield closing if empty else newline + closing


def _scalar(value: JsonValue) -> str:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, float):
        return _number(value)
    return json.dumps(value)


def _string(text: str) -> str:
    # half a surrogate pair cannot be UTF-8: it stays escaped, as JSON.stringify does
    return json.dumps(text, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")


def _number(value: float) -> str:
    """The shortest text that reads back as this number, as ECMAScript's Number::toString lays it out."""
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(f"{value} cannot be written as JSON.")
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)  # noqa: S101  - finite, as tested above
    text, point = "".join(map(str, digits)), len(digits) + exponent
    if text == "0":
        return "0"
    if len(text) <= point <= 21:
        body = text + "0" * (point - len(text))
    elif 0 < point <= 21:
        body = f"{text[:point]}.{text[point:]}"
    elif -6 < point <= 0:
        body = f"0.{'0' * -point}{text}"
    else:
        body = f"{text[0]}{'.' if text[1:] else ''}{text[1:]}e{point - 1:+d}"
    return "-" * sign + body
