"""What the promise says of an installation that came to rest, asked of its rows, of its relay and of its callers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Table, func, select

from engine.store import counts, groups, tables
from engine.store.database import Database
from engine.store.sends import FINAL_STATES
from tests.kill.journey import MAILS, possible_paths

#: A send that comes to rest under the promise: sent, or listed.
AT_REST = {"ACCEPTED", "UNKNOWN"}
#: Broken promises of one sort that are told singly.
TOLD = 5


@dataclass(frozen=True)
class Evidence:
    """Everything there is to know of one journey."""

    participants: Sequence[Row[Any]]
    groups: Sequence[Row[Any]]
    decisions: Mapping[str, Sequence[Row[Any]]]
    sends: Sequence[Row[Any]]
    counted: Mapping[tuple[str, str, str], int]
    #: Message-ID and recipient of every mail that the relay took.
    relayed: Sequence[tuple[str, str]]

    @property
    def unknown(self) -> list[Row[Any]]:
        """Sends whose fate nobody knows."""
        return [send for send in self.sends if send.state == "UNKNOWN"]

    @property
    def delivered_unknown(self) -> int:
        """How many of them did arrive."""
        arrived = {message_id for message_id, _ in self.relayed}
        return sum(send.message_id in arrived for send in self.unknown)

    @property
    def most_unknown_of_one_sender(self) -> int:
        """How many mails the unluckiest sender left unknown."""
        return max(Counter(send.lease_owner for send in self.unknown).values(), default=0)


def unrest(database: Database, journey_id: str) -> dict[str, int]:
    """Who still travels, which mails are under way and which groups have not ended: how many by status or state; empty at rest."""
    tables_and_ends = (
        (tables.participants, tables.participants.c.status, ("finished", "exited")),
        (tables.sends, tables.sends.c.state, tuple(FINAL_STATES)),
        (tables.groups, tables.groups.c.state, (groups.ENDED,)),
    )
    found: dict[str, int] = {}
    with database.read() as connection:
        for table, state, ends in tables_and_ends:
            rows = connection.execute(
                select(state, func.count()).where(table.c.journey_id == journey_id, state.not_in(ends)).group_by(state)
            )
            found |= {f"{table.name} {name}": count for name, count in rows}
    return found


def gather(database: Database, journey_id: str, relay_log: Path) -> Evidence:
    """Read everything."""
    decided: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in _rows(database, tables.decisions, journey_id):
        decided[row.participant_id].append(row)
    sends = _rows(database, tables.sends, journey_id)
    with database.read() as connection:
        counted = counts.of_journey(connection, "default", journey_id)
    return Evidence(
        participants=_rows(database, tables.participants, journey_id),
        groups=_rows(database, tables.groups, journey_id),
        decisions={participant_id: sorted(rows, key=lambda row: row.number) for participant_id, rows in decided.items()},
        sends=sends,
        counted={(counter.step_id, counter.branch, counter.metric): count for counter, count in counted.items() if count},
        relayed=[mail for mail in read_relay_log(relay_log) if mail[1].startswith(f"{journey_id}-")],
    )


def read_relay_log(relay_log: Path) -> list[tuple[str, str]]:
    """Message-ID and recipient of every mail that the relay took."""
    lines = relay_log.read_text().splitlines()
    return [(message_id, recipient) for message_id, _, recipient in (line.partition("\t") for line in lines)]


def broken_promises(evidence: Evidence, answered: Mapping[str, str], connections: int) -> list[str]:
    """Everything that is not as it was promised.

    Args:
        answered: participant ids by endpoint id, as callers were told with a 202.
        connections: of each sender to the relay: the most it may leave unknown when it dies.
    """
    return [
        *_about_people(evidence, answered),
        *_about_timelines(evidence),
        *_about_mails(evidence, connections),
        *_about_counters(evidence),
    ]


def _rows(database: Database, table: Table, journey_id: str) -> Sequence[Row[Any]]:
    with database.read() as connection:
        return connection.execute(select(table).where(table.c.journey_id == journey_id)).all()


def _about_people(evidence: Evidence, answered: Mapping[str, str]) -> list[str]:
    rows = {row.endpoint_id: row.id for row in evidence.participants}
    unfinished = [row for row in evidence.participants if row.status != "finished"]
    return [
        *_told("enrolled, and not there", (person for person in answered if person not in rows)),
        *_told("there, and never answered", (person for person in rows if person not in answered)),
        *_told("answered with another id", (person for person in answered if rows.get(person, answered[person]) != answered[person])),
        *_told("enrolled twice", _doubles(row.endpoint_id for row in evidence.participants)),
        *_told("not finished", (f"{row.id} is {row.status} at {row.step_id}: {row.error or row.reason}" for row in unfinished)),
        *_told("ended and in a group", (row.id for row in evidence.participants if row.ended_at is not None and row.group_id is not None)),
        *_told("groups that did not end", (f"{row.id} is {row.state}" for row in evidence.groups if row.state != "ended")),
    ]


def _about_timelines(evidence: Evidence) -> list[str]:
    allowed = {tuple(path) for path in possible_paths()}
    gaps, strange = [], []
    for row in evidence.participants:
        decisions = evidence.decisions.get(row.id, [])
        if [decision.number for decision in decisions] != list(range(1, row.decision_count + 1)):
            gaps.append(f"{row.id}: {[decision.number for decision in decisions]}, counted {row.decision_count}")
        path = tuple((decision.step_id, decision.outcome, decision.branch) for decision in decisions)
        if path not in allowed:
            strange.append(f"{row.id}: {path}")
    people = {row.id for row in evidence.participants}
    return [
        *_told("timelines with gaps or doubles", gaps),
        *_told("timelines that cannot be", strange),
        *_told("decisions of nobody", (participant_id for participant_id in evidence.decisions if participant_id not in people)),
    ]


def _about_mails(evidence: Evidence, connections: int) -> list[str]:
    rows = {send.message_id: send for send in evidence.sends}
    arrived = Counter(message_id for message_id, _ in evidence.relayed)
    steps = [(rows[message_id].participant_id, rows[message_id].step_id) for message_id, _ in evidence.relayed if message_id in rows]
    mails = Counter(send.participant_id for send in evidence.sends)
    unknown = Counter(send.lease_owner for send in evidence.unknown)
    restless = [send for send in evidence.sends if send.state not in AT_REST]
    return [
        *_told("Message-IDs that arrived twice", (f"{one} ({count})" for one, count in arrived.items() if count > 1)),
        *_told("steps that were mailed twice", map(str, _doubles(steps))),
        *_told("mails without a row", (message_id for message_id in arrived if message_id not in rows)),
        *_told("mails to somebody else", (one for one, recipient in evidence.relayed if one in rows and rows[one].address != recipient)),
        *_told("mails that arrived though their row says not", (one for one in arrived if one in rows and rows[one].state not in AT_REST)),
        *_told("recorded, but absent", (one for one, send in rows.items() if send.state == "ACCEPTED" and one not in arrived)),
        *_told("neither sent nor listed", (f"{send.id} is {send.state}: {send.reason}" for send in restless)),
        *_told("people with too many or too few mails", (row.id for row in evidence.participants if mails[row.id] != MAILS)),
        *_told("senders that left too much unknown", (f"{owner}: {count}" for owner, count in unknown.items() if count > connections)),
    ]


def _about_counters(evidence: Evidence) -> list[str]:
    expected: Counter[tuple[str, str, str]] = Counter()
    for decisions in evidence.decisions.values():
        expected.update((decision.step_id or "", decision.branch or "", decision.outcome) for decision in decisions)
    expected.update((send.step_id, "", send.state.lower()) for send in evidence.sends)
    expected.update(("", "", row.status) for row in evidence.participants)
    expected["", "", "enrolled"] = len(evidence.participants)
    wrong = {key for key in expected.keys() | evidence.counted.keys() if expected[key] != evidence.counted.get(key, 0)}
    return _told("counters", (f"{key}: {evidence.counted.get(key, 0)} instead of {expected[key]}" for key in sorted(wrong)))


def _doubles(things: Iterable[Any]) -> list[Any]:
    return [thing for thing, count in Counter(things).items() if count > 1]


def _told(what: str, found: Iterable[str]) -> list[str]:
    """Some of what was found, and how many there are."""
    every = list(found)
    return [f"{what}: {len(every)}, e.g. {'; '.join(every[:TOLD])}"] if every else []
