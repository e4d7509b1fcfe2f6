"""What an author does in the browser, by the words that the page shows; and what they find in folders, mailbox and API afterwards."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, Route, expect

from tests.support.installation import ROOT, Installation, until

AXE = (ROOT / "designer" / "node_modules" / "axe-core" / "axe.min.js").read_text
#: Everything axe knows that is a rule of WCAG 2.2 AA or of good practice.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: For a draft to be saved: the page does it by itself within a second.
PATIENCE_SECONDS = 20.0
MOST_TABS = 60
#: What a screen reader says of the focus, nearly.
FOCUSED_NAME = """() => {
    const focus = document.activeElement === document.body ? null : document.activeElement;
    const labels = [...(focus?.labels ?? [])].map((label) => label.textContent);
    return [focus?.ariaLabel, focus?.placeholder, ...labels, focus?.textContent].filter(Boolean).join(" ");
}"""
#: The pointer passes through so many places on its way: a jump is no drag.
DRAG_STEPS = 12


class Author:
    """Somebody at one browser tab."""

    def __init__(self, page: Page, wend: Installation) -> None:
        self.page = page
        self.wend = wend

    # --- beside the page -------------------------------------------------------------------------------------------------

    def has_draft(self, journey_id: str, document: Mapping[str, Any]) -> None:
        """Have a draft there before the page is opened."""
        with self.wend.client() as client:
            answer = client.put(f"/v1/journeys/{journey_id}/draft", json=document)
        assert answer.is_success, answer.text

    def draft(self, journey_id: str) -> dict[str, Any]:
        """The draft as the server has it."""
        with self.wend.client() as client:
            answer = client.get(f"/v1/journeys/{journey_id}/draft")
        assert answer.is_success, answer.text
        document: dict[str, Any] = answer.json()["document"]
        return document

    def draft_file(self, journey_id: str) -> Path:
        """The draft as git sees it."""
        return Path(self.wend.environment["WEND_JOURNEYS"]) / f"{journey_id}.json"

    # --- on the page -----------------------------------------------------------------------------------------------------

    def open(self, journey_id: str, **query: str) -> None:
        """Open a journey and wait until it is drawn."""
        self.page.goto(f"/designer/j/{journey_id}" + (f"?{urlencode(query)}" if query else ""))
        self.is_ready()

    def is_ready(self) -> None:
        """Wait until the journey is drawn."""
        expect(self.page.locator(".editor[data-ready]")).to_be_visible()
        expect(self.page.locator(".canvas:not([data-drawn])")).to_have_count(0)

    def card(self, step_id: str) -> Locator:
        """A step's card."""
        return self.page.locator(f'.canvas [data-step="{step_id}"]')

    def plus(self, pointer: str) -> Locator:
        """The plus on a way, e.g. `/steps/greet/next`."""
        return self.page.locator(f'.canvas [data-way="{pointer}"]')

    def carry(self, what: Locator, to: Locator) -> None:
        """Drag something onto something, with the mouse."""
        x, y = _middle(what)
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(*_middle(to), steps=DRAG_STEPS)
        # What can take it has grown meanwhile: its middle is where the hand goes on to.
        mouse.move(*_middle(to), steps=2)
        mouse.up()

    @contextmanager
    def held_back(self, address: str, method: str = "GET") -> Iterator[Callable[[], None]]:
        """Do something while an answer is on its way, at least one; what is asked for arrives when the test calls what this gives."""
        held: list[Route] = []
        has_arrived = False

        def hold(route: Route) -> None:
            if has_arrived or route.request.method != method:
                route.fallback()
            else:
                held.append(route)

        def arrive() -> None:
            nonlocal has_arrived
            has_arrived = True
            for route in held:
                route.continue_()

        self.page.route(address, hold)
        yield arrive
        # The page may be slower than what was done meanwhile.
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not held:
            assert time.monotonic() < deadline, f"nobody asks for {address}"
            self.page.wait_for_timeout(20)

    def order(self, journey_id: str) -> list[str]:
        """The ids of the saved draft along its first path."""
        steps, found = self.draft(journey_id)["steps"], []
        step_id = self.draft(journey_id)["start"]
        while step_id in steps:
            found.append(step_id)
            step_id = next(iter(_nexts(steps[step_id])), None)
        return found

    def until_draft(self, journey_id: str, holds: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """Wait until the draft that is saved is as it should be."""
        until(
            lambda: holds(self.draft(journey_id)),
            "the draft is saved",
            lambda: json.dumps(self.draft(journey_id)),
            patience=PATIENCE_SECONDS,
        )
        return self.draft(journey_id)

    def tab_to(self, name: str) -> None:
        """Press Tab until the focus is on what is called so; it may still be on its way."""
        pressed, deadline = 0, time.monotonic() + PATIENCE_SECONDS
        while name not in self.page.evaluate(FOCUSED_NAME):
            assert pressed < MOST_TABS or time.monotonic() < deadline, f"Tab never comes to {name!r}"
            self.page.keyboard.press("Tab")
            pressed += 1

    def violations(self, rules: Sequence[str] = ()) -> list[str]:
        """What axe finds on the page as it is now, a line each: by these rules, else by all it has."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE())
        chosen = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": AXE_TAGS}
        found = self.page.evaluate("chosen => axe.run(document, {runOnly: chosen, resultTypes: ['violations']})", chosen)
        return [
            f"{violation['id']} ({violation['impact']}): {node['target']} {node['html'][:160]} {node['failureSummary'][-200:]}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]


def _middle(what: Locator) -> tuple[float, float]:
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    assert box is not None, f"{what} is not on the screen"
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _nexts(step: Mapping[str, Any]) -> Iterator[str]:
    for branch in [step, *step.get("branches", []), step.get("else", {})]:
        if "next" in branch:
            yield branch["next"]
