"""What a person at a terminal is told: lines, and progress in place."""

from __future__ import annotations

import sys
import time

#: Where the output is no terminal, progress is a line this often.
LINE_EVERY_SECONDS = 15.0


class Console:
    """Writes to stdout, each line at once."""

    def __init__(self) -> None:
        self._in_place = sys.stdout.isatty()
        self._open_line = False
        self._said_at = 0.0

    def say(self, text: str) -> None:
        """Say one thing."""
        if self._open_line:
            sys.stdout.write("\r\x1b[K")
            self._open_line = False
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def progress(self, text: str) -> None:
        """Show how far something long is."""
        if self._in_place:
            sys.stdout.write(f"\r\x1b[K{text}")
            self._open_line = True
        elif time.monotonic() - self._said_at > LINE_EVERY_SECONDS:
            sys.stdout.write(f"{text}\n")
            self._said_at = time.monotonic()
        sys.stdout.flush()
