"""What the two databases share but SQLAlchemy keeps apart: an INSERT that knows ON CONFLICT. Knows no table."""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT into a table with the ON CONFLICT clauses of the connection's database."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def share_name(connection: Connection, name: str) -> None:
    """Hold a name, with others who share it, against who locks it until this transaction ends.

    Whoever waits for such a lock comes before all who ask later. A row that is always shared by somebody can never be locked: whoever
    comes later joins those who share it already (measured: 10 s and more with 8 stages at a time).
    """
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock_shared(func.hashtextextended(name, 0))))


def lock_name(connection: Connection, name: str) -> None:
    """Hold a name against other transactions until this one ends: for things that have no row yet. A SQLite writer is alone anyway."""
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
