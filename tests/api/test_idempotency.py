"""`Idempotency-Key`: one effect, one answer, however often and however simultaneously a call is sent."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from api import once
from engine.run.keys import DEFAULT_PROJECT
from engine.run.retention import forget_answers
from engine.store import idempotency, participant_lists, send_queries
from engine.store.idempotency import CallName
from engine.store.send_queries import SendFilter
from engine.store.tables import idempotency_keys
from tests.api.conftest import WELCOME, Api, with_welcome

PATH = "/v1/journeys/welcome/participants"
REPLAYED = once.REPLAYED_HEADER


async def publish(api: Api) -> None:
    """Make the journey live; anybody may come again at once."""
    with_welcome(api)
    async with api.client() as client:
        await client.put(
            "/v1/journeys/welcome/draft", json={**WELCOME, "re_entry": {"type": "always"}, "steps": {"greet": WELCOME["steps"]["again"]}}
        )
        assert (await client.post("/v1/journeys/welcome/publish", json={})).status_code == 201


def people(*ids: str) -> dict[str, object]:
    """A body that enrolls some people; each has a passage of their own."""
    return {"participants": [{"endpoint": {"id": one, "address": f"{one}@example.com"}} for one in ids]}


async def test_fifty_calls_at_once_have_one_effect_and_one_answer(api: Api) -> None:
    await publish(api)
    async with api.client(**{"Idempotency-Key": "order-1"}) as client:
        answers = await asyncio.gather(*(client.post(PATH, json=people("ada")) for _ in range(50)))

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert sum(answer.headers.get(REPLAYED) == "true" for answer in answers) == 49
    with api.deployment.database.read() as connection:
        rows = participant_lists.of_journey(connection, DEFAULT_PROJECT, "welcome", step_id=None, status=None, after=None, limit=10)
    assert len(rows) == 1


async def test_the_original_answer_is_given_again(api: Api) -> None:
    await publish(api)
    async with api.client(**{"Idempotency-Key": "order-1"}) as client:
        first = await client.post(PATH, json=people("ada"))
        second = await client.post(PATH, json=people("ada"))

    assert first.json()["results"][0]["status"] == "enrolled"
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert REPLAYED not in first.headers


async def test_the_same_key_with_another_body_is_refused(api: Api) -> None:
    await publish(api)
    async with api.client(**{"Idempotency-Key": "order-1"}) as client:
        await client.post(PATH, json=people("ada"))
        answer = await client.post(PATH, json=people("eve"))

    assert (answer.status_code, answer.json()["error"]) == (422, "idempotency_conflict")


async def test_a_key_belongs_to_a_route_and_a_project(lite: Api) -> None:
    await publish(lite)
    async with lite.client(**{"Idempotency-Key": "one"}) as client:
        first = await client.post(PATH, json=people("ada"))
        second = await client.post("/v1/suppressions", json={"address": "eve@example.com"})

    assert (first.status_code, second.status_code) == (202, 201)
    assert REPLAYED not in second.headers


async def test_a_call_that_failed_frees_its_key(lite: Api) -> None:
    async with lite.client(**{"Idempotency-Key": "order-1"}) as client:
        refused = await client.post(PATH, json=people("ada"))
        await publish(lite)
        answer = await client.post(PATH, json=people("ada"))

    assert (refused.status_code, answer.status_code) == (404, 202)


async def test_a_call_that_died_after_its_effect_is_done_again_without_a_second_effect(api: Api) -> None:
    await publish(api)
    async with api.client(**{"Idempotency-Key": "order-1"}) as client:
        first = await client.post(PATH, json=people("ada", "eve"))
        _die(api, CallName(DEFAULT_PROJECT, f"POST {PATH}", "order-1"))
        second = await client.post(PATH, json=people("ada", "eve"))

    assert [row["status"] for row in second.json()["results"]] == ["duplicate", "duplicate"]
    assert [row["participant_id"] for row in second.json()["results"]] == [row["participant_id"] for row in first.json()["results"]]


def _die(api: Api, call: CallName) -> None:
    """Make a call's row as a process that died an hour ago, after the work and before the answer, left it."""
    database = api.deployment.database
    with database.write() as connection:
        kept = idempotency.find(connection, call)
        assert kept is not None
        idempotency.forget_before(connection, datetime.now(UTC) + timedelta(days=1))
        idempotency.claim(connection, call, kept.body_digest, datetime.now(UTC) - timedelta(hours=1))


async def test_a_call_waits_for_the_first_one_and_gives_up_in_time(lite: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    await publish(lite)
    monkeypatch.setattr(once, "WAIT_SECONDS", 0.05)
    async with lite.client(**{"Idempotency-Key": "order-1"}) as client:
        await client.post(PATH, json=people("ada"))
        call = CallName(DEFAULT_PROJECT, f"POST {PATH}", "order-1")
        with lite.deployment.database.write() as connection:
            kept = idempotency.find(connection, call)
            assert kept is not None
            idempotency.forget_before(connection, datetime.now(UTC) + timedelta(days=1))
            idempotency.claim(connection, call, kept.body_digest, datetime.now(UTC))
        answer = await client.post(PATH, json=people("ada"))

    assert (answer.status_code, answer.json()["error"]) == (409, "conflict")


async def test_events_without_ids_are_the_same_events_under_the_same_key(lite: Api) -> None:
    body = {"events": [{"name": "signed_up", "endpoint": {"id": "ada", "address": "ada@example.com"}}]}
    async with lite.client(**{"Idempotency-Key": "batch-1"}) as client:
        first = await client.post("/v1/events", json=body)
        _die(lite, CallName(DEFAULT_PROJECT, "POST /v1/events", "batch-1"))
        second = await client.post("/v1/events", json=body)

    assert [answer.json()["results"][0]["status"] for answer in (first, second)] == ["accepted", "duplicate"]


async def test_a_test_send_is_one_mail_however_often_it_is_asked_for(lite: Api) -> None:
    with_welcome(lite)
    async with lite.client(**{"Idempotency-Key": "try-1"}) as client:
        first = await client.post("/v1/test-sends", json={"template": "hello", "address": "ada@example.com"})
        _die(lite, CallName(DEFAULT_PROJECT, "POST /v1/test-sends", "try-1"))
        second = await client.post("/v1/test-sends", json={"template": "hello", "address": "ada@example.com"})

    assert first.status_code == 202, first.text
    assert first.json() == second.json()
    with lite.deployment.database.read() as connection:
        assert len(send_queries.page(connection, DEFAULT_PROJECT, SendFilter())) == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "sp ace", "é"])
async def test_a_key_that_is_none_is_refused(lite: Api, key: str) -> None:
    async with lite.client() as client:
        answer = await client.post(
            "/v1/suppressions", json={"address": "eve@example.com"}, headers=[(b"Idempotency-Key", key.encode("latin-1"))]
        )

    assert answer.status_code == 422
    assert isinstance(answer, httpx.Response)


async def test_answers_are_forgotten_after_a_day_and_no_sooner(api: Api) -> None:
    async with api.client() as client:
        for key in ("old", "new"):
            await client.post("/v1/suppressions", json={"address": f"{key}@example.com"}, headers={"Idempotency-Key": key})
    database = api.deployment.database
    with database.write() as connection:
        long_ago = datetime.now(UTC) - timedelta(hours=25)
        connection.execute(idempotency_keys.update().where(idempotency_keys.c.key == "old").values(created_at=long_ago))

    assert [forget_answers(database), forget_answers(database)] == [1, 0]

    with database.read() as connection:
        assert idempotency.find(connection, CallName(DEFAULT_PROJECT, "POST /v1/suppressions", "new")) is not None
