"""What surrounds every request: security headers, one line in the log, metrics, and an answer when we are at fault.

Plain ASGI, outermost: nothing a route does can slip past it. Paths are logged as routes, never as sent, for they hold ids and tokens.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import error_response
from api.metrics import Metrics

#: Our pages have no scripts, load nothing from elsewhere and are framed by nobody. Single answers may say their own.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
#: What the log says where the caller has gone before the answer; nginx's word for it.
CLIENT_GONE: Final = 499
#: Over https only: a year (hstspreload.org asks for it).
TRANSPORT_SECURITY: Final = "max-age=31536000"

_log = structlog.get_logger("wend.api")


class Shell:
    """The outermost layer of the app."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, is_https: bool) -> None:
        self._app = app
        self._metrics = metrics
        self._headers = dict(HEADERS) | ({"Strict-Transport-Security": TRANSPORT_SECURITY} if is_https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0
        # HEAD is GET without a body (RFC 9110 section 9.3.2), of every route: no route needs to know.
        is_head = scope["method"] == "HEAD"
        inner = {**scope, "method": "GET"} if is_head else scope

        async def send_dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app(inner, receive, send_dressed)
        except ClientDisconnect:
            # The page asked for something newer instead: nobody waits for an answer, and nothing went wrong.
            status = CLIENT_GONE
        except Exception as error:
            # The one place that catches everything: the caller gets our shape, the log gets the traceback.
            _log.error("request_failed", route=_route(inner), error=type(error).__name__, exc_info=error)
            if status:
                raise
            answer = error_response(500, "internal", "Something went wrong here; it is in the log.")
            await answer(inner, receive, send_dressed)
        finally:
            seconds = time.perf_counter() - began
            self._metrics.observe(scope["method"], _route(inner), status, seconds)
            _log.info("request", method=scope["method"], route=_route(inner), status=status, milliseconds=round(seconds * 1000, 1))


def _route(scope: Scope) -> str:
    """The route a request took, without the values in its path."""
    return str(getattr(scope.get("route"), "path_format", "none"))
