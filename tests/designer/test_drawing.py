"""Drawing a journey: what the hand does on the canvas is what stands in the draft, and can be undone."""

from __future__ import annotations

import json

import pytest
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
        "again": {"type": "email", "template": "welcome-praise"},
    },
}
PLANS = {
    **GREETING,
    "name": "Plans",
    "start": "plan",
    "steps": {
        "plan": {
            "type": "split",
            "branches": [
                {"id": "pro", "name": "Pro", "when": {"type": "attribute", "name": "plan", "op": "is", "value": "pro"}, "next": "thanks"}
            ],
            "else": {"name": "Others", "next": "offer"},
        },
        "thanks": {"type": "email", "template": "welcome-praise", "next": "settle"},
        "settle": {"type": "wait", "for": "P1D"},
        "offer": {"type": "email", "template": "welcome-discount"},
    },
}

#: Waits until the page has been painted so often.
FRAMES = """(count) => new Promise((done) => {
    const next = () => (count-- > 0 ? requestAnimationFrame(next) : done());
    next();
})"""

#: Notes the places at which the first card is seen, again and again, until it has been seen for a while.
NOTE_PLACES = """
window.noted = new Promise((done) => {
    const places = new Set();
    const turns = new MessageChannel();
    let first = Infinity;
    turns.port1.onmessage = () => {
        const view = document.querySelector(".canvas .react-flow__viewport");
        const card = view?.querySelector("[data-step]");
        if (card && getComputedStyle(view).opacity === "1") {
            const { x, y } = card.getBoundingClientRect();
            first = Math.min(first, performance.now());
            places.add(`${x} ${y}`);
        }
        if (performance.now() < first + 200) turns.port2.postMessage(0);
        else done([...places]);
    };
    turns.port2.postMessage(0);
});
"""


@pytest.fixture
def greeting(author: Author, request: pytest.FixtureRequest) -> str:
    """A journey of a test's own, open: a mail, a day, another mail."""
    return opened(author, request, GREETING)


@pytest.fixture
def plans(author: Author, request: pytest.FixtureRequest) -> str:
    """One with a split, open."""
    return opened(author, request, PLANS)


def opened(author: Author, request: pytest.FixtureRequest, document: dict[str, object]) -> str:
    journey_id = request.node.name.replace("test_", "").replace("_", "-")[:50].strip("-")
    author.has_draft(journey_id, document)
    author.open(journey_id)
    return journey_id


def test_step_from_the_palette_lands_on_the_plus_it_is_dropped_on(author: Author, page: Page, greeting: str) -> None:
    author.carry(page.locator('.palette [data-kind="wait"]'), author.plus("/steps/greet/next"))

    draft = author.until_draft(greeting, lambda draft: len(draft["steps"]) == 4)
    assert draft["steps"]["greet"]["next"] == "wait"
    assert draft["steps"]["wait"]["next"] == "settle"
    expect(author.card("wait")).to_have_attribute("aria-pressed", "true")


def test_step_dropped_beside_every_plus_changes_nothing(author: Author, page: Page, greeting: str) -> None:
    palette = page.locator('.palette [data-kind="wait"]')

    author.carry(palette, page.locator(".palette"))

    expect(page.locator(".canvas .card")).to_have_count(3)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def test_what_is_carried_before_the_page_can_carry_lands_where_it_was_dropped(author: Author, page: Page, greeting: str) -> None:
    with author.held_back("**/assets/carrying-*.js") as arrive:
        author.open(greeting)
        author.carry(page.locator('.palette [data-kind="wait"]'), author.plus("/steps/settle/next"))

    arrive()

    author.until_draft(greeting, lambda _: author.order(greeting) == ["greet", "settle", "wait", "again"])


def test_a_panel_takes_the_focus_however_late_it_comes(author: Author, page: Page, greeting: str) -> None:
    with author.held_back("**/assets/StepPanel-*.js") as arrive:
        author.open(greeting)
        author.plus("/steps/settle/next").click()
        page.keyboard.type("wait")
        page.keyboard.press("Enter")
        expect(author.card("wait")).to_be_focused()
        # Longer than anything that is counted in frames.
        page.evaluate(FRAMES, 200)

    arrive()

    expect(page.locator(".editor-panel :focus")).to_have_count(1)


