"""A mail looked at, a journey tried, published, watched and stopped."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.designer.author import Author
from tests.designer.test_drawing import GREETING, PLANS


def test_preview_is_the_mail_as_the_server_renders_it(author: Author, page: Page) -> None:
    with author.wend.client() as client:  # a template of its own: others send the one that this is a copy of
        content = client.get("/v1/templates/welcome").json()["content"]
        assert client.put("/v1/templates/previewed-mail", json=content).is_success
    greet = {**GREETING["steps"]["greet"], "template": "previewed-mail"}
    author.has_draft("previewed", {**GREETING, "steps": {**GREETING["steps"], "greet": greet}})
    author.open("previewed", step="greet", dialog="template")
    dialog = page.get_by_role("dialog")
    frame = page.frame_locator("iframe[title^='Preview'][data-front]")
    expect(frame.locator("body")).to_contain_text("Tamarind")

    with page.expect_response("**/preview") as answered:
        dialog.get_by_label("Subject").fill("Hello {{ endpoint.attributes.nick_name }}, at last")
    assert answered.value.ok
    expect(dialog.locator(".mail-head")).to_contain_text("at last")
    expect(dialog.get_by_text("nick_name").first).to_be_visible()

    dialog.get_by_text("Phone", exact=True).click()
    expect(dialog.locator(".mail-body")).to_have_attribute("data-width", "phone")


def test_test_mail_to_oneself_arrives(author: Author, page: Page) -> None:
    author.has_draft("tested", GREETING)
    author.open("tested", step="greet")
    panel = page.locator(".editor-panel")
    panel.get_by_label("Send a test to me").fill("tester@example.com")
    panel.get_by_role("button", name="Send").click()

    assert len(author.wend.wait_for_mails("tester", 1)) == 1


def test_trying_lights_the_path_and_says_why(author: Author, page: Page) -> None:
    author.has_draft("tried", PLANS)
    author.open("tried", panel="try")
    panel = page.locator(".editor-panel")
    expect(author.card("offer").locator("xpath=..")).to_have_attribute("data-trace", "passed")
    expect(author.card("thanks").locator("xpath=..")).to_have_attribute("data-trace", "off")

    known = panel.get_by_role("group", name="What is known of them")
    known.get_by_role("button", name="Add plan").click()
    known.get_by_role("textbox", name="Value of plan").fill("pro")

    expect(author.card("thanks").locator("xpath=..")).to_have_attribute("data-trace", "passed")
    expect(author.card("offer").locator("xpath=..")).to_have_attribute("data-trace", "off")
    expect(panel.locator(".stage-end")).to_contain_text("Finishes after 1 day")
    panel.get_by_role("button", name="Back in time").click()
    expect(author.card("settle").locator("xpath=..")).to_have_attribute("data-trace", "here")
    assert author.wend.mails("imagined") == []


@pytest.fixture
def watched(author: Author) -> str:
    """A journey that is live, with somebody waiting for a day."""
    author.wend.publish("watched", {**GREETING, "name": "Watched"})
    author.wend.enroll("watched", "ada")
    author.wend.wait_for_mails("ada", 1)
    return "watched"


def test_live_view_counts_people_and_leads_to_each(author: Author, page: Page, watched: str) -> None:
    author.open(watched, view="live")
    here = page.get_by_role("link", name="1 here: show who waits at Settle")
    expect(here).to_be_visible()
    drawn = page.evaluate("document.querySelector('.canvas [data-step=\"greet\"]').dataset.seen = 'yes'")

    author.wend.enroll(watched, "barbara")
    expect(page.get_by_role("link", name="2 here: show who waits at Settle")).to_be_visible(timeout=25_000)
    assert page.evaluate("document.querySelector('.canvas [data-step=\"greet\"]').dataset.seen") == drawn

    page.get_by_role("link", name="2 here: show who waits at Settle").click()
    expect(page.get_by_role("row")).to_have_count(3)
    page.get_by_role("link", name="ada@example.com").click()
    expect(page.get_by_role("heading", name="Waiting at “Settle”")).to_be_visible()
    expect(page.get_by_role("region", name="What happened")).to_contain_text("Greet")


def test_journey_is_paused_resumed_and_stopped_knowing_what_that_does(author: Author, page: Page) -> None:
    author.wend.publish("stopped", {**GREETING, "name": "Stopped"})
    author.wend.enroll("stopped", "edsger")
    author.open("stopped")

    choose(page, "Live", "Pause")
    expect(page.get_by_role("button", name="Paused")).to_be_visible()
    choose(page, "Paused", "Resume")
    expect(page.get_by_role("button", name="Live")).to_be_visible()
    choose(page, "Live", "Stop…")
    page.get_by_role("dialog").get_by_role("button", name="Stop").click()

    expect(page.get_by_role("button", name="Stopped")).to_be_visible()
    page.goto("/designer/j/stopped/people")
    expect(page.get_by_role("row").nth(1)).to_contain_text("exited")


def choose(page: Page, state: str, verb: str) -> None:
    """Take an offer of the state's menu."""
    page.get_by_role("button", name=state).click()
    page.get_by_role("dialog", name="State of the journey").get_by_role("button", name=verb).click()


def test_publishing_shows_what_changed_and_an_old_version_comes_back(author: Author, page: Page) -> None:
    author.wend.publish("twice", {**GREETING, "name": "Twice"})
    author.open("twice", step="settle")
    page.get_by_label("How long").fill("3 days")
    author.until_draft("twice", lambda draft: draft["steps"]["settle"]["for"] == "P3D")

    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog", name="Publish version 2")
    expect(dialog.get_by_role("heading", name="Changes since version 1")).to_be_visible()
    expect(dialog).to_contain_text("Settle")
    expect(author.card("settle").locator("xpath=..")).to_have_attribute("data-paint", "changed")
    dialog.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("dialog", name="Version 2 is live").get_by_role("button", name="Watch it live").click()

    page.goto("/designer/j/twice?panel=versions&version=1")
    author.is_ready()
    expect(page.locator(".palette")).to_have_count(0)
    page.get_by_role("button", name="Restore version 1 as the draft").first.click()

    author.until_draft("twice", lambda draft: draft["steps"]["settle"]["for"] == "P1D")
