"""What each operator of a comparison means: one table, from which the docs are made.

Knows single values and must not know where they come from.

Nothing is coerced: a value of another type than the operator asks for does not match. `true` is not 1, and "5" is not 5.
A date alone stands for its whole day in the person's zone; `before` and `after` mean wholly before and wholly after.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Literal, TypeAlias, get_args

from engine.journey.durations import parse_duration
from engine.journey.facts import JsonValue
from engine.journey.instants import Span, read_day, read_instant, read_span

OperatorName = Literal[
    "is", "in", "contains", "starts_with", "ends_with", "greater_than", "at_least", "less_than", "at_most",
    "before", "after", "on", "within_last", "within_next", "exists",
]  # fmt: skip
ValueType = Literal["text", "number", "boolean", "date"]
VALUE_TYPES: tuple[ValueType, ...] = get_args(ValueType)

#: Asks one value, at an instant, in a zone.
Test: TypeAlias = Callable[[JsonValue, datetime, str], bool]

#: More than this belongs in a segment or an attribute of its own (guess: a page of the designer).
MOST_CHOICES = 1_000


@dataclass(frozen=True, slots=True)
class Operator:
    """One row of the table."""

    name: OperatorName
    #: What the condition has to say as its `value`.
    wants: str
    #: Types of attribute that can match; all others never do.
    matches: tuple[ValueType, ...]
    #: One sentence for the docs.
    means: str
    #: Make the test for the document's value; a ValueError when that value does not fit.
    prepare: Callable[[JsonValue], Test]


def is_text(value: JsonValue) -> bool:
    """Whether it is a text."""
    return type(value) is str


def is_number(value: JsonValue) -> bool:
    """Whether it is a number; `true` is none."""
    return type(value) in (int, float)


def is_scalar(value: JsonValue) -> bool:
    """Whether it is a text, a number or a boolean."""
    return type(value) in (str, int, float, bool)


def _is(value: JsonValue) -> Test:
    if not is_scalar(value):
        raise ValueError("`is` compares with a text, a number or a boolean.")
    if is_number(value):
        return lambda seen, now, zone: is_number(seen) and seen == value
    kind = type(value)
    return lambda seen, now, zone: type(seen) is kind and seen == value


def _in(value: JsonValue) -> Test:
    if not isinstance(value, list | tuple) or not value or len(value) > MOST_CHOICES or not all(map(is_scalar, value)):
        raise ValueError(f"`in` wants a list of 1 to {MOST_CHOICES:,} texts, numbers or booleans.")
    # a set would take 1, 1.0 and true for one: the kind belongs to the key
    choices = frozenset(map(_key, value))
    return lambda seen, now, zone: is_scalar(seen) and _key(seen) in choices


def _key(value: JsonValue) -> tuple[bool, JsonValue]:
    return type(value) is bool, value


def _text_test(name: str, compare: Callable[[str, str], bool]) -> Callable[[JsonValue], Test]:
    def prepare(value: JsonValue) -> Test:
        if not isinstance(value, str) or not value:
            raise ValueError(f"`{name}` wants a text that is not empty.")
        return lambda seen, now, zone: isinstance(seen, str) and compare(seen, value)

    return prepare


def _number_test(name: str, compare: Callable[[float, float], bool]) -> Callable[[JsonValue], Test]:
    def prepare(value: JsonValue) -> Test:
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise ValueError(f"`{name}` wants a number.")
        return lambda seen, now, zone: type(seen) in (int, float) and compare(seen, value)  # type: ignore[arg-type]

    return prepare


def _date_test(name: str, compare: Callable[[Span, Span], bool]) -> Callable[[JsonValue], Test]:
    def prepare(value: JsonValue) -> Test:
        if not isinstance(value, str) or (read_instant(value) is None and read_day(value) is None):
            raise ValueError(f"`{name}` wants a date, as 2026-05-01, or an instant with an offset, as 2026-05-01T09:00:00+02:00.")
        return lambda seen, now, zone: _compare_spans(read_span(seen, zone), read_span(value, zone), compare)

    return prepare


def _compare_spans(seen: Span | None, bound: Span | None, compare: Callable[[Span, Span], bool]) -> bool:
    return seen is not None and bound is not None and compare(seen, bound)


def _on(value: JsonValue) -> Test:
    if not isinstance(value, str) or read_day(value) is None:
        raise ValueError("`on` wants a date, as 2026-05-01.")
    return lambda seen, now, zone: _compare_spans(read_span(seen, zone), read_span(value, zone), _is_inside)


def _is_inside(seen: Span, day: Span) -> bool:
    return day[0] <= seen[0] and seen[1] <= day[1]


def _window_test(name: str, back: int, ahead: int) -> Callable[[JsonValue], Test]:
    """Whether any of the date lies between so many lengths before now and so many after it."""

    def prepare(value: JsonValue) -> Test:
        if not isinstance(value, str):
            raise ValueError(f"`{name}` wants a duration, as P7D.")
        length = parse_duration(value)

        def test(seen: JsonValue, now: datetime, zone: str) -> bool:
            span = read_span(seen, zone)
            return span is not None and span[0] <= now + ahead * length and span[1] >= now - back * length

        return test

    return prepare


def _exists(value: JsonValue) -> Test:
    if value is not None:
        raise ValueError("`exists` takes no value.")
    return lambda seen, now, zone: True  # whoever is asked is there: missing values never come this far


_ALL: tuple[ValueType, ...] = VALUE_TYPES
_EQUAL: tuple[ValueType, ...] = ("text", "number", "boolean")
_TEXT: tuple[ValueType, ...] = ("text",)
_NUMBER: tuple[ValueType, ...] = ("number",)
_DATE: tuple[ValueType, ...] = ("date",)

OPERATORS: dict[OperatorName, Operator] = {
    operator.name: operator
    for operator in (
        Operator("is", "a text, number or boolean", _EQUAL, "equals it exactly, in type too", _is),
        Operator("in", "a list of texts, numbers or booleans", _EQUAL, "equals one of them exactly", _in),
        Operator("contains", "a text", _TEXT, "has it somewhere inside", _text_test("contains", lambda seen, part: part in seen)),
        Operator("starts_with", "a text", _TEXT, "begins with it", _text_test("starts_with", str.startswith)),
        Operator("ends_with", "a text", _TEXT, "ends with it", _text_test("ends_with", str.endswith)),
        Operator("greater_than", "a number", _NUMBER, "is greater", _number_test("greater_than", lambda seen, bound: seen > bound)),
        Operator("at_least", "a number", _NUMBER, "is greater or equal", _number_test("at_least", lambda seen, bound: seen >= bound)),
        Operator("less_than", "a number", _NUMBER, "is less", _number_test("less_than", lambda seen, bound: seen < bound)),
        Operator("at_most", "a number", _NUMBER, "is less or equal", _number_test("at_most", lambda seen, bound: seen <= bound)),
        Operator(
            "before", "a date or an instant", _DATE, "is wholly before it", _date_test("before", lambda seen, bound: seen[1] < bound[0])
        ),
        Operator("after", "a date or an instant", _DATE, "is wholly after it", _date_test("after", lambda seen, bound: seen[0] > bound[1])),
        Operator("on", "a date", _DATE, "falls on that day in the person's zone", _on),
        Operator("within_last", "a duration", _DATE, "lies at most that long ago", _window_test("within_last", back=1, ahead=0)),
        Operator("within_next", "a duration", _DATE, "lies at most that far ahead", _window_test("within_next", back=0, ahead=1)),
        Operator("exists", "nothing", _ALL, "is there, whatever it is", _exists),
    )
}


def matches(test: Test, seen: JsonValue, now: datetime, zone: str) -> bool:
    """Ask a value, or each element of a list until one matches."""
    if isinstance(seen, list | tuple):
        return any(test(element, now, zone) for element in seen)
    return test(seen, now, zone)
