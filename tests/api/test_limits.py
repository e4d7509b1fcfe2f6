"""What is too large, too deep or not what it says: a clear 4xx, never a 5xx, and nothing kept in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from api.permissions import PERMISSIONS, Permission
from tests.api.conftest import Api

JSON = {"Content-Type": "application/json"}
READ_JSON = [row for row in PERMISSIONS if row.method in {"POST", "PUT", "PATCH"} and row.path.startswith("/v1")]
PATHS = {"journey_id": "welcome", "name": "hello", "endpoint_id": "ada", "participant_id": "0" * 32, "send_id": "0" * 32}
#: Verbs on a thing, which take no body.
BODILESS = ("/pause", "/resume", "/stop", "/retry")


def bodied() -> list[Permission]:
    """Every route that reads a body."""
    return [row for row in READ_JSON if not row.path.endswith(BODILESS)]


@pytest.mark.parametrize("row", bodied(), ids=lambda row: row.name)
async def test_a_body_over_the_limit_is_refused_before_it_is_read(lite: Api, row: Permission) -> None:
    async with lite.client() as client:
        answer = await client.request(
            row.method, row.path.format(**PATHS), content=b"x", headers={**JSON, "Content-Length": str(row.limit_bytes + 1)}
        )

    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


async def test_a_body_without_a_length_is_read_up_to_the_limit(lite: Api) -> None:
    read = 0

    async def drip() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 100_000
            yield b" " * 100_000

    async with lite.client() as client:
        answer = await client.put("/v1/journeys/welcome/draft", content=drip(), headers=JSON)

    assert answer.status_code == 413
    assert read <= 1_200_000


BOMBS = {
    "brackets": b"[" * 200_000,
    "objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep and valid": b'{"a":' * 100 + b"1" + b"}" * 100,
    "digits": b'{"a":' + b"9" * 200_000 + b"}",
    "exponent": b'{"a": 1e999999}',
    "NaN": b'{"a": NaN}',
    "NUL": b'{"a": "\\u0000"}',
    "raw NUL": b'{"a": "\x00"}',
    "half a pair": b'{"a": "\\ud800"}',
    "not UTF-8": b'{"a": "\xff"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "BOM": b"\xef\xbb\xbf{}",
    "nothing": b"",
    "list": b"[]",
    "null": b"null",
    "text": b'"x"',
    "keys": b"{" + b",".join(b'"k%d":1' % n for n in range(20_000)) + b"}",
}


@pytest.mark.parametrize("bomb", BOMBS)
async def test_no_body_makes_a_route_fail(lite: Api, bomb: str) -> None:
    async with lite.client() as client:
        for row in bodied():
            answer = await client.request(row.method, row.path.format(**PATHS), content=BOMBS[bomb], headers=JSON)
            saves = row.path.endswith(("/draft", "/check")) and answer.status_code == 200  # a draft saves whatever it holds
            assert saves or 400 <= answer.status_code < 500 or row.method == "PATCH", (
                row.name,
                bomb,
                answer.status_code,
                answer.text[:200],
            )
            assert answer.status_code < 500, (row.name, bomb, answer.text[:200])
            assert len(answer.content) < 1_000_000
        read = await client.get("/v1/journeys/welcome/draft")
        assert read.status_code in {200, 404}


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_json_under_another_name_is_refused(lite: Api, media_type: str) -> None:
    async with lite.client() as client:
        answer = await client.post("/v1/suppressions", content=b'{"address": "ada@example.com"}', headers={"Content-Type": media_type})

    assert (answer.status_code, answer.json()["error"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/events", {"events": [{"name": "x", "endpoint_id": "ada"}] * 1_001}),
        ("/v1/journeys/welcome/participants", {"participants": [{"endpoint": {"id": "ada"}}] * 10_001}),
        ("/v1/events", {"events": []}),
    ],
)
async def test_a_batch_of_too_many_or_none_is_refused(lite: Api, path: str, body: dict[str, object]) -> None:
    async with lite.client() as client:
        answer = await client.post(path, json=body)

    assert answer.status_code == 422
    assert len(answer.content) < 10_000


@pytest.mark.parametrize("path", ["/v1/endpoints/%00", "/v1/endpoints/a%00b", "/v1/participants?user=a%00b", "/v1/sends?address=%00%00%00"])
async def test_nul_in_an_address_is_refused(api: Api, path: str) -> None:
    async with api.client() as client:
        answer = await client.get(path)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "value", ["a\r\nBcc: eve@example.com", "a\u2028b@example.com", "ada@example.com\n", "a\x00@example.com", "x" * 10_000]
)
async def test_an_address_that_would_start_a_line_of_its_own_is_refused(lite: Api, value: str) -> None:
    async with lite.client() as client:
        answers = [
            await client.put("/v1/endpoints/ada", json={"address": value}),
            await client.post("/v1/suppressions", json={"address": value}),
            await client.post("/v1/test-sends", json={"template": "hello", "address": value}),
        ]

    assert all(answer.status_code in {400, 404, 422} for answer in answers)


@pytest.mark.parametrize("field", ["subject", "preheader", "from", "reply_to"])
@pytest.mark.parametrize("value", ["a\r\nBcc: eve@example.com", "a\nb", "x" * 10_000])
async def test_a_template_line_that_is_two_is_refused(lite: Api, field: str, value: str) -> None:
    async with lite.client() as client:
        answer = await client.put("/v1/templates/hello", json={"subject": "Hello", field: value})

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "headers",
    [{"X-A": "a\r\nb"}, {"Bcc": "eve@example.com"}, {"dkim-signature": "x"}, {"X A": "b"}, {"X-A\r\nB": "c"}, {"": "x"}, {"É": "x"}],
)
async def test_a_template_header_that_is_none_is_refused(lite: Api, headers: dict[str, str]) -> None:
    async with lite.client() as client:
        answer = await client.put("/v1/templates/hello", json={"subject": "Hello", "headers": headers})

    assert answer.status_code == 422
