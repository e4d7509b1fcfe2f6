"""The list of journeys: found, made, copied, brought in and dropped."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.designer.author import Author

JOURNEY = {
    "format": 1,
    "name": "Listed",
    "entry": {"type": "api"},
    "start": "greet",
    "steps": {"greet": {"type": "email", "template": "welcome"}},
}
#: Each test looks for a journey of its own.
NUMBERS = itertools.count(1)


@pytest.fixture
def listed(author: Author, page: Page) -> str:
    """A journey of a test's own, and the list open."""
    journey_id = f"listed-{next(NUMBERS)}"
    author.has_draft(journey_id, {**JOURNEY, "name": f"Journey {journey_id}"})
    page.goto("/designer/")
    expect(row(page, f"Journey {journey_id}")).to_be_visible()
    return journey_id


def row(page: Page, name: str) -> Locator:
    """The line of one journey."""
    return page.get_by_role("list", name="Journeys").get_by_role("listitem").filter(has=page.get_by_role("link", name=name, exact=True))


def choose(page: Page, name: str, choice: str) -> None:
    """Choose something from a journey's menu."""
    page.get_by_role("button", name=f"More about {name}", exact=True).click()
    page.get_by_role("menuitem", name=choice).click()


def test_a_search_finds_by_name_id_and_state(page: Page, listed: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(f"draft {listed}")

    expect(page.get_by_role("list", name="Journeys").get_by_role("listitem")).to_have_count(1)
    page.keyboard.type("nothing")
    expect(page.get_by_text("Nothing is called")).to_be_visible()
    page.keyboard.press("Escape")
    expect(row(page, "Welcome series").first).to_be_visible()


def test_a_journey_is_made_from_an_example_under_a_name_of_its_own(author: Author, page: Page, listed: str) -> None:
    page.get_by_role("button", name="New journey").click()
    page.get_by_role("radio", name="Win back").check()
    page.get_by_label("Name").fill(f"Ours, {listed}")
    page.get_by_role("button", name="Create journey").click()

    author.is_ready()
    expect(page.get_by_role("heading", name=f"Ours, {listed}")).to_be_visible()
    made, example = author.draft(f"ours-{listed}"), author.draft("win-back")
    assert made == {**example, "name": f"Ours, {listed}"}


def test_a_blank_journey_is_made_by_keyboard_alone(author: Author, page: Page, listed: str) -> None:
    page.get_by_role("button", name="New journey").focus()
    page.keyboard.press("Enter")
    page.keyboard.type(f"Blank {listed}")
    page.keyboard.press("Enter")

    author.is_ready()
    assert author.draft(f"blank-{listed}")["steps"] == {}


def test_a_copy_has_a_name_of_its_own(author: Author, page: Page, listed: str) -> None:
    choose(page, f"Journey {listed}", "Duplicate")

    expect(row(page, f"Journey {listed} (copy)")).to_be_visible()
    assert author.draft(f"{listed}-copy")["steps"] == JOURNEY["steps"]


def test_a_draft_that_was_deleted_can_be_had_back(author: Author, page: Page, listed: str) -> None:
    before = author.draft_file(listed).read_text()
    choose(page, f"Journey {listed}", "Delete")
    expect(row(page, f"Journey {listed}")).to_have_count(0)
    assert not author.draft_file(listed).exists()

    page.get_by_role("button", name="Undo").click()
    expect(row(page, f"Journey {listed}")).to_be_visible()
    assert author.draft_file(listed).read_text() == before


def test_a_file_is_imported_under_its_name(author: Author, page: Page, listed: str, tmp_path: Path) -> None:
    file = tmp_path / f"brought-{listed}.json"
    file.write_text(json.dumps(JOURNEY))
    page.locator("input[type=file]").set_input_files(file)

    author.is_ready()
    assert author.draft(f"brought-{listed}") == JOURNEY


def test_a_file_is_imported_where_it_is_dropped(author: Author, page: Page, listed: str) -> None:
    dropped = page.evaluate_handle(
        """([name, text]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([text], name, {type: "application/json"}));
          return transfer;
        }""",
        [f"{listed}.json", json.dumps(JOURNEY)],
    )
    page.get_by_role("main").dispatch_event("dragover", {"dataTransfer": dropped})
    expect(page.get_by_text("Drop the file to import it")).to_be_visible()
    page.get_by_role("main").dispatch_event("drop", {"dataTransfer": dropped})

    author.is_ready()
    assert author.draft(f"{listed}-2") == JOURNEY, "the id was taken, so it got a number"


def test_a_file_that_is_no_json_is_refused_with_the_reason(page: Page, listed: str, tmp_path: Path) -> None:
    file = tmp_path / "notes.json"
    file.write_text("Dear diary")
    page.locator("input[type=file]").set_input_files(file)

    expect(page.get_by_text("notes.json is no journey: it holds no JSON object.")).to_be_visible()
