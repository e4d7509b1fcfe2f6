"""Pages for everybody: the start page, unsubscribing, preferences, and what pages load.

A link's signed token is all the authority these pages ask for: no cookie, no login, no CSRF token (RFC 8058). `GET` changes nothing,
for scanners fetch every link of a mail.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Path, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from api.deployment import Deployment
from api.errors import MalformedError
from api.pages.render import ASSETS, asset, page
from api.route import Visitor, World, make_router
from api.routes.health import probe_parts
from engine.errors import NotFoundError
from engine.run.unsubscribe import unsubscribe_by_send
from engine.store import endpoints, journey_lists, send_queries, suppressions, totals

router = make_router("Pages")

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,200}$")]
ONE_CLICK = "One-Click"
#: Assets change with a release only.
ASSET_CACHE = "public, max-age=3600"


@router.get("/", include_in_schema=False)
def show_home(visitor: Visitor, world: World) -> HTMLResponse:
    """How the installation fares, for a browser that is logged in."""
    if visitor is None:
        return page("home.html", visitor=None)
    with world.database.read() as connection:
        published = journey_lists.of_project(connection, visitor.project)
        people = totals.people_of_journeys(connection, visitor.project)
    journeys = [
        {
            "id": journey_id,
            "state": published[journey_id].state if journey_id in published else "draft",
            "version": published[journey_id].live_version if journey_id in published else None,
            "people": sum(people.get(journey_id, {}).values()),
        }
        for journey_id in sorted({*published, *world.drafts.ids(visitor.project)})
    ]
    return page(
        "home.html",
        visitor=visitor,
        version=version("wend"),
        parts=probe_parts(world),
        journeys=journeys,
        may_read=visitor.may("read"),
        has_mailbox=world.mailbox is not None and visitor.may("read"),
    )


@router.get("/assets/{name}", include_in_schema=False)
async def read_asset(name: str) -> Response:
    """A file that pages load."""
    content = asset(name)
    if content is None:
        raise NotFoundError("There is no such file.")
    return Response(content, media_type=ASSETS[name], headers={"Cache-Control": ASSET_CACHE})


@router.get("/u/{token}", include_in_schema=False)
async def ask_unsubscribe(token: Token, world: World) -> HTMLResponse:
    """Ask with one button; fetching this page never unsubscribes."""
    if world.links.read_token("unsubscribe", token) is None:
        return _unknown_link()
    text = "You will get no more mail from us at this address."
    return page("unsubscribe.html", title="Unsubscribe?", text=text, asks=True, token=token)


@router.post("/u/{token}", include_in_schema=False)
async def unsubscribe(token: Token, request: Request, world: World) -> HTMLResponse:
    """Unsubscribe at once (RFC 8058): by a mail program's one click, or by the page's button."""
    send_id = world.links.read_token("unsubscribe", token)
    if send_id is None:
        return _unknown_link()
    body = await request.body()
    if b"List-Unsubscribe" not in body or ONE_CLICK.encode() not in body:  # form-encoded or multipart: both are allowed
        raise MalformedError("The body has to be List-Unsubscribe=One-Click.")
    try:
        await run_in_threadpool(unsubscribe_by_send, world.database, send_id)
    except NotFoundError:
        return _unknown_link()
    text = "You will get no more mail at this address. You can close this page."
    return page("unsubscribe.html", title="You are unsubscribed", text=text, asks=False, token=token)


@router.get("/u/{token}/preferences", include_in_schema=False)
def show_preferences(token: Token, world: World) -> HTMLResponse:
    """Whether mail is sent to the address that the link's mail went to."""
    send_id = world.links.read_token("unsubscribe", token)
    return _unknown_link() if send_id is None else _preferences(world, token, send_id)


@router.post("/u/{token}/preferences", include_in_schema=False)
async def change_preferences(token: Token, request: Request, world: World) -> HTMLResponse:
    """Send nothing any more to that address."""
    send_id = world.links.read_token("unsubscribe", token)
    if send_id is None:
        return _unknown_link()
    if parse_qs((await request.body()).decode("ascii", "replace")).get("mail") != ["none"]:
        raise MalformedError("The form has one field: mail=none.")
    try:
        await run_in_threadpool(unsubscribe_by_send, world.database, send_id)
    except NotFoundError:
        return _unknown_link()
    return await run_in_threadpool(_preferences, world, token, send_id)


def _preferences(world: Deployment, token: str, send_id: str) -> HTMLResponse:
    with world.database.read() as connection:
        row = send_queries.find_anywhere(connection, send_id)
        if row is None or not row.address:
            return _unknown_link()
        suppressed = suppressions.find(connection, row.project, [row.address_hash])
        out = any(endpoint.opted_out_at for endpoint in endpoints.of_address(connection, row.project, row.address_hash))
    return page("preferences.html", token=token, address=_masked(row.address), is_out=bool(suppressed) or out)


def _masked(address: str) -> str:
    """An address as its owner knows it and nobody else learns it: the mail may have been forwarded."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def _unknown_link() -> HTMLResponse:
    text = "Perhaps it was cut off on its way. Use the whole link from the mail, or answer the mail."
    return page("unsubscribe.html", 404, title="This link is not valid", text=text, asks=False, token="")
