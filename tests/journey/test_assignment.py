"""Assignment: the published vectors, evenness and independence of experiments."""

import json
from pathlib import Path

import pytest

from engine.journey.assignment import bucket_of, default_salt, draw, hundredths

VECTORS = json.loads(Path("docs/assignment-vectors.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS["buckets"], ids=lambda vector: vector["unit"])
def test_bucket_is_as_published(vector: dict) -> None:
    assert bucket_of(vector["project"], vector["salt"], vector["unit"]) == vector["bucket"]


@pytest.mark.parametrize("vector", VECTORS["draws"], ids=lambda vector: vector["unit"])
def test_draw_is_as_published(vector: dict) -> None:
    shares = [(share["branch"], hundredths(share["weight"])) for share in vector["shares"]]
    assert draw(vector["project"], vector["salt"], vector["unit"], shares) == vector["branch"]


@pytest.mark.parametrize("vector", VECTORS["default_salts"], ids=lambda vector: vector["step_id"])
def test_default_salt_is_as_published(vector: dict) -> None:
    assert default_salt(vector["journey_id"], vector["step_id"]) == vector["salt"]


def test_buckets_are_even() -> None:
    """Chi-square of 100 classes over 20,000 units: 99 degrees of freedom, 149.4 at p = 0.001."""
    counts = [0] * 100
    for number in range(20_000):
        counts[bucket_of("default", "salt", f"user:{number}") // 100] += 1

    assert sum((count - 200) ** 2 / 200 for count in counts) < 149.4


def test_experiments_are_independent() -> None:
    """Of 20,000 units a quarter share both halves; 5 standard deviations are 306."""
    both = sum(bucket_of("p", "one", f"user:{n}") < 5_000 and bucket_of("p", "two", f"user:{n}") < 5_000 for n in range(20_000))

    assert abs(both - 5_000) < 306


def test_draw_follows_the_shares_at_their_edges() -> None:
    shares = [("none", 0), ("one", 1), ("rest", 9_999)]

    drawn = [draw("p", "s", f"user:{n}", shares) for n in range(20_000)]

    assert "none" not in drawn
    assert 0 <= drawn.count("one") < 12


def test_shares_that_do_not_sum_are_refused() -> None:
    unit = next(f"user:{n}" for n in range(1_000) if bucket_of("p", "s", f"user:{n}") > 5_000)
    with pytest.raises(ValueError, match="5000"):
        draw("p", "s", unit, [("half", 5_000)])


@pytest.mark.parametrize(("percent", "share"), [(0.07, 7), (33.33, 3_333), (100, 10_000), (50.0, 5_000), (0, 0)])
def test_weight_is_read_exactly(percent: float, share: int) -> None:
    assert hundredths(percent) == share


@pytest.mark.parametrize("percent", [0.001, -1, 100.01, 33.333])
def test_weight_is_refused(percent: float) -> None:
    with pytest.raises(ValueError, match="two decimals"):
        hundredths(percent)
