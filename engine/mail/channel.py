"""Commands and replies over an SMTP connection that stands: one command, one reply, in order. Opening it is aiosmtplib's.

aiosmtplib takes three times as much processor time per exchange, most of it around its waiting (email-reliability 3.1). The rules here
are few: a reply that nobody asked for, or more than one, ends the connection, so that no reply is ever taken for another command's.
"""

from __future__ import annotations

import asyncio
from typing import cast

#: RFC 5321 4.5.3.1.5 allows 512 octets a line; whoever says more than this is not talking SMTP.
REPLY_BYTES = 32_768


class ChannelBrokenError(Exception):
    """The connection is of no more use; the message says why."""


class Channel(asyncio.Protocol):
    """One connection, taken over from whoever opened it."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = transport
        self._buffer = bytearray()
        self._waiter: asyncio.Future[tuple[int, str]] | None = None
        #: Until when the reply that is waited for has to come, and what looks whether it did: one timer for many exchanges.
        self._deadline = 0.0
        self._watch: asyncio.TimerHandle | None = None
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        """Whether it stands, as far as one can see from here."""
        return self._transport is not None and not self._transport.is_closing()

    async def exchange(self, command: bytes, seconds: float) -> tuple[int, str]:
        """Write a command, with its line end, and return the reply's code and text.

        Raises:
            ChannelBrokenError: no reply in time, nonsense, or the connection is gone.
        """
        if self._transport is None or self._transport.is_closing():
            raise ChannelBrokenError("the connection was closed")
        waiter: asyncio.Future[tuple[int, str]] = self._loop.create_future()
        self._waiter = waiter
        self._expect_within(seconds)
        try:
            self._transport.write(command)
            return await waiter
        finally:
            self._waiter = None

    def _expect_within(self, seconds: float) -> None:
        self._deadline = self._loop.time() + seconds
        if self._watch is None or self._watch.when() > self._deadline:
            self._look_at(self._deadline)

    def _look_at(self, moment: float) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._watch = self._loop.call_at(moment, self._look)

    def _look(self) -> None:
        """Give up on a reply that is overdue; look again later where one is still to come."""
        self._watch = None
        if self._waiter is None:
            return
        if self._loop.time() >= self._deadline:
            self._break("no reply in time")
        else:
            self._look_at(self._deadline)

    def close(self) -> None:
        """Close at once; what was not sent yet is dropped."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note of a transport that was replaced (by TLS)."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Put a reply together."""
        self._buffer += data
        if self._waiter is None or self._waiter.done():
            self._break("a reply that nobody asked for")
            return
        try:
            reply = read_reply(self._buffer)
        except ValueError as error:
            self._break(f"not a reply: {error}")
            return
        if reply is not None:
            code, text, length = reply
            self._waiter.set_result((code, text))
            if len(self._buffer) > length:
                self.close()
            self._buffer.clear()

    def eof_received(self) -> bool:
        """The relay hung up."""
        self._break("the relay closed the connection")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._break(str(exc) if exc else "the relay closed the connection")

    def _break(self, reason: str) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(ChannelBrokenError(reason))
        self.close()


def read_reply(buffer: bytes | bytearray) -> tuple[int, str, int] | None:
    """Read one whole reply: its code, its text, and how many bytes it took; None while there is more to come.

    Raises:
        ValueError: it is no reply (RFC 5321 4.2).
    """
    texts: list[str] = []
    start = 0
    while (end := buffer.find(b"\n", start)) >= 0:
        line = bytes(buffer[start:end]).rstrip(b"\r")
        start = end + 1
        if not line[:3].isdigit() or line[3:4] not in (b" ", b"-", b""):
            raise ValueError(line[:100].decode("ascii", "replace"))
        texts.append(line[4:].decode("utf-8", "replace").strip())
        if line[3:4] != b"-":
            return int(line[:3]), "\n".join(texts), start
    if len(buffer) > REPLY_BYTES:
        raise ValueError("it never ends")
    return None
