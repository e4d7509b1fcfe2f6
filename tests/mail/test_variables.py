"""What a template names, found without running it."""

from __future__ import annotations

import pytest

from engine.mail.variables import read_variables


@pytest.mark.parametrize(
    ("text", "printed", "asked"),
    [
        ("{{ user.attributes.name }}", {"user.attributes.name"}, set()),
        ("{{ user.attributes['name'] }}", {"user.attributes.name"}, set()),
        ("{{ user.attributes.name | default('you') }}", set(), {"user.attributes.name"}),
        ("{{ user.attributes.name | d('you') | upper }}", set(), {"user.attributes.name"}),
        ("{{ user.attributes.name | upper }}", {"user.attributes.name"}, set()),
        ("{% if context.a %}x{% endif %}", set(), {"context.a"}),
        ("{% if context.a %}{{ context.a }}{% endif %}", set(), {"context.a"}),
        ("{% if context.a %}{{ context.b }}{% endif %}", {"context.b"}, {"context.a"}),
        ("{% if context.a is defined %}{{ context.a }}{% else %}{{ context.c }}{% endif %}", {"context.c"}, {"context.a"}),
        ("{{ 'a' if context.a else 'b' }}", set(), {"context.a"}),
        ("{{ context.a if context.a else 'b' }}", set(), {"context.a"}),
        ("{{ context.a and context.a.b }}", {"context.a.b"}, {"context.a"}),
        ("{% for one in context.all %}{{ one.name }}{{ loop.index }}{% endfor %}", {"context.all"}, set()),
        ("{% set x = user.id %}{{ x }}", {"user.id"}, set()),
        ("{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1) }}", set(), set()),
        ("{{ range(3) | join }} plain", set(), set()),
        ("nothing", set(), set()),
    ],
)
def test_variables_are_printed_or_only_asked(text: str, printed: set[str], asked: set[str]) -> None:
    found = read_variables({"subject": "x", "html": text})

    assert (found.printed, found.asked, found.fault) == (printed, asked, None)


def test_variables_of_every_part_are_found() -> None:
    parts = ("subject", "preheader", "from", "reply_to", "html", "text")
    content = {part: f"{{{{ context.{part} }}}}" for part in parts} | {"headers": {"X-A": "{{ context.header }}"}, "defaults": {"name": 1}}

    found = read_variables(content)

    assert found.printed == {f"context.{part}" for part in (*parts, "header")}
    assert found.defaults == {"name"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{{ a", "html, line 1"),
        ("\n{% if %}", "html, line 2"),
        ("{{ a | evil }}", "no filter 'evil'"),
        ("{{ a is evil }}", "no test 'evil'"),
        ("{{ " + "(" * 5_000, "nested too deep"),
        ("{% import 'os' as os %}{{ os | evil }}", "evil"),
    ],
)
def test_what_is_no_template_is_told(text: str, fault: str) -> None:
    assert fault in (read_variables({"subject": "x", "html": text}).fault or "")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ({"from": "nobody"}, "from: Not an email address"),
        ({"from": "Shop <shop@>"}, "from: Not an email address"),
        ({"reply_to": "answers"}, "reply_to: Not an email address"),
        ({"reply_to": "a@example.com, b"}, "reply_to: Not an email address"),
        ({"from": "Shop <shop@example.com>", "reply_to": "a@example.com, B <b@example.com>"}, None),
        ({"from": "{{ context.shop }} <{{ context.address }}>", "reply_to": "{% if context.a %}a@example.com{% endif %}"}, None),
    ],
)
def test_an_address_that_is_none_is_told_before_anybody_is_written_to(content: dict[str, str], fault: str | None) -> None:
    found = read_variables({"subject": "x", "text": "x", **content}).fault

    assert found is None if fault is None else (found or "").startswith(fault)


@pytest.mark.parametrize(
    ("content", "is_empty"),
    [({}, True), ({"html": " \n", "text": None}, True), ({"html": "<p>Hello</p>"}, False), ({"html": "", "text": "Hello"}, False)],
)
def test_a_mail_that_would_show_nothing_is_told(content: dict[str, str | None], is_empty: bool) -> None:
    assert read_variables({"subject": "x", **content}).is_empty is is_empty
