"""The send ledger: listed, resolved where a send's fate is unknown, and tried out."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Annotated, Any, get_args

from fastapi import Path, Query, Request
from pydantic import Field

from api import once
from api.deployment import Deployment
from api.patterns import INNER_ID
from api.preview import ImaginedInput
from api.route import Caller, World, make_router
from api.routes.endpoints import AddressText
from api.shapes import PAGE_DEFAULT, After, ErrorShape, Input, Instant, Limit, Name, Output, Page, from_cursor, page_of
from engine.errors import NotFoundError
from engine.journey.fields import ID_PATTERN
from engine.mail.addresses import read_address
from engine.mail.resolution import Resolution, queue_test, resolve
from engine.run.clock import SENDS_TOPIC
from engine.run.templates import pin_newest
from engine.store import send_queries, templates
from engine.store.send_queries import SendFilter
from engine.store.sends import SendState

router = make_router("Sends")

SendId = Annotated[str, Path(pattern=INNER_ID, description="A send's id.", examples=["0198f0c2a9b47c6e8d31f5a2b7c9e014"])]
_STATES = ", ".join(get_args(SendState))


class SendShape(Output):
    """One message to one address."""

    id: str
    send_class: str = Field(serialization_alias="class", examples=["journey"])
    """`journey` or `test`."""
    journey_id: str | None
    step_id: str | None
    participant_id: str | None
    endpoint_id: str | None
    address: str
    """Empty once it was erased."""
    template: str
    template_version: int
    state: SendState
    reason: str | None
    """Why it was not sent, or what it waits for."""
    attempt: int
    resend_number: int
    message_id: str
    relay: str | None
    smtp_stage: str | None
    """The SMTP stage at which it was decided."""
    reply_code: int | None
    reply_text: str | None
    due_at: datetime
    created_at: datetime
    changed_at: datetime
    accepted_at: datetime | None
    unsubscribed_at: datetime | None


class ResolveInput(Input):
    """What an operator decided about an `UNKNOWN` send."""

    resolution: Resolution = Field(examples=["treat_as_sent"])
    """`treat_as_sent`, or `send_again`: a new send of the same message, which is listed beside the old one."""


class ResolveAnswer(Output):
    """The send that stands for it now."""

    send_id: str


class TestSendInput(ImaginedInput):
    """One mail to one address, marked as a test."""

    template: Name = Field(examples=["welcome"])
    version: int | None = Field(None, ge=1, le=2**31 - 1)
    """The newest content, when left out."""
    address: AddressText = Field(examples=["ada@example.com"])


@router.get("/v1/sends", summary="List sends")
def list_sends(
    *,
    caller: Caller,
    world: World,
    state: Annotated[SendState | None, Query(description=f"One of {_STATES}.")] = None,
    journey: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    address: Annotated[str | None, Query(min_length=3, max_length=320)] = None,
    participant: Annotated[str | None, Query(pattern=INNER_ID)] = None,
    since: Annotated[Instant | None, Query(description="Made at or after this instant.")] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> Page[SendShape]:
    """The ledger, newest first: every message, with its state and, where it was not sent, the reason."""
    digest = None if address is None else read_address(address).digest
    wanted = SendFilter(state, journey, digest, participant, since)
    with world.database.read() as connection:
        rows = send_queries.page(connection, caller.project, wanted, after=from_cursor(after), limit=limit)
    return Page(results=[send_shape(row) for row in rows], next=page_of(rows, limit, "id"))


@router.post("/v1/sends/{send_id}/resolve", summary="Resolve an unknown send", responses={409: {"model": ErrorShape}})
def resolve_send(send_id: SendId, body: ResolveInput, caller: Caller, world: World) -> ResolveAnswer:
    """Say what became of a send whose fate nobody knows, because the relay's answer was lost: treat it as sent, or send it again."""
    standing = resolve(world.database, world.secret, caller.project, send_id, resolution=body.resolution, now=datetime.now(UTC))
    world.ring(SENDS_TOPIC)
    return ResolveAnswer(send_id=standing)


@router.post("/v1/test-sends", status_code=202, summary="Try a template out")
def make_test_send(body: TestSendInput, request: Request, caller: Caller, world: World) -> ResolveAnswer:
    """Send one mail of a template to one address, marked as a test, through the same sender as every other mail."""
    version = body.version or _newest_version(world, caller.project, body.template)
    with world.database.read() as connection:
        if templates.find(connection, caller.project, body.template, version) is None:
            raise NotFoundError(f"Template {body.template} has no version {version}.")
    send_id = queue_test(
        world.database,
        world.secret,
        caller.project,
        address=body.address,
        template=body.template,
        template_version=version,
        variables=body.variables(body.address),
        mail_domain=parseaddr(world.mail_from)[1].rpartition("@")[2],
        now=datetime.now(UTC),
        request_id=once.row_key(request, 0),
    )
    world.ring(SENDS_TOPIC)
    return ResolveAnswer(send_id=send_id)


def send_shape(row: Any) -> SendShape:
    """A row of the ledger as it is answered."""
    fields = dict(row._mapping)
    return SendShape.model_validate(fields | {"send_class": fields["class"]})


def _newest_version(world: Deployment, project: str, name: str) -> int:
    """The version of the content authors see; a changed file becomes one by this."""
    template = pin_newest(world.database, world.templates, project, name)
    if template is None or template.version is None:
        raise NotFoundError(f"There is no template {name}.")
    return template.version
