"""Changes of endpoints and users, from whichever door they come: read, merged, written, and noticed by whoever waits for them.

Knows the rule that no change is overlooked: it bumps the epoch of all live passages it concerns, and those
who wait for a date of the endpoint, or on its clock, become ready. It must not know which door a change came through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.errors import InvalidInputError
from engine.journey.calendar import is_zone
from engine.journey.facts import JsonObject
from engine.mail.addresses import Address, read_address
from engine.run.plans import Plans
from engine.store import endpoints, installation, participants, suppressions, users
from engine.store.database import Connection, Database
from engine.store.endpoints import Endpoint
from engine.store.suppressions import Suppression


@dataclass(frozen=True, slots=True)
class UserChange:
    """What a caller says of a user."""

    id: str
    #: Merged; a null removes.
    attributes: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EndpointChange:
    """What a caller says of an endpoint; what is None stays as it is."""

    id: str
    address: str | None = None
    #: Merged; a null removes.
    attributes: JsonObject = field(default_factory=dict)
    #: IANA name.
    time_zone: str | None = None
    locale: str | None = None
    user: UserChange | None = None
    #: Whether this is all there is: what is not said is removed.
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class ReadChange:
    """A change that was looked at and found sound, before any lock is held."""

    change: EndpointChange
    address: Address | None


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of changes."""

    #: All endpoints concerned, as they are now.
    endpoints: Mapping[str, Endpoint]
    #: Endpoints that could not be made, with the reason.
    refused: Mapping[str, str]
    #: Whether somebody became ready.
    woke: bool


def endpoint_unit(endpoint_id: str) -> str:
    """The unit of an endpoint whose user is not known."""
    return f"endpoint:{endpoint_id}"


def user_unit(user_id: str) -> str:
    """The unit of a user."""
    return f"user:{user_id}"


def unit_of(endpoint: Endpoint) -> str:
    """The unit of a passage that begins now: the user if known, else the endpoint."""
    return endpoint_unit(endpoint.id) if endpoint.user_id is None else user_unit(endpoint.user_id)


def read_change(change: EndpointChange) -> ReadChange:
    """Read what a caller says; InvalidInputError for an address or a zone that is none."""
    if not change.id:
        raise InvalidInputError("The endpoint has no id.")
    if change.time_zone is not None and not is_zone(change.time_zone):
        raise InvalidInputError(f"There is no time zone {change.time_zone!r}.", hint="Use an IANA name such as Europe/Berlin.")
    return ReadChange(change, None if change.address is None else read_address(change.address))


def apply_changes(
    connection: Connection, plans: Plans, project: str, changes: Sequence[ReadChange], now: datetime, *, units: Iterable[str] = ()
) -> Applied:
    """Write changes, in their order, in this transaction. Locks endpoints, then users, then passages, each in id order.

    Args:
        units: whom something else concerns: their passages are noticed with the others, for who locks in two turns may meet somebody
            who locks the other way round.
    """
    known = endpoints.lock(connection, project, sorted({read.change.id for read in changes}))
    present, refused = _merge(changes, known, now)
    new = [endpoint for endpoint_id, endpoint in present.items() if endpoint_id not in known]
    taken = {endpoint.id for endpoint in new} - endpoints.insert_new(connection, project, new)
    if taken:  # somebody else made them meanwhile: merge into theirs
        known |= endpoints.lock(connection, project, sorted(taken))
        present, refused = _merge(changes, known, now)
    changed = [(known[endpoint.id], endpoint) for endpoint in present.values() if _differs(known.get(endpoint.id), endpoint)]
    endpoints.change(connection, project, [after for _, after in sorted(changed, key=lambda pair: pair[1].id)])
    changed_users = _change_users(connection, project, [read.change.user for read in changes if read.change.user is not None], now)
    concerned = frozenset(units) | units_of_users(connection, project, changed_users)
    woke = _notice(connection, plans, project, changed, units=concerned, now=now)
    return Applied(present, refused, woke)


def units_of_users(connection: Connection, project: str, user_ids: Collection[str]) -> frozenset[str]:
    """The units of users, and of all their endpoints: some may have been enrolled before their user was known."""
    if not user_ids:
        return frozenset()
    of_users = endpoints.of_users(connection, project, user_ids)
    return frozenset([*map(user_unit, user_ids), *(endpoint_unit(one.id) for several in of_users.values() for one in several)])


def unsubscribe(database: Database, project: str, address_hash: bytes, *, evidence: str | None = None) -> bool:
    """Opt out every endpoint of an address, and suppress the address itself; False when no endpoint has it any more."""
    with database.write() as connection:
        return opt_out(connection, project, address_hash, address=None, evidence=evidence, at=installation.read_now(connection))


def opt_out(connection: Connection, project: str, address_hash: bytes, *, address: str | None, evidence: str | None, at: datetime) -> bool:
    """Do what `unsubscribe` does, in the caller's transaction; `address` is what to write beside the hash where no endpoint has it."""
    ids = [endpoint.id for endpoint in endpoints.of_address(connection, project, address_hash)]
    found = [one for one in endpoints.lock(connection, project, sorted(ids)).values() if one.address_hash == address_hash]
    endpoints.change(connection, project, [one._replace(opted_out_at=one.opted_out_at or at, updated_at=at) for one in found])
    known_address = found[0].address if found else address
    suppressions.suppress(connection, [Suppression(project, address_hash, known_address, suppressions.UNSUBSCRIBED, evidence, at)])
    live = participants.lock_live(connection, project, endpoint_ids=[one.id for one in found])
    if live:
        participants.bump_epochs(connection, project, [passage.id for passage in live])
    return bool(found)


