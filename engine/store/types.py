"""Column types shared by both databases, and the database's own clock. Knows nothing of what the columns mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import JSON, BigInteger, BindParameter, ColumnElement, Dialect, Text, bindparam, literal
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import Boolean, TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as whole microseconds since 1970 UTC: the same on both databases, exact, and comparable."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Turn an aware datetime into microseconds; a naive one is a programming error."""
        return _microseconds(value)

    def process_result_value(self, value: object | None, dialect: Dialect) -> datetime | None:
        """Turn microseconds into an aware UTC datetime."""
        return _instant(value)

    # Called for every value of every row: without SQLAlchemy's calls around those above.

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], int | None]:
        """What does `process_bind_param`."""
        return _microseconds

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """What does `process_result_value`."""
        return _instant


# The rows of a batch share most of their instants, and looking one up costs a fifth of making it.


@lru_cache(maxsize=4096)
def _microseconds(value: datetime | None) -> int | None:
    return None if value is None else (value - EPOCH) // MICROSECOND


@lru_cache(maxsize=4096)
def _instant(value: Any) -> datetime | None:
    return None if value is None else EPOCH + timedelta(microseconds=value)


#: JSON as jsonb on PostgreSQL and as text on SQLite (3.40 has no jsonb). The engine (de)serialises with orjson.
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class database_now(FunctionElement[datetime]):  # noqa: N801 - it is used as an SQL function
    """The database's clock, for leases: no worker's clock decides anything."""

    type = Instant()
    inherit_cache = True
    name = "database_now"


@compiles(database_now, "sqlite")
def _sqlite_now(element: ColumnElement[datetime], compiler: SQLCompiler, **kwargs: object) -> str:
    # 2440587.5 is the Julian day of 1970-01-01; julianday has millisecond precision.
    return "CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000"


@compiles(database_now, "postgresql")
def _postgresql_now(element: ColumnElement[datetime], compiler: SQLCompiler, **kwargs: object) -> str:
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"


class TextList(TypeDecorator[Any]):
    """Many texts as one parameter: a JSON array on SQLite, an array on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """An array where there are arrays."""
        return dialect.type_descriptor(ARRAY(Text()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> object:
        """Turn texts into what the driver takes."""
        if value is None:
            return None
        return list(value) if dialect.name == "postgresql" else orjson.dumps(list(value)).decode()


class is_among(ColumnElement[bool]):  # noqa: N801 - it is used as an SQL function
    """`column IN (many texts)` with one parameter: the statement's text stays the same however many there are."""

    type = Boolean()
    inherit_cache = True
    #: A condition already: without this, SQLite would be asked whether it `= 1`, and use no index.
    _is_implicitly_boolean = True
    _traverse_internals = [("column", InternalTraversal.dp_clauseelement), ("texts", InternalTraversal.dp_clauseelement)]  # noqa: RUF012

    def __init__(self, column: ColumnElement[object], name: str) -> None:
        self.column = column
        self.texts: BindParameter[object] = bindparam(name, type_=TextList())


@compiles(is_among, "sqlite")
def _sqlite_among(element: is_among, compiler: SQLCompiler, **kwargs: object) -> str:
    column, texts = compiler.process(element.column, **kwargs), compiler.process(element.texts, **kwargs)
    return f"{column} IN (SELECT value FROM json_each({texts}))"  # noqa: S608 - both are SQLAlchemy's own


@compiles(is_among, "postgresql")
def _postgresql_among(element: is_among, compiler: SQLCompiler, **kwargs: object) -> str:
    return f"{compiler.process(element.column, **kwargs)} = ANY({compiler.process(element.texts, **kwargs)})"


def microseconds(delta: timedelta) -> ColumnElement[int]:
    """A duration as SQL adds it to an instant."""
    return literal(delta // MICROSECOND, BigInteger)
