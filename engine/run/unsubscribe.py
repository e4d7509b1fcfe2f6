"""What an unsubscribe link does. Knows no HTTP: the public page reads the token and calls this."""

from __future__ import annotations

from engine.errors import NotFoundError
from engine.mail import ledger
from engine.run import people
from engine.store import counts, installation, send_queries, sends
from engine.store.counts import Counter
from engine.store.database import Database


def unsubscribe_by_send(database: Database, send_id: str) -> str:
    """Opt out and suppress the address that a send went to, and mark the send, in one transaction; returns the project.

    Asked twice, it changes nothing more. A test send is only marked: its author is nobody's audience.

    Raises:
        NotFoundError: there is no such send any more.
    """
    with database.write() as connection:
        row = send_queries.find_anywhere(connection, send_id)
        if row is None:
            raise NotFoundError("The link belongs to a mail that is no longer on record.")
        at = installation.read_now(connection)
        is_first = sends.mark_unsubscribed(connection, row.project, send_id, at)
        if row._mapping["class"] == ledger.TEST:
            return str(row.project)
        people.opt_out(connection, row.project, row.address_hash, address=row.address or None, evidence=f"send {send_id}", at=at)
        if is_first and row.journey_id is not None:
            counts.append(connection, {Counter(row.project, row.journey_id, row.step_id or "", "", "unsubscribed"): 1})
        return str(row.project)
