"""Endpoints and events: whatever a caller may name can be reached again, and nothing is guessed."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.api.conftest import WELCOME, Api


@pytest.mark.parametrize("endpoint_id", ["a/b", "/", "mailto:ada@example.com/home?x=1#y", "ä €"])
async def test_whatever_id_a_caller_gave_can_be_read_and_erased(lite: Api, endpoint_id: str) -> None:
    path = f"/v1/endpoints/{quote(endpoint_id, safe='')}"
    async with lite.client() as client:
        await client.put(path, json={"address": "ada@example.com"})
        read = await client.get(path)
        erased = await client.delete(path)

    assert read.json()["id"] == endpoint_id
    assert erased.status_code == 204


async def test_a_replaced_endpoint_keeps_of_what_is_not_said_only_its_address(lite: Api) -> None:
    known = {"address": "ada@example.com", "attributes": {"a": 1}, "time_zone": "Europe/Berlin", "locale": "de", "user": {"id": "u1"}}
    async with lite.client() as client:
        await client.put("/v1/endpoints/ada", json=known)
        replaced = (await client.put("/v1/endpoints/ada", json={"attributes": {"b": 2}})).json()

    assert {name: replaced[name] for name in known} == {
        "address": "ada@example.com",
        "attributes": {"b": 2},
        "time_zone": None,
        "locale": None,
        "user": None,
    }


@pytest.mark.parametrize(
    "occurred_at", [0, 1e9, "0", "2026-11-20", "2026-11-20T09:00:00", "20261120T090000Z", "0001-01-01T00:00:00Z", True]
)
async def test_what_is_no_instant_is_no_guess(lite: Api, occurred_at: object) -> None:
    async with lite.client() as client:
        answer = await client.post("/v1/events", json={"events": [{"name": "x", "user_id": "u1", "occurred_at": occurred_at}]})

    (result,) = answer.json()["results"]
    assert result["status"] == "invalid"
    assert result["reason"].startswith("occurred_at: This is not an instant: write RFC 3339 with an offset, as ")


BAD_ROWS = [
    {"endpoint": {"id": "i" * 300, "address": "ada@example.com"}},
    {"endpoint": {"id": "a\nb", "address": "ada@example.com"}},
    {"endpoint": {"id": "ada", "address": "a" * 3_000}},
    {"endpoint": {"id": "ada", "address": "ada@example.com", "attributes": {"": 1}}},
    {"endpoint": {"id": "ada", "address": "ada@example.com"}, "passage_key": "k" * 300},
    {"endpoint": {"id": "ada", "address": "ada@example.com"}, "idempotency_key": ""},
]


async def test_a_row_whose_values_are_wrong_keeps_nobody_else_out(welcome: Api) -> None:
    good = {"endpoint": {"id": "bob", "address": "bob@example.com"}}
    async with welcome.client() as client:
        await client.post("/v1/journeys/welcome/publish", json={"document": WELCOME})
        answer = await client.post("/v1/journeys/welcome/participants", json={"participants": [*BAD_ROWS, good]})
        alone = await client.post("/v1/journeys/welcome/participants", json={"participants": BAD_ROWS[:1]})
        nowhere = await client.post("/v1/journeys/nowhere/participants", json={"participants": BAD_ROWS[:1]})

    *bad, last = answer.json()["results"]
    assert {row["status"] for row in bad} == {"invalid"}
    assert bad[0]["reason"] == "endpoint/id: String should have at most 200 characters."
    assert last["status"] == "enrolled"
    assert alone.json()["results"] == bad[:1]
    assert nowhere.status_code == 404


@pytest.mark.parametrize("row", [{}, [], 5, {"endpoint": {"id": 5}}, {"endpoint": {"id": "ada"}, "adress": 1}])
async def test_a_row_of_another_shape_is_the_programs_fault_and_refuses_the_batch(welcome: Api, row: object) -> None:
    good = {"endpoint": {"id": "bob", "address": "bob@example.com"}}
    async with welcome.client() as client:
        await client.post("/v1/journeys/welcome/publish", json={"document": WELCOME})
        answer = await client.post("/v1/journeys/welcome/participants", json={"participants": [good, row]})
        nobody = await client.get("/v1/endpoints/bob")

    assert answer.status_code == 422
    assert all(problem["pointer"].startswith("/body/participants/1") for problem in answer.json()["problems"])
    assert nobody.status_code == 404


async def test_an_event_whose_values_are_wrong_is_one_bad_event(lite: Api) -> None:
    events = [{"name": "x", "user_id": "u" * 300}, {"name": "", "user_id": "u"}, {"name": "x", "user_id": "u"}]
    async with lite.client() as client:
        answer = await client.post("/v1/events", json={"events": events})

    assert [result["status"] for result in answer.json()["results"]] == ["invalid", "invalid", "accepted"]


async def test_an_address_that_is_none_is_one_bad_row_of_a_batch(welcome: Api) -> None:
    addresses = ["ada@example.com", "", "x", "x" * 1_000, "a@", "bob@example.com"]
    people = [{"endpoint": {"id": f"p{number}", "address": address}} for number, address in enumerate(addresses)]
    async with welcome.client() as client:
        await client.post("/v1/journeys/welcome/publish", json={"document": WELCOME})
        answer = await client.post("/v1/journeys/welcome/participants", json={"participants": people})

    assert answer.status_code == 202, answer.text
    assert [row["status"] for row in answer.json()["results"]] == ["enrolled", *["invalid"] * 4, "enrolled"]
    assert all(row["reason"] for row in answer.json()["results"][1:5])
