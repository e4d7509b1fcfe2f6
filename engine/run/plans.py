"""The plans a process has at hand: immutable, so read once and kept. Knows the store and the plan's format, and no journey."""

from __future__ import annotations

import threading
from collections import OrderedDict

from engine.errors import CorruptStateError
from engine.plan.plan import Plan, read_plan
from engine.store import plans as statements
from engine.store.database import Database

#: Plans kept. A plan of a thousand steps takes about a megabyte; an installation has few live versions (guess).
CAPACITY = 128


class Plans:
    """The least recently used plans of this process; shared by its threads."""

    def __init__(self, database: Database, *, capacity: int = CAPACITY) -> None:
        self._database = database
        self._capacity = capacity
        self._kept: OrderedDict[tuple[str, str], Plan] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, project: str, plan_hash: str) -> Plan:
        """Return a plan by its hash; raises UnknownPlanFormatError for one that a newer release wrote."""
        key = (project, plan_hash)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        with self._database.read() as connection:
            body = statements.read_body(connection, project, plan_hash)
        if body is None:
            raise CorruptStateError(f"There is no plan {plan_hash} in project {project}.", hint="Publish the journey again.")
        plan = read_plan(body)
        with self._lock:
            self._kept[key] = plan
            if len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
        return plan
