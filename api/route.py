"""The class of all our routes: who may, how large, once. In that order, before anything of the request is parsed."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from api import once
from api.auth import identify
from api.deployment import Deployment
from api.permissions import permission_of
from api.requests import StrictRequest, check_media_type, check_texts
from engine.run.keys import ApiKey


class WendRoute(APIRoute):
    """A route that looks itself up in the table of permissions when it is made."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Guard what FastAPI makes of the function."""
        inner = super().get_route_handler()
        method = next(iter(self.methods or ()))
        permission = permission_of(method, self.path_format)
        reads_json = self.body_field is not None

        async def guarded(request: Request) -> Response:
            check_texts(request)
            deployment: Deployment = request.app.state.deployment
            caller = await identify(request, deployment, permission)
            request.state.caller = caller
            strict = StrictRequest(request.scope, request.receive, permission.limit_bytes)
            if reads_json and await strict.body():
                check_media_type(strict)
                await strict.json()  # here, for FastAPI would answer what is wrong with it in its own words
            if permission.is_keyed and once.HEADER in request.headers and caller is not None:
                return await once.answer_once(strict, deployment.database, caller.project, lambda: inner(strict))
            return await inner(strict)

        return guarded


def make_router(tag: str) -> APIRouter:
    """A router for the routes of one noun."""
    return APIRouter(route_class=WendRoute, tags=[tag])


async def _deployment(request: Request) -> Deployment:
    deployment: Deployment = request.app.state.deployment
    return deployment


async def _caller(request: Request) -> ApiKey:
    caller: ApiKey = request.state.caller
    return caller


async def _visitor(request: Request) -> ApiKey | None:
    caller: ApiKey | None = request.state.caller
    return caller


#: What a route is given: the world it runs in, and who calls.
World: TypeAlias = Annotated[Deployment, Depends(_deployment)]
Caller: TypeAlias = Annotated[ApiKey, Depends(_caller)]
#: Of a page for everybody: somebody known, or None.
Visitor: TypeAlias = Annotated[ApiKey | None, Depends(_visitor)]
