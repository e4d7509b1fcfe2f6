"""One SMTP relay: where it is, and sessions with it that say at which stage something happened. Stands on aiosmtplib.

Every verb answers with a value, an `Answer`: what the relay said, or why nothing was heard. What an answer means for a mail is
`engine.mail.policy`'s. Nothing here knows the ledger.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPException, SMTPResponseException, SMTPTimeoutError

from engine.errors import SettingsError
from engine.mail.addresses import FORBIDDEN_CHARACTERS
from engine.mail.channel import Channel, ChannelBrokenError

#: `body` is after the final dot: only there can a mail have been accepted without our knowing.
Stage = Literal["connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body"]
Tls = Literal["none", "starttls", "implicit"]

#: A reply is kept for the operator, and a relay may say a lot.
REPLY_CHARACTERS = 500
_DEFAULT_PORTS: dict[Tls, int] = {"none": 25, "starttls": 587, "implicit": 465}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the relay said at a stage, or, without a code, why nothing (understandable) was heard."""

    stage: Stage
    code: int | None
    text: str

    @property
    def is_positive(self) -> bool:
        """2yz, or 354 to DATA."""
        return self.code is not None and (200 <= self.code < 300 or (self.code == 354 and self.stage == "data"))


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where the relay is and how to talk to it, as `WEND_SMTP_URL` says."""

    host: str
    port: int
    tls: Tls = "none"
    username: str | None = None
    password: str | None = None
    #: How many connections one sender opens at most.
    connections: int = 20
    #: Mails over one connection before it is opened anew (guess within the usual limits of relays).
    messages: int = 500
    #: How long an unused connection stays open; relays close theirs after 5 minutes (RFC 5321 4.5.3.2.7).
    idle_seconds: float = 30.0
    #: For every reply but the last (RFC 5321 4.5.3.2 asks 5 minutes; a relay that is near answers in milliseconds).
    command_seconds: float = 60.0
    #: For the reply after the final dot (RFC 5321 4.5.3.2.6: 10 minutes, or mails are sent twice).
    data_seconds: float = 600.0
    #: For tests and private relays: the certificate's authority; None trusts the system's.
    tls_context: ssl.SSLContext | None = None

    @property
    def name(self) -> str:
        """How the ledger calls it; without credentials."""
        return f"{self.host}:{self.port}"


def read_relay_url(url: str) -> RelayAddress:
    """Read `smtp://user:pass@host:587?tls=starttls&connections=20`.

    Also known: `messages` per connection, `idle`, `timeout` and `data_timeout` in seconds. `smtps://` means `tls=implicit`.

    Raises:
        SettingsError: it says something else. The message never shows the password.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    tls = options.pop("tls", "implicit" if parts.scheme == "smtps" else "none")
    try:
        numbers = {name: float(options.pop(option)) for option, name in _OPTIONS.items() if option in options}
        port = parts.port
    except ValueError as error:
        raise SettingsError(f"WEND_SMTP_URL: {error}.") from error
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or tls not in _DEFAULT_PORTS or options:
        raise SettingsError("WEND_SMTP_URL is not understood.", hint="Write smtp://user:password@host:587?tls=starttls&connections=20.")
    if min(numbers.values(), default=1) <= 0:
        raise SettingsError("WEND_SMTP_URL: a number must be positive.")
    known = {"connections": 20.0, "messages": 500.0, "idle_seconds": 30.0, "command_seconds": 60.0, "data_seconds": 600.0} | numbers
    return RelayAddress(
        host=parts.hostname,
        port=port or _DEFAULT_PORTS[tls],
        tls=tls,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        connections=int(known["connections"]),
        messages=int(known["messages"]),
        idle_seconds=known["idle_seconds"],
        command_seconds=known["command_seconds"],
        data_seconds=known["data_seconds"],
    )


_OPTIONS = {
    "connections": "connections",
    "messages": "messages",
    "idle": "idle_seconds",
    "timeout": "command_seconds",
    "data_timeout": "data_seconds",
}


class _Client(SMTP):
    """Opens a connection, or leaves nothing of it."""

    def close(self) -> None:
        """Close at once. TLS would take leave first, for half a minute where the relay does not answer."""
        transport = cast(asyncio.Transport | None, self.transport)
        super().close()
        if transport is not None:
            transport.abort()


