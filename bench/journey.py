"""100,000 people through entry, a wait of a second, a split and an A/B test, on a real Temporal server: people a second, end to end.

Usage: python -m bench.journey [people]
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import select

from bench.figures import Figure, report
from bench.journeys import path_without_mail, people
from bench.processes import Usage, machine_busy_seconds, usage_of
from bench.stand import PROJECT, Stand, standing
from engine.roles.process import calm_collector
from engine.run.enroll import EnrollRow, enroll
from engine.run.plans import Plans
from engine.store.doorbell import SocketDoorbell
from engine.store.tables import participants

JOURNEY = "path"
PEOPLE = 100_000
#: Rows of one call, as the REST route takes them.
CALL_ROWS = 10_000
PATIENCE_SECONDS = 600.0
#: DESIGN.md section 7.
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
    """Measure and report."""
    rows = list(people(count))
    calm_collector()
    with standing(["worker"]) as stand:
        stand.publish(JOURNEY, path_without_mail("PT1S"))
        warm_up(stand)
        trip = travel(stand, rows)
    cpu = sum(used.cpu_seconds for used in trip.used.values())
    return report(
        "journey",
        [
            Figure(f"{count:,} people, enrolled and through", count / trip.total_seconds, "people/s", PROMISED_PER_SECOND),
            Figure("of which enrolling, while the others travel", count / trip.enroll_seconds, "people/s"),
            Figure("from the first enrolled to the last through", trip.total_seconds, "s"),
            *(Figure(f"CPU per person: {name}", used.cpu_seconds / count * 1e6, "µs") for name, used in trip.used.items()),
            Figure("cores used", cpu / trip.total_seconds, "cores"),
            Figure("cores used by other programs meanwhile", trip.others_seconds / trip.total_seconds, "cores"),
            Figure("cores idle", trip.idle_seconds / trip.total_seconds, "cores"),
        ],
    )


def warm_up(stand: Stand) -> None:
    """Let a few people through first: connections, plans and statements are at hand from then on."""
    travel(stand, list(people(500, start=9_000_000)))


def travel(stand: Stand, rows: list[EnrollRow]) -> Trip:
    """Enroll people and wait until nobody is inside."""
    plans = Plans(stand.database)
    doorbell = SocketDoorbell(stand.home.doorbell)
    before, machine_before = _usage(stand), machine_busy_seconds()
    began = time.perf_counter()
    waiting = iter(rows)
    while batch := list(islice(waiting, CALL_ROWS)):
        results = enroll(stand.database, plans, PROJECT, JOURNEY, batch, ring=doorbell.ring)
        assert all(result.status == "enrolled" for result in results), results[0]
    enrolled = time.perf_counter()
    stand.wait_until(lambda: not _is_anybody_inside(stand), "everybody is through", PATIENCE_SECONDS)
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
    import os

    return {**stand.usage(), "enrolling": usage_of(os.getpid())}


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
