"""Enrolling: rows a second within a process and through the REST route, beside a bare insert of the same rows.

Usage: python -m bench.enroll [people]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import httpx
import orjson

from bench.bare import Bare
from bench.figures import Figure, report
from bench.journeys import as_json, path_without_mail, people
from bench.processes import usage_of
from bench.stand import PROJECT, Stand, standing
from engine.roles.process import calm_collector
from engine.run.enroll import EnrollRow, enroll
from engine.run.plans import Plans

JOURNEY = "path"
PEOPLE = 50_000
#: What the route takes at most.
CALL_ROWS = 10_000


def main(count: int = PEOPLE) -> int:
    """Measure and report. Nobody travels meanwhile: there is no worker."""
    first, second = list(people(count)), list(people(count, start=count))
    bodies = [orjson.dumps({"participants": [as_json(row) for row in call]}) for call in _calls(second)]
    calm_collector()
    with standing(["api"]) as stand, tempfile.TemporaryDirectory() as folder:
        stand.publish(JOURNEY, path_without_mail("P1D"))
        _enroll(stand, list(people(1_000, start=9_000_000)))  # plans, statements and connections are at hand from then on
        inside = _enroll(stand, first)
        bare = count / Bare(stand.home.folder / "wend.db", Path(folder)).insert("endpoints", "participants")
        with stand.client() as client:
            cpu_before = usage_of(stand.processes["api"].pid).cpu_seconds
            outside = count / _post(client, bodies)
        cpu = usage_of(stand.processes["api"].pid).cpu_seconds - cpu_before
    return report(
        "enroll",
        [
            Figure("within a process", inside, "rows/s"),
            Figure(f"by REST, {CALL_ROWS:,} rows a call, one call at a time", outside, "rows/s"),
            Figure("bare insert of the same rows", bare, "rows/s"),
            Figure("within a process, of the bare insert", inside / bare, ""),
            Figure("by REST, of the bare insert", outside / bare, ""),
            Figure("CPU of the API per row", cpu / count * 1e6, "µs"),
        ],
    )


def _enroll(stand: Stand, rows: Sequence[EnrollRow]) -> float:
    """Enroll people in calls of the usual size; return rows a second."""
    plans = Plans(stand.database)
    began = time.perf_counter()
    for call in _calls(rows):
        results = enroll(stand.database, plans, PROJECT, JOURNEY, call)
        assert all(result.status == "enrolled" for result in results), results[0]
    return len(rows) / (time.perf_counter() - began)


def _post(client: httpx.Client, bodies: Sequence[bytes]) -> float:
    """Enroll by REST; return the seconds."""
    began = time.perf_counter()
    for body in bodies:
        answer = client.post(f"/v1/journeys/{JOURNEY}/participants", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 202, answer.text[:500]
        assert b'"status":"enrolled"' in answer.content[:200], answer.text[:500]
    return time.perf_counter() - began


def _calls(rows: Sequence[EnrollRow]) -> list[Sequence[EnrollRow]]:
    return [rows[start : start + CALL_ROWS] for start in range(0, len(rows), CALL_ROWS)]


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
