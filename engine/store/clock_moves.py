"""Positions changing hands: groups of a clock that owns them no longer, and the people in them."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, null, select, update

from engine.store.groups import ENDED
from engine.store.participants import READY, WAITING
from engine.store.tables import groups, participants

_PEOPLE = participants.c
_GROUPS = groups.c
_SOME_OLD = (
    select(_GROUPS.project, _GROUPS.id)
    .where(_GROUPS.state != ENDED, _GROUPS.clock_generation < bindparam("generation"))
    .order_by(_GROUPS.id)
    .limit(bindparam("most"))
)
#: Their due stays: whoever stands at a wait that is not over is grouped anew and goes on waiting.
_RELEASE = (
    update(participants)
    .where(_PEOPLE.project == bindparam("of_project"), _PEOPLE.group_id == bindparam("in_group"), _PEOPLE.status.in_((READY, WAITING)))
    .values(status=READY, group_id=null(), epoch=_PEOPLE.epoch + 1)
)
_END = (
    update(groups)
    .where(_GROUPS.project == bindparam("of_project"), _GROUPS.id == bindparam("in_group"))
    .values(state=ENDED, wake_at=null())
)


def some_old(connection: Connection, generation: int, most: int) -> list[tuple[str, str]]:
    """Project and id of some groups that were formed before a generation and have not ended."""
    return [(row.project, row.id) for row in connection.execute(_SOME_OLD, {"generation": generation, "most": most})]


def release(connection: Connection, project: str, group_id: str) -> int:
    """End a group and make its people ready to be grouped anew; returns how many."""
    people = connection.execute(_RELEASE, {"of_project": project, "in_group": group_id}).rowcount
    connection.execute(_END, {"of_project": project, "in_group": group_id})
    return people
