"""A relay that keeps count: a process that answers SMTP and writes down every mail before it says 250.

Usage: python sink.py PORT FILE LAG_SECONDS. One line per mail: its Message-ID, a tab, its recipient. Knows nothing of Wend.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import sys

_MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


class Sink(asyncio.Protocol):
    """One connection."""

    def __init__(self, log: int, lag_seconds: float) -> None:
        self._log = log
        self._lag_seconds = lag_seconds
        self._received = b""
        self._recipient = b""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._say(b"220 sink")

    def data_received(self, data: bytes) -> None:
        self._received += data
        while True:
            end = b"\r\n.\r\n" if self._in_data else b"\r\n"
            said, found, rest = self._received.partition(end)
            if not found:
                return
            self._received = rest
            if self._in_data:
                self._in_data = False
                self._take(said)
            else:
                self._obey(said)

    def _take(self, message: bytes) -> None:
        """A mail that is wholly here is accepted, whether or not anybody still listens for the answer."""
        head = message.partition(b"\r\n\r\n")[0]
        found = _MESSAGE_ID.search(head)
        os.write(self._log, b"%s\t%s\n" % (found[1] if found else b"none", self._recipient))
        # Between these two lies what a sender that dies cannot know.
        asyncio.get_running_loop().call_later(random.uniform(0, self._lag_seconds), self._say, b"250 2.0.0 kept")

    def _obey(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"RCPT":
            self._recipient = line.partition(b"<")[2].partition(b">")[0]
        if verb == b"DATA":
            self._in_data = True
            self._say(b"354 go on")
        elif verb == b"QUIT":
            self._say(b"221 bye")
            self._transport.close()
        else:
            self._say(b"250 ok")

    def _say(self, line: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(line + b"\r\n")


async def serve(port: int, file: str, lag_seconds: float) -> None:
    """Answer until the process ends."""
    log = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    server = await asyncio.get_running_loop().create_server(lambda: Sink(log, lag_seconds), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2], float(sys.argv[3])))
