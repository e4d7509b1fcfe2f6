"""Rules of a stage: moved once, no change overlooked, one bad participant is one, faults of the world retry, one clock."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.errors import StaleClockError, UnavailableError
from engine.journey.assignment import draw
from engine.run import lifecycle, stage
from engine.run.clock import Wake
from engine.run.groups import GROUP_SIZE
from engine.run.ingest import IncomingEvent, ingest
from engine.run.people import EndpointChange
from engine.run.stage import run_stage
from engine.store import assignments, installation
from engine.store.assignments import Assignment
from engine.store.tables import participants
from tests.support.interposed import Interposed
from tests.support.travel import PROJECT, START, World, journey, row

HOUR = timedelta(hours=1)
TWO_WAITS = journey("first", first={"type": "wait", "for": "PT1H", "next": "second"}, second={"type": "wait", "for": "PT2H"})
BOUGHT = {"type": "event", "event": "bought", "since": "enrolled"}
UNLESS_BOUGHT = journey(
    "pause",
    pause={"type": "wait", "for": "PT1H", "next": "ask"},
    ask={"type": "split", "branches": [{"id": "buyer", "name": "Buyer", "when": BOUGHT}], "else": {"next": "remind"}},
    remind={"type": "email", "template": "remind"},
)


def run(world: World, group_id: str, *, due=START + HOUR, scheduled_at=None, generation: int = 1, database=None) -> Wake | None:
    travel = world.travel if database is None else replace(world.travel, database=database)
    return run_stage(travel, project=PROJECT, group_id=group_id, due=due, scheduled_at=scheduled_at or due, generation=generation)


def settled(world: World, document, count: int = 1) -> tuple[str, list[str]]:
    """People who stand at their first wait; their group and their ids."""
    world.publish(document)
    ids = world.enroll_many(count)
    world.dispatch()
    [group_id] = {one.group_id for one in world.rows()}
    return group_id, ids


# --- a repeated stage -------------------------------------------------------------------------------------------------


def test_stage_whose_answer_was_lost_moves_nobody_twice_and_answers_the_same(world: World) -> None:
    group_id, ids = settled(world, TWO_WAITS, 3)

    first = run(world, group_id)
    rows = world.rows()
    second = run(world, group_id)

    assert first == second == Wake(START + 3 * HOUR, "second until 2027-01-04T12:00:00+00:00", ("second",))
    assert world.rows() == rows
    assert [outcome for _, outcome, _ in world.outcomes(ids[0])] == ["began_waiting", "waited", "began_waiting"]


def test_stage_that_runs_twice_at_the_same_moment_moves_nobody_twice(world: World) -> None:
    group_id, ids = settled(world, TWO_WAITS, 3)
    interposed = Interposed(world.database)
    interposed.before_write = [lambda: run(world, group_id)]  # another worker is faster between reading and writing

    late = run(world, group_id, database=interposed)

    assert late is not None
    assert late.at == START + 3 * HOUR
    assert {tuple(world.outcomes(one)) for one in ids} == {
        (("first", "began_waiting", None), ("first", "waited", None), ("second", "began_waiting", None))
    }


def test_stage_ends_the_group_with_its_last_participant_and_says_so_again(world: World) -> None:
    group_id, _ = settled(world, UNLESS_BOUGHT, 2)

    assert run(world, group_id) is None
    assert run(world, group_id) is None
    assert {one.status for one in world.rows()} == {"finished"}
    assert len(world.sends()) == 2


def test_stage_walks_only_who_is_due(world: World) -> None:
    group_id, _ = settled(world, UNLESS_BOUGHT, 2)

    wake = run(world, group_id, due=START, scheduled_at=START + timedelta(minutes=59))

    assert wake is not None
    assert wake.at == START + HOUR
    assert {one.status for one in world.rows()} == {"waiting"}


def test_stage_of_a_full_group_moves_everybody_and_no_more_at_once_than_a_batch(world: World) -> None:
    group_id, _ = settled(world, TWO_WAITS, GROUP_SIZE)
    interposed, moved = Interposed(world.database), list[int]()
    interposed.after_commit = [lambda: moved.append(len(world.rows(step_id="second")))] * 9

    wake = run(world, group_id, database=interposed)

    assert wake is not None
    assert wake.at == START + 3 * HOUR
    assert moved == [*range(stage.BATCH_PEOPLE, GROUP_SIZE, stage.BATCH_PEOPLE), GROUP_SIZE]


def test_stage_takes_the_later_of_due_and_schedule_for_now(world: World) -> None:
    group_id, [passage] = settled(world, TWO_WAITS)

    wake = run(world, group_id, scheduled_at=START + 5 * HOUR)

    assert wake is not None
    assert wake.at == START + 7 * HOUR
    assert world.row(passage).arrived_at == START + 5 * HOUR


# --- no lost wake-up --------------------------------------------------------------------------------------------------


def test_stage_sees_an_event_that_comes_between_reading_and_writing(world: World) -> None:
    group_id, [passage] = settled(world, UNLESS_BOUGHT)
    world.time.go(minutes=30)
    interposed = Interposed(world.database)
    interposed.before_write = [lambda: ingest(world.database, world.plans, PROJECT, [event("e1", "person-0")], now=world.time)]

    assert run(world, group_id, database=interposed) is None

    assert ("ask", "branched", "buyer") in world.outcomes(passage)
    assert world.sends() == []


def test_stage_decides_again_only_those_who_were_changed(world: World) -> None:
    group_id, ids = settled(world, UNLESS_BOUGHT, 3)
    world.time.go(minutes=30)
    interposed = Interposed(world.database)
    interposed.before_write = [lambda: ingest(world.database, world.plans, PROJECT, [event("e1", "person-1")], now=world.time)]

    run(world, group_id, database=interposed)

    branches = [next(branch for step, _, branch in world.outcomes(one) if step == "ask") for one in ids]
    assert branches == ["else", "buyer", "else"]
    assert interposed.writes == 2


def test_stage_that_is_overtaken_every_time_leaves_the_person_to_a_wake_at_once(world: World) -> None:
    group_id, [passage] = settled(world, UNLESS_BOUGHT)
    interposed = Interposed(world.database)
    interposed.before_write = [
        lambda number=number: ingest(
            world.database, world.plans, PROJECT, [event(f"e{number}", "person-0", name="visited")], now=world.time
        )
        for number in range(stage.ROUNDS)
    ]

    wake = run(world, group_id, database=interposed)

    assert wake is not None
    assert wake.at <= START + HOUR
    assert world.row(passage).status == "waiting"
    assert run(world, group_id) is None  # nobody overtakes it now
    assert world.row(passage).status == "finished"


def test_stage_waits_for_a_change_that_is_not_committed_yet(database, world: World) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer: nothing is ever uncommitted beside it")
    group_id, [passage] = settled(world, UNLESS_BOUGHT)
    world.time.go(minutes=30)
    entered, ingesting = threading.Event(), Interposed(world.database)
    walking = threading.Thread(target=run, args=(world, group_id))

    def let_the_stage_begin() -> None:
        walking.start()
        entered.wait(timeout=0.3)  # it stands at the lock of the row that was bumped and not committed

    ingesting.before_commit = [let_the_stage_begin]
    ingest(ingesting, world.plans, PROJECT, [event("e1", "person-0")], now=world.time)
    walking.join(timeout=20)

    assert ("ask", "branched", "buyer") in world.outcomes(passage)


def test_stage_takes_the_branch_that_was_stored_first(world: World) -> None:
    ab = {"type": "ab_test", "salt": "s", "branches": [{"id": name, "name": name, "weight": 50} for name in ("a", "b")]}
    group_id, [passage] = settled(world, journey("pause", pause={"type": "wait", "for": "PT1H", "next": "ab"}, ab=ab))
    drawn = draw(PROJECT, "s", "endpoint:person-0", [("a", 5_000), ("b", 5_000)])
    other = "b" if drawn == "a" else "a"
    interposed = Interposed(world.database)

    def store_the_other() -> None:
        with world.database.write() as connection:
            assignments.prepare(connection, PROJECT, [Assignment("s", "endpoint:person-0", other)], START).keep(connection)

    interposed.before_write = [store_the_other]
    run(world, group_id, database=interposed)

    assert ("ab", "assigned", other) in world.outcomes(passage)


# --- faults -----------------------------------------------------------------------------------------------------------


def corrupt(world: World, passage: str) -> None:
    with world.database.write() as connection:
        connection.execute(update(participants).where(participants.c.id == passage).values(step_id="nowhere"))


def test_stage_blocks_one_bad_participant_and_nobody_else(world: World) -> None:
    group_id, ids = settled(world, UNLESS_BOUGHT, 5)
    corrupt(world, ids[2])

    assert run(world, group_id) is None

    assert [world.row(one).status for one in ids] == ["finished", "finished", "blocked", "finished", "finished"]
    blocked = world.row(ids[2])
    assert "nowhere" in blocked.error
    assert (blocked.group_id, blocked.ended_at) == (None, None)
    assert world.outcomes(ids[2]) == [("pause", "began_waiting", None)]


def test_stage_whose_writing_fails_for_one_blocks_only_that_one(world: World) -> None:
    group_id, ids = settled(world, UNLESS_BOUGHT, 4)
    with world.database.write() as connection:  # their next decision has a number that is taken
        connection.execute(update(participants).where(participants.c.id == ids[1]).values(decision_count=0))

    run(world, group_id)

    assert [world.row(one).status for one in ids] == ["finished", "blocked", "finished", "finished"]


def test_blocked_participant_is_retried_once_it_is_mended(world: World) -> None:
    group_id, [passage] = settled(world, UNLESS_BOUGHT)
    corrupt(world, passage)
    run(world, group_id)
    assert world.dispatch() == 0
    with world.database.write() as connection:
        connection.execute(update(participants).where(participants.c.id == passage).values(step_id="pause"))

    lifecycle.retry_participant(world.database, PROJECT, passage, now=world.time)
    world.time.go(hours=2)
    world.settle()

    assert world.row(passage).status == "finished"
    assert world.row(passage).error is None


def test_blocked_participant_can_exit(world: World) -> None:
    group_id, [passage] = settled(world, UNLESS_BOUGHT)
    corrupt(world, passage)
    run(world, group_id)

    assert lifecycle.exit_participant(world.database, PROJECT, passage)

    assert (world.row(passage).status, world.row(passage).reason) == ("exited", "removed")
    assert world.outcomes(passage)[-1] == (None, "exited", None)


def test_stage_leaves_everybody_alone_when_the_world_is_away(world: World) -> None:
    group_id, _ = settled(world, UNLESS_BOUGHT, 3)
    rows = world.rows()
    interposed = Interposed(world.database)

    def away() -> None:
        raise UnavailableError("The database is away.")

    interposed.before_commit = [away]
    with pytest.raises(UnavailableError):
        run(world, group_id, database=interposed)

    assert world.rows() == rows
    assert run(world, group_id) is None


def test_stage_of_another_generation_is_refused(world: World) -> None:
    group_id, _ = settled(world, UNLESS_BOUGHT)
    with world.database.write() as connection:
        installation.set_clock(connection, "local", 2)

    with pytest.raises(StaleClockError):
        run(world, group_id, generation=1)

    assert {one.status for one in world.rows()} == {"waiting"}


def test_stage_whose_generation_ends_between_reading_and_writing_writes_nothing(world: World) -> None:
    group_id, _ = settled(world, UNLESS_BOUGHT)
    interposed = Interposed(world.database)

    def move_the_clock() -> None:
        with world.database.write() as connection:
            installation.set_clock(connection, "local", 2)

    interposed.before_write = [move_the_clock]
    with pytest.raises(StaleClockError):
        run(world, group_id, database=interposed)

    assert {one.status for one in world.rows()} == {"waiting"}


# --- what it writes ---------------------------------------------------------------------------------------------------


def test_stage_rounds_dues_up_by_less_than_a_second_and_keeps_the_exact_one(world: World) -> None:
    world.time.go(milliseconds=250)
    _, [passage] = settled(world, TWO_WAITS)

    standing = world.row(passage)

    assert standing.due_at == START + HOUR + timedelta(seconds=1)
    assert standing.basis["due_at"].startswith("2027-01-04T10:00:00.25")


def test_stage_writes_the_address_and_the_pinned_template_of_a_send(world: World) -> None:
    group_id, [passage] = settled(world, UNLESS_BOUGHT)
    world.enroll(replace(row("person-0", passage="other"), endpoint=EndpointChange("person-0", "new@example.org")))

    run(world, group_id)

    [send] = [send for send in world.sends() if send.participant_id == passage]
    assert (send.address, send.template, send.template_version, send.state) == ("new@example.org", "remind", 1, "QUEUED")
    assert send.origin_key == f"{passage}/remind"
    assert "sends" in world.rung


def event(event_id: str, endpoint_id: str, name: str = "bought") -> IncomingEvent:
    return IncomingEvent(event_id, name, endpoint_id=endpoint_id)
