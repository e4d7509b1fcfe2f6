"""`wend doctor`: what it finds, and the way out it names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from engine.roles.doctor import Finding, examine
from engine.roles.home import Home, Running
from engine.roles.settings import Settings
from engine.store import installation
from engine.store.database import Database
from engine.store.migrate import upgrade
from engine.store.tables import participants, sends
from tests.support.travel import World, row


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, fresh_database_url: Callable[[str], str], tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", database_url=fresh_database_url(request.param))


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    """A migrated installation whose clock is its own, in which somebody waits."""
    upgrade(settings.database)
    database = Database(settings.database)
    made = World(database)
    with database.write() as connection:
        installation.set_clock(connection, "local", 1)
    made.time.at = datetime.now(UTC)
    made.publish()
    made.enroll(row("ada", plan="pro"))
    made.settle()
    yield made
    database.close()


def wrong(settings: Settings) -> list[Finding]:
    return [finding for finding in examine(settings) if finding.is_wrong]


def test_doctor_finds_nothing_wrong_where_nothing_is(settings: Settings, world: World) -> None:
    found = examine(settings)

    assert wrong(settings) == []
    assert Finding("people", "1 waiting.") in found
    assert Finding("clock", "local, generation 1.") in found


def test_doctor_names_the_command_for_a_database_that_is_not_migrated(settings: Settings) -> None:
    [finding] = wrong(settings)

    assert (finding.part, finding.hint) == ("database", "Run `wend migrate`.")


def test_doctor_names_blocked_people_and_unknown_sends(settings: Settings, world: World) -> None:
    world.live_through(world.time.at + timedelta(hours=2))
    [passage] = world.rows()
    with world.database.write() as connection:
        connection.execute(update(participants).values(status="blocked", error="KeyError: 'plan'", ended_at=None))
        connection.execute(update(sends).values(state="UNKNOWN"))

    blocked, unknown = wrong(settings)

    assert f"Participant {passage.id} is blocked at welcome/thanks: KeyError: 'plan'" in blocked.detail
    assert f"/v1/participants/{passage.id}/retry" in blocked.hint
    assert "is UNKNOWN since" in unknown.detail


def test_doctor_says_that_nobody_works(settings: Settings, world: World) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    world.enroll(row("grace"))
    with world.database.write() as connection:
        connection.execute(update(participants).where(participants.c.status == "ready").values(due_at=long_ago))

    assert "no worker takes them" in wrong(settings)[0].detail


def test_doctor_says_that_temporal_is_away(settings: Settings, world: World) -> None:
    with world.database.write() as connection:
        installation.set_clock(connection, "temporal", 2)

    [finding] = wrong(settings.model_copy(update={"temporal_address": "127.0.0.1:9"}))

    assert "Temporal does not answer at 127.0.0.1:9" in finding.detail


def test_doctor_says_which_process_is_gone(settings: Settings, world: World) -> None:
    home = Home(settings.home.absolute())
    home.make()
    home.write_running(Running(os.getpid(), "http://localhost:8080", "local", processes={"worker": 2**22 + 1}))

    [finding] = wrong(settings)

    assert (finding.part, finding.detail) == ("worker", f"Process {2**22 + 1} is gone.")
