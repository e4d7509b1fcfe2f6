"""Sessions with a relay: its URL, TLS and AUTH, how long connections live, and how they end."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import SettingsError
from engine.mail.channel import read_reply
from engine.mail.relay import RelayAddress, Session, read_relay_url
from tests.mail.test_smtp_faults import certificate  # noqa: F401 - a fixture
from tests.support.faulty_smtp import Fault, faulty_server
from tests.support.sending import skip, until

MAIL = b"Message-ID: <1@example.com>\r\n\r\nhello\r\n.\r\n"


def test_relay_url_is_read_whole() -> None:
    relay = read_relay_url("smtp://ada:p%40ss@mail.example.org:587?tls=starttls&connections=7&messages=50&idle=9&timeout=8&data_timeout=77")

    assert relay == RelayAddress(
        "mail.example.org", 587, "starttls", "ada", "p@ss", connections=7, messages=50, idle_seconds=9, command_seconds=8, data_seconds=77
    )
    assert "p@ss" not in relay.name


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        ("smtp://h", 25, "none"),
        ("smtp://h?tls=starttls", 587, "starttls"),
        ("smtps://h", 465, "implicit"),
        ("smtp://h?tls=implicit", 465, "implicit"),
    ],
)
def test_relay_url_has_the_usual_ports(url: str, port: int, tls: str) -> None:
    relay = read_relay_url(url)

    assert (relay.port, relay.tls, relay.connections) == (port, tls, 20)


@pytest.mark.parametrize(
    "url",
    ["http://h", "smtp://", "smtp://h?tls=maybe", "smtp://h?connections=0", "smtp://h?connections=x", "smtp://h:x", "smtp://h?retries=3"],
)
def test_relay_url_that_is_not_understood_is_refused(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_relay_url(url.replace("://", "://user:hunter2@"))
    assert "hunter2" not in str(refused.value)


async def test_session_speaks_implicit_tls(certificate: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:  # noqa: F811
    async with faulty_server(tls=certificate[0], implicit=True) as server:
        session = Session(RelayAddress("127.0.0.1", server.port, tls="implicit", tls_context=certificate[1], username="u", password="p"))

        assert (await session.open()).is_positive
        assert (await session.envelope("a@example.com", "b@example.org")).is_positive
        assert (await session.hand_over(MAIL)).code == 250
        await session.quit()

    assert server.taken == ["<1@example.com>"]
    assert "auth" in server.heard


async def test_certificate_of_somebody_else_is_refused(certificate: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:  # noqa: F811
    async with faulty_server(tls=certificate[0]) as server:
        answer = await Session(RelayAddress("127.0.0.1", server.port, tls="starttls", username="u", password="p")).open()

    assert (answer.stage, answer.code) == ("starttls", None)
    assert "auth" not in server.heard


async def test_relay_without_starttls_gets_no_password() -> None:
    async with faulty_server({"ehlo": Fault("reply", "250 plain")}) as server:
        answer = await Session(RelayAddress("127.0.0.1", server.port, tls="starttls", username="u", password="p")).open()

    assert answer.stage == "starttls"
    assert "auth" not in server.heard


async def test_opening_that_fails_leaves_no_connection(certificate: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:  # noqa: F811
    async with faulty_server({"auth": Fault("half_open")}, tls=certificate[0]) as server:
        relay = RelayAddress("127.0.0.1", server.port, tls="starttls", tls_context=certificate[1], username="u", password="p")
        opening = asyncio.create_task(Session(relay).open())
        await until(lambda: server.fell_silent)
        assert count_connections_to(server.port) == 1
        await skip(relay.command_seconds)

        assert (await opening).code is None
        await until(lambda: count_connections_to(server.port) == 0)


def count_connections_to(port: int) -> int:
    """How many connections to a port stand, seen from whoever opened them."""
    rows = [line.split() for line in Path("/proc/self/net/tcp").read_text().splitlines()]
    return sum(1 for row in rows if row[2].endswith(f":{port:04X}") and row[3] == "01")


async def test_connection_is_closed_after_its_messages() -> None:
    async with faulty_server() as server:
        session = Session(RelayAddress("127.0.0.1", server.port, messages=2))
        await session.open()
        for _ in range(2):
            await session.envelope("a@example.com", "b@example.org")
            await session.hand_over(MAIL)
            await session.end_message()

        assert not session.is_open
    assert server.heard[-1] == "quit"


@pytest.mark.parametrize("fault", [Fault("silence"), Fault("drop"), Fault("garbage", "what"), Fault("reply", "500 no")])
async def test_reset_that_fails_closes_the_connection(fault: Fault) -> None:
    async with faulty_server({"rset": fault}) as server:
        session = Session(RelayAddress("127.0.0.1", server.port, command_seconds=0.3))
        await session.open()
        await session.envelope("a@example.com", "b@example.org")

        await session.reset()

        assert not session.is_open


@pytest.mark.parametrize("fault", [Fault("drop"), Fault("garbage", "what"), Fault("reply", "500 no")])
async def test_quit_that_fails_ends_the_session_all_the_same(fault: Fault) -> None:
    async with faulty_server({"quit": fault}) as server:
        session = Session(RelayAddress("127.0.0.1", server.port))
        await session.open()

        await session.quit()

        assert not session.is_open


async def test_reply_that_nobody_asked_for_ends_the_connection() -> None:
    async with faulty_server({"mail": Fault("reply", "250 fine\r\n250 fine again")}) as server:
        session = Session(RelayAddress("127.0.0.1", server.port))
        await session.open()

        answer = await session.envelope("a@example.com", "b@example.org")

        assert (answer.stage, answer.code) == ("rcpt", None)
        assert not session.is_open


@pytest.mark.parametrize("address", ["b@example.org>\r\nRCPT TO:<c@example.org", "b\0@example.org", "b@example.org\u2028"])
async def test_control_character_never_reaches_the_envelope(address: str) -> None:
    async with faulty_server() as server:
        session = Session(RelayAddress("127.0.0.1", server.port))
        await session.open()

        with pytest.raises(ValueError, match="control character"):
            await session.envelope("a@example.com", address)
        await session.quit()
    assert "rcpt" not in server.heard


async def test_relay_that_is_not_there_is_an_answer() -> None:
    async with faulty_server() as server:
        gone = RelayAddress("127.0.0.1", server.port)
    answer = await Session(replace(gone)).open()

    assert (answer.stage, answer.code) == ("connect", None)


@pytest.mark.parametrize(
    ("heard", "read"),
    [
        (b"250 fine\r\n", (250, "fine", 10)),
        (b"250-a\r\n250 b\r\n", (250, "a\nb", 14)),
        (b"250\r\n", (250, "", 5)),
        (b"250 a\n", (250, "a", 6)),
        (b"250-a\r\n250", None),
        (b"", None),
    ],
)
def test_reply_is_read_when_it_is_whole(heard: bytes, read: tuple[int, str, int] | None) -> None:
    assert read_reply(heard) == read


@pytest.mark.parametrize("heard", [b"hello\r\n", b"25 x\r\n", b"250x\r\n", b"\r\n", b"25\xb2 a\r\n", b"250-" + b"a" * 40_000])
def test_nonsense_is_no_reply(heard: bytes) -> None:
    with pytest.raises(ValueError):
        read_reply(heard)
