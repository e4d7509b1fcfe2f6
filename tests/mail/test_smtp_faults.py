"""Each fault of a relay at each verb, plain and over TLS: what the ledger says is exactly what happened.

The mail is handed to a server that strikes once. The table says what the attempt is judged as; whatever is tried again arrives then,
because the server has recovered: so no mail is lost, and none is doubled unless it is listed as UNKNOWN.
"""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import update

from engine.mail.relay import RelayAddress
from engine.mail.sender import Sender
from engine.store import tables
from engine.store.database import Database
from tests.support.faulty_smtp import Fault, FaultyServer, Verb, faulty_server
from tests.support.rendering import DirectRenderer
from tests.support.sending import OPTIONS, skip, until
from tests.support.sends import queue_sends, read_send, seed_journey

#: More than any machine stands still; where a relay falls silent, this time is skipped.
PATIENCE = 15.0
LATE = 0.1

FAULTS = {
    "4yz": Fault("reply", "451 4.3.0 later"),
    "5yz": Fault("reply", "550 5.7.1 no"),
    "421": Fault("reply", "421 4.3.2 closing"),
    "delay": Fault("delay", seconds=LATE),
    "silence": Fault("silence"),
    "drop": Fault("drop"),
    "garbage": Fault("garbage", "hello, is it me you're looking for?"),
    "wrong_code": Fault("garbage", "399 what now"),
    "drip": Fault("drip", seconds=PATIENCE / 4),
    "half_open": Fault("half_open"),
    "cut": Fault("cut", count_bytes=100),
}
OPENING: tuple[Verb, ...] = ("connect", "ehlo", "starttls", "auth")

#: What the first attempt is judged as: state, reason and stage in the ledger right after it.
AWAY, AGAIN, DEFERRED = ("QUEUED", "relay_away"), ("QUEUED", "no_reply"), ("QUEUED", "deferred")
FAILED, UNKNOWN, ACCEPTED = ("FAILED", "refused"), ("UNKNOWN", "no_reply"), ("ACCEPTED", None)


def expected(fault: str, verb: Verb) -> tuple[str, str | None]:
    """The outcome table."""
    if fault == "delay":
        return ACCEPTED
    if verb in OPENING:
        return AWAY
    if verb == "mail":
        return {"4yz": AWAY, "421": AWAY, "5yz": FAILED}.get(fault, AGAIN)
    if verb in ("rcpt", "data"):
        return {"4yz": DEFERRED, "421": DEFERRED, "5yz": FAILED}.get(fault, AGAIN)
    return {"4yz": DEFERRED, "421": DEFERRED, "5yz": FAILED}.get(fault, UNKNOWN)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a client's context with a certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder: Path = tmp_path_factory.mktemp("tls")
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "cert.pem").write_bytes(built.public_bytes(serialization.Encoding.PEM))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return server, ssl.create_default_context(cafile=str(folder / "cert.pem"))


def relay_of(server: FaultyServer, tls: ssl.SSLContext | None) -> RelayAddress:
    return RelayAddress(
        "127.0.0.1",
        server.port,
        tls="starttls" if tls else "none",
        tls_context=tls,
        username="user",
        password="secret",
        connections=1,
        command_seconds=PATIENCE,
        data_seconds=PATIENCE,
    )


async def first_outcome(database: Database, server: FaultyServer, relay: RelayAddress, send_id: str) -> tuple[str, str | None, str | None]:
    """Send until the first attempt is judged; state, reason, stage."""
    renderer = DirectRenderer()
    sender = Sender(database, relay, renderer, OPTIONS)
    task = asyncio.create_task(sender.run())
    judged: list[tuple[str, str | None, str | None]] = []

    def is_judged() -> bool:
        row = read_send(database, send_id)
        if row.smtp_stage is not None:
            judged.append((row.state, row.reason, row.smtp_stage))
        return bool(judged)

    try:
        await until(lambda: server.fell_silent or is_judged())
        if server.fell_silent:
            await skip(PATIENCE)
        await until(is_judged)
        return judged[0]
    finally:
        sender.stop()
        await task
        await renderer.stop()


async def send_to_the_end(database: Database, relay: RelayAddress, send_id: str) -> str:
    """Send until the mail is in a final state, with waits cut short; the state."""
    renderer = DirectRenderer()
    sender = Sender(database, relay, renderer, OPTIONS)
    task = asyncio.create_task(sender.run())

    def is_final() -> bool:
        with database.write() as connection:
            connection.execute(update(tables.sends).where(tables.sends.c.state == "QUEUED").values(due_at=tables.sends.c.created_at))
            connection.execute(tables.domain_backoffs.delete())
        return read_send(database, send_id).state not in ("QUEUED", "CLAIMED", "IN_FLIGHT")

    try:
        await until(is_final)
        return str(read_send(database, send_id).state)
    finally:
        sender.stop()
        await task
        await renderer.stop()


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("verb", ["connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_fault_is_judged_and_the_mail_neither_lost_nor_doubled(
    fault: str, verb: Verb, secure: bool, sqlite_database: Database, certificate: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    if verb == "starttls" and not secure:
        pytest.skip("there is no STARTTLS without TLS")
    seed_journey(sqlite_database, ["ada"])
    (send_id,) = queue_sends(sqlite_database, ["ada"])

    async with faulty_server({verb: FAULTS[fault]}, tls=certificate[0] if secure else None) as server:
        relay = relay_of(server, certificate[1] if secure else None)
        state, reason, stage = await first_outcome(sqlite_database, server, relay, send_id)

        assert (state, reason) == expected(fault, verb)
        if state != "ACCEPTED":
            assert stage == verb
        final = await send_to_the_end(sqlite_database, relay, send_id)

    message_id = read_send(sqlite_database, send_id).message_id
    if final == "ACCEPTED":
        assert server.taken == [message_id]
    elif final == "FAILED":
        assert server.taken == []
    else:
        # At most once: it may have arrived, and nobody tries again.
        assert (final, server.taken) in [("UNKNOWN", []), ("UNKNOWN", [message_id])]
