"""The API: a process that answers HTTP. Any number of them may run behind a balancer."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import uvicorn

from api.app import create_app
from api.deployment import Deployment, Part, Probe
from engine.errors import SettingsError
from engine.mail.render import Renderer
from engine.roles.process import work
from engine.roles.settings import Settings
from engine.roles.wiring import open_database, open_drafts, open_home, open_templates
from engine.run.keys import DEFAULT_PROJECT, adopt_key, ensure_project
from engine.store.database import Database
from engine.store.doorbell import open_doorbell

PROBE_SECONDS = 0.5
#: Calls under way are answered within this, or cut off.
GRACE_SECONDS = 3


def main(settings: Settings) -> None:
    """Answer until told to stop."""
    work("api", lambda: _answer(settings))


async def _answer(settings: Settings) -> None:
    home = open_home(settings)
    database = open_database(settings)
    listener = _listen(settings.host, settings.port)
    await asyncio.to_thread(_adopt_first_key, settings, database)
    doorbell = open_doorbell(settings.database, home.doorbell)
    deployment = Deployment(
        database=database,
        drafts=open_drafts(settings, database),
        templates=open_templates(settings, database),
        secret=home.read_secret(settings.secret).encode(),
        public_url=settings.url,
        mail_from=settings.sender,
        renderer=Renderer(),
        ring=doorbell.ring,
        parts=_parts(settings),
        mailbox=None if settings.smtp_url else home.mailbox,
        temporal_ui=None if settings.temporal_ui is None else settings.temporal_ui.rstrip("/"),
        temporal_namespace=settings.temporal_namespace,
    )
    server = _Server(
        uvicorn.Config(
            create_app(deployment),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    serving = asyncio.ensure_future(server.serve([listener]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise
    finally:
        await doorbell.close()
        database.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SettingsError(f"Nobody can listen on {host}, port {port}: {reason}.", hint="Set WEND_HOST or WEND_PORT.") from error


def _adopt_first_key(settings: Settings, database: Database) -> None:
    """Where no `wend up` has done it: make the project, and the key somebody chose its first."""
    ensure_project(database)
    if settings.bootstrap_key is not None:
        adopt_key(database, DEFAULT_PROJECT, name="bootstrap", role="operate", secret=settings.bootstrap_key)


class _Server(uvicorn.Server):
    """uvicorn without its own signals: `process.work` listens to them, and cancels."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


def _parts(settings: Settings) -> Mapping[str, Probe]:
    """Whatever the API does not need and an operator wants to see."""
    if settings.clock == "local":
        return {"clock": lambda: Part(True, "People are woken by Wend's own clock: there is no Temporal.", needed=False)}
    if settings.temporal_address is None:
        return {}
    return {"temporal": lambda: probe_port(settings.temporal_address or "")}


def probe_port(address: str) -> Part:
    """Whether somebody listens at host:port."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=PROBE_SECONDS):
            return Part(True, f"Temporal answers at {address}.", needed=False)
    except (OSError, ValueError) as error:
        return Part(False, f"Temporal does not answer at {address}: {error}. People wait until it does.", needed=False)
