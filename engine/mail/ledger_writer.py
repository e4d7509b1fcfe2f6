"""The sender's hand in the ledger: claims on one thread; intents and outcomes of all connections together on another.

Whatever connections want written while a transaction is under way goes into the next one, outcomes first: one commit serves many
mails, and no connection begins a mail before the outcome of its last is durable. Knows statements and the policy, and no SMTP.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeVar

import structlog

from engine.errors import UnavailableError
from engine.mail.policy import AT_LEAST_ONCE, GO, Intent, IntentFacts, SendingRules, decide_intent
from engine.store import counts, domain_backoffs, send_queries, sends
from engine.store.counts import Counter
from engine.store.database import Connection, Database
from engine.store.send_queries import IntentRow, MailContext, Waiting
from engine.store.sends import Claimed, Outcome, Settled

Result = TypeVar("Result")

log = structlog.get_logger(__name__)

#: How long a commit waits for connections that are about to ask for their intent (email-reliability 4.2: at most 5 ms).
GATHER_SECONDS = 0.005
#: How long an outcome waits for the next intents, so that both share a commit (a round trip or two).
OUTCOME_SECONDS = 0.05
#: How long to leave a database alone that is away.
AWAY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer to an intent: `LOST` when the claim is no longer ours."""

    state: Literal["IN_FLIGHT", "SUPPRESSED", "HELD", "EXPIRED", "CANCELLED", "UNKNOWN", "LOST"]
    #: Monotonic seconds before the intent's transaction began.
    asked_at: float


@dataclass(frozen=True, slots=True)
class PutOff:
    """A domain that asked for patience."""

    domain: str
    delay: timedelta
    failures: int
    reason: str


@dataclass(slots=True)
class _Pending:
    """What the next transaction has to write."""

    intents: list[tuple[Claimed, asyncio.Future[Asked]]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    put_off: list[PutOff] = field(default_factory=list)
    recovered_domains: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.intents or self.outcomes or self.put_off or self.recovered_domains)


@dataclass(frozen=True, slots=True)
class Claims:
    """A batch of claimed mails with what they are made from."""

    sends: Sequence[Claimed]
    contexts: dict[str, MailContext]


