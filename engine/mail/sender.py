"""The sender: claims due sends, has them composed, and hands them to its connections, so that none of these ever waits for work.

How a mail is carried is `engine.mail.courier`'s, what is written `engine.mail.ledger_writer`'s. Many senders may work on one ledger:
nothing here knows how many there are.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from engine.errors import UnavailableError
from engine.mail import ledger
from engine.mail.composer import Composer, ReadyMail, Signer
from engine.mail.courier import INTENT_VALID_SECONDS, Courier, Desk
from engine.mail.ledger_writer import LedgerWriter
from engine.mail.links import Links
from engine.mail.policy import SendingRules
from engine.mail.rate import Breaker, TokenBucket
from engine.mail.relay import RelayAddress
from engine.mail.render import Renderer
from engine.store import domain_backoffs
from engine.store.database import Database
from engine.store.ids import new_id

log = structlog.get_logger(__name__)

#: Whose sends go first: an author waits for a test, nobody for a journey's mail.
CLASSES = (ledger.TEST, ledger.JOURNEY)
#: Claims hold under 2 s of work, so that a late or more urgent mail is never far behind.
WORK_SECONDS = 2.0
CLAIM_AT_MOST = 500
#: One claim looks at so many domain groups, which keeps its transaction short.
DOMAINS_AT_ONCE = 64
#: How long to wait without being rung; a lost ring costs so much.
POLL_SECONDS = 1.0
RECOVER_SECONDS = 5.0
#: A lapsed intent may be judged so long after the last moment its sender could have heard from the relay.
LEASE_MARGIN_SECONDS = 15.0


@dataclass(frozen=True)
class SenderOptions:
    """What the sender is told by its process."""

    #: Display name and address where the template names nobody.
    mail_from: str
    links: Links
    rules: SendingRules = field(default_factory=SendingRules)
    #: Mails per second of this sender, at most.
    rate: float | None = None
    signer: Signer | None = None
    #: How long claimed sends stay ours without an intent: ten times the work that is claimed at once, and what a crash delays them.
    claim_lease: timedelta = timedelta(seconds=20)


class Sender:
    """Sends what the ledger has until stopped. One per process and event loop."""

    def __init__(
        self,
        database: Database,
        relay: RelayAddress,
        renderer: Renderer,
        options: SenderOptions,
        *,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Make a sender.

        Args:
            wait: returns after so many seconds, or as soon as sends were queued (the doorbell).
        """
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{new_id()[-8:]}"
        self._wait = wait
        self._claim_lease = options.claim_lease
        intent_lease = timedelta(seconds=INTENT_VALID_SECONDS + relay.command_seconds + relay.data_seconds + LEASE_MARGIN_SECONDS)
        self._writer = LedgerWriter(database, claim_lease=options.claim_lease, intent_lease=intent_lease, rules=options.rules)
        self._composer = Composer(self._writer, renderer, links=options.links, mail_from=options.mail_from, signer=options.signer)
        self._rate = options.rate
        self._desk = Desk(relay, self._writer, TokenBucket(options.rate), Breaker(), asyncio.Queue())
        self._stopping = asyncio.Event()
        self._pace = _Pace()

    @property
    def accepted_count(self) -> int:
        """Mails accepted by the relay since the start."""
        return self._desk.accepted_count

    @property
    def relay_failures(self) -> int:
        """How often in a row the relay was away; 0 when it is well."""
        return self._desk.breaker.failures

    async def run(self) -> None:
        """Send until `stop()`; then finish the mails under way and give the other claims back."""
        commits = asyncio.create_task(self._writer.commit_forever())
        couriers = [asyncio.create_task(Courier(self._desk).work()) for _ in range(self._desk.relay.connections)]
        loops = [asyncio.create_task(self._claim_forever()), asyncio.create_task(self._recover_forever())]
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            done, _ = await asyncio.wait([commits, *couriers, *loops, stopping], return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopping}:
                task.result()  # none of them ends by itself but by a fault of ours
            await _end(loops)
            await self._give_back()
            for _ in couriers:
                self._desk.ready.put_nowait(None)
            await asyncio.gather(*couriers)
            self._writer.finish()
            await commits
        finally:
            await _end([commits, stopping, *couriers, *loops])
            self._writer.close()

    def stop(self) -> None:
        """Let `run()` come to its end."""
        self._stopping.set()

    # --- claims ------------------------------------------------------------------------------------------------------

    async def _claim_forever(self) -> None:
        while True:
            try:
                await self._desk.breaker.closed()
                idle_seconds = await self._claim_round()
            except UnavailableError as error:
                log.warning("claims_wait", error=error.message)
                idle_seconds = POLL_SECONDS
            if idle_seconds > 0:
                await self._wait(idle_seconds)

    async def _claim_round(self) -> float:
        """Claim and compose until nothing is due; returns how long nothing will be."""
        next_due = POLL_SECONDS
        claimed_any = False
        for send_class in CLASSES:
            now, waiting = await self._writer.waiting_domains(send_class)
            due = [group.domain for group in waiting if group.due_at <= now]
            next_due = min([next_due, *((group.due_at - now).total_seconds() for group in waiting if group.due_at > now)])
            for start in range(0, len(due), DOMAINS_AT_ONCE):
                claimed_any |= await self._claim(send_class, due[start : start + DOMAINS_AT_ONCE])
        return 0.0 if claimed_any else max(next_due, 0.01)

    async def _claim(self, send_class: str, domains: list[str]) -> bool:
        """Claim from some domain groups as much as the connections will soon need."""
        room = await self._room()
        if self._desk.breaker.is_open:
            await self._give_back()
            return False
        claiming = asyncio.ensure_future(self._writer.claim(self.owner, send_class, domains, room))
        try:
            claims = await asyncio.shield(claiming)
            if not claims.sends:
                return False
            mails, outcomes = await self._composer.compose(claims)
        except asyncio.CancelledError:
            # Stopped meanwhile; what the database has given us by then is nobody's to send. Where it is away the lease gives it back.
            with suppress(UnavailableError):
                await self._writer.release((await claiming).sends)
            raise
        for outcome in outcomes:
            self._writer.settle(outcome)
        for mail in mails:
            self._desk.ready.put_nowait(mail)
        return True

    async def _room(self) -> int:
        """Wait until the mails at hand run low, and say how many more to claim."""
        connections = self._desk.relay.connections
        while True:
            if self._desk.breaker.failures:
                return 1  # one mail finds out whether the relay is back
            pace = self._pace.per_second(self._desk.accepted_count)
            wanted = int(min(CLAIM_AT_MOST, max(2 * connections, pace * WORK_SECONDS / 2, 1)))
            if self._rate:
                wanted = min(wanted, max(1, int(self._rate * WORK_SECONDS / 2)))
            excess = self._desk.ready.qsize() - wanted
            if excess <= 0:
                return wanted
            await asyncio.sleep(min(0.1, max(0.005, excess / pace if pace else 0.0)))

    async def _give_back(self) -> None:
        """Release what no connection has in hand."""
        mails: list[ReadyMail] = []
        while not self._desk.ready.empty():
            mail = self._desk.ready.get_nowait()
            if mail is not None:
                mails.append(mail)
        try:
            await self._writer.release([mail.send for mail in mails])
        except UnavailableError as error:
            log.warning("claims_left_to_their_lease", count=len(mails), error=error.message)

    async def _recover_forever(self) -> None:
        while True:
            try:
                recovered = await self._writer.recover()
                if recovered:
                    log.warning("claims_recovered", count=recovered)
                backoffs = await self._writer.read(domain_backoffs.read_all)
                self._desk.domain_failures.update({domain: backoff.failures for domain, backoff in backoffs.items()})
            except UnavailableError as error:
                log.warning("recovery_waits", error=error.message)
            await asyncio.sleep(RECOVER_SECONDS)


class _Pace:
    """Mails accepted per second, smoothed over about a second."""

    def __init__(self) -> None:
        self._seen_at = 0.0
        self._seen_count = 0
        self._per_second = 0.0

    def per_second(self, accepted_count: int) -> float:
        now = asyncio.get_running_loop().time()
        elapsed = now - self._seen_at
        if elapsed >= 0.25:
            measured = (accepted_count - self._seen_count) / elapsed
            self._per_second += (measured - self._per_second) * min(1.0, elapsed)
            self._seen_at, self._seen_count = now, accepted_count
        return self._per_second


async def _end(tasks: Sequence[asyncio.Task[object]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
