"""The worker: does stages, forms groups of whoever is ready, and the chores. Any number of them may run, on any number of machines."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from engine.errors import EngineError, UnavailableError
from engine.roles.chores import repeat
from engine.roles.process import work
from engine.roles.settings import Settings
from engine.roles.wiring import agree_on_clock, open_database, open_home, open_travel, temporal_address
from engine.run.clock import READY_TOPIC, Clock
from engine.run.counts import fold_once
from engine.run.groups import GATHER_SECONDS, GROUP_SIZE, Dispatcher, Formed, people_in
from engine.run.local_clock import LocalClock
from engine.run.retention import forget_answers, forget_old
from engine.run.stage import Travel, run_stage
from engine.run.sweeper import sweep_once
from engine.store import installation
from engine.store.doorbell import Doorbell, open_doorbell
from engine.temporal.clock import TemporalClock
from engine.temporal.connection import Client, TemporalAddress, connect
from engine.temporal.worker import CONCURRENT_STAGES, make_worker

#: A dispatcher looks by itself this often, should a ring be lost.
POLL_SECONDS = 1.0
#: After a fault of the world, before the next try.
PAUSE_SECONDS = 1.0
#: How often new projects are looked for, each of which has a task queue of its own.
PROJECTS_SECONDS = 10.0
SWEEP_SECONDS = 2.0
#: One stage decides while another writes. SQLite has one writer, who gives up the interpreter lock at each row and gets it back behind
#: everybody who decides: with 8 at once, writing took five times as long (measured).
STAGES_ON_SQLITE = 2
#: Batches that are walked to their first wait and started while the next one is formed: Temporal takes some 40 ms for a start.
STARTING_AT_ONCE = 2
#: Totals are behind by this much; the canvas looks every few seconds.
FOLD_SECONDS = 0.5
FORGET_SECONDS = 3600.0

log = structlog.get_logger()


def main(settings: Settings) -> None:
    """Work until told to stop."""
    work("worker", lambda: _work(settings))


async def _work(settings: Settings) -> None:
    database = open_database(settings)
    doorbell = open_doorbell(settings.database, open_home(settings).doorbell)
    travel = open_travel(settings, database, doorbell.ring)
    row = agree_on_clock(database, settings, "temporal" if settings.temporal_address else None)
    try:
        async with asyncio.TaskGroup() as tasks:
            if row.clock == "temporal":
                started = await _start_temporal(tasks, travel, temporal_address(settings), row.id)
            else:
                started = _start_local_clock(tasks, travel)
            tasks.create_task(_dispatch(Dispatcher(travel, started.clock), doorbell, started.dispatched))
            _start_chores(tasks, travel, started.clock, settings.retention_days)
    finally:
        await doorbell.close()
        database.close()


@dataclass(frozen=True, slots=True)
class _Started:
    """A clock, and what to call when groups have been given to it."""

    clock: Clock
    dispatched: Callable[[], None]


async def _start_temporal(tasks: asyncio.TaskGroup, travel: Travel, address: TemporalAddress, installation_id: str) -> _Started:
    client = await _connect_patiently(address)
    tasks.create_task(_poll_projects(travel, client, installation_id))
    # The same client as the worker's: so a group's first task comes with the answer to its start.
    return _Started(TemporalClock(client, installation_id, asyncio.get_running_loop()), lambda: None)


async def _connect_patiently(address: TemporalAddress) -> Client:
    """Connect to a server that may not be up yet. Once connected, the library reconnects by itself."""
    while True:
        try:
            client = await connect(address)
        except UnavailableError as error:
            log.warning("temporal_away", address=address.target, error=str(error))
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            log.info("temporal_connected", address=address.target)
            return client


def _start_local_clock(tasks: asyncio.TaskGroup, travel: Travel) -> _Started:
    log.warning("local_clock", meaning="there is no Temporal: this process wakes people, and nothing but the database outlives it")
    clock = LocalClock(travel)
    rung = threading.Event()

    def wait(seconds: float) -> None:
        rung.wait(seconds)
        rung.clear()

    tasks.create_task(_wake_by_local_clock(clock, wait))
    return _Started(clock, rung.set)


async def _wake_by_local_clock(clock: LocalClock, wait: Callable[[float], None]) -> None:
    stopping = threading.Event()
    try:
        while True:
            try:
                await asyncio.to_thread(clock.work, stopping.is_set, wait)
            except EngineError as error:
                log.warning("local_clock_paused", error=str(error))
                await asyncio.sleep(PAUSE_SECONDS)
    finally:
        stopping.set()


def _start_chores(tasks: asyncio.TaskGroup, travel: Travel, clock: Clock, retention_days: int | None) -> None:
    tasks.create_task(repeat("sweep", SWEEP_SECONDS, partial(_sweep, travel, clock)))
    tasks.create_task(repeat("fold", FOLD_SECONDS, partial(_fold, travel)))
    tasks.create_task(repeat("forget answers", FORGET_SECONDS, partial(forget_answers, travel.database)))
    if retention_days is not None:
        tasks.create_task(repeat("forget", FORGET_SECONDS, partial(forget_old, travel.database, travel.plans, days=retention_days)))


def _sweep(travel: Travel, clock: Clock) -> None:
    """Start again what should travel; say loudly what is overdue all the same."""
    swept = sweep_once(travel.database, clock, ring=travel.ring)
    if swept.restarted:
        log.warning("groups_started_again", count=len(swept.restarted))
    if swept.overdue:
        log.error("groups_overdue", count=len(swept.overdue), first=swept.overdue[0], hint="`wend doctor` says more")


def _fold(travel: Travel) -> None:
    while fold_once(travel.database):
        pass


async def _dispatch(dispatcher: Dispatcher, doorbell: Doorbell, dispatched: Callable[[], None]) -> None:
    """Form groups: at once when somebody comes after a silence, by full groups under load. Those formed before start meanwhile."""
    room = asyncio.Semaphore(STARTING_AT_ONCE)
    async with asyncio.TaskGroup() as starting:
        while True:
            await room.acquire()
            try:
                formed = await asyncio.to_thread(dispatcher.form)
            except UnavailableError as error:
                room.release()
                log.warning("dispatch_paused", error=str(error))
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            if not formed:
                room.release()
                await doorbell.wait(READY_TOPIC, POLL_SECONDS)
                continue
            starting.create_task(_start(dispatcher, formed, dispatched)).add_done_callback(lambda _: room.release())
            if people_in(formed) < GROUP_SIZE:
                await asyncio.sleep(GATHER_SECONDS)


async def _start(dispatcher: Dispatcher, formed: Sequence[Formed], dispatched: Callable[[], None]) -> None:
    try:
        await asyncio.to_thread(dispatcher.start, formed)
    except UnavailableError as error:  # they are written down: the sweeper starts them
        log.warning("groups_not_started", count=len(formed), error=str(error))
    dispatched()


async def _poll_projects(travel: Travel, client: Client, installation_id: str) -> None:
    """Poll every project's task queue. What ends a poller for good ends this process, and `wend up` starts another."""
    known: set[str] = set()
    stages = STAGES_ON_SQLITE if travel.database.is_sqlite else CONCURRENT_STAGES
    async with asyncio.TaskGroup() as polling:
        while True:
            projects = await asyncio.to_thread(_read_projects, travel)
            for project in projects - known:
                worker = make_worker(client, installation_id, project, partial(run_stage, travel), concurrent_stages=stages)
                polling.create_task(worker.run())
            known |= projects
            await asyncio.sleep(PROJECTS_SECONDS)


def _read_projects(travel: Travel) -> set[str]:
    with travel.database.read() as connection:
        return set(installation.list_projects(connection))


if __name__ == "__main__":
    from engine.roles.settings import read_settings

    main(read_settings())