class LedgerWriter:
    """Writes for one sender. Start with `commit_forever()` as a task; end with `finish()`."""

    def __init__(self, database: Database, *, claim_lease: timedelta, intent_lease: timedelta, rules: SendingRules) -> None:
        self._database = database
        self._claim_lease = claim_lease
        self._intent_lease = intent_lease
        self._rules = rules
        self._pending = _Pending()
        self._wanted = asyncio.Event()
        self._finishing = False
        self._committer = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._claimer = ThreadPoolExecutor(1, thread_name_prefix="claims")
        #: Connections that will ask for an intent any moment: when there are none, nobody is worth waiting for.
        self._approaching = 0
        self._nobody_approaches = asyncio.Event()
        self._intent_or_nobody = asyncio.Event()

    # --- what connections ask ----------------------------------------------------------------------------------------

    @contextmanager
    def expecting(self) -> Iterator[None]:
        """Let commits wait for what comes right after this block."""
        self._approaching += 1
        try:
            yield
        finally:
            self._approaching -= 1
            if not self._approaching:
                self._nobody_approaches.set()
                self._intent_or_nobody.set()

    def intend(self, send: Claimed) -> asyncio.Future[Asked]:
        """Ask whether a mail may go, and have its intent written down durably if so.

        The future raises UnavailableError where the database is away; nothing was written then.
        """
        answer: asyncio.Future[Asked] = asyncio.get_running_loop().create_future()
        self._pending.intents.append((send, answer))
        self._wanted.set()
        self._intent_or_nobody.set()
        return answer

    def settle(self, outcome: Outcome) -> None:
        """Have an outcome written with the next transaction; it is kept until that succeeds."""
        self._pending.outcomes.append(outcome)
        self._wanted.set()

    def put_off(self, backoff: PutOff) -> None:
        """Have a domain's backoff written."""
        self._pending.put_off.append(backoff)
        self._wanted.set()

    def end_backoff(self, domain: str) -> None:
        """Have a domain's backoff ended."""
        self._pending.recovered_domains.append(domain)
        self._wanted.set()

    # --- what the claim loop asks ------------------------------------------------------------------------------------

    async def waiting_domains(self, send_class: str) -> tuple[datetime, list[Waiting]]:
        """The database's now and the domain groups with queued sends of a class."""
        return await self._on_claimer(lambda: self._read(lambda connection: send_queries.waiting_domains(connection, send_class)))

    async def claim(self, owner: str, send_class: str, domains: Sequence[str], limit: int) -> Claims:
        """Claim up to `limit` due sends of some domain groups, given by earliest due."""
        return await self._on_claimer(lambda: self._claim(owner, send_class, domains, limit))

    async def release(self, claimed: Sequence[Claimed]) -> None:
        """Give claims back."""
        if claimed:
            await self._on_claimer(lambda: self._write(lambda connection: sends.release(connection, claimed)))

    async def recover(self) -> int:
        """Take up what lost senders left: claims are queued again, intents become UNKNOWN. How many there were."""
        return await self._on_claimer(lambda: self._write(_recover))

    async def read(self, question: Callable[[Connection], Result]) -> Result:
        """Ask the database something on the claims' thread."""
        return await self._on_claimer(lambda: self._read(question))

    def _claim(self, owner: str, send_class: str, domains: Sequence[str], limit: int) -> Claims:
        claimed: list[Claimed] = []
        # Whose mail has waited longest comes first, and alone; the others fill up what it leaves.
        parts = [domains[:1], domains[1:]]
        with self._database.write() as connection:
            for part in parts:
                room = limit - len(claimed)
                if part and room:
                    claimed += sends.claim(connection, owner, send_class=send_class, domains=part, limit=room, lease=self._claim_lease)
        # In the order in which they were written: their rows lie close together, and so a commit touches few pages.
        claimed.sort(key=lambda send: send.id)
        return Claims(claimed, self._read(lambda connection: send_queries.read_contexts(connection, claimed)))

    def _read(self, question: Callable[[Connection], Result]) -> Result:
        with self._database.read() as connection:
            return question(connection)

    def _write(self, change: Callable[[Connection], Result]) -> Result:
        with self._database.write() as connection:
            return change(connection)

    async def _on_claimer(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._claimer, work)

    # --- group commit ------------------------------------------------------------------------------------------------

    async def commit_forever(self) -> None:
        """Commit what connections want, group by group, until `finish()` and nothing is pending."""
        while not (self._finishing and not self._pending):
            await self._wanted.wait()
            self._wanted.clear()
            await self._gather()
            if self._pending:
                await self._commit_group()

    async def _gather(self) -> None:
        """Wait for connections that are about to ask too; those that commit together stay together.

        An outcome waits longer than an intent: nobody waits for it, and its connection asks for its next intent soon.
        """
        if not self._pending.intents:
            await self._until(self._intent_or_nobody, OUTCOME_SECONDS)
        await self._until(self._nobody_approaches, GATHER_SECONDS)

    async def _until(self, event: asyncio.Event, seconds: float) -> None:
        if self._approaching and not self._finishing:
            event.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await event.wait()

    async def _commit_group(self) -> None:
        group, self._pending = self._pending, _Pending()
        asked_at = time.monotonic()
        try:
            answers = await asyncio.get_running_loop().run_in_executor(self._committer, self._commit, group)
        except UnavailableError as error:
            log.warning("ledger_away", error=error.message)
            self._put_back(group, error)
            await asyncio.sleep(AWAY_SECONDS)
            return
        for send, future in group.intents:
            if not future.done():
                future.set_result(Asked(answers[send.id], asked_at))

    def _put_back(self, group: _Pending, error: UnavailableError) -> None:
        """Keep what must not be lost for the next try; an intent that was not written is answered with the error."""
        for _, future in group.intents:
            if not future.done():
                future.set_exception(error)
        self._pending.outcomes[:0] = group.outcomes
        self._pending.put_off[:0] = group.put_off
        self._pending.recovered_domains[:0] = group.recovered_domains
        self._wanted.set()

    def finish(self) -> None:
        """Let `commit_forever` end once everything is written, and the threads with it."""
        self._finishing = True
        for event in (self._wanted, self._intent_or_nobody, self._nobody_approaches):
            event.set()

    def close(self) -> None:
        """End the threads."""
        self._committer.shutdown()
        self._claimer.shutdown()

    def _commit(self, group: _Pending) -> dict[str, Literal["IN_FLIGHT", "SUPPRESSED", "HELD", "EXPIRED", "CANCELLED", "UNKNOWN", "LOST"]]:
        with self._database.write() as connection:
            settled = sends.settle(connection, group.outcomes)
            claimed = [send for send, _ in group.intents]
            intents = self._decide(connection, claimed)
            refused = [
                Outcome(send, intents[send.id].state, intents[send.id].reason)
                for send in claimed
                if send.id in intents and intents[send.id] is not GO
            ]
            begun = sends.begin(connection, [send for send in claimed if intents.get(send.id) is GO], self._intent_lease)
            closed = sends.settle(connection, refused)
            counts.append(connection, _tally([*settled, *closed]))
            for backoff in group.put_off:
                domain_backoffs.put_off(connection, backoff.domain, delay=backoff.delay, failures=backoff.failures, reason=backoff.reason)
            if group.recovered_domains:
                domain_backoffs.end(connection, group.recovered_domains)
        written = {settlement.outcome.send.id: settlement.outcome.state for settlement in closed}
        return {send.id: "IN_FLIGHT" if send.id in begun else written.get(send.id, "LOST") for send in claimed}  # type: ignore[misc]

    def _decide(self, connection: Connection, claimed: Sequence[Claimed]) -> dict[str, Intent]:
        """Ask the policy about each send, on the rows as this transaction sees them."""
        intents: dict[str, Intent] = {}
        for project in {send.project for send in claimed}:
            mine = [send for send in claimed if send.project == project]
            rows = send_queries.read_intent_rows(connection, project, [send.id for send in mine])
            known = [send for send in mine if send.id in rows]
            decided = {send.id: decide_intent(_facts(send, rows[send.id]), self._rules, rows[send.id].now) for send in known}
            held = [send for send in known if decided[send.id].state == "HELD"]
            if held:
                # A journey that is resumed at this moment has released its held sends already: look again, under its lock.
                journey_ids = sorted({send.journey_id for send in held if send.journey_id})
                states = send_queries.lock_journey_states(connection, project, journey_ids)
                for send in held:
                    row = rows[send.id]
                    facts = _facts(send, row, journey_state=states.get(send.journey_id or ""))
                    decided[send.id] = decide_intent(facts, self._rules, row.now)
            intents |= decided
        return intents


