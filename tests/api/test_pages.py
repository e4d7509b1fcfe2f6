"""Pages for people: logging in, unsubscribing, the mailbox; and that no other site's page can use them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from itsdangerous import URLSafeTimedSerializer

from api.app import describe_api
from api.auth import COOKIE, LINK_SECONDS, make_login_link
from engine.mail import ledger
from engine.mail.addresses import read_address
from engine.mail.mailbox import Mailbox
from engine.run.keys import DEFAULT_PROJECT, find_key, revoke_key
from engine.store import sends, suppressions
from engine.store.ids import new_id
from engine.store.sends import NewSend
from tests.api.conftest import PUBLIC_URL, Api

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


# --- logging in -------------------------------------------------------------------------------------------------------


def link(api: Api, role: str = "operate") -> str:
    """A login link."""
    return make_login_link(PUBLIC_URL, api.deployment.secret, find_key(api.deployment.database, api.keys[role]))


async def browser(api: Api, role: str = "operate") -> httpx.AsyncClient:
    """A browser that followed a login link."""
    client = api.client(None)
    assert (await client.get(link(api, role))).status_code == 303
    return client


async def test_a_login_link_logs_the_browser_in_and_leaves_the_address_bar(lite: Api) -> None:
    async with lite.client(None) as client:
        answer = await client.get(link(lite))
        home = await client.get("/")
        journeys = await client.get("/v1/journeys")

    assert (answer.status_code, answer.headers["location"]) == (303, "/designer/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "Wend is running" in home.text
    assert journeys.status_code == 200


async def test_a_browser_without_a_login_learns_how_to_get_one_and_nothing_else(lite: Api) -> None:
    async with lite.client(None) as client:
        home = await client.get("/")
        mailbox = await client.get("/mailbox", headers={"Accept": "text/html"})

    assert "wend keys login-link" in home.text
    assert "Parts" not in home.text
    assert mailbox.status_code == 401
    assert "not logged in" in mailbox.text


@pytest.mark.parametrize("token", ["", "x", "WyJkZWZhdWx0IiwieCJd.aaaa.bbbb"])
async def test_a_link_that_is_not_ours_logs_nobody_in(lite: Api, token: str) -> None:
    async with lite.client(None) as client:
        answer = await client.get("/login", params={"token": token})

    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


async def test_every_flipped_character_of_a_link_is_refused(lite: Api) -> None:
    token = link(lite).partition("token=")[2]
    async with lite.client(None) as client:
        for index in range(0, len(token) - 1, 3):
            flipped = token[:index] + ("A" if token[index] != "A" else "B") + token[index + 1 :]
            assert (await client.get("/login", params={"token": flipped})).status_code == 401


async def test_a_link_without_its_token_leads_to_the_page_that_says_how_to_log_in(lite: Api) -> None:
    async with lite.client(None, Accept="text/html") as browser:
        answer = await browser.get("/login")

    assert answer.status_code == 401
    assert "wend keys login-link" in answer.text


async def test_an_old_link_and_a_revoked_keys_login_are_worth_nothing(lite: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    old = link(lite, "read")
    client = await browser(lite, "author")
    key = find_key(lite.deployment.database, lite.keys["author"])
    revoke_key(lite.deployment.database, DEFAULT_PROJECT, key.id)
    revoked = await client.get("/v1/journeys")
    later = datetime.now(UTC) + timedelta(seconds=LINK_SECONDS + 10)
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later.timestamp())
    expired = await client.get(old)

    assert (revoked.status_code, expired.status_code) == (401, 401)


async def test_a_login_token_is_no_session_and_no_session_a_login(lite: Api) -> None:
    session = URLSafeTimedSerializer(lite.deployment.secret, salt="session").dumps(["default", "x"])
    async with lite.client(None) as client:
        client.cookies.set(COOKIE, link(lite).partition("token=")[2])
        as_session = await client.get("/v1/journeys")
        as_login = await client.get("/login", params={"token": session})

    assert (as_session.status_code, as_login.status_code) == (401, 401)


async def test_logging_out_forgets_the_browser(lite: Api) -> None:
    client = await browser(lite)
    elsewhere = await client.post("/logout", headers={"Origin": "https://evil.example"})
    await client.post("/logout", headers={"Origin": PUBLIC_URL})
    after = await client.get("/v1/journeys")

    assert (elsewhere.status_code, after.status_code) == (403, 401)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": PUBLIC_URL}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": PUBLIC_URL + ".evil.example"}, 403),
        ({"Origin": PUBLIC_URL.replace("http", "https")}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({}, 403),
    ],
)
async def test_a_cookie_changes_something_only_from_our_own_pages(lite: Api, headers: dict[str, str], status: int) -> None:
    client = await browser(lite)

    answer = await client.put("/v1/endpoints/ada", json={"address": "ada@example.com"}, headers=headers)

    assert answer.status_code == status


async def test_a_key_needs_no_origin(lite: Api) -> None:
    async with lite.client(Origin="https://elsewhere.example") as client:
        assert (await client.put("/v1/endpoints/ada", json={"address": "ada@example.com"})).status_code == 200


# --- unsubscribing ----------------------------------------------------------------------------------------------------


@pytest.fixture
async def mailed(api: Api) -> str:
    """The token of a mail to Ada."""
    async with api.client() as client:
        await client.put("/v1/endpoints/ada", json={"address": "ada@example.com"})
    return make_send(api)


def make_send(api: Api) -> str:
    """Put a journey's mail to Ada into the ledger and return its link's token."""
    send_id, address, now = new_id(), read_address("ada@example.com"), datetime.now(UTC)
    row = NewSend(
        project=DEFAULT_PROJECT,
        id=send_id,
        send_class=ledger.JOURNEY,
        origin_key=ledger.origin_key(send_id, "greet"),
        message_id=f"<{send_id}@wend.example>",
        address=address.text,
        address_hash=address.digest,
        domain=address.domain,
        template="hello",
        template_version=1,
        due_at=now,
        created_at=now,
        journey_id="welcome",
        step_id="greet",
        endpoint_id="ada",
    )
    with api.deployment.database.write() as connection:
        sends.insert_queued(connection, [row])
    return api.deployment.links.make_token("unsubscribe", send_id)


async def is_out(api: Api) -> bool:
    """Whether Ada is written to no more."""
    async with api.client() as client:
        endpoint = (await client.get("/v1/endpoints/ada")).json()
    with api.deployment.database.read() as connection:
        found = suppressions.find(connection, DEFAULT_PROJECT, [read_address("ada@example.com").digest])
    assert bool(found) is (endpoint["opted_out_at"] is not None)
    return bool(found)


async def test_fetching_the_link_never_unsubscribes(api: Api, mailed: str) -> None:
    async with api.client(None) as client:
        for path in (f"/u/{mailed}", f"/u/{mailed}?List-Unsubscribe=One-Click", f"/u/{mailed}/preferences"):
            answer = await client.get(path)
            assert answer.status_code == 200
        head = await client.head(f"/u/{mailed}")

    assert (head.status_code, head.content) == (200, b"")
    assert not await is_out(api)


async def test_one_click_unsubscribes_at_once_without_cookie_or_redirect(api: Api, mailed: str) -> None:
    async with api.client(None) as client:
        answers = [await client.post(f"/u/{mailed}", data=ONE_CLICK) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("set-cookie" not in answer.headers for answer in answers)
    assert await is_out(api)


async def test_one_click_may_come_as_multipart_and_from_anywhere(lite: Api) -> None:
    async with lite.client() as client:
        await client.put("/v1/endpoints/ada", json={"address": "ada@example.com"})
    async with lite.client(None, Origin="https://mail.example") as client:
        answer = await client.post(f"/u/{make_send(lite)}", files={"List-Unsubscribe": (None, "One-Click")})

    assert answer.status_code == 200
    assert await is_out(lite)


@pytest.mark.parametrize("body", [b"", b"a=b", b"List-Unsubscribe=", b"{}"])
async def test_a_post_that_is_not_one_click_changes_nothing(lite: Api, body: bytes) -> None:
    async with lite.client() as client:
        await client.put("/v1/endpoints/ada", json={"address": "ada@example.com"})
        answer = await client.post(f"/u/{make_send(lite)}", content=body)

    assert answer.status_code == 400
    assert not await is_out(lite)


async def test_the_page_has_one_button_that_does_what_one_click_does(lite: Api) -> None:
    token = make_send(lite)
    async with lite.client(None) as client:
        asked = (await client.get(f"/u/{token}")).text
        action = re.search(r'action="([^"]+)"', asked)
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', asked))
        assert action is not None
        done = await client.post(action.group(1), data=fields)

    assert asked.count("<button") == 1
    assert "You are unsubscribed" in done.text


@pytest.mark.parametrize("token", ["x", "A" * 36, "../../etc", "é"])
async def test_a_link_that_is_not_ours_is_told_kindly(lite: Api, token: str) -> None:
    async with lite.client(None) as client:
        answers = [await client.get(f"/u/{token}"), await client.post(f"/u/{token}", data=ONE_CLICK)]

    assert all(answer.status_code in {404, 422} for answer in answers)


async def test_preferences_mask_the_address_and_stop_mail_once_asked(api: Api, mailed: str) -> None:
    async with api.client(None) as client:
        shown = await client.get(f"/u/{mailed}/preferences")
        wrong = await client.post(f"/u/{mailed}/preferences", data={"mail": "all"})
        before = await is_out(api)
        done = await client.post(f"/u/{mailed}/preferences", data={"mail": "none"})

    assert "ada@example.com" not in shown.text
    assert "a•••@example.com" in shown.text
    assert (wrong.status_code, before) == (400, False)
    assert "no mail from us" in done.text
    assert await is_out(api)


async def test_lifting_a_suppression_takes_the_opt_out_back(api: Api, mailed: str) -> None:
    async with api.client() as client:
        await client.post(f"/u/{mailed}", data=ONE_CLICK)
        lifted = [(await client.delete("/v1/suppressions", params={"address": "ada@example.com"})).status_code for _ in range(2)]

    assert lifted == [204, 404]
    assert not await is_out(api)


# --- the mailbox ------------------------------------------------------------------------------------------------------

EVIL = "<script>alert(1)</script>"
MAIL = (
    "From: Wend <wend@wend.example>\r\nTo: ada@example.com\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello in text {evil}\r\n"
    "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><head></head><body>Hello in HTML {evil}</body></html>\r\n--b--\r\n"
)


@pytest.fixture
def mail_id(lite: Api) -> str:
    """A mail in the mailbox that would like to run a script."""
    assert lite.deployment.mailbox is not None
    lite.deployment.mailbox.mkdir()
    return Mailbox(lite.deployment.mailbox).store(
        "w@wend.example", ["ada@example.com"], MAIL.format(subject=f"Hi {EVIL}", evil=EVIL).encode()
    )


async def test_the_mailbox_shows_mails_and_runs_nothing(lite: Api, mail_id: str) -> None:
    client = await browser(lite, "read")
    shown = await client.get("/mailbox")
    views = {view: (await client.get(f"/mailbox/{mail_id}", params={"view": view})).text for view in ("html", "text", "headers", "source")}
    source = await client.get(f"/mailbox/{mail_id}/source")

    assert f"/mailbox/{mail_id}" in shown.text
    assert all(EVIL not in text for text in (shown.text, *views.values()))
    assert "Hello in text" in views["text"]
    assert "multipart/alternative" in views["headers"]
    assert "Content-Type: text/plain" in views["source"]
    assert source.headers["content-type"] == "message/rfc822"
    assert "attachment" in source.headers["content-disposition"]


async def test_a_mails_html_stands_in_a_frame_that_may_do_nothing(lite: Api, mail_id: str) -> None:
    client = await browser(lite, "read")
    page = await client.get(f"/mailbox/{mail_id}")
    frame = await client.get(f"/mailbox/{mail_id}/html")

    policy = frame.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    assert 'sandbox="allow-popups' in page.text
    assert "Hello in HTML" in frame.text


NO_MAIL = ["/mailbox/" + "0" * 32, "/mailbox/..%2F..%2Fetc%2Fpasswd", "/mailbox/x", "/mailbox/x/html", "/mailbox/" + "0" * 32 + "/source"]


@pytest.mark.parametrize("path", NO_MAIL)
async def test_a_mail_that_is_not_there_is_not_found(lite: Api, path: str) -> None:
    client = await browser(lite, "read")
    shown = await client.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    told = await client.get(path, headers={"Accept": "application/json"})

    assert (shown.status_code, shown.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert 'href="/mailbox"' in shown.text
    assert (told.status_code, told.json()["error"]) == (404, "not_found")


async def test_an_address_that_does_not_exist_is_a_page_for_browsers_and_json_for_programs(lite: Api) -> None:
    async with lite.client() as client:
        shown = await client.get("/nowhere", headers={"Accept": "text/html"})
        told = await client.get("/nowhere")
        api = await client.get("/v1/nowhere", headers={"Accept": "text/html"})

    assert (shown.status_code, shown.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no such page." in shown.text
    assert told.json()["error"] == api.json()["error"] == "not_found"


async def test_an_empty_mailbox_says_what_to_do(lite: Api) -> None:
    client = await browser(lite, "read")

    assert "Nothing has arrived yet" in (await client.get("/mailbox")).text


@pytest.mark.parametrize(
    "source", [b"", b"no headers", b"Content-Type: text/html; charset=nonsense\r\n\r\n\xff\xfe", b"Subject: =?x?q?\xff?=\r\n\r\nx"]
)
async def test_whatever_came_is_shown(lite: Api, mail_id: str, source: bytes) -> None:
    assert lite.deployment.mailbox is not None
    odd = Mailbox(lite.deployment.mailbox).store("", [], source)
    client = await browser(lite, "read")

    for path in (f"/mailbox/{odd}", f"/mailbox/{odd}?view=headers", f"/mailbox/{odd}/html", "/mailbox"):
        assert (await client.get(path)).status_code == 200


# --- every answer -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/healthz", "/v1/journeys", "/nowhere", "/u/x", "/openapi.json", "/mailbox"])
async def test_every_answer_has_the_security_headers(lite: Api, path: str) -> None:
    async with lite.client() as client:
        answer = await client.get(path)

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/mailbox", "/assets/wend.css", "/v1/journeys", "/openapi.json", "/nowhere"])
async def test_head_is_get_without_a_body(lite: Api, path: str) -> None:
    async with lite.client() as client:
        full, head = await client.get(path), await client.head(path)

    assert head.status_code == full.status_code
    assert head.headers == full.headers
    assert head.content == b""
    assert full.content


def test_the_openapi_document_describes_no_head() -> None:
    assert all("head" not in operations for operations in describe_api()["paths"].values())


def test_no_page_has_a_script_or_an_inline_style() -> None:
    for page in (Path(__file__).parents[2] / "api/pages").glob("*.html"):
        text = page.read_text()
        assert not re.search(r"<script|\sstyle=|\son\w+=|javascript:|https?://", text), page.name
