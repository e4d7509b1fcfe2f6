"""Reading documents: every shape problem at once, with its pointer, and nothing that comes from outside can raise."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Problem
from engine.journey.document import MOST_STEPS, read_journey
from engine.journey.facts import JsonObject
from engine.journey.shape import SHAPE_HELP
from engine.journey.source import DEEPEST, LARGEST_BYTES
from tests.support.journeys import document
from tests.support.random_journeys import journeys

MAIL = {"type": "email", "template": "t"}


def problems_of(source: str | bytes | Mapping[str, object]) -> list[Problem]:
    journey, problems = read_journey(source if isinstance(source, str | bytes) else json.dumps(source))
    assert (journey is None) == bool(problems)
    assert {problem.code for problem in problems} <= set(SHAPE_HELP)
    return list(problems)


def told(source: str | bytes | Mapping[str, object]) -> list[tuple[str, str]]:
    return sorted((problem.code, problem.pointer) for problem in problems_of(source))


@given(journeys())
def test_valid_documents_have_no_problems(made: JsonObject) -> None:
    assert problems_of(made) == []


def test_extensions_are_kept_anywhere_and_mean_nothing() -> None:
    branch = {"id": "yes", "x-b": [], "when": {"type": "attribute", "name": "a", "op": "exists", "x-c": None}}
    split = {"type": "split", "x-s": {"deep": [1]}, "branches": [branch], "else": {"x-e": 1}}

    assert problems_of(document({"a": split}, **{"x-top": True})) == []


# --- one fault, one problem -----------------------------------------------------------------------------------------


def with_step(step: Mapping[str, object]) -> dict[str, object]:
    return document({"a": step})


def with_condition(said: Mapping[str, object]) -> dict[str, object]:
    return with_step({"type": "split", "branches": [{"id": "b", "when": said}]})


WHEN = "/steps/a/branches/0/when"

FAULTS: list[tuple[Mapping[str, object], list[tuple[str, str]]]] = [
    ({**document({"a": MAIL}), "format": 2}, [("wrong_value", "/format")]),
    ({**document({"a": MAIL}), "nme": "x"}, [("unknown_field", "/nme")]),
    ({**document({"a": MAIL}), "[key]": "x"}, [("unknown_field", "/[key]")]),
    (document({"a": MAIL, "[key]": MAIL}), [("wrong_id", "/steps/[key]")]),
    ({k: v for k, v in document({"a": MAIL}).items() if k != "name"}, [("missing_field", "/name")]),
    ({**document({"a": MAIL}), "name": ""}, [("wrong_value", "/name")]),
    ({**document({"a": MAIL}), "steps": {}}, [("wrong_value", "/steps")]),
    ({**document({"a": MAIL}), "steps": []}, [("wrong_type", "/steps")]),
    (document({"Greet": MAIL}, start="greet"), [("wrong_id", "/steps/Greet")]),
    (document({"a": MAIL}, start="no id"), [("wrong_id", "/start")]),
    (document({"a": MAIL}, entry={"type": "webhook"}), [("unknown_type", "/entry/type")]),
    (document({"a": MAIL}, entry={}), [("missing_field", "/entry/type")]),
    (document({"a": MAIL}, entry={"type": "event"}), [("missing_field", "/entry/event")]),
    (document({"a": MAIL}, re_entry={"type": "after"}), [("missing_field", "/re_entry/after")]),
    (with_step({"type": "sms"}), [("unknown_type", "/steps/a/type")]),
    (with_step({"template": "t"}), [("missing_field", "/steps/a/type")]),
    (with_step({"type": "email"}), [("missing_field", "/steps/a/template")]),
    (with_step({**MAIL, "template": 5}), [("wrong_type", "/steps/a/template")]),
    (with_step({**MAIL, "subject": "x"}), [("unknown_field", "/steps/a/subject")]),
    (with_step({**MAIL, "next": ""}), [("wrong_id", "/steps/a/next")]),
    (with_step({"type": "wait"}), [("wrong_value", "/steps/a")]),
    (with_step({"type": "wait", "for": "P1D", "until": "2026-01-01T00:00:00Z"}), [("wrong_value", "/steps/a")]),
    (with_step({"type": "wait", "for": "P1M"}), [("wrong_value", "/steps/a/for")]),
    (with_step({"type": "wait", "for": "PT0S"}), [("wrong_value", "/steps/a/for")]),
    (with_step({"type": "wait", "for": 5}), [("wrong_type", "/steps/a/for")]),
    (with_step({"type": "wait", "until": "2026-01-01"}), [("wrong_value", "/steps/a/until")]),
    (with_step({"type": "wait", "until_attribute": {"name": "x"}}), [("missing_field", "/steps/a/until_attribute/missing")]),
    (with_step({"type": "wait", "until_local": {"time": "24:00"}}), [("wrong_value", "/steps/a/until_local/time")]),
    (with_step({"type": "holdout", "percent": 100}), [("wrong_value", "/steps/a/percent")]),
    (with_step({"type": "holdout", "percent": "10"}), [("wrong_type", "/steps/a/percent")]),
    (with_step({"type": "holdout", "percent": True}), [("wrong_type", "/steps/a/percent")]),
    (with_condition({"type": "atribute", "name": "a", "op": "exists"}), [("unknown_type", f"{WHEN}/type")]),
    (with_condition({"type": "attribute", "name": "a", "op": "is", "value": []}), [("wrong_value", f"{WHEN}/value")]),
    (with_condition({"type": "attribute", "name": "a", "op": "similar", "value": 1}), [("wrong_value", f"{WHEN}/op")]),
    (with_condition({"type": "event", "event": "e", "count": 0}), [("wrong_value", f"{WHEN}/count")]),
    (with_condition({"type": "event", "event": "e", "within": "soon"}), [("wrong_value", f"{WHEN}/within")]),
    (with_condition({"type": "event", "event": "e", "within": "P1D", "since": "enrolled"}), [("wrong_value", f"{WHEN}/since")]),
    (with_condition({"type": "message", "step": "a", "outcome": "opened"}), [("wrong_value", f"{WHEN}/outcome")]),
    (with_condition({"type": "all", "conditions": []}), [("wrong_value", f"{WHEN}/conditions")]),
    (with_condition({"type": "not", "condition": {"type": "any"}}), [("missing_field", f"{WHEN}/condition/conditions")]),
    (with_condition({"type": "event_attribute", "name": "a", "op": "exists"}), [("misplaced_condition", WHEN)]),
]


@pytest.mark.parametrize(("made", "expected"), FAULTS)
def test_a_fault_is_one_problem_at_its_pointer(made: Mapping[str, object], expected: list[tuple[str, str]]) -> None:
    assert told(made) == expected


def test_problems_carry_step_id_message_and_hint() -> None:
    assert problems_of(with_step({"type": "sms"})) == [
        Problem(
            "unknown_type",
            "/steps/a/type",
            "There is no type 'sms' here.",
            "It is one of 'email', 'wait', 'split', 'ab_test', 'holdout'.",
            step_id="a",
        )
    ]


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ({"type": "split", "branches": [], "else": {}}, "branches"),
        ({"type": "split", "branches": [{"id": "a", "when": {"type": "all", "conditions": []}}], "else": {}}, "conditions"),
        ({"type": "email", "template": "t", "name": ""}, "name"),
    ],
)
def test_what_is_empty_is_told_in_an_authors_words(step: JsonObject, field: str) -> None:
    (problem,) = problems_of(document({"only": step}))

    assert problem.message == f"`{field}` is empty."


def test_of_a_blank_journey_it_is_told_once_that_there_are_no_steps() -> None:
    blank = {"format": 1, "name": "A journey", "entry": {"type": "api"}, "start": "", "steps": {}}

    assert problems_of(blank) == [Problem("wrong_value", "/steps", "There are no steps yet.", "Add the first one.")]


def test_all_faults_are_told_at_once() -> None:
    steps = {"a": {"type": "email"}, "b": {"type": "wait", "for": "P1Y"}, "c": {"type": "split", "branches": [{"id": "X", "when": {}}]}}

    assert told({**document(steps), "surplus": 1}) == [
        ("missing_field", "/steps/a/template"),
        ("missing_field", "/steps/c/branches/0/when/type"),
        ("unknown_field", "/surplus"),
        ("wrong_id", "/steps/c/branches/0/id"),
        ("wrong_value", "/steps/b/for"),
    ]


def test_a_field_named_as_its_type_is_not_taken_for_the_tag() -> None:
    assert told(document({"a": MAIL}, exit_when={"type": "event", "event": 5})) == [("wrong_type", "/exit_when/event")]


def test_pointers_escape_what_rfc_6901_asks_for() -> None:
    assert told({**document({"a": MAIL}), "a/b~c": 1}) == [("unknown_field", "/a~1b~0c")]


@pytest.mark.parametrize("place", ["/entry/where", f"{WHEN}/where"])
def test_a_where_asks_about_the_event_only(place: str) -> None:
    where = {"type": "any", "conditions": [{"type": "attribute", "name": "a", "op": "exists"}]}
    entered = document({"a": MAIL}, entry={"type": "event", "event": "e", "where": where})
    asked = with_condition({"type": "event", "event": "e", "where": where})

    assert told(entered if place.startswith("/entry") else asked) == [("misplaced_condition", f"{place}/conditions/0")]


def test_more_steps_than_there_may_be_are_refused() -> None:
    assert told(document({f"s{number}": MAIL for number in range(MOST_STEPS + 1)})) == [("wrong_value", "/steps")]


# --- JSON with suspicion --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("", "invalid_json"),
        ("{", "invalid_json"),
        ('{"a": 1,}', "invalid_json"),
        (b"\xff\xfe", "invalid_json"),
        ('{"a": NaN}', "invalid_json"),
        ('{"a": -Infinity}', "invalid_json"),
        ('{"a": 1e999}', "invalid_json"),
        ('{"a": 9007199254740993}', "invalid_json"),
        # Its canonical form would be the integer.
        ('{"a": 9007199254740993.0}', "invalid_json"),
        ('{"a": ' + "9" * 5_000 + "}", "invalid_json"),
        ('{"a": "\x01"}', "invalid_json"),
        ('{"a": "\\u0000"}', "wrong_text"),
        ('{"a": "\\ud800"}', "wrong_text"),
        ('{"a": "\ud800"}', "wrong_text"),
        ('{"\\u0000": 1}', "wrong_text"),
        ('{"a": 1, "a": 2}', "duplicate_key"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "too_deep"),
        ("[" * 1_000_000, "too_deep"),
        ('{"a":' * 100_000, "too_deep"),
        ('{"' + "[" * 100 + '": 1', "invalid_json"),
        (" " * (LARGEST_BYTES + 1), "too_large"),
        (b" " * (LARGEST_BYTES + 1), "too_large"),
        ("null", "wrong_type"),
        ("[]", "wrong_type"),
        ('"text"', "wrong_type"),
    ],
)
def test_bad_json_is_a_problem(source: str | bytes, code: str) -> None:
    assert [problem.code for problem in problems_of(source)] == [code]


def test_brackets_inside_texts_are_not_depth() -> None:
    assert problems_of(document({"a": {**MAIL, "note": "[" * 1_000 + '\\"'}})) == []


def test_a_byte_order_mark_is_passed_over() -> None:
    assert problems_of(json.dumps(document({"a": MAIL})).encode("utf-8-sig")) == []


def test_duplicate_keys_are_told_where_they_are() -> None:
    text = json.dumps(document({"a": MAIL})).replace('"template": "t"', '"template": "t", "template": "u"')

    assert told(text) == [("duplicate_key", "/steps/a/template")]


def test_deep_conditions_are_told_and_not_followed() -> None:
    said: dict[str, object] = {"type": "attribute", "name": "a", "op": "exists"}
    for _ in range(200):
        said = {"type": "not", "condition": said}

    assert told(with_condition(said)) == [("too_deep", "")]


def test_the_deepest_conditions_that_are_allowed_can_be_read_at_any_stack_depth() -> None:
    said: dict[str, object] = {"type": "attribute", "name": "a", "op": "exists"}
    while len(json.dumps(with_condition(said))) and depth_of(with_condition(said)) < DEEPEST:
        said = {"type": "not", "condition": said}

    journey, problems = read_journey(json.dumps(with_condition(said)))

    assert problems == ()
    assert journey is not None
    assert sys.getrecursionlimit() > DEEPEST * 10


def depth_of(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth_of, inner), default=0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.sampled_from(["type", "steps", "entry"]), inner, max_size=4),
    max_leaves=12,
)


@given(st.text() | st.binary() | JSON.map(json.dumps))
def test_reading_never_raises(source: str | bytes) -> None:
    problems_of(source)


@given(journeys(), st.data())
def test_reading_a_damaged_document_never_raises_and_points_into_it(made: JsonObject, data: st.DataObject) -> None:
    damaged = json.loads(json.dumps(made))
    place = damaged
    while isinstance(place, dict | list) and place and data.draw(st.integers(0, 3)):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not data.draw(st.booleans()):
            place[key] = data.draw(JSON.filter(lambda value: value == value))
            break
        place = place[key]

    for problem in read_journey(json.dumps(damaged))[1]:
        assert problem.pointer == "" or can_follow(damaged, problem.pointer)


def can_follow(value: object, pointer: str) -> bool:
    """Whether all but the last token (which may be what is missing) is there."""
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:-1]]
    for token in tokens:
        value = value[int(token)] if isinstance(value, list) else value.get(token, None) if isinstance(value, dict) else None
        if value is None:
            return False
    return True


def test_every_shape_code_has_help() -> None:
    source = "\n".join(path.read_text() for path in Path("engine/journey").glob("s[ho]*.py"))

    assert all(f'"{code}"' in source for code in SHAPE_HELP if code != "misplaced_condition")