def _facts(send: Claimed, row: IntentRow, journey_state: str | None = None) -> IntentFacts:
    return IntentFacts(
        send_class=send.send_class,
        address=send.address,
        created_at=send.created_at,
        attempt=send.attempt,
        suppressed=row.suppressed,
        opted_out=row.opted_out,
        journey_state=journey_state or row.journey_state,
        participant_status=row.participant_status,
        has_endpoint=row.has_endpoint,
        has_participant=row.participant_status is not None,
        due_at=send.due_at,
    )


def _recover(connection: Connection) -> int:
    queued = sends.recover_claims(connection)
    lapsed = sends.recover_intents(connection, at_least_once=AT_LEAST_ONCE)
    tally: Tally[Counter] = Tally()
    for send in lapsed:
        if send.journey_id is not None:
            tally[Counter(send.project, send.journey_id, send.step_id or "", "", "unknown")] += 1
    counts.append(connection, tally)
    return queued + len(lapsed)


def _tally(settled: Sequence[Settled]) -> Tally[Counter]:
    """What the journey's counters gain; an UNKNOWN that is settled late is taken back."""
    tally: Tally[Counter] = Tally()
    for settlement in settled:
        send, state = settlement.outcome.send, settlement.outcome.state
        if send.journey_id is None or state == "QUEUED":
            continue
        tally[Counter(send.project, send.journey_id, send.step_id or "", "", state.lower())] += 1
        if settlement.was == "UNKNOWN":
            tally[Counter(send.project, send.journey_id, send.step_id or "", "", "unknown")] -= 1
    return tally
