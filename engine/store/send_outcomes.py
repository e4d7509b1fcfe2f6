"""What became of people's messages, as `message` conditions ask it. The rows are `engine.store.sends`'."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, select

from engine.journey.facts import MessageOutcome
from engine.store.tables import sends
from engine.store.types import is_among

_OF_STATE: Mapping[str, MessageOutcome] = {"ACCEPTED": "accepted", "FAILED": "failed", "SUPPRESSED": "suppressed"}

_OF_PARTICIPANTS = select(sends.c.participant_id, sends.c.step_id, sends.c.state, sends.c.unsubscribed_at).where(
    sends.c.project == bindparam("of_project"), is_among(sends.c.participant_id, "participant_ids"), is_among(sends.c.step_id, "step_ids")
)


def of_participants(
    connection: Connection, project: str, participant_ids: Iterable[str], step_ids: Iterable[str]
) -> dict[str, dict[str, frozenset[MessageOutcome]]]:
    """Per participant and email step, what became of the message; a resend counts too."""
    parameters = {"of_project": project, "participant_ids": list(participant_ids), "step_ids": sorted(step_ids)}
    found: dict[str, dict[str, frozenset[MessageOutcome]]] = {}
    for participant_id, step_id, state, unsubscribed_at in connection.execute(_OF_PARTICIPANTS, parameters):
        became: set[MessageOutcome] = {_OF_STATE[state]} if state in _OF_STATE else set()
        if unsubscribed_at is not None:
            became.add("unsubscribed")
        steps = found.setdefault(participant_id, {})
        steps[step_id] = steps.get(step_id, frozenset()) | became
    return found
