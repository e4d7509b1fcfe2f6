"""How much memory each process of ours takes with 100,000 people waiting, who came in by REST, while mail is sent.

Usage: python -m bench.memory [waiting people] [mails]
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import islice

import httpx
import orjson

from bench.figures import Figure, report
from bench.journeys import GREETING, as_json, path_with_mail, path_without_mail, people
from bench.sink import running_sink
from bench.stand import PROJECT, Stand, standing
from engine.run.enroll import EnrollRow
from engine.store import counts

WAITING, SENDING = "waiting", "sending"
PEOPLE = 100_000
MAILS = 10_000
#: What the route takes at most.
CALL_ROWS = 10_000
PATIENCE_SECONDS = 600.0
#: The promise of the issue, for each process.
PROMISED_MEGABYTES = 300.0


def main(waiting: int = PEOPLE, mails: int = MAILS) -> int:
    """Measure and report."""
    with running_sink() as sink, standing(["api", "worker", "sender"], smtp_url=f"smtp://127.0.0.1:{sink.port}") as stand:
        stand.publish(WAITING, path_without_mail("P30D"))
        stand.publish(SENDING, path_with_mail(None), GREETING)
        with stand.client() as client:
            _enroll(client, WAITING, people(waiting))
            stand.wait_until(lambda: _count(stand, WAITING, "began_waiting") == waiting, "everybody waits", PATIENCE_SECONDS)
            _enroll(client, SENDING, people(mails, start=waiting))
        stand.wait_until(lambda: sink.count() >= mails, "every mail is sent", PATIENCE_SECONDS)
        used = stand.usage()
    ours = {name: one.peak_megabytes for name, one in used.items() if name != "temporal"}
    return report(
        "memory",
        [
            *(Figure(f"peak of {name}, {waiting:,} waiting", peak, "MB", PROMISED_MEGABYTES, "at_most") for name, peak in ours.items()),
            Figure("peak of the Temporal server", used["temporal"].peak_megabytes, "MB"),
        ],
    )


def _enroll(client: httpx.Client, journey_id: str, rows: Iterable[EnrollRow]) -> None:
    waiting = iter(rows)
    while call := list(islice(waiting, CALL_ROWS)):
        body = orjson.dumps({"participants": [as_json(row) for row in call]})
        answer = client.post(f"/v1/journeys/{journey_id}/participants", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 202, answer.text[:500]


def _count(stand: Stand, journey_id: str, metric: str) -> int:
    with stand.database.read() as connection:
        counted = counts.of_journey(connection, PROJECT, journey_id)
    return sum(count for counter, count in counted.items() if counter.metric == metric)


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
