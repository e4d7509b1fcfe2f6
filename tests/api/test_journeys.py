"""Drafts, checks, publishing, versions and verbs over HTTP."""

from __future__ import annotations

import dataclasses
from typing import Any

import httpx
import pytest

from api.app import create_app
from engine.run.drafts import DatabaseDrafts
from engine.run.keys import DEFAULT_PROJECT
from engine.run.people import endpoint_unit
from engine.store import participant_lists
from engine.store.database import Database
from tests.api.conftest import PUBLIC_URL, WELCOME, Api, with_welcome

DRAFT = "/v1/journeys/welcome/draft"
PUBLISH = "/v1/journeys/welcome/publish"
PEOPLE = "/v1/journeys/welcome/participants"


def changed(**steps: Any) -> dict[str, Any]:
    """The document with other steps."""
    return {**WELCOME, "steps": {**WELCOME["steps"], **steps}}


OTHER = changed(settle={"type": "wait", "for": "P2D", "next": "again"})
ADA = {"participants": [{"endpoint": {"id": "ada", "address": "ada@example.com"}}]}


async def test_a_draft_has_an_etag_that_guards_it(lite: Api) -> None:
    async with lite.client() as client:
        saved = await client.put(DRAFT, json=WELCOME)
        read = await client.get(DRAFT)
        mine = await client.put(DRAFT, json=OTHER, headers={"If-Match": read.headers["etag"]})
        theirs = await client.put(DRAFT, json=WELCOME, headers={"If-Match": read.headers["etag"]})
        dropped = await client.delete(DRAFT, headers={"If-Match": read.headers["etag"]})
        gone = await client.delete(DRAFT, headers={"If-Match": mine.headers["etag"]})
        missing = await client.get(DRAFT)

    assert saved.headers["etag"] == read.headers["etag"] == f'"{read.json()["etag"]}"'
    assert read.json()["document"] == WELCOME
    statuses = [answer.status_code for answer in (saved, read, mine, theirs, dropped, gone, missing)]
    assert statuses == [200, 200, 200, 412, 412, 204, 404]


async def test_a_draft_that_is_known_is_not_sent_again(lite: Api) -> None:
    async with lite.client() as client:
        etag = (await client.put(DRAFT, json=WELCOME)).headers["etag"]
        known = await client.get(DRAFT, headers={"If-None-Match": etag})
        await client.put(DRAFT, json=OTHER)
        changed_since = await client.get(DRAFT, headers={"If-None-Match": etag})

    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", etag)
    assert (changed_since.status_code, changed_since.json()["document"]) == (200, OTHER)


async def test_a_new_draft_overwrites_none(lite: Api) -> None:
    async with lite.client() as client:
        first = await client.put(DRAFT, json=WELCOME, headers={"If-None-Match": "*"})
        second = await client.put(DRAFT, json=WELCOME, headers={"If-None-Match": "*"})

    assert (first.status_code, second.status_code) == (200, 412)


async def test_a_draft_that_is_no_json_saves_with_its_problems(lite: Api) -> None:
    async with lite.client() as client:
        saved = await client.put(DRAFT, content=b'{"name": "Half', headers={"Content-Type": "application/json"})

    assert saved.status_code == 200
    assert saved.json()["source"] == '{"name": "Half'
    assert saved.json()["document"] is None
    assert [problem["code"] for problem in saved.json()["problems"]] == ["invalid_json"]


async def test_checking_answers_200_with_every_problem(welcome: Api) -> None:
    broken = changed(greet={"type": "email", "template": "helo", "next": "nowhere"}, lost={"type": "wait", "for": "P1D"})
    async with welcome.client("read") as client:
        answer = await client.post("/v1/journeys/welcome/check", json=broken)

    assert answer.status_code == 200
    assert answer.json()["valid"] is False
    codes = {(problem["code"], problem["step_id"]) for problem in answer.json()["problems"]}
    assert {("unknown_template", "greet"), ("unknown_step", "greet"), ("unreachable_step", "lost")} <= codes
    assert all(problem["pointer"].startswith("/") for problem in answer.json()["problems"])


