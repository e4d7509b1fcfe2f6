"""Runs one stage of one group: reads who is due and what their stages need, decides, writes, and says when the group wakes next.

Theory of operation. People are read without a lock, with their epochs; then the facts, so that no later change can be missing from
them; each is decided alone. One short transaction then locks the group's due people in id order and writes those whose epoch is
still the one that was read; whoever was changed meanwhile is decided again. What a participant does is `decide`'s; this module must
not know a step kind. Time is the wake's: `now` is the later of the group's due and the activity's scheduled time, never a process's.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import assert_never

from engine.errors import CorruptStateError, EngineError, StaleClockError
from engine.journey.facts import Exited, Finished, NewAssignment, Participant, Waiting, Walked
from engine.journey.values import value
from engine.mail import ledger
from engine.mail.addresses import domain_group
from engine.plan.decide import decide
from engine.plan.plan import Plan
from engine.run import exits
from engine.run.clock import SENDS_TOPIC, Ring, Wake, silent
from engine.run.facts import Loaded, load_facts
from engine.run.plans import Plans
from engine.store import assignments, counts, decisions, groups, installation, journeys, participants, sends
from engine.store.assignments import Assignment, Drawn
from engine.store.bulk import Batch
from engine.store.counts import Counter
from engine.store.database import Connection, Database
from engine.store.decisions import DecisionRow
from engine.store.endpoints import Endpoint
from engine.store.ids import new_id
from engine.store.journeys import Gate
from engine.store.participants import Leaver, Position, Traveller
from engine.store.sends import NewSend

#: People decided and written at once: a transaction of under 20 ms on SQLite.
BATCH_PEOPLE = 500
#: How often a stage decides again those who were changed meanwhile, before it leaves them to the group's next wake, which is at once.
ROUNDS = 5
#: Dues further ahead than this are rounded up to the next second, so that people who drifted apart meet again.
ROUNDED_FROM = timedelta(seconds=30)
#: Characters of an error that are kept with a blocked participant.
LONGEST_ERROR = 2_000
#: Steps that a wake names.
MOST_NAMED_STEPS = 8


@dataclass(frozen=True, slots=True)
class Travel:
    """What stages need of their process."""

    database: Database
    plans: Plans
    #: Makes Message-IDs that nobody can guess.
    secret: bytes = b""
    #: The sending domain, right of the @ of the sender's address.
    mail_domain: str = "localhost"
    ring: Ring = silent
    #: When the database was restored from a backup, if it ever was.
    restored_at: datetime | None = None


@value
class _Outcome:
    """What is to be written of one person, prepared before any lock is held."""

    person: Traveller
    position: Position
    decisions: tuple[DecisionRow, ...] = ()
    sends: tuple[NewSend, ...] = ()
    assignments: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Outcomes as the database takes them, made before the write lock is held: whoever holds it keeps everybody waiting."""

    drawn: Drawn
    #: In the order in which they are written.
    batches: Sequence[Batch]
    #: Whether there are sends among them.
    sends: bool


def run_stage(
    travel: Travel,
    *,
    project: str,
    group_id: str,
    due: datetime,
    scheduled_at: datetime,
    generation: int,
    known: Sequence[Traveller] = (),
) -> Wake | None:
    """Walk everybody of a group who is due, and return the group's next wake; running it again moves nobody twice.

    Args:
        known: people who are due of a group that is being formed, as they were read a moment ago; else they are read here.
            No clock has such a group yet, and it does not count as started by this.

    Raises:
        StaleClockError: the positions belong to another clock, or another generation of this one.
        UnavailableError: the world is away; nothing was moved that is not written down.
    """
    stage = _Stage(travel, project, group_id, moment_of(due, scheduled_at, travel.restored_at), generation, by_clock=not known)
    for _ in range(ROUNDS):
        # of those known, whoever was changed since is read anew
        people, known = known[:BATCH_PEOPLE] or stage.read_due(), known[BATCH_PEOPLE:]
        if not people:
            break
        wake = stage.walk(people)
        if wake is None or wake.at > stage.now:
            return wake
    return stage.settle()


