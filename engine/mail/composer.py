"""Turns claimed sends into mails ready for DATA: loads what they are made from, has them rendered, builds and signs them.

A mail that cannot be made fails alone, with the reason. Knows the renderer and the message, not the relay.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Protocol

import orjson

from engine.errors import InvalidInputError, RenderError
from engine.journey.facts import JsonObject
from engine.mail import ledger
from engine.mail.addresses import envelope_form, split_sender
from engine.mail.ledger_writer import Claims, LedgerWriter
from engine.mail.links import Links
from engine.mail.message import FINAL_DOT, Message, build_message
from engine.mail.render import Rendered, Renderer, RenderJob
from engine.store import send_queries
from engine.store.send_queries import MailContext
from engine.store.sends import Claimed, Outcome


class Signer(Protocol):
    """Signs mails; DKIM today."""

    def sign(self, message: bytes) -> bytes:
        """Return the mail with its signature in front."""
        ...


@dataclass(frozen=True, slots=True)
class ReadyMail:
    """A mail in the form SMTP takes."""

    send: Claimed
    sender: str
    recipient: str
    #: With the final dot.
    message: bytes


#: Mails built before the loop gets its turn again; 20 take about a millisecond.
BUILD_AT_ONCE = 20


class Composer:
    """Makes mails for one sender."""

    def __init__(self, writer: LedgerWriter, renderer: Renderer, *, links: Links, mail_from: str, signer: Signer | None = None) -> None:
        self._writer = writer
        self._renderer = renderer
        self._links = links
        self._mail_from = mail_from
        self._signer = signer
        #: Both are immutable, so that what was read once stays true.
        self._templates: dict[tuple[str, str, int], JsonObject | None] = {}
        self._journey_names: dict[tuple[str, str, int], str] = {}

    async def compose(self, claims: Claims) -> tuple[list[ReadyMail], list[Outcome]]:
        """Make the mails of a batch; the outcomes are of those that cannot be made."""
        await self._learn(claims)
        outcomes = [
            Outcome(send, "FAILED", f"the template {send.template} has no version {send.template_version}", smtp_stage="render")
            for send in claims.sends
            if self._templates[_template_key(send)] is None
        ]
        contents = ((send, self._templates[_template_key(send)]) for send in claims.sends)
        known = [(send, content) for send, content in contents if content is not None]
        rendering = [send for send, _ in known]
        urls = [self._links.unsubscribe_url(send.id) for send in rendering]
        jobs = [self._job(send, content, claims.contexts[send.id], url) for (send, content), url in zip(known, urls, strict=True)]
        answers = await self._renderer.render(jobs)
        mails: list[ReadyMail] = []
        for number, (send, url, answer) in enumerate(zip(rendering, urls, answers, strict=True), 1):
            try:
                mails.append(await self._build(send, url, answer))
            except (RenderError, InvalidInputError) as error:
                outcomes.append(Outcome(send, "FAILED", str(error)[:1000], smtp_stage="render"))
            if number % BUILD_AT_ONCE == 0:
                await asyncio.sleep(0)
        return mails, outcomes

    async def _build(self, send: Claimed, unsubscribe_url: str, answer: Rendered | RenderError) -> ReadyMail:
        if isinstance(answer, RenderError):
            raise answer
        sender_name, sender_address = _read_sender(answer.sender or self._mail_from)
        recipient = send.address if send.address.isascii() else envelope_form(send.address)
        message = build_message(
            Message(
                sender_name=sender_name,
                sender_address=sender_address,
                to=recipient,
                subject=answer.subject,
                sent_at=datetime.now(UTC),
                message_id=send.message_id,
                send_id=send.id,
                text=answer.text,
                html=answer.html,
                reply_to=answer.reply_to or None,
                unsubscribe_url=unsubscribe_url,
                feedback_id=_feedback_id(send, sender_address),
                headers=answer.headers,
            )
        )
        if self._signer is not None:
            # On a thread: RSA in `cryptography` releases the GIL (email-reliability 3.2).
            message = await asyncio.to_thread(self._signer.sign, message)
        return ReadyMail(send, sender_address, recipient, message + FINAL_DOT)

    def _job(self, send: Claimed, content: JsonObject, context: MailContext, unsubscribe_url: str) -> RenderJob:
        key = f"{send.project}/{send.template}/{send.template_version}"
        links: JsonObject = {"unsubscribe": unsubscribe_url}
        if send.send_class == ledger.TEST:
            return RenderJob(key, content, {**(send.variables or {}), "links": links})
        return RenderJob(
            key,
            content,
            {
                "endpoint": {
                    "id": context.endpoint_id,
                    "address": send.address,
                    "attributes": context.attributes,
                    "locale": context.locale,
                    "time_zone": context.time_zone,
                },
                "user": {"id": context.user_id, "attributes": context.user_attributes},
                "context": context.context,
                "journey": {"id": send.journey_id, "version": context.version, "name": self._journey_name(send, context)},
                "links": links,
            },
        )

    async def _learn(self, claims: Claims) -> None:
        """Read templates and journeys that were not seen before."""
        for send in claims.sends:
            key = _template_key(send)
            if key not in self._templates:
                self._templates[key] = await self._writer.read(
                    partial(send_queries.read_template, project=key[0], name=key[1], version=key[2])
                )
            journey = _journey_key(send, claims.contexts[send.id])
            if journey is not None and journey not in self._journey_names:
                question = partial(send_queries.read_document, project=journey[0], journey_id=journey[1], version=journey[2])
                document = await self._writer.read(question)
                self._journey_names[journey] = str(orjson.loads(document).get("name", journey[1])) if document else journey[1]

    def _journey_name(self, send: Claimed, context: MailContext) -> str:
        journey = _journey_key(send, context)
        return self._journey_names[journey] if journey is not None else ""


def _template_key(send: Claimed) -> tuple[str, str, int]:
    return send.project, send.template, send.template_version


def _journey_key(send: Claimed, context: MailContext) -> tuple[str, str, int] | None:
    if send.journey_id is None or context.version is None:
        return None
    return send.project, send.journey_id, context.version


def _feedback_id(send: Claimed, sender_address: str) -> str | None:
    """By what Gmail counts complaints: step, journey and project, which are groups and never a person, and who sends."""
    if send.journey_id is None:
        return None
    return f"{send.step_id}:{send.journey_id}:{send.project}:{_sender_id(sender_address.rpartition('@')[2])}"


@lru_cache(maxsize=1000)
def _sender_id(domain: str) -> str:
    """A sender's name in Feedback-ID: 5 to 15 characters that stay the same (email-reliability 1.2)."""
    return hashlib.sha256(domain.encode()).hexdigest()[:12]


@lru_cache(maxsize=1000)
def _read_sender(text: str) -> tuple[str, str]:
    try:
        return split_sender(text)
    except InvalidInputError as error:
        raise InvalidInputError(f"from: {error.message}") from error
