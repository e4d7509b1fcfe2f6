"""Readiness, metrics, and the OpenAPI as people read it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from api.app import create_app, describe_api
from api.deployment import Part
from api.permissions import OPERATIONS
from engine.errors import UnavailableError
from engine.store.tables import participants
from tests.api.conftest import WELCOME, Api, with_welcome


def client_of(api: Api, role: str | None = "read", **changes: Any) -> httpx.AsyncClient:
    """A caller of the same installation with other parts."""
    app = create_app(replace(api.deployment, **changes))
    headers = {} if role is None else {"Authorization": f"Bearer {api.keys[role]}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://wend.example", headers=headers)


async def test_readiness_names_each_part_and_temporals_address(api: Api) -> None:
    parts = {"temporal": lambda: Part(True, "Temporal answers at 127.0.0.1:7233.", needed=False)}
    async with client_of(api, parts=parts) as client:
        answer = await client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["parts"]["database"]["detail"] in {"sqlite", "postgresql"}
    assert "127.0.0.1:7233" in answer.json()["parts"]["temporal"]["detail"]
    assert answer.json()["blocked_participants"] == 0


async def test_readiness_tells_strangers_no_addresses(lite: Api) -> None:
    async with client_of(lite, None, parts={"temporal": lambda: Part(True, "at 10.0.0.7:7233")}) as client:
        answer = await client.get("/readyz")

    assert "10.0.0.7" not in answer.text
    assert answer.json()["parts"]["temporal"] == {"ready": True, "needed": True, "detail": None}
    assert answer.json()["blocked_participants"] is None


async def test_a_needed_part_that_is_away_makes_a_503_and_another_one_does_not(lite: Api) -> None:
    def fail() -> Part:
        raise UnavailableError("away")

    async with client_of(lite, parts={"relay": lambda: Part(False, "away", needed=False)}) as client:
        without_relay = await client.get("/readyz")
    async with client_of(lite, parts={"vault": fail}) as client:
        without_vault = await client.get("/readyz")
        alive = await client.get("/healthz")

    assert (without_relay.status_code, without_relay.json()["ready"]) == (200, True)
    assert (without_vault.status_code, without_vault.json()["ready"]) == (503, False)
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})


async def test_a_database_that_is_away_is_told_by_readiness(lite: Api) -> None:
    with lite.deployment.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE participants")
    async with lite.client(None) as client:
        answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()["parts"]["database"]["ready"]) == (503, False)


async def test_blocked_people_are_counted_until_they_are_retried(api: Api) -> None:
    with_welcome(api)
    async with api.client() as client:
        await client.post("/v1/journeys/welcome/publish", json={"document": WELCOME})
        enrolled = await client.post(
            "/v1/journeys/welcome/participants", json={"participants": [{"endpoint": {"id": "ada", "address": "ada@example.com"}}]}
        )
        with api.deployment.database.write() as connection:
            connection.execute(participants.update().values(status="blocked", error="it broke"))
        before = await client.get("/readyz")
        metrics = await client.get("/metrics")
        retried = await client.post(f"/v1/participants/{enrolled.json()['results'][0]['participant_id']}/retry")
        after = await client.get("/readyz")

    assert before.json()["blocked_participants"] == 1
    assert 'wend_participants{journey="welcome",project="default",status="blocked"} 1.0' in metrics.text
    assert retried.status_code == 204
    assert after.json()["blocked_participants"] == 0


async def test_an_installation_says_where_mails_and_workflows_are_looked_at(lite: Api) -> None:
    async with client_of(lite, temporal_ui="http://localhost:8233", temporal_namespace="wend") as client:
        with_temporal = (await client.get("/v1/installation")).json()
    async with client_of(lite, mailbox=None) as client:
        without = (await client.get("/v1/installation")).json()

    assert with_temporal["temporal"] == {"ui": "http://localhost:8233", "namespace": "wend"}
    assert with_temporal["mailbox"] == "/mailbox"
    assert (without["temporal"], without["mailbox"]) == (None, None)


async def test_metrics_count_requests_by_route_and_never_by_path(lite: Api) -> None:
    async with lite.client() as client:
        await client.get("/v1/endpoints/somebody")
        await client.get("/nowhere/at/all")
        text = (await client.get("/metrics")).text

    assert 'wend_requests_total{method="GET",route="/v1/endpoints/{endpoint_id}",status="404"} 1.0' in text
    assert "somebody" not in text
    assert "nowhere" not in text


@pytest.fixture
def described(lite: Api) -> dict[str, Any]:
    """The OpenAPI document."""
    return create_app(lite.deployment).openapi()


def operations(described: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of every operation."""
    return [(method, path, operation) for path, methods in described["paths"].items() for method, operation in methods.items()]


def test_description_made_without_a_server_is_the_servers(described: dict[str, Any]) -> None:
    assert describe_api() == described


def test_every_route_of_the_api_is_described(described: dict[str, Any]) -> None:
    rows = {(row.method.lower(), row.path) for row in OPERATIONS}

    assert {(method, path) for method, path, _ in operations(described)} == rows


def test_every_operation_says_what_it_does_who_may_and_what_can_go_wrong(described: dict[str, Any]) -> None:
    for method, path, operation in operations(described):
        assert operation.get("summary"), (method, path)
        assert len(operation.get("description", "")) > 20, (method, path)
        errors = {status for status in operation["responses"] if status[0] in "45"}
        assert {"400", "503"} <= errors, (method, path)
        if path.startswith("/v1"):
            assert {"401", "403"} <= errors
            assert "Needs the role **" in operation["description"]
            assert operation["security"]


def test_every_body_has_an_example(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    for method, path, operation in operations(described):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            continue
        name = content["schema"].get("$ref", "").rpartition("/")[2]
        assert "example" in content or "example" in str(schemas.get(name)), (method, path)


def test_every_error_has_the_one_shape(described: dict[str, Any]) -> None:
    for method, path, operation in operations(described):
        for status, response in operation["responses"].items():
            if status[0] in "45" and not (path == "/readyz" and status == "503"):
                schema = response["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ErrorShape"}, (method, path, status)


def test_every_post_that_makes_something_takes_an_idempotency_key(described: dict[str, Any]) -> None:
    keyed = {(row.method.lower(), row.path) for row in OPERATIONS if row.is_keyed}
    found = {
        (method, path)
        for method, path, operation in operations(described)
        if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", []))
    }

    assert found == keyed
