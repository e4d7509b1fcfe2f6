"""Conditions and values in a few words, for people who read a diff or a trace. Works on plain JSON; decides nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from engine.journey.facts import JsonObject, JsonValue

#: A line of a terminal holds it beside what it belongs to.
LONGEST_PHRASE = 120

_WHOSE = {"attribute": "", "user_attribute": "user's ", "context": "context's ", "event_attribute": "event's "}


def say_condition(condition: JsonObject) -> str:
    """Say a condition: `plan is "pro" and not (event "order" since enrolled)`."""
    said = _say(condition)
    return said if len(said) <= LONGEST_PHRASE else said[: LONGEST_PHRASE - 1] + "…"


def say_value(value: JsonValue) -> str:
    """Say a plain value as JSON, cut to a line."""
    plain = int(value) if isinstance(value, float) and value.is_integer() else value
    said = json.dumps(plain, ensure_ascii=False, default=str)
    return said if len(said) <= LONGEST_PHRASE else said[: LONGEST_PHRASE - 1] + "…"


def _say(condition: JsonValue) -> str:
    if not isinstance(condition, Mapping):
        return say_value(condition)
    match condition.get("type"):
        case "all" | "any" as joined:
            word = " and " if joined == "all" else " or "
            parts = condition.get("conditions")
            return word.join(map(_say_inside, parts)) if isinstance(parts, Sequence) else say_value(parts)
        case "not":
            return f"not {_say_inside(condition.get('condition'))}"
        case "event":
            return _say_event(condition)
        case "message":
            return f"message of {condition.get('step')} {condition.get('outcome')}"
        case str(kind) if kind in _WHOSE:
            value = "" if condition.get("op") == "exists" else f" {say_value(condition.get('value'))}"
            return f"{_WHOSE[kind]}{condition.get('name')} {condition.get('op')}{value}"
    return say_value(condition)


def _say_inside(condition: JsonValue) -> str:
    is_joined = isinstance(condition, Mapping) and condition.get("type") in ("all", "any")
    return f"({_say(condition)})" if is_joined else _say(condition)


def _say_event(condition: JsonObject) -> str:
    count = condition.get("count", 1)
    times = "" if count == 1 else f" {count} times"
    window = f"within {condition['within']}" if condition.get("within") else "since enrolled"
    where = condition.get("where")
    return f"event {condition.get('event')}{times} {window}{'' if where is None else f' where {_say_inside(where)}'}"
