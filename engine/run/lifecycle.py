"""A journey's states and what may be done in each: one table, from which the docs are made, and the verbs themselves.

A verb changes the journey's row in one short transaction, under its lock: from then on nobody enters or goes on otherwise. What that
asks of people inside is carried out in batches afterwards; a crash in between loses nothing, for every stage reads the state again
and the sweeper carries out what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from engine.errors import ConflictError, NotFoundError
from engine.run import exits
from engine.run.clock import READY_TOPIC, SENDS_TOPIC, Ring, silent
from engine.store import installation, journeys, participants, pauses, sends
from engine.store.database import Connection, Database
from engine.store.journeys import LIVE, PAUSED, STOPPED, Gate

#: A journey that was never published has no row.
DRAFT = "draft"

#: Reads the time within a transaction: the database's clock, but in tests.
Now: TypeAlias = Callable[[Connection], datetime]
Verb: TypeAlias = Literal["enroll", "publish", "pause", "resume", "stop"]
STATES = (DRAFT, LIVE, PAUSED, STOPPED)
VERBS: tuple[Verb, ...] = ("enroll", "publish", "pause", "resume", "stop")

#: People changed in one transaction: what SQLite's one writer does in under 20 ms (measured).
BATCH_PEOPLE = 500
#: Versions are numbered from 1; nobody is on this one.
EVERY_VERSION = 1 << 30


@dataclass(frozen=True, slots=True)
class Cell:
    """What a verb does in a state, or what to do instead."""

    #: The state afterwards; None: refused.
    state: str | None
    #: What happens, or, where it is refused, what to do.
    says: str


_PUBLISH_FIRST = "Publish the journey first."
_PUBLISH_AGAIN = "Publish the journey to make it live again."

TABLE: Mapping[tuple[str, Verb], Cell] = {
    (DRAFT, "enroll"): Cell(None, _PUBLISH_FIRST),
    (DRAFT, "publish"): Cell(LIVE, "Version 1 is live."),
    (DRAFT, "pause"): Cell(None, _PUBLISH_FIRST),
    (DRAFT, "resume"): Cell(None, _PUBLISH_FIRST),
    (DRAFT, "stop"): Cell(None, "Nobody is inside: delete the draft."),
    (LIVE, "enroll"): Cell(LIVE, "People come in and travel."),
    (LIVE, "publish"): Cell(LIVE, "New people take the new version; people inside finish on theirs, or exit."),
    (LIVE, "pause"): Cell(PAUSED, "Whoever falls due stays where they are until the journey is resumed."),
    (LIVE, "resume"): Cell(LIVE, "It is live already; nothing changes."),
    (LIVE, "stop"): Cell(STOPPED, "Everybody inside exits, and their mail that waits is cancelled."),
    (PAUSED, "enroll"): Cell(PAUSED, "People are kept at the first step until the journey is resumed."),
    (PAUSED, "publish"): Cell(PAUSED, "New people take the new version; the journey stays paused."),
    (PAUSED, "pause"): Cell(PAUSED, "It is paused already; nothing changes."),
    (PAUSED, "resume"): Cell(LIVE, "People go on: durations are prolonged by the pause, times of day are taken anew."),
    (PAUSED, "stop"): Cell(STOPPED, "Everybody inside exits, and their mail that waits is cancelled."),
    (STOPPED, "enroll"): Cell(None, _PUBLISH_AGAIN),
    (STOPPED, "publish"): Cell(LIVE, "The journey is live again; nobody who left comes back by that."),
    (STOPPED, "pause"): Cell(None, "Nobody is inside: there is nothing to pause."),
    (STOPPED, "resume"): Cell(None, _PUBLISH_AGAIN),
    (STOPPED, "stop"): Cell(STOPPED, "It is stopped already; nothing changes."),
}


def check_verb(connection: Connection, project: str, journey_id: str, verb: Verb) -> str:
    """Lock a journey's row and return the state a verb leads to; raises what to do about it where it is refused."""
    return state_after(journeys.lock_state(connection, project, journey_id), journey_id, verb)


def state_after(state: str | None, journey_id: str, verb: Verb) -> str:
    """The state a verb leads to from another (None: never published).

    Raises:
        NotFoundError: the journey was never published, and the verb asks for that.
        ConflictError: the state refuses the verb.
    """
    cell = TABLE[state or DRAFT, verb]
    if cell.state is not None:
        return cell.state
    if state is None:
        raise NotFoundError(f"Journey {journey_id!r} was never published: it cannot {verb}.", hint=cell.says)
    raise ConflictError(f"Journey {journey_id!r} is {state}: it cannot {verb}.", hint=cell.says)


