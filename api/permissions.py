"""Which role may use which route, as data: requests are checked against it, the docs and the tests are made from it.

A route without a row cannot be added. Roles are ordered: each may do all that those before it may.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from engine.errors import NotFoundError

MEGABYTE: Final = 1_000_000
#: For bodies that are one small object.
SMALL: Final = MEGABYTE // 4


@dataclass(frozen=True, slots=True)
class Permission:
    """What one route asks of a caller."""

    method: str
    path: str
    #: ingest | read | author | operate; None: everybody.
    role: str | None
    #: Whether it makes something, and so takes an `Idempotency-Key`.
    is_keyed: bool = False
    #: The largest body it reads.
    limit_bytes: int = SMALL

    @property
    def name(self) -> str:
        """Method and path, as people write them."""
        return f"{self.method} {self.path}"


#: What may hold slashes: callers' own ids do.
_WITH_SLASHES: Final = frozenset({"endpoint_id", "address"})
_J: Final = "/v1/journeys/{journey_id}"

#: What `/openapi.json` describes.
OPERATIONS: Final = (
    Permission("POST", "/v1/events", "ingest", is_keyed=True, limit_bytes=8 * MEGABYTE),
    Permission("POST", f"{_J}/participants", "ingest", is_keyed=True, limit_bytes=32 * MEGABYTE),
    Permission("GET", "/v1/endpoints", "read"),
    Permission("GET", "/v1/endpoints/{endpoint_id}", "read"),
    Permission("PUT", "/v1/endpoints/{endpoint_id}", "ingest"),
    Permission("PATCH", "/v1/endpoints/{endpoint_id}", "ingest"),
    Permission("DELETE", "/v1/endpoints/{endpoint_id}", "operate"),
    Permission("GET", "/v1/attributes", "read"),
    Permission("GET", "/v1/journeys", "read"),
    Permission("GET", _J, "read"),
    Permission("GET", f"{_J}/draft", "read"),
    Permission("PUT", f"{_J}/draft", "author", limit_bytes=MEGABYTE),
    Permission("DELETE", f"{_J}/draft", "author"),
    Permission("POST", f"{_J}/check", "read", limit_bytes=MEGABYTE),
    Permission("POST", f"{_J}/publish", "author", is_keyed=True, limit_bytes=2 * MEGABYTE),
    Permission("POST", f"{_J}/pause", "operate"),
    Permission("POST", f"{_J}/resume", "operate"),
    Permission("POST", f"{_J}/stop", "operate"),
    Permission("GET", f"{_J}/versions", "read"),
    Permission("GET", f"{_J}/versions/{{number}}", "read"),
    Permission("GET", f"{_J}/diff", "read"),
    Permission("GET", f"{_J}/counts", "read"),
    Permission("POST", f"{_J}/simulate", "read", limit_bytes=2 * MEGABYTE),
    Permission("GET", f"{_J}/participants", "read"),
    Permission("GET", "/v1/participants", "read"),
    Permission("GET", "/v1/participants/{participant_id}", "read"),
    Permission("DELETE", "/v1/participants/{participant_id}", "operate"),
    Permission("POST", "/v1/participants/{participant_id}/retry", "operate"),
    Permission("GET", "/v1/templates", "read"),
    Permission("GET", "/v1/templates/{name}", "read"),
    Permission("PUT", "/v1/templates/{name}", "author", limit_bytes=6 * MEGABYTE),
    Permission("POST", "/v1/templates/{name}/preview", "read", limit_bytes=6 * MEGABYTE),
    Permission("POST", "/v1/test-sends", "author", is_keyed=True),
    Permission("GET", "/v1/sends", "read"),
    Permission("POST", "/v1/sends/{send_id}/resolve", "operate", is_keyed=True),
    Permission("GET", "/v1/suppressions", "read"),
    Permission("POST", "/v1/suppressions", "operate", is_keyed=True),
    Permission("DELETE", "/v1/suppressions", "operate"),
    Permission("GET", "/v1/installation", "read"),
    Permission("GET", "/metrics", "read"),
    Permission("GET", "/healthz", None),
    Permission("GET", "/readyz", None),
)

#: What browsers show, and the links of mails.
PAGES: Final = (
    Permission("GET", "/openapi.json", None),
    Permission("GET", "/", None),
    Permission("GET", "/assets/{name}", None),
    Permission("GET", "/designer", None),
    Permission("GET", "/designer/assets/{name}", None),
    Permission("GET", "/designer/{address}", "read"),
    Permission("POST", "/v1/templates/{name}/preview/frame", "read", limit_bytes=12 * MEGABYTE),
    Permission("GET", "/login", None),
    Permission("POST", "/logout", None),
    Permission("GET", "/u/{token}", None),
    Permission("POST", "/u/{token}", None),
    Permission("GET", "/u/{token}/preferences", None),
    Permission("POST", "/u/{token}/preferences", None),
    Permission("GET", "/mailbox", "read"),
    Permission("GET", "/mailbox/{mail_id}", "read"),
    Permission("GET", "/mailbox/{mail_id}/html", "read"),
    Permission("GET", "/mailbox/{mail_id}/source", "read"),
)

PERMISSIONS: Final = (*OPERATIONS, *PAGES)

_BY_NAME: Final[Mapping[tuple[str, str], Permission]] = {(row.method, row.path): row for row in PERMISSIONS}


def permission_of(method: str, path: str) -> Permission:
    """The row of a route; raises NotFoundError for one that nobody wrote down."""
    try:
        return _BY_NAME[method, path]
    except KeyError:
        raise NotFoundError(f"{method} {path} has no row in api/permissions.py.", hint="Decide who may use it.") from None


def methods_at(path: str) -> list[str]:
    """The methods that an address takes, for the `Allow` of a 405."""
    methods = {row.method for row in PERMISSIONS if _pattern(row.path).fullmatch(path)}
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", lambda name: ".*" if name[1] in _WITH_SLASHES else "[^/]+", path))
