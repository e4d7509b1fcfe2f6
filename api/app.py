"""The app: every route, every guard, the one error shape. Made from a deployment; starts no server and reads no setting."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI

from api import errors, openapi
from api.deployment import Deployment
from api.metrics import Metrics
from api.routes import (
    checks,
    counts,
    designer,
    drafts,
    endpoints,
    events,
    health,
    journeys,
    mailbox,
    participants,
    public,
    sends,
    sessions,
    simulation,
    suppressions,
    templates,
    versions,
)
from api.shell import Shell

NOUNS: Final = (
    journeys,
    drafts,
    checks,
    versions,
    counts,
    simulation,
    participants,
    events,
    endpoints,
    templates,
    sends,
    suppressions,
    health,
    sessions,
    public,
    mailbox,
    designer,
)


def create_app(deployment: Deployment) -> FastAPI:
    """Make the app of one process; ending it ends the render processes, not the database."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await deployment.renderer.stop()

    app = _with_routes(FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan, redirect_slashes=False))
    app.state.deployment = deployment
    app.state.metrics = Metrics(deployment.database)
    errors.install(app)
    app.add_middleware(Shell, metrics=app.state.metrics, is_https=deployment.public_url.startswith("https:"))
    return app


def describe_api() -> dict[str, Any]:
    """The OpenAPI document that every app of this version answers."""
    return _with_routes(FastAPI()).openapi()


def _with_routes(app: FastAPI) -> FastAPI:
    app.title, app.version = "Wend", version("wend")
    for noun in NOUNS:
        app.include_router(noun.router)
    openapi.install(app)
    return app
