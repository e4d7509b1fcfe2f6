"""Whether a thing that an address names exists: an empty list of something that does not is no answer."""

from __future__ import annotations

from api.deployment import Deployment
from engine.errors import NotFoundError
from engine.store import journey_lists


def require_journey(world: Deployment, project: str, journey_id: str) -> None:
    """Raise NotFoundError for a journey that was never published and has no draft."""
    with world.database.read() as connection:
        if journey_lists.find(connection, project, journey_id) is not None:
            return
    if world.drafts.read(project, journey_id) is None:
        raise NotFoundError(f"There is no journey {journey_id}.")
