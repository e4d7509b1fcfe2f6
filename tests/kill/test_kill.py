"""The promise under fire: whoever is killed, nobody is lost, nobody is stuck, no journey mail leaves twice, and what is unknown is listed.

`make kill-test` is the long form. KILLS: kills over both databases together. SEED: repeats a test's draws (not the machine's moods).
Both databases are besieged at once, for most of the time is spent waiting for the leases of the dead.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from engine.journey.durations import parse_duration
from engine.store import tables
from tests.kill.clients import Callers
from tests.kill.journey import SECOND_WAIT
from tests.kill.lossy import ONE_CALL, lossy_wire
from tests.kill.siege import CONNECTIONS, VICTIMS, Siege, besieged, kill_in_turn, seed_of
from tests.kill.verdict import Evidence, broken_promises, gather, unrest

#: Kills in the suite.
KILLS = int(os.environ.get("KILLS", "30"))
#: What the world may take to come to rest after the last kill: a dead sender's intents are open for 25 s, a dead worker's stage for 20.
REST_SECONDS = 300.0
LOOK_SECONDS = 0.2
#: Calls over a wire that loses answers.
CALLS = 24
#: How long people wait while everybody is killed, and how much later they may be woken once a worker is back: a dead one's stage is found
#: out after 20 s.
SLEEP = "PT5S"
MOST_LATE = timedelta(seconds=40)

#: Only tells of one that hangs: an idle machine needs two minutes.
pytestmark = pytest.mark.timeout(1200 if KILLS <= 30 else 0)


@pytest.fixture(scope="module")
def sieges(postgresql_url: str | None) -> Iterator[Sequence[Siege]]:
    """An installation on each database."""
    with ExitStack() as stack:
        started = [stack.enter_context(besieged(None))]
        if postgresql_url is None:
            sys.stderr.write("\nPOSTGRESQL IS NOT INSTALLED: only SQLite is besieged; `apt-get install postgresql` brings it\n")
        else:
            started.append(stack.enter_context(besieged(f"{postgresql_url}/postgres")))
        yield started


def test_kill_of_any_process_at_any_moment_loses_nobody_and_sends_nothing_twice(sieges: Sequence[Siege]) -> None:
    seed = seed_of()
    sys.stderr.write(f"\nSEED={seed}\n")
    callers = [calling(siege, "siege", seed) for siege in sieges]

    watch = [time.monotonic()]
    kill_in_turn(sieges, random.Random(seed), KILLS)
    watch.append(time.monotonic())
    for several in callers:
        several.stop()
    watch.append(time.monotonic())
    evidence = [come_to_rest(siege, "siege") for siege in sieges]
    watch.append(time.monotonic())

    tell([figures(*one) for one in zip(sieges, callers, evidence, strict=True)], watch)
    for siege, several, known in zip(sieges, callers, evidence, strict=True):
        assert verdict(siege, several, known) == []
        assert listed_unknown(siege) == {send.id for send in known.unknown}


def test_answer_that_is_lost_enrolls_nobody_twice(sieges: Sequence[Siege]) -> None:
    for siege in sieges:
        with lossy_wire(siege.stand.settings.port, random.Random(seed_of())) as wire:
            callers = calling(siege, "lossy", seed_of(), url=wire.url, calls=CALLS, headers=ONE_CALL)
            callers.join()

        evidence = come_to_rest(siege, "lossy")

        assert min(wire.lost, wire.halved) > 0
        assert callers.retries >= wire.lost + wire.halved
        assert verdict(siege, callers, evidence) == []
        assert evidence.unknown == []


def test_kill_of_everybody_during_a_wait_lets_nobody_oversleep(sieges: Sequence[Siege]) -> None:
    # Until all is done somebody else falls asleep every moment: who is looked at too late is not the last.
    callers = [calling(siege, "asleep", seed_of(), threads=1, pause_seconds=(0.2, 0.6), wait=SLEEP) for siege in sieges]
    kills = [(("worker", "temporal"), "settle"), (VICTIMS, "linger")]
    todo = {siege.name: list(kills) for siege in sieges}
    deadline = time.monotonic() + REST_SECONDS
    while any(todo.values()):
        assert time.monotonic() < deadline, f"nobody falls asleep: {todo}"
        for siege in sieges:
            if todo[siege.name] and has_sleepers(siege, todo[siege.name][0][1]):
                victims, _ = todo[siege.name].pop(0)
                siege.kill(*victims)
        time.sleep(LOOK_SECONDS)
    works_again: list[datetime] = []
    for siege in sieges:
        siege.let_work("worker", REST_SECONDS)
        works_again.append(datetime.now(UTC))
    for several in callers:
        several.stop()

    for siege, several, since in zip(sieges, callers, works_again, strict=True):
        evidence = come_to_rest(siege, "asleep")
        late = most_late(evidence, since)
        sys.stderr.write(f"  {siege.name}: {len(several.answered)} people, {late.total_seconds():.0f} s late at most\n")
        assert verdict(siege, several, evidence) == []
        assert late < MOST_LATE


def calling(siege: Siege, journey_id: str, seed: str, *, wait: str = "PT1S", url: str | None = None, **changes: Any) -> Callers:
    """Publish the journey under a name of its own, and have people enrolled in it."""
    siege.publish(journey_id, first_wait=wait)
    callers = Callers(url or siege.url, siege.stand.api_key, journey_id, seed, **changes)
    callers.start()
    return callers


def come_to_rest(siege: Siege, journey_id: str) -> Evidence:
    """Wait until nobody travels and no mail is under way, and look."""
    database, deadline = siege.stand.database, time.monotonic() + REST_SECONDS
    while open_ones := unrest(database, journey_id):
        siege.tend()
        assert time.monotonic() < deadline, f"{siege.name}: {journey_id} does not come to rest: {open_ones}\n{siege.stand.last_words()}"
        time.sleep(LOOK_SECONDS)
    return gather(database, journey_id, siege.relay_log)


def verdict(siege: Siege, callers: Callers, evidence: Evidence) -> list[str]:
    """Whatever is not as it was promised."""
    return [f"{siege.name}: {broken}" for broken in (*callers.wrong, *broken_promises(evidence, callers.answered, CONNECTIONS))]


def listed_unknown(siege: Siege) -> set[str]:
    """What an operator is shown as unknown."""
    found: set[str] = set()
    after = None
    with siege.stand.client() as client:
        while True:
            query = {"state": "UNKNOWN", "journey": "siege", "limit": "1000"} | ({"after": after} if after else {})
            page = client.get("/v1/sends", params=query).raise_for_status().json()
            found |= {send["id"] for send in page["results"]}
            after = page["next"]
            if after is None:
                return found


def has_sleepers(siege: Siege, step_id: str) -> bool:
    """Whether somebody waits at a step."""
    columns = tables.participants.c
    sleeper = select(columns.id).where(columns.journey_id == "asleep", columns.step_id == step_id, columns.status == "waiting")
    with siege.stand.database.read() as connection:
        return connection.scalar(sleeper.limit(1)) is not None


def most_late(evidence: Evidence, since: datetime) -> timedelta:
    """How much later a wait ended than it was over; before `since` nobody could be woken."""
    made = [row for rows in evidence.decisions.values() for row in rows]
    ended = {(row.participant_id, row.step_id): row.decided_at for row in made if row.outcome == "waited"}
    lengths = {"settle": parse_duration(SLEEP), "linger": parse_duration(SECOND_WAIT)}
    began = [row for row in made if row.outcome == "began_waiting"]
    return max(ended[row.participant_id, row.step_id] - max(row.decided_at + lengths[row.step_id], since) for row in began)


def figures(siege: Siege, callers: Callers, evidence: Evidence) -> dict[str, object]:
    """One installation's part of the table."""
    arrived = Counter(message_id for message_id, _ in evidence.relayed)
    return {
        "": siege.name,
        "kills": siege.kills.total(),
        **{f"of {name}": siege.kills[name] for name in VICTIMS},
        "calls sent again": callers.retries,
        "people enrolled": len(callers.answered),
        "of whom finished": sum(row.status == "finished" for row in evidence.participants),
        "mails accepted": sum(send.state == "ACCEPTED" for send in evidence.sends),
        "mails at the relay": arrived.total(),
        "twice": sum(count > 1 for count in arrived.values()),
        "mails unknown": len(evidence.unknown),
        "of which delivered": evidence.delivered_unknown,
        f"most of one sender (of {CONNECTIONS})": evidence.most_unknown_of_one_sender,
    }


def tell(columns: Sequence[Mapping[str, object]], watch: Sequence[float]) -> None:
    """Print the test in figures."""
    width = max(map(len, columns[0]))
    for name in columns[0]:
        sys.stderr.write(f"  {name:<{width}}" + "".join(f"{column[name]!s:>12}" for column in columns) + "\n")
    spans = ", ".join(f"{after - before:.0f} s" for before, after in pairwise(watch))
    sys.stderr.write(f"  killing, until the last call was answered, until all was at rest: {spans}\n")
