"""The built-in mailbox in the browser: what would have been sent. A mail's HTML is shown in a frame that may do nothing."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Annotated, Literal

from fastapi import Query, Response
from fastapi.responses import HTMLResponse

from api.deployment import Deployment
from api.frames import in_frame
from api.pages.render import page
from api.patterns import INNER_ID
from api.route import Caller, World, make_router
from engine.errors import NotFoundError
from engine.mail.mailbox import Mailbox

router = make_router("Pages")

View = Literal["html", "text", "headers", "source"]
VIEWS: tuple[tuple[View, str], ...] = (("html", "HTML"), ("text", "Text"), ("headers", "Headers"), ("source", "Source"))
PAGE_MAILS = 100
#: A mail of more is for a mail program.
SHOWN_CHARACTERS = 500_000


@router.get("/mailbox", include_in_schema=False)
def list_mails(caller: Caller, world: World, before: Annotated[str | None, Query(pattern=INNER_ID)] = None) -> HTMLResponse:
    """The newest mails first."""
    mailbox = _mailbox(world)
    mails = mailbox.list(before=before, limit=PAGE_MAILS)
    return page("mailbox.html", mails=mails, count=mailbox.count(), before=mails[-1].id if len(mails) == PAGE_MAILS else None)


@router.get("/mailbox/{mail_id}", include_in_schema=False)
def show_mail(mail_id: str, caller: Caller, world: World, view: View | None = None) -> HTMLResponse:
    """One mail: its HTML, text, headers or source."""
    source = _source(world, mail_id)
    mail = _mailbox(world).find(mail_id)
    if mail is None:
        raise NotFoundError("There is no such mail.")
    message = _parse(source)
    shown = view or ("html" if _part(message, "html") else "text")
    headers = [(name, str(value)) for name, value in message_from_bytes(source, policy=policy.compat32).items()]
    return page(
        "mail.html",
        mail=mail,
        sender=dict(headers).get("From", mail.sender),
        views=VIEWS,
        view=shown,
        text=(_part(message, "plain") or "This mail has no text part.")[:SHOWN_CHARACTERS],
        headers=headers,
        source=source[:SHOWN_CHARACTERS].decode(errors="replace"),
    )


@router.get("/mailbox/{mail_id}/html", include_in_schema=False)
def show_html(mail_id: str, caller: Caller, world: World) -> Response:
    """A mail's HTML alone, for the frame."""
    return in_frame(_part(_parse(_source(world, mail_id)), "html") or "<p>This mail has no HTML part.</p>")


@router.get("/mailbox/{mail_id}/source", include_in_schema=False)
def download_source(mail_id: str, caller: Caller, world: World) -> Response:
    """A mail as it came, as a file."""
    headers = {"Content-Disposition": f'attachment; filename="{mail_id}.eml"'}
    return Response(_source(world, mail_id), media_type="message/rfc822", headers=headers)


def _mailbox(world: Deployment) -> Mailbox:
    if world.mailbox is None:
        raise NotFoundError("There is no mailbox: a relay is configured.", hint="Mails go out; GET /v1/sends lists them.")
    return Mailbox(world.mailbox)


def _source(world: Deployment, mail_id: str) -> bytes:
    mailbox = _mailbox(world)
    source = mailbox.read_source(mail_id) if re.fullmatch(INNER_ID, mail_id) else None  # it is the name of a file
    if source is None:
        raise NotFoundError("There is no such mail.")
    return source


def _parse(source: bytes) -> EmailMessage:
    return message_from_bytes(source, policy=policy.default)


def _part(message: EmailMessage, kind: Literal["plain", "html"]) -> str | None:
    """A body of a mail; what cannot be decoded is shown as far as it goes. The mailbox shows whatever came."""
    try:
        body = message.get_body((kind,))
        return None if body is None else str(body.get_content())
    except (LookupError, ValueError, AttributeError, KeyError):
        return None
