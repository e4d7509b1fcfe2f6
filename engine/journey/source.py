"""JSON as it comes from outside: read with suspicion, all its faults as problems. Knows JSON; must not know what a journey is.

Refused before anything recurses into it: too large, too deep, no UTF-8, keys that come twice (the last would win silently),
numbers that are none, texts that no database keeps.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NoReturn

from engine.errors import Problem
from engine.journey.facts import JsonValue

#: A journey of 1,000 steps with notes is about 300 kB.
LARGEST_BYTES = 2 * 1024 * 1024
#: Conditions nest two levels each: 60 levels are 25 conditions in one another. Far below any recursion limit.
DEEPEST = 60

#: 2^53 - 1: what a JavaScript reader keeps exact (RFC 8259, section 6).
LARGEST_INTEGER = 2**53 - 1
MOST_DIGITS = 17

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


def read_json(source: str | bytes) -> tuple[JsonValue, tuple[Problem, ...]]:
    """Read a JSON text; with problems the value means nothing."""
    text = _decode(source)
    if isinstance(text, Problem):
        return None, (text,)
    if _depth(text) > DEEPEST:
        return None, (Problem("too_deep", "", f"The document nests deeper than {DEEPEST} levels.", "Flatten it."),)
    twice: list[tuple[dict[str, JsonValue], str]] = []
    try:
        value = json.loads(
            text, object_pairs_hook=lambda pairs: _object(pairs, twice), parse_constant=_refuse, parse_float=_finite, parse_int=_exact
        )
    except json.JSONDecodeError as error:
        message = f"This is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        return None, (Problem("invalid_json", "", message, "Mind commas, quotes and brackets around that place."),)
    except ValueError as error:  # a number with thousands of digits, NaN, an exponent without end
        return None, (Problem("invalid_json", "", f"This is not JSON: {error}"),)
    pointers = {id(mapping): pointer for pointer, mapping in _walk(value, "")} if twice else {}
    problems = [
        Problem("duplicate_key", f"{pointers[id(mapping)]}/{escape(key)}", f"The key {key!r} comes twice here.", "Keep one of them.")
        for mapping, key in twice
        if id(mapping) in pointers
    ]
    return value, (*problems, *_unstorable(value, text))


def escape(key: str) -> str:
    """One reference token of a JSON Pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _decode(source: str | bytes) -> str | Problem:
    if len(source) > LARGEST_BYTES:
        return Problem("too_large", "", f"The document is larger than {LARGEST_BYTES // 1024 // 1024} MB.", "Split the journey.")
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Problem("invalid_json", "", f"This is not UTF-8: byte {error.start} cannot be read.", "Save the file as UTF-8.")


def _depth(text: str) -> int:
    brackets = _BRACKET.findall(_STRING.sub("", text))
    return max(accumulate(_STEP[bracket] for bracket in brackets), default=0)


def _object(pairs: Sequence[tuple[str, JsonValue]], twice: list[tuple[dict[str, JsonValue], str]]) -> dict[str, JsonValue]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        keys = [key for key, _ in pairs]
        twice += [(mapping, key) for key in mapping if keys.count(key) > 1]
    return mapping


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number.")


def _finite(text: str) -> float:
    number = float(text)
    # Below 1e21 the canonical form writes all digits: as an integer, it would be refused.
    if number in (float("inf"), float("-inf")) or (number.is_integer() and LARGEST_INTEGER < abs(number) < 1e21):
        raise ValueError(f"{text[:20]} is too large a number.")
    return number


def _exact(text: str) -> int:
    number = int(text) if len(text) <= MOST_DIGITS else None
    if number is None or abs(number) > LARGEST_INTEGER:
        raise ValueError(f"{text[:20]} is too large a number: not every reader of JSON keeps it.")
    return number


def _unstorable(value: JsonValue, text: str) -> Iterator[Problem]:
    """Half a surrogate pair cannot be UTF-8, and PostgreSQL keeps no NUL. Both can only come as escapes, or raw in a `str`."""
    if "\\u" not in text and "\x00" not in text and text.isascii():
        return
    for pointer, inner in _walk(value, ""):
        texts = [inner] if isinstance(inner, str) else list(inner) if isinstance(inner, Mapping) else []
        if any(_is_unstorable(text) for text in texts):
            yield Problem("wrong_text", _storable(pointer), "The text holds a NUL or half a surrogate pair.", "Remove that character.")


def _is_unstorable(text: str) -> bool:
    return "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text)


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\x00", "?")


def _walk(value: JsonValue, pointer: str) -> Iterator[tuple[str, JsonValue]]:
    """Every value inside, with its pointer. The depth was bounded before."""
    yield pointer, value
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walk(inner, f"{pointer}/{escape(key)}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _walk(inner, f"{pointer}/{index}")
