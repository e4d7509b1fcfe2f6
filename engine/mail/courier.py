"""One connection's work: envelope, intent, DATA, outcome, mail after mail. The order of these steps is the promise of the ledger.

Everything before the intent may be repeated freely. Between the intent's commit and the reply after the final dot lies the one
moment in which a mail's fate can be unknown; it is kept as short as possible, and named `UNKNOWN` when it comes to that.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from engine.errors import UnavailableError
from engine.mail.composer import ReadyMail
from engine.mail.ledger_writer import LedgerWriter, PutOff
from engine.mail.policy import AT_LEAST_ONCE, DOMAIN_BACKOFF, SEND_BACKOFF, backoff, is_about_the_mailbox, judge
from engine.mail.rate import Breaker, TokenBucket
from engine.mail.relay import Answer, RelayAddress, Session
from engine.store.sends import Outcome, SendState

log = structlog.get_logger(__name__)

#: DATA begins within so much of its intent, or the mail is given back: the intent's lease is counted from there.
INTENT_VALID_SECONDS = 5.0
#: What a mail waits that was given back for no fault of anybody.
AT_ONCE_AGAIN = timedelta(seconds=1)


@dataclass
class Desk:
    """What the connections of one sender share."""

    relay: RelayAddress
    writer: LedgerWriter
    bucket: TokenBucket
    breaker: Breaker
    #: Mails to send; None tells one courier to go home.
    ready: asyncio.Queue[ReadyMail | None]
    open_sessions: int = 0
    #: Deferrals in a row of domain groups that are not well, as last read from the ledger.
    domain_failures: dict[str, int] = field(default_factory=dict)
    #: Until when (this loop's time) this sender has put a domain group off.
    put_off_until: dict[str, float] = field(default_factory=dict)
    #: Mails accepted so far: what the claim loop measures the pace by.
    accepted_count: int = 0


class Courier:
    """Carries mails over one connection."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = Session(desk.relay)

    async def work(self) -> None:
        """Deliver mails until told to go home."""
        while (mail := await self._next()) is not None:
            try:
                await self._deliver(mail)
            except UnavailableError:
                # No intent was written. The claim is still ours, and the lease gives it back if the database stays away.
                await self._session.reset()
                await self._desk.ready.put(mail)
        await self._session.quit()

    async def _next(self) -> ReadyMail | None:
        """The next mail; a connection that is idle for long is closed meanwhile."""
        ready = self._desk.ready
        if not ready.empty() or not self._session.is_open:
            return await ready.get()
        try:
            async with asyncio.timeout(self._desk.relay.idle_seconds):
                return await ready.get()
        except TimeoutError:
            await self._session.quit()
            return await ready.get()

    async def _deliver(self, mail: ReadyMail) -> None:
        if self._desk.breaker.is_open:
            # What was at hand when the relay went away: it is left alone by this one, too.
            self._give_back(mail, Answer("connect", None, "not tried: the relay is away"), self._desk.breaker.failed(), "relay_away")
            return
        await self._desk.bucket.take()
        with self._desk.writer.expecting():
            answer = await self._say_mail(mail)
        if not answer.is_positive:
            self._conclude(mail, answer)
            await self._session.reset()
            return
        # Written while the relay looks at the recipient, which takes about as long (docs/decisions/0041).
        intent = self._desk.writer.intend(mail.send)
        answer = await self._say_rcpt(mail)
        asked = await intent
        if asked.state != "IN_FLIGHT":
            await self._session.reset()
            return
        if not answer.is_positive:
            self._conclude(mail, answer)
            await self._session.reset()
            return
        if time.monotonic() - asked.asked_at > INTENT_VALID_SECONDS:
            self._give_back(mail, Answer("data", None, "the intent came too late"), AT_ONCE_AGAIN)
            await self._session.reset()
            return
        answer = await self._session.hand_over(mail.message)
        self._conclude(mail, answer)
        if answer.stage != "body":
            await self._session.reset()
        await self._session.end_message()

    async def _say_mail(self, mail: ReadyMail) -> Answer:
        """MAIL; on a connection that was opened for this mail if an older one turns out dead or tired."""
        session = self._session
        if session.is_open:
            was_fresh = session.is_fresh
            answer = await session.mail(mail.sender)
            if was_fresh or not _is_tired(answer):
                return answer
        answer = await session.open()
        return await session.mail(mail.sender) if answer.is_positive else answer

    async def _say_rcpt(self, mail: ReadyMail) -> Answer:
        """RCPT; the envelope anew if an older connection turns out dead or tired only now."""
        session = self._session
        was_fresh = session.is_fresh
        answer = await session.rcpt(mail.recipient)
        if was_fresh or not _is_tired(answer):
            return answer
        answer = await session.open()
        return await session.envelope(mail.sender, mail.recipient) if answer.is_positive else answer

    def _conclude(self, mail: ReadyMail, answer: Answer) -> None:
        """Have the mail's outcome written, and remember what it says about the relay and the domain."""
        desk, verdict = self._desk, judge(answer.stage, answer.code)
        if verdict == "relay_away":
            delay = desk.breaker.failed()
            log.warning("relay_away", stage=answer.stage, code=answer.code, reply=answer.text, failures=desk.breaker.failures)
            self._give_back(mail, answer, delay, reason="relay_away")
            return
        desk.breaker.succeeded()
        if verdict == "accepted":
            desk.accepted_count += 1
            self._settle(mail, "ACCEPTED", answer)
            self._end_backoff(mail.send.domain)
        elif verdict == "failed":
            self._settle(mail, "FAILED", answer, reason="refused")
        elif verdict == "retry":
            self._defer(mail, answer)
        elif verdict == "unknown" and mail.send.send_class not in AT_LEAST_ONCE:
            self._settle(mail, "UNKNOWN", answer, reason="no_reply")
        else:
            self._give_back(mail, answer, _delay(SEND_BACKOFF, mail.send.attempt), reason="no_reply")

    def _defer(self, mail: ReadyMail, answer: Answer) -> None:
        """Try a deferred mail later, and its whole domain too unless only the mailbox is meant."""
        self._give_back(mail, answer, _delay(SEND_BACKOFF, mail.send.attempt), reason="deferred")
        if is_about_the_mailbox(answer.code or 0, answer.text):
            return
        desk, domain, now = self._desk, mail.send.domain, asyncio.get_running_loop().time()
        if now < desk.put_off_until.get(domain, 0.0):
            return  # deferrals of one moment, from all connections, are one deferral
        failures = desk.domain_failures.get(domain, 0) + 1
        delay = _delay(DOMAIN_BACKOFF, failures)
        desk.domain_failures[domain], desk.put_off_until[domain] = failures, now + delay.total_seconds()
        desk.writer.put_off(PutOff(domain, delay, failures, f"{answer.code} {answer.text}"))

    def _end_backoff(self, domain: str) -> None:
        """Forget a domain's deferrals; not for a mail that was under way when they came."""
        desk, now = self._desk, asyncio.get_running_loop().time()
        if domain in desk.domain_failures and now >= desk.put_off_until.get(domain, 0.0):
            del desk.domain_failures[domain]
            desk.put_off_until.pop(domain, None)
            desk.writer.end_backoff(domain)

    def _give_back(self, mail: ReadyMail, answer: Answer, delay: timedelta, reason: str = "given_back") -> None:
        self._settle(mail, "QUEUED", answer, reason=reason, delay=delay)

    def _settle(
        self, mail: ReadyMail, state: SendState, answer: Answer, *, reason: str | None = None, delay: timedelta = timedelta(0)
    ) -> None:
        self._desk.writer.settle(
            Outcome(
                mail.send,
                state,
                reason,
                delay,
                smtp_stage=answer.stage,
                reply_code=answer.code,
                reply_text=answer.text,
                relay=self._desk.relay.name,
            )
        )


def _is_tired(answer: Answer) -> bool:
    """Whether a connection has nothing more to say: it is dead, or closes itself (421)."""
    return answer.code is None or answer.code == 421


def _delay(bounds: tuple[timedelta, timedelta], failures: int) -> timedelta:
    return backoff(bounds, failures, random.random())  # noqa: S311 - jitter
