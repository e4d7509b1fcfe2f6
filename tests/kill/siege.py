"""An installation under siege: every process a child of this one, each of which may be killed and started again at any moment.

Children die with the thread that started them (PR_SET_PDEATHSIG is bound to it), so only the thread that opened a siege may kill.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from bench.processes import children_of
from bench.stand import PROJECT, Stand, standing
from engine.roles.home import is_alive
from engine.roles.ports import free_port
from engine.store import tables
from tests.kill.journey import TEMPLATES, document

#: Whoever is killed in turn.
VICTIMS = ("api", "worker", "sender", "temporal")
CONNECTIONS = 10
#: Until the relay is given up on; with the sender's own margin this bounds how long an intent of a dead sender is open.
RELAY_PATIENCE = "timeout=2&data_timeout=3"
#: The relay's answer takes up to this long, in which a sender may die.
LAG_SECONDS = 0.02
#: What a process may take until it works again, and how long it works at least until it is killed again.
PATIENCE_SECONDS = 5.0
PAUSE_SECONDS = (0.0, 1.0)
SAY_EVERY_SECONDS = 10.0
#: A child of ours that is killed takes its own children with it; the kernel says so at once, and whoever inherits them buries them.
ORPHANS_END_SECONDS = 60.0
LOOK_SECONDS = 0.02


@dataclass
class Siege:
    """A running installation, and what was done to it."""

    stand: Stand
    #: What the relay wrote down.
    relay_log: Path
    kills: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        """The kind of its database."""
        return "SQLite" if self.stand.database.is_sqlite else "PostgreSQL"

    @property
    def url(self) -> str:
        """Where the API is."""
        return f"http://127.0.0.1:{self.stand.settings.port}"

    def publish(self, journey_id: str, first_wait: str) -> None:
        """Publish the journey under a name of its own."""
        self.stand.publish(journey_id, document(first_wait), TEMPLATES)

    def kill(self, *names: str) -> None:
        """Kill processes at one moment, and start them again at once."""
        orphans = [child for name in names for child in children_of(self.stand.processes[name].pid)]
        for name in names:
            self.stand.processes[name].kill()
        for name in names:
            self.stand.processes[name].wait()
            self.kills[name] += 1
        for name in names:
            self.stand.start_again(name)
        deadline = time.monotonic() + ORPHANS_END_SECONDS
        while any(map(is_alive, orphans)):
            self.tend()
            assert time.monotonic() < deadline, f"{self.name}: children of {names} outlive them: {orphans}"
            time.sleep(LOOK_SECONDS)

    def tend(self) -> None:
        """Start Temporal again where it ended by itself, as `wend up` would; fails with the last words where one of ours has ended."""
        dead = [name for name, process in self.stand.processes.items() if process.poll() is not None]
        assert dead in ([], ["temporal"]), f"{self.name}: {dead} ended by themselves\n{self.stand.last_words()}"
        if dead:
            sys.stderr.write(f"{self.name}: Temporal ended by itself and is started again\n{self.stand.last_words()}\n")
            self.stand.start_again("temporal")

    def let_work(self, name: str, seconds: float) -> None:
        """Wait until a process has done something since it was started, but not for ever: some die before that."""
        before, deadline = self._traces(name), time.monotonic() + seconds
        while self._traces(name) == before and time.monotonic() < deadline:
            time.sleep(0.01)

    def _traces(self, name: str) -> object:
        """What grows whenever a process works."""
        if name == "sender":
            return self.relay_log.stat().st_size
        table = tables.participants if name == "api" else tables.sends
        with self.stand.database.read() as connection:  # ids are made in the order of time
            return connection.scalar(select(func.max(table.c.id)).where(table.c.project == PROJECT))


def kill_in_turn(sieges: Sequence[Siege], draw: random.Random, count: int) -> None:
    """Kill one process after the other at random moments; every round has each process of each installation once, in any order."""
    began = said = time.monotonic()
    turns = [(siege, name) for siege in sieges for name in VICTIMS]
    for number in range(count):
        if number % len(turns) == 0:
            draw.shuffle(turns)
        siege, name = turns[number % len(turns)]
        siege.let_work(name, PATIENCE_SECONDS)
        time.sleep(draw.uniform(*PAUSE_SECONDS))
        siege.kill(name)
        if time.monotonic() - said > SAY_EVERY_SECONDS:
            said = time.monotonic()
            sys.stderr.write(f"{number + 1} of {count} kills after {said - began:.0f} s\n")


@contextmanager
def besieged(database_url: str | None) -> Iterator[Siege]:
    """Start a relay, a Temporal server, an API, a worker and a sender; end and remove all of them after the block."""
    port = free_port()
    relay = f"smtp://127.0.0.1:{port}?connections={CONNECTIONS}&{RELAY_PATIENCE}"
    settings = {} if database_url is None else {"database_url": database_url}
    with standing([], smtp_url=relay, **settings) as stand:
        siege = Siege(stand, stand.home.folder / "relay.log")
        siege.relay_log.touch()
        sink = [sys.executable, str(Path(__file__).with_name("sink.py")), str(port), str(siege.relay_log), str(LAG_SECONDS)]
        stand.start_program("relay", sink)
        for role in ("api", "worker", "sender"):
            stand.start(role)
        with stand.client():  # waits until it answers
            pass
        yield siege


def seed_of(environment: dict[str, str] | os._Environ[str] = os.environ) -> str:
    """The seed of this test: given, or drawn."""
    return environment.get("SEED") or str(random.SystemRandom().randrange(1_000_000))
