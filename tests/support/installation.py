"""A whole installation of a test's own: `wend up` as a process, and what a person would do to it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from engine.mail.mailbox import Mailbox, StoredMail
from engine.roles.home import Home, Running, is_alive
from engine.roles.ports import free_port

#: A start takes 3 s on an idle machine, and 20 on a quarter of one. Whoever ends is not waited for.
PATIENCE_SECONDS = 240.0
ROOT = Path(__file__).parent.parent.parent
COMMAND = [sys.executable, "-m", "engine.cli.main", "up"]


class Installation:
    """One data folder; `wend up` may be started, killed and started again on it."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.home = Home(folder)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("WEND_", "TEMPORAL_"))}
        self.environment: Mapping[str, str] = {**ours, "WEND_HOME": str(folder), "WEND_PORT": str(self.port), **settings}
        self._said = folder.with_name(f"{folder.name}.log")
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> subprocess.Popen[bytes]:
        """Start it and wait for nothing."""
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(COMMAND, cwd=ROOT, env=dict(self.environment), stdout=said, stderr=said)
        return self._process

    def start(self) -> None:
        """Start it and wait until it has printed the link that logs in."""
        process = self.begin()
        until(lambda: self.said("log in:") or process.poll() is not None, "wend up says how to log in", self.output)
        assert self.said("log in:"), self.output()

    def try_to_start(self) -> subprocess.CompletedProcess[str]:
        """Start `wend up` where it must refuse, and return what it said."""
        return subprocess.run(COMMAND, cwd=ROOT, env=dict(self.environment), capture_output=True, text=True, timeout=PATIENCE_SECONDS)

    @property
    def lines(self) -> list[str]:
        """What it has printed so far."""
        return self._said.read_text().splitlines()

    def said(self, text: str) -> bool:
        """Whether it has printed a text."""
        return any(text in line for line in self.lines)

    def output(self) -> str:
        """Everything it said, and the ends of its processes' logs."""
        logs = [f"--- {path.name}\n{path.read_text(errors='replace')[-2000:]}" for path in sorted(self.home.logs.glob("*.log"))]
        return "\n".join([*self.lines, *logs])

    def running(self) -> Running:
        """What it has written down of its processes."""
        running = self.home.read_running()
        assert running is not None, self.output()
        return running

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send it a signal and return its exit code once it has ended."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(PATIENCE_SECONDS)

    def kill_everything(self) -> None:
        """SIGKILL `wend up`, and with it everything it started."""
        pids = self.running().processes.values()
        self.end(signal.SIGKILL)
        until(lambda: not any(map(is_alive, pids)), "all processes are gone")

    def client(self) -> httpx.Client:
        """Call its API with its first key."""
        headers = {"Authorization": f"Bearer {self.home.ensure_api_key(None)}"}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=PATIENCE_SECONDS)

    def first_call(self) -> str:
        """The curl it has printed, as one line of shell, addressed to where it listens."""
        text = "\n".join(self.lines)
        found = re.search(r"^  (curl .*?\}')$", text, re.DOTALL | re.MULTILINE)
        assert found is not None, text
        return found[1]

    def publish(self, journey_id: str, document: Mapping[str, object]) -> None:
        """Publish a document."""
        with self.client() as client:
            draft = client.put(f"/v1/journeys/{journey_id}/draft", json=document)
            assert draft.is_success, draft.text
            published = client.post(f"/v1/journeys/{journey_id}/publish", json={})
            assert published.status_code == 201, published.text

    def enroll(self, journey_id: str, name: str) -> str:
        """Enroll one person."""
        person = {"endpoint": {"id": name, "address": f"{name}@example.com", "attributes": {"first_name": name}}, "idempotency_key": name}
        with self.client() as client:
            answer = client.post(f"/v1/journeys/{journey_id}/participants", json={"participants": [person]})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["results"][0]["participant_id"])

    def mails(self, name: str) -> list[StoredMail]:
        """The mails that one person got, oldest first."""
        mails = Mailbox(self.home.mailbox).list(limit=1000) if self.home.mailbox.exists() else []
        return sorted((mail for mail in mails if f"{name}@example.com" in mail.recipients), key=lambda mail: mail.id)

    def wait_for_mails(self, name: str, count: int) -> list[StoredMail]:
        """Wait until a person has that many mails."""
        until(lambda: len(self.mails(name)) >= count, f"{name} has {count} mails", self.output)
        return self.mails(name)


@contextmanager
def installation(folder: Path, **settings: str) -> Iterator[Installation]:
    """An installation that is running; whatever runs of it at the end is killed."""
    made = Installation(folder, **settings)
    try:
        made.start()
        yield made
    finally:
        if made._process is not None:
            made._process.kill()
            made._process.wait()


def until(holds: Callable[[], object], what: str, explain: Callable[[], str] = str, *, patience: float = PATIENCE_SECONDS) -> None:
    """Wait until something holds that no event tells of; fail with an explanation when it does not within that many seconds."""
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, f"not within {patience:g} s: {what}\n{explain()}"
        time.sleep(0.05)
