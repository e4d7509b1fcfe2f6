"""An SMTP server that takes every mail and counts, as a process of its own: a minimal asyncio protocol, as fast as it can be.

Usage: python -m bench.sink [--delay SECONDS] [--log FILE]

It prints its port, then answers every command after the delay. With `--log` the Message-ID of each mail is in the file before the
mail is answered for, so that a killed sender can be held to account. A line on its standard input is answered with the count so far.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import uvloop

_REPLIES = {
    b"EHLO": b"250-sink\r\n250-8BITMIME\r\n250 SIZE 100000000\r\n",
    b"HELO": b"250 sink\r\n",
    b"MAIL": b"250 2.1.0 fine\r\n",
    b"RCPT": b"250 2.1.5 fine\r\n",
    b"DATA": b"354 go on\r\n",
    b"RSET": b"250 2.0.0 forgotten\r\n",
    b"NOOP": b"250 2.0.0 fine\r\n",
    b"QUIT": b"221 2.0.0 bye\r\n",
}


@dataclass
class Tally:
    """What all connections have taken."""

    delay: float
    log: BinaryIO | None
    count: int = 0

    def take(self, message: bytes) -> None:
        """Count a mail, and note its Message-ID durably enough to survive a killed client."""
        self.count += 1
        if self.log is not None:
            head = message.partition(b"\r\n\r\n")[0]
            lines = [line for line in head.split(b"\r\n") if line.lower().startswith(b"message-id:")]
            self.log.write(lines[0].split(b":", 1)[1].strip() + b"\n")
            self.log.flush()


class Protocol(asyncio.Protocol):
    """One connection."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._buffer = bytearray()
        self._in_message = False
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._transport = transport
        self._answer(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Take commands and messages."""
        self._buffer += data
        while self._take_message() if self._in_message else self._take_command():
            pass

    def _take_message(self) -> bool:
        end = self._buffer.find(b"\r\n.\r\n")
        if end < 0:
            return False
        self._tally.take(bytes(self._buffer[:end]))
        del self._buffer[: end + 5]
        self._in_message = False
        self._answer(b"250 2.0.0 taken as %d\r\n" % self._tally.count)
        return True

    def _take_command(self) -> bool:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return False
        verb = bytes(self._buffer[:4]).upper()
        del self._buffer[: end + 2]
        self._in_message = verb == b"DATA"
        self._answer(_REPLIES.get(verb, b"500 5.5.1 what?\r\n"))
        return True

    def _answer(self, reply: bytes) -> None:
        if self._tally.delay:
            self._loop.call_later(self._tally.delay, self._transport.write, reply)  # type: ignore[attr-defined]
        else:
            self._transport.write(reply)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Sink:
    """A sink that runs."""

    port: int
    process: subprocess.Popen[bytes]

    def count(self) -> int:
        """Ask how many mails it has taken."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"count\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@contextmanager
def running_sink(*, delay: float = 0.0, log: Path | None = None) -> Iterator[Sink]:
    """Run a sink while the block lasts."""
    command = [sys.executable, "-m", "bench.sink", "--delay", str(delay), *(["--log", str(log)] if log else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).resolve().parents[1]) as process:
        assert process.stdout is not None
        try:
            yield Sink(int(process.stdout.readline()), process)
        finally:
            process.terminate()


async def _serve(tally: Tally) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Protocol(tally), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)

    def answer_count() -> None:
        if not sys.stdin.buffer.readline():
            raise SystemExit
        print(tally.count, flush=True)

    loop.add_reader(sys.stdin.fileno(), answer_count)
    await server.serve_forever()


def main() -> None:
    """Serve until terminated."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--log", type=Path)
    options = parser.parse_args()
    log = options.log.open("ab") if options.log else None
    uvloop.run(_serve(Tally(options.delay, log)))


if __name__ == "__main__":
    main()
