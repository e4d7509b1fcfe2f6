"""What mail costs: the sender, ledger and rendering included, against the bare SMTP client with prebuilt messages.

Both send over the same 20 connections to a sink that answers every command after 5 ms, turn by turn within one run.

Usage: python -m bench.mail [--mails 3000] [--profile]
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import os
import pstats
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvloop
from aiosmtplib import SMTP
from sqlalchemy import func, select

from bench.figures import Figure, report
from bench.processes import children_of, usage_of
from bench.sink import Sink, running_sink
from engine.mail.addresses import read_address
from engine.mail.ledger import message_id, origin_key
from engine.mail.links import Links
from engine.mail.message import FINAL_DOT, Message, build_message
from engine.mail.relay import RelayAddress, Session
from engine.mail.render import Rendered, Renderer, RenderJob
from engine.mail.sender import Sender, SenderOptions
from engine.run.templates import read_template_folder
from engine.store import sends, tables
from engine.store.database import Database
from engine.store.ids import new_id
from engine.store.sends import NewSend

PROJECT, JOURNEY, TEMPLATE = "default", "welcome", "welcome"
CONNECTIONS = 20
REPLY_SECONDS = 0.005
SECRET = b"a secret of the benchmark"
#: What is promised.
LEAST_SHARE = 0.8
MOST_CPU_MICROSECONDS = 450.0
TURNS = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of one of the two."""

    mails_per_second: float
    cpu_microseconds: float


def domain_of(number: int) -> str:
    """Half the people at three large providers, as consumer lists have it (guess), the others at 200 domains."""
    large = ("gmail.com", "gmail.com", "gmail.com", "outlook.com", "yahoo.com")
    return large[number % 10] if number % 10 < len(large) else f"domain{number % 200}.example.org"


def template() -> dict[str, Any]:
    """Our welcome template, as a version stores it."""
    found = read_template_folder(Path("templates") / TEMPLATE)
    assert found is not None
    return found[0].plain()


async def prebuild(renderer: Renderer) -> bytes:
    """The same mail, made once; the render process is up from then on, as a sender's is."""
    links = Links("https://journeys.example.com", {0: SECRET})
    context = {
        "endpoint": {"address": "ada@example.org", "attributes": {}},
        "user": {"attributes": {}},
        "context": {},
        "journey": {},
        "links": {"unsubscribe": "x" * 67},
    }
    (mail,) = await renderer.render([RenderJob("", template(), context)])
    assert isinstance(mail, Rendered), mail
    return (
        build_message(
            Message(
                sender_name="Tamarind", sender_address="hello@example.com", to="ada@example.org", subject=mail.subject,
                sent_at=datetime.now(UTC), message_id="<x@example.com>", send_id="0" * 32, text=mail.text, html=mail.html,
                unsubscribe_url=links.unsubscribe_url("0" * 32),
            )
        )
        + FINAL_DOT
    )  # fmt: skip


def seed(database: Database, count: int) -> None:
    """A live journey with our welcome template, and people who have no mail yet."""
    now = datetime.now(UTC)
    with database.write() as connection:
        connection.execute(tables.projects.insert().values(id=PROJECT, name="Default", created_at=now))
        connection.execute(
            tables.journeys.insert().values(project=PROJECT, id=JOURNEY, state="live", live_version=1, state_changed_at=now, created_at=now)
        )
        connection.execute(
            tables.template_versions.insert().values(project=PROJECT, name=TEMPLATE, version=1, content=template(), hash="", created_at=now)
        )
    for start in range(0, count, 1000):
        seed_people(database, range(start, min(start + 1000, count)), now)


def seed_people(database: Database, numbers: range, now: datetime) -> None:
    """Endpoints, participants and sends."""
    addresses = {number: read_address(f"person{number}@{domain_of(number)}") for number in numbers}
    common = {"project": PROJECT, "created_at": now, "updated_at": now}
    with database.write() as connection:
        connection.execute(
            tables.endpoints.insert(),
            [
                {**common, "id": f"e{n}", "address": a.text, "address_hash": a.digest, "attributes": {"first_name": f"Ada {n}"}}
                for n, a in addresses.items()
            ],
        )
        passage = {
            "project": PROJECT, "journey_id": JOURNEY, "version": 1, "plan_hash": "", "context": {},
            "status": "waiting", "step_id": "settle", "due_at": now + timedelta(days=1), "enrolled_at": now,
        }  # fmt: skip
        connection.execute(
            tables.participants.insert(),
            [{**passage, "id": f"p{n}", "endpoint_id": f"e{n}", "unit": f"endpoint:e{n}"} for n in numbers],
        )


def queue(database: Database, numbers: range) -> None:
    """Queue one send for each."""
    now = datetime.now(UTC)
    rows = []
    for number in numbers:
        address, origin = read_address(f"person{number}@{domain_of(number)}"), origin_key(f"p{number}", "greet")
        rows.append(
            NewSend(
                PROJECT, new_id(), "journey", origin, message_id(SECRET, origin, 0, "example.com"), address.text, address.digest,
                address.domain, TEMPLATE, 1, now, now, f"p{number}", JOURNEY, "greet", f"e{number}",
            )
        )  # fmt: skip
    for start in range(0, len(rows), 1000):
        with database.write() as connection:
            sends.insert_queued(connection, rows[start : start + 1000])


