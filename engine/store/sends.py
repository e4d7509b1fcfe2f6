"""The send ledger: every transition of a send, each matching its state, its owner and its attempt.

`QUEUED -> CLAIMED -> IN_FLIGHT -> ACCEPTED | FAILED | UNKNOWN`, or `SUPPRESSED`, `CAPPED`, `HELD`, `EXPIRED`, `CANCELLED` at the
intent. What a reply means and which mail may go is `engine.mail.policy`'s; leases go by the database's clock. Lists and questions
about sends are in `engine.store.send_queries`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, Update, bindparam, func, literal, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.journey.facts import JsonObject, MessageOutcome
from engine.store.bulk import Batch, Bulk, bulk_insert
from engine.store.tables import NOTABLE_SEND_STATES, sends
from engine.store.types import MICROSECOND, database_now, is_among

SendState: TypeAlias = Literal[
    "QUEUED", "CLAIMED", "IN_FLIGHT", "ACCEPTED", "FAILED", "UNKNOWN", "SUPPRESSED", "CAPPED", "HELD", "EXPIRED", "CANCELLED"
]
#: Nothing happens to these by themselves any more.
FINAL_STATES: frozenset[SendState] = frozenset({"ACCEPTED", "FAILED", "UNKNOWN", "SUPPRESSED", "CAPPED", "EXPIRED", "CANCELLED"})


@dataclass(frozen=True, slots=True)
class NewSend:
    """One message to one address, as whoever wants it sent inserts it."""

    project: str
    #: Time-ordered (`engine.store.ids.new_id`).
    id: str
    #: `journey` or `test`.
    send_class: str
    #: Made by `engine.mail.ledger`; unique with the resend number.
    origin_key: str
    message_id: str
    address: str
    #: Made by `engine.mail.addresses`, as is the domain group.
    address_hash: bytes
    domain: str
    template: str
    template_version: int
    due_at: datetime
    created_at: datetime
    participant_id: str | None = None
    journey_id: str | None = None
    step_id: str | None = None
    endpoint_id: str | None = None
    #: What a test send brings along; None where the rows have it.
    variables: JsonObject | None = None
    resend_number: int = 0


@dataclass(frozen=True, slots=True)
class Claimed:
    """A send that one sender holds under a lease."""

    project: str
    id: str
    send_class: str
    attempt: int
    owner: str
    participant_id: str | None
    journey_id: str | None
    step_id: str | None
    endpoint_id: str | None
    address: str
    domain: str
    template: str
    template_version: int
    variables: JsonObject | None
    message_id: str
    created_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt, to be written down."""

    send: Claimed
    state: SendState
    reason: str | None = None
    #: For `QUEUED`: how long it has to wait before the next attempt.
    delay: timedelta = timedelta(0)
    #: The SMTP stage at which it was decided, and what the relay said there.
    smtp_stage: str | None = None
    reply_code: int | None = None
    reply_text: str | None = None
    relay: str | None = None


#: From which states an attempt's outcome may lead to another. A late 250 or 5xx settles an UNKNOWN; a late 4xx does not.
SOURCES: Mapping[SendState, tuple[SendState, ...]] = {
    "ACCEPTED": ("IN_FLIGHT", "UNKNOWN"),
    "FAILED": ("CLAIMED", "IN_FLIGHT", "UNKNOWN"),
    "UNKNOWN": ("CLAIMED", "IN_FLIGHT"),
    "QUEUED": ("CLAIMED", "IN_FLIGHT"),
    "SUPPRESSED": ("CLAIMED",),
    "CAPPED": ("CLAIMED",),
    "HELD": ("CLAIMED",),
    "EXPIRED": ("CLAIMED",),
    "CANCELLED": ("CLAIMED",),
}


def insert_queued(connection: Connection, rows: Sequence[NewSend]) -> None:
    """Queue sends; one whose origin has its message already is left as it is."""
    prepare_queued(connection, rows).write(connection)


def prepare_queued(connection: Connection, rows: Sequence[NewSend]) -> Batch:
    """Make ready sends that are to be queued, before any lock is held."""
    return _INSERT_QUEUED[connection.dialect.name].prepare(connection, [_columns(row) for row in rows])


