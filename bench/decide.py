"""What deciding costs: microseconds per step with its conditions and grounds, and compiling a journey of 1,000 steps.

Usage: python -m bench.decide [--profile]
"""

from __future__ import annotations

import cProfile
import json
import pstats
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bench.figures import Figure, report
from engine.journey.document import Journey, read_journey
from engine.journey.facts import Event, Facts, JsonObject, Participant, Zone
from engine.plan.compiler import compile_journey
from engine.plan.decide import decide
from engine.plan.plan import Plan, read_plan

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
#: Issue 3, section 2.
MOST_MICROSECONDS_PER_STEP = 20.0
MOST_COMPILE_MILLISECONDS = 50.0
STEPS = 1_000
ROUNDS = 15

KNOWN = Facts(
    attributes={"plan": "free", "score": 12, "tags": ["new", "mobile"], "trial_ends": "2026-04-01"},
    user_attributes={"country": "DE"},
    zone=Zone("Europe/Berlin", "endpoint"),
    events={"bought": tuple(Event(f"e{n}", NOON - timedelta(days=n), {"total": 10 * n}) for n in range(5))},
)
EXIT_WHEN: JsonObject = {"type": "event", "event": "account_closed", "since": "enrolled"}


def long_journey(count: int) -> dict[str, object]:
    """A journey of every step kind, each condition kind and each form of wait, `count` steps long."""
    steps: dict[str, object] = {}
    for index in range(count):
        onward = {"next": f"s{index + 1}"} if index + 1 < count else {}
        steps[f"s{index}"] = {**_step(index), **onward} if index % 10 != 3 else _split(onward)
    return {"format": 1, "name": "Long", "entry": {"type": "api"}, "exit_when": EXIT_WHEN, "start": "s0", "steps": steps}


def _step(index: int) -> dict[str, object]:
    match index % 10:
        case 0:
            return {"type": "wait", "for": "P1D"}
        case 4:
            return {"type": "wait", "until_local": {"time": "09:00", "weekdays": ["monday", "thursday"]}}
        case 7:
            return {"type": "wait", "until": "2026-03-01T00:00:00Z"}
        case 8:
            return {"type": "holdout", "percent": 1, "salt": "out"}
        case _:
            return {"type": "email", "template": f"t{index % 5}"}


def _split(onward: dict[str, str]) -> dict[str, object]:
    """Two branches that are asked in vain, a third that holds: nested, dates, lists, events with a `where`."""
    rich = {"type": "event_attribute", "name": "total", "op": "at_least", "value": 1_000}
    late = {"type": "attribute", "name": "trial_ends", "op": "within_next", "value": "P3D"}
    is_pro = {"type": "attribute", "name": "plan", "op": "is", "value": "pro"}
    here = {"type": "user_attribute", "name": "country", "op": "in", "value": ["AT", "CH", "DE"]}
    mobile = {"type": "attribute", "name": "tags", "op": "contains", "value": "mobile"}
    return {
        "type": "split",
        "branches": [
            {"id": "pro", "when": {"type": "any", "conditions": [is_pro, late]}, **onward},
            {"id": "rich", "when": {"type": "event", "event": "bought", "count": 2, "within": "P30D", "where": rich}, **onward},
            {"id": "here", "when": {"type": "all", "conditions": [here, {"type": "not", "condition": is_pro}, mobile]}, **onward},
        ],
        "else": onward,
    }


def read(document: dict[str, object]) -> Journey:
    """Read a document that has no problems."""
    journey, problems = read_journey(json.dumps(document))
    if journey is None:
        raise SystemExit(str(problems))
    return journey


def plan_of(journey: Journey) -> Plan:
    """Compile with every template at version 1."""
    return compile_journey("default", "long", journey, {f"t{number}": 1 for number in range(5)})


def walk(plan: Plan, unit: str) -> int:
    """Walk one person through the whole plan, wake by wake; returns the steps decided."""
    participant, now, steps = Participant("p", "default", "long", unit, NOON, plan.start), NOON, 0
    while True:
        walked = decide(plan, participant, KNOWN, now)
        steps += len(walked.decisions)
        standing = walked.standing
        due_at = getattr(standing, "due_at", None)
        if due_at is None:
            return steps
        now = due_at
        participant = Participant("p", "default", "long", unit, NOON, standing.step_id, standing.arrived_at, standing.basis)


def seconds(act: Callable[[], object]) -> float:
    """The fastest of several rounds, in seconds: the others measure who else was on the machine."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def per_step(plan: Plan, unit: str) -> float:
    """Microseconds per step decided."""
    steps = walk(plan, unit)
    return seconds(lambda: walk(plan, unit)) / steps * 1e6


def main() -> int:
    """Measure, and say whether the targets hold."""
    journey = read(long_journey(STEPS))
    plan = plan_of(journey)
    unit = next(f"user:{n}" for n in range(1_000) if walk(plan, f"user:{n}") > STEPS)  # not held out
    if "--profile" in sys.argv:
        with cProfile.Profile() as profile:
            for _ in range(20):
                walk(plan, unit)
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
        return 0
    splits = plan_of(read({**long_journey(1), "steps": {"s0": _split({})}}))
    return report(
        "decide",
        [
            Figure("decide, per step, conditions and grounds included", per_step(plan, unit), "µs", MOST_MICROSECONDS_PER_STEP, "at_most"),
            Figure("decide, a lone split with eight comparisons", per_step(splits, unit), "µs"),
            Figure("compile 1,000 steps", seconds(lambda: plan_of(journey)) * 1e3, "ms", MOST_COMPILE_MILLISECONDS, "at_most"),
            Figure("read a stored plan of 1,000 steps", seconds(lambda: read_plan(plan.text)) * 1e3, "ms"),
            Figure("read a document of 1,000 steps", seconds(lambda: read(long_journey(STEPS))) * 1e3, "ms"),
        ],
    )


if __name__ == "__main__":
    raise SystemExit(main())
