"""Column types shared by both databases, and the database's own clock. Knows nothing of what the columns mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, ColumnElement, Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as whole microseconds since 1970 UTC: the same on both databases, exact, and comparable."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Turn an aware datetime into microseconds; a naive one is a programming error."""
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Turn microseconds into an aware UTC datetime."""
        return None if value is None else EPOCH + timedelta(microseconds=value)


#: JSON as jsonb on PostgreSQL and as text on SQLite (3.40 has no jsonb). The engine (de)serialises with orjson.
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class database_now(FunctionElement[datetime]):  # noqa: N801 - it is used as an SQL function
    """The database's clock, for leases: no worker's clock decides anything."""

    type = Instant()
    inherit_cache = True
    name = "database_now"


@compiles(database_now, "sqlite")
def _sqlite_now(element: ColumnElement[datetime], compiler: SQLCompiler, **kwargs: Any) -> str:
    # 2440587.5 is the Julian day of 1970-01-01; julianday has millisecond precision.
    return "CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000"


@compiles(database_now, "postgresql")
def _postgresql_now(element: ColumnElement[datetime], compiler: SQLCompiler, **kwargs: Any) -> str:
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"
