"""Styles in mails: inlined the same whether once per path or per mail, media queries kept, and nothing ever fetched."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.mail.render_process import Press
from engine.mail.sandbox import make_sandbox
from engine.mail.styling import Stylist

PRESS, STYLIST = Press(), Stylist()
STYLE = "<style>p{color:red}.big,#x{font-size:2em}@media (max-width:600px){.big{font-size:1em!important}}</style>"
#: Each takes its own path to the inliner: a value in text, in attributes, in branches and loops, escaped, marked safe, within styles,
#: captured, in a comment, and twice.
TEMPLATES = [
    "<p>{{ a }}</p>",
    "<p title=\"{{ a }}\" class='{{ b }}'>{{ a }}{{ b }}</p>",
    "{% if a %}<p class=big>{{ a }}</p>{% else %}<div id=x>{{ b }}</div>{% endif %}",
    "{% for x in many %}<p class={{ loop.cycle('big', 'small') }}>{{ loop.index }} {{ x }}</p>{% endfor %}",
    "<p class=\"{{ 'big' if a else 'small' }}\">{{ a }}</p><p id={{ 'x' }}>{{ b }}</p>",
    "<h{{ many|length }} class=big>{{ a }}</h{{ many|length }}><p {{ 'class=big' }}>{{ b }}</p>",
    "<p title='>' class='{{ 'big' }}'>{{ a }}</p><a href={{ 'x' }}>{{ b }}</a>",
    "<style>[lang=en],p:empty{color:blue}</style><p lang='{{ 'en' if a else 'nl' }}'>{{ b }}</p>",
    "<a href='https://example.org/?q={{ a|urlencode }}'>{{ a|upper }}</a>",
    "<p>{{ a|safe }}</p>",
    "<p style='width:{{ many|length }}px'>{{ a }}</p>",
    "<style>p{background:{{ b }}}</style><p>{{ a }}</p>",
    "<p>{% filter upper %}{{ a }}{% endfilter %}</p>",
    "{% set c %}<p>{{ a }}</p>{% endset %}<div id=x>{{ c }}</div>",
    "{% macro m(x) %}<p class=big>{{ x }}</p>{% endmacro %}{{ m(a) }}{{ m(b) }}",
    "<!-- {{ a }} --><p>{{ b }}</p>",
    "<p>{{ [a, b]|join('<br>'|safe) }}</p>",
    "<p>{{ a }}{{ a }}</p><p>{{ 'constant' }}</p>",
]
VALUE = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=30)


class Events(HTMLParser):
    """A page as a list of what is in it, so that two ways to write the same are the same."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[Any] = []
        # As parsers read line ends, and as mails write them.
        self.feed(html.replace("\r\n", "\n").replace("\r", "\n"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.events.append((tag, sorted((name, value or "") for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.events.append(tag)

    def handle_data(self, data: str) -> None:
        if self.events and isinstance(self.events[-1], list):
            self.events[-1][0] += data
        else:
            self.events.append([data])


def render(html: str, **context: object) -> str:
    """A mail's HTML, as the renderer makes it."""
    content = {"subject": "", "text": "", "html": html}
    (answer,) = PRESS.print_batch({"templates": {html: content}, "jobs": [[html, context]]})
    assert "error" not in answer, answer
    return str(answer["html"])


@pytest.mark.parametrize("template", TEMPLATES)
@settings(max_examples=25, deadline=None)
@given(a=VALUE, b=VALUE, many=st.lists(VALUE, max_size=3))
@example(a="<p class=big>x</p>", b="red", many=["</p>", "<b>"])
@example(a="\ue0000\ue001", b="\ue000", many=["\ue001"])
@example(a="-->", b="--><p>", many=[""])
def test_styles_once_per_path_are_the_styles_of_the_mail(template: str, a: str, b: str, many: list[str]) -> None:
    context = {"a": a, "b": b, "many": many}
    plain = make_sandbox(autoescape=True).from_string(STYLE + template).render(context)

    assert Events(render(STYLE + template, **context)).events == Events(STYLIST.inline(plain)).events


def test_styles_are_inlined_and_media_queries_kept() -> None:
    html = render(STYLE + "<p class=big>{{ a }}</p>", a="x")

    assert '<p class="big" style="color: red;font-size: 2em;">x</p>' in html
    assert "@media (max-width:600px){.big{font-size:1em!important}}" in html.replace("\n", "").replace(" {", "{")


@contextmanager
def listening() -> Iterator[tuple[int, list[str]]]:
    """A port and who came."""
    came: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                came.append(connection.recv(1000).decode())
                connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1], came
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize("value", ["", "{{ a }}"])
def test_nothing_is_fetched(value: str, tmp_path: Path) -> None:
    # Not behind the render process's limits: the inliner itself must not want to.
    file = tmp_path / "evil.css"
    file.write_text("p{color:blue}")

    with listening() as (port, came):
        address = f"http://127.0.0.1:{port}"
        html = render(
            f"<html><head><link rel=stylesheet href='{address}/a.css'><link rel=stylesheet href='file://{file}'>"
            f"<link rel=stylesheet href='{file}'><style>@import url({address}/b.css);p{{background:url({address}/c.png)}}</style></head>"
            f"<body><p>{value}</p><img src='{address}/d.png'></body></html>",
            a="x",
        )

    assert came == []
    assert "color: blue" not in html
    assert "color:blue" not in html