async def test_checking_without_a_body_checks_the_draft(welcome: Api) -> None:
    async with welcome.client() as client:
        missing = await client.post("/v1/journeys/welcome/check")
        await client.put(DRAFT, json=WELCOME)
        answer = await client.post("/v1/journeys/welcome/check")

    assert missing.status_code == 404
    assert answer.json()["valid"] is True


async def test_what_has_problems_is_not_published_and_leaves_nothing(welcome: Api) -> None:
    async with welcome.client() as client:
        await client.put(DRAFT, json=changed(greet={"type": "email", "template": "helo", "next": "settle"}))
        answer = await client.post(PUBLISH, json={})
        versions = await client.get("/v1/journeys/welcome/versions")
        journeys = await client.get("/v1/journeys")

    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_document")
    assert [problem["code"] for problem in answer.json()["problems"] if problem["severity"] == "error"] == ["unknown_template"]
    assert versions.json() == {"results": [], "next": None}
    assert journeys.json()["results"][0]["state"] == "draft"


async def test_a_broken_template_is_not_published(welcome: Api) -> None:
    async with welcome.client() as client:
        await client.put("/v1/templates/hello", json={"subject": "{{ a", "html": "{{ 1 | evil }}"})
        await client.put(DRAFT, json=WELCOME)
        answer = await client.post(PUBLISH, json={})

    assert answer.status_code == 422
    assert {problem["code"] for problem in answer.json()["problems"] if problem["severity"] == "error"} == {"broken_template"}


async def test_an_empty_template_is_not_published(welcome: Api) -> None:
    async with welcome.client() as client:
        await client.put("/v1/templates/hello", json={"subject": "Hello", "html": "", "text": " "})
        await client.put(DRAFT, json=WELCOME)
        answer = await client.post(PUBLISH, json={})

    assert answer.status_code == 422
    assert {problem["code"] for problem in answer.json()["problems"] if problem["severity"] == "error"} == {"empty_template"}


async def test_publishing_pins_the_templates_of_that_moment(welcome: Api) -> None:
    async with welcome.client() as client:
        await client.put(DRAFT, json=WELCOME)
        first = await client.post(PUBLISH, json={})
        await client.put("/v1/templates/hello", json={"subject": "New", "text": "New"})
        second = await client.post(PUBLISH, json={})
        old = await client.get("/v1/journeys/welcome/versions/1")
        new = await client.get("/v1/journeys/welcome/versions/2")

    assert [answer.json()["templates"] for answer in (first, second, old, new)] == [{"hello": 1}, {"hello": 2}] * 2
    assert second.status_code == 201


async def test_publishing_what_is_live_changes_nothing(welcome: Api) -> None:
    async with welcome.client() as client:
        await client.put(DRAFT, json=WELCOME)
        first = await client.post(PUBLISH, json={})
        second = await client.post(PUBLISH, json={})
        versions = await client.get("/v1/journeys/welcome/versions")

    assert (first.status_code, second.status_code) == (201, 200)
    assert (second.json()["version"], second.json()["is_new"]) == (1, False)
    assert len(versions.json()["results"]) == 1


async def test_a_given_document_is_published_and_the_draft_stays(welcome: Api) -> None:
    async with welcome.client() as client:
        draft = await client.put(DRAFT, json=WELCOME)
        answer = await client.post(PUBLISH, json={"document": OTHER})
        after = await client.get(DRAFT)
        version = await client.get("/v1/journeys/welcome/versions/1")

    assert answer.status_code == 201
    assert after.headers["etag"] == draft.headers["etag"]
    assert version.json()["document"] == OTHER


async def test_a_draft_that_would_undo_a_newer_version_is_refused_with_the_difference(welcome: Api) -> None:
    async with welcome.client() as client:
        await client.put(DRAFT, json=WELCOME)
        await client.post(PUBLISH, json={})
        await client.post(PUBLISH, json={"document": OTHER})
        await client.put(
            DRAFT, json=changed(extra={"type": "wait", "for": "P3D"}, again={"type": "email", "template": "hello", "next": "extra"})
        )
        refused = await client.post(PUBLISH, json={})
        seen = await client.post(PUBLISH, json={"base_version": 2})

    assert (refused.status_code, refused.json()["error"]) == (409, "outdated_base")
    assert [problem["step_id"] for problem in refused.json()["problems"]] == ["settle"]
    assert (seen.status_code, seen.json()["version"]) == (201, 3)