def read_open_gate(connection: Connection, project: str, journey_id: str) -> Gate:
    """Read the gate of a journey that lets people in, under a shared lock; raises as `state_after`."""
    gate = journeys.read_gate(connection, project, journey_id, locked=True)
    state_after(None if gate is None else gate.state, journey_id, "enroll")
    assert gate is not None  # noqa: S101 - the table refuses a journey without a row
    return gate


def pause(database: Database, project: str, journey_id: str, *, now: Now = installation.read_now) -> str:
    """Keep everybody where they are when they fall due, until resumed; returns the state."""
    with database.write() as connection:
        before, after = _change(connection, project, journey_id, "pause", now)
        if before != after:
            pauses.begin(connection, project, journey_id, now(connection))
    return after


def resume(database: Database, project: str, journey_id: str, *, ring: Ring = silent, now: Now = installation.read_now) -> str:
    """Let everybody go on who was kept; returns the state."""
    with database.write() as connection:
        before, after = _change(connection, project, journey_id, "resume", now)
        if before != after:
            pauses.end(connection, project, journey_id, now(connection))
            sends.release_held(connection, project, journey_id)
    carry_out(database, project, journey_id, ring=ring, now=now)
    ring(SENDS_TOPIC)
    return after


def stop(database: Database, project: str, journey_id: str, *, now: Now = installation.read_now) -> str:
    """Let nobody in any more, and everybody out; returns the state."""
    with database.write() as connection:
        before, after = _change(connection, project, journey_id, "stop", now)
        if before == PAUSED:
            pauses.end(connection, project, journey_id, now(connection))
    carry_out(database, project, journey_id, now=now)
    return after


def carry_out(database: Database, project: str, journey_id: str, *, ring: Ring = silent, now: Now = installation.read_now) -> int:
    """Do to the people inside what the journey's state asks: let out, or let go on. Returns how many were concerned."""
    concerned = 0
    while count := _carry_out_some(database, project, journey_id, now):
        concerned += count
        ring(READY_TOPIC)
    return concerned


def exit_participant(database: Database, project: str, participant_id: str, *, reason: str = exits.REMOVED) -> bool:
    """Let one participant out; False when they had left already. Raises NotFoundError."""
    with database.write() as connection:
        journey_id = _journey_of(connection, project, participant_id)
        at = installation.read_now(connection)
        return exits.end_passages(connection, project, journey_id, [participant_id], reason=reason, at=at) > 0


def retry_participant(
    database: Database, project: str, participant_id: str, *, ring: Ring = silent, now: Now = installation.read_now
) -> None:
    """Have a blocked participant try the same step again. Raises NotFoundError, ConflictError."""
    with database.write() as connection:
        _journey_of(connection, project, participant_id)
        if not participants.release_blocked(connection, project, participant_id, now(connection)):
            raise ConflictError(f"Participant {participant_id} is not blocked.", hint="Only a blocked participant can be retried.")
    ring(READY_TOPIC)


def _change(connection: Connection, project: str, journey_id: str, verb: Verb, now: Now) -> tuple[str, str]:
    before = journeys.lock_state(connection, project, journey_id)
    after = state_after(before, journey_id, verb)
    if before != after:
        journeys.set_state(connection, project, journey_id, after, now(connection))
    return before or DRAFT, after


def _carry_out_some(database: Database, project: str, journey_id: str, now: Now) -> int:
    """One batch in one transaction; the state is read again for each, so that a later verb is not undone."""
    with database.write() as connection:
        gate = journeys.read_gate(connection, project, journey_id, locked=True)
        if gate is None:
            return 0
        at = now(connection)
        below = EVERY_VERSION if gate.state == STOPPED else gate.exit_below
        ids = participants.some_live(connection, project, journey_id, below_version=below, most=BATCH_PEOPLE) if below else []
        if ids:
            reason = exits.STOPPED if gate.state == STOPPED else exits.NEW_VERSION
            return exits.end_passages(connection, project, journey_id, ids, reason=reason, at=at)
        if gate.state == LIVE:
            return participants.release_paused(connection, project, journey_id, at, BATCH_PEOPLE)
        return 0


def _journey_of(connection: Connection, project: str, participant_id: str) -> str:
    journey_id = participants.journey_of(connection, project, participant_id)
    if journey_id is None:
        raise NotFoundError(f"There is no participant {participant_id}.")
    return journey_id
