"""Participants, endpoints, events, counts and simulation over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.run.clock import GroupStart
from engine.run.groups import Dispatcher
from engine.run.keys import DEFAULT_PROJECT
from engine.run.stage import Travel, run_stage
from tests.api.conftest import WELCOME, Api, with_welcome

PEOPLE = "/v1/journeys/welcome/participants"


class KeptStarts:
    """A clock that only remembers what it was asked to start."""

    def __init__(self) -> None:
        self.starts: list[GroupStart] = []

    def start_groups(self, starts: list[GroupStart]) -> list[str]:
        """Remember, and say that all travel."""
        self.starts += starts
        return [start.group_id for start in starts]


def travel(api: Api) -> None:
    """Let everybody who is ready walk through one stage."""
    deployment = api.deployment
    stages = Travel(deployment.database, deployment.plans, b"s" * 32, "wend.example", deployment.ring)
    clock = KeptStarts()
    Dispatcher(stages, clock).dispatch_once()
    now = datetime.now(UTC) + timedelta(seconds=1)
    for start in clock.starts:
        run_stage(stages, project=start.project, group_id=start.group_id, due=start.wake_at, scheduled_at=now, generation=start.generation)


@pytest.fixture
async def live(api: Api) -> Api:
    """A journey that people can enter."""
    with_welcome(api)
    async with api.client() as client:
        assert (await client.post("/v1/journeys/welcome/publish", json={"document": WELCOME})).status_code == 201
    return api


def ada(**more: object) -> dict[str, object]:
    """A body that enrolls Ada."""
    endpoint = {
        "id": "ada-mail",
        "address": "ada@example.com",
        "time_zone": "Europe/Berlin",
        "user": {"id": "ada", "attributes": {"plan": "pro"}},
    }
    return {"participants": [{"endpoint": endpoint, **more}]}


async def test_each_row_of_an_enroll_call_has_its_result(live: Api) -> None:
    rows = [
        {"endpoint": {"id": "ada", "address": "ada@example.com"}},
        {"endpoint": {"id": "ada", "address": "ada@example.com"}},
        {"endpoint": {"id": "ada"}, "passage_key": "order-2"},
        {"endpoint": {"id": "eve"}},
        {"endpoint": {"id": "bob", "address": "not an address"}},
        {"endpoint": {"id": "tom", "address": "tom@example.com", "time_zone": "Mars/Olympus"}},
    ]
    async with live.client("ingest") as client:
        answer = await client.post(PEOPLE, json={"participants": rows})

    assert answer.status_code == 202
    results = answer.json()["results"]
    assert [row["status"] for row in results] == ["enrolled", "already_enrolled", "enrolled", "invalid", "invalid", "invalid"]
    assert all(row["reason"] for row in results if row["status"] == "invalid")
    assert results[5]["reason"] == "endpoint/time_zone: There is no time zone 'Mars/Olympus'. Use an IANA name such as Europe/Berlin."
    assert results[0]["participant_id"] == results[1]["participant_id"]


async def test_a_timeline_tells_what_happened_why_and_what_comes_next(live: Api) -> None:
    async with live.client() as client:
        enrolled = await client.post(PEOPLE, json=ada(context={"order": 7}))
        travel(live)
        timeline = (await client.get(f"/v1/participants/{enrolled.json()['results'][0]['participant_id']}")).json()

    assert [(one["step_id"], one["outcome"]) for one in timeline["decisions"]] == [("greet", "queued"), ("settle", "began_waiting")]
    assert timeline["decisions"][0]["grounds"] == {"template": "hello", "version": 1}
    assert (timeline["status"], timeline["step_id"], timeline["context"]) == ("waiting", "settle", {"order": 7})
    assert (timeline["time_zone"], timeline["time_zone_source"]) == ("Europe/Berlin", "endpoint")
    due, on_their_clocks = datetime.fromisoformat(timeline["due_at"]), datetime.fromisoformat(timeline["due_local"])
    assert due == on_their_clocks
    assert on_their_clocks.utcoffset() in {timedelta(hours=1), timedelta(hours=2)}
    assert [(send["step_id"], send["state"], send["class"]) for send in timeline["sends"]] == [("greet", "QUEUED", "journey")]


async def test_people_are_listed_by_step_and_status(live: Api) -> None:
    async with live.client() as client:
        await client.post(PEOPLE, json=ada())
        travel(live)
        await client.post(PEOPLE, json={"participants": [{"endpoint": {"id": "eve", "address": "eve@example.com"}}]})
        found = {
            question: [one["endpoint_id"] for one in (await client.get(f"{PEOPLE}?{question}")).json()["results"]]
            for question in ("status=waiting", "status=ready", "step=settle", "step=greet&status=waiting", "")
        }

    assert found == {
        "status=waiting": ["ada-mail"],
        "status=ready": ["eve"],
        "step=settle": ["ada-mail"],
        "step=greet&status=waiting": [],
        "": ["eve", "ada-mail"],
    }


async def test_somebody_is_found_by_address_and_by_user(live: Api) -> None:
    async with live.client("read") as client:
        async with live.client() as operator:
            await operator.post(PEOPLE, json=ada())
        by_address = await client.get("/v1/participants", params={"address": "ADA@example.com"})
        by_user = await client.get("/v1/participants", params={"user": "ada"})
        nobody = await client.get("/v1/participants", params={"user": "eve"})
        neither = await client.get("/v1/participants")

    assert [len(answer.json()["results"]) for answer in (by_address, by_user, nobody)] == [1, 1, 0]
    assert neither.status_code == 422


async def test_somebody_is_let_out_and_their_mail_with_them(live: Api) -> None:
    async with live.client() as client:
        enrolled = await client.post(PEOPLE, json=ada())
        travel(live)
        path = f"/v1/participants/{enrolled.json()['results'][0]['participant_id']}"
        statuses = [(await client.delete(path)).status_code for _ in range(2)]
        timeline = (await client.get(path)).json()
        retried = await client.post(f"{path}/retry")

    assert statuses == [204, 204]
    assert (timeline["status"], timeline["due_at"], timeline["sends"][0]["state"]) == ("exited", None, "CANCELLED")
    assert retried.status_code == 409


async def test_counts_change_their_etag_only_when_they_change(live: Api) -> None:
    async with live.client() as client:
        await client.post(PEOPLE, json=ada())
        travel(live)
        first = await client.get("/v1/journeys/welcome/counts")
        same = await client.get("/v1/journeys/welcome/counts", headers={"If-None-Match": first.headers["etag"]})
        await client.post(PEOPLE, json={"participants": [{"endpoint": {"id": "eve", "address": "eve@example.com"}}]})
        other = await client.get("/v1/journeys/welcome/counts", headers={"If-None-Match": first.headers["etag"]})

    assert (first.status_code, same.status_code, other.status_code) == (200, 304, 200)
    assert same.content == b""
    assert first.json()["live"] == {"waiting": 1}
    assert first.json()["steps"]["settle"]["here"] == {"waiting": 1}
    assert first.json()["steps"]["greet"]["total"] == {"queued": 1}
    assert first.json()["journey"] == {"enrolled": 1}


async def test_an_endpoint_is_made_changed_replaced_and_erased(api: Api) -> None:
    path = "/v1/endpoints/ada"
    async with api.client() as client:
        unknown = await client.patch(path, json={"attributes": {"a": 1}})
        made = await client.put(path, json={"address": "Ada@Example.com", "attributes": {"a": 1, "b": [1, 2]}, "user": {"id": "u"}})
        changed = await client.patch(path, json={"attributes": {"a": None, "c": True}})
        replaced = await client.put(path, json={"attributes": {"d": "x"}})
        erased = [(await client.delete(path)).status_code for _ in range(2)]
        gone = await client.get(path)
        suppressed = await client.get("/v1/suppressions")

    assert unknown.status_code == 422
    assert made.json()["user"] == {"id": "u", "attributes": {}}
    assert changed.json()["attributes"] == {"b": [1, 2], "c": True}
    assert replaced.json()["attributes"] == {"d": "x"}
    assert (erased, gone.status_code) == ([204, 404], 404)
    assert [(one["address"], one["reason"]) for one in suppressed.json()["results"]] == [(None, "erased")]


async def test_events_are_taken_once_and_open_journeys(api: Api) -> None:
    with_welcome(api)
    document = {**WELCOME, "entry": {"type": "event", "event": "signed_up"}}
    event = {
        "id": "e1",
        "name": "signed_up",
        "endpoint": {"id": "ada", "address": "ada@example.com"},
        "occurred_at": "2026-11-20T09:00:00+01:00",
    }
    wrong = {"name": "signed_up"}
    async with api.client() as client:
        await client.post("/v1/journeys/welcome/publish", json={"document": document})
        first = await client.post("/v1/events", json={"events": [event, wrong]})
        second = await client.post("/v1/events", json={"events": [event]})

    assert first.status_code == 202
    assert [result["status"] for result in first.json()["results"]] == ["accepted", "invalid"]
    assert first.json()["results"][0]["enrolled"]["welcome"]["status"] == "enrolled"
    assert second.json()["results"][0]["status"] == "duplicate"


async def test_attributes_are_told_with_types_and_frequent_values(api: Api) -> None:
    plans = ["pro", "pro", "free"]
    people = [
        {
            "id": f"p{number}",
            "address": f"p{number}@example.com",
            "attributes": {"plan": plan, "age": number, "tags": ["a"], "since": "2026-01-01T00:00:00Z"},
        }
        for number, plan in enumerate(plans)
    ]
    async with api.client() as client:
        for person in people:
            await client.put(f"/v1/endpoints/{person.pop('id')}", json=person)
        answer = (await client.get("/v1/attributes")).json()

    assert answer["sampled"] == 3
    found = {one["name"]: (one["type"], one["count"]) for one in answer["endpoint"]}
    assert found == {"age": ("number", 3), "plan": ("text", 3), "since": ("date", 3), "tags": ("text", 3)}
    assert next(one["values"] for one in answer["endpoint"] if one["name"] == "plan") == [
        {"value": "pro", "count": 2},
        {"value": "free", "count": 1},
    ]


async def test_contexts_and_events_are_told_as_they_came_lately(live: Api) -> None:
    async with live.client() as client:
        person = {"endpoint": {"id": "ada", "address": "ada@example.com"}, "context": {"order": "o-1", "total": 12.5}}
        await client.post("/v1/journeys/welcome/participants", json={"participants": [person]})
        ada = {"endpoint": {"id": "ada"}}
        happened = [{"name": "bought", "id": f"e{number}", "attributes": {"sku": "tea"}, **ada} for number in range(2)]
        sent = await client.post("/v1/events", json={"events": [*happened, {"name": "viewed", "id": "e3", **ada}]})
        answer = (await client.get("/v1/attributes")).json()

    assert sent.status_code in (200, 202)
    assert {one["name"]: one["type"] for one in answer["context"]} == {"order": "text", "total": "number"}
    assert [(one["name"], one["count"]) for one in answer["events"]] == [("bought", 2), ("viewed", 1)]
    assert answer["events"][0]["attributes"][0]["values"] == [{"value": "tea", "count": 2}]


async def test_recent_endpoints_begin_with_those_who_came_in_last(live: Api) -> None:
    async with live.client() as client:
        await client.put("/v1/endpoints/a-resting", json={"address": "resting@example.com"})
        for name in ("bea", "cleo"):
            person = {"endpoint": {"id": name, "address": f"{name}@example.com", "user": {"id": name, "attributes": {"first_name": name}}}}
            await client.post("/v1/journeys/welcome/participants", json={"participants": [person]})
        answer = (await client.get("/v1/endpoints")).json()
        one = (await client.get("/v1/endpoints?limit=1")).json()

    assert [each["id"] for each in answer["results"]] == ["cleo", "bea", "a-resting"]
    assert answer["results"][0]["user"] == {"id": "cleo", "attributes": {"first_name": "cleo"}}
    assert [each["id"] for each in one["results"]] == ["cleo"]


async def test_a_simulation_is_a_trace_or_a_population_and_stores_nothing(live: Api) -> None:
    async with live.client("read") as client:
        trace = await client.post("/v1/journeys/welcome/simulate?version=1", json={"start": "2026-01-01T00:00:00Z"})
        population = await client.post("/v1/journeys/welcome/simulate", json={"document": WELCOME, "participants": 100, "seed": 7})
        missing = await client.post("/v1/journeys/welcome/simulate", json={})
        too_many = await client.post("/v1/journeys/welcome/simulate", json={"document": WELCOME, "participants": 10_001})
        broken = await client.post("/v1/journeys/welcome/simulate", json={"document": {"format": 1}})
        listed = await client.get(PEOPLE)

    assert [stage["at"] for stage in trace.json()["stages"]] == ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"]
    assert trace.json()["ended"]["status"] == "finished"
    assert (population.json()["participants"], population.json()["steps"]["again"]) == (100, 100)
    assert [answer.status_code for answer in (missing, too_many, broken)] == [404, 422, 422]
    assert listed.json()["results"] == []


async def test_ten_thousand_people_enter_in_one_call(live: Api) -> None:
    rows = [{"endpoint": {"id": f"p{number}", "address": f"p{number}@example.com"}} for number in range(10_000)]
    async with live.client("ingest") as client:
        answer = await client.post(PEOPLE, json={"participants": rows})

    assert answer.status_code == 202
    assert {row["status"] for row in answer.json()["results"]} == {"enrolled"}
    assert len(answer.json()["results"]) == 10_000
    assert DEFAULT_PROJECT == "default"
