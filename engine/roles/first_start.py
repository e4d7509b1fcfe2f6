"""What a person is shown once everything runs: on an empty database `welcome` is published, and the way to the first mail is printed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx

from api.auth import make_login_link
from engine.errors import UnavailableError
from engine.roles.home import Home
from engine.roles.settings import Settings
from engine.run.keys import find_key
from engine.store import installation, journeys
from engine.store.database import Database

FIRST_JOURNEY = "welcome"
#: An API process imports its packages and opens the database: about two seconds on a busy machine.
READY_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.1
JOURNEY_STATES = ("live", "paused", "stopped")


def read_clock(database: Database) -> str | None:
    """Which clock owns this installation's people; None before the first start."""
    with database.write() as connection:
        return installation.ensure(connection).clock


async def welcome(settings: Settings, home: Home, say: Callable[[str], None]) -> None:
    """Wait until the API answers, publish the first journey where there is none at all, and print links."""
    key = home.ensure_api_key(settings.bootstrap_key)
    # The address we listen on, not the public one: that may lead through a proxy that is not there yet.
    local = f"http://127.0.0.1:{settings.port}"
    async with httpx.AsyncClient(base_url=local, headers={"Authorization": f"Bearer {key}"}, trust_env=False) as client:
        await _until_it_answers(client)
        if await asyncio.to_thread(_is_empty, settings) and _has_first_journey(settings):
            await _publish(client, say)
            say(_first_call(settings, home))
    say(f"log in:   {await asyncio.to_thread(_login_link, settings, home, key)}")
    if settings.smtp_url is None:
        say(f"mailbox:  {settings.url}/mailbox (no relay is set: WEND_SMTP_URL; mails stay on this machine)")
    say("Ctrl-C ends everything; nothing is lost by it.")


async def _until_it_answers(client: httpx.AsyncClient) -> None:
    for _ in range(int(READY_SECONDS / LOOK_EVERY_SECONDS)):
        try:
            if (await client.get("/healthz")).is_success:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    raise UnavailableError(f"The API did not answer within {READY_SECONDS:g} s.", hint="logs/api.log in the data folder says why.")


def _is_empty(settings: Settings) -> bool:
    database = Database(settings.database)
    try:
        with database.read() as connection:
            return not journeys.list_in_states(connection, JOURNEY_STATES)
    finally:
        database.close()


def _has_first_journey(settings: Settings) -> bool:
    return settings.journeys is not None and (settings.journeys / f"{FIRST_JOURNEY}.json").is_file()


async def _publish(client: httpx.AsyncClient, say: Callable[[str], None]) -> None:
    answer = await client.post(f"/v1/journeys/{FIRST_JOURNEY}/publish", json={"people": "finish"})
    if answer.is_success:
        say(f"journey:  the database was empty, so journeys/{FIRST_JOURNEY}.json was published. Enroll somebody:")
    else:
        say(f"journey:  {FIRST_JOURNEY} was not published: {answer.text[:500]}")


def _first_call(settings: Settings, home: Home) -> str:
    return (
        f"  curl -X POST {settings.url}/v1/journeys/{FIRST_JOURNEY}/participants \\\n"
        f"    -H \"Authorization: Bearer $(cat '{home.folder}/api-key')\" -H 'Content-Type: application/json' \\\n"
        '    -d \'{"participants": [{"endpoint": {"id": "ada", "address": "ada@example.com", "attributes": {"first_name": "Ada"}}}]}\''
    )


def _login_link(settings: Settings, home: Home, key: str) -> str:
    database = Database(settings.database)
    try:
        return make_login_link(settings.url, home.ensure_secret(settings.secret).encode(), find_key(database, key))
    finally:
        database.close()