async def send_prebuilt(relay: RelayAddress, message: bytes, count: int) -> Turn:
    """The bare client: envelope, DATA, the same message again and again."""
    sessions = [Session(relay) for _ in range(CONNECTIONS)]
    await asyncio.gather(*(session.open() for session in sessions))
    left = iter(range(count))

    async def work(session: Session) -> None:
        for _ in left:
            answer = await session.envelope("wend@example.com", "ada@example.org")
            assert answer.is_positive, answer
            answer = await session.hand_over(message)
            assert answer.is_positive, answer

    begun, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work(session) for session in sessions))
    turn = Turn(count / (time.perf_counter() - begun), (time.process_time() - cpu) / count * 1e6)
    await asyncio.gather(*(session.quit() for session in sessions))
    return turn


async def send_by_aiosmtplib(relay: RelayAddress, message: bytes, count: int) -> Turn:
    """What stands beneath our client, with its own `sendmail` (docs/decisions/0040)."""
    clients = [SMTP(hostname=relay.host, port=relay.port, start_tls=False) for _ in range(CONNECTIONS)]
    await asyncio.gather(*(client.connect() for client in clients))
    left = iter(range(count))
    content = message.removesuffix(FINAL_DOT)

    async def work(client: SMTP) -> None:
        for _ in left:
            await client.sendmail("wend@example.com", ["ada@example.org"], content)

    begun, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work(client) for client in clients))
    turn = Turn(count / (time.perf_counter() - begun), (time.process_time() - cpu) / count * 1e6)
    await asyncio.gather(*(client.quit() for client in clients))
    return turn


async def send_queued(database: Database, relay: RelayAddress, sink: Sink, renderer: Renderer, numbers: range) -> Turn:
    """The sender: claims, renders, builds, writes intents and outcomes."""
    queue(database, numbers)
    taken_before = await asyncio.to_thread(sink.count)
    options = SenderOptions(mail_from="Tamarind <hello@example.com>", links=Links("https://journeys.example.com", {0: SECRET}))
    sender = Sender(database, relay, renderer, options)
    begun, cpu, rendered = time.perf_counter(), time.process_time(), _rendering_seconds(sink)
    task = asyncio.create_task(sender.run())
    while sender.accepted_count < len(numbers):
        await asyncio.sleep(0.02)
        if task.done():
            task.result()
    elapsed = time.perf_counter() - begun
    cpu_seconds = time.process_time() - cpu + _rendering_seconds(sink) - rendered
    turn = Turn(len(numbers) / elapsed, cpu_seconds / len(numbers) * 1e6)
    sender.stop()
    await task
    assert await asyncio.to_thread(sink.count) == taken_before + len(numbers)
    return turn


def _rendering_seconds(sink: Sink) -> float:
    return sum(usage_of(child).cpu_seconds for child in children_of(os.getpid()) if child != sink.process.pid)


async def measure(database: Database, mails: int) -> tuple[list[Turn], list[Turn], list[Turn]]:
    """Turn by turn."""
    bare, ours, libraries = [], [], []
    renderer = Renderer()
    message = await prebuild(renderer)
    with running_sink(delay=REPLY_SECONDS) as sink:
        relay = RelayAddress("127.0.0.1", sink.port, connections=CONNECTIONS, messages=10**9)
        for number in range(TURNS):
            libraries.append(await send_by_aiosmtplib(relay, message, mails))
            bare.append(await send_prebuilt(relay, message, mails))
            ours.append(await send_queued(database, relay, sink, renderer, range(number * mails, (number + 1) * mails)))
    await renderer.stop()
    return bare, ours, libraries


def main() -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mails", type=int, default=3000)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/wend.db")
        tables.metadata.create_all(database.engine)
        seed(database, options.mails * TURNS)
        profile = cProfile.Profile()
        if options.profile:
            profile.enable()
        bare, ours, libraries = uvloop.run(measure(database, options.mails))
        if options.profile:
            profile.disable()
            pstats.Stats(profile).sort_stats("tottime").print_stats(45)
        with database.read() as connection:
            states = dict(connection.execute(select(tables.sends.c.state, func.count()).group_by(tables.sends.c.state)).all())
        assert states == {"ACCEPTED": options.mails * TURNS}, states
        database.close()
    shares = [mine.mails_per_second / theirs.mails_per_second for mine, theirs in zip(ours, bare, strict=True)]
    return report(
        "mail",
        [
            Figure("share of the bare client's speed, best of the turns", max(shares), "", LEAST_SHARE),
            Figure(
                "processor time per mail, ledger and rendering included",
                min(turn.cpu_microseconds for turn in ours),
                "µs",
                MOST_CPU_MICROSECONDS,
                "at_most",
            ),
            Figure("mails per second", max(turn.mails_per_second for turn in ours), "/s"),
            Figure("mails per second, bare client", max(turn.mails_per_second for turn in bare), "/s"),
            Figure("processor time per mail, bare client", min(turn.cpu_microseconds for turn in bare), "µs"),
            Figure("processor time per mail, aiosmtplib's sendmail", min(turn.cpu_microseconds for turn in libraries), "µs"),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
