"""One shape for every error, and one row for every class."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI

from api.errors import ANSWERS, OWN_ANSWERS, answer_to
from api.metrics import Metrics
from api.shapes import to_cursor
from api.shell import Shell
from engine import errors
from engine.store.database import Database
from tests.api.conftest import Api


def classes(root: type[errors.EngineError] = errors.EngineError) -> Iterator[type[errors.EngineError]]:
    """Every class of the tree that our packages made."""
    yield root
    for child in root.__subclasses__():
        yield from classes(child)


def test_every_error_of_the_engine_has_an_answer() -> None:
    unmapped = [kind.__name__ for kind in classes() if kind.__module__ == "engine.errors" and kind not in ANSWERS]

    assert not unmapped, f"add to api/errors.py: {unmapped}"


def test_every_error_of_the_api_has_an_answer() -> None:
    assert {kind for kind in classes() if kind.__module__ == "api.errors"} == set(OWN_ANSWERS)


def test_the_names_of_answers_are_stable_and_each_its_own() -> None:
    names = [answer.name for answer in (*ANSWERS.values(), *OWN_ANSWERS.values())]

    assert len(names) == len(set(names))
    assert all(re.fullmatch("[a-z_]+", name) for name in names)


def test_an_error_whose_class_is_not_mapped_is_no_answer() -> None:
    class LostError(errors.EngineError):
        """Nobody mapped it."""

    with pytest.raises(KeyError):
        answer_to(LostError("lost"))
    LostError.__module__ = "engine.errors"
    assert LostError in set(classes())


async def test_every_refusal_has_the_one_shape(lite: Api) -> None:
    async with lite.client() as client:
        answers = {
            "page": await client.get("/nowhere"),
            "method": await client.patch("/v1/journeys"),
            "missing": await client.get("/v1/journeys/welcome/draft"),
            "query": await client.get("/v1/journeys?limit=0"),
            "path": await client.get("/v1/journeys/Not%20An%20Id/draft"),
            "body": await client.post("/v1/events", json={"events": [{"name": 1}]}),
            "json": await client.post("/v1/events", content=b"{", headers={"Content-Type": "application/json"}),
            "type": await client.post("/v1/events", content=b"a=b", headers={"Content-Type": "application/x-www-form-urlencoded"}),
            "match": await client.put("/v1/journeys/welcome/draft", content=b"x", headers={"If-Match": '"other"'}),
            "mark": await client.put("/v1/journeys/welcome/draft", content=b"x", headers={"If-Match": "other"}),
            "cursor": await client.get("/v1/journeys?after=_w"),
        }

    assert {name: (answer.status_code, answer.json()["error"]) for name, answer in answers.items()} == {
        "page": (404, "not_found"),
        "method": (405, "method_not_allowed"),
        "missing": (404, "not_found"),
        "query": (422, "invalid_input"),
        "path": (422, "invalid_input"),
        "body": (422, "invalid_input"),
        "json": (400, "malformed"),
        "type": (415, "unsupported_media_type"),
        "match": (412, "stale_draft"),
        "mark": (400, "malformed"),
        "cursor": (400, "malformed"),
    }
    assert all(set(answer.json()) == {"error", "detail", "problems"} for answer in answers.values())
    assert all(answer.headers["content-type"] == "application/json" for answer in answers.values())


async def test_a_refused_body_says_where_and_repeats_no_value(lite: Api) -> None:
    async with lite.client() as client:
        answer = await client.post("/v1/events", json={"events": [{"name": "x", "endpoint_id": ["secret-value"]}]})

    (problem,) = answer.json()["problems"]
    assert problem["pointer"] == "/body/events/0/endpoint_id"
    assert "secret-value" not in answer.text


async def test_a_fault_of_ours_is_a_500_in_the_one_shape_that_tells_nothing(sqlite_database: Database) -> None:
    app = FastAPI()

    @app.get("/")
    async def fail() -> None:
        raise RuntimeError("secret")

    app.add_middleware(Shell, metrics=Metrics(sqlite_database), is_https=False)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://wend.example") as client:
        answer = await client.get("/")

    assert (answer.status_code, answer.json()["error"]) == (500, "internal")
    assert "secret" not in answer.text


async def test_a_database_that_is_away_is_a_503_to_try_again(lite: Api) -> None:
    with lite.deployment.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE api_keys")
    async with lite.client() as client:
        answer = await client.get("/v1/journeys")

    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "2"


async def test_a_405_says_every_method_that_the_address_takes(lite: Api) -> None:
    async with lite.client() as client:
        answers = [
            await client.patch("/v1/journeys/welcome/draft"),
            await client.put("/v1/participants/1"),
            await client.delete("/v1/journeys"),
        ]

    assert [answer.headers["allow"] for answer in answers] == ["DELETE, GET, HEAD, PUT", "DELETE, GET, HEAD", "GET, HEAD"]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"events": [}', "The body is not JSON: unexpected character, expected a JSON value at character 12."),
        (b'{"a": "\xff"}', "The body is not JSON: "),
        (b'{"a": NaN}', "The body is not JSON: "),
        (b'{"a": "\\u0000"}', "The body holds a NUL character."),
        (b"[" * 65 + b"]" * 65, "The body is nested more than 64 levels deep."),
    ],
)
@pytest.mark.parametrize("route", ["/v1/events", "/v1/journeys/welcome/participants", "/v1/suppressions", "/v1/journeys/welcome/simulate"])
async def test_a_body_that_is_no_json_says_what_and_where(lite: Api, route: str, body: bytes, detail: str) -> None:
    async with lite.client() as client:
        answer = await client.post(route, content=body, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["error"]) == (400, "malformed")
    assert answer.json()["detail"].startswith(detail)


@pytest.mark.parametrize(
    ("call", "pointer", "message", "hint"),
    [
        (
            ("GET", "/v1/journeys/Not%20An%20Id", None),
            "/path/journey_id",
            "String should match pattern",
            "An id begins with a small letter",
        ),
        (("GET", "/v1/participants/1", None), "/path/participant_id", "String should match", "take one from an answer"),
        (("GET", "/v1/sends?after=!", None), "/query/after", "String should match", "leave it out to begin anew"),
        (("GET", "/v1/sends?since=0", None), "/query/since", "This is not an instant: write RFC 3339 with an offset, as ", ""),
        (("PUT", "/v1/endpoints/a%01b", {"address": "a@example.com"}), "/path/endpoint_id", "String should match", "no line breaks"),
        (("PUT", "/v1/templates/t", {"subject": "a\nb"}), "/body/subject", "String should match", "It is one line."),
        (("PUT", "/v1/templates/t", {"subject": "a", "headers": {"To": "b"}}), "/body/headers", "To cannot be set by a template: Wend", ""),
        (("PUT", "/v1/endpoints/a", {"attributes": {"": 1}}), "/body/attributes/", "String should have at least 1 character.", ""),
        (
            ("POST", "/v1/journeys/welcome/simulate", {"person": {"time_zone": "Mars/X"}}),
            "/body/person/time_zone",
            "There is no time zone 'Mars/X'. Use an IANA name such as ",
            "",
        ),
        (
            ("PATCH", "/v1/endpoints/a", {"time_zone": "Mars/X"}),
            "/body/time_zone",
            "There is no time zone 'Mars/X'. Use an IANA name such as ",
            "",
        ),
    ],
)
async def test_a_refused_value_names_its_place_and_the_way_out(
    lite: Api, call: tuple[str, str, dict[str, object] | None], pointer: str, message: str, hint: str
) -> None:
    method, path, body = call
    async with lite.client() as client:
        answer = await client.request(method, path, json=body)

    assert answer.status_code == 422, answer.text
    (problem,) = answer.json()["problems"]
    assert problem["pointer"] == pointer
    assert problem["message"].startswith(message)
    assert not problem["message"].endswith("..")
    assert hint in problem["hint"]


@pytest.mark.parametrize("last", ["9" * 40, "x", "", "\u0663", "-1", "1.5"])
async def test_a_made_up_cursor_of_versions_is_refused(api: Api, last: str) -> None:
    async with api.client() as client:
        answer = await client.get("/v1/journeys/welcome/versions", params={"after": to_cursor(last) or "_w"})

    assert (answer.status_code, answer.json()["error"]) == (400, "malformed")


@pytest.mark.parametrize("what", ["versions", "counts", "participants", "draft", "diff"])
async def test_what_belongs_to_no_journey_is_not_found(lite: Api, what: str) -> None:
    async with lite.client() as client:
        answer = await client.get(f"/v1/journeys/nowhere/{what}")
        await client.put("/v1/journeys/here/draft", json={})
        empty = await client.get(f"/v1/journeys/here/{what}")

    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert empty.status_code == (404 if what == "diff" else 200)
