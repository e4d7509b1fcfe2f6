"""Ctrl-C while Python imports, which takes a second or two: nothing has begun, so there is nothing to clean up and nothing to say.

Imports nothing but what Python itself has imported before.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

#: What a shell says of a program that Ctrl-C ended.
INTERRUPTED = 128 + signal.SIGINT


@contextmanager
def ended_by_interrupt() -> Iterator[None]:
    """Have Ctrl-C end the process at once while the block lasts; whoever ignores it goes on doing so."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(number: int, frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)
