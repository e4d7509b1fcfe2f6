"""Short journeys for tests: documents from steps, and their plans."""

from __future__ import annotations

import json
from collections.abc import Mapping

from engine.journey.document import Journey, read_journey
from engine.journey.facts import JsonObject
from engine.plan.compiler import compile_journey
from engine.plan.plan import Plan

Steps = Mapping[str, JsonObject]


def document(steps: Steps, **fields: object) -> dict[str, object]:
    """A document with these steps, the first of which is where it starts."""
    return {"format": 1, "name": "A journey", "entry": {"type": "api"}, "start": next(iter(steps)), "steps": steps, **fields}


def journey(steps: Steps, **fields: object) -> Journey:
    """The journey of these steps, which has to be well formed."""
    read, problems = read_journey(json.dumps(document(steps, **fields)))
    assert read is not None, problems
    return read


def compiled(steps: Steps, templates: Mapping[str, int] | None = None, journey_id: str = "trial", **fields: object) -> Plan:
    """The plan of these steps; templates have version 1 unless given."""
    made = journey(steps, **fields)
    versions = {name: 1 for step in made.steps.values() for name in step.templates()}
    return compile_journey("default", journey_id, made, {**versions, **(templates or {})})
