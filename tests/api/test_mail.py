"""Templates, previews, test sends, the ledger and suppressions over HTTP."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from engine.store.tables import sends
from tests.api.conftest import Api, with_welcome

HELLO = {
    "subject": "Hello {{ user.attributes.name }}",
    "html": "<p>Hello {{ user.attributes.name }}</p>",
    "text": "Hello",
    "from": "W <w@wend.example>",
}


async def test_a_template_is_saved_read_listed_and_guarded(api: Api) -> None:
    path = "/v1/templates/hello"
    async with api.client() as client:
        first = await client.put(path, json=HELLO)
        same = await client.put(path, json=HELLO)
        second = await client.put(path, json={"subject": "Two"}, headers={"If-Match": first.headers["etag"]})
        stale = await client.put(path, json={"subject": "Three"}, headers={"If-Match": first.headers["etag"]})
        old = await client.get(path, params={"version": 1})
        missing = await client.get(path, params={"version": 9})
        listed = await client.get("/v1/templates")

    assert [answer.status_code for answer in (first, same, second, stale, missing)] == [200, 200, 200, 412, 404]
    assert [answer.json()["version"] for answer in (first, same, second, old)] == [1, 1, 2, 1]
    assert old.json()["content"]["from"] == "W <w@wend.example>"
    assert [(one["name"], one["version"], one["subject"]) for one in listed.json()["results"]] == [("hello", 2, "Two")]


async def test_a_preview_is_made_by_the_real_renderer(lite: Api) -> None:
    body = {"user": {"attributes": {"name": "<Ada>"}}}
    async with lite.client("read") as client:
        async with lite.client() as author:
            await author.put("/v1/templates/hello", json=HELLO)
        saved = await client.post("/v1/templates/hello/preview", json=body)
        given = await client.post("/v1/templates/new/preview", json={"content": {"subject": "Hi {{ endpoint.address }}"}})
        missing = await client.post("/v1/templates/new/preview", json={})
        failed = await client.post("/v1/templates/hello/preview", json={})

    assert saved.json()["subject"] == "Hello <Ada>"
    assert "Hello &lt;Ada&gt;" in saved.json()["html"]
    assert saved.json()["from"] == "W <w@wend.example>"
    assert given.json()["subject"] == "Hi preview@example.com"
    assert missing.status_code == 404
    assert (failed.status_code, failed.json()["error"]) == (422, "render_failed")
    assert "name" in failed.json()["detail"]


WARM = {
    "subject": "Hi {{ user.attributes.name }}",
    "html": '<style>p {}</style><a href="/?{{ user.attributes.name }}">{{ user.attributes.name }}, {{ endpoint.attributes.plan }}</a>',
    "defaults": {"endpoint": {"attributes": {"plan": "free"}}},
}


async def test_a_preview_tells_its_variables_and_marks_those_that_are_missing(lite: Api) -> None:
    content = {**WARM, "text": "{% if context.order %}{{ context.order }}{% endif %}"}
    async with lite.client("read") as client:
        answer = (await client.post("/v1/templates/new/preview", json={"content": content, "marks_missing": True})).json()
        plain = await client.post("/v1/templates/new/preview", json={"content": content})
        known = await client.post("/v1/templates/new/preview", json={"content": content, "user": {"attributes": {"name": "Ada"}}})

    assert {one["name"]: (one["is_needed"], one["is_missing"]) for one in answer["variables"]} == {
        "context.order": (False, True),
        "endpoint.attributes.plan": (True, False),
        "user.attributes.name": (True, True),
    }
    assert answer["subject"] == "Hi user.attributes.name"
    assert 'href="/?user.attributes.name"' in answer["html"]
    assert ">user.attributes.name</mark>, free</a>" in answer["html"]
    assert (plain.status_code, known.status_code) == (422, 200)
    assert not [one for one in known.json()["variables"] if one["is_missing"] and one["is_needed"]]


async def test_a_preview_in_a_frame_may_do_nothing(lite: Api) -> None:
    content = {"subject": "x", "html": "<script>alert(1)</script><p style='color:red'>Hi {{ user.attributes.name }}</p>"}
    asked = {"input": json.dumps({"content": content, "marks_missing": True})}
    async with lite.client("read") as client:
        framed = await client.post("/v1/templates/new/preview/frame", data=asked)
        wrong = await client.post("/v1/templates/new/preview/frame", data={"input": "{"})
        odd = await client.post("/v1/templates/new/preview/frame", data={"input": '{"content": 1}'})

    policy = framed.headers["content-security-policy"]
    assert framed.headers["content-type"].startswith("text/html")
    assert policy.startswith("sandbox")
    assert "allow-scripts" not in policy
    assert "default-src 'none'; style-src 'unsafe-inline'" in policy
    assert framed.headers["x-frame-options"] == "SAMEORIGIN"
    assert "user.attributes.name</mark>" in framed.text
    assert (wrong.status_code, odd.status_code) == (400, 400)


@pytest.mark.parametrize(
    "html",
    ["{% for a in range(1000) %}{% for b in range(1000) %}{{ a }}{% endfor %}{% endfor %}", "{{ ''.__class__ }}", "{{ 'x' * 10**9 }}"],
)
async def test_a_template_that_breaks_the_renderer_breaks_its_preview_only(lite: Api, html: str) -> None:
    async with lite.client() as client:
        broken = await client.post("/v1/templates/evil/preview", json={"content": {"subject": "x", "html": html}})
        sound = await client.post("/v1/templates/good/preview", json={"content": {"subject": "x", "html": "<p>y</p>"}})

    assert (broken.status_code, sound.status_code) == (422, 200)


async def test_a_test_send_is_one_mail_in_the_ledger(api: Api) -> None:
    with_welcome(api)
    async with api.client("author") as client:
        made = await client.post("/v1/test-sends", json={"template": "hello", "address": "ada@example.com", "context": {"a": 1}})
        unknown = await client.post("/v1/test-sends", json={"template": "hello", "version": 7, "address": "ada@example.com"})
        wrong = await client.post("/v1/test-sends", json={"template": "hello", "address": "ada"})
        (listed,) = (await client.get("/v1/sends")).json()["results"]

    assert (made.status_code, unknown.status_code, wrong.status_code) == (202, 404, 422)
    assert (listed["id"], listed["class"], listed["state"], listed["template_version"]) == (made.json()["send_id"], "test", "QUEUED", 1)
    assert listed["message_id"].endswith("@wend.example>")
    assert "sends" in api.rung


async def test_sends_are_listed_by_state_address_and_time(api: Api) -> None:
    with_welcome(api)
    async with api.client() as client:
        for name in ("ada", "eve", "bob"):
            await client.post("/v1/test-sends", json={"template": "hello", "address": f"{name}@example.com"})
        later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        found = {
            str(question): len((await client.get("/v1/sends", params=question)).json()["results"])
            for question in (
                {},
                {"state": "QUEUED"},
                {"state": "UNKNOWN"},
                {"address": "EVE@example.com"},
                {"since": later},
                {"journey": "welcome"},
            )
        }
        page = (await client.get("/v1/sends", params={"limit": 2})).json()
        rest = (await client.get("/v1/sends", params={"limit": 2, "after": page["next"]})).json()
        wrong = [(await client.get("/v1/sends", params=question)).status_code for question in ({"state": "LOST"}, {"since": "2026-01-01"})]

    assert list(found.values()) == [3, 3, 0, 1, 0, 0]
    assert [one["address"][:3] for one in (*page["results"], *rest["results"])] == ["bob", "eve", "ada"]
    assert wrong == [422, 422]


async def make_unknown(api: Api) -> str:
    """A send whose fate nobody knows."""
    with_welcome(api)
    async with api.client() as client:
        made = await client.post("/v1/test-sends", json={"template": "hello", "address": "ada@example.com"})
    with api.deployment.database.write() as connection:
        connection.execute(update(sends).values(state="UNKNOWN"))
    return str(made.json()["send_id"])


async def test_an_unknown_send_is_treated_as_sent(api: Api) -> None:
    path = f"/v1/sends/{await make_unknown(api)}/resolve"
    async with api.client() as client:
        answers = [await client.post(path, json={"resolution": "treat_as_sent"}) for _ in range(2)]
        (listed,) = (await client.get("/v1/sends")).json()["results"]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert listed["state"] == "ACCEPTED"


async def test_an_unknown_send_is_sent_again_under_another_number(api: Api) -> None:
    path = f"/v1/sends/{await make_unknown(api)}/resolve"
    async with api.client() as client:
        answer = await client.post(path, json={"resolution": "send_again"})
        wrong = await client.post(path, json={"resolution": "forget"})
        listed = (await client.get("/v1/sends")).json()["results"]

    assert answer.status_code == 200
    assert wrong.status_code == 422
    assert [(one["state"], one["resend_number"]) for one in listed] == [("QUEUED", 1), ("UNKNOWN", 0)]
    assert listed[0]["message_id"] != listed[1]["message_id"]


async def test_suppressions_are_added_once_listed_and_lifted(api: Api) -> None:
    async with api.client() as client:
        first = await client.post("/v1/suppressions", json={"address": "Ada@Example.com", "evidence": "by phone"})
        again = await client.post("/v1/suppressions", json={"address": "ada@example.com", "evidence": "twice"})
        await client.post("/v1/suppressions", json={"address": "eve@example.com"})
        found = await client.get("/v1/suppressions", params={"address": "ADA@EXAMPLE.COM"})
        page = (await client.get("/v1/suppressions", params={"limit": 1})).json()
        rest = (await client.get("/v1/suppressions", params={"limit": 1, "after": page["next"]})).json()
        wrong = await client.post("/v1/suppressions", json={"address": "nobody"})
        cursor = await client.get("/v1/suppressions", params={"after": "eA"})

    assert (first.status_code, again.json()["evidence"], found.json()["results"][0]["reason"]) == (201, "by phone", "manual")
    assert {page["results"][0]["address"], rest["results"][0]["address"]} == {"Ada@Example.com", "eve@example.com"}
    assert (wrong.status_code, cursor.status_code) == (422, 400)
