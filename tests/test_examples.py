"""The journeys and templates that come along: canonical, complete, and good mail for everybody."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from api.preview import ImaginedInput
from engine.cli.folder import open_folder
from engine.journey.canonical import format_document
from engine.journey.catalogue import PROVIDED
from engine.mail.render import Rendered, Renderer, RenderJob
from engine.mail.variables import read_variables
from engine.run.templates import hash_of

FOLDER = open_folder(Path())
CONTENTS = FOLDER.template_contents()
UNSUBSCRIBE = "https://wend.example/u/token"
#: Gmail shows so much of a mail and cuts the rest (email-reliability 1.3).
CLIPPED_BYTES = 102_000

KNOWN = {
    "endpoint": {"address": "ada@example.com", "attributes": {"first_name": "Ada <3", "recipes_saved": 7, "trial_ends_on": "2026-06-01"}},
    "context": {
        "lines": [{"count": 2, "name": "Cumin & co", "price": "3.20"}],
        "total": 6.4,
        "basket_url": "https://shop.example/b?a=1&b=2",
    },
}
STRANGER: dict[str, dict] = {}


@pytest.mark.parametrize("file", FOLDER.journey_files(), ids=lambda file: file.stem)
def test_journey_is_written_canonically(file: Path) -> None:
    assert file.read_text("utf-8") == format_document(json.loads(file.read_text("utf-8")))


def test_every_template_is_sent_by_a_journey() -> None:
    documents = [json.loads(file.read_text("utf-8")) for file in FOLDER.journey_files()]

    assert {step["template"] for document in documents for step in document["steps"].values() if "template" in step} == set(CONTENTS)


def test_the_checks_know_what_templates_are_given() -> None:
    given = {**ImaginedInput().variables("ada@example.com"), "links": {"unsubscribe": UNSUBSCRIBE}}

    assert {name: None if inside is None else set(inside) for name, inside in PROVIDED.items()} == {
        name: None if name == "context" else set(inside) for name, inside in given.items()
    }


def test_a_nested_default_provides_only_what_is_in_it() -> None:
    read = read_variables({"text": "{{ endpoint.attributes.a }}{{ endpoint.naem }}", "defaults": {"endpoint": {"attributes": {"a": "b"}}}})

    assert read.defaults == {"endpoint.attributes.a"}
    assert read.printed == {"endpoint.attributes.a", "endpoint.naem"}


async def render_all(jobs: list[RenderJob]) -> list:
    """The answers of the real renderer."""
    renderer = Renderer()
    try:
        return await renderer.render(jobs)
    finally:
        await renderer.stop()


@pytest.fixture(scope="module")
def rendered() -> dict[tuple[str, str], Rendered]:
    """Every template, for somebody known and for a stranger."""
    jobs = {}
    for name, content in CONTENTS.items():
        for who, said in (("known", KNOWN), ("stranger", STRANGER)):
            context = {**ImaginedInput(**said).variables("ada@example.com"), "links": {"unsubscribe": UNSUBSCRIBE}}
            jobs[name, who] = RenderJob(hash_of(content.plain()), content.plain(), context)
    answers = asyncio.run(render_all(list(jobs.values())))
    assert [answer for answer in answers if not isinstance(answer, Rendered)] == []
    return dict(zip(jobs, answers, strict=True))


@pytest.mark.parametrize("who", ["known", "stranger"])
@pytest.mark.parametrize("name", CONTENTS)
def test_mail_is_whole_for_everybody(rendered: dict[tuple[str, str], Rendered], name: str, who: str) -> None:
    mail = rendered[name, who]

    assert mail.subject
    assert mail.preheader
    assert UNSUBSCRIBE in mail.text
    assert f'href="{UNSUBSCRIBE}"' in mail.html
    assert len(mail.html.encode()) < CLIPPED_BYTES
    assert "{{" not in mail.html + mail.text + mail.subject
    assert "<img" not in mail.html


@pytest.mark.parametrize("name", CONTENTS)
def test_mail_is_made_for_small_and_for_dark_screens(rendered: dict[tuple[str, str], Rendered], name: str) -> None:
    html = rendered[name, "known"].html

    assert "@media (max-width" in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert 'name="viewport"' in html
    assert re.search(r'<td[^>]*style="[^"]*font-family', html), "styles are inlined for readers that drop <style>"
    assert all('role="presentation"' in table for table in re.findall(r"<table[^>]*>", html))


def test_texts_are_escaped_in_html_and_not_in_text(rendered: dict[tuple[str, str], Rendered]) -> None:
    mail = rendered["basket-reminder", "known"]

    assert "Ada &lt;3" in mail.html
    assert "Cumin &amp; co" in mail.html
    assert "2 x Cumin & co: 3.20" in mail.text
    assert "https://shop.example/b?a=1&b=2" in mail.text


@pytest.mark.parametrize("name", CONTENTS)
def test_text_and_html_say_the_same_links(rendered: dict[tuple[str, str], Rendered], name: str) -> None:
    mail = rendered[name, "known"]

    in_html = {link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', mail.html)}
    assert {link for link in in_html if link not in mail.text} == set()


@pytest.mark.parametrize("name", CONTENTS)
def test_links_have_one_query(rendered: dict[tuple[str, str], Rendered], name: str) -> None:
    # The basket's own URL has a query already.
    links = re.findall(r'href="([^"]+)"', rendered[name, "known"].html)

    assert [link for link in links if link.count("?") > 1] == []


def test_prices_are_written_as_prices(rendered: dict[tuple[str, str], Rendered]) -> None:
    mail = rendered["basket-free-delivery", "known"]

    assert "Together: 6.40 EUR" in mail.text
    assert "6.40 EUR" in mail.html
    assert "https://shop.example/b?a=1&b=2&code=TO-MY-DOOR" in mail.text
    assert "https://tamarind.example/basket?code=TO-MY-DOOR" in rendered["basket-free-delivery", "stranger"].text
