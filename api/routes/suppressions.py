"""Who is not written to, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field, StringConstraints

from api.errors import MalformedError
from api.route import Caller, World, make_router
from api.routes.endpoints import AddressText
from api.shapes import PAGE_DEFAULT, After, Input, Limit, Output, Page, from_cursor, to_cursor
from engine.errors import NotFoundError
from engine.mail.addresses import read_address
from engine.run.people import opt_in
from engine.store import installation, suppressions
from engine.store.suppressions import Suppression

router = make_router("Suppressions")


class SuppressionInput(Input):
    """An address that shall not be written to."""

    address: AddressText = Field(examples=["ada@example.com"])
    evidence: Annotated[str, StringConstraints(max_length=500)] | None = Field(None, examples=["asked by phone on 2026-11-20"])
    """What it rests on."""


class SuppressionShape(Output):
    """One address that is not written to."""

    address: str | None
    """Null once it was erased; a hash keeps it from being written to all the same."""
    reason: str = Field(examples=["unsubscribed"])
    """`unsubscribed`, `erased`, `manual`."""
    evidence: str | None
    created_at: datetime


@router.get("/v1/suppressions", summary="List suppressions")
def list_suppressions(
    *,
    caller: Caller,
    world: World,
    address: Annotated[str | None, Query(min_length=3, max_length=320, description="Only this address.")] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> Page[SuppressionShape]:
    """All suppressed addresses, in no particular order; or whether one address is."""
    with world.database.read() as connection:
        if address is not None:
            found = list(suppressions.find(connection, caller.project, [read_address(address).digest]).values())
        else:
            found = suppressions.page(connection, caller.project, after=_digest(from_cursor(after)), limit=limit)
    next_cursor = to_cursor(found[-1].address_hash.hex()) if address is None and len(found) == limit else None
    return Page(results=[SuppressionShape.model_validate(each) for each in found], next=next_cursor)


@router.post("/v1/suppressions", status_code=201, summary="Suppress an address")
def suppress_address(body: SuppressionInput, caller: Caller, world: World) -> SuppressionShape:
    """Write to an address no more, from the next intent on. One that is suppressed already keeps its first reason."""
    address = read_address(body.address)
    with world.database.write() as connection:
        at = installation.read_now(connection)
        row = Suppression(caller.project, address.digest, address.text, suppressions.MANUAL, body.evidence, at)
        suppressions.suppress(connection, [row])
        kept = suppressions.find(connection, caller.project, [address.digest])[address.digest]
    return SuppressionShape.model_validate(kept)


@router.delete("/v1/suppressions", status_code=204, summary="Lift a suppression")
def lift_suppression(
    caller: Caller, world: World, address: Annotated[str, Query(min_length=3, max_length=320, description="The address to write to again.")]
) -> None:
    """Write to an address again, for somebody who was asked: its endpoints' opt-outs are taken back, too."""
    digest = read_address(address).digest
    with world.database.write() as connection:
        if not suppressions.lift(connection, caller.project, digest):
            raise NotFoundError("This address is not suppressed.")
        opt_in(connection, caller.project, digest, at=installation.read_now(connection))


def _digest(last: str | None) -> bytes | None:
    if last is None:
        return None
    try:
        return bytes.fromhex(last)
    except ValueError as error:
        raise MalformedError("`after` is not the `next` of a page.", hint="Leave it out to begin anew.") from error