def test_card_is_carried_to_another_place(author: Author, greeting: str) -> None:
    author.carry(author.card("again"), author.plus("/start"))

    author.until_draft(greeting, lambda _: author.order(greeting) == ["again", "greet", "settle"])


def test_plus_opens_a_picker_that_is_searched_by_typing(author: Author, page: Page, greeting: str) -> None:
    author.plus("/steps/settle/next").click()
    page.keyboard.type("exper")
    page.keyboard.press("Enter")

    draft = author.until_draft(greeting, lambda draft: len(draft["steps"]) == 4)
    [added] = [step_id for step_id in draft["steps"] if step_id not in GREETING["steps"]]
    assert draft["steps"][added]["type"] == "ab_test"
    assert author.order(greeting) == ["greet", "settle", added, "again"]


def test_what_is_typed_before_the_picker_is_there_is_kept_for_it(author: Author, page: Page, greeting: str) -> None:
    with author.held_back("**/assets/StepPicker-*.js") as arrive:
        author.open(greeting)
        author.plus("/steps/settle/next").click()
        page.keyboard.type("exper")
        page.keyboard.press("Enter")

    arrive()

    author.until_draft(greeting, lambda draft: "ab_test" in {step["type"] for step in draft["steps"].values()})


def test_deleting_heals_and_undo_brings_it_back_with_its_selection(author: Author, page: Page, greeting: str) -> None:
    author.card("settle").click()
    page.keyboard.press("Delete")
    author.until_draft(greeting, lambda _: author.order(greeting) == ["greet", "again"])

    page.get_by_role("button", name="Undo: Delete “Settle”").click()

    author.until_draft(greeting, lambda _: author.order(greeting) == ["greet", "settle", "again"])
    expect(author.card("settle")).to_have_attribute("aria-pressed", "true")

    page.keyboard.press("Control+Shift+Z")
    author.until_draft(greeting, lambda _: author.order(greeting) == ["greet", "again"])


def test_deleting_a_split_asks_which_branch_stays(author: Author, page: Page, plans: str) -> None:
    author.card("plan").click()
    page.keyboard.press("Delete")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_text("Keep “Others”").click()
    dialog.get_by_role("button", name="Delete").click()

    author.until_draft(plans, lambda draft: draft["start"] == "offer" and set(draft["steps"]) == {"offer"})


def test_steps_are_cut_from_one_journey_and_pasted_into_another(author: Author, page: Page, plans: str) -> None:
    author.card("thanks").click()
    page.keyboard.press("Control+Shift+A")
    page.keyboard.press("Control+C")
    author.has_draft("pasted", GREETING)
    author.open("pasted")
    author.card("again").click()

    page.keyboard.press("Control+V")

    draft = author.until_draft("pasted", lambda draft: len(draft["steps"]) == 5)
    assert author.order("pasted") == [
        "greet",
        "settle",
        "again",
        "thanks",
        *[x for x in draft["steps"] if x not in {*GREETING["steps"], "thanks"}],
    ]


def test_journey_is_shown_once_it_can_be_copied_from(author: Author, page: Page, greeting: str) -> None:
    with author.held_back("**/assets/fragments-*.js") as arrive:
        # The page before asked, too, whether there is another draft: that there is none. What it does not hear any more never ends.
        with page.expect_response(lambda answer: answer.url.endswith(f"/{greeting}/draft") and answer.status == 200) as draft:
            page.goto(f"/designer/j/{greeting}")
        draft.value.body()
    page.evaluate(FRAMES, 20)
    expect(author.card("again")).to_have_count(0)

    arrive()
    author.card("again").click()
    page.keyboard.press("Control+X")

    author.until_draft(greeting, lambda draft: len(draft["steps"]) == 2)


def test_journey_is_seen_where_it_stays(author: Author, page: Page, greeting: str) -> None:
    page.add_init_script(NOTE_PLACES)
    author.open(greeting)

    assert len(page.evaluate("noted")) == 1


def test_branches_change_places(author: Author, page: Page, plans: str) -> None:
    author.card("plan").click()
    page.keyboard.press("Alt+s")

    author.until_draft(
        plans, lambda draft: draft["steps"]["plan"]["else"]["next"] == "thanks" or draft["steps"]["plan"]["branches"][0]["next"] == "offer"
    )
    assert box(author, "offer") < box(author, "thanks")


