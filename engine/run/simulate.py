"""Travel in imagination: one person's path, or a population's counts, in virtual time. The same `decide`, the same policy of intents.

Knows no database, no clock and no Temporal. An event is a fact from its instant on; a change of an attribute that a wait
reads, or of the zone, wakes whoever stands at that wait, as it does in truth (rule 1). A mail is accepted unless the policy refuses it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from engine.journey.facts import Event, Facts, MessageOutcome, Participant, Standing, Waiting, Walked
from engine.mail.policy import IntentFacts, SendingRules, decide_intent
from engine.plan.decide import decide
from engine.plan.plan import Plan
from engine.run.imagined import Happening, Person, ScriptedEvent, imagine_people

#: Nobody looks further ahead; a wait beyond it is told as still waiting.
HORIZON = timedelta(days=3_650)


@dataclass(frozen=True, slots=True)
class SimulatedMail:
    """A mail that a stage wanted sent, and what the policy made of it."""

    step_id: str
    template: str
    version: int
    #: `ACCEPTED`, or the state that the policy gave it.
    state: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SimulatedStage:
    """One stage walked."""

    at: datetime
    walked: Walked
    mails: tuple[SimulatedMail, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """One person's whole path."""

    person: Person
    stages: tuple[SimulatedStage, ...]
    #: Where it ended; `Waiting` when the horizon came first.
    standing: Standing


@dataclass(frozen=True, slots=True)
class Population:
    """What became of many."""

    count: int
    #: Who came to a step, by step id.
    steps: Mapping[str, int]
    #: Who took a branch, by step id and branch id.
    branches: Mapping[tuple[str, str], int]
    #: Mails accepted, by day in UTC, in order.
    mails_per_day: Mapping[date, int]
    #: Mails that the policy refused, by reason.
    refused: Mapping[str, int]
    #: `finished`, `exited` and `waiting`.
    ends: Mapping[str, int]


def simulate_person(plan: Plan, person: Person, happenings: Iterable[Happening], start: datetime, *, horizon: timedelta = HORIZON) -> Trace:
    """Walk one person from their enrolment at `start` (aware) to the end, or to the horizon."""
    travel = _Travel(plan, person, sorted(happenings, key=lambda happening: happening.at), start)
    stages = tuple(travel.stages(start + horizon))
    return Trace(person, stages, travel.standing)


def simulate_population(
    plan: Plan, count: int, seed: int, start: datetime, *, horizon: timedelta = HORIZON, tell: Callable[[], None] | None = None
) -> Population:
    """Walk `count` people, imagined from what the journey asks, and count; the same seed, the same counts. `tell` is called for each."""
    tally = _Tally(plan)
    for person, happenings in imagine_people(plan, count, seed, start):
        tally.add(simulate_person(plan, person, happenings, start, horizon=horizon))
        if tell is not None:
            tell()
    return tally.population()


