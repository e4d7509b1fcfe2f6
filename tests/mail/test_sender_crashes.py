"""The sender dies: after each durable statement of the send path, and by SIGKILL at any moment. Nothing is lost, nothing doubled unlisted.

The sink writes each Message-ID down before it answers, so that what arrived is known whatever the sender remembers.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bench.sink import running_sink
from engine.mail.sender import Sender
from engine.store import tables
from engine.store.database import Database
from tests.support.crashing_sender import CRASHED, UNFINISHED, CrashingSenders, crashing_senders
from tests.support.rendering import DirectRenderer
from tests.support.sending import OPTIONS, local_relay, until
from tests.support.sends import queue_sends, read_states, seed_journey

CONNECTIONS = 2
#: Mails of a round, and more writes than sending them takes.
MAILS, MOST_WRITES = 12, 60


@dataclass
class Relay:
    """A sink, and what it took."""

    port: int
    log: Path
    #: Message-IDs that may arrive. A mail of a sender that is dead may do so at any time.
    known: set[str] = field(default_factory=set)

    def arrived(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(self.log.read_text().split())


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    log = tmp_path / "taken"
    with running_sink(delay=0.002, log=log) as sink:
        yield Relay(sink.port, log)


@pytest.fixture(scope="module")
def senders() -> Iterator[CrashingSenders]:
    with crashing_senders() as running:
        yield running


def let_leases_lapse(database: Database) -> None:
    """As if the lease's time had passed: no sender is left that could still hear from the relay."""
    with database.write() as connection:
        connection.execute(
            update(tables.sends).where(tables.sends.c.lease_until.is_not(None)).values(lease_until=datetime(2020, 1, 1, tzinfo=UTC))
        )


async def finish(database: Database, relay: Relay) -> None:
    """Let a healthy sender do what is left."""
    sender = Sender(database, local_relay(relay.port), DirectRenderer(), OPTIONS)
    task = asyncio.create_task(sender.run())
    await until(lambda: not UNFINISHED.intersection(read_states(database).values()), 60)
    sender.stop()
    await task


def audit(database: Database, relay: Relay, crashes: int) -> Counter[str]:
    """Hold the ledger against what arrived; the states counted."""
    with database.read() as connection:
        rows = connection.execute(select(tables.sends.c.message_id, tables.sends.c.state)).all()
    relay.known.update(row.message_id for row in rows)
    arrived = relay.arrived()
    states = Counter(row.state for row in rows)
    assert set(states) <= {"ACCEPTED", "UNKNOWN"}
    assert states["UNKNOWN"] <= CONNECTIONS * crashes, "at most one per connection and crash"
    assert all(times == 1 for times in arrived.values()), "a journey's mail was doubled"
    assert {row.message_id for row in rows if row.state == "ACCEPTED"} <= set(arrived), "recorded but absent"
    assert set(arrived) <= relay.known
    return states


def begin_round(database: Database, people: Sequence[str]) -> None:
    """Have these people in the database, and nothing else."""
    with database.write() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            connection.execute(table.delete())
    seed_journey(database, people)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_crash_at_each_write_loses_and_doubles_nothing(when: str, database: Database, relay: Relay, senders: CrashingSenders) -> None:
    seen: Counter[str] = Counter()
    for number in range(1, MOST_WRITES):
        people = [f"round-{number}-{mail}" for mail in range(MAILS)]
        begin_round(database, people)
        queue_sends(database, people)
        code = await asyncio.to_thread(senders.crash, database, relay.port, number, when)
        assert code in (0, CRASHED)
        let_leases_lapse(database)
        await finish(database, relay)
        seen += audit(database, relay, 1)
        if code == 0:
            break
    assert code == 0, "there are more writes than expected"
    assert number > 4
    # Some crash falls between an intent and its outcome.
    assert seen["UNKNOWN"] > 0


async def test_sender_killed_again_and_again_loses_and_doubles_nothing(database: Database, relay: Relay, senders: CrashingSenders) -> None:
    people = [f"p{number}" for number in range(1000)]
    begin_round(database, people)
    queued, kills, draw = 0, 0, random.Random(7)

    while kills < 8 and queued < len(people):
        # The sink takes 0.2 s for these. A sender that has sent them all before it is killed, because the test stood still, does not count.
        queue_sends(database, people[queued : queued + 50])
        queued += 50
        enough = count_accepted(database) + 10
        sender = senders.start(database, relay.port)
        await until(partial(has_sent, database, enough))
        await asyncio.sleep(draw.random() * 0.1)
        os.kill(sender, signal.SIGKILL)
        kills += senders.wait() == -signal.SIGKILL
        let_leases_lapse(database)
    await finish(database, relay)

    states = audit(database, relay, kills)
    assert kills >= 3
    assert states["ACCEPTED"] + states["UNKNOWN"] == queued


def count_accepted(database: Database) -> int:
    return list(read_states(database).values()).count("ACCEPTED")


def has_sent(database: Database, enough: int) -> bool:
    states = list(read_states(database).values())
    return states.count("ACCEPTED") >= enough or not UNFINISHED.intersection(states)
