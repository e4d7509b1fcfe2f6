"""SQLite without waiting for the disk. Tests kill processes, not the machine, whose disk may take 40 ms for what theirs takes in 1."""

from __future__ import annotations

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from engine.store.database import Database


def do_not_wait_for_the_disk(database: Database) -> None:
    """Let a SQLite database that nobody has used yet commit to the system's memory; a PostgreSQL of the tests does so anyway."""

    def do_not_sync(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.close()

    if database.is_sqlite:
        event.listen(database.engine, "connect", do_not_sync)
