"""Each hot statement uses its index, on both databases: what ran is recorded, and the database is asked how it would run it again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event as listening

from engine.run import lifecycle
from engine.run.ingest import IncomingEvent, ingest
from engine.run.people import EndpointChange, apply_changes, read_change
from engine.run.sweeper import sweep_once
from engine.store import assignments
from engine.store.assignments import Assignment
from engine.store.database import Database
from tests.support.travel import PROJECT, START, World, journey, row

BOUGHT = {"type": "event", "event": "bought", "count": 2, "within": "P9D"}
ASKING = journey(
    "hi",
    hi={"type": "email", "template": "hi", "next": "rest"},
    rest={"type": "wait", "until_attribute": {"name": "ends", "missing": {}}, "next": "ask"},
    ask={
        "type": "split",
        "branches": [
            {"id": "buyer", "name": "Buyer", "when": BOUGHT},
            {"id": "got", "name": "Got it", "when": {"type": "message", "step": "hi", "outcome": "accepted"}},
        ],
        "else": {"next": "ab"},
    },
    ab={"type": "ab_test", "branches": [{"id": "a", "name": "A", "weight": 50}, {"id": "b", "name": "B", "weight": 50}]},
)
#: Rows enough for PostgreSQL to prefer an index, with ended passages among them.
PEOPLE = 600


#: What PostgreSQL says of an index of which only the first column helps.
ONLY_PROJECT = re.compile(r"\(\(?project\)?(::text)? = '\w+'::\w+( varying)?\)")


@contextmanager
def recording(database: Database) -> Iterator[dict[str, str]]:
    """How the database runs each statement, asked right before it runs it for the first time."""
    plans: dict[str, str] = {}
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN (FORMAT JSON) "

    def ask(connection, cursor, statement, parameters, context, executemany) -> None:
        if statement in plans or statement.split()[0] not in ("SELECT", "UPDATE", "DELETE"):
            return
        asking = connection.connection.driver_connection.cursor()
        if not database.is_sqlite:
            # tables of a test are small: asked is which index could be used
            asking.execute("SET LOCAL enable_seqscan = off")
        asking.execute(explain + statement, parameters[0] if isinstance(parameters, list) else parameters)
        rows = asking.fetchall()
        plans[statement] = "\n".join(row[3] for row in rows) if database.is_sqlite else json.dumps(rows[0][0])

    listening.listen(database.engine, "before_cursor_execute", ask)
    yield plans
    listening.remove(database.engine, "before_cursor_execute", ask)


def reads_all_of(plan: str, database: Database, table: str) -> bool:
    """Whether a table, or all that a project has in it, is read from end to end."""
    if database.is_sqlite:
        return any(re.match(rf"(SCAN|SEARCH) {table}( USING .*\(project=\?\))?$", line) for line in plan.splitlines())
    # the index of the paused is nearly empty here, so PostgreSQL may read it whole
    parts = [
        part for part in _parts(json.loads(plan)) if part.get("Relation Name") == table and part.get("Index Name") != "participants_paused"
    ]
    return any(part["Node Type"] == "Seq Scan" or ONLY_PROJECT.fullmatch(part.get("Index Cond", "")) for part in parts)


def _parts(plan: object) -> Iterator[dict]:
    if isinstance(plan, list):
        for part in plan:
            yield from _parts(part)
    elif isinstance(plan, dict):
        if "Node Type" in plan:
            yield plan
        for part in plan.values():
            yield from _parts(part)


#: Tables that grow with people and what they do; the others hold a row per journey, version or project.
GROWING = ("participants", "endpoints", "users", "events", "decisions", "assignments", "sends", "groups")


@pytest.fixture
def crowded(database: Database) -> World:
    """A world with so many people, events and assignments that PostgreSQL takes its indexes seriously."""
    world = World(database)
    world.publish({**ASKING, "entry": {"type": "event", "event": "signed_up"}, "re_entry": {"type": "after", "after": "P1D"}})
    ends = (START + timedelta(hours=2)).isoformat()
    world.enroll(*(row(f"person-{number}", user=f"u{number}", key=f"k{number}", ends=ends) for number in range(PEOPLE)))
    world.settle()
    done = [IncomingEvent(f"old-{number}", "bought", user_id=f"u{number}") for number in range(PEOPLE)]
    ingest(world.database, world.plans, PROJECT, done, now=world.time)
    with database.write() as connection:
        assignments.prepare(connection, PROJECT, [Assignment("other", f"user:u{number}", "a") for number in range(PEOPLE)], START).keep(
            connection
        )
    if not database.is_sqlite:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    return world


def test_travel_never_reads_a_growing_table_from_end_to_end(crowded: World) -> None:
    passage = crowded.rows()[0].id
    with recording(crowded.database) as plans:
        exercise(crowded, passage)

    assert len(plans) > 30
    for statement, plan in plans.items():
        assert not [table for table in GROWING if reads_all_of(plan, crowded.database, table)], f"{statement}\n{plan}"


def exercise(world: World, passage: str) -> None:
    """Everything that is done often."""
    ends = (START + timedelta(hours=3)).isoformat()
    world.enroll(row("person-1", key="k1", ends=ends), row("newcomer", user="u7", key="kn", ends=ends))
    incoming = [IncomingEvent("e1", "signed_up", endpoint_id="person-2"), IncomingEvent("e2", "bought", user_id="u3")]
    ingest(world.database, world.plans, PROJECT, incoming, now=world.time)
    with world.database.write() as connection:
        apply_changes(connection, world.plans, PROJECT, [read_change(EndpointChange("person-4", attributes={"ends": ends}))], world.time.at)
    world.settle()
    world.live_through(START + timedelta(hours=2))
    lifecycle.pause(world.database, PROJECT, "welcome", now=world.time)
    world.live_through(START + timedelta(hours=4))
    lifecycle.resume(world.database, PROJECT, "welcome", now=world.time)
    world.settle()
    sweep_once(world.database, world.clock, now=world.time.at)
    lifecycle.exit_participant(world.database, PROJECT, passage)
    lifecycle.stop(world.database, PROJECT, "welcome", now=world.time)


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("participants.status = 'ready' AND participants.group_id IS NULL ORDER BY", "participants_ready"),
        ("participants.due_at <=", "participants_group"),
        ("ORDER BY participants.due_at", "participants_group"),
        ("participants.idempotency_key", "participants_idempotency"),
        ("participants.unit", "participants_"),
        ("participants.endpoint_id", "participants_endpoint"),
        ("participants.status = 'paused'", "participants_paused"),
        ("groups.state", "groups_state"),
        ("occurred_at >=", "events_unit"),
    ],
)
def test_hot_statement_uses_its_index(crowded: World, statement: str, index: str) -> None:
    passage = crowded.rows()[0].id
    with recording(crowded.database) as plans:
        exercise(crowded, passage)

    asked = {text: plan for text, plan in plans.items() if statement in text.partition("WHERE")[2]}

    assert asked
    assert any(index in plan for plan in asked.values()), asked