async def test_a_draft_that_equals_the_live_version_stands_on_it(welcome: Api) -> None:
    async with welcome.client() as client:
        await client.put(DRAFT, json=WELCOME)
        await client.post(PUBLISH, json={})
        await client.post(PUBLISH, json={"document": OTHER})
        await client.put(DRAFT, json=OTHER)
        read = await client.get(DRAFT)
        await client.put(DRAFT, json=changed(settle={"type": "wait", "for": "P3D", "next": "again"}))
        answer = await client.post(PUBLISH, json={})

    assert read.json()["base_version"] == 2
    assert answer.status_code == 201


async def test_people_inside_exit_when_the_publisher_says_so(api: Api) -> None:
    with_welcome(api)
    async with api.client() as client:
        await client.put(DRAFT, json=WELCOME)
        await client.post(PUBLISH, json={})
        await client.post(PEOPLE, json=ADA)
        await client.post(PUBLISH, json={"people": "exit", "document": OTHER})
        left = await client.get(PEOPLE)
        again = await client.post(PEOPLE, json={"participants": [{"endpoint": {"id": "eve", "address": "eve@example.com"}}]})
        listed = await client.get(PEOPLE)

    assert [(one["status"], one["reason"]) for one in left.json()["results"]] == [("exited", "new_version")]
    assert again.json()["results"][0]["status"] == "enrolled"
    assert [one["version"] for one in listed.json()["results"]] == [2, 1]


async def test_people_inside_finish_on_theirs_otherwise(welcome: Api) -> None:
    async with welcome.client() as client:
        await client.put(DRAFT, json=WELCOME)
        await client.post(PUBLISH, json={})
        await client.post(PEOPLE, json=ADA)
        await client.post(PUBLISH, json={"document": OTHER})
        listed = await client.get(PEOPLE)

    assert [(one["status"], one["version"]) for one in listed.json()["results"]] == [("ready", 1)]


@pytest.mark.parametrize("people", ["move", "stay", None, 1])
async def test_what_may_not_become_of_people_is_refused(lite: Api, people: object) -> None:
    async with lite.client() as client:
        answer = await client.post(PUBLISH, json={"people": people})

    assert answer.status_code == 422


async def test_verbs_change_the_state_and_refused_ones_say_what_to_do(welcome: Api) -> None:
    async with welcome.client() as client:
        unpublished = await client.post("/v1/journeys/welcome/pause")
        await client.put(DRAFT, json=WELCOME)
        await client.post(PUBLISH, json={})
        states = [(await client.post(f"/v1/journeys/welcome/{verb}")).json()["state"] for verb in ("pause", "resume", "stop")]
        refused = await client.post("/v1/journeys/welcome/resume")
        closed = await client.post(PEOPLE, json=ADA)

    assert unpublished.status_code == 404
    assert states == ["paused", "live", "stopped"]
    assert (refused.status_code, closed.status_code) == (409, 409)
    assert "Publish" in refused.json()["detail"]


async def test_the_list_has_state_people_and_the_last_change(welcome: Api) -> None:
    async with welcome.client() as client:
        await client.put(DRAFT, json=WELCOME)
        await client.put("/v1/journeys/broken/draft", content=b"{", headers={"Content-Type": "application/json"})
        await client.post(PUBLISH, json={})
        await client.post(PEOPLE, json=ADA)
        listed = (await client.get("/v1/journeys")).json()["results"]

    assert [(one["id"], one["name"], one["state"], one["live_version"], one["has_draft"], one["people"]) for one in listed] == [
        ("broken", "broken", "draft", None, True, {}),
        ("welcome", "Welcome", "live", 1, True, {"ready": 1}),
    ]
    assert all(one["changed_at"] for one in listed)


