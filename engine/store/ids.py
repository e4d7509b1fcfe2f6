"""Ids that sort by the time they were made (UUID version 7, RFC 9562), so that retention is a range delete."""

from __future__ import annotations

import uuid_utils


def new_id() -> str:
    """A new id: 32 hexadecimal digits, of which the first 12 are milliseconds since 1970."""
    return uuid_utils.uuid7().hex
