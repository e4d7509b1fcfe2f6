"""Turns to write: one at a time, whoever waits comes next, and a dead holder holds nobody up."""

from __future__ import annotations

import fcntl
import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from engine.errors import UnavailableError
from engine.store.turns import WriteTurns

SPAWN = multiprocessing.get_context("spawn")


def _hold_for_ever(database: Path, has_it: Event) -> None:
    with WriteTurns(database, patience_seconds=5).taken():
        has_it.set()
        threading.Event().wait()


def test_turns_are_taken_by_one_at_a_time(tmp_path: Path) -> None:
    several = [WriteTurns(tmp_path / "wend.db", patience_seconds=30) for _ in range(2)]
    inside, most = 0, 0

    def work(number: int) -> None:
        nonlocal inside, most
        with several[number % 2].taken():
            inside += 1
            most = max(most, inside)
            inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(400)))

    assert most == 1
    for turns in several:
        turns.close()


def test_turn_goes_to_who_waited_before_it_goes_back(tmp_path: Path) -> None:
    mine, others = (WriteTurns(tmp_path / "wend.db", patience_seconds=30) for _ in range(2))
    order: list[str] = []
    waits = threading.Event()

    def wait_for_it() -> None:
        waits.set()
        with others.taken():
            order.append("other")

    with mine.taken():
        waiter = threading.Thread(target=wait_for_it)
        waiter.start()
        waits.wait()
        while mine_could_have_next(tmp_path):
            pass
    with mine.taken():
        order.append("mine again")
    waiter.join()

    assert order == ["other", "mine again"]
    mine.close()
    others.close()


def mine_could_have_next(folder: Path) -> bool:
    """Whether nobody stands first in the line."""
    with (folder / "wend.db-next").open() as line:
        try:
            fcntl.flock(line, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def test_turn_of_a_killed_process_is_free(tmp_path: Path) -> None:
    has_it = SPAWN.Event()
    holder = SPAWN.Process(target=_hold_for_ever, args=(tmp_path / "wend.db", has_it))
    holder.start()
    has_it.wait()

    holder.kill()
    holder.join()

    turns = WriteTurns(tmp_path / "wend.db", patience_seconds=5)
    with turns.taken():
        pass
    turns.close()


def test_turn_that_does_not_come_is_a_fault_of_the_world(tmp_path: Path) -> None:
    turns = WriteTurns(tmp_path / "wend.db", patience_seconds=0.05)

    with turns.taken(), ThreadPoolExecutor(1) as pool, pytest.raises(UnavailableError):
        pool.submit(lambda: turns.taken().__enter__()).result()

    turns.close()
