"""Records a history of every kind from the real server, for one release: `python -m tests.histories.record`. Run once per release.

`tests/temporal/test_replay.py` replays all of them on today's workflow, so that a change that would break groups under way is seen.
"""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from temporalio.client import Client, WorkflowFailureError
from temporalio.worker import Worker

from engine.errors import NotFoundError, UnavailableError
from engine.roles.process import end
from engine.run.clock import GroupStart, Wake
from engine.temporal.clock import TemporalClock
from engine.temporal.connection import connect
from engine.temporal.names import address
from engine.temporal.worker import make_worker
from tests.support.temporal_server import dev_server, find_temporal

FOLDER = Path(__file__).parent
INSTALLATION, PROJECT = "installation", "shop"
SOON = timedelta(seconds=1)
#: So low that continuing as new happens within a few wakes.
SUGGEST_EARLY = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=20")

#: By group: when it is due, and what its stages answer. None in the place of a wake is the end.
Answers = Sequence[Wake | Exception | None]


def kinds(now: datetime) -> dict[str, tuple[datetime, Answers]]:
    """Every way a history can go."""
    later = [Wake(now + number * SOON, f"wait {number}", ("split", "thanks")) for number in range(2, 9)]
    return {
        "waits-once": (now + SOON, [None]),
        "is-due-already": (now - SOON, [None]),
        "waits-and-finds-some-due": (now + SOON, [later[0], Wake(now, "overdue", ("thanks",)), None]),
        "is-tried-again": (now + SOON, [UnavailableError("The database is away."), None]),
        "fails-for-good": (now + SOON, [NotFoundError("There is no such group.")]),
        "continues-as-new": (now + SOON, [*later, None]),
        "still-waits": (now + timedelta(days=2), []),
    }


def make_recording_worker(client: Client, answers: dict[str, list[Wake | Exception | None]]) -> Worker:
    """Make a worker whose stages answer by group from a table."""

    def stage(*, group_id: str, **wanted: object) -> Wake | None:
        answer = answers[group_id].pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return make_worker(client, INSTALLATION, PROJECT, stage)


async def record(folder: Path) -> None:
    """Let one group of each kind travel, and write down the history of each of its runs."""
    binary = find_temporal()
    assert binary is not None
    with tempfile.TemporaryDirectory() as place:
        async with dev_server(binary, Path(place), *SUGGEST_EARLY) as server:
            client = await connect(server)
            wanted = kinds(datetime.now(UTC))
            async with make_recording_worker(client, {kind: list(answers) for kind, (_, answers) in wanted.items()}):
                clock = TemporalClock(client, INSTALLATION, asyncio.get_running_loop())
                starts = [GroupStart(PROJECT, kind, "welcome", 1, 2, due, f"settle until {due}", 1) for kind, (due, _) in wanted.items()]
                await asyncio.to_thread(clock.start_groups, starts)
                for kind in wanted:
                    await write_down(client, kind, folder)


async def write_down(client: Client, kind: str, folder: Path) -> None:
    """Write every history of one group, once it has ended or come to its wait."""
    handle = client.get_workflow_handle(address(INSTALLATION, PROJECT, kind).workflow_id, run_id=None)
    first = (await handle.describe()).raw_description.workflow_execution_info.first_run_id
    if kind == "still-waits":
        await asyncio.sleep(1)
    else:
        try:
            await handle.result()
        except WorkflowFailureError:
            assert kind == "fails-for-good"
    last = (await handle.describe()).run_id
    for number, run in enumerate([first] if first == last else [first, last]):
        history = await client.get_workflow_handle(handle.id, run_id=run).fetch_history()
        (folder / f"{kind}{'-2' if number else ''}.json").write_text(f"{without_the_machine(history.to_json())}\n")


def without_the_machine(history: str) -> str:
    """The same history without stack traces and identities, which tell of the machine it was recorded on."""

    def strip(found: dict[str, object]) -> dict[str, object]:
        return {name: "" if name == "stackTrace" else "worker" if name == "identity" else value for name, value in found.items()}

    return re.sub(r'"\d+@[^"]*"', '"worker"', json.dumps(json.loads(history, object_hook=strip), indent=1))


if __name__ == "__main__":
    release = FOLDER / version("wend")
    release.mkdir(exist_ok=True)
    asyncio.run(record(release))
    end(0)
