"""Durations as authors write them: ISO 8601 in weeks, days, hours, minutes and seconds. Knows nothing of calendars.

Months and years are refused because they have no length: `P2D` is 48 hours. Calendar waits are `engine.journey.calendar`'s.
"""

from __future__ import annotations

import re
from datetime import timedelta

#: A hundred years: nobody waits longer, and every instant this side of it can be computed with.
LONGEST = timedelta(days=36_525)
#: For the JSON Schema; `parse_duration` is the authority and gives better sentences.
PATTERN = r"^P(?=.)(\d{1,9}W)?(\d{1,9}D)?(T(?=.)(\d{1,9}H)?(\d{1,9}M)?(\d{1,9}S)?)?$"
SIGNED_PATTERN = PATTERN.replace("^P", "^-?P", 1)

_SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
_DURATION = re.compile(
    r"P(?=.)(?:(?P<weeks>\d{1,9})W)?(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9})S)?)?",
    re.ASCII,
)
_CALENDAR_UNITS = re.compile(r"P(\d+Y(\d+M)?|\d+M)", re.ASCII)
_FRACTION = re.compile(r"\d[.,]\d", re.ASCII)


def parse_duration(text: str) -> timedelta:
    """Read `P2D`, `PT90M`, `P1W2DT3H`; a ValueError says in one sentence what is wrong and what to write instead."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(_why_not(text))
    seconds = sum(int(found[unit] or 0) * length for unit, length in _SECONDS.items())
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"{text!r} is longer than 100 years.")
    return timedelta(seconds=seconds)


def parse_signed_duration(text: str) -> timedelta:
    """Read a duration that may point backwards, as `-P3D` does: three days before."""
    return -parse_duration(text[1:]) if text.startswith("-") else parse_duration(text)


def format_duration(length: timedelta) -> str:
    """Write the shortest text that `parse_signed_duration` reads as this length; parts of a second are dropped."""
    total = int(abs(length).total_seconds())
    sign = "-" if length < timedelta(0) and total else ""
    if total == 0:
        return "PT0S"
    if total % 604_800 == 0:  # a week in seconds
        return f"{sign}P{total // 604_800}W"
    days, rest = divmod(total, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    clock = "".join(f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if count)
    return f"{sign}P{f'{days}D' if days else ''}{f'T{clock}' if clock else ''}"


def say_duration(length: timedelta) -> str:
    """Say a length to a person: `2 days`, `1 hour 30 minutes`."""
    total = int(abs(length).total_seconds())
    days, rest = divmod(total, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    parts = ((days, "day"), (hours, "hour"), (minutes, "minute"), (seconds, "second"))
    return " ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count) or "no time"


def _why_not(text: str) -> str:
    if _CALENDAR_UNITS.match(text):
        return f"{text!r} counts in months or years, which have no fixed length: write weeks or days, as P30D."
    if _FRACTION.search(text):
        return f"{text!r} has a fraction: write whole numbers of a smaller unit, as PT90M for an hour and a half."
    return f"{text!r} is not a duration: write ISO 8601 in weeks, days, hours, minutes and seconds, as P2D, PT90M or P1W2DT3H."
