"""A journey published without ceremony, people enrolled in it, and a clock with virtual time: what the tests of travel stand on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from engine.journey.document import read_journey
from engine.plan.compiler import compile_journey
from engine.plan.plan import Plan
from engine.run.clock import Ring, silent
from engine.run.enroll import EnrollResult, EnrollRow, enroll
from engine.run.groups import Dispatcher
from engine.run.local_clock import LocalClock
from engine.run.people import EndpointChange, UserChange
from engine.run.plans import Plans
from engine.run.stage import Travel
from engine.store import installation, journeys, plans, versions
from engine.store.database import Database
from engine.store.tables import decisions, participants, sends

PROJECT = "default"
START = datetime(2027, 1, 4, 9, tzinfo=UTC)  # a Monday

#: Entry, a short wait, a split, an A/B test, end: the path of the promise of speed, with two emails.
WELCOME: Mapping[str, object] = {
    "format": 1,
    "name": "Welcome",
    "entry": {"type": "event", "event": "signed_up"},
    "re_entry": {"type": "always"},
    "start": "settle",
    "steps": {
        "settle": {"type": "wait", "for": "PT1H", "next": "plan"},
        "plan": {
            "type": "split",
            "branches": [
                {"id": "pro", "name": "Pro", "when": {"type": "attribute", "name": "plan", "op": "is", "value": "pro"}, "next": "thanks"}
            ],
            "else": {"next": "offer"},
        },
        "offer": {
            "type": "ab_test",
            "branches": [
                {"id": "discount", "name": "Discount", "weight": 50, "next": "discount"},
                {"id": "trial", "name": "Trial", "weight": 50, "next": "trial"},
            ],
        },
        "discount": {"type": "email", "template": "discount"},
        "trial": {"type": "email", "template": "trial"},
        "thanks": {"type": "email", "template": "thanks"},
    },
}


@dataclass
class VirtualTime:
    """A clock that tests move."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def __call__(self, connection: object) -> datetime:
        return self.at

    def go(self, **parts: float) -> None:
        self.at += timedelta(**parts)


@dataclass
class World:
    """One database with everything that travels in it, on virtual time."""

    database: Database
    time: VirtualTime = field(default_factory=VirtualTime)
    rung: list[str] = field(default_factory=list)
    travel_changes: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.database.write() as connection:
            installation.ensure(connection)
            installation.ensure_project(connection, PROJECT)
        self.plans = Plans(self.database)
        self.travel = Travel(self.database, self.plans, b"secret", "example.org", ring=self.rung.append, **self.travel_changes)
        self.clock = LocalClock(self.travel, now=self.time.now)
        self.dispatcher = Dispatcher(self.travel, self.clock, now=self.time)

    def publish(self, document: Mapping[str, object] = WELCOME, journey_id: str = "welcome", people: str = "finish") -> Plan:
        """Store a version as publishing does."""
        plan = compiled(document, journey_id)
        with self.database.write() as connection:
            before = versions.newest(connection, PROJECT, journey_id)
            number = 1 if before is None else before.number + 1
            text = json.dumps(document)
            plans.insert(connection, project=PROJECT, plan_hash=plan.hash, plan_format=plan.format, body=plan.text, now=self.time.at)
            versions.insert_version(
                connection, versions.VersionRow(PROJECT, journey_id, number, text, text, plan.hash, people, self.time.at)
            )
            event = plan.entry.event if plan.entry.type == "event" else None
            journeys.put(connection, journeys.LiveVersion(PROJECT, journey_id, number, event, journeys.LIVE, self.time.at))
        return plan

    def enroll(self, *rows: EnrollRow, journey_id: str = "welcome", ring: Ring = silent) -> list[EnrollResult]:
        """Enroll rows now."""
        return enroll(self.database, self.plans, PROJECT, journey_id, rows, now=self.time, ring=ring)

    def enroll_many(self, count: int, *, journey_id: str = "welcome", **attributes: object) -> list[str]:
        """Enroll that many new people and return their passages."""
        rows = [row(f"person-{number}", **attributes) for number in range(count)]
        return [result.participant_id or "" for result in self.enroll(*rows, journey_id=journey_id)]

    def dispatch(self) -> int:
        """Dispatch everybody who is ready."""
        dispatched = 0
        while count := self.dispatcher.dispatch_once():
            dispatched += count
        return dispatched

    def settle(self) -> None:
        """Dispatch and run everything that is due now."""
        while self.dispatch() or self.clock.run_due():
            pass

    def live_through(self, until: datetime) -> None:
        """Let time pass, from wake to wake."""
        self.settle()
        while (wake_at := self.clock.next_wake()) is not None and wake_at <= until:
            self.time.at = max(self.time.at, wake_at)
            self.settle()
        self.time.at = until

    def rows(self, **where: object) -> Sequence:
        """Participants' rows, by id."""
        statement = select(participants).order_by(participants.c.id)
        for name, value in where.items():
            statement = statement.where(participants.c[name] == value)
        with self.database.read() as connection:
            return connection.execute(statement).all()

    def row(self, participant_id: str):
        """One participant's row."""
        [found] = self.rows(id=participant_id)
        return found

    def outcomes(self, participant_id: str) -> list[tuple[str | None, str, str | None]]:
        """Step, outcome and branch of a passage's decisions, in order."""
        statement = select(decisions).where(decisions.c.participant_id == participant_id).order_by(decisions.c.number)
        with self.database.read() as connection:
            return [(decision.step_id, decision.outcome, decision.branch) for decision in connection.execute(statement)]

    def sends(self) -> Sequence:
        """All sends, by id."""
        with self.database.read() as connection:
            return connection.execute(select(sends).order_by(sends.c.id)).all()


def compiled(document: Mapping[str, object], journey_id: str = "welcome") -> Plan:
    """The plan of a document, with version 1 of every template it names."""
    journey, problems = read_journey(json.dumps(document))
    assert journey is not None, problems
    names = {name for step in journey.steps.values() for name in step.templates()}
    return compile_journey(PROJECT, journey_id, journey, dict.fromkeys(names, 1))


def row(endpoint_id: str, *, user: str | None = None, key: str | None = None, passage: str = "", **attributes: object) -> EnrollRow:
    """A row of an enroll call for one endpoint."""
    change = EndpointChange(endpoint_id, f"{endpoint_id}@example.org", attributes, user=None if user is None else UserChange(user))
    return EnrollRow(change, passage_key=passage, idempotency_key=key)


def journey(start: str, **steps: Mapping[str, object]) -> dict[str, object]:
    """A document of these steps, which anybody may enter again."""
    return {"format": 1, "name": "Test", "entry": {"type": "api"}, "re_entry": {"type": "always"}, "start": start, "steps": dict(steps)}
