"""The table role x route: every route has a row, every row a route, and every cell holds."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import APIRoute

from api.app import NOUNS
from api.permissions import PERMISSIONS, Permission
from api.route import make_router
from engine.errors import NotFoundError
from engine.run.keys import DEFAULT_PROJECT, ROLES, find_key, make_key, revoke_key
from engine.store.database import Database
from tests.api.conftest import Api

CALLERS = ("nobody", "nonsense", "revoked", "other project", *ROLES)
#: A path value that is valid everywhere it may stand.
VALUES = {"journey_id": "welcome", "name": "hello", "number": "1", "endpoint_id": "ada", "token": "abc", "wend.css": "wend.css"}
ID = "0" * 32


def routes() -> Iterator[APIRoute]:
    """Every route of the app."""
    for noun in NOUNS:
        for route in noun.router.routes:
            assert isinstance(route, APIRoute)
            yield route


def test_every_row_has_a_route_and_every_route_a_row() -> None:
    found = sorted((next(iter(route.methods or ())), route.path_format) for route in routes())

    assert found == sorted((row.method, row.path) for row in PERMISSIONS)


def test_a_route_without_a_row_cannot_be_made() -> None:
    router = make_router("Test")

    with pytest.raises(NotFoundError, match="has no row"):

        @router.get("/v1/secrets")
        def read_secrets() -> str:
            return ""


def is_allowed(row: Permission, caller: str) -> bool:
    """The cell, as the table has it."""
    if row.role is None:
        return True
    # somebody of another project is let in, to their own project, in which there is nothing
    role = "operate" if caller == "other project" else caller
    return role in ROLES and ROLES.index(role) >= ROLES.index(row.role)


@pytest.fixture
def keys(lite: Api) -> dict[str, str]:
    """A key of each caller."""
    database = lite.deployment.database
    _, revoked = make_key(database, DEFAULT_PROJECT, name="revoked", role="operate")
    revoke_key(database, DEFAULT_PROJECT, find_key(database, revoked).id)
    _, other = make_key(database, "other", name="other", role="operate")
    return {**lite.keys, "nonsense": "wend_" + "x" * 43, "revoked": revoked, "other project": other}


async def test_every_cell_of_the_table_holds(lite: Api, keys: dict[str, str]) -> None:
    async with lite.client(None) as client:
        for row in PERMISSIONS:
            for caller in CALLERS:
                response = await call(client, row, keys.get(caller))
                refused = response.status_code in {401, 403}
                assert refused is not is_allowed(row, caller), (row.name, caller, response.status_code)
                if refused:
                    assert response.status_code == (403 if caller in ROLES else 401), (row.name, caller)
                    assert response.json()["problems"] == []
                assert response.status_code < 500, (row.name, caller, response.text)


async def call(client: httpx.AsyncClient, row: Permission, key: str | None) -> httpx.Response:
    """Call a route with nothing but a key."""
    path = row.path.replace("/assets/{name}", "/assets/wend.css")
    path = path.replace("{address}", "")
    for name, value in VALUES.items():
        path = path.replace(f"{{{name}}}", value)
    for name in ("participant_id", "send_id", "mail_id"):
        path = path.replace(f"{{{name}}}", ID)
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    if row.path == "/logout":
        headers["Origin"] = "http://wend.example"
    if row.path == "/login":
        return httpx.Response(303)  # its token is its key: test_pages
    return await client.request(row.method, path, headers=headers)


async def test_another_projects_key_sees_nothing_of_ours(lite: Api, keys: dict[str, str], sqlite_database: Database) -> None:
    async with lite.client("operate") as ours:
        await ours.put("/v1/endpoints/ada", json={"address": "ada@example.com"})
        await ours.put("/v1/journeys/welcome/draft", json={"name": "Ours"})
        await ours.put("/v1/templates/hello", json={"subject": "Ours"})
        await ours.post("/v1/suppressions", json={"address": "eve@example.com"})
    async with lite.client(None, Authorization=f"Bearer {keys['other project']}") as theirs:
        missing = [await theirs.get(path) for path in ("/v1/endpoints/ada", "/v1/journeys/welcome/draft", "/v1/templates/hello")]
        lists = [await theirs.get(path) for path in ("/v1/journeys", "/v1/templates", "/v1/suppressions", "/v1/sends")]

    assert [response.status_code for response in missing] == [404] * 3
    assert [response.json()["results"] for response in lists] == [[]] * 4


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer a b", "Bearer é"])
async def test_a_header_that_is_no_key_is_refused(lite: Api, header: str) -> None:
    async with lite.client(None) as client:
        response = await client.get("/v1/journeys", headers=[(b"authorization", header.encode("latin-1"))])

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
