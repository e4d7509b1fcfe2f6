"""Erasing a person in one transaction; forgetting what is older than the installation keeps."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.run.erase import erase
from engine.run.ingest import IncomingEvent, ingest
from engine.run.people import EndpointChange
from engine.run.retention import forget_old
from engine.store import endpoints, suppressions
from engine.store.ids import first_id_of, new_id
from engine.store.tables import metadata
from tests.support.interposed import Interposed
from tests.support.travel import PROJECT, START, WELCOME, World, journey, row

STAY = journey("hi", hi={"type": "email", "template": "hi", "next": "rest"}, rest={"type": "wait", "until": "2099-01-01T00:00:00Z"})


def everything(world: World) -> str:
    """All that the database holds, as one text."""
    with world.database.read() as connection:
        tables = {table.name: [tuple(one) for one in connection.execute(select(table))] for table in metadata.sorted_tables}
    return json.dumps(tables, default=str)


def inside(world: World) -> str:
    world.publish(STAY)
    [result] = world.enroll(row("ada", user="u1", secret="mauve"), row("bob"))[:1]
    event = IncomingEvent("e1", "bought", endpoint_id="ada", attributes={"wish": "cerise"})
    ingest(world.database, world.plans, PROJECT, [event], now=world.time)
    world.settle()
    return result.participant_id


def test_erase_leaves_nothing_of_the_person_and_keeps_keys(world: World) -> None:
    passage = inside(world)
    assert all(word in everything(world) for word in ("ada@example.org", "mauve", "cerise"))

    assert erase(world.database, PROJECT, "ada")

    left = everything(world)
    assert not [word for word in ("ada@example.org", "mauve", "cerise") if word in left]
    erased = world.row(passage)
    assert (erased.status, erased.reason, erased.context, erased.unit) == ("exited", "erased", {}, "user:u1")
    assert [send.state for send in world.sends() if send.participant_id == passage] == ["CANCELLED"]
    assert world.outcomes(passage)[-1] == (None, "exited", None)
    assert world.rows(endpoint_id="bob")[0].status == "waiting"


def test_erase_keeps_the_hash_among_the_suppressions(world: World) -> None:
    inside(world)
    with world.database.read() as connection:
        address_hash = endpoints.find(connection, PROJECT, ["ada"])["ada"].address_hash

    erase(world.database, PROJECT, "ada")

    with world.database.read() as connection:
        kept = suppressions.find(connection, PROJECT, [address_hash])[address_hash]
    assert (kept.reason, kept.address) == ("erased", None)
    assert not erase(world.database, PROJECT, "ada")


def test_erase_is_one_transaction(world: World) -> None:
    inside(world)
    before = everything(world)
    interposed = Interposed(world.database)

    def crash() -> None:
        raise KeyboardInterrupt

    interposed.before_commit = [crash]
    with pytest.raises(KeyboardInterrupt):
        erase(interposed, PROJECT, "ada")

    assert everything(world) == before


def test_erase_while_a_stage_decides_lets_nobody_go_on(world: World) -> None:
    world.publish(WELCOME)
    [result] = world.enroll(row("ada"))
    world.dispatch()
    interposed = Interposed(world.database)
    interposed.before_write = [lambda: erase(world.database, PROJECT, "ada")]
    world.clock._travel = type(world.travel)(interposed, world.plans)

    world.time.go(hours=1)
    world.clock.run_due()

    assert (world.row(result.participant_id).status, world.row(result.participant_id).reason) == ("exited", "erased")
    assert world.sends() == []


def test_erase_of_one_of_two_endpoints_keeps_the_user(world: World) -> None:
    world.publish(STAY)
    world.enroll(row("ada", user="u1"), row("ada-work", user="u1"))

    erase(world.database, PROJECT, "ada")
    assert "u1" in everything(world)
    erase(world.database, PROJECT, "ada-work")

    with world.database.read() as connection:
        assert endpoints.find(connection, PROJECT, ["ada", "ada-work"]) == {}


def test_ids_sort_by_time() -> None:
    now = datetime.now(UTC)

    assert first_id_of(now - timedelta(minutes=1)) < new_id() < first_id_of(now + timedelta(minutes=1))


@pytest.fixture
def past(world: World) -> World:
    """A world that is younger than it says: ids are of today, so that retention has to be asked for less than no days."""
    world.time.at = datetime.now(UTC) - timedelta(days=2)
    return world


def test_retention_forgets_what_ended_and_keeps_what_lives(past: World) -> None:
    past.publish(STAY)
    past.publish({**WELCOME, "start": "thanks", "steps": {"thanks": {"type": "email", "template": "t"}}}, journey_id="short")
    [live] = past.enroll_many(1)
    [ended] = past.enroll_many(1, journey_id="short")
    past.settle()
    event = IncomingEvent("e1", "bought", endpoint=EndpointChange("person-0"))
    ingest(past.database, past.plans, PROJECT, [event], now=past.time)
    with past.database.write() as connection:
        connection.execute(metadata.tables["sends"].update().values(state="ACCEPTED"))

    assert forget_old(past.database, past.plans, days=1) == 0
    forget_old(past.database, past.plans, days=-1)

    assert [one.id for one in past.rows()] == [live]
    assert past.outcomes(ended) == []
    assert [send.participant_id for send in past.sends()] == [live]
    assert past.outcomes(live) != []


def test_retention_remembers_who_was_inside_where_re_entry_asks(past: World) -> None:
    past.publish({**WELCOME, "re_entry": {"type": "never"}, "start": "thanks", "steps": {"thanks": {"type": "email", "template": "t"}}})
    [passage] = past.enroll_many(1)
    past.settle()
    with past.database.write() as connection:
        connection.execute(metadata.tables["sends"].update().values(state="ACCEPTED"))

    assert forget_old(past.database, past.plans, days=-1) > 0
    assert forget_old(past.database, past.plans, days=-1) == 0

    assert past.outcomes(passage) == []
    assert past.sends() == []
    assert past.enroll(row("person-0"))[0].status == "re_entry_refused"


def test_first_id_of_the_start_is_an_id() -> None:
    assert len(first_id_of(START)) == 32
