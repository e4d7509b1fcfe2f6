"""Rows that come together are those that come one by one: same values, same types, same order, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, insert, select

from engine.store import endpoints
from engine.store.at_once import AtOnce
from engine.store.database import Database
from engine.store.endpoints import Endpoint
from engine.store.tables import participants

NOW = datetime(2027, 1, 4, 9, 0, 0, 123_457, tzinfo=UTC)
NAMES = ("id", "version", "context", "step_id", "arrived_at", "basis", "due_at", "woken_by")
#: Latest due first, so that the order asked for is not the one they are stored in.
ROWS = [
    {"context": {}, "step_id": "plain", "arrived_at": None, "basis": None, "woken_by": None},
    {"context": {"a": [1, 2.5, None, {"b": "ü"}]}, "step_id": 'quo"ted \\', "arrived_at": NOW, "basis": {"for": "P2D"}, "woken_by": ""},
    {"context": {"text": '{"not": "nested"}'}, "step_id": "[1, null]\n", "arrived_at": NOW, "basis": {}, "woken_by": "ev\u2028ent 😀"},
]
_SOME = select(*(participants.c[name] for name in NAMES)).where(participants.c.unit == bindparam("of_unit"))
SELECT = _SOME.order_by(participants.c.due_at).limit(bindparam("most"))


def test_rows_at_once_are_the_rows_one_by_one(database: Database) -> None:
    common = {"project": "shop", "journey_id": "j", "version": 3, "plan_hash": "h", "endpoint_id": "e", "unit": "u", "status": "ready"}
    rows = [
        {**common, **row, "id": str(number), "passage_key": str(number), "due_at": NOW - timedelta(days=number), "enrolled_at": NOW}
        for number, row in enumerate(ROWS)
    ]
    with database.write() as connection:
        connection.execute(insert(participants), rows)

    with database.read() as connection:
        found = AtOnce(SELECT).rows(connection, {"of_unit": "u", "most": 10})
        alone = [tuple(row) for row in connection.execute(SELECT, {"of_unit": "u", "most": 10})]
        first = AtOnce(SELECT).rows(connection, {"of_unit": "u", "most": 1})
        nobody = AtOnce(SELECT).rows(connection, {"of_unit": "nobody", "most": 10})

    assert found == alone
    assert [row[0] for row in found] == ["2", "1", "0"]
    assert found[0] == tuple({**rows[2]}[name] for name in NAMES)
    assert first == found[:1]
    assert nobody == []


def test_bytes_come_as_they_are(database: Database) -> None:
    made = Endpoint("ada", "ada@example.com", bytes(range(32)), None, {"a": 1}, "Europe/Berlin", None, None, NOW, NOW)
    with database.write() as connection:
        endpoints.insert_new(connection, "shop", [made])

    with database.read() as connection:
        assert endpoints.find(connection, "shop", ["ada", "bob"]) == {"ada": made}
