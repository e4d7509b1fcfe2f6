"""Dates and instants as documents and attributes write them. Knows their texts; must not know what the time is now.

An instant is RFC 3339 with an offset. A date alone is the whole day in the person's zone: a span with a first and a last
moment. Any other text is no date: nothing is guessed.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeAlias

from engine.journey.calendar import instant_of
from engine.journey.facts import JsonValue

#: First and last moment; the same for an instant.
Span: TypeAlias = tuple[datetime, datetime]

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
#: Nobody means a year outside of these, and inside them every sum with a duration can be computed.
_YEARS = range(1800, 3000)
_MIDNIGHT = time(0)
_TICK = timedelta(microseconds=1)  # what the store keeps


@lru_cache(maxsize=4096)  # a population shares few texts; 4,096 of them are under 1 MB
def read_instant(text: str) -> datetime | None:
    """Read RFC 3339 with an offset, in UTC; None for any other text."""
    if _INSTANT.fullmatch(text) is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:  # the 30th of February, 25 o'clock
        return None
    return found.astimezone(UTC) if found.year in _YEARS else None


@lru_cache(maxsize=4096)
def read_day(text: str) -> date | None:
    """Read a date as `2026-05-01`; None for any other text."""
    if _DAY.fullmatch(text) is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def read_span(value: JsonValue, zone: str) -> Span | None:
    """Read an instant, or a date as its whole day in `zone`; None for anything else."""
    if not isinstance(value, str):
        return None
    instant = read_instant(value)
    if instant is not None:
        return instant, instant
    day = read_day(value)
    return None if day is None else day_span(day, zone)


@lru_cache(maxsize=4096)
def day_span(day: date, zone: str) -> Span:
    """The first and the last moment of a day on the clocks of `zone`."""
    return _start_of(day, zone), _start_of(day + timedelta(days=1), zone) - _TICK


@lru_cache(maxsize=4096)  # people who were enrolled together wait until the same instant
def write_instant(instant: datetime) -> str:
    """Write an instant as grounds and bases hold it: RFC 3339 in UTC."""
    return instant.isoformat().replace("+00:00", "Z")


def _start_of(day: date, zone: str) -> datetime:
    start = instant_of(day, _MIDNIGHT, zone)
    while start is None:  # a day that the date line swallowed, as 2011-12-30 in Apia: it begins when the next one does
        day += timedelta(days=1)
        start = instant_of(day, _MIDNIGHT, zone)
    return start
