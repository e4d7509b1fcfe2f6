"""Saving: the draft saves itself, nothing is lost and nobody is overwritten."""

from __future__ import annotations

import itertools
import json
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Response, expect
from playwright.sync_api import Error as PlaywrightError

from engine.journey.canonical import format_document
from tests.designer.author import Author
from tests.support.installation import until

JOURNEY: dict[str, Any] = {
    "format": 1,
    "name": "Saving",
    "entry": {"type": "api"},
    "start": "greet",
    "steps": {
        "greet": {"type": "email", "name": "Hello", "template": "welcome", "next": "settle"},
        "settle": {"type": "wait", "name": "A day", "for": "P1D", "next": "again"},
        "again": {"type": "email", "name": "Goodbye", "template": "welcome-praise"},
    },
}
#: Whether the browser keeps a copy in which a step is called so.
IS_KEPT = """async (name) => {
    const answer = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
    const database = await answer(indexedDB.open("wend-drafts"));
    const copies = await answer(database.transaction("copies").objectStore("copies").getAll());
    database.close();
    return copies.some(({ history }) => Object.values(history.present.journey.steps).some((step) => step.name === name));
}"""
#: Each test saves a journey of its own.
NUMBERS = itertools.count(1)


@pytest.fixture
def saving(author: Author) -> str:
    """A journey of a test's own, open: a mail, a day, another mail."""
    journey_id = f"saving-{next(NUMBERS)}"
    author.has_draft(journey_id, JOURNEY)
    author.open(journey_id)
    return journey_id


def rename(author: Author, step_id: str, name: str) -> None:
    """Give a step another name by its panel."""
    author.card(step_id).click()
    author.page.locator(".panel-name input").fill(name)


def rename_in_vain(author: Author, step_id: str, name: str) -> None:
    """Give a step another name while the server is away: only the browser has it."""
    rename(author, step_id, name)
    expect(state(author.page)).to_contain_text("Offline")
    until(lambda: author.page.evaluate(IS_KEPT, name), f"the browser keeps {name!r}")


def state(page: Page) -> Locator:
    """What the bar says of saving."""
    return page.locator(".save-state")


def change_outside(file: Path, **names: str) -> None:
    """Change names of steps by an editor or git, in the file."""
    document = json.loads(file.read_text())
    for step_id, name in names.items():
        document["steps"][step_id]["name"] = name
    file.write_text(format_document(document))


def names(document: dict[str, Any]) -> list[str]:
    """What the three steps are called."""
    return [document["steps"][step_id]["name"] for step_id in ("greet", "settle", "again")]


def code(page: Page) -> Locator:
    """The text in the JSON panel."""
    return page.get_by_role("textbox", name="The journey as JSON")


def test_an_edit_is_exactly_that_change_in_git(author: Author, page: Page, saving: str) -> None:
    file = author.draft_file(saving)
    repository = file.parent / "repository" / saving
    repository.mkdir(parents=True)
    before = repository / "journey.json"
    before.write_text(file.read_text())

    rename(author, "settle", "Two days")
    author.until_draft(saving, lambda draft: names(draft) == ["Hello", "Two days", "Goodbye"])
    expect(state(page)).to_contain_text("Saved")

    shown = subprocess.run(["git", "diff", "--no-index", "-U0", before, file], capture_output=True, text=True, check=False).stdout
    changed = [line for line in shown.splitlines() if line[0] in "+-" and line[:3] not in ("+++", "---")]
    assert changed == ['-      "name": "A day",', '+      "name": "Two days",']


def test_edits_can_be_undone_after_a_reload(author: Author, page: Page, saving: str) -> None:
    rename(author, "settle", "Two days")
    author.until_draft(saving, lambda draft: names(draft)[1] == "Two days")

    page.reload()
    author.is_ready()
    page.get_by_role("button", name="Undo: Rename step").click()

    author.until_draft(saving, lambda draft: names(draft)[1] == "A day")


def test_what_was_done_offline_is_saved_when_the_server_is_back(
    author: Author, page: Page, context: BrowserContext, saving: str, faults: list[str]
) -> None:
    context.set_offline(True)
    rename(author, "settle", "Offline")
    expect(state(page)).to_contain_text("Offline")
    assert names(author.draft(saving))[1] == "A day"

    context.set_offline(False)
    expect(state(page)).to_contain_text("Saved")
    assert names(author.draft(saving))[1] == "Offline"
    faults.clear()


