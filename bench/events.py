"""What a passage costs Temporal: history events of one person's workflow, and of 500 people's, through entry, wait, split, email, exit.

The wait is short here and a day in the promise: a timer is two events however long it runs.

Usage: python -m bench.events
"""

from __future__ import annotations

import asyncio
import sys

from sqlalchemy import select

from bench.figures import Figure, report
from bench.journeys import GREETING, path_with_mail, people
from bench.stand import PROJECT, Stand, standing
from engine.run.enroll import enroll
from engine.run.plans import Plans
from engine.store.doorbell import SocketDoorbell
from engine.store.tables import groups
from engine.temporal.connection import connect
from engine.temporal.names import address

JOURNEY = "path"
WAIT = "PT2S"
#: So many are enrolled at once: one group takes them all.
TOGETHER = 500
#: What is promised.
PROMISED_FOR_ONE = 16
PROMISED_IN_A_GROUP = 0.1


def main() -> int:
    """Measure and report."""
    with standing(["worker"]) as stand:
        stand.publish(JOURNEY, path_with_mail(WAIT), GREETING)
        alone = _travel(stand, 1, start=0)
        together = _travel(stand, TOGETHER, start=1)
        counts = asyncio.run(_count_events(stand, [*alone, *together]))
    one, many = sum(counts[group] for group in alone), sum(counts[group] for group in together)
    return report(
        "events",
        [
            Figure("history events of one participant", one, "events", PROMISED_FOR_ONE, "at_most"),
            Figure(f"per participant of {TOGETHER} enrolled at once", many / TOGETHER, "events", PROMISED_IN_A_GROUP, "at_most"),
            Figure(f"workflows for those {TOGETHER}", len(together), "workflows"),
        ],
    )


def _travel(stand: Stand, count: int, *, start: int) -> list[str]:
    """Enroll people, wait until all are through, and return the groups they travelled in."""
    before = set(_groups(stand))
    doorbell = SocketDoorbell(stand.home.doorbell)
    enroll(stand.database, Plans(stand.database), PROJECT, JOURNEY, list(people(count, start=start)), ring=doorbell.ring)
    stand.wait_until(lambda: _are_through(_groups(stand), before), "everybody is through")
    return [group for group in _groups(stand) if group not in before]


def _groups(stand: Stand) -> dict[str, str]:
    """The state of every group."""
    with stand.database.read() as connection:
        return {row.id: row.state for row in connection.execute(select(groups.c.id, groups.c.state))}


def _are_through(present: dict[str, str], before: set[str]) -> bool:
    mine = [state for group, state in present.items() if group not in before]
    return bool(mine) and set(mine) == {"ended"}


async def _count_events(stand: Stand, group_ids: list[str]) -> dict[str, int]:
    """The length of each group's history, once its workflow has ended."""
    client = await connect(stand.temporal)
    counts: dict[str, int] = {}
    for group_id in group_ids:
        handle = client.get_workflow_handle(address(stand.installation_id, PROJECT, group_id).workflow_id)
        await handle.result()
        counts[group_id] = (await handle.describe()).history_length
    return counts


if __name__ == "__main__":
    sys.exit(main())
