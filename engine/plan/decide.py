"""What happens to one participant in one stage. Pure: the simulator, the tests and production call this same function.

Theory of operation. A participant either is about to enter a step (`arrived_at` is None) or stands at a wait and asks again.
`decide` first asks the journey's `exit_when`. Then it walks: each step decides from the moment alone and answers `Go`
(recorded, and on to what follows) or `Stand` (the stage ends, the participant waits). A way that leads nowhere finishes
the passage. Since plans have no cycles, a walk visits a step at most once and ends.

| step             | fact                                        | decision          | then              |
|------------------|---------------------------------------------|-------------------|-------------------|
| (any, first)     | `exit_when` holds                           | `exited`          | Exited            |
| email            | any                                         | `queued` + a send | goes on           |
| wait             | entered, ends later                         | `began_waiting`   | Waiting           |
| wait             | entered, its date is already past           | `went_on_at_once` | goes on           |
| wait             | asked again, ends at the instant told       | none              | Waiting           |
| wait             | asked again, its end has moved ahead        | `kept_waiting`    | Waiting           |
| wait             | asked again, over                           | `waited`          | goes on           |
| wait             | no such date                                | `branched`        | goes to `missing` |
| split            | a branch's condition holds, the first one   | `branched`        | goes there        |
| split            | none holds                                  | `branched`        | goes to `else`    |
| ab_test, holdout | assigned before, and the branch still lives | `assigned`        | goes there        |
| ab_test, holdout | else                                        | `assigned` + drawn| goes there        |
| held out, or no  | any                                         | none              | Finished          |
| step follows     |                                             |                   |                   |

Nothing of a participant is changed here: whoever called writes the walk down, whole or not at all. It knows no database,
clock, environment or randomness, and no step kind by name.
"""

from __future__ import annotations

from datetime import datetime

from engine.errors import CorruptStateError
from engine.journey.conditions import Subject
from engine.journey.facts import Decision, Exited, Facts, Finished, NewAssignment, Participant, QueuedSend, Standing, Waiting, Walked
from engine.journey.steps.step import Go, Moment, Step
from engine.plan.plan import Plan

#: Why somebody left by `exit_when`.
EXIT_WHEN = "exit_when"


def decide(plan: Plan, participant: Participant, facts: Facts, now: datetime) -> Walked:
    """Walk one participant through one stage; CorruptStateError for a position that cannot be."""
    moment = _begin(plan, participant, facts, now)
    if plan.exit_when is not None and plan.exit_when.holds(moment.subject):
        grounds = {"condition": plan.exit_when.explain(moment.subject)}
        return Walked((Decision(None, "exited", grounds=grounds),), (), (), Exited(EXIT_WHEN))
    return _walk(plan, moment)


def _begin(plan: Plan, participant: Participant, facts: Facts, now: datetime) -> Moment:
    if participant.arrived_at is not None and not _step(plan, participant.step_id).stands:
        raise CorruptStateError(f"Participant {participant.id} stands at step {participant.step_id!r}, where nobody can stand.")
    return Moment(
        participant=participant,
        facts=facts,
        now=now,
        templates=plan.templates,
        subject=Subject(facts, participant.context, participant.enrolled_at, now),
        step_id=participant.step_id,
        arrived_at=participant.arrived_at,
        basis=participant.basis,
        assignments=dict(facts.assignments),
    )


def _walk(plan: Plan, moment: Moment) -> Walked:
    decisions: list[Decision] = []
    sends: list[QueuedSend] = []
    drawn: list[NewAssignment] = []
    while True:
        verdict = _step(plan, moment.step_id).decide(moment)
        if verdict.outcome is not None:
            branch = verdict.branch if isinstance(verdict, Go) else None
            decisions.append(Decision(moment.step_id, verdict.outcome, branch, verdict.grounds))
        if not isinstance(verdict, Go):
            standing: Standing = Waiting(moment.step_id, verdict.due_at, verdict.arrived_at, verdict.basis)
            break
        if verdict.send is not None:
            sends.append(verdict.send)
        if verdict.assignment is not None:
            drawn.append(verdict.assignment)
            moment.assignments[verdict.assignment.salt] = verdict.assignment.branch_id
        if verdict.next is None:
            standing = Finished(moment.step_id)
            break
        moment.step_id, moment.arrived_at, moment.basis = verdict.next, None, None
    return Walked(tuple(decisions), tuple(sends), tuple(drawn), standing)


def _step(plan: Plan, step_id: str) -> Step:
    step = plan.steps.get(step_id)
    if step is None:
        raise CorruptStateError(f"Plan {plan.hash[:12]} of journey {plan.journey_id} has no step {step_id!r}.")
    return step
