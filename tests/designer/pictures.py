"""The README's pictures, made anew from the running product: `make pictures`."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from tests.designer.author import Author
from tests.designer.conftest import CHROMIUM
from tests.support.installation import ROOT, Installation, installation, until

IMAGES = ROOT / "docs" / "images"
JOURNEY = "welcome"
WINDOW = {"width": 1280, "height": 800}
#: Instead of days and an evening, for people whose travels shall be over by the time the picture is taken.
HURRIED = {"settle": "PT1S", "evening": "PT1S", "week": "PT1S"}


def _edit(author: Author) -> None:
    author.open(JOURNEY, step="plan")
    expect(author.page.get_by_label("Name of the step")).to_be_visible()


def _mail(author: Author) -> None:
    author.open(JOURNEY, step="greet", dialog="template")
    expect(author.page.frame_locator("iframe[title^='Preview'][data-front]").locator("body")).to_contain_text("Tamarind")


def _live(author: Author) -> None:
    author.open(JOURNEY, view="live")
    expect(author.page.locator(".card-counts").first).to_be_visible()


#: Each with the scheme it is shown in.
PICTURES: dict[str, tuple[str, Callable[[Author], None]]] = {
    "designer": ("light", _edit),
    "mail": ("light", _mail),
    "live": ("dark", _live),
}


def main() -> None:
    """Start an installation, let people travel, and take every picture."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with installation(home, WEND_JOURNEYS=str(ROOT / "journeys"), WEND_TEMPLATES=str(ROOT / "templates")) as wend:
            _people_travel(wend)
            [link] = [line.split()[-1] for line in wend.lines if line.startswith("log in:")]
            with sync_playwright() as driver:
                path = next(filter(None, map(shutil.which, CHROMIUM)))
                browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
                context = browser.new_context(viewport=WINDOW, reduced_motion="reduce", base_url=f"http://localhost:{wend.port}")  # type: ignore[arg-type]
                page = context.new_page()
                page.goto(link)
                for name, (scheme, show) in PICTURES.items():
                    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
                    show(Author(page, wend))
                    _take(page, IMAGES / f"{name}.png")
                browser.close()


def _people_travel(wend: Installation) -> None:
    """Most have finished an earlier version, some wait in this one."""
    document = json.loads((ROOT / "journeys" / f"{JOURNEY}.json").read_text())
    hurried = {step_id: {"type": "wait", "for": wait, "next": document["steps"][step_id]["next"]} for step_id, wait in HURRIED.items()}
    wend.publish(JOURNEY, {**document, "steps": {**document["steps"], **hurried}})
    _enroll(wend, range(0, 1200))
    until(lambda: _inside(wend) == 0, "they are through", wend.output)
    wend.publish(JOURNEY, document)
    _enroll(wend, range(1200, 1540))
    until(lambda: _inside(wend) == 340, "they are on their way", wend.output)


def _enroll(wend: Installation, numbers: range) -> None:
    people = [_person(number) for number in numbers]
    with wend.client() as client:
        # Who has cooked is known before they are enrolled, and after: the split asks for what came since.
        assert client.post(f"/v1/journeys/{JOURNEY}/participants", json={"participants": people}).is_success
        events = [{"name": "recipe_cooked", "endpoint_id": person["endpoint"]["id"]} for person in people[::2]]
        assert client.post("/v1/events", json={"events": events}).is_success


def _person(number: int) -> dict[str, Any]:
    plan = ("plus", "family", "free", "free", "free")[number % 5]
    name = f"reader-{number}"
    return {"endpoint": {"id": name, "address": f"{name}@example.com", "attributes": {"first_name": "Ada", "plan": plan}}}


def _inside(wend: Installation) -> int:
    with wend.client() as client:
        counts = client.get(f"/v1/journeys/{JOURNEY}/counts").json()
    return sum(sum(step["here"].values()) for step in counts["steps"].values())


def _take(page: Page, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    page.screenshot(path=path, animations="disabled")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
