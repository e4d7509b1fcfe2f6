"""What an operator does about a send whose fate is unknown, and what an author does to try a template out.

Both only write the ledger; the sender does the rest.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from engine.errors import ConflictError, InvalidInputError, NotFoundError
from engine.journey.facts import JsonObject
from engine.mail import ledger
from engine.mail.addresses import read_address
from engine.store import counts, send_queries, sends
from engine.store.counts import Counter
from engine.store.database import Database
from engine.store.ids import new_id
from engine.store.sends import NewSend

Resolution = Literal["treat_as_sent", "send_again"]


def resolve(database: Database, secret: bytes, project: str, send_id: str, *, resolution: Resolution, now: datetime) -> str:
    """Settle an `UNKNOWN` send; returns the id of the send that stands for it now.

    `treat_as_sent` makes it `ACCEPTED`. `send_again` queues the same message under the next resend number, with another Message-ID;
    the old send stays `UNKNOWN`, and says so: if it did arrive, there are two, and both are listed.

    Raises:
        NotFoundError: there is no such send.
        ConflictError: it is not unknown, or was sent again already.
    """
    with database.write() as connection:
        row = send_queries.find(connection, project, send_id)
        if row is None:
            raise NotFoundError(f"There is no send {send_id}.")
        if row.state != "UNKNOWN":
            raise ConflictError(f"The send is {row.state}, not UNKNOWN.", hint="Only a send whose fate is unknown can be resolved.")
        if resolution == "treat_as_sent":
            if not sends.treat_as_sent(connection, project, send_id):
                raise ConflictError("The send was settled meanwhile.")
            if row.journey_id is not None:
                counter = Counter(project, row.journey_id, row.step_id or "", "", "accepted")
                unknown = Counter(project, row.journey_id, row.step_id or "", "", "unknown")
                counts.append(connection, {counter: 1, unknown: -1})
            return send_id
        if not row.address:
            raise ConflictError("The send's address was erased.")
        number = row.resend_number + 1
        if not sends.mark_sent_again(connection, project, send_id, f"sent_again_{number}"):
            raise ConflictError("The send was sent again already.", hint="Resolve the newest one.")
        domain = row.message_id.rstrip(">").rpartition("@")[2]
        again = NewSend(
            project=project,
            id=new_id(),
            send_class=row._mapping["class"],
            origin_key=row.origin_key,
            message_id=ledger.message_id(secret, row.origin_key, number, domain),
            address=row.address,
            address_hash=row.address_hash,
            domain=row.domain,
            template=row.template,
            template_version=row.template_version,
            due_at=now,
            created_at=now,
            participant_id=row.participant_id,
            journey_id=row.journey_id,
            step_id=row.step_id,
            endpoint_id=row.endpoint_id,
            variables=row.variables,
            resend_number=number,
        )
        sends.insert_queued(connection, [again])
        return again.id


def queue_test(
    database: Database,
    secret: bytes,
    project: str,
    *,
    address: str,
    template: str,
    template_version: int,
    variables: JsonObject,
    mail_domain: str,
    now: datetime,
    request_id: str | None = None,
) -> str:
    """Queue one mail of a template version to one address, marked as a test; returns its id.

    Args:
        variables: `endpoint`, `user`, `context`, `journey`, as the author imagines them.
        request_id: makes a repeated request the same send; new if None.

    Raises:
        InvalidInputError: the address cannot be written to.
    """
    read = read_address(address)
    if not isinstance(variables, dict):
        raise InvalidInputError("The variables of a test are an object.")
    origin = ledger.origin_key_of_test(request_id or new_id())
    send = NewSend(
        project=project,
        id=new_id(),
        send_class=ledger.TEST,
        origin_key=origin,
        message_id=ledger.message_id(secret, origin, 0, mail_domain),
        address=read.text,
        address_hash=read.digest,
        domain=read.domain,
        template=template,
        template_version=template_version,
        due_at=now,
        created_at=now,
        variables=variables,
    )
    with database.write() as connection:
        sends.insert_queued(connection, [send])
        return sends.id_of_origin(connection, project, origin, 0) or send.id
