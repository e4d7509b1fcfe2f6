"""What `wend doctor` says: which process runs where, how each part fares, and what is wrong with the way out. Changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.errors import EngineError
from engine.roles.home import Home, Running, is_alive
from engine.roles.settings import Settings
from engine.roles.wiring import temporal_address
from engine.run.keys import DEFAULT_PROJECT
from engine.run.sweeper import ALARM_AFTER
from engine.store import domain_backoffs, groups, installation, send_queries, totals
from engine.store.database import Connection, Database
from engine.store.installation import Installation
from engine.store.migrate import read_state
from engine.store.send_queries import SendFilter
from engine.temporal.connection import TemporalAddress
from engine.temporal.probe import probe

#: Of everything that is wrong, so many are named.
MOST_NAMED = 10
#: Whoever is ready for longer has nobody who dispatches; a dispatcher looks every second.
READY_FOR = timedelta(seconds=15)
#: A send that is due for longer has no sender, or one that does not keep up.
QUEUED_FOR = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    #: Which part of the installation.
    part: str
    #: What was found, in one sentence.
    detail: str
    is_wrong: bool = False
    #: The way out, where something is wrong.
    hint: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; what is away is a finding like any other."""
    home = Home(settings.home.absolute())
    if settings.database_url is None and not home.folder.is_dir():
        return [Finding("home", f"There is no data folder {home.folder}.", True, "`wend up` makes it; WEND_HOME names another.")]
    running = home.read_running()
    found = list(_processes(home, running))
    try:
        with closing(Database(settings.database)) as database:
            found += _database(settings, database, running)
    except EngineError as error:
        found.append(Finding("database", error.message, True, error.hint))
    return found


def _processes(home: Home, running: Running | None) -> Iterator[Finding]:
    if running is None:
        yield Finding("processes", f"No `wend up` works on {home.folder}; what was started by other means is not known here.")
        return
    yield Finding("processes", f"`wend up` is process {running.pid}, at {running.url}.")
    for name, pid in running.processes.items():
        if is_alive(pid):
            yield Finding(name, f"Process {pid}.")
        else:
            yield Finding(name, f"Process {pid} is gone.", True, f"`wend up` starts it again; {home.logs / name}.log says why it ended.")


def _database(settings: Settings, database: Database, running: Running | None) -> Iterator[Finding]:
    state = read_state(database)
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    if not state.is_current:
        yield Finding("database", f"{kind}, schema {state.current or 'missing'}, not {state.wanted}.", True, "Run `wend migrate`.")
        return
    yield Finding("database", f"{kind}, schema {state.current}.")
    with database.write() as connection:
        row = installation.ensure(connection)
    yield from _clock(settings, row, running)
    with database.read() as connection:
        now = installation.read_now(connection)
        yield from _people(connection, now)
        yield from _sends(connection, now)


def _clock(settings: Settings, row: Installation, running: Running | None) -> Iterator[Finding]:
    if row.clock is None:
        yield Finding("clock", "Nobody has chosen one yet.", True, "`wend up` does, or a worker with TEMPORAL_ADDRESS or WEND_CLOCK=local.")
        return
    yield Finding("clock", f"{row.clock}, generation {row.clock_generation}.")
    if row.clock == "local":
        yield Finding("clock", "People are woken by a worker, not by Temporal.", hint="`wend migrate --clock temporal` moves them.")
        return
    yield from _temporal(settings, row, running)


def _temporal(settings: Settings, row: Installation, running: Running | None) -> Iterator[Finding]:
    try:
        if settings.temporal_address is None and running is not None and running.temporal_address is not None:
            address = TemporalAddress(running.temporal_address, settings.temporal_namespace)
        else:
            address = temporal_address(settings)
        state = asyncio.run(probe(address, row.id, DEFAULT_PROJECT))
    except EngineError as error:
        yield Finding("temporal", error.message, True, error.hint)
        return
    ui = f", its UI at {running.temporal_ui}" if running is not None and running.temporal_ui else ""
    yield Finding("temporal", f"Server {state.server_version} at {address.target}, namespace {address.namespace}{ui}.")
    if state.workers:
        yield Finding("temporal", f"Workers on the queue: {', '.join(state.workers)}.")
    else:
        yield Finding("temporal", "No worker has polled its queue within five minutes.", True, "Start `wend worker`; people wait for it.")


def _people(connection: Connection, now: datetime) -> Iterator[Finding]:
    counts: dict[str, int] = {}
    for (_, _, status), count in totals.people_by_status(connection).items():
        counts[status] = counts.get(status, 0) + count
    yield Finding("people", _listed(counts) or "Nobody is travelling.")
    ready_since = totals.oldest_ready(connection)
    if ready_since is not None and now - ready_since > READY_FOR:
        yield Finding("people", f"Somebody is ready since {_instant(ready_since)}, and no worker takes them.", True, "Start `wend worker`.")
    late = groups.overdue(connection, now - ALARM_AFTER, MOST_NAMED + 1)
    for group in late[:MOST_NAMED]:
        detail = f"Group {group.id} of {group.journey_id} was due {_instant(group.wake_at)} and has not moved."
        yield Finding("people", detail, True, "Look at its workflow in Temporal's UI, and into the worker's log.")
    for person in totals.list_blocked(connection, MOST_NAMED):
        detail = f"Participant {person.id} is blocked at {person.journey_id}/{person.step_id}: {person.error}"
        yield Finding("people", detail, True, f"POST /v1/participants/{person.id}/retry once it is mended, or DELETE lets them go.")


def _sends(connection: Connection, now: datetime) -> Iterator[Finding]:
    counts: dict[str, int] = {}
    for (_, _, state), count in totals.sends_by_state(connection).items():
        counts[state] = counts.get(state, 0) + count
    yield Finding("sends", _listed(counts) or "Nothing waits to be sent.")
    queued_since = totals.oldest_queued(connection)
    if queued_since is not None and now - queued_since > QUEUED_FOR:
        yield Finding("sends", f"A send is due since {_instant(queued_since)}.", True, "Is `wend sender` running, and the relay answering?")
    for domain, backoff in sorted(domain_backoffs.read_all(connection).items()):
        if backoff.until > now:
            yield Finding("sends", f"Mail to {domain} pauses until {_instant(backoff.until)}: {backoff.reason or 'it deferred'}.")
    for send in send_queries.page(connection, DEFAULT_PROJECT, SendFilter(state="UNKNOWN"), limit=MOST_NAMED):
        detail = f"Send {send.id} is UNKNOWN since {_instant(send.changed_at)}: it may have been delivered, or not."
        yield Finding("sends", detail, True, f'POST /v1/sends/{send.id}/resolve says which; see "UNKNOWN" in the docs.')


def _listed(counts: dict[str, int]) -> str:
    listed = ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items()))
    return f"{listed}." if listed else ""


def _instant(at: datetime | None) -> str:
    return "at an unknown time" if at is None else at.isoformat(timespec="seconds")
