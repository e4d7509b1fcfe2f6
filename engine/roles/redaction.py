"""What may be in a log: no key, no token, no password, no address. The last thing that happens to a line before it is written.

Our own lines name ids and routes only; this stands behind them, for the messages of libraries and of exceptions.
"""

from __future__ import annotations

import logging
import re
from typing import Final

REDACTED: Final = "[redacted]"
_PATTERNS: Final = (
    # keys of ours, and what somebody sent as one
    re.compile(r"wend_[A-Za-z0-9_-]{20,}"),
    re.compile(r"(?<=Bearer )[^\s'\"]+", re.IGNORECASE),
    # tokens of links in mails, of logins, and of the cookie
    re.compile(r"(?<=/u/)[A-Za-z0-9_-]{20,}"),
    re.compile(r"(?<=token=)[A-Za-z0-9._-]+"),
    re.compile(r"(?<=wend_session=)[^;\s'\"]+"),
    # passwords in URLs of databases and relays
    re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"),
    # email addresses; each part is bounded, so that no line can make this slow
    re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}"),
)


def redact_text(text: str) -> str:
    """Blank keys, tokens, passwords and addresses inside a text."""
    for pattern in _PATTERNS:
        text = pattern.sub(REDACTED, text)
    return text


def redact_line(logger: object, method: str, line: object) -> str:
    """Redact a rendered line: structlog's last processor."""
    return redact_text(str(line))


class RedactedFormatter(logging.Formatter):
    """The same for lines of libraries that use the standard library's logging."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record, traceback included, and redact it."""
        return redact_text(super().format(record))
