"""`wend up`: everything on one machine, in one terminal. Makes what is missing, starts every process, and keeps them running.

It works on no person and no mail itself: whatever it starts could be started by hand, elsewhere. Killing it kills its children, and the
next `wend up` on the same folder goes on where they were.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import timedelta
from types import FrameType
from typing import IO

from engine.errors import EngineError, SettingsError, UnavailableError
from engine.roles import first_start
from engine.roles.api import probe_port
from engine.roles.console import Console
from engine.roles.home import Home, Running
from engine.roles.launch import command_for_program, command_for_role
from engine.roles.ports import free_port, free_ports, is_free, wait_until_taken
from engine.roles.process import end, stop_signal
from engine.roles.settings import Settings, variable_of
from engine.roles.supervisor import Child, Supervisor
from engine.roles.wiring import agree_on_clock, open_home, open_signer
from engine.run.keys import DEFAULT_PROJECT, adopt_key, ensure_project
from engine.store.database import Database
from engine.store.migrate import upgrade
from engine.temporal import server
from engine.temporal.connection import TemporalAddress
from engine.temporal.fetch import find_or_fetch
from engine.temporal.ladder import Binary, cache_folder
from engine.temporal.server import Ports

#: What Temporal's own tools look at; taken where they are free.
USUAL_PORTS = Ports(grpc=7233, ui=8233, http=7243, metrics=9233)
#: Ended workflows stay in Temporal's UI for this long.
TEMPORAL_RETENTION = timedelta(days=30)
#: Its UI listens a moment after its API answers; without it, people travel all the same.
UI_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Layout:
    """What shall run, decided before anything is started."""

    settings: Settings
    home: Home
    #: `temporal` or `local`.
    clock: str
    #: The server to be started; None where there is one already, or none is needed.
    binary: Binary | None
    ports: Ports
    mailbox_port: int
    #: What to say of the journey that was published because there was none.
    news: str | None

    @property
    def temporal(self) -> str | None:
        """Where Temporal is or will be."""
        if self.clock != "temporal":
            return None
        return self.settings.temporal_address or f"127.0.0.1:{self.ports.grpc}"

    @property
    def temporal_ui(self) -> str | None:
        """Where to look into Temporal with a browser."""
        return self.settings.temporal_ui or (f"http://localhost:{self.ports.ui}" if self.binary is not None else None)


def main(settings: Settings) -> None:
    """Start everything and keep it running until Ctrl-C."""
    console = Console()
    # Until everything runs, a signal simply ends us, and with us whatever we wait for.
    signal.signal(signal.SIGTERM, _interrupt)
    code = 0
    try:
        home = open_home(settings)
        with home.lock(), _turn_at_ports() as turn:
            layout = _prepare(settings, home, console, turn)
            asyncio.run(_run(layout, console, turn))
    except (SettingsError, EngineError) as error:
        sys.stderr.write(f"wend up: {error}\n")
        code = 1
    except KeyboardInterrupt:
        console.say("Ended.")
    end(code)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _turn_at_ports() -> IO[str]:
    """A file to be locked from choosing ports until they are taken: two who started at once would choose the same."""
    folder = cache_folder(os.environ)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / "ports.lock").open("w")
    except OSError:  # without a cache there is no turn, and a server whose port was taken says so
        return open(os.devnull, "w")


def take_turn(turn: IO[str], console: Console) -> None:
    """Lock the turn at the ports; whoever has to wait for it is told."""
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        console.say("Another `wend up` is starting on this machine; waiting until it has its ports.")
        fcntl.flock(turn, fcntl.LOCK_EX)


def _prepare(settings: Settings, home: Home, console: Console, turn: IO[str]) -> Layout:
    """Make secrets, schema and the first journey, choose the clock, and find a Temporal server for it."""
    _require_free(settings.host, settings.port)
    open_signer(settings)  # a key that cannot be read is told now, and not by a sender that keeps ending
    home.ensure_secret(settings.secret)
    key = home.ensure_api_key(settings.bootstrap_key)
    before = upgrade(settings.database)
    console.say(f"database: {_described(settings)}{'' if before.is_current else ', migrated'}")
    database = Database(settings.database)
    try:
        ensure_project(database)
        adopt_key(database, DEFAULT_PROJECT, name="bootstrap", role="operate", secret=key)
        clock, binary = _choose_clock(settings, home, database, console)
        news = first_start.publish_first(settings, database)
    finally:
        database.close()
    take_turn(turn, console)
    return Layout(settings, home, clock, binary, _free_ports(), free_port(), news)


def _described(settings: Settings) -> str:
    return "PostgreSQL" if settings.database.startswith("postgresql") else settings.database.removeprefix("sqlite:///")


def _choose_clock(settings: Settings, home: Home, database: Database, console: Console) -> tuple[str, Binary | None]:
    """Keep the clock that owns the positions, or choose one; return it with the server to start."""
    owner = first_start.read_clock(database)
    if "local" in (owner, settings.clock):
        agree_on_clock(database, settings, "local")
        why = "as chosen before" if owner == "local" else "because WEND_CLOCK says so"
        console.say(f"clock: local, {why}. Temporal is not used; `wend migrate --clock temporal` changes that.")
        return "local", None
    if settings.temporal_address is not None:
        console.say(f"temporal: using the server at {settings.temporal_address}, because TEMPORAL_ADDRESS is set.")
        if not probe_port(settings.temporal_address).ready:
            console.say(f"NOBODY ANSWERS AT {settings.temporal_address} YET: people wait until somebody does.")
        agree_on_clock(database, settings, "temporal")
        return "temporal", None
    binary = _find_binary(home, console)
    if binary is None and "temporal" in (owner, settings.clock):
        raise SettingsError(
            "This installation's clock is Temporal, and no server can be had.", hint="Set TEMPORAL_ADDRESS, or install `temporal`."
        )
    if binary is None:
        console.say(
            "NO TEMPORAL SERVER CAN BE HAD: people are woken by Wend's own clock instead. Nobody is lost by that, but Temporal's UI,"
        )
        console.say("its retries and its distribution over machines are missing. Install `temporal`, then `wend migrate --clock temporal`.")
    row = agree_on_clock(database, settings, "temporal" if binary else "local")
    return row.clock or "local", binary


def _find_binary(home: Home, console: Console) -> Binary | None:
    console.say("temporal: TEMPORAL_ADDRESS is not set; looking for a server to start here.")
    wanted = server.recorded_server(home.temporal_database)
    binary = find_or_fetch(os.environ, wanted, console.say, console.progress)
    if binary is None and wanted is not None:
        raise SettingsError(server.refusal(home.temporal_database, wanted))
    if binary is not None:
        server.record_server(home.temporal_database, binary)
    return binary


async def _run(layout: Layout, console: Console, turn: IO[str]) -> None:
    """Start the processes in order, say where they are, and wait for a signal."""
    told = asyncio.ensure_future(stop_signal())
    supervisor = Supervisor(console.say, changed=lambda processes: _write_running(layout, processes))
    starting = asyncio.ensure_future(_start(layout, supervisor, console, turn))
    try:
        await asyncio.wait({told, starting}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            await told
        console.say("Ending…")
    finally:
        starting.cancel()
        await supervisor.end()
        layout.home.forget_running()
        console.say("Ended.")


async def _start(layout: Layout, supervisor: Supervisor, console: Console, turn: IO[str]) -> None:
    if layout.binary is not None and layout.temporal is not None:
        command = server.command(layout.binary, layout.home.temporal_database, layout.ports)
        await supervisor.start(Child("temporal", command_for_program(command), os.environ, layout.home.logs / "temporal.log"))
        await server.prepare(TemporalAddress(layout.temporal, layout.settings.temporal_namespace), TEMPORAL_RETENTION)
        await wait_until_taken(astuple(layout.ports), UI_SECONDS)
        console.say(f"temporal: running at {layout.temporal}, its UI at {layout.temporal_ui}")
    fcntl.flock(turn, fcntl.LOCK_UN)
    roles = ["api", "worker", "sender"] if layout.settings.smtp_url else ["mailbox", "api", "worker", "sender"]
    for role in roles:
        await supervisor.start(Child(role, command_for_role(role), environment_of(layout, role), layout.home.logs / f"{role}.log"))
    await first_start.welcome(layout.settings, layout.home, layout.news, console.say)
    if supervisor.restarts["temporal"]:
        # Its ports were free a moment ago: then somebody else's server answered us there.
        raise UnavailableError("Temporal did not start at once; logs/temporal.log in the data folder says why.", hint="Start again.")


def environment_of(layout: Layout, role: str) -> Mapping[str, str]:
    """What a child is told beyond what we were told: everything that was chosen here."""
    told = {**os.environ, "WEND_HOME": str(layout.home.folder), "WEND_CLOCK": layout.clock}
    if layout.temporal is not None:
        told[variable_of("temporal_address")] = layout.temporal
    if layout.temporal_ui is not None:
        told[variable_of("temporal_ui")] = layout.temporal_ui
    if layout.settings.smtp_url is None and role in ("sender", "mailbox"):
        # To the sender the mailbox is a relay like any other.
        told["WEND_SMTP_URL"] = f"smtp://127.0.0.1:{layout.mailbox_port}"
    return told


def _write_running(layout: Layout, processes: dict[str, int]) -> None:
    layout.home.write_running(Running(os.getpid(), layout.settings.local_url, layout.clock, layout.temporal, layout.temporal_ui, processes))


def _require_free(host: str, port: int) -> None:
    if not is_free(port, host):
        raise SettingsError(f"Port {port} is taken by another program.", hint="Set WEND_PORT to a free one.")


def _free_ports() -> Ports:
    return Ports(*free_ports([USUAL_PORTS.grpc, USUAL_PORTS.ui, USUAL_PORTS.http, USUAL_PORTS.metrics]))
