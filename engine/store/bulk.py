"""Executes one statement for many rows without SQLAlchemy's work per row, which costs more than SQLite's own (measured: 10 µs against 5).

The statement is SQLAlchemy's, compiled once per database; its types still convert the values. Knows no table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement


class Bulk:
    """One statement for many rows, all of which have the same keys."""

    def __init__(self, statement: ClauseElement, *keys: str) -> None:
        self._statement = statement
        self._keys = keys
        self._prepared: dict[str, _Prepared] = {}

    def execute(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Execute it for all rows and return how many rows of the table that concerned; nothing happens for no rows."""
        if not rows:
            return 0
        prepared = self._prepared.get(connection.dialect.name)
        if prepared is None:
            prepared = self._prepared[connection.dialect.name] = _Prepared(self._statement, self._keys, connection.dialect)
        return connection.exec_driver_sql(prepared.sql, prepared.convert(rows)).rowcount


class _Prepared:
    """The statement as one database's driver takes it."""

    def __init__(self, statement: ClauseElement, keys: Sequence[str], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(keys), compile_kwargs={"render_postcompile": True})
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 - what a statement compiles to
        self.sql = str(compiled)
        names = list(compiled.positiontup) if compiled.positiontup else list(compiled.binds)
        self._names = names
        self._positional = bool(compiled.positiontup)
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if name not in keys}
        self._take = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
        self._converters = [
            (place, converter)
            for place, name in enumerate(names)
            if (converter := compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) is not None
        ]

    def convert(self, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Turn rows into the driver's parameters."""
        converted: list[Any] = []
        for row in rows:
            values = list(self._take({**row, **self._fixed} if self._fixed else row))
            for place, converter in self._converters:
                values[place] = converter(values[place])
            converted.append(tuple(values) if self._positional else dict(zip(self._names, values, strict=True)))
        return converted
