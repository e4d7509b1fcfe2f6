"""Civil time against brute force: all zones of the tz database, 2000 to 2040, gaps and doubled hours among them."""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.journey.calendar import WEEKDAYS, Weekday, instant_of, local, next_local, offset_of, resolve_zone, zone_names
from engine.journey.facts import Zone

FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2040, 12, 31, tzinfo=UTC)
zones = st.sampled_from(sorted(zone_names()))
times = st.builds(time, st.integers(0, 23), st.integers(0, 59), st.sampled_from([0, 0, 0, 59]))
weekday_sets = st.sets(st.sampled_from(WEEKDAYS))


@cache
def jumps(zone: str) -> tuple[tuple[datetime, timedelta], ...]:
    """Each instant from which a zone's clocks show a new offset, found by halving; weeks apart at the least."""
    found = [(FIRST, offset_of(FIRST, zone))]
    step = timedelta(days=14)  # Ramadan splits Morocco's summer time: five weeks, the shortest there is
    instant = FIRST
    while instant < LAST:
        low, high = instant, instant + step
        while offset_of(low, zone) != offset_of(high, zone):
            middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
            if high - low <= timedelta(seconds=1):
                found.append((high, offset_of(high, zone)))
                low = high
            elif offset_of(middle, zone) == offset_of(low, zone):
                low = middle
            else:
                high = middle
        instant += step
    return tuple(found)


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and an instant, half of them within two days of a jump of its clocks."""
    zone = draw(zones)
    near = draw(st.booleans()) and len(jumps(zone)) > 1
    start = draw(st.sampled_from(jumps(zone)[1:]))[0] - timedelta(days=2) if near else FIRST
    span = timedelta(days=4) if near else LAST - FIRST
    return zone, start + timedelta(seconds=draw(st.integers(0, int(span.total_seconds()))))


def first_showing(after: datetime, zone: str, at: time, weekdays: set[Weekday]) -> datetime | None:
    """By brute force over the stretches between jumps: the first instant later than `after` that is an occurrence of `at`.

    An occurrence: the first instant of its local day at which the clocks show `at` or have just jumped over it.
    """
    table = jumps(zone)
    candidates: dict[date, datetime] = {}
    for position in range(max(0, bisect_right(table, (after, timedelta.max)) - 4), len(table)):
        start, offset = table[position]
        end = table[position + 1][0] if position + 1 < len(table) else LAST + timedelta(days=40)
        start = max(start, after - timedelta(days=3))
        end = min(end, after + timedelta(days=18))
        shown = (start + offset).replace(tzinfo=None)
        if start == table[position][0] and position:  # what the jump skipped
            before = (start + table[position - 1][1]).replace(tzinfo=None)
            skipped = datetime.combine(shown.date(), at)
            if before <= skipped < shown:
                candidates[shown.date()] = min(candidates.get(shown.date(), start), start)
        day = shown.date()
        while start < end and day <= (end + offset).date():
            instant = datetime.combine(day, at, tzinfo=UTC) - offset
            if start <= instant < end:
                candidates[day] = min(candidates.get(day, instant), instant)
            day += timedelta(days=1)
    fitting = [instant for day, instant in candidates.items() if instant > after and (not weekdays or WEEKDAYS[day.weekday()] in weekdays)]
    return min(fitting, default=None)


@settings(max_examples=1500, deadline=None)
@given(moments(), times, weekday_sets)
def test_next_local_is_the_earliest_later_occurrence(moment: tuple[str, datetime], at: time, weekdays: set[Weekday]) -> None:
    zone, after = moment

    found = next_local(after, zone, at, weekdays)

    assert found > after
    assert found == first_showing(after, zone, at, weekdays)
    shown = local(found, zone)
    assert not weekdays or WEEKDAYS[shown.weekday()] in weekdays
    skipped = offset_of(found, zone) - offset_of(found - timedelta(seconds=1), zone)
    exactly = shown.time() == at
    assert exactly or datetime.combine(shown.date(), shown.time()) - skipped <= datetime.combine(shown.date(), at)


@settings(max_examples=300, deadline=None)
@given(moments(), times)
def test_next_local_comes_once_per_local_day(moment: tuple[str, datetime], at: time) -> None:
    zone, after = moment

    days = []
    for _ in range(10):
        after = next_local(after, zone, at)
        days.append(local(after, zone).date())

    assert days == sorted(set(days))


@pytest.mark.exhaustive
def test_every_zone_and_every_jump_from_2000_to_2040() -> None:
    """Around each jump of each zone's clocks, with the jump's own time of day as the hardest: no date is lost but a skipped one."""
    for zone in sorted(zone_names()):
        for start, _ in jumps(zone)[1:]:
            after = start - timedelta(days=1)
            before = offset_of(start - timedelta(seconds=1), zone)
            at = (start + before + timedelta(minutes=10)).time()
            assert next_local(after, zone, at) == first_showing(after, zone, at, set()), (zone, start)


def test_a_missing_time_is_the_first_instant_after_the_gap() -> None:
    assert instant_of(date(2026, 3, 29), time(2, 30), "Europe/Berlin") == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert instant_of(date(2026, 9, 6), time(0, 30), "America/Santiago") == datetime(2026, 9, 6, 4, 0, tzinfo=UTC)


def test_a_doubled_time_is_the_first() -> None:
    assert instant_of(date(2026, 10, 25), time(2, 30), "Europe/Berlin") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    between = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
    assert next_local(between, "Europe/Berlin", time(2, 30)) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_a_day_that_a_place_skipped_has_no_occurrence() -> None:
    assert instant_of(date(2011, 12, 30), time(9), "Pacific/Apia") is None
    friday = next_local(datetime(2011, 12, 29, 20, tzinfo=UTC), "Pacific/Apia", time(9), ["friday"])
    assert local(friday, "Pacific/Apia").date() == date(2012, 1, 6)


def test_who_comes_exactly_on_time_waits_for_the_next_day() -> None:
    nine = datetime(2026, 5, 4, 7, 0, tzinfo=UTC)
    assert next_local(nine, "Europe/Berlin", time(9)) == nine + timedelta(days=1)


def test_zone_is_the_endpoints_else_the_projects_else_utc() -> None:
    assert resolve_zone("Asia/Tokyo", "Europe/Berlin") == Zone("Asia/Tokyo", "endpoint")
    assert resolve_zone("Mars/Olympus", "Europe/Berlin") == Zone("Europe/Berlin", "project")
    assert resolve_zone(None, "../../etc/passwd") == Zone("UTC", "default")


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="IANA"):
        next_local(FIRST, "../zones", time(9))
