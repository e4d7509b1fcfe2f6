"""The OpenAPI document: what FastAPI knows of the routes, completed from the table of permissions, so that it says all of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.permissions import PERMISSIONS, Permission
from api.shapes import ErrorShape

DESCRIPTION: Final = """\
Wend's REST API. Send a key as `Authorization: Bearer KEY`. Roles are ordered: ingest < read < author < operate; each route names the
smallest that may use it. Instants are RFC 3339 with an offset, durations ISO 8601. Every list is `{"results": […], "next": …}`; pass
`next` as `after`. Every error is `{"error", "detail", "problems"}`. A POST that makes something takes an `Idempotency-Key`: the same key
and body again is answered as the first time.
"""
_ERRORS: Final[Mapping[int, str]] = {
    400: "The request cannot be read.",
    401: "No API key, or one that is not valid.",
    403: "The key's role is too small.",
    404: "There is no such thing.",
    409: "It clashes with the present state.",
    412: "`If-Match` does not hold any more.",
    413: "The body is over its limit.",
    415: "The body is not JSON.",
    422: "The input is not valid: each problem is listed.",
    429: "Too many requests.",
    503: "A part of the installation is away: try again.",
}
_IDEMPOTENCY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Makes the call safe to send again: the same key and body is answered as the first time, with nothing done twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]{1,200}$"},
}
#: Names what may not be there elsewhere than in the path.
_MAY_MISS: Final = frozenset({"/v1/test-sends", "/v1/suppressions"})
#: By the name of a schema: whole bodies and answers, as one that is running takes and gives them. Simulations have two forms of answer.
_EXAMPLES: Final = orjson.loads(Path(__file__).with_name("examples.json").read_bytes())
_SIMULATE: Final = "/v1/journeys/{journey_id}/simulate"
_METHODS: Final = ("get", "put", "post", "patch", "delete")


def install(app: FastAPI) -> None:
    """Have an app describe itself completely."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(app)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]  # FastAPI's own way of replacing it


def _complete(app: FastAPI) -> dict[str, Any]:
    described = get_openapi(
        title="Wend",
        version=app.version,
        description=DESCRIPTION,
        routes=app.routes,
        openapi_version=app.openapi_version,
        tags=app.openapi_tags,
    )
    schemas = described.setdefault("components", {}).setdefault("schemas", {})
    shape = ErrorShape.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    schemas.update(shape.pop("$defs", {}))
    schemas["ErrorShape"] = shape
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for name, example in _EXAMPLES["schemas"].items():
        schemas[name]["examples"] = [example]
    simulated = described["paths"][_SIMULATE]["post"]["responses"]["200"]["content"]["application/json"]
    simulated["examples"] = {name: {"value": value} for name, value in _EXAMPLES["simulations"].items()}
    described["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "An API key."},
        "session": {"type": "apiKey", "in": "cookie", "name": "wend_session", "description": "A browser that came with a login link."},
    }
    rows = {(row.method.lower(), row.path): row for row in PERMISSIONS}
    for path, operations in described["paths"].items():
        for method in _METHODS:
            if method in operations:
                _complete_operation(operations[method], rows[method, path])
    return described


def _complete_operation(operation: dict[str, Any], row: Permission) -> None:
    """Add who may, what can go wrong and the idempotency key."""
    if row.role is not None:
        operation["security"] = [{"key": []}, {"session": []}]
        role = f"Needs the role **{row.role}**."
        operation["description"] = f"{operation.get('description', '')}\n\n{role}".strip()
    if row.is_keyed:
        operation.setdefault("parameters", []).append(_IDEMPOTENCY)
    for status in _statuses(operation, row):
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorShape"}}}
        mine = operation["responses"].get(str(status))
        if mine is None or status == 422:
            operation["responses"][str(status)] = {"description": _ERRORS[status], "content": content}
        elif "content" not in mine:
            mine["content"] = content


def _statuses(operation: Mapping[str, Any], row: Permission) -> list[int]:
    """What can go wrong with any route of this kind; a route's own `responses` add to it."""
    statuses = {400, 503}
    statuses |= {401, 403} if row.role is not None else set()
    statuses |= {404} if "{" in row.path or row.path in _MAY_MISS else set()
    statuses |= {413, 415, 422} if "requestBody" in operation else set()
    statuses |= {409, 422} if row.is_keyed else set()
    statuses |= {422} if operation.get("parameters") else set()
    return sorted(statuses | {int(status) for status in operation["responses"] if status.isdigit() and int(status) >= 400})
