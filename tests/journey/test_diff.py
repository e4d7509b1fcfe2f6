"""Differences in the words of journeys, and none where nothing is meant."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from engine.journey.canonical import format_document
from engine.journey.diff import Change, diff_journeys
from engine.journey.document import read_journey
from tests.support.journeys import journey
from tests.support.random_journeys import journeys

MAIL = {"type": "email", "template": "hello"}
PRO = {"type": "attribute", "name": "plan", "op": "is", "value": "pro"}
BASE: Mapping[str, Any] = {
    "mail": {**MAIL, "next": "day"},
    "day": {"type": "wait", "for": "P2D", "next": "ask"},
    "ask": {"type": "split", "branches": [{"id": "pro", "when": PRO, "next": "test"}], "else": {"next": "test"}},
    "test": {"type": "ab_test", "branches": [{"id": "a", "weight": 50, "next": "last"}, {"id": "b", "weight": 50}]},
    "last": {"type": "email", "template": "bye"},
}


def changes(steps: Mapping[str, Any], **fields: Any) -> list[tuple[str, str, str]]:
    """What changed from BASE."""
    return [(change.kind, change.pointer, change.message) for change in diff_journeys(journey(BASE), journey(steps, **fields))]


@pytest.mark.parametrize(
    ("step_id", "step", "expected"),
    [
        ("mail", {**BASE["mail"], "template": "hi"}, ("changed", "/steps/mail/template", "step mail: template hello → hi")),
        ("day", {**BASE["day"], "for": "PT36H"}, ("changed", "/steps/day/for", "step day: for 2 days → 1 day 12 hours")),
        ("last", {**BASE["last"], "note": "why"}, ("added", "/steps/last/note", "step last: note added: why")),
        ("mail", {**BASE["mail"], "next": "ask"}, ("changed", "/steps/mail/next", "step mail: goes to ask instead of going to day")),
        ("mail", MAIL, ("changed", "/steps/mail/next", "step mail: finishes instead of going to day")),
        (
            "last",
            {"type": "wait", "for": "P1D"},
            ("changed", "/steps/last", "step last: email (template bye) became wait (for 1 day)"),
        ),
        (
            "ask",
            {**BASE["ask"], "else": {"next": "last"}},
            ("changed", "/steps/ask/else/next", "step ask: else: goes to last instead of going to test"),
        ),
        (
            "ask",
            {**BASE["ask"], "branches": [{"id": "pro", "when": {**PRO, "op": "in", "value": ["pro", "team"]}, "next": "test"}]},
            ("changed", "/steps/ask/branches/0/when", 'step ask: branch pro: when plan is "pro" → plan in ["pro", "team"]'),
        ),
    ],
)
def test_a_changed_step_is_told(step_id: str, step: Any, expected: tuple[str, str, str]) -> None:
    assert changes({**BASE, step_id: step}) == [expected]


def test_branches_are_matched_by_id() -> None:
    branches = [{"id": "c", "weight": 20}, {"id": "b", "weight": 30}, {"id": "a", "weight": 50, "next": "last"}]

    assert changes({**BASE, "test": {**BASE["test"], "branches": branches}}) == [
        ("added", "/steps/test/branches/0", "step test: branch c added: 20 %"),
        ("changed", "/steps/test/branches/1/weight", "step test: branch b: weight 50 → 30"),
        ("changed", "/steps/test/branches", "step test: the branches are asked in another order: c, b, a"),
    ]


def test_added_removed_and_renamed_steps_are_told() -> None:
    steps = {step_id: step for step_id, step in BASE.items() if step_id not in ("last", "day")}
    steps["mail"] = {**MAIL, "next": "pause"}
    steps["pause"] = BASE["day"]
    steps["test"] = {"type": "ab_test", "branches": [{"id": "a", "weight": 50, "next": "new"}, {"id": "b", "weight": 50}]}
    steps["new"] = {"type": "email", "template": "news"}

    told = changes(steps)

    assert ("changed", "/steps/pause", "step day is called pause now") in told
    assert ("added", "/steps/new", "step new added: email (template news)") in told
    assert ("removed", "/steps/last", "step last removed: email (template bye)") in told
    assert len(told) == 5


def test_the_journeys_own_fields_are_told() -> None:
    told = changes(BASE, name="Another", exit_when=PRO, re_entry={"type": "after", "after": "P7D"}, entry={"type": "event", "event": "e"})

    assert told == [
        ("changed", "/name", 'name "A journey" → Another'),
        ("changed", "/entry/type", "entry type api → event"),
        ("added", "/entry/event", "entry event added: e"),
        ("added", "/exit_when", 'exit_when added: plan is "pro"'),
        ("changed", "/re_entry/type", "re_entry type never → after"),
        ("added", "/re_entry/after", "re_entry after added: 7 days"),
    ]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(journeys(), journeys())
def test_a_diff_is_empty_exactly_where_nothing_changed(one: dict[str, Any], other: dict[str, Any]) -> None:
    first, second = (read_journey(format_document(each))[0] for each in (one, other))
    again = read_journey(json.dumps(one))[0]
    assert first is not None
    assert second is not None
    assert again is not None

    assert diff_journeys(first, again) == ()
    found = diff_journeys(first, second)
    assert (found == ()) == (first == second)
    assert all(isinstance(change, Change) and change.message for change in found)