def test_a_phone_shows_the_whole_bar_while_the_server_is_away(
    author: Author, page: Page, context: BrowserContext, saving: str, faults: list[str]
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator('[data-step="settle"]').click()
    context.set_offline(True)
    page.locator(".panel-name input").fill("Offline")

    expect(state(page).get_by_role("button", name="Try again")).to_be_visible()
    assert page.locator(".top-bar").evaluate("bar => bar.scrollWidth - innerWidth") <= 0
    context.set_offline(False)
    faults.clear()


def test_what_was_done_offline_survives_the_end_of_the_page(
    author: Author, page: Page, context: BrowserContext, saving: str, faults: list[str]
) -> None:
    context.set_offline(True)
    rename_in_vain(author, "settle", "Offline")
    # The page asks, for the server has not got it; this author leaves all the same.
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")
    context.set_offline(False)

    author.open(saving)
    # The browser may have sent the last of it when the page had gone: then there is nothing to restore but the history.
    author.until_draft(saving, lambda draft: names(draft)[1] == "Offline")
    expect(page.get_by_role("button", name="Undo: Rename step")).to_be_enabled()
    faults.clear()


def test_a_change_from_outside_shows_up(author: Author, page: Page, saving: str) -> None:
    change_outside(author.draft_file(saving), again="From git")

    expect(author.card("again")).to_contain_text("From git")
    expect(page.get_by_text("changed outside this page")).to_be_visible()


def test_a_file_that_is_being_written_anew_is_no_change_yet(author: Author, page: Page, saving: str, faults: list[str]) -> None:
    author.draft_file(saving).write_text("")

    with page.expect_response(is_news) as looked:
        look(page, saving)
    assert looked.value.json()["source"] == ""
    rename(author, "settle", "Two days")

    expect(page.get_by_role("dialog", name="This draft was changed elsewhere")).to_be_visible()
    faults.clear()


def test_what_was_saved_while_the_page_looked_for_changes_is_none_from_outside(author: Author, page: Page, saving: str) -> None:
    with author.held_back("**/draft") as arrive:
        look(page, saving)
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        rename(author, "settle", "Two days")
    expect(state(page)).to_contain_text("Saved")

    rename(author, "settle", "Three days")
    with page.expect_response(is_news):
        arrive()
    expect(state(page)).to_contain_text("Saved")
    assert names(author.draft(saving))[1] == "Three days"
    expect(page.get_by_text("changed outside this page")).to_have_count(0)


def look(page: Page, journey_id: str) -> None:
    """Have the page look for changes now: another tab says that it has saved."""
    told = {"kind": "saved", "journeyId": journey_id, "tab": "another"}
    page.evaluate("told => new BroadcastChannel('wend-drafts').postMessage(told)", told)


def is_news(answer: Response) -> bool:
    """Whether the page hears of another draft than it had."""
    return answer.request.method == "GET" and answer.url.endswith("/draft") and answer.status == 200


def test_changes_of_two_authors_at_different_places_are_both_kept(
    author: Author, page: Page, context: BrowserContext, saving: str, faults: list[str]
) -> None:
    clash(author, context, saving, mine=("settle", "Mine"), theirs=("again", "Theirs"))

    dialog = page.get_by_role("dialog", name="This draft was changed elsewhere")
    expect(dialog.get_by_role("region", name="Your changes")).to_contain_text("Mine")
    expect(dialog.get_by_role("region", name="Their changes")).to_contain_text("Theirs")
    assert names(author.draft(saving)) == ["Hello", "A day", "Theirs"], "nothing is overwritten before the author has chosen"
    dialog.get_by_role("button", name="Keep both").click()

    author.until_draft(saving, lambda draft: names(draft) == ["Hello", "Mine", "Theirs"])
    expect(dialog).to_have_count(0)
    faults.clear()


@pytest.mark.parametrize(("button", "kept"), [("Keep mine", "Mine"), ("Take theirs", "Theirs"), ("Keep both, as chosen", "Theirs")])
def test_of_changes_at_the_same_place_the_author_chooses(
    author: Author, page: Page, context: BrowserContext, saving: str, faults: list[str], *, button: str, kept: str
) -> None:
    clash(author, context, saving, mine=("settle", "Mine"), theirs=("settle", "Theirs"))

    page.get_by_role("dialog").get_by_label("Theirs").check()
    page.get_by_role("button", name=button, exact=True).click()

    expect(state(page)).to_contain_text("Saved")
    expect(author.card("settle")).to_contain_text(kept)
    assert names(author.draft(saving))[1] == kept
    faults.clear()


def test_a_draft_deleted_elsewhere_is_kept_if_its_author_wants_it(author: Author, page: Page, saving: str, faults: list[str]) -> None:
    author.draft_file(saving).unlink()
    rename(author, "settle", "Still here")

    page.get_by_role("dialog", name="This draft was deleted elsewhere").get_by_role("button", name="Keep mine").click()

    expect(state(page)).to_contain_text("Saved")
    assert names(author.draft(saving))[1] == "Still here"
    faults.clear()


def clash(author: Author, context: BrowserContext, journey_id: str, *, mine: tuple[str, str], theirs: tuple[str, str]) -> None:
    """Two authors rename a step each, and neither sees the other do it."""
    context.set_offline(True)
    rename(author, *mine)
    expect(state(author.page)).to_contain_text("Offline")
    change_outside(author.draft_file(journey_id), **dict([theirs]))
    context.set_offline(False)
    expect(author.page.get_by_role("dialog")).to_be_visible()


def test_text_and_canvas_follow_each_other(author: Author, page: Page, saving: str) -> None:
    page.keyboard.press("j")
    code(page).get_by_text('"A day"').dblclick()
    page.keyboard.type("week")
    expect(author.card("settle")).to_contain_text("week")

    author.card("again").click()
    expect(code(page).locator(".cm-lit").first).to_contain_text('"again"')
    code(page).get_by_text('"greet": {').click()
    expect(author.card("greet")).to_have_attribute("aria-pressed", "true")


def test_a_text_that_is_no_json_keeps_every_keystroke_and_marks_its_line(author: Author, page: Page, saving: str) -> None:
    page.keyboard.press("j")
    code(page).click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("oops ")

    expect(page.get_by_text("Line 1: “oops” needs quotes.")).to_be_visible()
    expect(code(page).locator(".cm-lintRange-error").first).to_have_text("oops")
    expect(state(page)).to_contain_text("Not saved")
    assert author.draft(saving)["steps"] == JOURNEY["steps"]

    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(code(page)).to_contain_text("oops {")
    code(page).click()
    page.keyboard.press("Control+Home")
    for _ in "oops ":
        page.keyboard.press("Delete")
    expect(page.get_by_text("Text and canvas are the same.")).to_be_visible()
    expect(state(page)).to_contain_text("Saved")


def test_no_keystroke_is_lost_where_the_page_is_slower_than_the_fingers(page: Page, saving: str) -> None:
    page.keyboard.press("j")
    code(page).click()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 8})
    page.keyboard.press("Control+Home")
    typed = "the quick brown fox jumps over the lazy dog "
    page.keyboard.type(typed)

    expect(code(page)).to_contain_text(typed + "{")
    page.keyboard.press("Control+Home")
    for _ in typed:
        page.keyboard.press("Delete")
    expect(page.get_by_text("Text and canvas are the same.")).to_be_visible()