def test_steps_in_a_frame_are_copied_not_the_words_around_them(author: Author, page: Page, plans: str) -> None:
    frame(author, page, "thanks", "offer")
    expect(page.locator(".canvas [aria-pressed=true]")).to_have_count(2)

    page.keyboard.press("Control+C")

    expect(page.get_by_text("Copied 2 steps")).to_be_visible()
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert set(copied["steps"]) == {"thanks", "offer"}


def test_undo_in_passing_is_offered_until_the_next_edit(author: Author, page: Page, greeting: str) -> None:
    author.card("again").click()
    page.keyboard.press("Delete")
    passing = page.locator(".notices").get_by_role("button", name="Undo")
    expect(passing).to_be_visible()

    author.card("greet").click()
    expect(passing).to_be_visible()
    page.keyboard.press("Control+D")

    expect(passing).to_be_hidden()


def test_what_is_undone_stands_where_it_stood(author: Author, page: Page, plans: str) -> None:
    before = {step_id: author.card(step_id).bounding_box() for step_id in ("plan", "thanks", "offer")}
    author.carry(author.card("offer"), author.plus("/start"))
    expect(author.plus("/steps/offer/next")).to_have_attribute("aria-label", "Add a step after Offer")
    author.until_draft(plans, lambda draft: draft["start"] == "offer")

    page.keyboard.press("Control+Z")

    author.until_draft(plans, lambda draft: draft["start"] == "plan")
    assert {step_id: author.card(step_id).bounding_box() for step_id in before} == before


def test_a_branch_joins_a_step_and_leaves_it_again(author: Author, page: Page, plans: str) -> None:
    author.plus("/steps/offer/next").click()
    page.keyboard.type("settle")
    page.keyboard.press("Enter")
    author.until_draft(plans, lambda draft: draft["steps"]["offer"].get("next") == "settle")

    author.plus("/steps/offer/next").click()
    page.keyboard.type("nowhere")
    page.keyboard.press("Enter")

    draft = author.until_draft(plans, lambda draft: "next" not in draft["steps"]["offer"])
    assert draft["steps"]["thanks"]["next"] == "settle"


def test_what_a_card_offers_is_in_its_panel_too(author: Author, page: Page, greeting: str) -> None:
    author.card("settle").click()
    page.get_by_role("button", name="What can be done with it").click()

    page.get_by_role("menuitem", name="Duplicate").click()

    author.until_draft(greeting, lambda draft: author.order(greeting) == ["greet", "settle", "settle_2", "again"])


def test_a_step_that_is_found_has_the_focus(author: Author, page: Page, plans: str) -> None:
    author.card("plan").click()
    page.keyboard.press("Control+F")
    page.keyboard.type("settle")
    page.keyboard.press("Enter")

    expect(author.card("settle")).to_be_focused()


def test_what_is_typed_before_a_list_is_there_is_nothing_to_the_card_with_the_focus(author: Author, page: Page, plans: str) -> None:
    with author.held_back("**/assets/CommandPalette-*.js") as arrive:
        author.open(plans)
        author.card("plan").click()
        page.keyboard.press("Control+F")
        page.keyboard.type("settle")
        page.keyboard.press("Enter")

    arrive()

    expect(author.card("settle")).to_be_focused()


def test_an_emptied_journey_begins_where_it_began(author: Author, page: Page, plans: str) -> None:
    entry = page.locator(".way-start")
    before = entry.bounding_box()
    author.card("plan").click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    author.until_draft(plans, lambda draft: not draft["steps"])

    assert entry.bounding_box() == before


def frame(author: Author, page: Page, one: str, other: str) -> None:
    """Draw a frame around two cards, from the lower right to the upper left."""
    boxes = [author.card(step_id).bounding_box() for step_id in (one, other)]
    left, top = min(box["x"] for box in boxes if box), min(box["y"] for box in boxes if box)
    right, bottom = max(box["x"] + box["width"] for box in boxes if box), max(box["y"] + box["height"] for box in boxes if box)
    page.mouse.move(right + 16, bottom - 8)
    page.keyboard.down("Shift")
    page.mouse.down()
    page.mouse.move(left - 16, top + 8, steps=8)
    page.mouse.up()
    page.keyboard.up("Shift")


def box(author: Author, step_id: str) -> float:
    """How far to the right a card is."""
    found = author.card(step_id).bounding_box()
    assert found is not None
    return found["x"]
