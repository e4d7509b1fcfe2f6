"""Migrations lead from an empty database to exactly the metadata, on both kinds, and never backwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from engine.errors import SettingsError
from engine.store.database import Database
from engine.store.migrate import read_state, require_current, upgrade
from engine.store.tables import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, fresh_database_url: Callable[[str], str]) -> Iterator[Database]:
    opened = Database(fresh_database_url(request.param))
    yield opened
    opened.close()


def test_migrations_lead_to_the_metadata(empty_database: Database) -> None:
    before = upgrade(empty_database.url)

    assert before.current is None
    require_current(empty_database)
    with empty_database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_changes_nothing(empty_database: Database) -> None:
    upgrade(empty_database.url)

    assert upgrade(empty_database.url).is_current


def test_empty_database_is_refused_with_the_command_that_helps(empty_database: Database) -> None:
    with pytest.raises(SettingsError, match="Run `wend migrate`"):
        require_current(empty_database)


def test_database_of_a_newer_release_is_refused(empty_database: Database) -> None:
    upgrade(empty_database.url)
    with empty_database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert read_state(empty_database).current == "9999"
    with pytest.raises(SettingsError, match="A newer release"):
        upgrade(empty_database.url)
