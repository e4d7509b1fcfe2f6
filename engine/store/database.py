"""Opens a database and hands out transactions: `read()` and `write()`. Knows both dialects' ways of beginning one, and no table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import orjson
from sqlalchemy import Connection as Connection  # handed on: packages above name transactions, never SQL
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from engine.errors import SettingsError, UnavailableError
from engine.store.turns import WriteTurns

#: How long a SQLite writer waits for its turn, or for a writer that takes none. Write transactions stay under 20 ms: this is ample.
BUSY_TIMEOUT_SECONDS = 30
#: `->>` came with 3.38.
SQLITE_MINIMUM = (3, 38, 0)


class Database:
    """One database, shared by all threads of a process. Every statement runs inside `read()` or `write()`."""

    def __init__(self, url: str, *, pool_size: int = 16) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _open_sqlite(url, pool_size) if self.is_sqlite else _open_postgresql(url, pool_size)
        self._turns = _open_turns(url) if self.is_sqlite else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads; it sees one state on SQLite, committed states on PostgreSQL."""
        with _unavailable(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes, durable once the block ends. On SQLite it holds the one write lock: keep it under 20 ms."""
        turn = nullcontext() if self._turns is None else self._turns.taken()
        with _unavailable(), turn, self.engine.connect() as connection:
            connection = connection.execution_options(wend_write=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        if self._turns is not None:
            self._turns.close()


@contextmanager
def _unavailable() -> Iterator[None]:
    """A database that is away is a fault of the world: the caller may try again. Anything else is a fault of ours and stays as it is."""
    try:
        yield
    except OperationalError as error:
        said = " ".join(str(error.orig).split()).rstrip(".?")
        raise UnavailableError(f"The database is away: {said}.", hint="Try again; nothing was changed.") from error
    except TimeoutError as error:
        raise UnavailableError("Every connection of this process is taken.", hint="Try again; nothing was changed.") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise UnavailableError("The database closed the connection.", hint="Try again; nothing was changed.") from error
        raise


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()


def _open_sqlite(url: str, pool_size: int) -> Engine:
    if sqlite3.sqlite_version_info < SQLITE_MINIMUM:
        raise SettingsError(f"SQLite {sqlite3.sqlite_version} is too old.", hint="Use 3.38 or newer, or PostgreSQL.")
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,  # an error's message may reach a log, and parameters hold addresses
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver must not begin on its own
        cursor = connection.cursor()
        # FULL: an enrolled person, a position or an intent that was answered for survives power loss.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that turns into a writer may fail at once with SQLITE_BUSY; an immediate one waits its turn.
        writes = connection.get_execution_options().get("wend_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _open_turns(url: str) -> WriteTurns | None:
    """The turns of a file; a database in memory belongs to whoever made it."""
    file = make_url(url).database
    if not file or file == ":memory:":
        return None
    try:
        return WriteTurns(Path(file), patience_seconds=BUSY_TIMEOUT_SECONDS)
    except OSError as error:
        raise UnavailableError(f"The database {file} cannot be opened: {error.strerror}.", hint="Is its folder there?") from error


def _open_postgresql(url: str, pool_size: int) -> Engine:
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
    )
