"""What the designer and the engine must agree on, as files that the tests of both read.

`python -m tests.support.designer_fixtures` makes them anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings

from engine.journey.canonical import format_document
from engine.journey.checks import check_document
from engine.journey.document import Journey, read_journey
from tests.support.random_journeys import journeys

FIXTURES = Path(__file__).parents[1] / "fixtures"
JOURNEYS = Path(__file__).parents[2] / "journeys"


def canonical_pairs() -> list[tuple[Path, Path]]:
    """Each document as somebody wrote it, with the file that holds it as it is to be written."""
    folder = FIXTURES / "canonical"
    written = sorted(file for file in folder.glob("*.json") if not file.stem.endswith(".canonical"))
    return [(file, folder / f"{file.stem}.canonical.json") for file in written]


def ways_of(source: str) -> dict[str, list[dict[str, str | None]]]:
    """The ways out of every step: where they are written, and where they lead."""
    journey, problems = read_journey(source)
    assert isinstance(journey, Journey), problems
    return {
        step_id: [{"pointer": way.pointer, "branch": way.branch_id, "name": way.name, "next": way.next} for way in step.ways()]
        for step_id, step in journey.steps.items()
    }


def example_ways() -> dict[str, Any]:
    """The ways of every journey that comes along, by journey id."""
    files = sorted(file for file in JOURNEYS.glob("*.json") if file.name != "journey.schema.json")
    return {file.stem: ways_of(file.read_text("utf-8")) for file in files}


def random_documents(count: int = 25) -> list[dict[str, Any]]:
    """Random journeys, the same each time."""
    found: list[dict[str, Any]] = []

    @settings(derandomize=True, max_examples=count, database=None, deadline=None)
    @given(journeys(max_steps=12))
    def collect(journey: dict[str, Any]) -> None:
        found.append(journey)

    collect()
    return found


def problems_of(document: dict[str, Any]) -> list[list[str]]:
    """What the engine finds wrong: code, pointer and severity."""
    _, problems = check_document(json.dumps(document))
    return sorted([problem.code, problem.pointer, problem.severity] for problem in problems)


def write_all() -> None:
    """Make every file anew."""
    for written, canonical in canonical_pairs():
        canonical.write_bytes(format_document(json.loads(written.read_bytes())).encode("utf-8"))
    documents = FIXTURES / "problems" / "documents.json"
    told = [{**each, "problems": problems_of(each["document"])} for each in json.loads(documents.read_bytes())]
    documents.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
    random = [{"text": format_document(journey), "ways": ways_of(json.dumps(journey))} for journey in random_documents()]
    for name, content in (("examples", example_ways()), ("random", random)):
        (FIXTURES / "ways" / f"{name}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    write_all()
