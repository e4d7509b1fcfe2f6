"""One statement for many rows does what it does for one, however many rows there are, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from engine.store import assignments, decisions
from engine.store.assignments import Assignment
from engine.store.bulk import ROWS_AT_ONCE, bulk_update
from engine.store.database import Database
from engine.store.decisions import DecisionRow
from engine.store.tables import decisions as table

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
COUNTS = [1, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, 2 * ROWS_AT_ONCE + 3]


def row(number: int) -> DecisionRow:
    return {
        "project": "shop",
        "participant_id": f"{number:032x}",
        "number": 1,
        "journey_id": "welcome",
        "version": number,
        "step_id": None if number % 2 else "settle",
        "outcome": "waited",
        "branch": None,
        "grounds": {"number": number, "text": "ü'\""},
        "decided_at": NOW,
    }


def stored(database: Database) -> list[dict[str, object]]:
    with database.read() as connection:
        return [dict(found._mapping) for found in connection.execute(select(table).order_by(table.c.participant_id))]


@pytest.mark.parametrize("count", COUNTS)
def test_insert_of_many_rows_keeps_every_value(database: Database, count: int) -> None:
    rows = [row(number) for number in range(count)]

    with database.write() as connection:
        decisions.append(connection, rows)

    assert stored(database) == rows


@pytest.mark.parametrize("count", COUNTS)
def test_update_of_many_rows_changes_each_and_no_other(database: Database, count: int) -> None:
    changes = bulk_update(table, {"project": "of_project", "participant_id": "of_id"}, "outcome", "grounds", "decided_at", "branch")
    rows = [row(number) for number in range(count + 1)]
    later = NOW.replace(year=2028)

    with database.write() as connection:
        decisions.append(connection, rows)
        wishes = [
            {"of_project": "shop", "of_id": one["participant_id"], "outcome": "x", "grounds": {"n": n}, "decided_at": later, "branch": None}
            for n, one in enumerate(rows[:count])
        ]
        changes.execute(connection, wishes)

    expected = [{**one, "outcome": "x", "grounds": {"n": n}, "decided_at": later} for n, one in enumerate(rows[:count])]
    assert stored(database) == [*expected, rows[count]]


@pytest.mark.parametrize("count", COUNTS)
def test_insert_that_passes_over_conflicts_tells_who_was_first(database: Database, count: int) -> None:
    first = [Assignment("salt", f"endpoint:{number}", "a") for number in range(0, count, 2)]
    second = [Assignment("salt", f"endpoint:{number}", "b") for number in range(count)]

    with database.write() as connection:
        none = assignments.prepare(connection, "shop", first, NOW).keep(connection)
        lost = assignments.prepare(connection, "shop", second, NOW).keep(connection)

    assert none == set()
    assert lost == {("salt", one.unit) for one in first}


def test_no_rows_are_no_statement(database: Database) -> None:
    with database.write() as connection:
        decisions.append(connection, [])

    assert stored(database) == []
