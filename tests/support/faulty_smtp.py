"""A real SMTP server that follows a script of faults: at a verb, once or always, plain or over TLS. Counts what it took for good."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

#: Where a fault strikes. `body` is after the final dot.
Verb = Literal["connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "rset", "quit"]

Kind = Literal[
    "reply",  # says something else
    "delay",  # answers rightly, but late
    "silence",  # takes the command, and says nothing
    "cut",  # reads so many bytes, and closes the connection
    "drop",  # does what it was told, and closes without a reply
    "garbage",  # says something that is no reply
    "drip",  # says the right thing, byte by byte, too slowly
    "half_open",  # stops reading and writing, and keeps the connection
]

RIGHT = {
    "connect": "220 faulty",
    "ehlo": "250-faulty\r\n250-STARTTLS\r\n250-AUTH PLAIN\r\n250 8BITMIME",
    "starttls": "220 go on",
    "auth": "235 welcome",
    "mail": "250 2.1.0 fine",
    "rcpt": "250 2.1.5 fine",
    "data": "354 go on",
    "body": "250 2.0.0 taken",
    "rset": "250 2.0.0 forgotten",
    "quit": "221 2.0.0 bye",
}
_VERBS: Mapping[bytes, Verb] = {
    b"EHLO": "ehlo",
    b"HELO": "ehlo",
    b"STARTTLS": "starttls",
    b"AUTH": "auth",
    b"MAIL": "mail",
    b"RCPT": "rcpt",
    b"DATA": "data",
    b"RSET": "rset",
    b"QUIT": "quit",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong at a verb."""

    kind: Kind
    #: For `reply` and `garbage`.
    text: str = ""
    #: For `delay` and `drip` (per byte).
    seconds: float = 0.0
    #: For `cut`.
    count_bytes: int = 0
    #: How often it strikes; then all is well.
    times: int = 1


@dataclass
class FaultyServer:
    """The server's script and books."""

    faults: dict[Verb, Fault] = field(default_factory=dict)
    port: int = 0
    #: Message-IDs of mails taken for good, in order.
    taken: list[str] = field(default_factory=list)
    #: The same mails as they came, dots and all.
    messages: list[bytes] = field(default_factory=list)
    #: When they came (monotonic seconds).
    taken_at: list[float] = field(default_factory=list)
    #: Every verb heard, in order.
    heard: list[Verb] = field(default_factory=list)
    connections: int = 0
    #: Whether somebody waits for a reply that does not come, or not as a whole.
    fell_silent: bool = False

    def strike(self, verb: Verb) -> Fault | None:
        """The fault of a verb, if it still strikes."""
        fault = self.faults.get(verb)
        if fault is None or fault.times <= 0:
            return None
        self.faults[verb] = Fault(fault.kind, fault.text, fault.seconds, fault.count_bytes, fault.times - 1)
        return fault


class _CutError(Exception):
    """This connection ends here."""


@asynccontextmanager
async def faulty_server(
    faults: Mapping[Verb, Fault] | None = None, *, tls: ssl.SSLContext | None = None, implicit: bool = False
) -> AsyncIterator[FaultyServer]:
    """Serve while the block lasts."""
    server = FaultyServer(dict(faults or {}))
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        server.connections += 1
        try:
            await _Dialogue(server, reader, writer, tls).run()
        except (_CutError, ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        except asyncio.CancelledError:
            pass
        finally:
            # Not wait_closed(): after a broken handshake it waits for ever.
            writer.transport.abort()
            tasks.discard(task)

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls if implicit else None)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listening.wait_closed()


class _Dialogue:
    def __init__(
        self, server: FaultyServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tls: ssl.SSLContext | None
    ) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._tls = tls

    async def run(self) -> None:
        """Talk until the client leaves or the script says so."""
        await self._answer("connect")
        while line := await self._reader.readline():
            verb = _VERBS.get(line.split()[0].upper() if line.split() else b"", None)
            if verb is None:
                await self._write(b"500 5.5.1 what?\r\n")
                continue
            self._server.heard.append(verb)
            said = await self._answer(verb)
            if verb == "starttls" and said.startswith("220"):
                assert self._tls is not None
                await self._writer.start_tls(self._tls)
            elif verb == "data" and said.startswith("354"):
                await self._take_message()
            elif verb == "quit":
                return

    async def _take_message(self) -> None:
        fault = self._server.faults.get("body")
        if fault is not None and fault.kind == "cut" and fault.times > 0:
            self._server.strike("body")
            await self._reader.readexactly(fault.count_bytes)
            raise _CutError
        lines: list[bytes] = []
        while (line := await self._reader.readline()) != b".\r\n":
            if not line:
                raise _CutError
            lines.append(line)
        self._server.heard.append("body")
        message_id = next(line.split(b":", 1)[1].strip().decode() for line in lines if line.lower().startswith(b"message-id:"))
        refuses = fault is not None and fault.times > 0 and fault.kind == "reply" and not fault.text.startswith("2")
        if not refuses:
            self._server.taken.append(message_id)
            self._server.messages.append(b"".join(lines))
            self._server.taken_at.append(time.monotonic())
        await self._answer("body")

    async def _answer(self, verb: Verb) -> str:
        """Answer as the script has it; returns what was said."""
        fault = self._server.strike(verb)
        right = RIGHT[verb]
        if fault is None:
            await self._write(f"{right}\r\n".encode())
            return right
        self._server.fell_silent |= fault.kind in ("silence", "half_open", "drip")
        match fault.kind:
            case "reply" | "garbage":
                await self._write(f"{fault.text}\r\n".encode())
                if fault.text.startswith("421"):
                    raise _CutError
                return fault.text
            case "delay":
                await asyncio.sleep(fault.seconds)
                await self._write(f"{right}\r\n".encode())
            case "silence" | "half_open":
                if fault.kind == "half_open":
                    self._writer.transport.pause_reading()  # type: ignore[attr-defined]
                await asyncio.Event().wait()
            case "cut" | "drop":
                raise _CutError
            case "drip":
                for byte in f"{right}\r\n".encode():
                    await self._write(bytes((byte,)))
                    await asyncio.sleep(fault.seconds)
        return right

    async def _write(self, reply: bytes) -> None:
        self._writer.write(reply)
        await self._writer.drain()
