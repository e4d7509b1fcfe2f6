"""Civil time: which instant a wall clock somewhere means. Knows the IANA zones; must not know what the time is now.

A time that the clock skips (spring) means the first instant after the gap; one that it shows twice (autumn) means the
first. Each local day has at most one occurrence of a time, and none where the clock skips past the day's end. Zones come
from the pinned `tzdata` package and not from the machine, so that every process agrees on them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from engine.journey.facts import Zone

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)

#: A week, another for a weekday that the date line swallowed (Apia, Friday 2011-12-30), and a day of margin.
_HORIZON_DAYS = 15


@cache
def zone_names() -> frozenset[str]:
    """All names of the tz database."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text(encoding="ascii").split())


def is_zone(name: str) -> bool:
    """Whether the tz database has this name."""
    return name in zone_names()


def resolve_zone(endpoint: str | None, project: str | None) -> Zone:
    """Choose the endpoint's zone, else the project's, else UTC; a name that is no zone is passed over."""
    if endpoint and is_zone(endpoint):
        return Zone(endpoint, "endpoint")
    if project and is_zone(project):
        return Zone(project, "project")
    return Zone()


def next_local(after: datetime, zone: str, at: time, weekdays: Collection[Weekday] = ()) -> datetime:
    """Find the first instant later than `after` at which clocks in `zone` come to `at`, on these weekdays (none: on any)."""
    today = after.astimezone(_zone(zone)).date()
    for days in range(_HORIZON_DAYS + 1):
        day = today + timedelta(days=days)
        if weekdays and WEEKDAYS[day.weekday()] not in weekdays:
            continue
        instant = instant_of(day, at, zone)
        if instant is not None and instant > after:
            return instant
    raise ValueError(f"{at} never comes in {zone} on {', '.join(sorted(weekdays))} in the {_HORIZON_DAYS} days after {after}.")


def instant_of(day: date, at: time, zone: str) -> datetime | None:
    """Find the instant at which clocks in `zone` come to `at` on `day`, in UTC; None where they skip to another day."""
    place = _zone(zone)
    wall = datetime.combine(day, at.replace(tzinfo=None, fold=0), tzinfo=place)
    before, after = _offset(wall), _offset(wall.replace(fold=1))
    if before >= after:  # in a gap the second reading's offset is the greater one (PEP 495)
        return (wall - before).replace(tzinfo=UTC)
    end = _end_of_gap(wall, place)
    return end if end.astimezone(place).date() == day else None


def offset_of(instant: datetime, zone: str) -> timedelta:
    """How far clocks in `zone` are ahead of UTC at an instant."""
    return _offset(instant.astimezone(_zone(zone)))


def local(instant: datetime, zone: str) -> datetime:
    """Show an instant on the clocks of `zone`."""
    return instant.astimezone(_zone(zone))


@cache
def _zone(name: str) -> ZoneInfo:
    if not is_zone(name):  # also keeps a name from reaching outside the package's folder
        raise ValueError(f"{name!r} is no time zone: write an IANA name, as Europe/Berlin.")
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def _offset(shown: datetime) -> timedelta:
    return shown.utcoffset() or timedelta(0)


def _end_of_gap(wall: datetime, place: ZoneInfo) -> datetime:
    """The instant at which the clock jumped over `wall`: it lies between the readings with the offset after and before."""
    late = wall.astimezone(UTC)
    early = wall.replace(fold=1).astimezone(UTC)
    offset = _offset(late.astimezone(place))
    low, high = int(early.timestamp()), int(late.timestamp())  # clocks jump at whole seconds
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(datetime.fromtimestamp(middle, place)) == offset:
            high = middle
        else:
            low = middle
    return datetime.fromtimestamp(high, UTC)
