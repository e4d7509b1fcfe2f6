"""Forming groups: of what is there, by due, each person once; written before they are started; clocks can hand people over."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select

from engine.errors import UnavailableError
from engine.run.clock import GroupStart
from engine.run.groups import GROUP_SIZE, Dispatcher, Formed, people_in
from engine.store.database import Database
from engine.store.tables import groups
from tests.support.interposed import Interposed
from tests.support.travel import START, WELCOME, World, journey, row

AT_ONCE = journey("greet", greet={"type": "email", "template": "greet"})


class Recorder:
    """A clock that starts what it is given, and may be unable to."""

    def __init__(self, *, able: bool = True) -> None:
        self.started: list[GroupStart] = []
        self.able = able

    def start_groups(self, starts: Sequence[GroupStart]) -> Collection[str]:
        self.started += starts if self.able else []
        return [start.group_id for start in starts] if self.able else []


def dispatcher(world: World, clock: Recorder, database: Database | None = None) -> Dispatcher:
    travel = world.travel if database is None else type(world.travel)(database, world.plans)
    return Dispatcher(travel, clock, now=world.time)


def group_rows(world: World) -> Sequence:
    with world.database.read() as connection:
        return connection.execute(select(groups).order_by(groups.c.id)).all()


def test_dispatcher_takes_one_person_at_once_when_idle(world: World) -> None:
    world.publish(AT_ONCE)
    world.enroll_many(1)
    clock = Recorder()

    assert dispatcher(world, clock).dispatch_once() == 1

    [start] = clock.started
    assert (start.size, start.wake_at, start.journey_id, start.version) == (1, START, "welcome", 1)
    assert [group.state for group in group_rows(world)] == ["started"]
    assert dispatcher(world, clock).dispatch_once() == 0


def test_dispatcher_forms_full_groups_under_load_in_order_of_due(world: World) -> None:
    world.publish(AT_ONCE)
    early = world.enroll_many(GROUP_SIZE + 30)
    clock = Recorder()

    mine = dispatcher(world, clock)

    assert [mine.dispatch_once() for _ in range(3)] == [GROUP_SIZE, 30, 0]
    assert sorted(start.size for start in clock.started) == [30, GROUP_SIZE]
    full = next(start for start in clock.started if start.size == GROUP_SIZE)
    assert {one.id for one in world.rows(group_id=full.group_id)} == set(early[:GROUP_SIZE])


def test_dispatcher_keeps_journeys_and_versions_apart(world: World) -> None:
    world.publish(AT_ONCE)
    world.enroll_many(2)
    world.publish({**AT_ONCE, "name": "Second"})
    world.enroll_many(3, journey_id="welcome", plan="pro")
    clock = Recorder()
    world.publish(AT_ONCE, journey_id="other")
    world.enroll_many(4, journey_id="other")

    dispatcher(world, clock).dispatch_once()

    found = sorted((start.journey_id, start.version, start.size) for start in clock.started)
    assert found == [("other", 1, 4), ("welcome", 1, 2), ("welcome", 2, 1)]


def test_dispatcher_gives_a_journey_that_starts_with_a_wait_its_first_due(world: World) -> None:
    world.publish(WELCOME)
    world.enroll_many(3)
    clock = Recorder()

    dispatcher(world, clock).dispatch_once()

    [start] = clock.started
    assert start.wake_at == START + timedelta(hours=1)
    assert start.wake_label == "settle until 2027-01-04T10:00:00+00:00"
    assert {(one.status, one.arrived_at) for one in world.rows()} == {("waiting", START)}


def test_dispatcher_starts_nothing_for_a_group_that_left_at_its_first_wait(world: World) -> None:
    past = journey("past", past={"type": "wait", "until": "2020-01-01T00:00:00Z"})
    world.publish(past)
    world.enroll_many(2)
    clock = Recorder()

    assert dispatcher(world, clock).dispatch_once() == 2

    assert clock.started == []
    assert {one.status for one in world.rows()} == {"finished"}
    assert [group.state for group in group_rows(world)] == ["ended"]


def test_two_dispatchers_never_take_the_same_person(world: World) -> None:
    world.publish(AT_ONCE)
    people = world.enroll_many(700)
    clocks = [Recorder() for _ in range(4)]
    gate = threading.Barrier(4)

    def work(clock: Recorder) -> int:
        mine, taken = dispatcher(world, clock), 0
        gate.wait()
        while count := mine.dispatch_once():
            taken += count
        return taken

    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(work, clocks))

    assert sum(taken) == len(people)
    assert sum(start.size for clock in clocks for start in clock.started) == len(people)
    assert all(one.group_id is not None for one in world.rows())


def test_dispatcher_passes_over_those_whom_another_one_is_taking(world: World) -> None:
    world.publish(AT_ONCE)
    world.enroll_many(5)
    first, second = Recorder(), Recorder()
    taken: list[int] = []
    interposed = Interposed(world.database)
    if not world.database.is_sqlite:  # SQLite's second dispatcher waits for the first instead
        interposed.before_commit = [lambda: taken.append(dispatcher(world, second).dispatch_once())]

    assert dispatcher(world, first, interposed).dispatch_once() == 5

    assert second.started == []
    assert taken in ([], [0])


def test_group_is_written_before_it_is_started(world: World) -> None:
    world.publish(AT_ONCE)
    world.enroll_many(3)
    seen: list[str] = []

    class Looking(Recorder):
        def start_groups(self, starts: Sequence[GroupStart]) -> Collection[str]:
            seen.extend(group.state for group in group_rows(world))
            return super().start_groups(starts)

    dispatcher(world, Looking()).dispatch_once()

    assert seen == ["formed"]


def test_dispatcher_forms_the_next_groups_while_those_before_start(world: World) -> None:
    world.publish(WELCOME)
    world.enroll_many(3)
    later: list[str] = []

    class Slow(Recorder):
        def start_groups(self, starts: Sequence[GroupStart]) -> Collection[str]:
            later.extend(result.participant_id or "" for result in world.enroll(row("late"), row("later")))
            overtaking.extend(mine.form())
            return super().start_groups(starts)

    clock, overtaking = Slow(), list[Formed]()
    mine = dispatcher(world, clock)
    mine.start(mine.form())
    mine.confirm()

    assert people_in(overtaking) == 2
    assert {person.id for group in overtaking for person in group.people} == set(later)
    assert [group.state for group in group_rows(world)] == ["started", "formed"]


def test_dispatcher_takes_no_turn_of_its_own_to_write_that_groups_have_started(world: World) -> None:
    world.publish(WELCOME)
    interposed = Interposed(world.database)
    mine = dispatcher(world, Recorder(), interposed)

    world.enroll_many(3)
    mine.start(mine.form())
    first = (interposed.writes, [group.state for group in group_rows(world)])
    world.enroll(row("late"))
    mine.start(mine.form())
    second = (interposed.writes, [group.state for group in group_rows(world)])
    assert mine.form() == []

    assert first == (2, ["formed"])  # forming, and the walk to the wait
    assert second == (4, ["started", "formed"])
    assert [group.state for group in group_rows(world)] == ["started", "started"]


def test_group_that_could_not_be_started_stays_formed(world: World) -> None:
    world.publish(AT_ONCE)
    world.enroll_many(3)

    dispatcher(world, Recorder(able=False)).dispatch_once()

    assert [group.state for group in group_rows(world)] == ["formed"]
    assert {one.status for one in world.rows()} == {"ready"}


def test_dispatcher_starts_a_group_whose_first_stage_failed_for_the_world_s_fault(world: World) -> None:
    world.publish(WELCOME)
    world.enroll_many(2)
    clock, interposed = Recorder(), Interposed(world.database)

    def away() -> None:
        raise UnavailableError("The database is away.")

    interposed.before_write = [lambda: None, away]
    dispatcher(world, clock, interposed).dispatch_once()

    assert [start.wake_at for start in clock.started] == [START]
    assert {one.status for one in world.rows()} == {"ready"}
