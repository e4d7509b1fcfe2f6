"""Whether one condition holds whenever another does, as far as that can be shown without knowing anybody.

Knows the condition language. It may answer no where the truth is yes, and never the other way: what it says is a proof, so that a
branch it calls shadowed can truly never be taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from engine.journey.conditions import (
    All,
    AnyOf,
    Comparison,
    Condition,
    EventCondition,
    MessageCondition,
    Not,
)
from engine.journey.durations import parse_duration
from engine.journey.facts import JsonValue
from engine.journey.operators import OPERATORS

#: Operators whose answer depends on the value alone, and not on the time or the zone.
_TIMELESS = frozenset({"is", "in", "contains", "starts_with", "ends_with", "greater_than", "at_least", "less_than", "at_most"})
_LOWER = {"greater_than": False, "at_least": True}
_UPPER = {"less_than": False, "at_most": True}
#: Asked where the answer does not depend on it.
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def implies(narrow: Condition, wide: Condition) -> bool:
    """Whether `wide` surely holds of everybody of whom `narrow` holds."""
    if narrow == wide:
        return True
    if isinstance(narrow, AnyOf):
        return all(implies(part, wide) for part in narrow.conditions)
    if isinstance(wide, All):
        return all(implies(narrow, part) for part in wide.conditions)
    if isinstance(wide, AnyOf) and any(implies(narrow, part) for part in wide.conditions):
        return True
    if isinstance(narrow, All):
        return any(implies(part, wide) for part in narrow.conditions)
    if isinstance(narrow, Not) and isinstance(wide, Not):
        return implies(wide.condition, narrow.condition)
    return _implies_plainly(narrow, wide)


def _implies_plainly(narrow: Condition, wide: Condition) -> bool:
    if isinstance(narrow, Comparison) and isinstance(wide, Comparison):
        return type(narrow) is type(wide) and narrow.name == wide.name and _compares_within(narrow, wide)
    if isinstance(narrow, EventCondition) and isinstance(wide, EventCondition):
        return narrow.event == wide.event and narrow.count >= wide.count and _looks_within(narrow, wide) and _asks_within(narrow, wide)
    if isinstance(narrow, MessageCondition) and isinstance(wide, MessageCondition):
        return (narrow.step, narrow.outcome) == (wide.step, wide.outcome)
    return False


def _compares_within(narrow: Comparison, wide: Comparison) -> bool:
    """The value that satisfies the narrow one satisfies the wide one; of a list, one element does both."""
    if wide.op == "exists":
        return True
    if narrow.op in ("within_last", "within_next") and narrow.op == wide.op:
        return parse_duration(str(narrow.value)) <= parse_duration(str(wide.value))
    if wide.op not in _TIMELESS:
        return False
    choices = _choices(narrow.op, narrow.value)
    if choices is not None:
        test = OPERATORS[wide.op].prepare(wide.value)
        return all(test(choice, _ANY_TIME, "UTC") for choice in choices)
    return _bounds_within((narrow.op, narrow.value), (wide.op, wide.value)) or _text_within(narrow, wide)


def _choices(op: str, value: JsonValue) -> Sequence[JsonValue] | None:
    """All that a value can be, where that is a list."""
    if op == "is":
        return (value,)
    return value if op == "in" and isinstance(value, list | tuple) else None


def _bounds_within(narrow: tuple[str, JsonValue], wide: tuple[str, JsonValue]) -> bool:
    low, high = narrow[1], wide[1]
    if isinstance(low, str) or isinstance(high, str) or not isinstance(low, int | float) or not isinstance(high, int | float):
        return False
    for table, sign in ((_LOWER, 1), (_UPPER, -1)):
        if narrow[0] in table and wide[0] in table:
            closed_is_fine = table[wide[0]] or not table[narrow[0]]
            return sign * low > sign * high or (low == high and closed_is_fine)
    return False


def _text_within(narrow: Comparison, wide: Comparison) -> bool:
    part, whole = wide.value, narrow.value
    if not isinstance(part, str) or not isinstance(whole, str):
        return False
    match narrow.op, wide.op:
        case (("contains" | "starts_with" | "ends_with"), "contains"):
            return part in whole
        case "starts_with", "starts_with":
            return whole.startswith(part)
        case "ends_with", "ends_with":
            return whole.endswith(part)
    return False


def _looks_within(narrow: EventCondition, wide: EventCondition) -> bool:
    """The narrow one's window lies inside the wide one's; the time since enrolment has no known length."""
    if narrow.within is None or wide.within is None:
        return narrow.within is None and wide.within is None
    return _length(narrow.within) <= _length(wide.within)


def _asks_within(narrow: EventCondition, wide: EventCondition) -> bool:
    return wide.where is None or (narrow.where is not None and implies(narrow.where, wide.where))


def _length(text: str) -> timedelta:
    return parse_duration(text)