def moment_of(due: datetime, scheduled_at: datetime, restored_at: datetime | None) -> datetime:
    """Return a stage's now: the later of its due and the time its clock ran it; no worker's clock is asked.

    What was due in the time that a restore has forgotten happens then, from due to due: the same people wait and are written to as they
    did, and what they were sent is known by its due.
    """
    if restored_at is not None and due < restored_at:
        return due
    return max(due, scheduled_at)


class _Stage:
    """One stage of one group."""

    def __init__(self, travel: Travel, project: str, group_id: str, now: datetime, generation: int, *, by_clock: bool) -> None:
        self._travel = travel
        self._project = project
        self._group_id = group_id
        self.now = now
        self._generation = generation
        self._by_clock = by_clock

    def read_due(self) -> list[Traveller]:
        """Read who is due, without a lock."""
        with self._travel.database.read() as connection:
            self._refuse_stale(connection)
            return participants.due_in_group(connection, self._project, self._group_id, self.now, BATCH_PEOPLE)

    def walk(self, people: Sequence[Traveller]) -> Wake | None:
        """Decide and write people. A fault of ours falls back to one at a time, so that only its culprits are blocked."""
        try:
            return self._write(self._decide(people))
        except Exception as error:
            if _is_worlds(error):
                raise
            if len(people) == 1:
                return self._write([_blocked(self._project, people[0], error)])
        wake = None
        for person in people:
            wake = self.walk([person])
        return wake

    def settle(self) -> Wake | None:
        """Read the group's next wake from its people's rows, and write it down where that is news."""
        with self._travel.database.read() as connection:
            group = groups.read(connection, self._project, self._group_id)
            due = participants.next_due(connection, self._project, self._group_id)
        if group is None:
            return None
        if group.state != groups.FORMED and group.wake_at == (None if due is None else due.at):
            return None if due is None else self._wake(due, group.wake_label)
        with self._travel.database.write() as connection:
            return self._progress(connection)

    def _decide(self, people: Sequence[Traveller]) -> list[_Outcome]:
        plan = self._travel.plans.get(self._project, people[0].plan_hash)
        with self._travel.database.read() as connection:
            loaded = load_facts(connection, plan, people, self.now)
        return [self._decide_one(plan, person, loaded) for person in people]

    def _decide_one(self, plan: Plan, person: Traveller, loaded: Loaded) -> _Outcome:
        try:
            facts = loaded.facts.get(person.id)
            if facts is None:
                raise CorruptStateError(f"Endpoint {person.endpoint_id} of participant {person.id} does not exist.")
            walked = decide(plan, _as_decided(self._project, person), facts, self.now)
            return self._outcome(plan, person, walked, loaded.endpoints)
        except Exception as error:
            if _is_worlds(error):
                raise
            return _blocked(self._project, person, error)

    def _outcome(self, plan: Plan, person: Traveller, walked: Walked, found: Mapping[str, Endpoint]) -> _Outcome:
        return _Outcome(
            person,
            _position(self._project, person, walked, self._group_id, self.now),
            tuple(self._decision_rows(person, walked)),
            tuple(self._new_send(plan, person, found[person.endpoint_id], send.step_id, send.template) for send in walked.sends),
            tuple(_last_drawn(person.unit, walked.assignments)),
        )

    def _decision_rows(self, person: Traveller, walked: Walked) -> list[DecisionRow]:
        return [
            {
                "project": self._project,
                "participant_id": person.id,
                "number": number,
                "journey_id": person.journey_id,
                "version": person.version,
                "step_id": decision.step_id,
                "outcome": decision.outcome,
                "branch": decision.branch,
                "grounds": decision.grounds,
                "decided_at": self.now,
            }
            for number, decision in enumerate(walked.decisions, person.decision_count + 1)
        ]

    def _new_send(self, plan: Plan, person: Traveller, endpoint: Endpoint, step_id: str, template: str) -> NewSend:
        origin = ledger.origin_key(person.id, step_id)
        return NewSend(
            project=self._project,
            id=new_id(),
            send_class=ledger.JOURNEY,
            origin_key=origin,
            message_id=ledger.message_id(self._travel.secret, origin, 0, self._travel.mail_domain),
            address=endpoint.address,
            address_hash=endpoint.address_hash,
            domain=domain_group(endpoint.address),
            template=template,
            template_version=plan.templates[template],
            due_at=self.now,
            created_at=self.now,
            participant_id=person.id,
            journey_id=person.journey_id,
            step_id=step_id,
            endpoint_id=endpoint.id,
        )

    def _write(self, outcomes: Sequence[_Outcome]) -> Wake | None:
        """Write those who were not changed since they were read, in one transaction, with the group's next wake."""
        with self._travel.database.read() as connection:
            prepared = self._prepare(connection, outcomes)
        with self._travel.database.write() as connection:
            self._refuse_stale(connection)
            gate = journeys.read_gate(connection, self._project, outcomes[0].person.journey_id, locked=True)
            epochs = participants.lock_epochs(connection, self._project, self._group_id, self.now)
            fresh = [outcome for outcome in outcomes if epochs.get(outcome.person.id) == outcome.person.epoch]
            fresh = [_gated(self._project, gate, outcome, self.now) for outcome in fresh]
            if any(one is not other for one, other in zip_longest(fresh, outcomes)):
                prepared = self._prepare(connection, fresh)
            lost = prepared.drawn.keep(connection)
            if lost:  # whose unit was assigned another branch meanwhile is left for the next round
                kept = [one for one in fresh if not any((drawn.salt, drawn.unit) in lost for drawn in one.assignments)]
                prepared = self._prepare(connection, kept)
            for batch in prepared.batches:
                batch.write(connection)
            wake = self._progress(connection)
        if prepared.sends:
            self._travel.ring(SENDS_TOPIC)
        return wake

    def _prepare(self, connection: Connection, outcomes: Sequence[_Outcome]) -> _Prepared:
        queued = [send for outcome in outcomes for send in outcome.sends]
        drawn = [assignment for outcome in outcomes for assignment in outcome.assignments]
        batches = (
            *participants.prepare_moves(connection, [outcome.position for outcome in outcomes]),
            decisions.prepare(connection, [row for outcome in outcomes for row in outcome.decisions]),
            sends.prepare_queued(connection, queued),
            counts.prepare(connection, _counted(self._project, outcomes)),
        )
        return _Prepared(assignments.prepare(connection, self._project, drawn, self.now), batches, bool(queued))

    def _progress(self, connection: Connection) -> Wake | None:
        due = participants.next_due(connection, self._project, self._group_id)
        wake = None if due is None else self._wake(due, wake_label(due.step_id, due.at))
        named = None if wake is None else (wake.at, wake.label)
        groups.set_wake(connection, self._project, self._group_id, named, self.now, by_clock=self._by_clock)
        return wake

    def _wake(self, due: participants.Due, label: str) -> Wake:
        plan = self._travel.plans.get(self._project, due.plan_hash)
        return Wake(due.at, label, plan.stages.get(due.step_id, (due.step_id,))[:MOST_NAMED_STEPS])

    def _refuse_stale(self, connection: Connection) -> None:
        present = installation.read(connection).clock_generation
        if present != self._generation:
            raise StaleClockError(
                f"Clock generation {present} owns the positions, not {self._generation}.", hint="Their people were grouped anew."
            )


