"""The thinnest true path: a draft is saved, published, and somebody is enrolled."""

from __future__ import annotations

from tests.api.conftest import WELCOME, Api, with_welcome


async def test_a_draft_is_published_and_somebody_enrolled(api: Api) -> None:
    with_welcome(api)
    async with api.client() as client:
        saved = await client.put("/v1/journeys/welcome/draft", json=WELCOME)
        published = await client.post("/v1/journeys/welcome/publish", json={"people": "finish"})
        enrolled = await client.post(
            "/v1/journeys/welcome/participants", json={"participants": [{"endpoint": {"id": "ada", "address": "ada@example.com"}}]}
        )

    assert saved.status_code == 200, saved.text
    assert published.status_code == 201, published.text
    assert published.json()["version"] == 1
    assert published.json()["templates"] == {"hello": 1}
    assert enrolled.status_code == 202, enrolled.text
    assert [row["status"] for row in enrolled.json()["results"]] == ["enrolled"]
    assert "ready" in api.rung
