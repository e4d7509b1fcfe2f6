"""Shapes that several nouns share on the wire: ids, attributes, pages, problems. Knows no route."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Generic, TypeAlias, TypeVar

from fastapi import Path, Query
from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
)

from api.errors import MalformedError, bounded
from api.patterns import CURSOR, INNER_ID, OUTER_ID
from engine.errors import Problem
from engine.journey.fields import ID_PATTERN
from engine.journey.instants import read_instant
from engine.journey.shape import reason_of

#: 10,000 rows are answered in under a second; a page is for a person or a script that goes on.
PAGE_LIMIT = 1_000
PAGE_DEFAULT = 100
#: Callers' ids: bounded, so that keys of several of them fit a PostgreSQL index row (2,704 bytes).
ID_CHARACTERS = 200


class Input(BaseModel):
    """What callers send: strict, and closed to what we do not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class Output(BaseModel):
    """What we answer."""

    model_config = ConfigDict(frozen=True, from_attributes=True, use_attribute_docstrings=True)


OuterId: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=ID_CHARACTERS, pattern=OUTER_ID)]
InnerId: TypeAlias = Annotated[str, StringConstraints(pattern=INNER_ID)]
Name: TypeAlias = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Attributes: TypeAlias = dict[Annotated[str, StringConstraints(min_length=1, max_length=128)], JsonValue]


def _instant(value: object) -> datetime:
    instant = read_instant(value) if isinstance(value, str) else None
    if instant is None:
        raise ValueError("This is not an instant: write RFC 3339 with an offset, as 2026-05-01T09:00:00+02:00.")
    return instant


#: Neither a number of seconds nor a day is one.
Instant: TypeAlias = Annotated[AwareDatetime, BeforeValidator(_instant)]

JourneyId: TypeAlias = Annotated[str, Path(pattern=ID_PATTERN, description="The journey's id.", examples=["welcome"])]
TemplateName: TypeAlias = Annotated[str, Path(pattern=ID_PATTERN, description="The template's name.", examples=["welcome"])]
VersionNumber: TypeAlias = Annotated[int, Path(ge=1, le=2**31 - 1, description="A version's number.")]
Limit: TypeAlias = Annotated[int, Query(ge=1, le=PAGE_LIMIT, description="How many results at most.")]
After: TypeAlias = Annotated[
    str | None,
    Query(max_length=500, pattern=CURSOR, description="The `next` of the page before; not there for the first page."),
]


class ProblemShape(Output):
    """What is wrong, and where."""

    code: str
    """Names the wrong; stable."""
    pointer: str
    """JSON Pointer into the document, or into the request (`/body/…`)."""
    message: str
    hint: str
    step_id: str | None
    severity: str
    """`error` or `warning`."""


class ErrorShape(Output):
    """Every answer that is not the wished one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"error": "not_found", "detail": "welcome has no draft. Save one first.", "problems": []}]}
    )

    error: str
    """The error's name; stable."""
    detail: str
    """One sentence for a person: what, and what to do next."""
    problems: list[ProblemShape]


T = TypeVar("T")

#: What is wrong with a value that somebody typed, and not with the program that sends it.
_FAULTS_OF_VALUES = frozenset({"string_too_short", "string_too_long", "string_pattern_mismatch", "value_error"})


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row of a batch that is invalid; the others are not."""

    reason: str


def row_or_bad(value: object, read: ValidatorFunctionWrapHandler) -> object:
    """Read a row of a batch; one whose values are wrong becomes a BadRow, and one of another shape refuses the batch."""
    try:
        return read(value)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        if any(each["type"] not in _FAULTS_OF_VALUES for each in found):
            raise
        # The values are not repeated: they may be addresses, and the caller has them.
        return BadRow("; ".join(f"{'/'.join(map(str, each['loc']))}: {reason_of(each)}." for each in found))


def sound_rows(rows: Sequence[T | BadRow]) -> list[tuple[int, T]]:
    """The rows that can be meant, with their places."""
    return [(place, row) for place, row in enumerate(rows) if not isinstance(row, BadRow)]


class Page(Output, Generic[T]):
    """One page of a list."""

    results: list[T]
    next: str | None = Field(default=None, description="What to pass as `after` for the next page; null at the end.")


def problems_of(problems: Sequence[Problem]) -> list[ProblemShape]:
    """Problems as they are answered."""
    return [ProblemShape.model_validate(problem) for problem in bounded(problems)]


def to_cursor(last: str) -> str:
    """A `next` that stands for the last key of a page. Opaque, so that what it holds may change."""
    return base64.urlsafe_b64encode(last.encode()).decode().rstrip("=")


def from_cursor(after: str | None) -> str | None:
    """The key a `next` stands for; raises MalformedError for one that is not ours."""
    if not after:
        return None
    try:
        decoded = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode()
    except (binascii.Error, ValueError) as error:
        raise MalformedError("`after` is not the `next` of a page.", hint="Leave it out to begin anew.") from error
    if "\x00" in decoded:
        raise MalformedError("`after` is not the `next` of a page.")
    return decoded


def page_of(results: Sequence[object], limit: int, key: str) -> str | None:
    """The `next` of a page that is full; the last page may be followed by an empty one."""
    return to_cursor(str(getattr(results[-1], key))) if len(results) == limit else None
