"""Ids that sort by the time they were made (UUID version 7, RFC 9562), so that retention is a range delete."""

from __future__ import annotations

from datetime import datetime

import uuid_utils

from engine.store.types import EPOCH, MICROSECOND


def new_id() -> str:
    """A new id: 32 hexadecimal digits, of which the first 12 are milliseconds since 1970."""
    return uuid_utils.uuid7().hex


def first_id_of(instant: datetime) -> str:
    """The smallest id that can have been made at this instant or later: whatever sorts before it is older."""
    milliseconds = (instant - EPOCH) // MICROSECOND // 1000
    return f"{milliseconds:012x}{'0' * 20}"
