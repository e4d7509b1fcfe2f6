"""From nothing to a mail in the mailbox, as somebody does it who has read nothing: once with the mouse, once with the keyboard alone."""

from __future__ import annotations

import json

from playwright.sync_api import Page, expect

from engine.journey.canonical import format_document
from tests.designer.author import Author


def test_by_mouse_a_journey_is_drawn_published_and_its_mails_arrive(author: Author, page: Page) -> None:
    page.goto("/designer/")
    page.get_by_role("button", name="New journey").click()
    page.get_by_role("textbox", name="Name").fill("Drawn by mouse")
    page.get_by_role("button", name="Create journey").click()
    author.is_ready()
    # A blank start is no fault of its author.
    expect(page.get_by_role("button", name="No steps yet")).to_be_visible()

    author.carry(page.locator('.palette [data-kind="email"]'), author.plus("/start"))
    page.get_by_text("Write it now").click()
    mail = page.get_by_role("dialog")
    mail.get_by_label("Subject").fill("Drawn for {{ endpoint.address }}")
    expect(mail.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    mail.get_by_role("button", name="Done").click()

    author.carry(page.locator('.palette [data-kind="wait"]'), author.plus("/steps/email/next"))
    page.get_by_label("How long").fill("1 second")
    page.get_by_label("How long").press("Tab")

    author.carry(page.locator('.palette [data-kind="email"]'), author.plus("/steps/wait/next"))
    page.get_by_text("Choose a template").click()
    page.get_by_role("dialog").get_by_label("Search").fill("praise")
    page.get_by_role("dialog").get_by_role("listitem").get_by_role("button").click()
    draft = author.until_draft("drawn-by-mouse", lambda draft: draft["steps"].get("email_2", {}).get("template") == "welcome-praise")
    assert draft["steps"]["wait"] == {"type": "wait", "for": "PT1S", "next": "email_2"}

    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("button", name="Enroll me…").click()
    enroll(page, "mouse@example.com")
    page.get_by_role("link", name="Open the mailbox").click()

    assert len(author.wend.wait_for_mails("mouse", 2)) == 2
    page.reload()
    expect(page.get_by_text("Drawn for").first).to_be_visible()
    written = author.draft_file("drawn-by-mouse").read_text()
    assert written == format_document(json.loads(written))


def enroll(page: Page, address: str) -> None:
    """Fill in the dialog."""
    dialog = page.get_by_role("dialog", name="Enroll me")
    dialog.get_by_label("Your email address").fill(address)
    dialog.get_by_role("button", name="Enroll", exact=True).click()
    expect(page.get_by_role("dialog", name="You are in")).to_be_visible()


def test_by_keyboard_alone_a_journey_is_drawn_published_and_its_mail_arrives(author: Author, page: Page) -> None:
    page.goto("/designer/")
    expect(page.get_by_role("button", name="New journey")).to_be_visible()
    author.tab_to("New journey")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.keyboard.type("Drawn by keyboard")
    page.keyboard.press("Enter")
    author.is_ready()

    add(page, "wait")
    author.tab_to("How long")
    page.keyboard.press("Control+a")
    page.keyboard.type("1 second")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(author.card("wait")).to_be_focused()

    add(page, "email")
    author.tab_to("Choose a template")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Search")).to_be_focused()
    page.keyboard.type("praise")
    author.tab_to("welcome-praise")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    author.until_draft("drawn-by-keyboard", lambda draft: draft["steps"].get("email", {}).get("template") == "welcome-praise")

    # The mail first, then the wait: the card changes places, and back.
    page.keyboard.press("Escape")
    expect(author.card("email")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    author.until_draft("drawn-by-keyboard", lambda _: author.order("drawn-by-keyboard") == ["email", "wait"])
    page.keyboard.press("Control+z")
    author.until_draft("drawn-by-keyboard", lambda _: author.order("drawn-by-keyboard") == ["wait", "email"])

    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog", name="Publish").get_by_text("The first version")).to_be_visible()
    author.tab_to("Publish")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Version 1 is live")).to_be_visible()
    author.tab_to("Enroll me…")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Your email address")).to_be_visible()
    author.tab_to("Your email address")
    page.keyboard.type("keyboard@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="You are in")).to_be_visible()

    [mail] = author.wend.wait_for_mails("keyboard", 1)
    author.tab_to("See where you stand")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Finished")).to_be_visible()
    assert mail.recipients == ["keyboard@example.com"]


def add(page: Page, kind: str) -> None:
    """Add a step by the picker."""
    page.keyboard.press("/")
    expect(page.get_by_role("dialog", name="Add a step").get_by_role("combobox")).to_be_focused()
    page.keyboard.type(kind)
    page.keyboard.press("Enter")
    expect(page.locator(".editor-panel :focus")).to_have_count(1)
