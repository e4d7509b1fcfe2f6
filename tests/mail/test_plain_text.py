"""The text part of templates that bring none."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.mail.plain_text import text_of_html
from engine.mail.sandbox import make_sandbox

TEMPLATES = sorted(path for path in Path("templates").glob("*/body.html"))


def test_words_links_and_expressions_survive() -> None:
    text = text_of_html(
        '<h1>Hi {{ user.attributes.name }}</h1><p>See <a href="{{ links.unsubscribe }}">here</a> &amp; now</p><style>p{}</style>'
    )

    assert "Hi {{ user.attributes.name }}" in text
    assert "[here]({{ links.unsubscribe }}) & now" in text
    assert "p{}" not in text


def test_logic_that_comes_out_torn_is_dropped() -> None:
    text = text_of_html("<p>a {% if x %}b<!-- {% endif %} --></p>")

    assert make_sandbox(autoescape=False).from_string(text).render() is not None


def test_no_html_makes_no_text() -> None:
    assert text_of_html("") == ""


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.parent.name)
def test_text_of_each_of_our_templates_is_a_template(path: Path) -> None:
    text = text_of_html(path.read_text())

    make_sandbox(autoescape=False).parse(text)
    assert len(text) > 100
