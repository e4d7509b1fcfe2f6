"""The designer's page: who sees it, what may run in it, how long browsers keep what of it."""

from __future__ import annotations

import dataclasses
import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from tests.api.conftest import PUBLIC_URL, WELCOME, Api
from tests.api.test_pages import link

HTML = {"Accept": "text/html,application/xhtml+xml"}
SCRIPT = "export const journeys = 'all of them';\n" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A build."""
    built = tmp_path / "designer"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html><title>Designer</title>")
    (built / "assets" / "index-a1b2.js").write_text(SCRIPT)
    (built / "assets" / "secret.txt").write_text("not served")
    (built / ".vite").mkdir()
    (built / ".vite" / "manifest.json").write_text("{}")
    return built


@pytest.fixture
async def browser(lite: Api, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that has followed a login link of an author."""
    app = create_app(dataclasses.replace(lite.deployment, designer=folder))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PUBLIC_URL, headers=HTML) as client:
        await client.get(link(lite, "author"))
        yield client


@pytest.mark.parametrize("path", ["/designer/", "/designer/j/welcome", "/designer/j/welcome/people/1?step=greet", "/designer/j/ä b"])
async def test_every_address_of_the_designer_is_the_one_page(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)

    assert (answer.status_code, answer.text) == (200, "<!doctype html><title>Designer</title>")
    assert answer.headers["cache-control"] == "no-cache"
    assert (await browser.get(path, headers={"If-None-Match": answer.headers["etag"]})).status_code == 304


async def test_the_page_may_load_only_what_is_ours_and_is_framed_by_nobody(browser: httpx.AsyncClient) -> None:
    policy = (await browser.get("/designer/")).headers["content-security-policy"]

    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["style-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["object-src"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in policy
    assert "default-src 'none'" in (await browser.get("/")).headers["content-security-policy"]


async def test_files_of_the_build_are_kept_for_a_year(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/designer/assets/index-a1b2.js", headers={"Accept-Encoding": "identity"})

    assert answer.text == SCRIPT
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "content-encoding" not in answer.headers


async def test_files_of_the_build_travel_compressed(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/designer/assets/index-a1b2.js", headers={"Accept-Encoding": "br, gzip"})

    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert int(answer.headers["content-length"]) == len(gzip.compress(SCRIPT.encode(), 9, mtime=0))
    assert answer.text == SCRIPT


@pytest.mark.parametrize(
    "name", ["index-old.js", "secret.txt", "..%2Findex.html", "%2e%2e/.vite/manifest.json", "../.vite/manifest.json", "x" * 200 + ".js"]
)
async def test_what_is_no_file_of_the_build_is_not_found(browser: httpx.AsyncClient, name: str) -> None:
    answer = await browser.get(f"/designer/assets/{name}", headers={"Accept": "*/*"})

    assert answer.status_code in {404, 422}
    assert "immutable" not in answer.headers["cache-control"]


async def test_a_missing_file_is_not_answered_with_the_page(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/designer/favicon.ico", headers={"Accept": "image/*"})).status_code == 404


async def test_the_address_without_a_slash_leads_there(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/designer")

    assert (answer.status_code, answer.headers["location"]) == (307, "/designer/")


async def test_where_nothing_is_built_the_page_says_how(browser: httpx.AsyncClient, folder: Path) -> None:
    (folder / "index.html").unlink()

    answer = await browser.get("/designer/j/welcome")

    assert answer.status_code == 404
    assert "make designer" in answer.text


async def test_who_is_not_logged_in_learns_how(browser: httpx.AsyncClient) -> None:
    browser.cookies.clear()

    page = await browser.get("/designer/j/welcome")
    script = await browser.get("/designer/assets/index-a1b2.js")

    assert page.status_code == 401
    assert "wend keys login-link" in page.text
    assert script.status_code == 200


async def test_a_key_that_may_not_read_is_led_to_the_start_page(lite: Api) -> None:
    async with lite.client(None) as client:
        answer = await client.get(link(lite, "ingest"))

    assert answer.headers["location"] == "/"


async def test_start_page_leads_to_the_designer(browser: httpx.AsyncClient) -> None:
    await browser.put("/v1/journeys/welcome/draft", json=WELCOME, headers={"Origin": PUBLIC_URL})

    home = await browser.get("/")

    assert 'href="/designer/"' in home.text
    assert 'href="/designer/j/welcome"' in home.text


@pytest.mark.parametrize(("origin", "status"), [(PUBLIC_URL, 200), ("https://evil.example", 403), (None, 403)])
async def test_the_cookie_saves_and_checks_a_draft_from_our_own_page_only(
    browser: httpx.AsyncClient, origin: str | None, status: int
) -> None:
    headers = {} if origin is None else {"Origin": origin}

    saved = await browser.put("/v1/journeys/welcome/draft", json=WELCOME, headers=headers)
    checked = await browser.post("/v1/journeys/welcome/check", json=WELCOME, headers=headers)

    assert (saved.status_code, checked.status_code) == (status, status)


async def test_the_cookie_may_what_its_key_may_and_no_more(browser: httpx.AsyncClient) -> None:
    await browser.put("/v1/journeys/welcome/draft", json=WELCOME, headers={"Origin": PUBLIC_URL})

    paused = await browser.post("/v1/journeys/welcome/pause", headers={"Origin": PUBLIC_URL})

    assert paused.status_code == 403
