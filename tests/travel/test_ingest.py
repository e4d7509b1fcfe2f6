"""Events: stored once, enrolling once, overlooked by nobody."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select

from engine.run import lifecycle
from engine.run.ingest import EventResult, IncomingEvent, ingest
from engine.run.people import EndpointChange, UserChange
from engine.store.events import newest
from engine.store.tables import events
from tests.support.travel import PROJECT, START, WELCOME, World, journey, row
from tests.travel.test_stage import UNLESS_BOUGHT

PAID = {"type": "event_attribute", "name": "paid", "op": "is", "value": True}


def take(world: World, *incoming: IncomingEvent) -> list[EventResult]:
    return ingest(world.database, world.plans, PROJECT, incoming, now=world.time)


def signed_up(event_id: str, person: str = "ada", **attributes: object) -> IncomingEvent:
    return IncomingEvent(event_id, "signed_up", attributes=attributes, endpoint=EndpointChange(person, f"{person}@example.org"))


def test_event_that_opens_a_journey_enrolls_with_its_attributes_as_context(world: World) -> None:
    world.publish()

    [result] = take(world, signed_up("e1", campaign="spring"))

    assert result.status == "accepted"
    entered = result.enrolled["welcome"]
    assert entered.status == "enrolled"
    assert world.row(entered.participant_id).context == {"campaign": "spring"}


def test_event_with_the_same_id_is_a_no_op(world: World) -> None:
    world.publish()

    results = take(world, signed_up("e1"), signed_up("e1", person="bob")) + take(world, signed_up("e1"))

    assert [result.status for result in results] == ["accepted", "duplicate", "duplicate"]
    assert len(world.rows()) == 1


def test_event_fifty_times_at_the_same_moment_enrolls_once(world: World) -> None:
    world.publish()
    gate = threading.Barrier(10)

    def ask(number: int) -> str:
        if number < 10:
            gate.wait()
        return take(world, signed_up("e1"))[0].status

    with ThreadPoolExecutor(10) as threads:
        said = list(threads.map(ask, range(50)))

    assert sorted(said) == ["accepted"] + ["duplicate"] * 49
    assert len(world.rows()) == 1


def test_event_is_asked_for_what_the_entry_wants_of_it(world: World) -> None:
    world.publish({**WELCOME, "entry": {"type": "event", "event": "signed_up", "where": PAID}})

    results = take(world, signed_up("e1", paid=False), signed_up("e2", person="bob", paid=True))

    assert [dict(result.enrolled) != {} for result in results] == [False, True]
    assert [one.endpoint_id for one in world.rows()] == ["bob"]


def test_event_opens_several_journeys_and_none_that_is_stopped(world: World) -> None:
    for journey_id in ("welcome", "second", "third"):
        world.publish(journey_id=journey_id)
    lifecycle.stop(world.database, PROJECT, "third")

    [result] = take(world, signed_up("e1"))

    assert sorted(result.enrolled) == ["second", "welcome"]


def test_event_that_let_somebody_in_is_not_one_since_they_were_enrolled(world: World) -> None:
    since = {"type": "event", "event": "signed_up", "since": "enrolled"}
    world.publish({**UNLESS_BOUGHT, "entry": WELCOME["entry"], "exit_when": since})
    [first] = take(world, signed_up("e1"))
    passage = first.enrolled["welcome"].participant_id

    world.settle()
    assert world.row(passage).status == "waiting"
    world.time.go(minutes=5)
    take(world, signed_up("e2"))
    world.live_through(START + timedelta(days=1))

    assert (world.row(passage).status, world.row(passage).reason) == ("exited", "exit_when")


def test_event_names_its_person_in_exactly_one_way(world: World) -> None:
    results = take(
        world,
        IncomingEvent("e1", "bought"),
        IncomingEvent("e2", "bought", endpoint_id="nobody"),
        IncomingEvent("e3", "bought", endpoint=EndpointChange("new")),
        IncomingEvent("e4", "bought", endpoint=EndpointChange("new", "no address")),
        IncomingEvent("e5", "bought", user_id="somebody"),
        IncomingEvent("", "bought", user_id="somebody"),
    )

    assert [result.status for result in results] == ["invalid", "invalid", "invalid", "invalid", "accepted", "invalid"]
    assert "nobody" in results[1].reason


def test_event_of_a_user_enrolls_their_newest_endpoint_that_is_not_opted_out(world: World) -> None:
    world.publish(journey_id="other")
    world.enroll(row("old", user="ada"), journey_id="other")
    world.time.go(days=1)
    world.enroll(row("new", user="ada"), journey_id="other")
    world.publish()

    [result] = take(world, IncomingEvent("e1", "signed_up", user_id="ada"))

    assert world.row(result.enrolled["welcome"].participant_id).endpoint_id == "new"


def test_event_is_seen_by_a_passage_that_began_before_its_user_was_known(world: World) -> None:
    world.publish(UNLESS_BOUGHT)
    [result] = world.enroll(row("ada"))
    world.settle()
    world.time.go(minutes=5)
    user = UserChange("u1")

    take(world, IncomingEvent("e1", "bought", endpoint=EndpointChange("ada", user=user)))
    world.live_through(START + timedelta(days=1))

    assert world.row(result.participant_id).unit == "endpoint:ada"
    assert ("ask", "branched", "buyer") in world.outcomes(result.participant_id)


def test_event_from_the_future_is_taken_as_now(world: World) -> None:
    take(world, IncomingEvent("e1", "bought", user_id="ada", occurred_at=START + timedelta(days=3)))

    with world.database.read() as connection:
        [stored] = connection.execute(select(events)).all()
    assert (stored.occurred_at, stored.unit) == (START, "user:ada")


def test_facts_stop_at_the_count_they_need(world: World) -> None:
    often = {"type": "event", "event": "visited", "count": 3, "within": "P1D"}
    split = {"type": "split", "branches": [{"id": "often", "name": "Often", "when": often}], "else": {}}
    world.publish(journey("ask", ask=split))
    world.enroll(row("ada"), row("bob"))
    take(world, *(IncomingEvent(f"a{n}", "visited", endpoint_id="ada") for n in range(50)))
    take(world, *(IncomingEvent(f"b{n}", "visited", endpoint_id="bob") for n in range(2)))

    world.settle()

    assert [world.outcomes(one.id)[-1][2] for one in world.rows()] == ["often", "else"]
    with world.database.read() as connection:
        read = newest(connection, PROJECT, "visited", ["endpoint:ada", "endpoint:bob", "user:nobody"], START, 3)
    assert {unit: len(theirs) for unit, theirs in read.items()} == {"endpoint:ada": 3, "endpoint:bob": 2}


def test_facts_see_the_newest_events_of_each_unit(world: World) -> None:
    last = {
        "type": "event",
        "event": "visited",
        "within": "P1D",
        "where": {"type": "event_attribute", "name": "page", "op": "is", "value": 7},
    }
    split = {"type": "split", "branches": [{"id": "seen", "name": "Seen", "when": last}], "else": {}}
    world.publish(journey("ask", ask=split))
    [ada, bob] = [result.participant_id for result in world.enroll(row("ada"), row("bob"))]
    take(world, *(IncomingEvent(f"e{n}", "visited", endpoint_id="ada", attributes={"page": n}) for n in range(20)))

    world.settle()

    assert world.outcomes(ada) == [("ask", "branched", "seen")]
    assert world.outcomes(bob) == [("ask", "branched", "else")]
