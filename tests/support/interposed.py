"""A real database at whose seams a test may step in: before a transaction begins, before it commits, after it has committed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.store.database import Connection, Database

Step = Callable[[], object]


class Interposed(Database):
    """Shares the connections of another database, and calls each of the steps given to it once, in order, at its seam."""

    def __init__(self, database: Database) -> None:
        self.__dict__.update(database.__dict__)
        self.before_write: list[Step] = []
        self.before_commit: list[Step] = []
        self.after_commit: list[Step] = []
        self.writes = 0

    @contextmanager
    def write(self) -> Iterator[Connection]:
        _next(self.before_write)
        with super().write() as connection:
            yield connection
            _next(self.before_commit)
        self.writes += 1
        _next(self.after_commit)


def _next(steps: list[Step]) -> None:
    if steps:
        steps.pop(0)()
