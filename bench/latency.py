"""An idle server, one person enrolled by REST at a time: how long until their first mail is at the relay, and where that time goes.

Usage: python -m bench.latency [samples]
"""

from __future__ import annotations

import asyncio
import math
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import httpx
from sqlalchemy import select

from bench.figures import Figure, report
from bench.journeys import GREETING, as_json, path_with_mail, people
from bench.sink import Protocol, Tally
from bench.stand import Stand, standing
from engine.run.enroll import EnrollRow
from engine.store.tables import groups, participants, sends

JOURNEY = "path"
SAMPLES = 120
WARM_UP = 5
ARRIVES_WITHIN_SECONDS = 30.0
#: Between samples, so that each meets an idle server; longer than the dispatcher gathers.
PAUSE_SECONDS = 0.25
#: What is promised.
PROMISED_MILLISECONDS = 300.0


@dataclass
class Arrivals(Tally):
    """When each mail came, by its recipient."""

    delay: float = 0.0
    log: None = None
    at: dict[str, float] = field(default_factory=dict)
    came: threading.Event = field(default_factory=threading.Event)

    def take(self, message: bytes) -> None:
        """Note the instant, and whom the mail is to."""
        now = time.time()
        head = message.partition(b"\r\n\r\n")[0]
        [recipient] = [line[3:].strip() for line in head.split(b"\r\n") if line.lower().startswith(b"to:")]
        self.at[recipient.decode().strip("<>")] = now
        self.came.set()


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail's way, as instants in seconds since 1970."""

    called: float
    answered: float
    grouped: float
    #: When Temporal put the stage into its queue.
    scheduled: float
    #: When the sender wrote its intent, right before the message went out.
    intended: float
    arrived: float


def main(count: int = SAMPLES) -> int:
    """Measure and report."""
    with relay() as (arrivals, port), standing(["api", "worker", "sender"], smtp_url=f"smtp://127.0.0.1:{port}") as stand:
        stand.publish(JOURNEY, path_with_mail(None), GREETING)
        with stand.client() as client:
            samples = [_sample(stand, client, arrivals, row) for row in people(count + WARM_UP)][WARM_UP:]
    whole = [sample.arrived - sample.called for sample in samples]
    return report(
        "latency",
        [
            Figure(
                f"from the enroll call to the relay, p95 of {count}", _milliseconds(whole, 0.95), "ms", PROMISED_MILLISECONDS, "at_most"
            ),
            Figure("median", _milliseconds(whole, 0.5), "ms"),
            Figure("slowest", _milliseconds(whole, 1.0), "ms"),
            *(Figure(name, _milliseconds([part(sample) for sample in samples], 0.5), "ms") for name, part in PARTS.items()),
        ],
    )


PARTS: dict[str, Callable[[Sample], float]] = {
    "median part: enroll call": lambda sample: sample.answered - sample.called,
    "median part: from the call's start until the group is formed": lambda sample: sample.grouped - sample.called,
    "median part: until Temporal has the stage ready": lambda sample: sample.scheduled - sample.grouped,
    "median part: stage, claim, rendering, envelope, until the intent": lambda sample: sample.intended - sample.scheduled,
    "median part: until the message is at the relay": lambda sample: sample.arrived - sample.intended,
}


def _sample(stand: Stand, client: httpx.Client, arrivals: Arrivals, row: EnrollRow) -> Sample:
    time.sleep(PAUSE_SECONDS)
    arrivals.came.clear()
    called = time.time()
    answer = client.post(f"/v1/journeys/{JOURNEY}/participants", json={"participants": [as_json(row)]})
    answered = time.time()
    assert answer.status_code == 202, answer.text
    if not arrivals.came.wait(ARRIVES_WITHIN_SECONDS):
        raise RuntimeError(f"No mail came.\n{stand.last_words()}")
    return _read(stand, row, called, answered, arrivals.at[row.endpoint.address or ""])


def _read(stand: Stand, row: EnrollRow, called: float, answered: float, arrived: float) -> Sample:
    """Look up what the database knows of a mail's way."""
    statement = (
        select(groups.c.formed_at, groups.c.progressed_at, sends.c.intent_at)
        .join(participants, (participants.c.project == sends.c.project) & (participants.c.id == sends.c.participant_id))
        # Whoever has finished is in no group any more; the newest is theirs, for nobody else travels.
        .join(groups, groups.c.project == sends.c.project)
        .where(sends.c.endpoint_id == row.endpoint.id)
        .order_by(groups.c.id.desc())
        .limit(1)
    )
    with stand.database.read() as connection:
        formed_at, progressed_at, intent_at = connection.execute(statement).one()
    return Sample(called, answered, _seconds(formed_at), _seconds(progressed_at), _seconds(intent_at), arrived)


def _seconds(instant: datetime) -> float:
    return instant.timestamp()


def _milliseconds(values: Sequence[float], share: float) -> float:
    """The value that such a share of all does not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * share) - 1] * 1000


@contextmanager
def relay() -> Iterator[tuple[Arrivals, int]]:
    """A relay on a thread of this process; yields what arrived, and its port."""
    arrivals, loop = Arrivals(), asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: Protocol(arrivals), "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield arrivals, int(server.sockets[0].getsockname()[1])
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.close()


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
