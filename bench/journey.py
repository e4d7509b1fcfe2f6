"""100,000 people through entry, a wait of a second, a split and an A/B test, on a real Temporal server: people a second, end to end.

On SQLite, then on PostgreSQL (durable, otherwise as it comes), which shares the cores.

Usage: python -m bench.journey [people]
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import select, text

from bench.figures import Figure, report
from bench.journeys import path_without_mail, people
from bench.processes import Usage, machine_busy_seconds, usage_of
from bench.stand import PROJECT, Stand, standing
from engine.roles.process import calm_collector
from engine.run.enroll import EnrollRow, enroll
from engine.run.groups import GROUP_SIZE
from engine.run.plans import Plans
from engine.store.doorbell import open_doorbell
from engine.store.tables import participants
from tests.support.postgresql import start_postgresql

JOURNEY = "path"
PEOPLE = 100_000
#: Rows of one call, as the REST route takes them.
CALL_ROWS = 10_000
PATIENCE_SECONDS = 600.0
#: Whether somebody is still inside is asked this often: asking costs a processor that those inside need.
LOOK_EVERY_SECONDS = 0.1
#: What is promised.
PROMISED_PER_SECOND = 5_000


@dataclass(frozen=True, slots=True)
class Trip:
    """How long it took, and what it cost."""

    enroll_seconds: float
    total_seconds: float
    used: dict[str, Usage]
    #: Processor seconds of other programs of this machine, and of nobody.
    others_seconds: float
    idle_seconds: float


def main(count: int = PEOPLE) -> int:
    """Measure and report: on SQLite, which the promise is about, then on PostgreSQL."""
    rows = list(people(count))
    calm_collector()
    figures = measure(rows)
    with start_postgresql(durable=True) as server:
        if server is None:
            print("PostgreSQL is not installed: it is left out", file=sys.stderr)
        else:
            figures += measure(rows, f"{server}/postgres")
    return report("journey", figures)


def measure(rows: list[EnrollRow], database_url: str | None = None) -> list[Figure]:
    """Let people through on a fresh installation; SQLite where no URL is given."""
    name, promised = ("SQLite", PROMISED_PER_SECOND) if database_url is None else ("PostgreSQL", None)
    print(f"{len(rows):,} people on {name}", file=sys.stderr)
    with standing(["worker"], **({} if database_url is None else {"database_url": database_url})) as stand:
        stand.publish(JOURNEY, path_without_mail("PT1S"))
        warm_up(stand)
        if database_url is not None:
            gather_statistics(stand)
        trip = travel(stand, rows)
    cpu = sum(used.cpu_seconds for used in trip.used.values())
    others = "PostgreSQL and other programs" if database_url else "other programs"
    return [
        Figure(f"{name}: {len(rows):,} people, enrolled and through", len(rows) / trip.total_seconds, "people/s", promised),
        Figure(f"{name}: of which enrolling, while the others travel", len(rows) / trip.enroll_seconds, "people/s"),
        Figure(f"{name}: from the first enrolled to the last through", trip.total_seconds, "s"),
        *(Figure(f"{name}: CPU per person, {who}", used.cpu_seconds / len(rows) * 1e6, "µs") for who, used in trip.used.items()),
        Figure(f"{name}: cores used", cpu / trip.total_seconds, "cores"),
        Figure(f"{name}: cores used by {others} meanwhile", trip.others_seconds / trip.total_seconds, "cores"),
        Figure(f"{name}: cores idle", trip.idle_seconds / trip.total_seconds, "cores"),
    ]


def warm_up(stand: Stand) -> None:
    """Let a few people through first: connections, plans and statements are at hand from then on."""
    travel(stand, list(people(GROUP_SIZE, start=9_000_000)))


def gather_statistics(stand: Stand) -> None:
    """Tell PostgreSQL's planner how the tables look, as its own autovacuum does within the first minute; SQLite is told by us."""
    with stand.database.write() as connection:
        connection.execute(text("ANALYZE"))


def travel(stand: Stand, rows: list[EnrollRow]) -> Trip:
    """Enroll people and wait until nobody is inside."""
    plans = Plans(stand.database)
    doorbell = open_doorbell(stand.settings.database, stand.home.doorbell)
    before, machine_before = _usage(stand), machine_busy_seconds()
    began = time.perf_counter()
    waiting = iter(rows)
    while batch := list(islice(waiting, CALL_ROWS)):
        results = enroll(stand.database, plans, PROJECT, JOURNEY, batch, ring=doorbell.ring)
        assert all(result.status == "enrolled" for result in results), results[0]
    enrolled = time.perf_counter()
    stand.wait_until(lambda: not _is_anybody_inside(stand), "everybody is through", PATIENCE_SECONDS, LOOK_EVERY_SECONDS)
    ended = time.perf_counter()
    after, machine_after = _usage(stand), machine_busy_seconds()
    used = {
        name: Usage(after[name].cpu_seconds - (before[name].cpu_seconds if name in before else 0), after[name].peak_megabytes)
        for name in after
    }
    busy, idle = (late - early for early, late in zip(machine_before, machine_after, strict=True))
    others = busy - sum(one.cpu_seconds for one in used.values())
    return Trip(enrolled - began, ended - began, used, others, idle)


def _is_anybody_inside(stand: Stand) -> bool:
    """Whether somebody still travels; asked of an index, so that asking costs nothing."""
    inside = select(participants.c.id).where(participants.c.project == PROJECT, participants.c.journey_id == JOURNEY)
    with stand.database.read() as connection:
        return connection.scalar(inside.where(participants.c.ended_at.is_(None)).limit(1)) is not None


def _usage(stand: Stand) -> dict[str, Usage]:
    return {**stand.usage(), "enrolling": usage_of(os.getpid())}


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
