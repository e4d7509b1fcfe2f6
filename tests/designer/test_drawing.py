"""Drawing a journey: by mouse, by keyboard, undone and redone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.designer.author import Author

GREETING = {
    "format": 1,
    "name": "Greeting",
    "entry": {"type": "api"},
    "start": "greet",
    "steps": {
        "greet": {"type": "email", "template": "welcome", "next": "settle"},
        "settle": {"type": "wait", "for": "P1D", "next": "again"},
        "again": {"type": "email", "template": "welcome"},
    },
}


def test_a_step_from_the_palette_lands_on_the_plus_it_is_dropped_on(author: Author, page: Page) -> None:
    author.has_draft("dropped", GREETING)
    author.open("dropped")
    expect(author.card("greet")).to_be_visible()

    author.carry(page.locator('[data-kind="wait"]'), author.plus("/steps/greet/next"))

    expect(page.locator(".canvas .card")).to_have_count(4)
