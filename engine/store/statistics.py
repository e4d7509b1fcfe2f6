"""Tells SQLite how the tables grow, before they have grown.

Without statistics SQLite supposes ten rows behind the first column of any index, and every index of ours begins with `project`, behind
which are all of them: it read whole projects where a better index stood beside (met in `tests/store/test_query_plans.py`). An ANALYZE
helps only once there are rows, and only as long as they stay alike. So the numbers are supposed here, the same on every machine.
PostgreSQL gathers its own.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, Table, column, delete, insert, table

from engine.store.tables import metadata

#: Rows a table is supposed to have.
ROWS = 1_000_000
#: Rows that a partial index is supposed to hold: who is ready, paused, queued now.
PARTIAL_ROWS = 10_000
#: Different values of columns that have few; any other is taken to tell rows apart.
VALUES = {
    "project": 1,
    "journey_id": 10,
    "version": 3,
    "number": 3,
    "step_id": 20,
    "branch": 3,
    "status": 6,
    "state": 6,
    "class": 2,
    "metric": 10,
    "name": 50,
    "salt": 10,
    "domain": 100,
    "entry_event": 10,
    "route": 10,
    "passage_key": 1,
    "resend_number": 1,
}

_STATISTICS = table("sqlite_stat1", column("tbl"), column("idx"), column("stat"))


def write_statistics(connection: Connection) -> None:
    """Write down what SQLite's planner is to suppose; on PostgreSQL nothing happens."""
    if connection.dialect.name != "sqlite":
        return
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # makes the table of statistics where there is none
    connection.execute(delete(_STATISTICS))
    connection.execute(insert(_STATISTICS), [row for each in metadata.sorted_tables for row in _rows(each)])
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # and reads it again


def _rows(described: Table) -> list[dict[str, str]]:
    rows = [
        _row(described.name, index.name, list(index.columns), _size(index), is_unique=bool(index.unique)) for index in described.indexes
    ]
    key = list(described.primary_key.columns)
    if not (len(key) == 1 and key[0].type.python_type is int):  # a single integer key is the table itself
        rows.append(_row(described.name, f"sqlite_autoindex_{described.name}_1", key, ROWS, is_unique=True))
    return rows


def _size(index: Index) -> int:
    return PARTIAL_ROWS if index.dialect_kwargs.get("sqlite_where") is not None and not index.unique else ROWS


def _row(of: str, index: str | None, columns: list[Column[object]], size: int, *, is_unique: bool) -> dict[str, str]:
    """`size` rows, and how many of them are behind the first column, the first two, …"""
    behind, left = [], size
    for each in columns:
        left = max(1, left // VALUES.get(each.name, size))
        behind.append(left)
    if is_unique:
        behind[-1] = 1
    return {"tbl": of, "idx": index or "", "stat": " ".join(map(str, [size, *behind]))}
