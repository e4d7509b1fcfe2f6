"""The same rows written by nobody: what the database alone takes for them, through the driver, a thousand a transaction."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from engine.store.migrate import upgrade

#: As enrolling writes them.
BATCH_ROWS = 1_000

Row = tuple[Any, ...]


class Bare:
    """A database of the same schema and durability, and the rows of another one."""

    def __init__(self, original: Path, folder: Path) -> None:
        self._file = folder / "bare.db"
        upgrade(f"sqlite:///{self._file}")
        self._original = original

    def insert(self, *tables: str) -> float:
        """Insert the original's rows of these tables, table after table within each batch; return the seconds that took."""
        with closing(_open(self._original)) as original, closing(_open(self._file)) as mine:
            copied = [(_insert_of(original, table), original.execute(f"SELECT * FROM {table}").fetchall()) for table in tables]
            began = time.perf_counter()
            most = max(len(rows) for _, rows in copied)
            for batch in range(-(-most // BATCH_ROWS)):
                mine.execute("BEGIN IMMEDIATE")
                for statement, rows in copied:
                    mine.executemany(statement, _part(rows, batch, -(-most // BATCH_ROWS)))
                mine.execute("COMMIT")
            return time.perf_counter() - began

    def update_participants(self, times: int) -> float:
        """Write every participant's position, so many times; return the seconds that took."""
        names = ("status", "step_id", "arrived_at", "basis", "due_at", "group_id", "epoch", "decision_count", "ended_at")
        statement = f"UPDATE participants SET {', '.join(f'{name} = ?' for name in names)} WHERE project = ? AND id = ?"
        with closing(_open(self._original)) as original, closing(_open(self._file)) as mine:
            rows = original.execute(f"SELECT {', '.join(names)}, project, id FROM participants ORDER BY id").fetchall()
            began = time.perf_counter()
            for number in range(times):
                for batch in _batches(rows):
                    mine.execute("BEGIN IMMEDIATE")
                    # The due changes each time, as it does from wait to wait.
                    mine.executemany(statement, [(*row[:4], row[4] + number, *row[5:]) for row in batch])
                    mine.execute("COMMIT")
            return time.perf_counter() - began


def _open(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _insert_of(connection: sqlite3.Connection, table: str) -> str:
    columns = connection.execute(f"SELECT * FROM {table} LIMIT 0").description
    return f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})"


def _part(rows: Sequence[Row], number: int, parts: int) -> Sequence[Row]:
    """One of so many parts of about equal length."""
    return rows[len(rows) * number // parts : len(rows) * (number + 1) // parts]


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), BATCH_ROWS):
        yield rows[start : start + BATCH_ROWS]