def claim(connection: Connection, owner: str, *, send_class: str, domains: Iterable[str], limit: int, lease: timedelta) -> list[Claimed]:
    """Take up to `limit` due sends of one class and some domain groups under a lease; each is a new attempt.

    The index hands them out domain by domain, and within a domain by due.
    """
    parameters = {"p_owner": owner, "p_class": send_class, "p_domains": domains, "p_limit": limit, "p_lease": lease // MICROSECOND}
    return [Claimed(*row) for row in connection.execute(_CLAIM, parameters)]


def begin(connection: Connection, claimed: Sequence[Claimed], lease: timedelta) -> set[str]:
    """Write the intents of sends whose DATA begins right after this commits; the ids of those still ours.

    Args:
        lease: how long nobody else may judge them; longer than DATA may take.
    """
    begun: set[str] = set()
    for parameters in _by_claim(claimed):
        begun.update(connection.scalars(_BEGIN, {**parameters, "p_lease": lease // MICROSECOND}))
    return begun


@dataclass(frozen=True, slots=True)
class Settled:
    """An outcome that was written down, and the state it found."""

    outcome: Outcome
    was: SendState


def settle(connection: Connection, outcomes: Sequence[Outcome]) -> list[Settled]:
    """Write outcomes down, each where its state, owner and attempt still match; returns those that did."""
    accepted = [outcome for outcome in outcomes if outcome.state == "ACCEPTED"]
    if not accepted:
        return _settle_singly(connection, outcomes)
    # What nearly always happens, all of them accepted while in flight, takes one statement.
    parameters = [_settle_parameters(outcome) for outcome in accepted]
    settled = [Settled(outcome, "IN_FLIGHT") for outcome in accepted]
    rest = [outcome for outcome in outcomes if outcome.state != "ACCEPTED"]
    if _ACCEPT.execute(connection, parameters) < len(accepted):
        present = _states(connection, [outcome.send for outcome in accepted])
        settled = [settlement for settlement in settled if present.get(settlement.outcome.send.id) == "ACCEPTED"]
        rest += [outcome for outcome in accepted if present.get(outcome.send.id) == "UNKNOWN"]
    return settled + _settle_singly(connection, rest)


def _settle_singly(connection: Connection, outcomes: Sequence[Outcome]) -> list[Settled]:
    if not outcomes:
        return []
    present = _states(connection, [outcome.send for outcome in outcomes])
    settled: list[Settled] = []
    by_state: dict[SendState, list[dict[str, object]]] = defaultdict(list)
    for outcome in outcomes:
        was = present.get(outcome.send.id)
        if was is not None and was in SOURCES[outcome.state]:
            settled.append(Settled(outcome, was))
            by_state[outcome.state].append(_settle_parameters(outcome))
    for state, parameters in by_state.items():
        connection.execute(_SETTLE[state], parameters)
    return settled


def release(connection: Connection, claimed: Sequence[Claimed]) -> None:
    """Give claims back unattempted, due at once."""
    for parameters in _by_claim(claimed):
        connection.execute(_RELEASE, parameters)


def recover_claims(connection: Connection, limit: int = 1000) -> int:
    """Queue again what a sender claimed and let lapse before its intent."""
    lapsed = _lapsed("CLAIMED", limit)
    statement = update(sends).where(tuple_(sends.c.project, sends.c.id).in_(lapsed), is_state("CLAIMED"))
    return connection.execute(
        statement.values(state="QUEUED", lease_owner=None, lease_until=None, changed_at=database_now(), reason="lease_lapsed")
    ).rowcount


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A send whose sender was not heard of again after the intent."""

    project: str
    id: str
    journey_id: str | None
    step_id: str | None


def recover_intents(connection: Connection, *, at_least_once: Iterable[str], limit: int = 1000) -> list[Lapsed]:
    """Judge what lapsed after its intent: `UNKNOWN`, or queued again for the classes that are sent at least once.

    The lease's owner and attempt stay, so that a reply which still comes can settle it.
    """
    lapsed = tuple_(sends.c.project, sends.c.id).in_(_lapsed("IN_FLIGHT", limit))
    again = sends.c["class"].in_(list(at_least_once))
    connection.execute(
        update(sends)
        .where(lapsed, is_state("IN_FLIGHT"), again)
        .values(state="QUEUED", lease_owner=None, lease_until=None, changed_at=database_now(), reason="lease_lapsed")
    )
    statement = (
        update(sends)
        .where(lapsed, is_state("IN_FLIGHT"), ~again)
        .values(state="UNKNOWN", reason="sender_lost", smtp_stage="data", changed_at=database_now())
        .returning(sends.c.project, sends.c.id, sends.c.journey_id, sends.c.step_id)
    )
    return [Lapsed(*row) for row in connection.execute(statement)]


def release_held(connection: Connection, project: str, journey_id: str) -> int:
    """Queue a resumed journey's held sends again; each is asked anew at its next intent."""
    mine = (sends.c.project == project) & (sends.c.journey_id == journey_id)
    statement = update(sends).where(mine, is_state("HELD"))
    return connection.execute(
        statement.values(state="QUEUED", reason=None, lease_owner=None, lease_until=None, changed_at=database_now())
    ).rowcount


def cancel_of_journey(connection: Connection, project: str, journey_id: str, reason: str) -> int:
    """Cancel a stopped journey's waiting sends; those already claimed are asked at their intent."""
    return _cancel(connection, (sends.c.project == project) & (sends.c.journey_id == journey_id), reason)


def cancel_of_participants(connection: Connection, project: str, participant_ids: Sequence[str], reason: str) -> int:
    """Cancel the waiting sends of participants who left; those already claimed are asked at their intent."""
    return _cancel(connection, (sends.c.project == project) & sends.c.participant_id.in_(participant_ids), reason)


def erase_address(connection: Connection, project: str, address_hash: bytes, reason: str = "erased") -> None:
    """Cancel an address's waiting sends and blank it, and what tests brought along, in all; keys and hashes stay."""
    mine = (sends.c.project == project) & (sends.c.address_hash == address_hash)
    _cancel(connection, mine, reason)
    connection.execute(update(sends).where(mine).values(address="", variables=None, reply_text=None))


def treat_as_sent(connection: Connection, project: str, send_id: str) -> bool:
    """Take an operator's word that an UNKNOWN send arrived; False when it is not UNKNOWN any more."""
    statement = update(sends).where(sends.c.project == project, sends.c.id == send_id, is_state("UNKNOWN"))
    values = {"state": "ACCEPTED", "reason": "treated_as_sent", "accepted_at": database_now(), "changed_at": database_now()}
    return connection.execute(statement.values(values)).rowcount == 1


def mark_sent_again(connection: Connection, project: str, send_id: str, reason: str) -> bool:
    """Note that an UNKNOWN send's message was queued again; False when that was done before, or it is not UNKNOWN any more."""
    mine = (
        (sends.c.project == project)
        & (sends.c.id == send_id)
        & is_state("UNKNOWN")
        & ~func.coalesce(sends.c.reason, "").startswith("sent_again")
    )
    return connection.execute(update(sends).where(mine).values(reason=reason, changed_at=database_now())).rowcount == 1


def mark_unsubscribed(connection: Connection, project: str, send_id: str, at: datetime) -> bool:
    """Note that a send's reader unsubscribed; False when it was noted before."""
    mine = (sends.c.project == project) & (sends.c.id == send_id) & sends.c.unsubscribed_at.is_(None)
    return connection.execute(update(sends).where(mine).values(unsubscribed_at=at)).rowcount == 1


def id_of_origin(connection: Connection, project: str, origin_key: str, resend_number: int) -> str | None:
    """The send of an origin."""
    mine = (sends.c.project == project) & (sends.c.origin_key == origin_key) & (sends.c.resend_number == resend_number)
    return connection.execute(select(sends.c.id).where(mine)).scalar_one_or_none()


#: What the states mean for `message` conditions.
_OUTCOMES: Mapping[str, MessageOutcome] = {"ACCEPTED": "accepted", "FAILED": "failed", "SUPPRESSED": "suppressed"}


def outcomes(
    connection: Connection, project: str, participant_ids: Iterable[str], step_ids: Iterable[str]
) -> dict[str, dict[str, frozenset[MessageOutcome]]]:
    """What became of some email steps' messages, per participant and step; steps without an outcome are absent."""
    columns = (sends.c.participant_id, sends.c.step_id, sends.c.state, sends.c.unsubscribed_at)
    mine = (
        (sends.c.project == bindparam("p_project"))
        & is_among(sends.c.participant_id, "p_participants")
        & is_among(sends.c.step_id, "p_steps")
    )
    parameters = {"p_project": project, "p_participants": participant_ids, "p_steps": step_ids}
    found: dict[str, dict[str, frozenset[MessageOutcome]]] = defaultdict(dict)
    for participant_id, step_id, state, unsubscribed_at in connection.execute(select(*columns).where(mine), parameters):
        known: set[MessageOutcome] = {_OUTCOMES[state]} if state in _OUTCOMES else set()
        if unsubscribed_at is not None:
            known.add("unsubscribed")
        if known:
            found[participant_id][step_id] = found[participant_id].get(step_id, frozenset()) | known
    return dict(found)


def is_state(state: SendState) -> ColumnElement[bool]:
    """The state as a literal in the statement; SQLite uses a partial index only where the statement repeats its condition."""
    equal = sends.c.state == literal(state, literal_execute=True)
    for states in (("CLAIMED", "IN_FLIGHT"), NOTABLE_SEND_STATES):
        if state in states:
            return equal & sends.c.state.in_([literal(one, literal_execute=True) for one in states])
    return equal


def _cancel(connection: Connection, mine: ColumnElement[bool], reason: str) -> int:
    statement = update(sends).where(mine, sends.c.state.in_(("QUEUED", "HELD")))
    return connection.execute(statement.values(state="CANCELLED", reason=reason, changed_at=database_now())).rowcount


def _lapsed(state: SendState, limit: int) -> Select[str, str]:
    return (
        select(sends.c.project, sends.c.id)
        .where(is_state(state), sends.c.lease_until <= database_now())
        .order_by(sends.c.lease_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


_CLAIMED_COLUMNS = (
    sends.c.project,
    sends.c.id,
    sends.c["class"],
    sends.c.attempt,
    sends.c.lease_owner,
    sends.c.participant_id,
    sends.c.journey_id,
    sends.c.step_id,
    sends.c.endpoint_id,
    sends.c.address,
    sends.c.domain,
    sends.c.template,
    sends.c.template_version,
    sends.c.variables,
    sends.c.message_id,
    sends.c.created_at,
    sends.c.due_at,
)

_DUE = (
    select(sends.c.project, sends.c.id)
    .where(
        is_state("QUEUED"),
        sends.c["class"] == bindparam("p_class"),
        is_among(sends.c.domain, "p_domains"),
        sends.c.due_at <= database_now(),
    )
    .limit(bindparam("p_limit", type_=BigInteger))
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(sends)
    .where(tuple_(sends.c.project, sends.c.id).in_(_DUE), is_state("QUEUED"))
    .values(
        state="CLAIMED",
        attempt=sends.c.attempt + 1,
        lease_owner=bindparam("p_owner"),
        lease_until=database_now() + bindparam("p_lease", type_=BigInteger),
        changed_at=database_now(),
    )
    .returning(*_CLAIMED_COLUMNS)
)
#: The sends of one claim that are still its own.
_MINE = (
    (sends.c.project == bindparam("p_project"))
    & is_among(sends.c.id, "p_ids")
    & (sends.c.lease_owner == bindparam("p_owner"))
    & (sends.c.attempt == bindparam("p_attempt"))
)
_BEGIN = (
    update(sends)
    .where(_MINE, is_state("CLAIMED"), sends.c.lease_until > database_now())
    .values(
        state="IN_FLIGHT",
        intent_at=database_now(),
        lease_until=database_now() + bindparam("p_lease", type_=BigInteger),
        changed_at=database_now(),
    )
    .returning(sends.c.id)
)
_RELEASE = (
    update(sends).where(_MINE, is_state("CLAIMED")).values(state="QUEUED", lease_owner=None, lease_until=None, changed_at=database_now())
)
_PRESENT = (
    select(sends.c.id, sends.c.state)
    .where(_MINE, sends.c.reason.is_distinct_from("treated_as_sent"))
    .order_by(sends.c.id)
    .with_for_update()
)


def _by_claim(claimed: Iterable[Claimed]) -> Iterator[dict[str, object]]:
    """The parameters of `_MINE` for sends that share project, owner and attempt; nearly always all of them."""
    groups: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    for send in claimed:
        groups[send.project, send.owner, send.attempt].append(send.id)
    for (project, owner, attempt), ids in groups.items():
        yield {"p_project": project, "p_ids": ids, "p_owner": owner, "p_attempt": attempt}


def _states(connection: Connection, claimed: Iterable[Claimed]) -> dict[str, SendState]:
    """The states of sends that are still this owner's at this attempt, locked for the transaction; not of those an operator settled."""
    found: dict[str, SendState] = {}
    for parameters in _by_claim(claimed):
        found.update((row.id, row.state) for row in connection.execute(_PRESENT, parameters))
    return found


def _settle_statement(state: SendState, sources: Iterable[SendState]) -> Update:
    columns: dict[str, object] = {
        "state": state,
        "reason": bindparam("p_reason"),
        "smtp_stage": bindparam("p_stage"),
        "reply_code": bindparam("p_code"),
        "reply_text": bindparam("p_text"),
        "relay": bindparam("p_relay"),
        "changed_at": database_now(),
    }
    if state == "QUEUED":
        columns |= {"due_at": database_now() + bindparam("p_delay", type_=BigInteger), "lease_owner": None, "lease_until": None}
    if state == "ACCEPTED":
        columns["accepted_at"] = database_now()
    return (
        update(sends)
        .where(
            sends.c.project == bindparam("p_project"),
            sends.c.id == bindparam("p_id"),
            # not IN, which cannot be executed for many rows at once
            or_(*(sends.c.state == source for source in sources)),
            sends.c.lease_owner == bindparam("p_owner"),
            sends.c.attempt == bindparam("p_attempt"),
        )
        .values(columns)
    )


_SETTLE = {state: _settle_statement(state, sources) for state, sources in SOURCES.items()}
_SETTLE_KEYS = ("p_project", "p_id", "p_owner", "p_attempt", "p_reason", "p_stage", "p_code", "p_text", "p_relay")
_ACCEPT = Bulk(_settle_statement("ACCEPTED", ("IN_FLIGHT",)), *_SETTLE_KEYS)


def _settle_parameters(outcome: Outcome) -> dict[str, object]:
    parameters: dict[str, object] = {
        "p_project": outcome.send.project,
        "p_id": outcome.send.id,
        "p_owner": outcome.send.owner,
        "p_attempt": outcome.send.attempt,
        "p_reason": outcome.reason,
        "p_stage": outcome.smtp_stage,
        "p_code": outcome.reply_code,
        "p_text": outcome.reply_text,
        "p_relay": outcome.relay,
    }
    if outcome.state == "QUEUED":
        parameters["p_delay"] = outcome.delay // MICROSECOND
    return parameters


_NEW_COLUMNS = {name: "class" if name == "send_class" else name for name in NewSend.__slots__}


_ONE_ORIGIN_ONE_MESSAGE = ["project", "origin_key", "resend_number"]
_NEW_KEYS = (*_NEW_COLUMNS.values(), "state", "changed_at")
_INSERT_QUEUED = {
    name: bulk_insert(insert(sends).on_conflict_do_nothing(index_elements=_ONE_ORIGIN_ONE_MESSAGE), *_NEW_KEYS)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


def _columns(row: NewSend) -> dict[str, object]:
    columns = {column: getattr(row, name) for name, column in _NEW_COLUMNS.items()}
    return {**columns, "state": "QUEUED", "changed_at": row.created_at}