async def test_one_journey_is_told_as_in_the_list(welcome: Api) -> None:
    async with welcome.client() as client:
        await client.post("/v1/journeys/welcome/publish", json={"document": WELCOME})
        await client.post(
            "/v1/journeys/welcome/participants", json={"participants": [{"endpoint": {"id": "ada", "address": "ada@example.com"}}]}
        )
        listed = (await client.get("/v1/journeys")).json()["results"]
        alone = await client.get("/v1/journeys/welcome")
        unknown = await client.get("/v1/journeys/nobody")

    assert alone.json() == listed[0]
    assert alone.json()["people"] == {"ready": 1}
    assert unknown.status_code == 404


async def test_lists_go_on_where_the_page_before_ended(lite: Api) -> None:
    async with lite.client() as client:
        for name in "abcde":
            await client.put(f"/v1/journeys/{name}/draft", json={"name": name})
        seen, after = [], None
        for _ in range(4):
            page = (await client.get("/v1/journeys", params={"limit": 2, **({"after": after} if after else {})})).json()
            seen.append([one["id"] for one in page["results"]])
            after = page["next"]

    assert seen[:3] == [["a", "b"], ["c", "d"], ["e"]]


class Dropped(DatabaseDrafts):
    """Drafts of which one is dropped as soon as somebody has read what there is."""

    def ids(self, project: str) -> list[str]:
        found = super().ids(project)
        self.remove(project, "b")
        return found


async def test_a_draft_that_is_dropped_while_the_list_is_made_is_not_in_it(lite: Api) -> None:
    dropping = create_app(dataclasses.replace(lite.deployment, drafts=Dropped(lite.deployment.database)))
    async with lite.client() as client:
        for name in "abc":
            await client.put(f"/v1/journeys/{name}/draft", json={"name": name})
        async with httpx.AsyncClient(transport=httpx.ASGITransport(dropping), base_url=PUBLIC_URL, headers=client.headers) as reader:
            page = (await reader.get("/v1/journeys", params={"limit": 2})).json()
        rest = (await client.get("/v1/journeys", params={"after": page["next"]})).json()

    assert [one["id"] for one in page["results"]] == ["a"]
    assert [one["id"] for one in rest["results"]] == ["c"]


async def test_versions_are_compared(welcome: Api) -> None:
    async with welcome.client() as client:
        await client.put(DRAFT, json=WELCOME)
        await client.post(PUBLISH, json={})
        await client.post(PUBLISH, json={"document": OTHER})
        between = await client.get("/v1/journeys/welcome/diff", params={"from": 1, "to": 2})
        draft = await client.get("/v1/journeys/welcome/diff", params={"from": 1})
        missing = await client.get("/v1/journeys/welcome/diff", params={"from": 1, "to": 9})
        listed = await client.get("/v1/journeys/welcome/versions", params={"limit": 1})

    assert [(change["kind"], change["step_id"]) for change in between.json()["changes"]] == [("changed", "settle")]
    assert draft.json() == {"changes": []}
    assert missing.status_code == 404
    assert [version["number"] for version in listed.json()["results"]] == [2]


async def test_two_who_publish_at_once_make_two_versions_or_one_conflict(api: Api) -> None:
    import asyncio

    with_welcome(api)
    async with api.client() as client:
        documents = [changed(settle={"type": "wait", "for": f"P{days}D", "next": "again"}) for days in range(1, 9)]
        answers = await asyncio.gather(*(client.post(PUBLISH, json={"document": document}) for document in documents))
        versions = (await client.get("/v1/journeys/welcome/versions")).json()["results"]

    assert {answer.status_code for answer in answers} == {201}
    assert sorted(answer.json()["version"] for answer in answers) == list(range(1, 9))
    assert [version["number"] for version in versions] == list(range(8, 0, -1))


async def test_the_enrolled_are_on_the_live_version(welcome: Api, sqlite_database: Database) -> None:
    async with welcome.client() as client:
        await client.post(PUBLISH, json={"document": WELCOME})
        await client.post(PEOPLE, json=ADA)

    with sqlite_database.read() as connection:
        (row,) = participant_lists.of_endpoints(connection, DEFAULT_PROJECT, [], [endpoint_unit("ada")], after=None, limit=10)
    assert (row.version, row.step_id) == (1, "greet")
