"""What somebody sees of a start that is interrupted, or has to wait."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.roles.console import Console
from engine.roles.up import take_turn
from tests.support.installation import ROOT

#: Ctrl-C comes at the moment at which a module is looked for. A shell has what it runs in the background ignore it: not here.
INTERRUPTED_AT = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
class Interrupting:
    def find_spec(self, name, *_):
        if name == WANTED:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
from engine.cli.main import main
main()
"""


@pytest.mark.parametrize("module", ["typer", "temporalio.client"])
def test_ctrl_c_while_python_imports_ends_quietly(module: str, tmp_path: Path) -> None:
    code = INTERRUPTED_AT.replace("WANTED", repr(module))
    environment = {**os.environ, "WEND_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}

    ended = subprocess.run([sys.executable, "-c", code, "up"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)

    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")
    assert list(tmp_path.iterdir()) == []


class Letting(Console):
    """A console on which nothing is said before somebody lets go of the turn."""

    def __init__(self, held: int) -> None:
        super().__init__()
        self._held = held
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)
        fcntl.flock(self._held, fcntl.LOCK_UN)


def test_up_that_waits_for_its_turn_at_the_ports_says_so(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as first, (tmp_path / "lock").open("w") as second:
        fcntl.flock(first, fcntl.LOCK_EX)
        console = Letting(first.fileno())

        take_turn(second, console)
        take_turn(second, console)  # it is had already

    assert console.said == ["Another `wend up` is starting on this machine; waiting until it has its ports."]
