"""An installation under siege: every process a child of this one, each of which may be killed and started again at any moment.

Children die with the thread that started them (PR_SET_PDEATHSIG is bound to it), so only the thread that opened a siege may kill.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.processes import children_of
from bench.stand import Stand, standing
from engine.roles.home import is_alive
from engine.roles.up import free_port
from tests.kill.journey import TEMPLATES, document

#: Whoever is killed in turn.
VICTIMS = ("api", "worker", "sender", "temporal")
CONNECTIONS = 10
#: Until the relay is given up on; with the sender's own margin this bounds how long an intent of a dead sender is open.
RELAY_PATIENCE = "timeout=2&data_timeout=3"
#: The relay's answer takes up to this long, in which a sender may die.
LAG_SECONDS = 0.02
#: Between two kills.
PAUSE_SECONDS = (0.2, 2.0)
#: A child of ours that is killed takes its own children with it.
ORPHANS_END_SECONDS = 10.0


@dataclass
class Siege:
    """A running installation, and what was done to it."""

    stand: Stand
    #: What the relay wrote down.
    relay_log: Path
    kills: Counter[str] = field(default_factory=Counter)
    #: Process ids of senders, each of which may leave as many mails unknown as it has connections.
    senders: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the API is."""
        return f"http://127.0.0.1:{self.stand.settings.port}"

    def publish(self, journey_id: str, first_wait: str = "PT1S", second_wait: str = "PT2S") -> None:
        """Publish the journey under a name of its own."""
        self.stand.publish(journey_id, document(first_wait, second_wait), TEMPLATES)

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
        self.stand.wait_until(lambda: not any(map(is_alive, orphans)), "the killed processes' children are gone", ORPHANS_END_SECONDS)

    def kill_in_turn(self, draw: random.Random, count: int) -> None:
        """Kill one process after the other at random moments; every round has each of them once, in any order."""
        began = said = time.monotonic()
        for number in range(count):
            if number % len(VICTIMS) == 0:
                turn = draw.sample(VICTIMS, len(VICTIMS))
            time.sleep(draw.uniform(*PAUSE_SECONDS))
            self.kill(turn[number % len(VICTIMS)])
            if time.monotonic() - said > 10:
                said = time.monotonic()
                sys.stderr.write(f"\n{number + 1} of {count} kills after {said - began:.0f} s")

    def wait_until(self, holds: Callable[[], bool], what: str, seconds: float) -> None:
        """Wait until something holds; fails with everybody's last words."""
        self.stand.wait_until(holds, what, seconds, look_every_seconds=0.1)


@contextmanager
def besieged(database_url: str | None) -> Iterator[Siege]:
    """Start a relay, a Temporal server, an API, a worker and a sender; end and remove all of them after the block."""
    port = free_port(0)
    relay = f"smtp://127.0.0.1:{port}?connections={CONNECTIONS}&{RELAY_PATIENCE}"
    settings = {} if database_url is None else {"database_url": database_url}
    with standing([], smtp_url=relay, **settings) as stand:
        siege = Siege(stand, stand.home.folder / "relay.log")
        siege.relay_log.touch()
        sink = [sys.executable, str(Path(__file__).with_name("sink.py")), str(port), str(siege.relay_log), str(LAG_SECONDS)]
        stand.start_program("relay", sink)
        for role in ("api", "worker", "sender"):
            stand.start(role)
        stand.client().close()
        yield siege


def seed_of(environment: dict[str, str] | os._Environ[str] = os.environ) -> str:
    """The seed of this test: given, or drawn."""
    return environment.get("SEED") or str(random.SystemRandom().randrange(1_000_000))
