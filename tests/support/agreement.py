"""One random journey, its people and what they do, travelled in three ways: imagined, on LocalClock, on Temporal's test server.

What happens to people is written into the database when its instant has come and not before, as ingestion does. Every queued mail is
accepted at once, as the simulator has it.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from temporalio.testing import WorkflowEnvironment

from engine.journey.facts import JsonObject, Zone
from engine.run.clock import Wake
from engine.run.enroll import EnrollRow
from engine.run.groups import Dispatcher
from engine.run.imagined import Person, ScriptedEvent
from engine.run.local_clock import LocalClock
from engine.run.people import EndpointChange, UserChange
from engine.run.simulate import simulate_person
from engine.run.stage import run_stage
from engine.store import events, installation
from engine.store.database import Database
from engine.store.ids import new_id
from engine.store.tables import groups, sends
from engine.temporal.clock import TemporalClock
from engine.temporal.worker import make_worker
from tests.support import random_journeys
from tests.support.random_journeys import START, Happening, RandomPerson
from tests.support.travel import PROJECT, World, compiled

#: Instants of journeys lie on whole minutes, those of events in between: nothing happens at the very moment of a wake.
OFF_THE_MINUTE = timedelta(seconds=30)
#: Every random journey has come to its end by then.
LONG_ENOUGH = timedelta(days=500)
#: What a wake may be late in the time of the server that skips it; a day would be a fault.
MOST_LATE = timedelta(hours=1)

#: Step, outcome and branch of each decision, in order.
Path = list[tuple[str | None, str, str | None]]


@dataclass(frozen=True)
class Scenario:
    """A journey and whom it meets, at an instant."""

    journey_id: str
    document: JsonObject
    people: tuple[RandomPerson, ...]
    histories: tuple[tuple[Happening, ...], ...]
    start: datetime = START

    def moved_to(self, start: datetime) -> Scenario:
        """The same at another time: every date in it moves along."""
        by = start - START
        people = tuple(replace(person, **_moved(vars(person), by)) for person in self.people)
        histories = tuple(tuple(_moved_event(happening, by) for happening in history) for history in self.histories)
        return replace(self, document=_moved(self.document, by), people=people, histories=histories, start=start)


def _moved(value: object, by: timedelta) -> object:
    """The same JSON with all dates moved by whole days; times of day stay."""
    text = json.dumps(value, default=lambda zone: {"zone": [zone.name, zone.source]})
    moved = re.sub(r"\b\d{4}-\d{2}-\d{2}", lambda found: (date.fromisoformat(found[0]) + timedelta(days=by.days)).isoformat(), text)
    return json.loads(moved, object_hook=lambda found: Zone(*found["zone"]) if set(found) == {"zone"} else found)


def _moved_event(happening: Happening, by: timedelta) -> Happening:
    attributes = _moved(happening.event.attributes, by)
    return replace(
        happening, event=replace(happening.event, occurred_at=happening.event.occurred_at + by + OFF_THE_MINUTE, attributes=attributes)
    )


def draw_scenarios(count: int, number: int) -> list[Scenario]:
    """Draw that many scenarios with different journeys; the same number draws the same. The first that are drawn are dull, so many are."""
    drawn: dict[str, tuple[JsonObject, list[tuple[RandomPerson, tuple[Happening, ...]]]]] = {}

    @seed(number)
    @settings(max_examples=6 * count, database=None, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck))
    @given(random_journeys.journeys(), st.lists(st.tuples(random_journeys.people, random_journeys.histories()), min_size=3, max_size=3))
    def collect(document: JsonObject, people: list[tuple[RandomPerson, tuple[Happening, ...]]]) -> None:
        drawn[json.dumps(document)] = (document, people)

    collect()
    longest = sorted(drawn.values(), key=lambda pair: len(json.dumps(pair[0])))[-count:]
    return [_scenario(f"journey-{number}-{index}", document, people) for index, (document, people) in enumerate(longest)]


def _scenario(journey_id: str, document: JsonObject, people: Sequence[tuple[RandomPerson, tuple[Happening, ...]]]) -> Scenario:
    named = tuple(replace(person, id=f"{journey_id}-{index}") for index, (person, _) in enumerate(people))
    return Scenario(journey_id, document, named, tuple(history for _, history in people))


# --- imagined ---------------------------------------------------------------------------------------------------------


def imagine(scenario: Scenario) -> dict[str, Path]:
    """What the simulator says, by person."""
    plan = compiled(scenario.document, scenario.journey_id)
    paths = {}
    for person, history in zip(scenario.people, scenario.histories, strict=True):
        imagined = Person(person.id, person.attributes, person.user_attributes, person.context, person.zone, unit=f"user:{person.id}")
        happenings = [ScriptedEvent(happening.event.occurred_at, happening.name, happening.event.attributes) for happening in history]
        trace = simulate_person(plan, imagined, happenings, scenario.start)
        paths[person.id] = [(made.step_id, made.outcome, made.branch) for stage in trace.stages for made in stage.walked.decisions]
    return paths


# --- travelled --------------------------------------------------------------------------------------------------------


class Travelled:
    """Scenarios in a database, at whose clock things happen."""

    def __init__(self, database: Database, scenarios: Sequence[Scenario]) -> None:
        self.world = World(database)
        self.travel = replace(self.world.travel, ring=self._accept_all)
        self._lock = threading.Lock()
        self._to_come = {scenario.journey_id: sorted(_rows(scenario), key=lambda event: event["occurred_at"]) for scenario in scenarios}
        self._passages: dict[str, str] = {}
        self.world.time.at = scenarios[0].start
        for scenario in scenarios:
            self.world.publish(scenario.document, scenario.journey_id)
            results = self.world.enroll(*map(_row, scenario.people), journey_id=scenario.journey_id)
            self._passages |= {person.id: result.participant_id or "" for person, result in zip(scenario.people, results, strict=True)}

    def let_happen(self, now: datetime, journey_id: str | None = None) -> None:
        """Write down what has happened by now to the people of a journey, or of all."""
        with self._lock:
            happened = []
            for one in self._to_come if journey_id is None else [journey_id]:
                happened += [event for event in self._to_come[one] if event["occurred_at"] <= now]
                self._to_come[one] = [event for event in self._to_come[one] if event["occurred_at"] > now]
            if happened:
                with self.world.database.write() as connection:
                    events.insert_new(connection, happened)

    def journey_of(self, group_id: str) -> str:
        """The journey that a group travels."""
        with self.world.database.read() as connection:
            return connection.execute(select(groups.c.journey_id).where(groups.c.id == group_id)).scalar_one()

    def paths(self) -> dict[str, Path]:
        """What was decided, by person."""
        return {person: self.world.outcomes(passage) for person, passage in self._passages.items()}

    def _accept_all(self, topic: str) -> None:
        with self.world.database.write() as connection:
            connection.execute(update(sends).where(sends.c.state == "QUEUED").values(state="ACCEPTED"))


def _row(person: RandomPerson) -> EnrollRow:
    zone = person.zone.name if person.zone.source == "endpoint" else None
    user = UserChange(person.id, person.user_attributes)
    change = EndpointChange(person.id, f"{person.id}@example.org", person.attributes, time_zone=zone, user=user)
    return EnrollRow(change, context=person.context)


def _rows(scenario: Scenario) -> Iterator[events.EventRow]:
    for person, history in zip(scenario.people, scenario.histories, strict=True):
        for happening in history:
            yield {
                "project": PROJECT,
                "id": new_id(),
                "event_id": f"{person.id}-{happening.event.id}",
                "name": happening.name,
                "unit": f"user:{person.id}",
                "endpoint_id": person.id,
                "occurred_at": happening.event.occurred_at,
                "received_at": happening.event.occurred_at,
                "attributes": happening.event.attributes,
            }


def travel_by_local_clock(database: Database, scenarios: Sequence[Scenario]) -> dict[str, Path]:
    """Travel all scenarios on virtual time, and say what was decided."""
    travelled = Travelled(database, scenarios)
    time, clock = travelled.world.time, LocalClock(travelled.travel, now=travelled.world.time.now)
    dispatcher = Dispatcher(travelled.travel, clock, now=time)
    travelled.let_happen(time.at)
    while dispatcher.dispatch_once():
        pass
    while (wake_at := clock.next_wake()) is not None:
        time.at = max(time.at, wake_at)
        travelled.let_happen(time.at)
        clock.run_due()
    return travelled.paths()


async def travel_by_temporal(environment: WorkflowEnvironment, database: Database, scenarios: Sequence[Scenario]) -> dict[str, Path]:
    """Travel all scenarios through workflows on a server that skips time, and say what was decided."""
    travelled = await asyncio.to_thread(Travelled, database, scenarios)
    await asyncio.to_thread(travelled.let_happen, scenarios[0].start)
    with database.read() as connection:
        installation_id = installation.read(connection).id
    clock = TemporalClock(environment.client, installation_id, asyncio.get_running_loop())
    dispatcher = Dispatcher(travelled.travel, clock, now=travelled.world.time)

    late: list[timedelta] = []

    def stage(*, due: datetime, scheduled_at: datetime, project: str, group_id: str, generation: int) -> Wake | None:
        """Take everybody for punctual: while nobody waits, that server's clock goes on with ours, and how far is this machine's affair."""
        late.append(scheduled_at - due)
        travelled.let_happen(due, travelled.journey_of(group_id))
        return run_stage(travelled.travel, project=project, group_id=group_id, due=due, scheduled_at=due, generation=generation)

    async with make_worker(environment.client, installation_id, PROJECT, stage):
        while await asyncio.to_thread(dispatcher.dispatch_once):
            pass
        await environment.sleep(LONG_ENOUGH)
    assert max(late) < MOST_LATE
    return travelled.paths()


async def next_hour(environment: WorkflowEnvironment) -> datetime:
    """Let the server's time come to a moment after a full day at noon, the time of day of `START`, and return it."""
    now = await environment.get_current_time()
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
    await environment.sleep(noon - now + timedelta(seconds=1))
    return noon


@contextmanager
def named(scenario: Scenario) -> Iterator[None]:
    """Show the scenario with whatever fails."""
    try:
        yield
    except AssertionError as error:
        error.add_note(json.dumps(scenario.document, indent=1))
        raise
