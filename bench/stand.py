"""A throw-away installation to measure: a real Temporal server, the roles as processes of their own, in a temporary folder.

Everything is started as `wend up` starts it, with the same settings, and dies with this process. Only what a benchmark wants is started.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson

from bench.processes import Usage, children_of, usage_of
from engine.errors import EngineError
from engine.roles.home import Home
from engine.roles.launch import command_for_program, command_for_role
from engine.roles.ports import free_port, free_ports
from engine.roles.settings import Settings, variable_of
from engine.roles.up import TEMPORAL_RETENTION
from engine.roles.wiring import agree_on_clock, open_travel
from engine.run.clock import Ring
from engine.run.drafts import DatabaseDrafts
from engine.run.keys import DEFAULT_PROJECT, adopt_key, ensure_project
from engine.run.publish import Wish, publish
from engine.run.stage import Travel
from engine.run.templates import DatabaseTemplates, TemplateContent
from engine.store.database import Database
from engine.store.migrate import upgrade
from engine.temporal import server
from engine.temporal.connection import TemporalAddress
from engine.temporal.ladder import Binary, Search, cache_folder, climb, in_cache, on_path
from engine.temporal.server import Ports

PROJECT = DEFAULT_PROJECT
ROOT = Path(__file__).resolve().parents[1]
#: A role imports its packages and opens the database; one that ends is not waited for, and how soon one answers is the machine's affair.
READY_SECONDS = 300.0
GRACE_SECONDS = 10.0


@dataclass
class Stand:
    """What runs, and where."""

    home: Home
    settings: Settings
    database: Database
    temporal: TemporalAddress
    installation_id: str
    #: A key of the role operate.
    api_key: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, role: str) -> None:
        """Start a role as a child."""
        self.processes[role] = self._spawn(role, command_for_role(role))

    def start_program(self, name: str, command: list[str]) -> None:
        """Start another program as a child."""
        self.processes[name] = self._spawn(name, command_for_program(command))

    def start_again(self, name: str) -> None:
        """Start a child that has ended, as it was started before."""
        command = self.processes[name].args
        assert isinstance(command, list)
        self.processes[name] = self._spawn(name, [str(part) for part in command])

    def _spawn(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        with (self.home.logs / f"{name}.log").open("ab") as log:
            environment = environment_of(self.settings)
            return subprocess.Popen(command, cwd=self.home.folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def end(self) -> None:
        """End the children, the last started first, and kill whoever does not go."""
        for process in reversed(self.processes.values()):
            process.terminate()
        for name, process in reversed(self.processes.items()):
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                sys.stderr.write(f"stand: {name} did not end and is killed\n")
                process.kill()
                process.wait()

    def usage(self) -> dict[str, Usage]:
        """What each child has cost so far; a child's own children are named after it."""
        used: dict[str, Usage] = {}
        for name, process in self.processes.items():
            used[name] = usage_of(process.pid)
            for number, child in enumerate(children_of(process.pid), 1):
                used[f"{name}, child {number}"] = usage_of(child)
        return used

    def travel(self, ring: Ring) -> Travel:
        """What stages and enrolling need, for work in this process."""
        return open_travel(self.settings, self.database, ring)

    def publish(self, journey_id: str, document: Mapping[str, Any], templates: Mapping[str, TemplateContent] | None = None) -> None:
        """Publish a journey and the templates it names."""
        stored = DatabaseTemplates(self.database)
        for name, content in (templates or {}).items():
            stored.write(PROJECT, name, content)
        wish = Wish(source=orjson.dumps(document).decode())
        publish(self.database, DatabaseDrafts(self.database), stored, project=PROJECT, journey_id=journey_id, wish=wish)

    @contextmanager
    def client(self) -> Iterator[httpx.Client]:
        """A client of the API, once that answers."""
        headers = {"Authorization": f"Bearer {self.api_key}"}
        with httpx.Client(base_url=f"http://127.0.0.1:{self.settings.port}", headers=headers, trust_env=False, timeout=120) as client:
            self.wait_until(lambda: _answers(client), "the API answers")
            yield client

    def wait_until(self, holds: Callable[[], bool], what: str, seconds: float = READY_SECONDS, look_every_seconds: float = 0.02) -> None:
        """Wait until something holds; raises with the children's last words when one of them ends, or it takes too long."""
        deadline = time.monotonic() + seconds
        while not holds():
            dead = [name for name, process in self.processes.items() if process.poll() is not None]
            if dead or time.monotonic() > deadline:
                raise RuntimeError(f"Waited in vain until {what}. Ended: {dead or 'nobody'}.\n{self.last_words()}")
            time.sleep(look_every_seconds)

    def last_words(self) -> str:
        """The end of every child's log."""
        return "\n".join(f"--- {path.stem}\n{path.read_text(errors='replace')[-2000:]}" for path in sorted(self.home.logs.glob("*.log")))


def environment_of(settings: Settings) -> dict[str, str]:
    """What a child is told: these settings, and none of this machine's."""
    told = {name: value for name, value in os.environ.items() if not name.startswith(("WEND_", "TEMPORAL_"))}
    told |= {variable_of(name): str(value) for name in settings.model_fields_set if (value := getattr(settings, name)) not in (None, ())}
    # Drafts and templates in the database: a benchmark publishes its own.
    return {**told, "PYTHONPATH": str(ROOT), "WEND_JOURNEYS": "", "WEND_TEMPLATES": ""}


@contextmanager
def standing(roles: Sequence[str], **settings: Any) -> Iterator[Stand]:
    """Start a Temporal server and these roles; end and remove everything after the block.

    Args:
        settings: beyond the folder, the port and Temporal's address, e.g. `smtp_url` or `database_url`.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wend-bench-", ignore_cleanup_errors=True)))
        ports = Ports(*free_ports([None] * 4))
        chosen = Settings(
            home=folder,
            port=free_port(),
            temporal_address=f"127.0.0.1:{ports.grpc}",
            journeys=None,
            templates=None,
            clock="temporal",
            **settings,
        )
        stand = _prepared(chosen)
        stack.callback(stand.database.close)
        stack.callback(stand.end)
        stand.start_program("temporal", server.command(find_temporal(), stand.home.temporal_database, ports))
        asyncio.run(server.prepare(stand.temporal, TEMPORAL_RETENTION))
        for role in roles:
            stand.start(role)
        yield stand


def _prepared(settings: Settings) -> Stand:
    """Make secrets, schema, project and key, and give the positions to Temporal."""
    home = Home(settings.home)
    home.make()
    home.ensure_secret(None)
    key = home.ensure_api_key(None)
    upgrade(settings.database)
    database = Database(settings.database)
    ensure_project(database)
    adopt_key(database, PROJECT, name="bench", role="operate", secret=key)
    row = agree_on_clock(database, settings, "temporal")
    return Stand(home, settings, database, TemporalAddress(settings.temporal_address or ""), row.id, key)


def find_temporal() -> Binary:
    """A Temporal server that is on this machine already; a benchmark does not build one."""
    search = Search(cache_folder(os.environ), os.environ, None, _unheard, _unheard)
    binary = climb(search, (on_path, in_cache))
    if binary is None:
        raise EngineError("There is no Temporal server on this machine.", hint="`make up` gets one.")
    return binary


def _unheard(text: str) -> None:
    """What the search says is of no interest here."""


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").is_success
    except httpx.TransportError:
        return False