def _last_drawn(unit: str, drawn: Sequence[NewAssignment]) -> Iterable[Assignment]:
    """One assignment per salt: experiments that share one and have other branches draw over each other, and the last holds."""
    kept: dict[str, Assignment] = {}
    for one in drawn:
        before = kept.get(one.salt)
        kept[one.salt] = Assignment(one.salt, unit, one.branch_id, one.replaces if before is None else before.replaces)
    return kept.values()


def wake_label(step_id: str, at: datetime) -> str:
    """Name a wait and its end, for people who look at a clock."""
    return f"{step_id} until {at.isoformat(timespec='seconds')}"


def _is_worlds(error: Exception) -> bool:
    """Whether trying again may help: the world was away, or out of something."""
    return isinstance(error, OSError | MemoryError) or (isinstance(error, EngineError) and error.retryable)


def _as_decided(project: str, person: Traveller) -> Participant:
    return Participant(
        id=person.id,
        project=project,
        journey_id=person.journey_id,
        unit=person.unit,
        enrolled_at=person.enrolled_at,
        step_id=person.step_id,
        arrived_at=person.arrived_at,
        basis=person.basis,
        context=person.context,
    )


def _position(project: str, person: Traveller, walked: Walked, group_id: str, now: datetime) -> Position:
    """Where a walk leaves somebody."""
    standing = walked.standing
    position = _stays(project, person)
    position["decision_count"] += len(walked.decisions)
    position["woken_by"] = None
    match standing:
        case Waiting():
            position["status"] = participants.WAITING
            position["step_id"] = standing.step_id
            position["arrived_at"], position["basis"] = standing.arrived_at, standing.basis
            position["due_at"] = rounded(standing.due_at, now)
            position["group_id"] = group_id
        case Finished():
            position["status"], position["ended_at"] = participants.FINISHED, now
            position["step_id"] = standing.step_id
            position["arrived_at"], position["basis"] = None, None
        case Exited():
            position["status"], position["ended_at"] = participants.EXITED, now
            position["reason"] = standing.reason
        case _:
            assert_never(standing)
    return position


