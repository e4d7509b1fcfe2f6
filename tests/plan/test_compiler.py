"""From document to plan: goldens, what stages need, what is refused.

After a change that is meant: `WEND_UPDATE_GOLDENS=1 pytest tests/plan/test_compiler.py`, and read the difference.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from engine.errors import CorruptStateError, InvalidDocumentError, UnknownPlanFormatError
from engine.journey.document import Journey, read_journey
from engine.journey.facts import EventNeed, Needs
from engine.plan.compiler import compile_journey
from engine.plan.plan import Plan, read_plan
from tests.support.journeys import compiled, journey

ROOT = Path(__file__).parents[2]
GOLDENS = ROOT / "tests" / "goldens" / "plans"
JOURNEYS = [path for path in sorted((ROOT / "journeys").glob("*.json")) if path.name != "journey.schema.json"]
DOCUMENTS = {path.stem: path for path in (*JOURNEYS, GOLDENS / "every-kind.json")}
MAIL = {"type": "email", "template": "t"}


def compile_file(path: Path) -> Plan:
    read, problems = read_journey(path.read_bytes())
    assert read is not None, problems
    templates = sorted({name for step in read.steps.values() for name in step.templates()})
    return compile_journey("default", path.stem, read, {name: number for number, name in enumerate(templates, 1)})


@pytest.mark.parametrize("name", DOCUMENTS)
def test_plan_of_a_document_is_the_golden_one(name: str) -> None:
    plan = compile_file(DOCUMENTS[name])
    golden = GOLDENS / f"{name}.plan.json"
    told = json.dumps({"hash": plan.hash, **json.loads(plan.text)}, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("WEND_UPDATE_GOLDENS"):
        golden.write_text(told)

    assert told == golden.read_text(), "the plan of an unchanged document changed: people are pinned to plans, so is it meant?"


def test_plan_holds_no_remarks_and_no_extensions() -> None:
    plan = compile_file(DOCUMENTS["every-kind"])

    assert {"x-ray", "note"} <= set(plan.steps)
    assert "x-owner" not in plan.text
    assert "x-colour" not in plan.text
    assert "may be called note" not in plan.text


def test_plan_changes_with_what_runs_and_only_with_that() -> None:
    steps = {"a": {"type": "email", "template": "t"}}
    plain = compiled(steps)

    assert compiled(steps, note="A remark", **{"x-owner": "me"}).hash == plain.hash
    assert compiled(steps, {"t": 2}).hash != plain.hash
    assert compiled(steps, journey_id="other").hash != plain.hash
    assert compiled(steps, exit_when={"type": "attribute", "name": "a", "op": "exists"}).hash != plain.hash


def test_plan_pins_the_templates_it_sends_and_no_others() -> None:
    assert compiled({"a": {"type": "email", "template": "t"}}, {"t": 7, "other": 1}).templates == {"t": 7}


def test_plan_leaves_out_what_nobody_comes_to() -> None:
    plan = compiled({"a": {"type": "email", "template": "t"}, "lost": {"type": "email", "template": "gone"}})

    assert set(plan.steps) == {"a"}
    assert plan.templates == {"t": 1}


# --- stages and needs -----------------------------------------------------------------------------------------------


def bought(count: int = 1, **fields: object) -> Mapping[str, object]:
    return {"type": "event", "event": "bought", "count": count, **fields}


def split(when: Mapping[str, object], then: str | None = None) -> dict[str, object]:
    return {"type": "split", "branches": [{"id": "yes", "when": when}], "else": {"next": then} if then else {}}


def test_stage_ends_at_the_next_waits_and_with_them() -> None:
    wait = {"type": "wait", "for": "P1D"}
    plan = compiled(
        {"a": split(bought(), "b"), "b": {**wait, "next": "c"}, "c": {**wait, "next": "d"}, "d": {"type": "email", "template": "t"}}
    )

    assert plan.stages == {"a": ("a", "b"), "b": ("b", "c"), "c": ("c", "d")}


def test_needs_of_a_stage_are_those_of_its_steps() -> None:
    asked = {"type": "all", "conditions": [bought(3, within="P7D"), {"type": "message", "step": "mail", "outcome": "failed"}]}

    plan = compiled(
        {
            "mail": {"type": "email", "template": "t", "next": "w"},
            "w": {"type": "wait", "for": "P1D", "next": "s"},
            "s": split(asked, "x"),
            "x": {"type": "ab_test", "salt": "s1", "branches": [{"id": "a", "weight": 50}, {"id": "b", "weight": 50}]},
        }
    )

    assert plan.needs("mail") == Needs(endpoint=True)
    week = timedelta(days=7)
    asked_for = Needs(frozenset({EventNeed("bought", week, 3)}), frozenset({"mail"}), frozenset({"s1"}), endpoint=True)
    assert plan.needs("w", stands=True) == plan.needs("s") == asked_for
    assert plan.needs("w") == Needs()  # nobody leaves it in the stage in which they came


@pytest.mark.parametrize(
    ("step", "needed"),
    [
        ({"type": "wait", "for": "P1D"}, False),
        ({"type": "wait", "until": "2099-01-01T00:00:00Z"}, False),
        ({"type": "wait", "until_local": {"time": "09:00"}}, True),
        ({"type": "wait", "until_attribute": {"name": "ends", "missing": {}}}, True),
        ({"type": "email", "template": "t"}, True),
        ({"type": "split", "branches": [{"id": "yes", "when": {"type": "context", "name": "n", "op": "exists"}}]}, True),
        ({"type": "ab_test", "branches": [{"id": "a", "weight": 50}, {"id": "b", "weight": 50}]}, False),
        ({"type": "holdout", "percent": 10}, False),
    ],
)
def test_steps_that_look_at_nobody_s_endpoint_do_not_need_it(step: Mapping[str, object], needed: bool) -> None:
    assert compiled({"a": step}).needs("a").endpoint is needed


def test_needs_of_exit_when_are_every_stages() -> None:
    plan = compiled({"a": {"type": "wait", "for": "P1D"}}, exit_when=bought())

    assert plan.needs("a").events == {EventNeed("bought", None, 1)}


def test_needs_reach_past_a_wait_that_may_let_go_at_once() -> None:
    plan = compiled({"a": {"type": "wait", "until": "2026-01-01T00:00:00Z", "next": "s"}, "s": split(bought())})

    assert plan.needs("a").events == {EventNeed("bought", None, 1)}


def test_needs_of_a_where_are_all_events_of_the_window() -> None:
    where = {"type": "event_attribute", "name": "total", "op": "at_least", "value": 5}

    assert compiled({"s": split(bought(2, where=where))}).needs("s").events == {EventNeed("bought", None, None)}


def test_attributes_read_by_waits_are_known() -> None:
    plan = compiled({"a": {"type": "wait", "until_attribute": {"name": "ends", "missing": {}}}})

    assert plan.attributes_read_by_waits == {"ends"}
    assert plan.needs("a").attributes == {"ends"}
    assert plan.starts_with_wait


def test_needs_of_a_step_that_does_not_exist_are_an_error() -> None:
    with pytest.raises(CorruptStateError, match="no step 'b'"):
        compiled({"a": {"type": "wait", "for": "P1D"}}).needs("b")


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (journey({"a": {**MAIL, "next": "nowhere"}}), "unknown_step"),
        (journey({"a": {**MAIL, "next": "b"}, "b": {**MAIL, "next": "a"}}), "cycle"),
        (journey({"a": {**MAIL, "next": "a"}}), "cycle"),
        (journey({"a": {"type": "wait", "for": "P1D"}}, start="b"), "unknown_start"),
        (journey({"a": {**MAIL, "template": "unheard-of"}}), "unknown_template"),
    ],
)
def test_compiler_refuses_what_cannot_run(made: Journey, code: str) -> None:
    with pytest.raises(InvalidDocumentError) as refused:
        compile_journey("default", "j", made, {"t": 1})

    assert [problem.code for problem in refused.value.problems] == [code]


def test_plan_of_a_newer_format_is_refused_retryably() -> None:
    text = compiled({"a": MAIL}).text.replace('"format":1', '"format":2')

    with pytest.raises(UnknownPlanFormatError) as refused:
        read_plan(text)

    assert refused.value.retryable


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format":1}', "null", '{"format":1,"steps":{"a":{}}}'])
def test_plan_that_is_none_is_corrupt(text: str) -> None:
    with pytest.raises(CorruptStateError):
        read_plan(text)


def test_compiling_1000_steps_that_all_wait_stays_small() -> None:
    """Every wait leads into one long tail: the worst case for listing stages."""
    tail = {f"t{n}": {**MAIL, "next": f"t{n + 1}"} for n in range(400)} | {"t400": MAIL}
    branch = {"type": "split", "branches": [{"id": "b", "when": {"type": "attribute", "name": "a", "op": "exists"}}]}
    waits = {}
    for n in range(200):
        waits[f"s{n}"] = {**branch, "branches": [{**branch["branches"][0], "next": f"w{n}"}], "else": {"next": f"s{n + 1}"}}  # type: ignore[dict-item]
        waits[f"w{n}"] = {"type": "wait", "for": "P1D", "next": "t0"}

    plan = compiled({**waits, "s200": MAIL, **tail})

    assert len(plan.text) < 2_000_000
