"""The committed schema is the one the models make, and takes what the reader takes."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import BaseModel

from engine.journey import conditions, document
from engine.journey.canonical import KEY_ORDER
from engine.journey.document import read_journey
from engine.journey.fields import DocumentModel
from engine.journey.schema import journey_schema
from tests.support.journeys import document as make_document
from tests.support.random_journeys import journeys

COMMITTED = Path("journeys/journey.schema.json")
VALIDATOR = jsonschema_rs.Draft202012Validator(journey_schema())
MAIL = {"type": "email", "template": "hello"}


def models(base: type[BaseModel] = DocumentModel) -> list[type[BaseModel]]:
    """Every object of a document."""
    assert document is not None
    assert conditions is not None
    found = [sub for sub in base.__subclasses__() if sub.__module__.startswith("engine.journey")]
    return [*(sub for sub in found if not sub.__name__.startswith("_")), *(below for sub in found for below in models(sub))]


def test_committed_schema_is_current() -> None:
    assert json.loads(COMMITTED.read_text("utf-8")) == journey_schema(), "write it anew: wend schema > journeys/journey.schema.json"


@pytest.mark.parametrize("path", sorted({*Path("journeys").glob("*.json")} - {COMMITTED}), ids=lambda path: path.name)
def test_our_journeys_satisfy_it(path: Path) -> None:
    VALIDATOR.validate(json.loads(path.read_text("utf-8")))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(journeys())
def test_every_valid_journey_satisfies_it(journey: dict[str, Any]) -> None:
    VALIDATOR.validate(journey)


@pytest.mark.parametrize(
    "wrong",
    [
        {**make_document({"mail": MAIL}), "colour": "red"},
        {**make_document({"mail": MAIL}), "format": 2},
        make_document({"mail": {**MAIL, "colour": "red"}}),
        make_document({"mail": {"type": "post"}}),
        make_document({"Mail": MAIL}),
        make_document({"day": {"type": "wait"}}),
        make_document({"day": {"type": "wait", "for": "P1D", "until": "2026-05-01T00:00:00Z"}}),
        make_document({"day": {"type": "wait", "for": "P1M"}}),
        make_document({"day": {"type": "wait", "until_local": {"time": "9:00"}}}),
        make_document({"test": {"type": "ab_test", "branches": [{"id": "a", "weight": 100}]}}),
    ],
)
def test_what_the_reader_refuses_it_refuses(wrong: dict[str, Any]) -> None:
    assert read_journey(json.dumps(wrong))[0] is None
    assert not VALIDATOR.is_valid(wrong)


def test_extensions_are_allowed_anywhere() -> None:
    VALIDATOR.validate({**make_document({"mail": {**MAIL, "x-colour": "red"}}), "x-owner": {"team": "crm"}})


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_canonical_order_is_that_of_the_models(model: type[BaseModel]) -> None:
    keys = [field.alias or name for name, field in model.model_fields.items()]

    assert keys == sorted(keys, key=KEY_ORDER.index)


def test_every_field_of_the_schema_has_a_description_or_is_told_by_its_type() -> None:
    """What the designer shows as help; ids, types and ways explain themselves."""
    plain = {"type", "id", "next", "name", "format", "$schema", "start", "steps", "step", "event"}
    definitions = {name: definition for name, definition in journey_schema()["$defs"].items() if "properties" in definition}

    silent = [
        f"{name}.{key}"
        for name, definition in definitions.items()
        for key, field in definition["properties"].items()
        if key not in plain and "description" not in field
    ]

    assert silent == []