def rounded(due_at: datetime, now: datetime) -> datetime:
    """A due as it is kept: never earlier, and at most a second later where it is far enough ahead for that not to matter."""
    if due_at - now < ROUNDED_FROM or due_at.microsecond == 0:
        return due_at
    return due_at.replace(microsecond=0) + timedelta(seconds=1)


def _stays(project: str, person: Traveller) -> Position:
    """The position somebody has, in no group; whoever writes it changes what is to change."""
    return {
        "of_project": project,
        "of_id": person.id,
        "status": person.status,
        "step_id": person.step_id,
        "arrived_at": person.arrived_at,
        "basis": person.basis,
        "due_at": person.due_at,
        "group_id": None,
        "epoch": person.epoch + 1,
        "woken_by": person.woken_by,
        "decision_count": person.decision_count,
        "reason": None,
        "error": None,
        "ended_at": None,
    }


def _blocked(project: str, person: Traveller, error: Exception) -> _Outcome:
    """Somebody whom a fault of ours met: they stay where they stand, visibly, until someone retries or exits them."""
    position = _stays(project, person)
    position["status"], position["error"] = participants.BLOCKED, f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
    return _Outcome(person, position)


def _gated(project: str, gate: Gate | None, outcome: _Outcome, now: datetime) -> _Outcome:
    """What becomes of somebody by the journey's state at this moment, whatever was decided before."""
    person = outcome.person
    if gate is not None and gate.state == journeys.LIVE and person.version >= gate.exit_below:
        return outcome
    position = _stays(project, person)
    if gate is not None and gate.state == journeys.PAUSED and person.version >= gate.exit_below:
        position["status"] = participants.PAUSED
        return _Outcome(person, position)
    reason = exits.NEW_VERSION if gate is not None and gate.state != journeys.STOPPED else exits.STOPPED
    position["status"], position["reason"], position["ended_at"] = participants.EXITED, reason, now
    position["decision_count"] += 1
    leaver = Leaver(person.id, person.version, person.decision_count)
    return _Outcome(person, position, (exits.exit_row(project, person.journey_id, leaver, reason, now),))


def _counted(project: str, outcomes: Sequence[_Outcome]) -> dict[Counter, int]:
    """What is counted: every decision once, by step, branch and outcome; and how passages ended."""
    steps = Tally((row["step_id"], row["branch"] or "", row["outcome"]) for outcome in outcomes for row in outcome.decisions)
    ends = Tally(outcome.position["status"] for outcome in outcomes if outcome.position["ended_at"] is not None)
    journey_id = outcomes[0].person.journey_id if outcomes else ""  # a group travels one journey
    counted = {Counter(project, journey_id, step_id, *rest): count for (step_id, *rest), count in steps.items() if step_id is not None}
    return counted | {Counter(project, journey_id, "", "", status): count for status, count in ends.items()}
