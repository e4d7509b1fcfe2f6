"""Every check finds what it is for, where it is, and nothing in what is right."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.journey.catalogue import EMPTY, Catalogue, TemplateVariables
from engine.journey.checks import CHECKS, check_document
from engine.journey.shape import SHAPE_HELP
from tests.support.journeys import document
from tests.support.random_journeys import journeys

EMAIL = {"type": "email", "template": "hello"}
DAY = {"type": "wait", "for": "P1D"}
PRO = {"type": "attribute", "name": "plan", "op": "is", "value": "pro"}
PAID = {"type": "attribute", "name": "plan", "op": "in", "value": ["pro", "team"]}


def split(*branches: tuple[str, Any], otherwise: str | None = None, **ways: str) -> dict[str, Any]:
    """A split of (id, condition) branches; `ways` are what follows, by branch id."""
    made = [{"id": name, "when": when, **({"next": ways[name]} if name in ways else {})} for name, when in branches]
    return {"type": "split", "branches": made, **({"else": {"next": otherwise}} if otherwise else {})}


def ab(*weights: float, to: str = "mail") -> dict[str, Any]:
    """An A/B test whose first branch leads to a mail."""
    branches = [{"id": f"b{number}", "weight": weight} for number, weight in enumerate(weights)]
    return {"type": "ab_test", "branches": [{**branches[0], "next": to}, *branches[1:]]}


def message(step: str, outcome: str = "accepted") -> dict[str, Any]:
    """A question about an email."""
    return {"type": "message", "step": step, "outcome": outcome}


def mail(**variables: Any) -> Catalogue:
    """A catalogue with one template `hello` and attributes."""
    known = {"plan": "text", "age": "number", "born": "date"}
    told = {name: frozenset(said) if isinstance(said, list) else said for name, said in variables.items()}
    return Catalogue({"hello": TemplateVariables(**told)}, known, {"city": "text"}, datetime(2026, 5, 1, tzinfo=UTC))


def many(count: int) -> dict[str, Any]:
    """A condition of more than so many parts."""
    return {"type": "all", "conditions": [{"type": "any", "conditions": [PRO] * 100}] * (count // 100)}


#: Check code -> (a document's steps and fields, what is known), and the pointer it must name.
CASES: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any], Catalogue, str]] = {
    "unknown_start": ({"mail": EMAIL}, {"start": "mial"}, EMPTY, "/start"),
    "unknown_step": ({"mail": {**EMAIL, "next": "nowhere"}}, {}, EMPTY, "/steps/mail/next"),
    "unreachable_step": ({"mail": EMAIL, "lost": {**DAY, "next": "after"}, "after": EMAIL}, {}, EMPTY, "/steps/lost"),
    "cycle": ({"mail": {**EMAIL, "next": "day"}, "day": {**DAY, "next": "mail"}}, {}, EMPTY, "/steps/day/next"),
    "too_many_conditions": ({"ask": split(("yes", many(600)), yes="mail"), "mail": EMAIL}, {}, EMPTY, "/steps/ask/branches/0/when"),
    "unknown_message_step": (
        {"mail": {**EMAIL, "next": "day"}, "day": {**DAY, "next": "ask"}, "ask": split(("yes", message("day")), yes="more"), "more": EMAIL},
        {},
        EMPTY,
        "/steps/ask/branches/0/when/step",
    ),
    "message_not_before": (
        {"ask": split(("yes", {"type": "not", "condition": message("mail")}), yes="mail"), "mail": EMAIL},
        {},
        EMPTY,
        "/steps/ask/branches/0/when/condition/step",
    ),
    "message_too_early": (
        {"mail": {**EMAIL, "next": "ask"}, "ask": split(("yes", message("mail")), yes="more"), "more": EMAIL},
        {},
        EMPTY,
        "/steps/ask/branches/0/when/step",
    ),
    "pointless_branches": ({"ask": split(("yes", PRO), yes="mail", otherwise="mail"), "mail": EMAIL}, {}, EMPTY, "/steps/ask"),
    "nothing_sent": ({"day": DAY}, {}, EMPTY, "/steps"),
    "exits_on_entry": (
        {"mail": EMAIL},
        {"entry": {"type": "event", "event": "signed_up"}, "exit_when": {"type": "event", "event": "signed_up", "since": "enrolled"}},
        EMPTY,
        "/exit_when",
    ),
    "shared_salt": (
        {"keep": {"type": "holdout", "percent": 10, "salt": "s", "next": "test"}, "test": {**ab(50, 50), "salt": "s"}, "mail": EMAIL},
        {},
        EMPTY,
        "/steps/test/salt",
    ),
    "unknown_template": ({"mail": {**EMAIL, "template": "hallo"}}, {}, mail(), "/steps/mail/template"),
    "broken_template": ({"mail": EMAIL}, {}, mail(fault="line 3: a bracket is missing"), "/steps/mail/template"),
    "empty_template": ({"mail": EMAIL}, {}, mail(is_empty=True), "/steps/mail/template"),
    "unknown_template_variable": ({"mail": EMAIL}, {}, mail(asked=["endpoint.name"]), "/steps/mail/template"),
    "unseen_template_variable": ({"mail": EMAIL}, {}, mail(printed=["endpoint.attributes.nick"]), "/steps/mail/template"),
    "unknown_attribute": (
        {"ask": split(("yes", {**PRO, "name": "plann"}), yes="mail"), "mail": EMAIL},
        {},
        mail(),
        "/steps/ask/branches/0/when/name",
    ),
    "wrong_attribute_type": (
        {"ask": split(("yes", {"type": "attribute", "name": "age", "op": "contains", "value": "4"}), yes="mail"), "mail": EMAIL},
        {},
        mail(),
        "/steps/ask/branches/0/when/op",
    ),
    "endless_wait": ({"wait": {**DAY, "for": "P3000D", "next": "mail"}, "mail": EMAIL}, {}, EMPTY, "/steps/wait/for"),
    "past_instant": (
        {"wait": {"type": "wait", "until": "2026-04-01T09:00:00Z", "next": "mail"}, "mail": EMAIL},
        {},
        mail(),
        "/steps/wait/until",
    ),
    "duplicate_branch_id": (
        {"ask": split(("yes", PRO), ("yes", {**PRO, "value": "team"}), yes="mail"), "mail": EMAIL},
        {},
        EMPTY,
        "/steps/ask/branches/1/id",
    ),
    "reserved_branch_id": ({"ask": split(("else", PRO), **{"else": "mail"}), "mail": EMAIL}, {}, EMPTY, "/steps/ask/branches/0/id"),
    "shadowed_branch": (
        {"ask": split(("paid", PAID), ("pro", PRO), paid="mail"), "mail": EMAIL},
        {},
        EMPTY,
        "/steps/ask/branches/1/when",
    ),
    "weights_not_100": ({"test": ab(50, 49.99), "mail": EMAIL}, {}, EMPTY, "/steps/test/branches"),
    "late_holdout": (
        {"mail": {**EMAIL, "next": "keep"}, "keep": {"type": "holdout", "percent": 5, "next": "more"}, "more": EMAIL},
        {},
        EMPTY,
        "/steps/keep",
    ),
}


@pytest.mark.parametrize("code", [each.code for each in CHECKS])
def test_check_finds_what_it_is_for_and_nothing_else(code: str) -> None:
    steps, fields, catalogue, pointer = CASES[code]

    journey, problems = check_document(json.dumps(document(steps, **fields)), catalogue)

    assert journey is not None
    assert [(problem.code, problem.pointer) for problem in problems] == [(code, pointer)]
    (problem,) = problems
    severity = next(each.severity for each in CHECKS if each.code == code)
    assert (problem.severity, problem.step_id) == (severity, pointer.split("/")[2] if pointer.startswith("/steps/") else None)
    assert problem.message
    assert problem.hint


def test_every_check_has_a_help_text_and_a_code_of_its_own() -> None:
    codes = [each.code for each in CHECKS]

    assert sorted(codes) == sorted(set(codes) - set(SHAPE_HELP))
    assert all(each.help.endswith(".") for each in CHECKS)


def test_all_problems_come_at_once_also_beside_misshapen_steps() -> None:
    steps = {
        "mail": {**EMAIL, "next": "dya"},
        "day": {"type": "wait", "for": "P1M", "next": "test"},
        "test": ab(50, 40, to="mial"),
        "odd": {"type": "weight"},
    }

    journey, problems = check_document(json.dumps(document(steps)))

    assert journey is None
    found = {(problem.code, problem.pointer) for problem in problems}
    assert found == {
        ("wrong_value", "/steps/day/for"),
        ("unknown_type", "/steps/odd/type"),
        ("unknown_step", "/steps/mail/next"),
        ("unknown_step", "/steps/test/branches/0/next"),
        ("unreachable_step", "/steps/day"),
        ("unreachable_step", "/steps/odd"),
        ("weights_not_100", "/steps/test/branches"),
    }


def test_errors_come_before_warnings() -> None:
    steps = {"ask": split(("paid", PAID), ("pro", PRO), paid="mail"), "mail": {**EMAIL, "next": "gone"}}

    _, problems = check_document(json.dumps(document(steps)))

    assert [problem.severity for problem in problems] == ["error", "warning"]


def test_what_has_a_wrong_shape_is_told_once() -> None:
    _, problems = check_document(json.dumps(document({"mail": {**EMAIL, "template": ""}})), mail())

    assert [(problem.code, problem.pointer) for problem in problems] == [("wrong_id", "/steps/mail/template")]


def test_unknown_names_are_answered_with_the_nearest() -> None:
    _, problems = check_document(json.dumps(document({"mail": {**EMAIL, "template": "helo"}})), mail())

    assert problems[0].hint == "Did you mean 'hello'?"


@pytest.mark.parametrize(
    "catalogue",
    [
        mail(printed=["context.total", "journey.name", "endpoint.attributes.plan", "user.attributes.city", "links.unsubscribe"]),
        mail(printed=["endpoint.attributes.nick", "company.name"], defaults=["endpoint.attributes.nick", "company"]),
        mail(asked=["endpoint.attributes.nick"]),
        Catalogue(),
    ],
)
def test_what_is_provided_is_no_problem(catalogue: Catalogue) -> None:
    assert check_document(json.dumps(document({"mail": EMAIL})), catalogue)[1] == ()


def test_a_wait_between_makes_a_message_askable_on_one_way_at_least() -> None:
    steps = {
        "mail": {**EMAIL, "next": "fork"},
        "fork": split(("wait", PRO), wait="day", otherwise="ask"),
        "day": {**DAY, "next": "ask"},
        "ask": split(("yes", message("mail")), yes="more"),
        "more": EMAIL,
    }

    assert check_document(json.dumps(document(steps)))[1] == ()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(journeys())
def test_a_valid_journey_has_no_errors(journey: dict[str, Any]) -> None:
    _, problems = check_document(json.dumps(journey))

    assert [problem for problem in problems if problem.severity == "error"] == []


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(journeys(), st.data())
def test_every_way_back_is_refused(journey: dict[str, Any], chosen: st.DataObject) -> None:
    """Lead any step that ends back to the start: a circle."""
    ends = [step_id for step_id, step in journey["steps"].items() if step["type"] in ("email", "wait") and "next" not in step]
    if ends:
        journey["steps"][chosen.draw(st.sampled_from(ends))]["next"] = journey["start"]

        assert "cycle" in {problem.code for problem in check_document(json.dumps(journey))[1]}


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_any_json_is_answered_with_problems(value: Any) -> None:
    journey, problems = check_document(json.dumps(value))

    assert journey is None
    assert problems


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(journeys(), st.data())
def test_a_document_with_a_wrong_piece_is_answered_with_problems_and_never_raises(journey: dict[str, Any], chosen: st.DataObject) -> None:
    """Replace any piece by any other value."""
    step = chosen.draw(st.sampled_from(sorted(journey["steps"])))
    place = chosen.draw(st.sampled_from([journey, journey["steps"], journey["steps"][step]]))
    place[chosen.draw(st.sampled_from(sorted(place)))] = chosen.draw(
        st.none() | st.integers() | st.text(max_size=5) | st.just({}) | st.just([])
    )

    check_document(json.dumps(journey))


@pytest.mark.parametrize(
    "path", sorted({*Path("journeys").glob("*.json")} - {Path("journeys/journey.schema.json")}), ids=lambda path: path.name
)
def test_our_journeys_have_no_problems(path: Path) -> None:
    assert check_document(path.read_bytes())[1] == ()
