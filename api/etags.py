"""`ETag` and `If-Match`: marks of what was read, so that nobody overwrites what they have not seen."""

from __future__ import annotations

import hashlib
from typing import Annotated, TypeAlias

from fastapi import Header

from api.errors import MalformedError

_LENGTH = 200

IfMatch: TypeAlias = Annotated[
    str | None, Header(max_length=_LENGTH, description="The ETag of what the change was made from; 412 when it is not that any more.")
]
IfNoneMatch: TypeAlias = Annotated[
    str | None, Header(max_length=_LENGTH, description="The ETag of what the caller has; 304 when it is still that.")
]


def quoted(mark: str) -> str:
    """A mark as the header has it."""
    return f'"{mark}"'


def expected(header: str | None) -> str | None:
    """The mark of an `If-Match`; `*` stays. Raises MalformedError for anything else."""
    if header is None or header == "*":
        return header
    mark = header.removeprefix("W/")
    if len(mark) < 2 or not (mark.startswith('"') and mark.endswith('"')):
        raise MalformedError('If-Match has to be an ETag in quotes, or "*".')
    return mark[1:-1]


def is_known(header: str | None, mark: str) -> bool:
    """Whether the caller has this already, by their `If-None-Match`."""
    return header is not None and mark in [part.strip().removeprefix("W/").strip('"') for part in header.split(",")]


def mark_of(content: bytes) -> str:
    """A mark for an answer."""
    return hashlib.sha256(content).hexdigest()[:32]