def test_a_draft_that_cannot_be_drawn_opens_as_text_with_its_problems(author: Author, page: Page) -> None:
    author.has_draft("undrawable", {"format": 1, "name": "Odd", "entry": {"type": "pigeon"}, "start": "a", "steps": {}})
    author.open("undrawable")

    expect(code(page)).to_contain_text('"pigeon"')
    expect(page.get_by_text("There is no type 'pigeon' here.").first).to_be_visible()
    expect(page.get_by_role("heading", name="This draft cannot be drawn yet")).to_be_visible()

    code(page).get_by_text('"pigeon"').dblclick()
    page.keyboard.type("api")
    expect(page.get_by_role("heading", name="Odd")).to_be_visible()
    author.until_draft("undrawable", lambda draft: draft["entry"] == {"type": "api"})


def test_a_number_that_no_browser_keeps_stays_as_it_is_in_the_file(author: Author, page: Page, saving: str) -> None:
    file = author.draft_file(saving)
    source = file.read_text().replace('"P1D"', '"P1D",\n      "x-id": 12345678901234567890')
    file.write_text(source)
    author.open(saving)

    expect(page.get_by_text("12345678901234567890 has more digits than numbers keep.").first).to_be_visible()
    expect(page.get_by_role("heading", name="This draft cannot be drawn yet")).to_be_visible()
    assert file.read_text() == source

    code(page).get_by_text("12345678901234567890").dblclick()
    page.keyboard.type('"12345678901234567890"')
    author.until_draft(saving, lambda draft: draft and draft["steps"]["settle"].get("x-id") == "12345678901234567890")


