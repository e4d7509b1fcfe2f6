"""Shape problems: what pydantic found wrong, in our words and with JSON Pointers.

Knows pydantic's errors; must not know any field by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from engine.errors import Problem
from engine.journey.facts import JsonValue
from engine.journey.fields import EXTENSION_PREFIX, ID_PATTERN
from engine.journey.source import escape

#: Code of a shape problem -> its help text. Any other fault of a value is `wrong_value`.
SHAPE_HELP: Mapping[str, str] = {
    "invalid_json": "The text is not JSON, or not UTF-8.",
    "too_large": "The document is larger than it may be.",
    "too_deep": "Conditions or lists are nested too deeply.",
    "duplicate_key": "A key comes twice in one object: the second would silently win.",
    "wrong_text": "A text holds a character that no database keeps.",
    "missing_field": "A field that has to be there is missing.",
    "unknown_field": "There is no such field here. Fields of your own begin with `x-`.",
    "unknown_type": "There is no step, condition or entry of this type.",
    "wrong_id": "An id begins with a lower-case letter, goes on with those, digits, `_` and `-`, and has at most 63 characters.",
    "wrong_type": "The value is of another type than the field: nothing is coerced.",
    "misplaced_condition": "A condition stands where it cannot be answered.",
    "wrong_value": "The value is of the right type, but not one that the field takes.",
}

_CODES = {"missing": "missing_field", "union_tag_not_found": "missing_field", "union_tag_invalid": "unknown_type"}


def shape_problems(error: ValidationError, document: JsonValue) -> tuple[Problem, ...]:
    """All that is wrong with a document's shape, each fault once."""
    found = [_problem(details, document) for details in error.errors(include_url=False) if not _is_echo(details)]
    return tuple(dict.fromkeys(found))


def reason_of(details: ErrorDetails) -> str:
    """What pydantic says is wrong, without its prefix and without a full stop."""
    return details["msg"].removeprefix("Value error, ").removesuffix(".")


def _is_echo(details: ErrorDetails) -> bool:
    """A list counted as too short only because what is in it was wrong, which is told already."""
    found = details["input"]
    return details["type"] == "too_short" and isinstance(found, Sequence | Mapping) and len(found) >= details["ctx"]["min_length"]


def _problem(details: ErrorDetails, document: JsonValue) -> Problem:
    tokens, is_key = _tokens(details["loc"], document)
    kind, context = details["type"], details.get("ctx", {})
    code = _code(kind, context, is_key=is_key and tokens[0] != "steps")
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        tokens = [*tokens, "type"]
    elif "field" in context:
        tokens = [*tokens, str(context["field"])]
    step_id = tokens[1] if len(tokens) > 1 and tokens[0] == "steps" else None
    pointer = "".join(f"/{escape(token)}" for token in tokens)
    return Problem(code, pointer, _message(code, tokens, details), _hint(code, details), step_id=step_id)


def _code(kind: str, context: Mapping[str, object], *, is_key: bool) -> str:
    if kind in _CODES:
        return _CODES[kind]
    if kind == "string_pattern_mismatch":
        pattern = context.get("pattern")
        if pattern == ID_PATTERN:
            return "wrong_id"
        return "unknown_field" if pattern == f"^{EXTENSION_PREFIX}" else "wrong_value"
    if is_key:
        return "unknown_field"
    return "wrong_type" if kind.endswith("_type") else "wrong_value"


def _message(code: str, tokens: Sequence[str], details: ErrorDetails) -> str:
    last = tokens[-1] if tokens else "document"
    match code:
        case "missing_field":
            return f"`{last}` is missing."
        case "unknown_field":
            return f"There is no field `{last}` here."
        case "unknown_type":
            return f"There is no type {details['ctx']['tag']!r} here."
        case "wrong_id":
            return f"{_short(details['input'])} is not an id." if details["input"] else f"`{last}` is not chosen yet."
    if details["type"] in ("string_too_short", "too_short") and not details["input"]:
        return f"`{last}` is empty."
    reason = reason_of(details)
    return f"`{last}`: {reason}." if details["msg"].endswith(".") else f"`{last}`: {reason}, not {_short(details['input'])}."


def _hint(code: str, details: ErrorDetails) -> str:
    if code == "unknown_type":
        return f"It is one of {details['ctx']['expected_tags']}."
    if details["input"] == "":  # the message says it all
        return ""
    return SHAPE_HELP[code] if code in ("unknown_field", "wrong_id", "wrong_type") else ""


def _tokens(loc: Sequence[str | int], document: JsonValue) -> tuple[list[str], bool]:
    """The pointer's tokens: pydantic's place without the union tags it mentions. The second says whether a key itself is meant."""
    tokens: list[str] = []
    place: JsonValue = document
    fresh = True  # just come to this object: its tag may be next
    for part in loc:
        # pydantic's word for a key, unless an author has called one so
        if part == "[key]" and not (isinstance(place, Mapping) and part in place):
            return tokens, True
        if fresh and isinstance(place, Mapping) and part == place.get("type"):
            fresh = False
            continue
        tokens.append(str(part))
        place, fresh = _inside(place, part), True
    return tokens, False


def _inside(place: JsonValue, part: str | int) -> JsonValue:
    if isinstance(place, Mapping):
        return place.get(str(part))
    if isinstance(place, Sequence) and not isinstance(place, str) and isinstance(part, int) and part < len(place):
        return place[part]
    return None


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
