"""The designer as an author has it: the real server with the real Temporal and the real mailbox, and a browser that came by the link.

Nothing here waits for a time: Playwright's expectations wait for what they name.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.designer.author import Author
from tests.support.installation import ROOT, Installation, installation

#: Of the distributions and of those who have it already.
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
#: For one expectation: the machine may be busy with a hundred other things.
PATIENCE_MILLISECONDS = 20_000
DESKTOP = {"width": 1440, "height": 900}
BUILT = ROOT / "api" / "designer" / "index.html"

expect.set_options(timeout=PATIENCE_MILLISECONDS)


@dataclass(frozen=True)
class Desk:
    """What an author works at: an installation whose drafts are files of folders of its own."""

    wend: Installation
    journeys: Path
    templates: Path

    @property
    def url(self) -> str:
        """Where the browser finds it; the same name as in the login link, so that origins agree."""
        return f"http://localhost:{self.wend.port}"

    def login_link(self) -> str:
        """The link that was printed at the start."""
        [line] = [line for line in self.wend.lines if line.startswith("log in:")]
        return line.split()[-1]


@pytest.fixture(scope="package")
def desk(tmp_path_factory: pytest.TempPathFactory, temporal_binary: object) -> Iterator[Desk]:
    """One installation for all tests of the designer: each works on journeys of its own."""
    if not BUILT.is_file():
        pytest.skip("the designer is not built: `make designer`")
    folder = tmp_path_factory.mktemp("designer")
    journeys, templates = (folder / name for name in ("journeys", "templates"))
    shutil.copytree(ROOT / "journeys", journeys)
    shutil.copytree(ROOT / "templates", templates)
    with installation(folder / "home", WEND_JOURNEYS=str(journeys), WEND_TEMPLATES=str(templates)) as wend:
        yield Desk(wend, journeys, templates)


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """The driver of the browser."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The machine's own Chromium; nothing is downloaded."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        print("\nTHERE IS NO CHROMIUM: the tests in a browser are skipped; `apt-get install chromium` brings it", file=sys.stderr)
        pytest.skip("there is no Chromium")
    # Containers have neither a user namespace nor much shared memory.
    browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def cookies(chromium: Browser, desk: Desk) -> object:
    """What a browser holds after it has followed the link."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(desk.login_link())
    page.wait_for_url(f"{desk.url}/designer/")
    held = context.storage_state()
    context.close()
    return held


@pytest.fixture
def scheme(request: pytest.FixtureRequest) -> str:
    """The colour scheme; a test that looks at colours is parametrized with both."""
    return str(getattr(request, "param", "light"))


@pytest.fixture
def context(chromium: Browser, cookies: object, desk: Desk, scheme: str) -> Iterator[BrowserContext]:
    """A browser's window that is logged in, in which nothing moves by itself."""
    context = chromium.new_context(
        base_url=desk.url,
        storage_state=cookies,  # type: ignore[arg-type]
        viewport=DESKTOP,  # type: ignore[arg-type]
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context
    context.close()


@pytest.fixture
def faults() -> list[str]:
    """What the page must not do: throw, log an error, break its security policy. A test that provokes some empties the list."""
    return []


@pytest.fixture
def page(context: BrowserContext, faults: list[str], request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Page]:
    """An empty tab; what went wrong in it fails the test."""
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(f"threw {error.message}"))
    page.on("console", lambda message: faults.append(f"{message.type}: {message.text}") if message.type == "error" else None)
    yield page
    if request.session.testsfailed:
        page.screenshot(path=tmp_path / "page.png")
        print(f"the page as it was: {tmp_path}/page.png at {page.url}", file=sys.stderr)
    assert faults == []


@pytest.fixture
def author(page: Page, desk: Desk) -> Author:
    """Somebody who draws journeys."""
    return Author(page, desk.wend)