def test_a_certain_remedy_is_one_click(author: Author, page: Page, saving: str) -> None:
    document = json.loads(json.dumps(JOURNEY))
    document["steps"]["again"]["next"] = "nowhere"
    author.draft_file(saving).write_text(format_document(document))
    expect(author.card("again")).to_have_attribute("aria-description", "There is no step 'nowhere'.")

    page.keyboard.press("p")
    page.get_by_role("button", name="Let people finish here").click()

    expect(page.get_by_text("Nothing is wrong. It can be published.")).to_be_visible()
    author.until_draft(saving, lambda draft: "next" not in draft["steps"]["again"])


def test_what_a_tab_that_crashed_had_not_saved_outlives_what_another_tab_saved(
    author: Author, context: BrowserContext, saving: str, faults: list[str]
) -> None:
    tab = Author(context.new_page(), author.wend)
    tab.open(saving)
    cannot_save(tab.page)
    rename_in_vain(tab, "settle", "Mine")

    expect(author.card("settle")).to_contain_text("A day")
    rename(author, "again", "Theirs")
    author.until_draft(saving, lambda draft: names(draft)[2] == "Theirs")
    expect(state(author.page)).to_contain_text("Saved")
    # What a living tab has is not for others to restore, even while it answers nobody.
    stopped = context.new_cdp_session(tab.page)
    stopped.send("Debugger.enable")
    stopped.send("Debugger.pause")
    author.open(saving)
    expect(author.card("settle")).to_contain_text("A day")
    stopped.send("Debugger.disable")
    crash(tab.page)

    author.open(saving)
    dialog = author.page.get_by_role("dialog", name="This draft was changed elsewhere")
    expect(dialog.get_by_role("region", name="Your changes")).to_contain_text("Mine")
    dialog.get_by_role("button", name="Keep both").click()
    author.until_draft(saving, lambda draft: names(draft) == ["Hello", "Mine", "Theirs"])

    # Nothing is offered twice.
    expect(state(author.page)).to_contain_text("Saved")
    author.open(saving)
    expect(author.card("settle")).to_contain_text("Mine")
    expect(author.page.get_by_text("restored")).to_have_count(0)
    faults.clear()


def test_what_several_tabs_left_behind_is_offered_the_newest_first(
    author: Author, page: Page, context: BrowserContext, saving: str, faults: list[str]
) -> None:
    first = Author(context.new_page(), author.wend)
    first.open(saving)
    # A duplicated tab begins with all that the other one's session holds.
    with context.expect_page() as opened:
        first.page.evaluate("open(location.href)")
    second = Author(opened.value, author.wend)
    second.is_ready()
    for tab, step_id, name in ((first, "greet", "Older"), (second, "again", "Newer")):
        cannot_save(tab.page)
        rename_in_vain(tab, step_id, name)
    with second.page.expect_event("crash"):
        crash(first.page)

    # As long as nothing can be saved, nothing else is offered.
    cannot_save(page)
    author.open(saving)
    expect(page.get_by_text("Your last changes were restored.")).to_be_visible()
    page.unroute_all()
    author.until_draft(saving, lambda draft: names(draft) == ["Hello", "A day", "Newer"])
    page.get_by_role("button", name="Restore").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep both").click()
    author.until_draft(saving, lambda draft: names(draft) == ["Older", "A day", "Newer"])
    faults.clear()


def cannot_save(page: Page) -> None:
    """From now on the server takes nothing from this tab."""
    page.route("**/draft*", lambda route: route.abort() if route.request.method == "PUT" else route.fallback())


def crash(page: Page) -> None:
    """End a tab as a browser that runs out of memory does."""
    with page.expect_event("crash"), suppress(PlaywrightError):
        page.goto("chrome://crash")
