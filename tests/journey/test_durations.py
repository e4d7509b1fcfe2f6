"""Durations: what is read, what is refused and with which words, and that writing reads back."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.journey.durations import LONGEST, format_duration, parse_duration, parse_signed_duration, say_duration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("P2D", timedelta(hours=48)),
        ("P1W", timedelta(days=7)),
        ("P1W2DT3H", timedelta(days=9, hours=3)),
        ("PT90M", timedelta(minutes=90)),
        ("PT36H", timedelta(hours=36)),
        ("PT1S", timedelta(seconds=1)),
        ("PT0S", timedelta(0)),
        ("P0D", timedelta(0)),
    ],
)
def test_duration_is_read(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("P1M", "months or years"),
        ("P1Y", "months or years"),
        ("P1Y2M", "months or years"),
        ("PT1.5H", "fraction"),
        ("PT1,5H", "fraction"),
        ("2 days", "not a duration"),
        ("", "not a duration"),
        ("P", "not a duration"),
        ("PT", "not a duration"),
        ("P1DT", "not a duration"),
        ("P1D2W", "not a duration"),
        ("-P1D", "not a duration"),
        ("p1d", "not a duration"),
        ("P1D\n", "not a duration"),
        ("P\u0661D", "not a duration"),
        ("P1234567890D", "not a duration"),
        ("P999999999W", "100 years"),
        ("P36526D", "100 years"),
    ],
)
def test_duration_is_refused_with_the_reason(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=part):
        parse_duration(text)


def test_signed_duration_points_backwards() -> None:
    assert parse_signed_duration("-P3D") == timedelta(days=-3)
    assert parse_signed_duration("P3D") == timedelta(days=3)
    with pytest.raises(ValueError):
        parse_signed_duration("--P3D")


@given(st.integers(0, int(LONGEST.total_seconds())), st.booleans())
def test_duration_written_reads_back(seconds: int, backwards: bool) -> None:
    length = timedelta(seconds=-seconds if backwards else seconds)

    assert parse_signed_duration(format_duration(length)) == length


def test_duration_written_is_short() -> None:
    assert [format_duration(timedelta(days=days)) for days in (0, 2, 7, 9)] == ["PT0S", "P2D", "P1W", "P9D"]


def test_duration_is_said() -> None:
    assert say_duration(timedelta(days=2, hours=1)) == "2 days 1 hour"
    assert say_duration(timedelta(0)) == "no time"
