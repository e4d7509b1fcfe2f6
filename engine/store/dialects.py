"""What the two databases share but SQLAlchemy keeps apart: an INSERT that knows ON CONFLICT. Knows no table."""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT into a table with the ON CONFLICT clauses of the connection's database."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def lock_name(connection: Connection, name: str) -> None:
    """Hold a name against other transactions until this one ends: for things that have no row yet. A SQLite writer is alone anyway."""
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