class _Travel:
    """One person on their way."""

    def __init__(self, plan: Plan, person: Person, happenings: Sequence[Happening], start: datetime) -> None:
        self._plan = plan
        self._person = person
        self._happenings = happenings
        self._start = start
        self._attributes = person.attributes
        self._zone = person.zone
        self._events: dict[str, tuple[Event, ...]] = {}
        self._messages: dict[str, frozenset[MessageOutcome]] = {}
        self._assignments: dict[str, str] = {}
        self._happened = 0
        unit = person.unit or f"endpoint:{person.id}"
        self._participant = Participant(person.id, plan.project, plan.journey_id, unit, start, plan.start, context=person.context)
        self.standing: Standing

    def stages(self, end: datetime) -> Iterator[SimulatedStage]:
        """Every stage in which something was decided."""
        now = self._start
        while True:
            self._let_happen(now)
            walked = decide(self._plan, self._participant, self._facts(), now)
            self.standing = walked.standing
            mails = tuple(self._send(queued.step_id, queued.template, now) for queued in walked.sends)
            self._assignments |= {drawn.salt: drawn.branch_id for drawn in walked.assignments}
            if walked.decisions:
                yield SimulatedStage(now, walked, mails)
            if not isinstance(walked.standing, Waiting):
                return
            now = self._stand(walked.standing)
            if now > end:
                return

    def _facts(self) -> Facts:
        return Facts(
            attributes=self._attributes,
            user_attributes=self._person.user_attributes,
            zone=self._zone,
            events=self._events,
            messages=self._messages,
            assignments=self._assignments,
        )

    def _let_happen(self, now: datetime) -> None:
        while self._happened < len(self._happenings) and self._happenings[self._happened].at <= now:
            happening = self._happenings[self._happened]
            self._happened += 1
            if isinstance(happening, ScriptedEvent):
                event = Event(f"{happening.name}-{self._happened}", happening.at, happening.attributes)
                self._events[happening.name] = (event, *self._events.get(happening.name, ()))
            else:
                known = {**self._attributes, **happening.attributes}
                self._attributes = {name: value for name, value in known.items() if value is not None}
                self._zone = happening.zone or self._zone

    def _send(self, step_id: str, template: str, now: datetime) -> SimulatedMail:
        asked = IntentFacts(
            send_class="journey", address=self._person.address, created_at=now, attempt=1, suppressed=self._person.suppressed
        )
        intent = decide_intent(asked, SendingRules(), now)
        is_sent = intent.state == "IN_FLIGHT"
        outcome: MessageOutcome = "accepted" if is_sent else "suppressed"
        # what became of a message is a fact of later stages: it is not known within the one that queued it
        self._messages[step_id] = frozenset({outcome})
        return SimulatedMail(step_id, template, self._plan.templates[template], "ACCEPTED" if is_sent else intent.state, intent.reason)

    def _stand(self, waiting: Waiting) -> datetime:
        """Stand at a wait until it is asked again: at its due, or when something it reads changes."""
        self._participant = replace(self._participant, step_id=waiting.step_id, arrived_at=waiting.arrived_at, basis=waiting.basis)
        read = self._plan.steps[waiting.step_id].needs().attributes
        for happening in self._happenings[self._happened :]:
            if happening.at >= waiting.due_at:
                break
            if not isinstance(happening, ScriptedEvent) and (happening.zone is not None or not read.isdisjoint(happening.attributes)):
                return happening.at
        return waiting.due_at


class _Tally:
    """Counts while people travel."""

    def __init__(self, plan: Plan) -> None:
        self._count = 0
        self._steps = Counter(dict.fromkeys(plan.steps, 0))
        ways = [(step_id, way.branch_id) for step_id, step in plan.steps.items() for way in step.ways()]
        self._branches = Counter({(step_id, branch_id): 0 for step_id, branch_id in ways if branch_id is not None})
        self._mails: Counter[date] = Counter()
        self._refused: Counter[str] = Counter()
        self._ends: Counter[str] = Counter()

    def add(self, trace: Trace) -> None:
        """Count one person's path."""
        self._count += 1
        decisions = [decision for stage in trace.stages for decision in stage.walked.decisions]
        self._steps.update({decision.step_id for decision in decisions if decision.step_id is not None})
        self._branches.update(
            (decision.step_id, decision.branch) for decision in decisions if decision.step_id is not None and decision.branch is not None
        )
        for stage in trace.stages:
            for mail in stage.mails:
                if mail.state == "ACCEPTED":
                    self._mails[stage.at.date()] += 1
                else:
                    self._refused[mail.reason or mail.state] += 1
        self._ends[type(trace.standing).__name__.lower()] += 1

    def population(self) -> Population:
        """All counts, by name and by day."""
        return Population(
            self._count,
            dict(sorted(self._steps.items())),
            dict(sorted(self._branches.items())),
            dict(sorted(self._mails.items())),
            dict(sorted(self._refused.items())),
            dict(sorted(self._ends.items())),
        )
