"""What every role does before it works: it refuses with the reason, agrees on one clock, and ends honestly."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.processes import children_of
from engine.errors import ConflictError, SettingsError
from engine.roles import first_start
from engine.roles.home import Home, Running
from engine.roles.move import move_clock
from engine.roles.ports import LASTING, free_port, free_ports, is_free, wait_until_taken
from engine.roles.settings import Settings
from engine.roles.supervisor import Child, Supervisor, describe_exit
from engine.roles.wiring import agree_on_clock
from engine.run.keys import DEFAULT_PROJECT, adopt_key, ensure_project, revoke_key
from engine.store import installation
from engine.store.database import Database
from engine.store.migrate import upgrade
from tests.support.installation import ROOT


@pytest.fixture
def settings(tmp_path: Path, fresh_database_url: Callable[[str], str]) -> Settings:
    made = Settings(home=tmp_path / "home", database_url=fresh_database_url("sqlite"))
    upgrade(made.database)
    return made


@pytest.fixture
def migrated(settings: Settings) -> Database:
    return Database(settings.database)


@pytest.mark.parametrize("role", ["api", "worker", "sender"])
def test_role_refuses_a_database_that_is_not_migrated(role: str, tmp_path: Path) -> None:
    told = {"WEND_HOME": str(tmp_path), "WEND_SECRET": "s" * 32, "WEND_SMTP_URL": "smtp://127.0.0.1:2525", "WEND_CLOCK": "local"}
    command = [sys.executable, "-m", "engine.cli.main", role]

    refused = subprocess.run(command, cwd=ROOT, env={**os.environ, **told}, capture_output=True, text=True)

    assert refused.returncode == 1
    assert refused.stderr.strip() == f"wend {role}: The database's schema is missing, and this release needs 0002. Run `wend migrate`."


def test_ports_are_different_free_and_below_those_that_systems_hand_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wished = taken.getsockname()[1]
        free = free_port()

        ports = free_ports([free, wished, free, None, *[None] * 100])

        assert not is_free(wished)
        assert ports[0] == free
        assert len(set(ports)) == len(ports)
        assert all(port in LASTING for port in ports)
        assert all(map(is_free, ports))


async def test_ports_are_waited_for_until_the_last_is_taken() -> None:
    ports = free_ports([None, None])
    with socket.create_server(("127.0.0.1", ports[0])):
        waiting = asyncio.create_task(wait_until_taken(ports, 60))
        await asyncio.wait({waiting}, timeout=0.1)
        assert not waiting.done()
        with socket.create_server(("127.0.0.1", ports[1])):
            await waiting


async def test_ports_that_nobody_takes_are_not_waited_for_for_ever() -> None:
    await wait_until_taken(free_ports([None, None]), 0.05)


def test_api_on_a_port_that_is_taken_says_so_in_one_line(settings: Settings, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = {"WEND_HOME": str(tmp_path), "WEND_SECRET": "s" * 32, "WEND_DATABASE_URL": settings.database, "WEND_PORT": str(port)}
        command = [sys.executable, "-m", "engine.cli.main", "api"]

        refused = subprocess.run(command, cwd=ROOT, env={**os.environ, **told}, capture_output=True, text=True)

    assert refused.returncode == 1
    assert refused.stderr == f"wend api: Nobody can listen on 127.0.0.1, port {port}: Address already in use. Set WEND_HOST or WEND_PORT.\n"


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"WEND_HOME": "{file}/home"}, "The data folder {file}/home cannot be made: Not a directory. Set WEND_HOME."),
        (
            {"WEND_DKIM_KEY": "{file}", "WEND_DKIM_SELECTOR": "s"},
            "WEND_DKIM_KEY: {file} holds no readable private key. It is a PEM file without a password.",
        ),
        (
            {"WEND_DATABASE_URL": "sqlite:///{file}/wend.db"},
            "The database {file}/wend.db cannot be opened: Not a directory. Is its folder there?",
        ),
    ],
)
def test_up_refuses_what_no_process_could_work_with(told: dict[str, str], reason: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    told = {"WEND_HOME": str(tmp_path / "home"), "WEND_PORT": str(free_port())} | {
        name: value.format(file=file) for name, value in told.items()
    }

    refused = subprocess.run(
        [sys.executable, "-m", "engine.cli.main", "up"], cwd=ROOT, env={**os.environ, **told}, capture_output=True, text=True, timeout=60
    )

    assert refused.returncode == 1
    assert refused.stderr == f"wend up: {reason.format(file=file)}\n"


def test_up_goes_on_without_a_link_where_its_key_was_revoked(settings: Settings, migrated: Database) -> None:
    home = Home(settings.home.absolute())
    home.make()
    home.ensure_secret(None)
    ensure_project(migrated)
    key = adopt_key(migrated, DEFAULT_PROJECT, name="bootstrap", role="operate", secret=home.ensure_api_key(None))

    assert first_start.login_line(settings, home).startswith("http://localhost:8080/login?token=")
    revoke_key(migrated, DEFAULT_PROJECT, key.id)
    assert first_start.login_line(settings, home) == (
        f"The key in {home.folder}/api-key is not valid any more. Put another there: `wend keys make NAME --role operate` prints one."
    )
    migrated.close()


def test_clock_is_chosen_once(settings: Settings, migrated: Database) -> None:
    assert agree_on_clock(migrated, settings, "temporal").clock == "temporal"
    assert agree_on_clock(migrated, settings, "local").clock == "temporal"
    migrated.close()


def test_clock_that_nobody_chose_is_asked_for(settings: Settings, migrated: Database) -> None:
    with pytest.raises(SettingsError, match="Set TEMPORAL_ADDRESS, or WEND_CLOCK=local"):
        agree_on_clock(migrated, settings, None)
    migrated.close()


def test_clock_that_is_not_the_owner_is_refused_with_the_command_that_moves(settings: Settings, migrated: Database) -> None:
    agree_on_clock(migrated, settings, "temporal")

    with pytest.raises(SettingsError, match="wend migrate --clock local"):
        agree_on_clock(migrated, settings.model_copy(update={"clock": "local"}), None)

    assert move_clock(settings, "local").startswith("The clock is local now.")
    with migrated.read() as connection:
        assert installation.read(connection).clock_generation == 2
    migrated.close()


def test_clock_is_not_moved_under_a_running_installation(settings: Settings) -> None:
    home = Home(settings.home.absolute())
    home.make()
    home.write_running(Running(os.getpid(), "http://localhost:8080", "temporal"))

    with pytest.raises(ConflictError, match="End it first"):
        move_clock(settings, "local")


def test_home_is_for_one_at_a_time(tmp_path: Path) -> None:
    home = Home(tmp_path)

    with home.lock(), pytest.raises(SettingsError, match=rf"Another `wend up` \(process {os.getpid()}\)"):
        home.lock()

    home.lock().close()


def test_home_of_a_dead_process_has_nothing_running(tmp_path: Path) -> None:
    Home(tmp_path).write_running(Running(2**22 + 1, "http://localhost:8080", "local"))

    assert Home(tmp_path).read_running() is None


async def test_supervisor_starts_a_child_again_and_says_why(tmp_path: Path) -> None:
    said: list[str] = []
    started: list[dict[str, int]] = []
    supervisor = Supervisor(said.append, changed=lambda processes: started.append(dict(processes)))
    alive = tmp_path / "alive"
    # The first one dies with a word; the second says that it lives.
    script = f"test -e '{alive}.1' && touch '{alive}' && exec sleep 60; touch '{alive}.1'; echo no luck; exit 3"

    await supervisor.start(Child("patient", ["/bin/sh", "-c", script], os.environ, tmp_path / "patient.log"))
    while not alive.exists() or len(started) < 2:  # the second lives before its start is noted
        await asyncio.sleep(0.05)
    await supervisor.end()

    assert said == ["patient ended (exit code 3); starting it again in 0.5 s. no luck"]
    assert len(started) == 2


async def test_supervisor_that_ends_while_it_starts_a_child_again_leaves_nobody_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.roles.supervisor.BACKOFF_SECONDS", (0.0,))
    loop, ending = asyncio.get_running_loop(), list[asyncio.Task[None]]()

    def say(text: str) -> None:
        """Two rounds of the loop after these words a process is there, and nobody knows of it yet."""
        loop.call_soon(lambda: ending.append(loop.create_task(supervisor.end())))

    supervisor = Supervisor(say)
    others = set(children_of(os.getpid()))
    second = tmp_path / "second"
    script = f"test -e '{second}' && exec sleep 60; touch '{second}'"

    await supervisor.start(Child("mayfly", ["/bin/sh", "-c", script], os.environ, tmp_path / "mayfly.log"))
    while not ending:
        await asyncio.sleep(0.01)
    await ending[0]

    assert set(children_of(os.getpid())) <= others


async def test_supervisor_kills_who_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.roles.supervisor.GRACE_SECONDS", 0.2)
    said: list[str] = []
    supervisor = Supervisor(said.append)
    deaf = tmp_path / "deaf"
    script = f"trap '' TERM; touch '{deaf}'; while :; do sleep 0.1; done"

    await supervisor.start(Child("deaf", ["/bin/sh", "-c", script], os.environ, tmp_path / "deaf.log"))
    while not deaf.exists():
        await asyncio.sleep(0.05)
    await supervisor.end()

    assert said == ["deaf did not end within 0.2 s; killing it."]


def test_exit_is_described_in_words() -> None:
    assert [describe_exit(code) for code in (1, -9, -63)] == ["exit code 1", "SIGKILL", "signal 63"]


def test_process_that_fails_ends_with_an_honest_code(tmp_path: Path) -> None:
    code = "from engine.roles.process import work\nasync def main(): raise RuntimeError('a bug')\nwork('tester', main)"

    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert ended.returncode == 1
    assert ended.stderr.strip().endswith("RuntimeError: a bug")
