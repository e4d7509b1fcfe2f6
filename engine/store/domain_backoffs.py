"""Recipient domains in backoff: nobody claims their sends before `until`. The database's clock decides what is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from engine.store.dialects import insert_into
from engine.store.tables import domain_backoffs
from engine.store.types import database_now, microseconds


@dataclass(frozen=True, slots=True)
class Backoff:
    """One domain group that asked for patience."""

    domain: str
    until: datetime
    #: Deferrals in a row.
    failures: int
    reason: str | None


def read_all(connection: Connection) -> dict[str, Backoff]:
    """Every domain that deferred us and has not accepted a mail since."""
    columns = (domain_backoffs.c.domain, domain_backoffs.c.until, domain_backoffs.c.failures, domain_backoffs.c.reason)
    return {row.domain: Backoff(*row) for row in connection.execute(select(*columns))}


def put_off(connection: Connection, domain: str, *, delay: timedelta, failures: int, reason: str) -> None:
    """Keep a domain's sends unclaimed for `delay` from the database's now; a longer delay in force stays."""
    until = database_now() + microseconds(delay)
    statement = insert_into(connection, domain_backoffs).values(domain=domain, until=until, failures=failures, reason=reason)
    shorter = domain_backoffs.c.until < statement.excluded.until
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["domain"],
            set_={"until": statement.excluded.until, "failures": statement.excluded.failures, "reason": statement.excluded.reason},
            where=shorter,
        )
    )


def end(connection: Connection, domains: list[str]) -> None:
    """Forget backoffs of domains that accepted a mail."""
    connection.execute(delete(domain_backoffs).where(domain_backoffs.c.domain.in_(domains)))
