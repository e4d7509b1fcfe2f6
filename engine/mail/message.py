"""Builds a mail as bytes: a skeleton of fixed parts, ASCII fast path, RFC 2047 slow path. Parsing is the standard library's job.

`EmailMessage` takes 90 times as long and encodes a long List-Unsubscribe away (email-reliability 0.1, 0.2), so this is written by hand
and property-tested: whatever goes in, the standard library's parser finds the same headers and bodies, and no defects.
"""

from __future__ import annotations

import binascii
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

from engine.errors import InvalidInputError
from engine.mail.addresses import FORBIDDEN_CHARACTERS

#: RFC 5322 2.1.1: a line has at most 998 octets without its CRLF.
LINE_OCTETS = 998
#: RFC 2047 section 2: a line with an encoded word has at most 76 characters.
ENCODED_LINE_CHARACTERS = 76
#: `=?utf-8?b?` and `?=`.
ENCODED_WORD_OVERHEAD = 12
#: Ends DATA after a mail of ours, which needs no dot-stuffing (RFC 5321 4.5.2).
FINAL_DOT = b".\r\n"
#: RFC 2045 6.8.
BASE64_LINE_CHARACTERS = 76
#: Cannot occur in a base64 body, hence constant.
BOUNDARY = "=_wend_alternative"

#: What a template may not set: the skeleton does, or it would change who gets the mail or who signs for it.
RESERVED_HEADERS = frozenset(
    {
        "from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "mime-version", "dkim-signature",
        "list-unsubscribe", "list-unsubscribe-post", "auto-submitted", "feedback-id", "return-path", "received", "x-wend-send",
    }
)  # fmt: skip
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,75}")
#: What a display name may hold unquoted (RFC 5322 atext and blanks).
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_URL = re.compile(r"[!-;=?-~]+")  # printable ASCII but the angle brackets around it

_TEXT_HEAD = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
_HTML_HEAD = b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
_DELIMITER = f"--{BOUNDARY}\r\n".encode()
_END = f"--{BOUNDARY}--\r\n".encode()
_ALTERNATIVE_HEAD = f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n\r\n'.encode()


@dataclass(frozen=True, slots=True)
class Message:
    """One mail to one address, rendered."""

    #: Display name and address of the sender.
    sender_name: str
    sender_address: str
    #: The recipient in its envelope form.
    to: str
    subject: str
    sent_at: datetime
    message_id: str
    #: Opaque id of ours, so that a bounce that returns only headers can be matched.
    send_id: str
    text: str
    html: str
    reply_to: str | None = None
    #: HTTPS URL of the one-click endpoint (RFC 8058); None for mail that nobody subscribed to.
    unsubscribe_url: str | None = None
    #: `step:journey:project:sender`, groups and never a recipient.
    feedback_id: str | None = None
    #: What the template adds.
    headers: Mapping[str, str] = field(default_factory=dict)


def build_message(message: Message) -> bytes:
    """Build the mail, with CRLF line ends only and no line that begins with a dot: DATA takes it as it is, before the final dot.

    Raises:
        InvalidInputError: a header holds a control character, is reserved or too long.
    """
    lines = [
        f"From: {_mailbox('From', message.sender_name, message.sender_address)}",
        _header("To", message.to),
        _header("Subject", message.subject),
        f"Date: {_date(int(message.sent_at.timestamp()))}",
        _plain("Message-ID", message.message_id),
        "Auto-Submitted: auto-generated",
        _plain("X-Wend-Send", message.send_id),
    ]
    if message.reply_to:
        lines.append(_header("Reply-To", message.reply_to))
    if message.unsubscribe_url:
        lines.append(_unsubscribe(message.unsubscribe_url))
        lines.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    if message.feedback_id:
        lines.append(_header("Feedback-ID", message.feedback_id))
    lines.extend(_extra(name, value) for name, value in message.headers.items())
    lines.append("MIME-Version: 1.0\r\n")
    head = "\r\n".join(lines).encode("ascii")
    return head + _body(message.text, message.html)


