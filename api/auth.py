"""Who calls: an API key in the header, or a browser that came with a login link. Knows cookies and origins, and no route.

A cookie is a key's id, signed: revoking the key ends the login. What a cookie authorises to change something has to come from our own
pages, so that no other site can make a browser do it.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.deployment import Deployment
from api.permissions import Permission
from engine.errors import NotAllowedError, UnauthenticatedError
from engine.run.keys import ApiKey, find_key, find_key_by_id

COOKIE: Final = "wend_session"
#: A link that was printed in a terminal this morning still works in the afternoon.
LINK_SECONDS: Final = 12 * 3600
SESSION_SECONDS: Final = 30 * 24 * 3600
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def make_login_link(public_url: str, secret: bytes, key: ApiKey) -> str:
    """A link that logs a browser in with a key's role, for twelve hours; whoever has it may do what the key may."""
    return f"{public_url}/login?token={_links(secret).dumps([key.project, key.id])}"


def read_login_token(deployment: Deployment, token: str) -> ApiKey:
    """The key a login link stands for; raises UnauthenticatedError for one that is not ours, too old or revoked."""
    return _read(deployment, _links(deployment.secret), token, LINK_SECONDS)


def set_session(response: Response, deployment: Deployment, key: ApiKey) -> None:
    """Log a browser in."""
    value = _sessions(deployment.secret).dumps([key.project, key.id])
    # Lax, not Strict: a login link opened from a mail or chat must find the cookie it has just set.
    response.set_cookie(
        COOKIE,
        str(value),
        max_age=SESSION_SECONDS,
        httponly=True,
        samesite="lax",
        secure=deployment.public_url.startswith("https:"),
        path="/",
    )


def clear_session(response: Response) -> None:
    """Log a browser out."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")


async def identify(request: Request, deployment: Deployment, permission: Permission) -> ApiKey | None:
    """Say who calls and make sure that they may; None for somebody unknown on a page that is for everybody.

    Raises:
        UnauthenticatedError: no key, or one that is not ours.
        NotAllowedError: the key's role is too small, or a cookie came from another site's page.
    """
    try:
        caller = await run_in_threadpool(_find_caller, request, deployment)
    except UnauthenticatedError:
        if permission.role is None:
            return None
        raise
    if permission.role is None:
        return caller
    if caller is None:
        raise UnauthenticatedError("This needs an API key.", hint="Send it as `Authorization: Bearer KEY`.")
    if not caller.may(permission.role):
        raise NotAllowedError(f"{permission.name} needs the role {permission.role}; this key has {caller.role}.")
    if "authorization" not in request.headers and permission.method not in SAFE_METHODS:
        check_same_origin(request, deployment)
    return caller


def check_same_origin(request: Request, deployment: Deployment) -> None:
    """Refuse a change that a browser was made to do by a page that is not ours."""
    origin = request.headers.get("origin")
    if origin is not None:
        parts = urlsplit(deployment.public_url)
        ours = {f"{parts.scheme}://{parts.netloc}", f"{request.url.scheme}://{request.headers.get('host', '')}"}
        allowed = origin in ours
    else:
        allowed = request.headers.get("sec-fetch-site") == "same-origin"
    if not allowed:
        raise NotAllowedError("This came from another site's page.", hint="Use the page of this address, or an API key.")


def _find_caller(request: Request, deployment: Deployment) -> ApiKey | None:
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise UnauthenticatedError("The Authorization header is not `Bearer KEY`.")
        return find_key(deployment.database, secret.strip())
    cookie = request.cookies.get(COOKIE)
    return None if cookie is None else _read(deployment, _sessions(deployment.secret), cookie, SESSION_SECONDS)


def _read(deployment: Deployment, serializer: URLSafeTimedSerializer, token: str, seconds: int) -> ApiKey:
    try:
        project, key_id = serializer.loads(token, max_age=seconds)
    except (BadSignature, ValueError, TypeError) as error:
        raise UnauthenticatedError("This login is not valid any more.", hint="Make a new link with `wend keys login-link`.") from error
    return find_key_by_id(deployment.database, project, key_id)


def _links(secret: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="login-link")


def _sessions(secret: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="session")
