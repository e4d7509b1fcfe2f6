"""The JSON Schema of journey documents, for editors and the designer: made from the models, so that it cannot say anything else.

It holds the shape; what the checks say of meaning is beyond a schema.
"""

from __future__ import annotations

from typing import Any

from engine.journey.document import Journey
from engine.journey.fields import EXTENSION_PREFIX

#: Objects as pydantic writes them; nothing types a schema of schemas better than this.
Schema = dict[str, Any]

_EXTENSIONS = {f"^{EXTENSION_PREFIX}": True}


def journey_schema() -> Schema:
    """The schema of `journeys/*.json` (draft 2020-12)."""
    made = Journey.model_json_schema(by_alias=True)
    definitions: Schema = made.pop("$defs")
    shared: Schema = {}
    body = _clean(made, shared)
    definitions = {name: _clean(definition, shared) for name, definition in definitions.items() if name != "JsonValue"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **body,
        "title": "Wend journey",
        "$defs": dict(sorted({**definitions, **shared}.items())),
    }


def _clean(value: Any, shared: Schema) -> Any:
    """The same schema, with one definition per union, no null for what may be left out, no titles made from names, and `x-…` allowed."""
    if isinstance(value, list):
        return [_clean(inner, shared) for inner in value]
    if not isinstance(value, dict):
        return value
    if value.get("$ref", "").endswith("/JsonValue"):
        return True if "description" not in value else {"description": value["description"]}
    schema = {key: _clean_field(key, inner, shared) for key, inner in value.items() if key != "title" and (key, inner) != ("default", None)}
    if "properties" in schema and schema.get("type") == "object":
        schema = {**schema, "patternProperties": _EXTENSIONS, "additionalProperties": False}
    elif "patternProperties" in schema:
        schema["additionalProperties"] = False
    return _share(_without_null(schema), shared)


def _clean_field(key: str, value: Any, shared: Schema) -> Any:
    if key in ("properties", "patternProperties"):
        return {name: _clean(inner, shared) for name, inner in value.items()}
    if key == "default" and isinstance(value, dict):
        return {name: inner for name, inner in value.items() if inner is not None}
    return value if key in ("default", "const", "enum", "discriminator") else _clean(value, shared)


def _without_null(schema: Schema) -> Schema:
    """`anyOf` of something and null is that thing, which may be left out."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) != 1 or len(choices) == len(schema.get("anyOf", ())):
        return schema
    return {**{key: value for key, value in schema.items() if key != "anyOf"}, **choices[0]}


def _share(schema: Schema, shared: Schema) -> Schema:
    """Replace a union of tagged objects by a reference to its one definition, named for what it is a union of."""
    if "discriminator" not in schema:
        return schema
    tags = schema["discriminator"]["mapping"]
    name = next(name for tag, name in {"all": "Condition", "email": "Step", "api": "Entry", "never": "ReEntry"}.items() if tag in tags)
    union = {key: schema[key] for key in ("oneOf", "discriminator")}
    shared[name] = union
    rest = {key: value for key, value in schema.items() if key not in union}
    return {**rest, "$ref": f"#/$defs/{name}"}
