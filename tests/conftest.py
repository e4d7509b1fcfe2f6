"""Fixtures shared by all tests: a fresh database of either kind."""

from __future__ import annotations

import itertools
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from engine.roles.process import end
from engine.store.database import Database
from engine.store.statistics import write_statistics
from engine.store.tables import metadata
from engine.temporal.ladder import Binary
from tests.support.hasty import do_not_wait_for_the_disk
from tests.support.postgresql import create_database, start_postgresql
from tests.support.temporal_server import find_temporal

_numbers = itertools.count()
_STATUS = pytest.StashKey[int]()
#: Begun first where files run side by side: else one of them would run on alone at the end.
LONGEST = ("tests/kill/test_kill.py", "tests/temporal/test_agreement.py", "tests/test_up.py")

# How fast a machine draws examples and goes through one is no property of ours: without this, 0.2 s of standstill in one is a failure.
settings.register_profile("wend", suppress_health_check=[HealthCheck.too_slow], deadline=None, print_blob=True)
settings.load_profile("wend")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str | None]:
    """A PostgreSQL server of this session, without a database name; None where it cannot be had."""
    with start_postgresql() as url:
        yield url


@pytest.fixture
def fresh_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., str]:
    """Make a database of a kind (`sqlite`, `postgresql`), empty or with all tables, and return its URL."""

    def make(kind: str, *, with_tables: bool = False) -> str:
        if kind == "sqlite":
            file = tmp_path / f"wend-{next(_numbers)}.db"
            if with_tables:
                shutil.copy(request.getfixturevalue("sqlite_tables"), file)
            return f"sqlite:///{file}"
        server = request.getfixturevalue("postgresql_url")
        if server is None:
            print(
                "\nPOSTGRESQL IS NOT INSTALLED: its half of the tests is skipped; `apt-get install postgresql` brings it", file=sys.stderr
            )
            pytest.skip("PostgreSQL is not installed")
        template = request.getfixturevalue("postgresql_tables") if with_tables else "template0"
        return create_database(server, f"wend_{next(_numbers)}", template)

    return make


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with all tables, to be copied."""
    file = tmp_path_factory.mktemp("tables") / "wend.db"
    database = Database(f"sqlite:///{file}")
    make_tables(database)
    database.close()
    return file


@pytest.fixture(scope="session")
def postgresql_tables(postgresql_url: str | None) -> str | None:
    """The name of a PostgreSQL database with all tables, to be copied: making them takes longer than most tests."""
    if postgresql_url is None:
        return None
    database = Database(create_database(postgresql_url, "wend_tables"))
    make_tables(database)
    database.close()
    return "wend_tables"


def make_tables(database: Database) -> None:
    """Make all tables as they are after the last migration."""
    with database.write() as connection:
        metadata.create_all(connection)
        write_statistics(connection)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, fresh_database_url: Callable[..., str]) -> Iterator[Database]:
    """A database with all tables, once per kind: whatever uses it is part of the store's contract suite."""
    opened = Database(fresh_database_url(request.param, with_tables=True))
    do_not_wait_for_the_disk(opened)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(fresh_database_url: Callable[..., str]) -> Iterator[Database]:
    """A SQLite database with all tables, for tests in which the kind does not matter."""
    opened = Database(fresh_database_url("sqlite", with_tables=True))
    do_not_wait_for_the_disk(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def temporal_binary() -> Binary:
    """The real Temporal server; skips where it cannot be had."""
    binary = find_temporal()
    if binary is None:
        print("\nTHERE IS NO TEMPORAL SERVER: tests on the real one are skipped; `make temporal` brings it", file=sys.stderr)
        pytest.skip("there is no Temporal server")
    return binary


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first; all others keep their order."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Remember how the tests went, for the end."""
    session.config.stash[_STATUS] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End deliberately: temporalio may crash at interpreter exit, and the exit code has to say how the tests went."""
    if "temporalio" in sys.modules and _STATUS in config.stash:
        end(config.stash[_STATUS])
