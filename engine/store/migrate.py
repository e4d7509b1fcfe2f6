"""Brings a database's schema to this release, forwards only, and says where it stands. Knows no table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from engine.errors import SettingsError
from engine.store.database import Database
from engine.store.statistics import write_statistics

MIGRATIONS = Path(__file__).parent / "migrations"
#: Keeps two machines from migrating one PostgreSQL at once; any number that nobody else uses.
ADVISORY_LOCK = 0x57656E64


@dataclass(frozen=True, slots=True)
class SchemaState:
    """Where a database stands."""

    #: The revision it is at; None while it is empty.
    current: str | None
    #: The revision this release needs.
    wanted: str

    @property
    def is_current(self) -> bool:
        """Whether this release can work on it."""
        return self.current == self.wanted


def upgrade(url: str) -> SchemaState:
    """Migrate a database to this release and return the state it was in before. Nothing happens to one that is there already."""
    database = Database(url, pool_size=1)
    try:
        with database.write() as connection:
            if not database.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ADVISORY_LOCK})
            before = _state(connection)
            if not before.is_current:
                _refuse_newer(before)
                command.upgrade(make_config(connection), "head")
                write_statistics(connection)
        return before
    finally:
        database.close()


def read_state(database: Database) -> SchemaState:
    """Say where a database stands, without changing it."""
    with database.read() as connection:
        return _state(connection)


def require_current(database: Database) -> None:
    """Raise SettingsError unless the database's schema is this release's."""
    state = read_state(database)
    if not state.is_current:
        _refuse_newer(state)
        raise SettingsError(
            f"The database's schema is {state.current or 'missing'}, and this release needs {state.wanted}.", hint="Run `wend migrate`."
        )


def _state(connection: Connection) -> SchemaState:
    wanted = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    return SchemaState(MigrationContext.configure(connection).get_current_revision(), wanted or "")


def _refuse_newer(state: SchemaState) -> None:
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if state.current is not None and state.current not in known:
        raise SettingsError(
            f"A newer release made this database ({state.current}).", hint="Start that release: migrations go forwards only."
        )


def make_config(connection: Connection) -> Config:
    """Configure Alembic for one connection; there is no alembic.ini."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config
