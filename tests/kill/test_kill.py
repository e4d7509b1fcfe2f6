"""The promise under fire: whoever is killed, nobody is lost, nobody is stuck, no journey mail leaves twice, and what is unknown is listed.

`make kill-test` is the long form. KILLS: kills over both databases together. SEED: repeats a test's draws (not the machine's moods).
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.kill.clients import Callers
from tests.kill.lossy import ONE_CALL, lossy_wire
from tests.kill.siege import CONNECTIONS, Siege, besieged, seed_of
from tests.kill.verdict import Evidence, broken_promises, gather, is_at_rest

#: Kills in the suite, over both databases together.
KILLS = int(os.environ.get("KILLS", "30"))
#: What the world may take to come to rest after the last kill: a dead sender's intents are open for 25 s, a dead worker's stage for 20.
REST_SECONDS = 120.0
CALLS = 40


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def siege(request: pytest.FixtureRequest) -> Iterator[Siege]:
    """An installation on a database of either kind."""
    url = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_url")
        if server is None:
            pytest.skip("PostgreSQL is not installed")
        url = f"{server}/postgres"
    with besieged(url) as started:
        yield started


@pytest.mark.timeout(0 if KILLS > 30 else 180)
def test_kill_of_any_process_at_any_moment_loses_nobody_and_sends_nothing_twice(siege: Siege) -> None:
    seed = seed_of()
    sys.stderr.write(f"\nSEED={seed}\n")
    siege.publish("siege")
    callers = Callers(siege.url, siege.stand.api_key, "siege", seed)

    watch = [time.monotonic()]
    callers.start()
    siege.kill_in_turn(random.Random(seed), KILLS // 2)
    watch.append(time.monotonic())
    callers.stop()
    watch.append(time.monotonic())
    evidence = come_to_rest(siege, "siege")
    watch.append(time.monotonic())

    sys.stderr.write(table(siege, callers, evidence, watch))
    assert callers.wrong == []
    assert broken_promises(evidence, callers.answered, CONNECTIONS) == []
    assert listed_unknown(siege) == {send.id for send in evidence.unknown}


def test_answer_that_is_lost_enrolls_nobody_twice(siege: Siege) -> None:
    siege.publish("lossy")
    with lossy_wire(siege.stand.settings.port, random.Random(seed_of())) as wire:
        callers = Callers(wire.url, siege.stand.api_key, "lossy", seed_of(), calls=CALLS, headers=ONE_CALL)
        callers.start()
        callers.join()

    evidence = come_to_rest(siege, "lossy")

    assert wire.lost > 0
    assert wire.halved > 0
    assert callers.retries >= wire.lost + wire.halved
    assert callers.wrong == []
    assert broken_promises(evidence, callers.answered, CONNECTIONS) == []
    assert evidence.unknown == []


@pytest.mark.parametrize("victims", [("worker", "temporal"), ("api", "worker", "sender", "temporal")])
def test_kill_of_several_during_a_wait_keeps_nobody_waiting(siege: Siege, victims: tuple[str, ...]) -> None:
    journey_id = f"asleep-{len(victims)}"
    siege.publish(journey_id, first_wait="PT6S")
    callers = Callers(siege.url, siege.stand.api_key, journey_id, "asleep", calls=CALLS)
    callers.start()
    callers.join()

    siege.kill(*victims)
    evidence = come_to_rest(siege, journey_id)

    assert callers.wrong == []
    assert broken_promises(evidence, callers.answered, CONNECTIONS) == []
    assert most_late(evidence) < timedelta(seconds=30)


def come_to_rest(siege: Siege, journey_id: str) -> Evidence:
    """Wait until nobody travels and no mail is under way, and look."""
    siege.wait_until(lambda: is_at_rest(siege.stand.database, journey_id), f"{journey_id} comes to rest", REST_SECONDS)
    return gather(siege.stand.database, journey_id, siege.relay_log)


def listed_unknown(siege: Siege) -> set[str]:
    """What an operator is shown as unknown."""
    found: set[str] = set()
    after = None
    with closing(siege.stand.client()) as client:
        while True:
            query = {"state": "UNKNOWN", "journey": "siege", "limit": "1000"} | ({"after": after} if after else {})
            page = client.get("/v1/sends", params=query).raise_for_status().json()
            found |= {send["id"] for send in page["results"]}
            after = page["next"]
            if after is None:
                return found


def most_late(evidence: Evidence) -> timedelta:
    """How much later than it was over the longest wait ended."""
    ended = {(row.participant_id, row.step_id): row for rows in evidence.decisions.values() for row in rows if row.outcome == "waited"}
    began = [row for rows in evidence.decisions.values() for row in rows if row.outcome == "began_waiting"]
    lengths = {"settle": timedelta(seconds=6), "linger": timedelta(seconds=2)}
    return max(ended[row.participant_id, row.step_id].decided_at - row.decided_at - lengths[row.step_id] for row in began)


def table(siege: Siege, callers: Callers, evidence: Evidence, watch: Sequence[float]) -> str:
    """The test in figures; `watch` has the instants at which killing began and ended, the last call was answered, and all was at rest."""
    lines = {
        "database": "SQLite" if siege.stand.database.is_sqlite else "PostgreSQL",
        "kills": f"{siege.kills.total()} ({', '.join(f'{name} {count}' for name, count in sorted(siege.kills.items()))})",
        "seconds: kills, last answer, rest": ", ".join(f"{after - before:.0f}" for before, after in pairwise(watch)),
        "calls sent again": callers.retries,
        "people enrolled, finished": f"{len(callers.answered)}, {sum(row.status == 'finished' for row in evidence.participants)}",
        "mails accepted": sum(send.state == "ACCEPTED" for send in evidence.sends),
        "mails at the relay": len(evidence.relayed),
        "mails at the relay twice": len(evidence.relayed) - len({message_id for message_id, _ in evidence.relayed}),
        "unknown": len(evidence.unknown),
        "of which delivered": evidence.delivered_unknown,
        "most unknown of one sender": f"{evidence.most_unknown_of_one_sender} of {CONNECTIONS} allowed",
    }
    width = max(map(len, lines))
    return "\n" + "".join(f"  {name:<{width}}  {value}\n" for name, value in lines.items())
