"""Logging a browser in with a link, and out again."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.auth import check_same_origin, clear_session, read_login_token, set_session
from api.route import World, make_router

router = make_router("Pages")


@router.get("/login", include_in_schema=False)
async def log_in(world: World, token: Annotated[str, Query(max_length=2_000)] = "") -> RedirectResponse:
    """Take a login link: the browser gets a cookie, and the token leaves its address bar. A link cut short is one that is not valid."""
    key = await run_in_threadpool(read_login_token, world, token)
    response = RedirectResponse("/designer/" if key.may("read") else "/", 303)
    set_session(response, world, key)
    return response


@router.post("/logout", include_in_schema=False)
async def log_out(request: Request, world: World) -> RedirectResponse:
    """Forget the browser."""
    check_same_origin(request, world)
    response = RedirectResponse("/", 303)
    clear_session(response)
    return response
