"""Whoever changes people at the same moment waits for the others, and neither stands in their way nor passes them by."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.run import lifecycle
from engine.run.enroll import EnrollRow
from engine.run.ingest import IncomingEvent, ingest
from engine.run.people import EndpointChange, UserChange
from engine.run.stage import run_stage
from engine.store import journeys
from tests.support.installation import until
from tests.support.interposed import Interposed
from tests.support.travel import PROJECT, START, World, journey, row

PEOPLE = 60
ROUNDS = 8
UNTIL_TRIAL_END = journey(
    "trial",
    trial={"type": "wait", "until_attribute": {"name": "trial_end", "missing": {"next": "rest"}}, "next": "rest"},
    rest={"type": "wait", "for": "P400D"},
)
BOUGHT = {"type": "event", "event": "bought", "since": "enrolled"}
UNLESS_BOUGHT = journey(
    "pause",
    pause={"type": "wait", "for": "PT1H", "next": "ask"},
    ask={"type": "split", "branches": [{"id": "buyer", "name": "Buyer", "when": BOUGHT}], "else": {"next": "remind"}},
    remind={"type": "email", "template": "remind"},
)


def change(number: int, **attributes: object) -> EndpointChange:
    """Every second person has a user."""
    user = UserChange(f"u{number}", attributes) if number % 2 else None
    return EndpointChange(f"p{number}", f"p{number}@example.org", attributes, user=user)


def test_changes_of_the_same_people_at_the_same_moment_never_deadlock(world: World) -> None:
    world.publish(UNTIL_TRIAL_END)
    world.enroll(*(EnrollRow(change(number, trial_end="2028-01-01T00:00:00Z")) for number in range(PEOPLE)))
    world.settle()
    failed: list[Exception] = []

    def take_events(draw: random.Random, turn: int) -> None:
        events = [
            IncomingEvent(f"{turn}-{number}-{draw.random()}", "bought", endpoint=change(number, trial_end=f"2028-0{turn + 1}-01T00:00:00Z"))
            if draw.random() < 0.5
            else IncomingEvent(f"{turn}-{number}-{draw.random()}", "bought", endpoint_id=f"p{number}")
            for number in draw.sample(range(PEOPLE), PEOPLE // 2)
        ]
        ingest(world.database, world.plans, PROJECT, events, now=world.time)

    def enroll(draw: random.Random, turn: int) -> None:
        world.enroll(*(EnrollRow(change(number, turn=draw.random())) for number in draw.sample(range(PEOPLE), PEOPLE // 2)))

    def travel(draw: random.Random, turn: int) -> None:
        world.dispatch()
        world.clock.run_due()

    together([take_events, take_events, enroll, enroll, travel], failed)

    assert failed == []


def together(doings: list[Callable[[random.Random, int], None]], failed: list[Exception]) -> None:
    """Do several things over and over at the same time."""

    def repeat(number: int) -> None:
        draw = random.Random(number)
        try:
            for turn in range(ROUNDS):
                doings[number](draw, turn)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=repeat, args=(number,)) for number in range(len(doings))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_event_of_a_user_has_stages_decide_again_about_each_of_their_endpoints(world: World) -> None:
    world.publish(UNLESS_BOUGHT)
    passages = [result.participant_id for result in world.enroll(row("phone"), row("tablet"))]
    for endpoint in ("phone", "tablet"):  # their user becomes known only now: the passages stay the endpoints'
        known = EndpointChange(endpoint, user=UserChange("ada"))
        ingest(world.database, world.plans, PROJECT, [IncomingEvent(f"met-{endpoint}", "met", endpoint=known)], now=world.time)
    world.settle()
    world.time.go(minutes=30)
    interposed, due = Interposed(world.database), START + timedelta(hours=1)
    bought = IncomingEvent("e1", "bought", user_id="ada")
    interposed.before_write = [lambda: ingest(world.database, world.plans, PROJECT, [bought], now=world.time)]
    [group_id] = {one.group_id for one in world.rows()}

    travel = replace(world.travel, database=interposed)
    run_stage(travel, project=PROJECT, group_id=group_id, due=due, scheduled_at=due, generation=1)

    assert [("ask", "branched", "buyer") in world.outcomes(passage) for passage in passages] == [True, True]


def test_journey_is_paused_before_stages_that_come_later_read_its_state(world: World) -> None:
    if world.database.is_sqlite:
        pytest.skip("SQLite has one writer: nobody reads under a lock beside it")
    world.publish(UNLESS_BOUGHT)
    seen: list[str] = []

    def read_state() -> None:
        with world.database.write() as connection:
            gate = journeys.read_gate(connection, PROJECT, "welcome", locked=True)
            seen.append("none" if gate is None else gate.state)

    pausing = threading.Thread(target=lifecycle.pause, args=(world.database, PROJECT, "welcome"))
    reading = threading.Thread(target=read_state)
    with world.database.write() as connection:  # a stage writes
        journeys.read_gate(connection, PROJECT, "welcome", locked=True)
        for number, thread in enumerate((pausing, reading), 1):
            thread.start()
            until(lambda: waiting(world) == number, f"{number} wait")  # noqa: B023 - it is called at once
    pausing.join()
    reading.join()

    assert seen == ["paused"]


def waiting(world: World) -> int:
    """How many wait for a lock in this database."""
    ours = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    with world.database.read() as connection:
        return connection.exec_driver_sql(f"SELECT count(*) FROM pg_locks WHERE NOT granted AND {ours}").scalar_one()