def _body(text: str, html: str) -> bytes:
    if not html:
        return _TEXT_HEAD + _base64(text)
    if not text:
        return _HTML_HEAD + _base64(html)
    return b"".join((_ALTERNATIVE_HEAD, _DELIMITER, _TEXT_HEAD, _base64(text), _DELIMITER, _HTML_HEAD, _base64(html), _END))


def _base64(text: str) -> bytes:
    """A text part: canonical line ends (RFC 2049 section 4), UTF-8, base64 in lines of 76."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    encoded = binascii.b2a_base64(text.replace("\n", "\r\n").encode("utf-8", "replace"), newline=False)
    count, rest = divmod(len(encoded), BASE64_LINE_CHARACTERS)
    lines = _cut_lines(count).unpack_from(encoded)
    return b"\r\n".join((*lines, encoded[-rest:], b"") if rest else (*lines, b""))


@lru_cache(maxsize=1000)
def _cut_lines(count: int) -> struct.Struct:
    """Cut a long line into so many; three times as fast as slicing."""
    return struct.Struct(f"{BASE64_LINE_CHARACTERS}s" * count)


def _check(name: str, value: str) -> None:
    if FORBIDDEN_CHARACTERS.search(value):
        raise InvalidInputError(
            f"The header {name} holds a control character or line end.", hint="Remove it from the template or the attribute."
        )


def _plain(name: str, value: str) -> str:
    """A header that must stay as it is: printable ASCII, on one line."""
    if not value.isascii() or not value.isprintable() or len(name) + 2 + len(value) > LINE_OCTETS:
        raise InvalidInputError(f"The header {name} is not plain ASCII of at most {LINE_OCTETS} characters.")
    return f"{name}: {value}"


def _header(name: str, value: str) -> str:
    """An unstructured header: as it is where it may be, else as encoded words."""
    _check(name, value)
    simple = value.isascii() and "=?" not in value and value == value.strip() and len(name) + 2 + len(value) <= LINE_OCTETS
    return f"{name}: {value if simple else _encode(name, value)}"


def _mailbox(name: str, display: str, address: str) -> str:
    _check(name, display + address)
    # Blanks in a display name mean nothing, and parsers fold them.
    display = " ".join(display.split())
    if not display:
        return address
    if _PHRASE.fullmatch(display) and "=?" not in display and len(display) < 900:
        return f"{display} <{address}>"
    if display.isascii() and "=?" not in display and display == display.strip() and len(display) < 400:
        escaped = display.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{address}>'
    return f"{_encode(name, display)}\r\n <{address}>"


def _unsubscribe(url: str) -> str:
    """List-Unsubscribe, never encoded and never folded: receivers would not find the URL."""
    if not _URL.fullmatch(url):
        raise InvalidInputError("The unsubscribe URL is not plain ASCII.")
    return _plain("List-Unsubscribe", f"<{url}>")


def _extra(name: str, value: str) -> str:
    lowered = name.lower()
    if not _HEADER_NAME.fullmatch(name) or lowered in RESERVED_HEADERS or lowered.startswith("content-"):
        raise InvalidInputError(f"A template may not set the header {name!r}.")
    return _header(name, value)


def _encode(name: str, value: str) -> str:
    """RFC 2047 encoded words over as many lines as it takes; characters are never cut in two."""
    words: list[str] = []
    room = _room(len(name) + 2)
    chunk = b""
    for character in value:
        encoded = character.encode("utf-8", "replace")
        if len(chunk) + len(encoded) > room:
            words.append(_word(chunk))
            room, chunk = _room(1), b""
        chunk += encoded
    words.append(_word(chunk))
    return "\r\n ".join(words)


def _room(used: int) -> int:
    """How many bytes an encoded word may carry on a line of which `used` characters are taken."""
    return max(6, (ENCODED_LINE_CHARACTERS - used - ENCODED_WORD_OVERHEAD) // 4 * 3)


def _word(chunk: bytes) -> str:
    return f"=?utf-8?b?{binascii.b2a_base64(chunk, newline=False).decode()}?="


@lru_cache(maxsize=8)
def _date(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC))
