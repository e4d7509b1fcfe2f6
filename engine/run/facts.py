"""Loads the facts that people's stages declared they need, for a whole batch in a few statements. Knows needs, and no step."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from engine.journey.facts import Event, EventNeed, Facts, JsonObject, MessageOutcome, Needs, Zone
from engine.plan.plan import Plan
from engine.run.people import endpoint_unit, user_unit
from engine.store import assignments, endpoints, events, installation, pauses, sends, users
from engine.store.database import Connection
from engine.store.endpoints import Endpoint
from engine.store.participants import Traveller
from engine.store.pauses import Pause

_NOTHING: JsonObject = {}

#: What an endpoint tells: its attributes, its user's, its zone.
_Seen: TypeAlias = tuple[JsonObject, JsonObject, Zone]
#: Of an endpoint that nobody looks at.
_UNSEEN: _Seen = (_NOTHING, _NOTHING, Zone())


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is known of a batch of people. Who is not in it has lost an endpoint that was needed."""

    facts: Mapping[str, Facts]
    #: Those that were needed.
    endpoints: Mapping[str, Endpoint]


def load_facts(connection: Connection, plan: Plan, people: Sequence[Traveller], now: datetime) -> Loaded:
    """Load what a stage of one plan has to know of these people; they were read before, so that no later change is overlooked."""
    needs = Needs()
    for step_id, stands in {(person.step_id, person.arrived_at is not None) for person in people}:
        needs |= plan.needs(step_id, stands=stands)
    return _Loader(connection, plan, people, needs, now).load()


class _Loader:
    """One batch's loading."""

    def __init__(self, connection: Connection, plan: Plan, people: Sequence[Traveller], needs: Needs, now: datetime) -> None:
        self._connection = connection
        self._plan = plan
        self._people = people
        self._needs = needs
        self._now = now

    def load(self) -> Loaded:
        """Load everything that is needed, once for all people."""
        known, found = self._people, dict[str, Endpoint]()
        if self._needs.endpoint:
            found = endpoints.find(self._connection, self._plan.project, {person.endpoint_id for person in self._people})
            known = [person for person in self._people if person.endpoint_id in found]
        seen = self._seen(found.values())
        happened = self._events(known, found)
        outcomes = self._outcomes(known)
        branches = self._branches(known)
        paused = _Paused(self._pauses(known))
        facts = {
            person.id: Facts(
                *seen.get(person.endpoint_id, _UNSEEN),
                happened.get(person.id, {}),
                outcomes.get(person.id, {}),
                branches.get(person.unit, {}),
                paused.since(person.arrived_at, self._now),
                paused.last_end_since(person.arrived_at),
            )
            for person in known
        }
        return Loaded(facts, found)

    def _seen(self, found: Collection[Endpoint]) -> dict[str, _Seen]:
        """What people's endpoints tell, by endpoint."""
        if not found:
            return {}
        user_ids = {one.user_id for one in found if one.user_id is not None}
        of_users = users.find(self._connection, self._plan.project, user_ids) if user_ids else {}
        default_zone = self._default_zone()
        return {
            one.id: (
                one.attributes,
                of_users.get(one.user_id, _NOTHING) if one.user_id else _NOTHING,
                default_zone if one.time_zone is None else Zone(one.time_zone, "endpoint"),
            )
            for one in found
        }

    def _default_zone(self) -> Zone:
        name = installation.read_time_zone(self._connection, self._plan.project)
        return Zone() if name is None else Zone(name, "project")

    def _events(self, people: Sequence[Traveller], endpoint_of: Mapping[str, Endpoint]) -> dict[str, dict[str, Sequence[Event]]]:
        """Per participant and event name, newest first. The widest of several needs for one name serves all of them."""
        if not self._needs.events:
            return {}
        units = {person.id: _units(person, endpoint_of[person.endpoint_id]) for person in people}
        found: dict[str, dict[str, Sequence[Event]]] = {person.id: {} for person in people}
        for name in {need.name for need in self._needs.events}:
            mine = [need for need in self._needs.events if need.name == name]
            since = min((self._since(need, person) for person in people for need in mine), default=self._now)
            most = None if any(need.count is None for need in mine) else max(need.count or 0 for need in mine)
            every_unit = {unit for several in units.values() for unit in several}
            newest = events.newest(self._connection, self._plan.project, name, every_unit, since, most)
            for person in people:
                theirs = [newest[unit] for unit in units[person.id] if unit in newest]
                if theirs:
                    found[person.id][name] = theirs[0] if len(theirs) == 1 else _newest_first(theirs)
        return found

    def _since(self, need: EventNeed, person: Traveller) -> datetime:
        return person.enrolled_at if need.within is None else self._now - need.within

    def _outcomes(self, people: Sequence[Traveller]) -> dict[str, dict[str, frozenset[MessageOutcome]]]:
        if not self._needs.messages:
            return {}
        return sends.outcomes(self._connection, self._plan.project, [person.id for person in people], self._needs.messages)

    def _branches(self, people: Sequence[Traveller]) -> dict[str, dict[str, str]]:
        if not self._needs.assignments:
            return {}
        found: dict[str, dict[str, str]] = {}
        units = {person.unit for person in people}
        for (salt, unit), branch_id in assignments.find(self._connection, self._plan.project, self._needs.assignments, units).items():
            found.setdefault(unit, {})[salt] = branch_id
        return found

    def _pauses(self, people: Sequence[Traveller]) -> Sequence[Pause]:
        if all(person.arrived_at is None for person in people):
            return ()
        return pauses.of_journey(self._connection, self._plan.project, self._plan.journey_id)


@dataclass(frozen=True, slots=True)
class _Paused:
    """How long a journey stood still, and since when it moves again."""

    pauses: Sequence[Pause]

    def since(self, arrived_at: datetime | None, now: datetime) -> timedelta:
        """The sum of the pauses since an arrival."""
        if arrived_at is None or not self.pauses:
            return timedelta(0)
        spans = (min(pause.resumed_at or now, now) - max(pause.paused_at, arrived_at) for pause in self.pauses)
        return sum((span for span in spans if span > timedelta(0)), timedelta(0))

    def last_end_since(self, arrived_at: datetime | None) -> datetime | None:
        """When the last pause since an arrival ended."""
        if arrived_at is None or not self.pauses:
            return None
        return max(
            (pause.resumed_at for pause in self.pauses if pause.resumed_at is not None and pause.resumed_at > arrived_at), default=None
        )


def _units(person: Traveller, endpoint: Endpoint) -> tuple[str, ...]:
    """The names under which a person's events came in: a user may have become known, or the endpoint another's, since they enrolled."""
    also = [endpoint_unit(endpoint.id)] if endpoint.user_id is None else [endpoint_unit(endpoint.id), user_unit(endpoint.user_id)]
    return tuple(dict.fromkeys([person.unit, *also]))


def _newest_first(several: Sequence[Sequence[Event]]) -> list[Event]:
    return sorted((event for theirs in several for event in theirs), key=lambda event: (event.occurred_at, event.id), reverse=True)