def opt_in(connection: Connection, project: str, address_hash: bytes, *, at: datetime) -> None:
    """Take back the opt-outs of an address, for somebody who was asked again; the caller lifts the suppression."""
    ids = [endpoint.id for endpoint in endpoints.of_address(connection, project, address_hash)]
    found = [one for one in endpoints.lock(connection, project, sorted(ids)).values() if one.address_hash == address_hash]
    endpoints.change(connection, project, [one._replace(opted_out_at=None, updated_at=at) for one in found if one.opted_out_at])


def _merge(changes: Sequence[ReadChange], known: Mapping[str, Endpoint], now: datetime) -> tuple[dict[str, Endpoint], dict[str, str]]:
    present = dict(known)
    refused: dict[str, str] = {}
    for read in changes:
        before = present.get(read.change.id)
        if before is not None:
            present[read.change.id] = _changed(before, read, now)
        elif read.address is None:
            refused[read.change.id] = "The endpoint is not known yet: say its address."
        else:
            present[read.change.id] = _made(read.change, read.address, now)
    return present, {endpoint_id: reason for endpoint_id, reason in refused.items() if endpoint_id not in present}


def _made(change: EndpointChange, address: Address, now: datetime) -> Endpoint:
    user_id = None if change.user is None else change.user.id
    attributes = merged({}, change.attributes)
    return Endpoint(
        change.id, address.text, address.digest, user_id, attributes, change.time_zone, change.locale, None, created_at=now, updated_at=now
    )


def _changed(before: Endpoint, read: ReadChange, now: datetime) -> Endpoint:
    change, kept = read.change, not read.change.replaces
    after = before._replace(
        address=before.address if read.address is None else read.address.text,
        address_hash=before.address_hash if read.address is None else read.address.digest,
        user_id=change.user.id if change.user is not None else (before.user_id if kept else None),
        attributes=merged(before.attributes if kept else {}, change.attributes),
        time_zone=change.time_zone or (before.time_zone if kept else None),
        locale=change.locale or (before.locale if kept else None),
    )
    if after.address_hash != before.address_hash:  # the opt-out was the old address's; a new one is asked of the suppressions
        after = after._replace(opted_out_at=None)
    return before if after == before else after._replace(updated_at=now)


def merged(attributes: JsonObject, patch: JsonObject) -> JsonObject:
    """Attributes with others put over them; a null removes."""
    if not patch:
        return attributes
    return {name: value for name, value in {**attributes, **patch}.items() if value is not None}


def _differs(before: Endpoint | None, after: Endpoint) -> bool:
    return before is not None and after is not before


def _change_users(connection: Connection, project: str, changes: Sequence[UserChange], now: datetime) -> set[str]:
    """Write users; returns those whose attributes changed. New ones are nobody's surprise."""
    ids = sorted({change.id for change in changes})
    if not ids:
        return set()
    known = users.lock(connection, project, ids)
    made = {user_id: _over({}, user_id, changes) for user_id in ids if user_id not in known}
    taken = set(made) - users.insert_new(connection, project, made, now)
    if taken:
        known |= users.lock(connection, project, sorted(taken))
    over = {user_id: _over(attributes, user_id, changes) for user_id, attributes in known.items()}
    changed = {user_id: attributes for user_id, attributes in over.items() if attributes != known[user_id]}
    users.change(connection, project, changed, now)
    return set(changed)


def _over(attributes: JsonObject, user_id: str, changes: Sequence[UserChange]) -> JsonObject:
    for change in changes:
        if change.id == user_id:
            attributes = merged(attributes, change.attributes)
    return attributes


def _notice(
    connection: Connection,
    plans: Plans,
    project: str,
    changed: Sequence[tuple[Endpoint, Endpoint]],
    *,
    units: frozenset[str],
    now: datetime,
) -> bool:
    """Have every stage that is deciding about these people now decide again, and wake who waits for what changed (rule 1)."""
    before_and_after = {after.id: (before, after) for before, after in changed}
    if not before_and_after and not units:
        return False
    concerned = participants.lock_live(connection, project, units=units, endpoint_ids=before_and_after)
    if not concerned:
        return False
    participants.bump_epochs(connection, project, [passage.id for passage in concerned])
    waiting = [passage for passage in concerned if passage.status == participants.WAITING and passage.endpoint_id in before_and_after]
    awaited = {passage.id for passage in waiting if _is_awaited(plans, project, passage, *before_and_after[passage.endpoint_id])}
    return bool(awaited) and participants.wake(connection, project, awaited, now, None) > 0


def _is_awaited(plans: Plans, project: str, passage: participants.Live, before: Endpoint, after: Endpoint) -> bool:
    """Whether the step somebody stands at looks at what changed: their zone, or an attribute that it reads."""
    if before.time_zone != after.time_zone:
        return True
    step = plans.get(project, passage.plan_hash).steps[passage.step_id]
    return any(before.attributes.get(name) != after.attributes.get(name) for name in step.needs().attributes)
