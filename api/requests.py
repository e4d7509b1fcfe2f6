"""Reading requests strictly: bounded bodies, JSON that means one thing, no text that a database cannot keep."""

from __future__ import annotations

from typing import Final

import orjson
from fastapi import Request
from starlette.types import Receive, Scope

from api.errors import MalformedError, MediaTypeError
from engine.errors import TooLargeError

#: Deeper than any attribute or condition that a person wrote.
JSON_DEPTH: Final = 64
#: PostgreSQL keeps no NUL in a text, and nobody means one.
NUL: Final = "\x00"


class StrictRequest(Request):
    """A request whose body is read up to a limit and parsed without guessing."""

    def __init__(self, scope: Scope, receive: Receive, limit_bytes: int) -> None:
        super().__init__(scope, receive)
        self._limit_bytes = limit_bytes

    async def body(self) -> bytes:
        """The whole body; raises TooLargeError as soon as it is over the limit."""
        if not hasattr(self, "_body"):
            if int(self.headers.get("content-length", "0") or "0") > self._limit_bytes:
                raise self._too_large()
            chunks: list[bytes] = []
            length = 0
            async for chunk in self.stream():
                length += len(chunk)
                if length > self._limit_bytes:
                    raise self._too_large()
                chunks.append(chunk)
            self._body = b"".join(chunks)
        return self._body

    async def json(self) -> object:
        """The body as JSON; raises MalformedError for what is not, is too deep, or cannot be kept."""
        if not hasattr(self, "_value"):
            self._value = read_json(await self.body())
        return self._value

    def _too_large(self) -> TooLargeError:
        return TooLargeError(f"The body is over {self._limit_bytes:,} bytes.", hint="Send less at once.")


def read_json(body: bytes) -> object:
    """Parse JSON by RFC 8259, of at most 64 levels, without NUL in its texts and without numbers beyond a double."""
    try:
        value: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedError(f"The body is not JSON: {error.msg} at character {error.pos}.") from error
    _check(value)
    return value


def check_media_type(request: Request, expected: str = "application/json") -> None:
    """Refuse a body of another content type: guessing is how a form of another site becomes JSON."""
    found = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if found != expected and not (expected == "application/json" and found.startswith("application/") and found.endswith("+json")):
        raise MediaTypeError(f"The body has to be {expected}.", hint=f"Set `Content-Type: {expected}`.")


def check_texts(request: Request) -> None:
    """Refuse a path or query that holds NUL."""
    if NUL in request.scope["path"] or b"%00" in request.scope.get("query_string", b""):
        raise MalformedError("The address holds a NUL character.")


def _check(value: object) -> None:
    """Walk all containers without recursion: ten thousand brackets must not end the process."""
    level = [value]
    for _ in range(JSON_DEPTH):
        below: list[object] = []
        for container in level:
            if isinstance(container, dict):
                for key, inner in container.items():
                    if NUL in key:
                        raise MalformedError("The body holds a NUL character.")
                    _check_scalar(inner, below)
            elif isinstance(container, list):
                for inner in container:
                    _check_scalar(inner, below)
            else:
                _check_scalar(container, below)
        if not below:
            return
        level = below
    raise MalformedError(f"The body is nested more than {JSON_DEPTH} levels deep.")


def _check_scalar(value: object, below: list[object]) -> None:
    if isinstance(value, dict | list):
        below.append(value)
    elif isinstance(value, str):
        if NUL in value:
            raise MalformedError("The body holds a NUL character.")
    elif isinstance(value, float) and (value - value != 0):  # only infinities and NaN differ from themselves so
        raise MalformedError("The body holds a number beyond what a double can hold.")
