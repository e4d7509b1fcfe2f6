"""Secrets and addresses in logs: there are none, whatever goes wrong."""

from __future__ import annotations

import io
import logging
import sys

import pytest
import structlog

from engine.errors import UnavailableError
from engine.roles.redaction import REDACTED, RedactedFormatter, redact_line, redact_text
from tests.api.conftest import WELCOME, Api, with_welcome

CANARIES = (
    "wend_" + "k3y" * 14,
    "canary.person@example.com",
    "postgresql+psycopg://wend:pa55word@db/wend",
    "http://wend.example/u/" + "t0ken" * 8,
    "http://wend.example/login?token=abc.def.ghi",
    "Authorization: Bearer somebody-elses-key",
    "wend_session=c00kie; other=1",
)
SECRETS = ("k3y", "canary.person", "pa55word", "t0ken", "abc.def", "somebody-elses", "c00kie")


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What this process logs from now on, rendered as in production."""
    written = io.StringIO()
    previous = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.dev.ConsoleRenderer(colors=False), redact_line],
        logger_factory=structlog.PrintLoggerFactory(written),
        cache_logger_on_first_use=False,
    )
    monkeypatch.setattr(sys, "stderr", written)
    yield written
    structlog.configure(**previous)


@pytest.mark.parametrize("canary", CANARIES)
def test_a_secret_in_a_line_is_blanked(canary: str) -> None:
    text = redact_text(f"it failed at {canary} for some reason")

    assert REDACTED in text
    assert not any(secret in text for secret in SECRETS)
    assert text.startswith("it failed at ")
    assert text.endswith("for some reason")


def test_a_line_without_secrets_stays_as_it_is() -> None:
    line = "request method=POST route=/v1/journeys/{journey_id}/participants status=202 group=0198f0c2a9b47c6e8d31f5a2b7c9e014"

    assert redact_text(line) == line


def test_a_traceback_of_a_library_is_redacted_too() -> None:
    try:
        raise UnavailableError(CANARIES[2])
    except UnavailableError:
        record = logging.LogRecord("sqlalchemy", logging.ERROR, "", 0, "it failed for %s", (CANARIES[1],), sys.exc_info())

    text = RedactedFormatter("%(message)s").format(record)

    assert not any(secret in text for secret in SECRETS)
    assert "UnavailableError" in text


async def test_no_request_leaves_its_values_in_the_log(lite: Api, lines: io.StringIO) -> None:
    with_welcome(lite)
    canary = CANARIES[1]
    async with lite.client() as client:
        await client.post("/v1/journeys/welcome/publish", json={"document": WELCOME})
        await client.post(
            "/v1/journeys/welcome/participants", json={"participants": [{"endpoint": {"id": "canary.person", "address": canary}}]}
        )
        await client.get("/v1/endpoints/canary.person")
        await client.get("/v1/participants", params={"address": canary})
        await client.post("/v1/suppressions", json={"address": canary, "extra": canary})
        await client.get("/login", params={"token": "abc.def.ghi"})
        await client.get("/u/" + "t0ken" * 8)
        await client.get("/v1/journeys", headers={"Authorization": "Bearer " + CANARIES[0]})

    text = lines.getvalue()
    assert text.count("route=") >= 8
    assert not any(secret in text for secret in (*SECRETS, *lite.keys.values()))


async def test_a_fault_of_ours_leaves_its_traceback_and_no_parameters(lite: Api, lines: io.StringIO) -> None:
    with lite.deployment.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE suppressions")
    async with lite.client() as client:
        answer = await client.post("/v1/suppressions", json={"address": CANARIES[1]})

    assert answer.status_code in {500, 503}
    assert "canary.person" not in lines.getvalue()
    assert "canary.person" not in answer.text


async def test_a_caller_who_goes_away_is_no_fault_of_ours(lite: Api, lines: io.StringIO) -> None:
    headers = [(b"authorization", f"Bearer {lite.keys['author']}".encode()), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/v1/journeys/welcome/check", "query_string": b"", "headers": headers}
    answers = []

    async def gone() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        answers.append(message)

    await lite.transport.app(scope, gone, send)

    assert answers == []
    assert "status=499" in lines.getvalue()
    assert "request_failed" not in lines.getvalue()
