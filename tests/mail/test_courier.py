"""The order of envelope, intent and DATA, and what interleaves with it: the ledger against scripted relays."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.errors import UnavailableError
from engine.mail.policy import SendingRules
from engine.mail.relay import RelayAddress
from engine.mail.sender import Sender
from engine.store import counts, domain_backoffs, sends, suppressions, tables
from engine.store.counts import Counter
from engine.store.database import Connection, Database
from engine.store.suppressions import Suppression
from tests.support.faulty_smtp import Fault, faulty_server
from tests.support.installation import until as wait_for
from tests.support.interposed import Interposed
from tests.support.rendering import DirectRenderer
from tests.support.sending import OPTIONS, local_relay, until
from tests.support.sends import new_send, queue_sends, read_send, read_states, seed_journey


@asynccontextmanager
async def sending(database: Database, relay: RelayAddress, **changes: Any) -> AsyncIterator[Sender]:
    """A sender with a renderer without a process."""
    sender = Sender(database, relay, DirectRenderer(), replace(OPTIONS, **changes))
    task = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        sender.stop()
        await task


def change(database: Database, statement: Any) -> None:
    with database.write() as connection:
        connection.execute(statement)


def total(database: Database, metric: str) -> int:
    with database.read() as connection:
        return counts.of_journey(connection, "default", "welcome-series").get(Counter("default", "welcome-series", "greet", "", metric), 0)


def suppress_ada(connection: Connection) -> None:
    row = connection.execute(select(tables.sends)).one()
    suppressions.suppress(connection, [Suppression("default", row.address_hash, row.address, "manual", None, datetime.now(UTC))])


def exit_ada(connection: Connection) -> None:
    connection.execute(update(tables.participants).values(status="exited"))


def stop_journey(connection: Connection) -> None:
    connection.execute(update(tables.journeys).values(state="stopped"))


def pause_journey(connection: Connection) -> None:
    connection.execute(update(tables.journeys).values(state="paused"))


def opt_out(connection: Connection) -> None:
    connection.execute(update(tables.endpoints).values(opted_out_at=datetime.now(UTC)))


def erase(connection: Connection) -> None:
    connection.execute(tables.endpoints.delete())


@pytest.mark.parametrize(
    ("happens", "state", "reason"),
    [
        (suppress_ada, "SUPPRESSED", "manual"),
        (opt_out, "SUPPRESSED", "opted_out"),
        (exit_ada, "CANCELLED", "participant_exited"),
        (stop_journey, "CANCELLED", "journey_stopped"),
        (erase, "CANCELLED", "erased"),
        (pause_journey, "HELD", "journey_paused"),
    ],
)
async def test_what_happens_after_the_claim_is_asked_at_the_intent(
    happens: Callable[[Connection], None], state: str, reason: str, database: Database
) -> None:
    seed_journey(database, ["ada"])
    (send_id,) = queue_sends(database, ["ada"])

    # MAIL is answered late: by then the mail is claimed and rendered, and the intent is what comes next.
    async with faulty_server({"mail": Fault("delay", seconds=0.5)}) as server, sending(database, local_relay(server.port)):
        await until(lambda: "mail" in server.heard)
        with database.write() as connection:
            happens(connection)
        await until(lambda: read_send(database, send_id).state not in ("CLAIMED", "IN_FLIGHT"))

    row = read_send(database, send_id)
    assert (row.state, row.reason, row.intent_at, server.taken) == (state, reason, None, [])
    assert total(database, state.lower()) == 1


async def test_held_mail_goes_when_the_journey_goes_on(database: Database) -> None:
    seed_journey(database, ["ada"], state="paused")
    (send_id,) = queue_sends(database, ["ada"])

    async with faulty_server() as server, sending(database, local_relay(server.port)):
        await until(lambda: read_send(database, send_id).state == "HELD")
        due_at = read_send(database, send_id).due_at
        with database.write() as connection:
            connection.execute(update(tables.journeys).values(state="live"))
            assert sends.release_held(connection, "default", "welcome-series") == 1
        # a restore judges it by when it was due first
        await until(lambda: read_send(database, send_id).state == "ACCEPTED")

    assert len(server.taken) == 1
    assert read_send(database, send_id).due_at == due_at


async def test_domain_in_backoff_does_not_hold_the_others(database: Database) -> None:
    seed_journey(database, ["ada", "eve", "bob"])
    slow = [new_send(f"{name}/greet", f"{name}@slow.example") for name in ("ada", "eve")]
    with database.write() as connection:
        sends.insert_queued(connection, [*slow, new_send("bob/greet", "bob@fast.example", due_at=datetime.now(UTC))])
        domain_backoffs.put_off(connection, "slow.example", delay=timedelta(hours=1), failures=3, reason="421 slow down")

    async with faulty_server() as server, sending(database, local_relay(server.port)):
        await until(lambda: len(server.taken) == 1)

    assert read_states(database) == {"ada": "QUEUED", "eve": "QUEUED", "bob": "ACCEPTED"}


async def test_deferral_backs_its_domain_off_and_acceptance_ends_it(database: Database) -> None:
    seed_journey(database, ["ada"])
    (send_id,) = queue_sends(database, ["ada"])

    def backoffs() -> dict[str, Any]:
        with database.read() as connection:
            return domain_backoffs.read_all(connection)

    async with faulty_server({"rcpt": Fault("reply", "451 4.7.1 slow down")}) as server, sending(database, local_relay(server.port)):
        await until(lambda: read_send(database, send_id).reason == "deferred")
        assert backoffs()["example.org"].failures == 1
        assert read_send(database, send_id).due_at > datetime.now(UTC)
        change(database, update(tables.sends).values(due_at=datetime.now(UTC)))
        await until(lambda: read_send(database, send_id).state == "ACCEPTED")
        await until(lambda: backoffs() == {})


async def test_deferrals_of_one_moment_are_one_deferral_and_spread_their_mails(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.mail.courier.DOMAIN_BACKOFF", (timedelta(hours=1), timedelta(hours=1)))
    people = [f"p{number}" for number in range(10)]
    seed_journey(database, people)
    queue_sends(database, people)
    slow_down = {"rcpt": Fault("reply", "451 4.7.1 slow down", times=10)}

    async with faulty_server(slow_down) as server, sending(database, local_relay(server.port, connections=5)):
        await until(lambda: server.heard.count("rcpt") == 10)
        await until(lambda: set(read_states(database).values()) == {"QUEUED"})

    with database.read() as connection:
        backoff = domain_backoffs.read_all(connection)["example.org"]
        rows = connection.execute(select(tables.sends.c.due_at, tables.sends.c.changed_at, tables.sends.c.reason)).all()
    waits = [(row.due_at - row.changed_at).total_seconds() for row in rows]
    assert (backoff.failures, {row.reason for row in rows}) == (1, {"deferred"})
    assert 3 <= min(waits) < max(waits) <= 30
    assert max(waits) - min(waits) > 1


async def test_mail_that_was_under_way_does_not_end_its_domains_backoff(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.mail.courier.DOMAIN_BACKOFF", (timedelta(hours=1), timedelta(hours=1)))
    seed_journey(database, ["ada", "eve"])
    queue_sends(database, ["ada", "eve"])
    slow_down = {"rcpt": Fault("reply", "451 4.7.1 slow down"), "body": Fault("delay", seconds=0.3)}

    async with faulty_server(slow_down) as server, sending(database, local_relay(server.port, connections=2)):
        await until(lambda: set(read_states(database).values()) == {"ACCEPTED", "QUEUED"})

    with database.read() as connection:
        assert domain_backoffs.read_all(connection)["example.org"].failures == 1


async def test_connection_that_went_stale_is_replaced_at_once(database: Database) -> None:
    seed_journey(database, ["ada", "eve"])
    (first,) = queue_sends(database, ["ada"])

    # The second MAIL of the connection is met by a relay that has had enough of it.
    async with faulty_server() as server, sending(database, local_relay(server.port, connections=1)):
        await until(lambda: read_send(database, first).state == "ACCEPTED")
        server.faults["mail"] = Fault("drop")
        (second,) = queue_sends(database, ["eve"])
        await until(lambda: read_send(database, second).state == "ACCEPTED")

    assert read_send(database, second).attempt == 1
    assert server.connections == 2


async def test_relay_that_is_away_is_left_alone_and_nothing_is_lost(database: Database) -> None:
    people = [f"p{number}" for number in range(10)]
    seed_journey(database, people)
    queue_sends(database, people)

    away = {"connect": Fault("reply", "421 4.3.2 not now", times=2)}
    async with faulty_server(away) as server, sending(database, local_relay(server.port)) as sender:
        await until(lambda: sender.relay_failures > 0)
        while len(server.taken) < 10:
            # The sender may hold the same rows, taken in another order.
            with suppress(UnavailableError):
                change(database, update(tables.sends).values(due_at=tables.sends.c.created_at))
            await asyncio.sleep(0.2)

    assert set(read_states(database).values()) == {"ACCEPTED"}
    assert server.connections < 10


async def test_what_is_at_hand_when_the_relay_goes_away_does_not_try_it(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.mail.rate.RELAY_BACKOFF", (timedelta(hours=1), timedelta(hours=1)))
    people = [f"p{number}" for number in range(4)]
    seed_journey(database, people)
    sent = queue_sends(database, people)

    async with faulty_server({"connect": Fault("reply", "421 4.3.2 not now", times=10)}) as server:
        async with sending(database, local_relay(server.port)):
            await until(lambda: {read_send(database, one).reason for one in sent} == {"relay_away"})

        assert server.connections <= 2  # one each
    assert {read_send(database, one).state for one in sent} == {"QUEUED"}


async def test_mail_to_an_international_domain_goes_in_punycode(database: Database) -> None:
    seed_journey(database, ["ada"])
    with database.write() as connection:
        sends.insert_queued(connection, [new_send("ada/greet", "ada@例え.jp")])

    async with faulty_server() as server, sending(database, local_relay(server.port)):
        await until(lambda: len(server.taken) == 1)

    assert set(read_states(database).values()) == {"ACCEPTED"}


async def test_template_that_fails_for_one_fails_that_mail_alone(database: Database) -> None:
    seed_journey(database, ["ada", "eve", "bob"])
    change(database, update(tables.endpoints).where(tables.endpoints.c.id == "e-eve").values(attributes={}))
    change(
        database,
        update(tables.endpoints).where(tables.endpoints.c.id == "e-bob").values(attributes={"name": "Bob\r\nBcc: eve@example.net"}),
    )
    ada, eve, bob = queue_sends(database, ["ada", "eve", "bob"])

    async with faulty_server() as server, sending(database, local_relay(server.port)):
        await until(lambda: set(read_states(database).values()) <= {"ACCEPTED", "FAILED"})

    assert read_states(database) == {"ada": "ACCEPTED", "eve": "FAILED", "bob": "FAILED"}
    assert "'name' has no value" in read_send(database, eve).reason
    assert "control character" in read_send(database, bob).reason
    assert server.taken == [read_send(database, ada).message_id]


async def test_send_only_to_suppresses_everyone_else(database: Database) -> None:
    seed_journey(database, ["ada", "eve"])
    queue_sends(database, ["ada", "eve"])

    async with faulty_server() as server, sending(database, local_relay(server.port), rules=SendingRules(send_only_to=("ada@*",))):
        await until(lambda: set(read_states(database).values()) <= {"ACCEPTED", "SUPPRESSED"})

    assert read_states(database) == {"ada": "ACCEPTED", "eve": "SUPPRESSED"}


async def test_rate_is_kept(sqlite_database: Database) -> None:
    people = [f"p{number}" for number in range(20)]
    seed_journey(sqlite_database, people)
    queue_sends(sqlite_database, people)
    loop = asyncio.get_running_loop()
    begun = loop.time()

    async with faulty_server() as server, sending(sqlite_database, local_relay(server.port, connections=10), rate=20.0):
        await until(lambda: len(server.taken) == 20)
        elapsed = loop.time() - begun

    # 20 mails at 20/s, of which two may go at once.
    assert elapsed >= 0.8


async def test_stopping_finishes_what_is_under_way_and_gives_the_rest_back(database: Database) -> None:
    people = [f"p{number}" for number in range(30)]
    seed_journey(database, people)
    queue_sends(database, people)

    slow = {"body": Fault("delay", seconds=0.3)}
    async with faulty_server(slow) as server, sending(database, local_relay(server.port, connections=1)):
        await until(lambda: "data" in server.heard)

    states = read_states(database)
    assert set(states.values()) == {"ACCEPTED", "QUEUED"}
    assert list(states.values()).count("ACCEPTED") == len(server.taken)


async def stop(sender: Sender) -> None:
    """Tell a sender to stop, and wait until its claim loop is cancelled."""
    sender.stop()
    for _ in range(10):
        await asyncio.sleep(0)


async def test_stopping_during_a_claim_gives_it_back(database: Database) -> None:
    seed_journey(database, ["ada"])
    (send_id,) = queue_sends(database, ["ada"])
    between, loop = Interposed(database), asyncio.get_running_loop()

    async with faulty_server() as server:
        sender = Sender(between, local_relay(server.port), DirectRenderer(), OPTIONS)

        # The first write looks for lost claims, the second claims.
        between.before_commit = [lambda: None, lambda: asyncio.run_coroutine_threadsafe(stop(sender), loop).result()]
        await sender.run()

    row = read_send(database, send_id)
    assert (between.before_commit, row.attempt, row.state, server.taken) == ([], 1, "QUEUED", [])


async def test_stopping_during_a_claim_at_a_database_that_goes_away_ends(database: Database) -> None:
    seed_journey(database, ["ada"])
    (send_id,) = queue_sends(database, ["ada"])
    between, loop = Interposed(database), asyncio.get_running_loop()

    async with faulty_server() as server:
        sender = Sender(between, local_relay(server.port), DirectRenderer(), OPTIONS)

        def go_away() -> None:
            asyncio.run_coroutine_threadsafe(stop(sender), loop).result()
            raise UnavailableError("The database is away.")

        # The first write looks for lost claims, the second claims.
        between.before_commit = [lambda: None, go_away]
        await asyncio.wait_for(sender.run(), 60)

    assert (between.before_commit, read_send(database, send_id).state, server.taken) == ([], "QUEUED", [])


async def test_intent_that_comes_too_late_is_given_up(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    seed_journey(database, ["ada"])
    (send_id,) = queue_sends(database, ["ada"])
    monkeypatch.setattr("engine.mail.courier.INTENT_VALID_SECONDS", -1.0)

    async with faulty_server() as server, sending(database, local_relay(server.port)):
        await until(lambda: read_send(database, send_id).reason == "given_back")
    row = read_send(database, send_id)

    assert (row.state, row.reply_text, "data" in server.heard) == ("QUEUED", "the intent came too late", False)


async def test_recipient_may_be_asked_before_the_intent_is_written_but_data_waits_for_it(database: Database) -> None:
    seed_journey(database, ["ada"])
    (send_id,) = queue_sends(database, ["ada"])
    between, said = Interposed(database), list[bool]()

    async with faulty_server() as server:

        def hold_the_intent() -> None:
            if read_send(database, send_id).state == "CLAIMED":
                wait_for(lambda: "rcpt" in server.heard, "RCPT is said")
                time.sleep(0.1)
                said.append("data" in server.heard)

        between.before_commit = [hold_the_intent] * 10
        async with sending(between, local_relay(server.port)):
            await until(lambda: read_send(database, send_id).state == "ACCEPTED")

    assert set(said) == {False}


async def test_claim_that_lapsed_is_not_sent_by_its_old_owner(database: Database) -> None:
    seed_journey(database, ["ada"])
    (send_id,) = queue_sends(database, ["ada"])

    async with faulty_server({"mail": Fault("delay", seconds=0.5)}) as server, sending(database, local_relay(server.port)):
        await until(lambda: "mail" in server.heard)
        # As if another sender had recovered and claimed it meanwhile.
        change(database, update(tables.sends).values(lease_owner="other", attempt=2, state="CLAIMED"))
        await until(lambda: "rset" in server.heard)

    assert (read_send(database, send_id).state, server.taken) == ("CLAIMED", [])


def recover(database: Database) -> None:
    with database.write() as connection:
        sends.recover_claims(connection)
        sends.recover_intents(connection, at_least_once=["transactional"])


@pytest.mark.parametrize(("send_class", "state"), [("journey", "UNKNOWN"), ("test", "UNKNOWN"), ("transactional", "QUEUED")])
def test_intent_whose_sender_is_lost_is_judged_by_its_class(send_class: str, state: str, database: Database) -> None:
    seed_journey(database, ["ada"])
    (send_id,) = queue_sends(database, ["ada"], send_class=send_class)
    with database.write() as connection:
        (claimed,) = sends.claim(connection, "a", send_class=send_class, domains=["example.org"], limit=1, lease=timedelta(seconds=60))
        sends.begin(connection, [claimed], timedelta(seconds=60))
    recover(database)
    assert read_send(database, send_id).state == "IN_FLIGHT"

    change(database, update(tables.sends).values(lease_until=datetime(2020, 1, 1, tzinfo=UTC)))
    recover(database)

    assert read_send(database, send_id).state == state


async def test_late_yes_turns_unknown_into_accepted(database: Database) -> None:
    seed_journey(database, ["ada"])
    (send_id,) = queue_sends(database, ["ada"])

    async with faulty_server({"body": Fault("delay", seconds=0.7)}) as server, sending(database, local_relay(server.port)):
        await until(lambda: "body" in server.heard)
        change(database, update(tables.sends).values(lease_until=datetime(2020, 1, 1, tzinfo=UTC)))
        recover(database)
        assert read_send(database, send_id).state == "UNKNOWN"
        await until(lambda: read_send(database, send_id).state == "ACCEPTED")

    assert (read_send(database, send_id).reason, len(server.taken), total(database, "accepted")) == (None, 1, 1)


def test_claim_whose_sender_is_lost_is_queued_again(database: Database) -> None:
    seed_journey(database, ["ada"])
    (send_id,) = queue_sends(database, ["ada"])
    with database.write() as connection:
        sends.claim(connection, "a", send_class="journey", domains=["example.org"], limit=1, lease=timedelta(seconds=0))
    recover(database)

    assert read_send(database, send_id).state == "QUEUED"


async def test_connections_carry_so_many_mails_and_are_not_kept_idle(sqlite_database: Database) -> None:
    people = [f"p{number}" for number in range(40)]
    seed_journey(sqlite_database, people)
    queue_sends(sqlite_database, people)

    async with faulty_server() as server, sending(sqlite_database, local_relay(server.port, connections=2, messages=5, idle_seconds=0.1)):
        await until(lambda: len(server.taken) == 40)
        await until(lambda: server.heard.count("quit") == server.connections)

    # Five mails a connection; those that had fewer were closed for idleness.
    assert server.connections >= 8
