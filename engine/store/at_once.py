"""Reads many rows as one on SQLite, whose driver gives up the interpreter lock at each row and gets it back behind whoever computes.

Beside one such thread, a thousand rows take seconds instead of milliseconds (measured), while the one write lock is held. Knows no table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, Dialect, LargeBinary, Select, func, select


class AtOnce:
    """A SELECT whose rows come together; binary columns are never null."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        columns = statement.subquery().c
        self._types = [column.type for column in columns]
        # JSON has no bytes
        plain = (func.hex(column) if isinstance(column.type, LargeBinary) else column for column in columns)
        self._together = select(func.json_group_array(func.json_array(*plain)))

    def rows(self, connection: Connection, parameters: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """Execute it and return its rows, in its order."""
        if connection.dialect.name != "sqlite":
            return [tuple(row) for row in connection.execute(self._statement, parameters).all()]
        rows = orjson.loads(connection.scalar(self._together, parameters) or "[]")
        return self._converted(rows, connection.dialect) if rows else []

    def _converted(self, rows: list[list[Any]], dialect: Dialect) -> list[tuple[Any, ...]]:
        # column by column: a column's conversion is one loop in C
        columns: list[Any] = list(zip(*rows, strict=True))
        for place, one in enumerate(self._types):
            converter = bytes.fromhex if isinstance(one, LargeBinary) else one.dialect_impl(dialect).result_processor(dialect, None)
            if converter is not None:
                columns[place] = map(converter, columns[place])
        return list(zip(*columns, strict=True))
