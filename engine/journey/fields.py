"""The base of every object in a journey document, and the kinds of text its fields share. Knows no step and no condition.

Everything is strict: nothing is coerced. Unknown fields are errors, except `x-…`, which are kept and mean nothing.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from engine.journey.calendar import is_zone
from engine.journey.durations import PATTERN, SIGNED_PATTERN, parse_duration, parse_signed_duration
from engine.journey.instants import read_instant

#: Ids of journeys, steps, branches and templates.
ID_PATTERN = r"^[a-z][a-z0-9_-]{0,62}$"
EXTENSION_PREFIX = "x-"

Id: TypeAlias = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
#: A step that follows; not there: the participant finishes.
Next: TypeAlias = Id | None
#: 128 characters: Pinpoint's limit for attribute names, so that what is imported fits.
AttributeName: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=128)]
EventName: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=128)]
#: What people call a thing.
Label: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Note: TypeAlias = Annotated[str, StringConstraints(max_length=5_000)]


def _is_positive_duration(text: str) -> str:
    if not parse_duration(text):
        raise ValueError(f"{text!r} is no time at all: write at least PT1S.")
    return text


def _is_signed_duration(text: str) -> str:
    parse_signed_duration(text)
    return text


def _is_instant(text: str) -> str:
    if read_instant(text) is None:
        raise ValueError(f"{text!r} is not an instant: write RFC 3339 with an offset, as 2026-05-01T09:00:00+02:00.")
    return text


def _is_zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError(f"There is no time zone {name!r}. Use an IANA name such as Europe/Berlin.")
    return name


Duration: TypeAlias = Annotated[str, AfterValidator(_is_positive_duration), Field(json_schema_extra={"pattern": PATTERN})]
SignedDuration: TypeAlias = Annotated[str, AfterValidator(_is_signed_duration), Field(json_schema_extra={"pattern": SIGNED_PATTERN})]
Instant: TypeAlias = Annotated[str, AfterValidator(_is_instant), Field(json_schema_extra={"format": "date-time"})]
ZoneName: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_is_zone)]
ClockTime: TypeAlias = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class DocumentModel(BaseModel):
    """An object of a document: frozen, strict, open only to `x-…`."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="allow", validate_by_name=True, validate_by_alias=True, use_attribute_docstrings=True
    )
    __pydantic_extra__: dict[Annotated[str, StringConstraints(pattern=rf"^{EXTENSION_PREFIX}")], JsonValue]
