"""Whether the process lives, whether the installation is ready, and its figures."""

from __future__ import annotations

from fastapi import Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import Field

from api.deployment import Deployment, Part
from api.route import Caller, Visitor, World, make_router
from api.shapes import Output
from engine.errors import EngineError
from engine.store import installation, totals

router = make_router("Health")


class Alive(Output):
    """The process lives."""

    status: str = Field(examples=["ok"])


class PartShape(Output):
    """How one part fares."""

    ready: bool
    needed: bool
    """Whether the API is of no use without it."""
    detail: str | None
    """Where it is, or what is wrong; null for callers without a key."""


class Readiness(Output):
    """How the installation fares."""

    ready: bool
    parts: dict[str, PartShape] = Field(examples=[{"database": {"ready": True, "needed": True, "detail": "sqlite"}}])
    blocked_participants: int | None
    """People whom a fault of ours has stopped, until somebody retries or exits them; null for callers without a key."""


class TemporalUi(Output):
    """Where to look at workflows with a browser."""

    ui: str = Field(examples=["http://localhost:8233"])
    namespace: str


class InstallationShape(Output):
    """What this installation has."""

    mailbox: str | None = Field(examples=["/mailbox"])
    """The page of the built-in mailbox; null where a relay takes the mail."""
    mail_from: str
    """Who mails are from where the template names nobody."""
    time_zone: str | None
    """The project's."""
    temporal: TemporalUi | None
    """Null where there is no Temporal, or nobody has said where its UI is."""


@router.get("/healthz", summary="Does the process live?")
async def read_health() -> Alive:
    """Always 200 while the process answers; asks nothing else."""
    return Alive(status="ok")


@router.get(
    "/readyz",
    summary="Is the installation ready?",
    responses={200: {"model": Readiness}, 503: {"model": Readiness, "description": "A needed part is away."}},
)
def read_readiness(world: World, visitor: Visitor) -> Response:
    """Each part with its state; with a key also where each is, the Temporal server's address too, and how many people are blocked."""
    parts = probe_parts(world)
    ready = all(part.ready for part in parts.values() if part.needed)
    knows = visitor is not None and visitor.may("read")
    shapes = {name: {"ready": part.ready, "needed": part.needed, "detail": part.detail if knows else None} for name, part in parts.items()}
    body: dict[str, object] = {"ready": ready, "parts": shapes, "blocked_participants": None}
    if knows and parts["database"].ready:
        with world.database.read() as connection:
            body["blocked_participants"] = totals.blocked_people(connection)
    return JSONResponse(body, 200 if ready else 503)


@router.get("/v1/installation", summary="What this installation has")
def read_installation(caller: Caller, world: World) -> InstallationShape:
    """What a page needs to know to lead people on: the built-in mailbox, Temporal's UI, the project's time zone."""
    with world.database.read() as connection:
        zone = installation.read_time_zone(connection, caller.project)
    temporal = None if world.temporal_ui is None else TemporalUi(ui=world.temporal_ui, namespace=world.temporal_namespace)
    return InstallationShape(mailbox="/mailbox" if world.mailbox else None, mail_from=world.mail_from, time_zone=zone, temporal=temporal)


@router.get("/metrics", summary="Figures for Prometheus", response_class=PlainTextResponse)
def read_metrics(request: Request) -> Response:
    """Requests by route, live participants by journey and status, sends by state, in Prometheus' text format."""
    return Response(request.app.state.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/openapi.json", include_in_schema=False)
async def read_openapi(request: Request) -> JSONResponse:
    """This API, described."""
    return JSONResponse(request.app.openapi())


def probe_parts(world: Deployment) -> dict[str, Part]:
    """Ask every part how it fares, the database first."""
    return {"database": _probe_database(world)} | {name: _ask(name, world) for name in world.parts}


def _probe_database(world: Deployment) -> Part:
    kind = "sqlite" if world.database.is_sqlite else "postgresql"
    try:
        with world.database.read() as connection:
            totals.touch(connection)
    except EngineError as error:
        return Part(False, f"{kind}: {error}")
    return Part(True, kind)


def _ask(name: str, world: Deployment) -> Part:
    try:
        return world.parts[name]()
    except EngineError as error:
        return Part(False, str(error))
