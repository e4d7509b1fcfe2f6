"""What is said of a step, field by field, and the mail it sends: each panel by what the document holds afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.journey.assignment import default_salt
from tests.designer.author import Author
from tests.designer.conftest import Desk

PLAN = {"type": "attribute", "name": "plan", "op": "is", "value": "pro"}
STEPS: dict[str, Any] = {
    "settle": {"type": "wait", "for": "P2D", "next": "choose"},
    "choose": {"type": "split", "branches": [{"id": "pro", "name": "Pro", "when": PLAN, "next": "offer"}]},
    "offer": {
        "type": "ab_test",
        "branches": [
            {"id": "a", "name": "Discount", "weight": 50, "next": "greet"},
            {"id": "b", "name": "Trial", "weight": 30},
            {"id": "c", "name": "Nothing", "weight": 20},
        ],
    },
    "greet": {"type": "email", "name": "First mail", "template": "welcome"},
}
#: Where the page reads and saves templates.
TEMPLATES = "**/v1/templates/*"


def document(start: str = "settle") -> dict[str, Any]:
    """A journey with a step of each kind that has much to say."""
    return {"format": 1, "name": "Panels", "entry": {"type": "api"}, "start": start, "steps": STEPS}


@pytest.fixture
def panel(page: Page) -> Locator:
    """What stands beside the canvas."""
    return page.locator(".editor-panel")


def test_a_wait_is_said_as_people_say_it(author: Author, panel: Locator) -> None:
    author.has_draft("waiting", document())
    author.open("waiting", step="settle")

    panel.get_by_label("How long").fill("36 h")
    author.until_draft("waiting", lambda draft: draft["steps"]["settle"].get("for") == "P1DT12H")
    panel.get_by_label("How long").blur()
    expect(panel.get_by_label("How long")).to_have_value("1 day 12 hours")

    panel.get_by_label("How long").fill("half a month")
    panel.get_by_label("How long").blur()
    expect(panel.get_by_text("It is still 1 day 12 hours.")).to_be_visible()
    expect(panel.get_by_label("How long")).to_have_attribute("aria-invalid", "true")

    panel.get_by_text("Their date", exact=True).click()
    panel.get_by_label("Date", exact=True).fill("trial_ends_on")
    panel.get_by_label("When").select_option(label="before")
    panel.get_by_label("How long").fill("3 days")
    until = {"name": "trial_ends_on", "offset": "-P3D", "missing": {}}
    author.until_draft("waiting", lambda draft: draft["steps"]["settle"].get("until_attribute") == until)

    panel.get_by_text("Time of day", exact=True).click()
    panel.get_by_label("Monday").check(force=True)
    local = {"time": "09:00", "weekdays": ["monday"]}
    saved = author.until_draft("waiting", lambda draft: draft["steps"]["settle"].get("until_local") == local)
    assert saved["steps"]["settle"] == {"type": "wait", "until_local": local, "next": "choose"}


def test_a_published_test_that_gets_another_id_keeps_its_draws(author: Author, panel: Locator) -> None:
    author.wend.publish("redrawn", document())
    author.open("redrawn", step="offer")

    panel.get_by_text("More", exact=True).click()
    expect(panel.get_by_text("Everybody keeps the branch drawn for them")).to_be_visible()
    panel.get_by_label("Id", exact=True).fill("deal")
    panel.get_by_label("Id", exact=True).press("Enter")
    saved = author.until_draft("redrawn", lambda draft: "deal" in draft["steps"])
    assert saved["steps"]["deal"] == {**STEPS["offer"], "salt": default_salt("redrawn", "offer")}


def test_a_bar_of_more_shares_than_can_be_dragged_shows_them_only(author: Author, panel: Locator) -> None:
    branches = [{"id": f"b{number}", "weight": 2.5} for number in range(40)]
    author.has_draft("many", {**document("offer"), "steps": {"offer": {"type": "ab_test", "branches": branches}}})
    author.open("many", step="offer")

    expect(panel.get_by_role("spinbutton")).to_have_count(40)
    expect(panel.locator(".percent-part")).to_have_count(40)
    expect(panel.get_by_role("slider")).to_have_count(0)


def test_conditions_are_built_to_any_depth(author: Author, page: Page, panel: Locator, desk: Desk) -> None:
    with desk.wend.client() as client:
        for number in range(3):
            client.put(f"/v1/endpoints/known-{number}", json={"address": f"known{number}@example.com", "attributes": {"age": 30 + number}})
    author.has_draft("asking", document())
    author.open("asking", step="choose")

    panel.get_by_role("button", name="Add condition").click()
    name = panel.get_by_label("Name of the attribute").nth(1)
    name.fill("ag")
    suggestion = page.get_by_role("option", name="age")
    expect(suggestion).to_contain_text("number")
    suggestion.click()
    expect(panel.get_by_label("Comparison").nth(1).locator("option[value=contains]")).to_have_count(0)
    panel.get_by_label("Comparison").nth(1).select_option("at_least")
    panel.get_by_role("spinbutton", name="Value").fill("31")

    panel.get_by_role("button", name="Add group").click()
    panel.get_by_label("How these are joined").nth(1).select_option(label="None of these")
    panel.get_by_label("What is asked").nth(2).select_option(label="Event")
    panel.get_by_label("Name of the event").fill("bought")
    panel.get_by_label("At least so often").fill("2")
    panel.get_by_role("button", name="Only if the event").click()
    panel.get_by_label("Name of the attribute").nth(2).fill("sku")
    panel.get_by_label("Value", exact=True).nth(2).fill("tea")
    panel.get_by_label("What is asked").nth(3).select_option(label="Email")
    panel.get_by_label("Email step").select_option("greet")
    panel.get_by_label("What became of it").select_option(label="was not accepted")

    bought = {
        "type": "event",
        "event": "bought",
        "count": 2,
        "where": {"type": "event_attribute", "name": "sku", "op": "is", "value": "tea"},
    }
    unread = {"type": "not", "condition": {"type": "message", "step": "greet", "outcome": "accepted"}}
    asked = {
        "type": "all",
        "conditions": [
            PLAN,
            {"type": "attribute", "name": "age", "op": "at_least", "value": 31},
            {"type": "not", "condition": {"type": "any", "conditions": [bought, unread]}},
        ],
    }
    author.until_draft("asking", lambda draft: draft["steps"]["choose"]["branches"][0]["when"] == asked)


def test_shares_are_dragged_moved_by_keys_locked_and_distributed(author: Author, page: Page, panel: Locator) -> None:
    author.has_draft("sharing", document("offer"))
    author.open("sharing", step="offer")

    def has(*weights: float) -> None:
        author.until_draft("sharing", lambda draft: [each["weight"] for each in draft["steps"]["offer"]["branches"]] == [*weights])

    slider = panel.get_by_role("slider", name="Between Discount and Trial")
    bar, handle = panel.locator(".percent-bar").bounding_box(), slider.bounding_box()
    assert bar is not None
    assert handle is not None
    y = bar["y"] + bar["height"] / 2
    page.mouse.move(handle["x"] + handle["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(bar["x"] + bar["width"] * 0.6, y, steps=10)
    page.mouse.up()
    has(60, 20, 20)
    expect(slider).to_have_attribute("aria-valuetext", "Discount 60 %, Trial 20 %")

    slider.press("ArrowLeft")
    slider.press("Shift+ArrowLeft")
    has(54, 26, 20)
    panel.get_by_role("button", name="Lock the share of Nothing").click()
    panel.get_by_role("button", name="Distribute evenly").click()
    has(40, 40, 20)
    panel.get_by_role("spinbutton", name="Share of Discount").fill("50")
    has(50, 30, 20)


def test_a_mail_that_says_nothing_yet_is_begun_by_what_the_button_says(author: Author, panel: Locator) -> None:
    author.has_draft("wordless", document() | {"start": "mute", "steps": {"mute": {"type": "email", "template": ""}}})
    author.open("wordless", step="mute")

    expect(panel.get_by_role("button", name="Write it now")).to_be_visible()
    expect(panel.locator(".field-problems")).to_have_text("template is not chosen yet.")


def test_what_a_person_has_not_is_marked_in_their_mail(author: Author, page: Page) -> None:
    author.has_draft("marking", document("greet"))
    author.open("marking", step="greet")
    panel = page.locator(".editor-panel")
    panel.get_by_role("button", name="Choose another").click()
    page.get_by_role("button", name="Make a template for this step").click()
    dialog = page.get_by_role("dialog", name="First mail")
    expect(dialog.get_by_label("Subject")).to_have_value("First mail")
    author.until_draft("marking", lambda draft: draft["steps"]["greet"]["template"] == "marking-first-mail")

    with author.wend.client() as client:
        there = client.get("/v1/templates/marking-first-mail").json()["content"]
        client.put("/v1/templates/marking-first-mail", json={**there, "html": "<p style='color:red'>Dear {{ user.attributes.title }}</p>"})
    author.open("marking", step="greet", dialog="template")
    marked = page.frame_locator(".mail-sheet iframe[data-front]").locator("mark")
    expect(marked).to_have_text("user.attributes.title")
    expect(dialog.locator(".variables")).to_contain_text("their mail would fail")


def test_a_template_changed_by_somebody_else_is_never_overwritten(author: Author, page: Page, desk: Desk, faults: list[str]) -> None:
    author.has_draft("clashing", document("greet") | {"steps": {"greet": {"type": "email", "template": "win-back-news"}}})
    author.open("clashing", step="greet", dialog="template")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("status")).to_have_text("Saved")
    file = desk.templates / "win-back-news" / "template.json"

    # Of what it reads meanwhile, the page shows nothing while something of its own waits to be saved.
    with author.held_back(TEMPLATES, "PUT") as arrive:
        dialog.get_by_label("Subject").fill("Mine")
    _rewrite(file, "Theirs")
    arrive()
    expect(dialog.get_by_role("alert")).to_contain_text("Somebody else changed this template")
    assert json.loads(file.read_text())["subject"] == "Theirs"
    dialog.get_by_role("button", name="Take theirs").click()
    expect(dialog.get_by_label("Subject")).to_have_value("Theirs")

    with author.held_back(TEMPLATES, "PUT") as arrive:
        dialog.get_by_label("Subject").fill("Mine at last")
    _rewrite(file, "Theirs again")
    arrive()
    dialog.get_by_role("button", name="Keep mine").click()
    expect(dialog.get_by_role("status")).to_have_text("Saved")
    assert json.loads(file.read_text())["subject"] == "Mine at last"
    assert all("412" in fault for fault in faults)
    faults.clear()


def test_what_is_typed_while_a_template_is_saved_is_saved_after_it(author: Author, page: Page) -> None:
    author.has_draft("typing", document("greet") | {"steps": {"greet": {"type": "email", "template": "win-back-offer"}}})
    author.open("typing", step="greet", dialog="template")
    dialog = page.get_by_role("dialog")
    with author.held_back(TEMPLATES, "PUT") as arrive:
        dialog.get_by_label("Subject").fill("One")
    dialog.get_by_label("Subject").fill("Two")
    dialog.get_by_role("button", name="Done").click()
    expect(dialog).to_have_count(0)
    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.request.post_data_json["subject"] == "Two"):
        arrive()

    with author.wend.client() as client:
        assert client.get("/v1/templates/win-back-offer").json()["content"]["subject"] == "Two"


def _rewrite(file: Path, subject: str) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), "subject": subject}, indent=2) + "\n")