class Session:
    """One connection to the relay, opened when needed and used for many mails. Not for two mails at once."""

    def __init__(self, address: RelayAddress) -> None:
        self._address = address
        self._client: SMTP | None = None
        self._channel: Channel | None = None
        self._messages_left = 0

    @property
    def is_open(self) -> bool:
        """Whether the connection stands, as far as one can see from here."""
        return self._channel is not None and self._channel.is_open

    @property
    def is_fresh(self) -> bool:
        """Whether no mail went over this connection yet, so that a failure cannot be its age."""
        return self._messages_left == self._address.messages

    async def open(self) -> Answer:
        """Connect, greet, upgrade and log in; the last answer, or the first that is not positive."""
        await self.close()
        address = self._address
        client = _Client(
            hostname=address.host,
            port=address.port,
            timeout=address.command_seconds,
            use_tls=address.tls == "implicit",
            start_tls=False,
            tls_context=address.tls_context,
            local_hostname="localhost" if address.host in ("127.0.0.1", "::1", "localhost") else None,
        )
        answer = await _ask("connect", client.connect)
        if answer.is_positive:
            answer = await _ask("ehlo", client.ehlo)
        if answer.is_positive and address.tls == "starttls":
            answer = await _ask("starttls", client.starttls)
            if answer.is_positive:
                answer = await _ask("ehlo", client.ehlo)
        if answer.is_positive and address.username is not None:
            answer = await _ask("auth", lambda: client.login(address.username or "", address.password or ""))
        if not answer.is_positive or client.transport is None:
            client.close()
            return answer
        # The client is kept for what it holds, and is not asked again: from here on the channel speaks.
        self._client, self._channel = client, Channel(cast(asyncio.Transport, client.transport))
        self._messages_left = address.messages
        return answer

    async def envelope(self, sender: str, recipient: str) -> Answer:
        """Say MAIL and RCPT; the last answer, or the first that is not positive."""
        answer = await self.mail(sender)
        return await self.rcpt(recipient) if answer.is_positive else answer

    async def mail(self, sender: str) -> Answer:
        """Say MAIL."""
        return await self._command("mail", f"MAIL FROM:<{_refuse_control(sender)}>")

    async def rcpt(self, recipient: str) -> Answer:
        """Say RCPT, after a MAIL that was accepted."""
        return await self._command("rcpt", f"RCPT TO:<{_refuse_control(recipient)}>")

    async def hand_over(self, message: bytes) -> Answer:
        """Say DATA and the message, which ends with the final dot and has no other line that begins with one.

        An answer of stage `data` means that not a byte of the message was sent; of stage `body`, that it is the relay's word on it.
        """
        answer = await self._command("data", "DATA")
        if answer.code != 354:
            return answer
        self._messages_left -= 1
        return await self._exchange("body", message, self._address.data_seconds)

    async def reset(self) -> None:
        """Drop the envelope (RSET), or the connection if that does not work."""
        if self.is_open:
            answer = await self._command("mail", "RSET")
            if not answer.is_positive:
                await self.close()

    async def end_message(self) -> None:
        """Close the connection if it has carried as many mails as it may."""
        if self._messages_left <= 0:
            await self.quit()

    async def quit(self) -> None:
        """Take leave, briefly, and close."""
        if self.is_open:
            await self._exchange("mail", b"QUIT\r\n", 1.0)
        await self.close()

    async def close(self) -> None:
        """Close at once."""
        channel, self._channel, self._client = self._channel, None, None
        if channel is not None:
            channel.close()

    async def _command(self, stage: Stage, line: str) -> Answer:
        return await self._exchange(stage, line.encode("ascii") + b"\r\n", self._address.command_seconds)

    async def _exchange(self, stage: Stage, line: bytes, seconds: float) -> Answer:
        """Write and read one reply. After silence or nonsense the connection is of no use: replies would belong to other commands."""
        channel = self._channel
        if channel is None:
            return Answer(stage, None, "the connection was closed")
        try:
            code, text = await channel.exchange(line, seconds)
        except ChannelBrokenError as error:
            await self.close()
            return Answer(stage, None, str(error)[:REPLY_CHARACTERS])
        if code == 421 or not 200 <= code < 600:
            await self.close()
        return Answer(stage, code, text[:REPLY_CHARACTERS])


def _refuse_control(address: str) -> str:
    if FORBIDDEN_CHARACTERS.search(address):
        raise ValueError("a control character in an envelope address")
    return address


async def _ask(stage: Stage, verb: Callable[[], Awaitable[object]]) -> Answer:
    """Do one step of opening a connection."""
    try:
        reply = await verb()
    except SMTPResponseException as error:
        return Answer(stage, error.code if 200 <= error.code < 600 else None, str(error.message)[:REPLY_CHARACTERS])
    except (TimeoutError, SMTPException, OSError, ValueError) as error:
        return Answer(stage, None, _reason(error))
    code = getattr(reply, "code", 220)
    return Answer(stage, code, str(getattr(reply, "message", ""))[:REPLY_CHARACTERS])


def _reason(error: BaseException) -> str:
    if isinstance(error, SMTPResponseException):
        return f"not a reply: {error.message}"[:REPLY_CHARACTERS]
    if isinstance(error, SMTPTimeoutError | TimeoutError):
        return "no reply in time"
    return (str(error) or type(error).__name__)[:REPLY_CHARACTERS]
