"""The API's description has examples of whole bodies and answers, and they are what it takes and gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from api.app import describe_api

DESCRIBED = describe_api()
SCHEMAS: dict[str, dict[str, Any]] = DESCRIBED["components"]["schemas"]


def contents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every JSON body, and every answer that was wished for, by what it is of."""
    for path, operations in DESCRIBED["paths"].items():
        for method, operation in operations.items():
            parts = {"body": operation.get("requestBody", {}), **operation["responses"]}
            for name, part in parts.items():
                content = part.get("content", {}).get("application/json")
                if content is not None and (name == "body" or name.startswith("2")):
                    yield f"{method.upper()} {path} {name}", content


@pytest.mark.parametrize(("name", "content"), list(contents()), ids=lambda value: value if isinstance(value, str) else "")
def test_every_body_and_answer_has_an_example(name: str, content: dict[str, Any]) -> None:
    schema = SCHEMAS.get(content["schema"].get("$ref", "").rpartition("/")[2], {})

    assert "example" in content or "examples" in content or "examples" in schema


@pytest.mark.parametrize("name", [name for name, schema in SCHEMAS.items() if "examples" in schema])
def test_an_example_is_what_its_schema_allows(name: str) -> None:
    allowed = jsonschema_rs.Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": DESCRIBED["components"]})

    assert [error.message for example in SCHEMAS[name]["examples"] for error in allowed.iter_errors(example)] == []
