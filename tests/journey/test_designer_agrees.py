"""What the designer's tests read is what the engine says: the canonical format, the ways out of steps, and problems."""

import json
from pathlib import Path

import pytest

from engine.journey.canonical import format_document
from tests.support.designer_fixtures import FIXTURES, canonical_pairs, example_ways, problems_of, ways_of

AGAIN = "make them anew: python -m tests.support.designer_fixtures"


@pytest.mark.parametrize(("written", "canonical"), canonical_pairs(), ids=lambda file: file.stem)
def test_canonical_fixture_is_what_the_engine_writes(written: Path, canonical: Path) -> None:
    text = format_document(json.loads(written.read_bytes()))

    assert text.encode("utf-8") == canonical.read_bytes(), AGAIN
    assert format_document(json.loads(text)) == text


def test_ways_of_the_examples_are_what_the_engine_says() -> None:
    assert json.loads((FIXTURES / "ways" / "examples.json").read_bytes()) == example_ways(), AGAIN


def test_random_fixtures_are_what_the_engine_says() -> None:
    for random in json.loads((FIXTURES / "ways" / "random.json").read_bytes()):
        assert format_document(json.loads(random["text"])) == random["text"], AGAIN
        assert ways_of(random["text"]) == random["ways"], AGAIN


def test_problems_are_what_the_engine_finds() -> None:
    for each in json.loads((FIXTURES / "problems" / "documents.json").read_bytes()):
        assert problems_of(each["document"]) == each["problems"], f"{each['name']}: {AGAIN}"
