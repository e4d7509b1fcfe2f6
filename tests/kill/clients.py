"""Callers who enroll a stream of people by REST, and send each call again with the same key until it is answered with 202."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from typing import Any

import httpx

#: People in one call, and seconds between two: enough to keep every process at work, too little to keep it from coming to rest.
MOST_PEOPLE = 20
PAUSE_BETWEEN_SECONDS = (0.0, 0.3)
#: After a call that was not answered; the server is being started again.
PAUSE_SECONDS = 0.1
#: A call that was answered is sent once more by each caller at the end.
SENT_AGAIN = 3
#: Answers that only mean "try again": the first call is under way, the database is away.
PASSING = frozenset({409, 503})


@dataclass(frozen=True)
class Call:
    """One enroll call, as it is sent each time."""

    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def people(self) -> list[str]:
        """Endpoint ids, in order."""
        return [row["endpoint"]["id"] for row in self.body["participants"]]


@dataclass
class Callers:
    """Threads that call; each person is enrolled by one of them."""

    url: str
    api_key: str
    journey_id: str
    seed: str
    threads: int = 3
    #: Calls in all; None goes on until told to stop.
    calls: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    #: Between two calls of a thread.
    pause_seconds: tuple[float, float] = PAUSE_BETWEEN_SECONDS
    #: Participant ids by endpoint id, as they were answered.
    answered: dict[str, str] = field(default_factory=dict)
    #: How often a call was sent again because nobody answered.
    retries: int = 0
    #: What must never be answered.
    wrong: list[str] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _running: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin to call."""
        for number in range(self.threads):
            thread = threading.Thread(target=self._call, args=(number,), name=f"caller-{number}")
            thread.start()
            self._running.append(thread)

    def stop(self) -> None:
        """Let every caller finish its last call, and send some again."""
        self._stopping.set()
        self.join()

    def join(self) -> None:
        """Wait until every caller has made its calls."""
        for thread in self._running:
            thread.join()

    def _call(self, number: int) -> None:
        draw = random.Random(f"{self.seed}/{number}")
        made: list[Call] = []
        with self._client() as client:
            while not self._stopping.is_set() and (self.calls is None or len(made) < self.calls // self.threads):
                call = self._make(draw, f"{self.journey_id}-{number}-{len(made)}")
                made.append(call)
                self._send(client, call)
                self._stopping.wait(draw.uniform(*self.pause_seconds))
            for call in draw.sample(made, min(SENT_AGAIN, len(made))):
                self._send(client, call)

    def _client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.api_key}", **self.headers}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=30)

    def _make(self, draw: random.Random, name: str) -> Call:
        """A call with a key of its own, or with a key for each row."""
        is_keyed_whole = draw.random() < 0.5
        rows = []
        for index in range(draw.randint(1, MOST_PEOPLE)):
            person = f"{name}-{index}"
            attributes = {"name": person, "plan": draw.choice(["pro", "free"])}
            row: dict[str, Any] = {"endpoint": {"id": person, "address": f"{person}@example.org", "attributes": attributes}}
            rows.append(row if is_keyed_whole else {**row, "idempotency_key": f"enroll-{person}"})
        return Call({"participants": rows}, {"Idempotency-Key": name} if is_keyed_whole else {})

    def _send(self, client: httpx.Client, call: Call) -> None:
        while True:
            try:
                answer = client.post(f"/v1/journeys/{self.journey_id}/participants", json=call.body, headers=call.headers)
            except httpx.TransportError:
                self._wait()
                continue
            if answer.status_code in PASSING:
                self._wait()
                continue
            if answer.status_code != 202:
                self.wrong.append(f"{answer.status_code}: {answer.text[:300]}")
                return
            self._note(call, answer.json()["results"])
            return

    def _wait(self) -> None:
        self.retries += 1
        threading.Event().wait(PAUSE_SECONDS)

    def _note(self, call: Call, results: list[dict[str, Any]]) -> None:
        for person, result in zip(call.people, results, strict=True):
            before = self.answered.setdefault(person, result["participant_id"])
            if result["status"] not in ("enrolled", "duplicate") or before != result["participant_id"]:
                self.wrong.append(f"{person}: {result}, before {before}")
