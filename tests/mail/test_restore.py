"""After a restore from a backup: what may have been sent since is not sent again, but listed; what comes due later is sent."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.mail.policy import SendingRules
from engine.mail.resolution import resolve
from engine.run.move import begin_after_restore
from engine.store import sends
from engine.store.database import Database
from tests.support.faulty_smtp import faulty_server
from tests.support.sending import local_relay, running_sender, until
from tests.support.sends import SECRET, queue_sends, read_send, read_states, seed_journey


@pytest.mark.parametrize("claimed", [False, True])
async def test_nothing_is_sent_twice_after_a_restore(claimed: bool, sqlite_database: Database, tmp_path: Path) -> None:
    seed_journey(sqlite_database, ["ada", "bob", "cy", "dan"])
    before = queue_sends(sqlite_database, ["ada", "bob"])
    if claimed:  # the backup is taken while a sender has them in hand
        with sqlite_database.write() as connection:
            sends.claim(connection, "x", send_class="journey", domains=["example.org"], limit=2, lease=timedelta(milliseconds=1))
    restored = Database(f"sqlite:///{back_up(sqlite_database, tmp_path)}")
    async with faulty_server() as server:
        relay = local_relay(server.port)
        async with running_sender(sqlite_database, relay):
            await until(lambda: len(server.taken) == 2)

        at, _ = begin_after_restore(restored)
        later = queue_sends(restored, ["cy"], due_at=datetime.now(UTC))
        async with running_sender(restored, relay, rules=SendingRules(restored_at=at)):
            await until(lambda: sorted(read_states(restored).values()) == ["ACCEPTED", "UNKNOWN", "UNKNOWN"])

            # The operator knows better about one of them.
            resolve(restored, SECRET, "default", before[0], resolution="send_again", now=datetime.now(UTC))
            await until(lambda: len(server.taken) == 4)
    assert {read_send(restored, one).reason for one in before[1:]} == {"restored"}
    assert read_send(restored, later[0]).state == "ACCEPTED"
    restored.close()


def back_up(database: Database, folder: Path) -> Path:
    """Copy a SQLite database as `sqlite3 wend.db '.backup copy.db'` does."""
    copy = folder / "copy.db"
    with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"))) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy
