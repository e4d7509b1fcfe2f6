"""The way to the first mail: on an empty database `welcome` is published before anybody is answered; once all runs, the way is printed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx

from api.auth import make_login_link
from engine.errors import EngineError, UnauthenticatedError, UnavailableError
from engine.roles.home import Home
from engine.roles.settings import Settings
from engine.roles.wiring import open_drafts, open_templates
from engine.run.keys import DEFAULT_PROJECT, find_key
from engine.run.publish import publish
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


def publish_first(settings: Settings, database: Database) -> str | None:
    """Publish the first journey where there is none at all, and return what to say of it; None where nothing was to be done.

    Before the API listens: whoever reaches it, reaches the journey.
    """
    with database.read() as connection:
        if journeys.list_in_states(connection, JOURNEY_STATES):
            return None
    if settings.journeys is None or not (settings.journeys / f"{FIRST_JOURNEY}.json").is_file():
        return None
    drafts, templates = open_drafts(settings, database), open_templates(settings, database)
    try:
        publish(database, drafts, templates, project=DEFAULT_PROJECT, journey_id=FIRST_JOURNEY)
    except EngineError as error:
        problems = "".join(f"\n  {problem.pointer}: {problem.message}" for problem in getattr(error, "problems", ()))
        return f"journey:  {FIRST_JOURNEY} was not published: {error}{problems}"
    return (
        f"journey:  the database was empty, so journeys/{FIRST_JOURNEY}.json was published. Enroll somebody:\n"
        f"  curl -X POST {settings.url}/v1/journeys/{FIRST_JOURNEY}/participants \\\n"
        f"    -H \"Authorization: Bearer $(cat '{settings.home.absolute()}/api-key')\" -H 'Content-Type: application/json' \\\n"
        '    -d \'{"participants": [{"endpoint": {"id": "ada", "address": "ada@example.com", "attributes": {"first_name": "Ada"}}}]}\''
    )


async def welcome(settings: Settings, home: Home, news: str | None, say: Callable[[str], None]) -> None:
    """Wait until the API answers, then print what was published and the links."""
    # The address we listen on, not the public one: that may lead through a proxy that is not there yet.
    async with httpx.AsyncClient(base_url=settings.local_url, trust_env=False) as client:
        await _until_it_answers(client)
    if news is not None:
        say(news)
    say(f"log in:   {await asyncio.to_thread(login_line, settings, home)}")
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


def make_link(settings: Settings, home: Home, database: Database) -> str:
    """A link that logs a browser in with the key in WEND_HOME; UnauthenticatedError says what to do where that was revoked."""
    key = home.ensure_api_key(settings.bootstrap_key)
    try:
        found = find_key(database, key)
    except UnauthenticatedError as error:
        kept = "WEND_BOOTSTRAP_KEY" if settings.bootstrap_key else f"{home.folder}/api-key"
        raise UnauthenticatedError(
            f"The key in {kept} is not valid any more.", hint="Put another there: `wend keys make NAME --role operate` prints one."
        ) from error
    return make_login_link(settings.url, home.read_secret(settings.secret).encode(), found)


def login_line(settings: Settings, home: Home) -> str:
    """The link, or why there is none: somebody who revoked the first key wants it dead, and everything else to run."""
    database = Database(settings.database)
    try:
        return make_link(settings, home, database)
    except UnauthenticatedError as error:
        return str(error)
    finally:
        database.close()
