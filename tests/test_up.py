"""`make up`, end to end: from nothing to the first mail, twice on one folder, and whoever is killed in the middle of a wait."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg import sql

from engine.roles.home import is_alive
from engine.temporal.ladder import Binary
from tests.support.installation import COMMAND, PATIENCE_SECONDS, ROOT, Installation, installation, until
from tests.support.temporal_server import dev_server

pytestmark = pytest.mark.usefixtures("temporal_binary")

#: Long enough that everything can be killed and started again in between.
WAIT_SECONDS = 8
TWO_MAILS = {
    "format": 1,
    "name": "Two mails",
    "entry": {"type": "api"},
    "start": "first",
    "steps": {
        "first": {"type": "email", "template": "welcome", "next": "pause"},
        "pause": {"type": "wait", "for": f"PT{WAIT_SECONDS}S", "next": "second"},
        "second": {"type": "email", "template": "welcome-praise"},
    },
}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One for all tests that leave it as it is."""
    with installation(tmp_path_factory.mktemp("up") / "home") as running:
        yield running


@pytest.fixture
def drafts_in_database(tmp_path: Path) -> dict[str, str]:
    """Drafts of tests belong into no folder of the project."""
    return {"WEND_JOURNEYS": ""}


def test_up_leads_from_nothing_to_the_first_mail_with_one_call(started: Installation) -> None:
    assert started.said("the database was empty, so journeys/welcome.json was published")

    answer = subprocess.run(["bash", "-c", started.first_call()], capture_output=True, text=True, check=True)

    assert '"enrolled"' in answer.stdout
    [mail] = started.wait_for_mails("ada", 1)
    assert mail.subject == "Welcome to Tamarind, Ada"


def test_up_answers_nobody_before_the_first_journey_is_there(tmp_path: Path) -> None:
    first = Installation(tmp_path / "home", WEND_CLOCK="local")
    process = first.begin()
    try:
        body = {"participants": [{"endpoint": {"id": "ada", "address": "ada@example.com"}}]}
        until(lambda: (first.home.folder / "api-key").exists(), "there is a key", first.output)
        with first.client() as client:
            answer = _first_answer(lambda: client.post("/v1/journeys/welcome/participants", json=body))

        assert answer.status_code == 202, answer.text
    finally:
        process.kill()
        process.wait()


