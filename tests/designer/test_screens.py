"""Every screen, as those meet it who see little or use no mouse: axe finds nothing to mend, in light and in dark, on desk and phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.designer.author import Author
from tests.designer.conftest import Desk
from tests.designer.test_drawing import GREETING

PHONE = {"width": 390, "height": 844}

#: A journey in which every kind of step stands, and some things are wrong.
ALL_KINDS = {
    "format": 1,
    "name": "All kinds",
    "entry": {"type": "event", "event": "signed_up"},
    "exit_when": {"type": "event", "event": "account_closed", "since": "enrolled"},
    "start": "aside",
    "steps": {
        "aside": {"type": "holdout", "percent": 10, "next": "greet"},
        "greet": {"type": "email", "template": "welcome", "note": "Ours since May", "next": "settle"},
        "settle": {"type": "wait", "for": "P2D", "next": "plan"},
        "plan": {
            "type": "split",
            "branches": [
                {"id": "pro", "name": "Pro", "when": {"type": "attribute", "name": "plan", "op": "is", "value": "pro"}, "next": "thanks"},
                {
                    "id": "busy",
                    "name": "Busy",
                    "when": {
                        "type": "any",
                        "conditions": [
                            {"type": "event", "event": "bought", "count": 2, "within": "P7D"},
                            {"type": "message", "step": "greet", "outcome": "accepted"},
                        ],
                    },
                },
            ],
            "else": {"name": "Others", "next": "offer"},
        },
        "offer": {
            "type": "ab_test",
            "branches": [
                {"id": "discount", "name": "Discount", "weight": 50, "next": "nothing"},
                {"id": "month", "name": "Free month", "weight": 50},
            ],
        },
        "nothing": {"type": "email", "template": "there-is-none"},
        "thanks": {"type": "email", "template": "welcome-praise"},
    },
}


def list_of_journeys(author: Author) -> None:
    author.page.goto("/designer/")
    expect(author.page.get_by_role("list", name="Journeys")).to_be_visible()


def new_journey(author: Author) -> None:
    list_of_journeys(author)
    author.page.get_by_role("button", name="New journey").click()
    expect(author.page.get_by_role("dialog").locator("svg").first).to_be_visible()


def opened(**query: str) -> Callable[[Author], None]:
    def show(author: Author) -> None:
        author.open("all-kinds", **({"draw": "canvas"} | query))
        expect(author.card("aside")).to_be_visible()
        expect(author.page.locator(".card-badge").first).to_be_visible()

    return show


def outline(author: Author) -> None:
    author.open("all-kinds", draw="outline")
    expect(author.page.get_by_role("tree")).to_be_visible()


def panel_of(step_id: str, button: str | None = None) -> Callable[[Author], None]:
    def show(author: Author) -> None:
        opened(step=step_id)(author)
        expect(author.page.get_by_label("Name of the step")).to_be_visible()
        if button is not None:
            author.page.locator(".editor-panel").get_by_role("button", name=button).first.click()

    return show


def panel(name: str, *, shows: str) -> Callable[[Author], None]:
    def show(author: Author) -> None:
        opened(panel=name)(author)
        expect(author.page.locator(".editor-panel").get_by_text(shows).first).to_be_visible()

    return show


def json(author: Author) -> None:
    opened(panel="json")(author)
    expect(author.page.locator(".code-place .cm-content")).to_be_visible()


def keys(pressed: str, *, shows: str) -> Callable[[Author], None]:
    def show(author: Author) -> None:
        opened()(author)
        author.page.locator(".canvas").focus()
        author.page.keyboard.press(pressed)
        expect(author.page.get_by_role("dialog", name=shows)).to_be_visible()

    return show


def dialog(journey_id: str, name: str, *, shows: str) -> Callable[[Author], None]:
    def show(author: Author) -> None:
        author.open(journey_id, dialog=name)
        expect(author.page.get_by_role("dialog").get_by_text(shows).first).to_be_visible()

    return show


def template(author: Author) -> None:
    author.open("welcome", step=first_email(author), dialog="template")
    if author.page.viewport_size == PHONE:
        author.page.get_by_role("dialog").get_by_text("Preview", exact=True).first.click()
    expect(author.page.locator("iframe[title^='Preview'][data-front]")).to_be_visible()


def first_email(author: Author) -> str:
    return next(step_id for step_id, step in author.draft("welcome")["steps"].items() if step["type"] == "email")


def lifecycle(author: Author) -> None:
    author.open("welcome")
    author.page.get_by_role("button", name="Live").click()
    expect(author.page.get_by_role("dialog", name="State of the journey")).to_be_visible()


def live(author: Author) -> None:
    # One card below the other: whatever pans or spreads below the edge of the panel is too near to it.
    author.wend.publish("seen-live", {**GREETING, "name": "Seen live"})
    author.wend.enroll("seen-live", "grace")
    author.open("seen-live", view="live")
    expect(author.page.locator(".card-counts").first).to_be_visible()


def people(author: Author) -> None:
    author.wend.enroll("welcome", "grace")
    author.page.goto("/designer/j/welcome/people")
    expect(author.page.get_by_role("link", name="grace@example.com")).to_be_visible()


def person(author: Author) -> None:
    people(author)
    author.page.get_by_role("link", name="grace@example.com").click()
    expect(author.page.get_by_role("region", name="Where they stand")).to_be_visible()


SCREENS: dict[str, Callable[[Author], None]] = {
    "list": list_of_journeys,
    "new journey": new_journey,
    "canvas": opened(),
    "outline": outline,
    "email": panel_of("greet"),
    "wait": panel_of("settle"),
    "split": panel_of("plan", "Busy"),
    "A/B test": panel_of("offer"),
    "holdout": panel_of("aside"),
    "journey": panel("journey", shows="Leaving early"),
    "problems": panel("problems", shows="there-is-none"),
    "JSON": json,
    "versions": panel("versions", shows="Nothing is published yet"),
    "template": template,
    "picker": keys("/", shows="Add a step"),
    "commands": keys("Control+k", shows="Commands"),
    "keys": keys("?", shows="Keyboard shortcuts"),
    "publish": dialog("all-kinds", "publish", shows="in the way"),
    "enroll": dialog("welcome", "enroll", shows="Your email address"),
    "lifecycle": lifecycle,
    "live": live,
    "people": people,
    "person": person,
}


@pytest.fixture(scope="package")
def all_kinds(desk: Desk) -> None:
    """The journey that the screens show."""
    with desk.wend.client() as client:
        assert client.put("/v1/journeys/all-kinds/draft", json=ALL_KINDS).is_success


@pytest.mark.usefixtures("all_kinds")
@pytest.mark.parametrize("screen", SCREENS)
def test_screen_has_no_violations_in_either_scheme(author: Author, page: Page, screen: str) -> None:
    SCREENS[screen](author)
    found = author.violations()
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    # What differs is colours.
    found += [f"dark: {line}" for line in author.violations(rules=["color-contrast"])]

    assert found == [], "\n".join(found)


@pytest.mark.usefixtures("all_kinds")
@pytest.mark.parametrize("screen", ["list", "canvas", "outline", "split", "template", "person"])
def test_screen_fits_a_phone(author: Author, page: Page, screen: str) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    SCREENS[screen](author)

    assert author.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
