"""The database's own clock and its transactions, on both kinds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, text

from engine.errors import UnavailableError
from engine.store.database import Database
from engine.store.tables import projects
from engine.store.types import database_now


def test_database_now_is_an_aware_instant_near_ours(database: Database) -> None:
    with database.read() as connection:
        seen = connection.execute(select(database_now())).scalar_one()

    assert abs(seen - datetime.now(UTC)) < timedelta(minutes=1)


def test_write_that_fails_changes_nothing(database: Database) -> None:
    row = {"id": "shop", "name": "Shop", "created_at": datetime(2026, 1, 1, tzinfo=UTC)}

    try:
        with database.write() as connection:
            connection.execute(insert(projects), row)
            raise RuntimeError
    except RuntimeError:
        pass

    with database.read() as connection:
        assert connection.execute(select(projects)).all() == []


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)])
def test_what_is_committed_on_sqlite_outlives_a_loss_of_power(
    fresh_database_url: Callable[[str], str], pragma: str, value: str | int
) -> None:
    database = Database(fresh_database_url("sqlite"))

    for opened in (database.read, database.write):
        with opened() as connection:
            assert connection.execute(text(f"PRAGMA {pragma}")).scalar_one() == value
    database.close()


def test_database_whose_connections_are_all_taken_is_away(fresh_database_url: Callable[[str], str]) -> None:
    database = Database(fresh_database_url("sqlite"), pool_size=1)
    database.engine.pool._timeout = 0.01

    with database.read(), pytest.raises(UnavailableError, match="taken"), database.read():
        pass
    database.close()
