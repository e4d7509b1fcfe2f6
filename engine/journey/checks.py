"""Every check of a document's meaning, all problems at once. Knows the document and a `Catalogue`; no file, no database, no Jinja2.

A check is a function named for the wrong, whose docstring is its help text; `CHECKS` is the table of all of them, from which
`docs/checks.md` is made: those here look at the document alone, `world_checks` compares it with the world, and each step kind brings
its own. Shape (JSON, fields, types) is `engine.journey.document`'s, and comes first.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Problem
from engine.journey.catalogue import EMPTY, Catalogue
from engine.journey.conditions import EventCondition, MessageCondition
from engine.journey.document import EventEntry, Journey, read_journey
from engine.journey.finding import Check, Finding, error, warning
from engine.journey.implication import implies
from engine.journey.look import Look, nearest, parts_of, readable_rest
from engine.journey.steps.experiment import Experiment
from engine.journey.steps.kinds import KINDS
from engine.journey.world_checks import WORLD_CHECKS

#: What one condition may be made of in all (guess: more belongs into a segment).
MOST_CONDITION_PARTS = 500


def check(journey: Journey, catalogue: Catalogue = EMPTY) -> tuple[Problem, ...]:
    """All that is wrong with a journey, errors first."""
    look = Look(journey, catalogue)
    found = [
        Problem(each.code, finding.pointer, finding.message, finding.hint, finding.step_id, each.severity)
        for each in JOURNEY_CHECKS
        for finding in each.find(look)
    ]
    for step_id, step in journey.steps.items():
        for own in step.checks:
            for finding in own.find(step, step_id, look.sketch):
                pointer = f"/steps/{step_id}{finding.pointer}"
                found.append(Problem(own.code, pointer, finding.message, finding.hint, step_id, own.severity))
    return tuple(sorted(dict.fromkeys(found), key=lambda problem: problem.severity))


def check_document(source: str | bytes, catalogue: Catalogue = EMPTY) -> tuple[Journey | None, tuple[Problem, ...]]:
    """Read a document and check it; never raises on input. No journey when its shape is wrong."""
    journey, problems = read_journey(source)
    if journey is not None:
        return journey, check(journey, catalogue)
    rest = readable_rest(source, problems)
    if rest is None:
        return None, problems
    told = {problem.pointer for problem in problems}  # what is no name of a template is no unknown one besides
    more = (problem for problem in check(rest, catalogue) if problem.pointer not in told)
    return None, tuple(sorted((*problems, *more), key=lambda problem: problem.severity))


@error
def unknown_start(look: Look) -> Iterator[Finding]:
    """The journey starts at a step that does not exist: nobody could enter."""
    if look.journey.start not in look.steps:
        yield Finding("/start", f"There is no step {look.journey.start!r} to start at.", nearest(look.journey.start, look.steps))


@error
def unknown_step(look: Look) -> Iterator[Finding]:
    """A way out of a step leads to a step that does not exist. Leave `next` out where people finish."""
    for step_id, way in look.ways():
        if way.next is not None and way.next not in look.steps:
            yield Finding(f"/steps/{step_id}{way.pointer}", f"There is no step {way.next!r}.", nearest(way.next, look.steps), step_id)


@error
def unreachable_step(look: Look) -> Iterator[Finding]:
    """No way leads to a step from the start: nobody would ever come to it. Often a `next` is missing before it."""
    lost = [step_id for step_id in look.steps if step_id not in look.sketch.reachable] if look.journey.start in look.steps else []
    told: set[str] = set()
    for step_id in sorted(lost, key=lambda lost_id: bool(look.sketch.sources[lost_id])):
        if step_id not in told:  # once for all that follow it
            behind = look.sketch.behind(step_id) - {step_id} - look.sketch.reachable - told
            told |= {step_id, *behind}
            rest = f", nor to the {len(behind)} after it" if behind else ""
            yield Finding(f"/steps/{step_id}", f"Nobody comes to {step_id!r}{rest}.", "Lead a step before it here, or remove it.", step_id)


@error
def cycle(look: Look) -> Iterator[Finding]:
    """A way leads back to a step before it. Journeys go forward only, so that everybody comes to an end; let people enter again instead."""
    for circle in look.sketch.cycles():
        last = circle[-1]
        pointer = next(way.pointer for way in look.steps[last].ways() if way.next == circle[0])
        path = " → ".join((*circle, circle[0]))
        hint = "Cut the way back; `re_entry` lets people go through the journey again."
        yield Finding(f"/steps/{last}{pointer}", f"The steps go in a circle: {path}.", hint, last)


@warning
def pointless_branches(look: Look) -> Iterator[Finding]:
    """All branches of a step lead to the same place: whichever is taken, the same happens. They are counted, but nothing comes of it."""
    for step_id, step in look.steps.items():
        ways = [way for way in step.ways() if way.branch_id is not None]
        if len(ways) > 1 and not step.stands and len({way.next for way in ways}) == 1:
            where = "finish" if ways[0].next is None else f"lead to {ways[0].next!r}"
            message = f"All branches of {step_id!r} {where}."
            yield Finding(f"/steps/{step_id}", message, "Lead one elsewhere, or remove the step.", step_id)


@warning
def nothing_sent(look: Look) -> Iterator[Finding]:
    """The journey has no email that anybody could get: people travel it for nothing."""
    if not look.sketch.sends & look.sketch.reachable and not look.sketch.cycles() and look.journey.start in look.steps:
        yield Finding("/steps", "Nobody is sent anything.", "Add an email step.")


@warning
def exits_on_entry(look: Look) -> Iterator[Finding]:
    """The event that lets people in also lets them out: they leave before the first step."""
    entry, exit_when = look.journey.entry, look.journey.exit_when
    if not isinstance(entry, EventEntry) or exit_when is None:
        return
    came_in = EventCondition(type="event", event=entry.event, since="enrolled", where=entry.where)
    if implies(came_in, exit_when) or implies(came_in.model_copy(update={"since": None}), exit_when):
        message = f"Whoever comes in by {entry.event!r} leaves at once, because `exit_when` holds of it."
        yield Finding("/exit_when", message, "Name another event, or a `where` that the entry event does not satisfy.")


@error
def too_many_conditions(look: Look) -> Iterator[Finding]:
    """A condition is made of so many parts that no person can check it, and each stage would take long."""
    for pointer, step_id, tree in look.trees:
        count = sum(1 for _ in parts_of(pointer, tree))
        if count > MOST_CONDITION_PARTS:
            message = f"The condition has {count} parts; {MOST_CONDITION_PARTS} is the most."
            yield Finding(pointer, message, "Use `in` with a list, or keep the answer as an attribute.", step_id)


@error
def unknown_message_step(look: Look) -> Iterator[Finding]:
    """A `message` condition asks about a step that does not exist or sends no email: it would never hold."""
    for pointer, step_id, condition in look.conditions:
        if isinstance(condition, MessageCondition) and condition.step not in look.sketch.sends:
            wrong = "sends no email" if condition.step in look.steps else "does not exist"
            message = f"{condition.step!r} {wrong}: nothing can become of its message."
            yield Finding(f"{pointer}/step", message, nearest(condition.step, look.sketch.sends), step_id)


@error
def message_not_before(look: Look) -> Iterator[Finding]:
    """A `message` condition asks about an email that cannot have been sent yet: its step does not come before on any way."""
    for pointer, step_id, condition in look.conditions:
        if not isinstance(condition, MessageCondition) or step_id is None or condition.step not in look.sketch.sends:
            continue
        if condition.step not in look.sketch.before(step_id):
            message = f"{condition.step!r} does not come before {step_id!r}: its email is not sent yet when this is asked."
            yield Finding(f"{pointer}/step", message, "Ask about an earlier email, or move this step behind it.", step_id)


@warning
def message_too_early(look: Look) -> Iterator[Finding]:
    """A `message` condition is asked in the instant its email is queued: nothing can have become of it yet. A wait must lie between."""
    for pointer, step_id, condition in look.conditions:
        if not isinstance(condition, MessageCondition) or step_id is None:
            continue
        sketch, email = look.sketch, condition.step
        if email in sketch.sends and email in sketch.before(step_id) and email not in sketch.after_waiting(step_id):
            message = f"No wait lies between {email!r} and {step_id!r}: the email has not gone out yet when this is asked."
            yield Finding(f"{pointer}/step", message, "Put a wait in between, of an hour at least.", step_id)


@warning
def shared_salt(look: Look) -> Iterator[Finding]:
    """Two steps draw with the same salt but have different branches: a branch drawn at one is unknown at the other, and is overwritten."""
    first: dict[str, tuple[str, frozenset[str]]] = {}
    for step_id, step in look.steps.items():
        if not isinstance(step, Experiment) or step.salt is None:
            continue
        branches = frozenset(branch_id for branch_id, _ in step.shares())
        other, theirs = first.setdefault(step.salt, (step_id, branches))
        if theirs != branches:
            message = f"{other!r} and {step_id!r} share the salt {step.salt!r} but not their branches."
            yield Finding(f"/steps/{step_id}/salt", message, "Give them salts of their own, or the same branch ids.", step_id)


#: The checks that look at the whole document.
JOURNEY_CHECKS: tuple[Check[[Look]], ...] = (
    unknown_start,
    unknown_step,
    unreachable_step,
    cycle,
    too_many_conditions,
    unknown_message_step,
    message_not_before,
    pointless_branches,
    nothing_sent,
    exits_on_entry,
    message_too_early,
    shared_salt,
    *WORLD_CHECKS,
)
#: Every check, once: those above and the step kinds' own.
CHECKS: tuple[Check[...], ...] = (*JOURNEY_CHECKS, *dict.fromkeys(own for kind in KINDS for own in kind.checks))