def _first_answer(call: Callable[[], httpx.Response]) -> httpx.Response:
    """Call without a pause until somebody listens."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return call()
        except httpx.TransportError:
            assert time.monotonic() < deadline


def test_up_is_well_says_the_doctor(started: Installation) -> None:
    started.enroll("welcome", "hedy")
    started.wait_for_mails("hedy", 1)  # by then every process works, and Temporal has heard of the worker

    asked = subprocess.run([*COMMAND[:-1], "doctor", "--json"], cwd=ROOT, env=dict(started.environment), capture_output=True, text=True)

    assert asked.returncode == 0, asked.stdout
    parts = {finding["part"] for finding in json.loads(asked.stdout)["findings"]}
    assert parts >= {"temporal", "mailbox", "api", "worker", "sender", "database", "clock", "people", "sends"}


def test_up_prints_a_link_that_logs_the_browser_in(started: Installation) -> None:
    [line] = [line for line in started.lines if line.startswith("log in:")]

    with httpx.Client(follow_redirects=True, trust_env=False, timeout=PATIENCE_SECONDS) as browser:
        answer = browser.get(line.split()[-1])
        mailbox = browser.get(f"http://localhost:{started.port}/mailbox")

    assert answer.is_success, answer.text
    assert mailbox.is_success, mailbox.text


def test_up_twice_at_once_says_so_and_ends(started: Installation) -> None:
    second = started.try_to_start()

    assert second.returncode == 1
    assert f"Another `wend up` (process {started.running().pid}) works on" in second.stderr
    with started.client() as client:
        assert client.get("/healthz").is_success


def test_two_that_start_at_the_same_moment_have_servers_of_their_own(tmp_path: Path) -> None:
    both = [Installation(tmp_path / name) for name in ("one", "other")]
    try:
        with ThreadPoolExecutor() as starting:
            list(starting.map(Installation.start, both))

        assert len({each.running().temporal_address for each in both}) == 2
        for each in both:
            each.enroll("welcome", "ada")
            each.wait_for_mails("ada", 1)
    finally:
        for each in both:
            each.end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_up_ends_cleanly_and_goes_on_where_it_was(tmp_path: Path, number: signal.Signals) -> None:
    with installation(tmp_path / "home") as running:
        pids = running.running().processes.values()

        assert running.end(number) == 0

        assert not any(map(is_alive, pids))
        assert running.home.read_running() is None
        assert running.lines[-1] == "Ended."

        running.start()
        assert not running.said("the database was empty")
        with running.client() as client:
            assert client.get("/readyz").json()["ready"]


def test_up_keeps_secrets_to_its_owner(started: Installation) -> None:
    for name in ("secret", "api-key"):
        assert stat.S_IMODE(os.stat(started.home.folder / name).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(started.home.folder).st_mode) == 0o700


def test_up_on_a_port_that_is_taken_says_which_setting_helps(started: Installation, tmp_path: Path) -> None:
    other = Installation(tmp_path / "other")
    other.environment = {**other.environment, "WEND_PORT": str(started.port)}

    refused = other.try_to_start()

    assert refused.returncode == 1
    assert "Set WEND_PORT" in refused.stderr


@pytest.fixture(params=["sqlite", "postgresql"])
def database_setting(request: pytest.FixtureRequest, fresh_database_url: Callable[[str], str]) -> dict[str, str]:
    return {} if request.param == "sqlite" else {"WEND_DATABASE_URL": fresh_database_url("postgresql")}


def test_everything_killed_in_the_middle_of_a_wait_loses_nobody(
    tmp_path: Path, database_setting: dict[str, str], drafts_in_database: dict[str, str]
) -> None:
    with installation(tmp_path / "home", **database_setting, **drafts_in_database) as running:
        running.publish("two", TWO_MAILS)
        running.enroll("two", "grace")
        running.wait_for_mails("grace", 1)

        running.kill_everything()
        running.start()

        running.wait_for_mails("grace", 2)
        assert [mail.subject for mail in running.mails("grace")] == ["Welcome to Tamarind, grace", "That first recipe, grace: well done"]


def test_each_process_killed_in_the_middle_of_a_wait_is_started_again(
    tmp_path: Path, database_setting: dict[str, str], drafts_in_database: dict[str, str], temporal_binary: Binary
) -> None:
    with installation(tmp_path / "home", **database_setting, **drafts_in_database) as running:
        running.publish("two", TWO_MAILS)
        before = running.running().processes
        assert set(before) == {"temporal", "mailbox", "api", "worker", "sender"}
        running.enroll("two", "grace")
        running.wait_for_mails("grace", 1)

        for pid in before.values():
            os.kill(pid, signal.SIGKILL)
        until(
            lambda: all(running.running().processes[name] != pid for name, pid in before.items()), "all are started again", running.output
        )

        assert len(running.wait_for_mails("grace", 2)) == 2
        assert running.said("worker ended (SIGKILL); starting it again")


async def test_up_uses_the_temporal_it_is_told_of(temporal_binary: Binary, tmp_path: Path) -> None:
    async with dev_server(temporal_binary, tmp_path) as server:
        with installation(tmp_path / "home", TEMPORAL_ADDRESS=server.target) as running:
            assert running.said(f"using the server at {server.target}, because TEMPORAL_ADDRESS is set")
            assert "temporal" not in running.running().processes
            running.enroll("welcome", "barbara")

            running.wait_for_mails("barbara", 1)


def test_up_where_no_temporal_can_be_had_says_so_loudly_and_delivers_all_the_same(tmp_path: Path) -> None:
    nowhere = {"PATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "HTTPS_PROXY": "http://127.0.0.1:9"}
    with installation(tmp_path / "home", **nowhere) as running:
        assert running.said("NO TEMPORAL SERVER CAN BE HAD")
        assert running.running().clock == "local"
        running.enroll("welcome", "linus")

        running.wait_for_mails("linus", 1)


def test_outage_of_the_database_ends_no_process_and_loses_nobody(
    tmp_path: Path, fresh_database_url: Callable[[str], str], drafts_in_database: dict[str, str]
) -> None:
    url = fresh_database_url("postgresql")
    with installation(tmp_path / "home", WEND_DATABASE_URL=url, **drafts_in_database) as running:
        running.publish("two", TWO_MAILS)
        running.enroll("two", "grace")
        running.wait_for_mails("grace", 1)
        before = running.running().processes

        with outage(url), running.client() as client:
            until(lambda: client.get("/readyz").status_code == 503, "the API says that it is not ready")

        assert len(running.wait_for_mails("grace", 2)) == 2
        assert running.running().processes == before


def test_temporal_killed_alone_ends_no_other_process_and_loses_nobody(tmp_path: Path, drafts_in_database: dict[str, str]) -> None:
    with installation(tmp_path / "home", **drafts_in_database) as running:
        running.publish("two", TWO_MAILS)
        running.enroll("two", "grace")
        running.wait_for_mails("grace", 1)
        before = running.running().processes

        os.kill(before["temporal"], signal.SIGKILL)
        running.enroll("two", "edsger")

        assert len(running.wait_for_mails("grace", 2)) == 2
        assert len(running.wait_for_mails("edsger", 2)) == 2
        after = running.running().processes
        assert {name for name in before if after[name] != before[name]} == {"temporal"}


@contextmanager
def outage(url: str) -> Iterator[None]:
    """A database that throws everybody out and lets nobody in."""
    server, _, name = url.replace("+psycopg", "").rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        yield
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(name)))
