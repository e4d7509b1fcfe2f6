"""What a decision may look at: one participant, and the facts their stage declared it needs. Plain values only.

Instants are aware UTC datetimes. Whoever fills these in (`engine.run.stage`, the simulator, a test) owns the database
or the imagination; nothing here knows which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from engine.journey.values import value

JsonScalar: TypeAlias = str | int | float | bool | None
JsonValue: TypeAlias = "JsonScalar | Sequence[JsonValue] | Mapping[str, JsonValue]"
JsonObject: TypeAlias = Mapping[str, JsonValue]

ZoneSource = Literal["endpoint", "project", "default"]
#: What became of an email step's message, for `message` conditions.
MessageOutcome = Literal["accepted", "failed", "suppressed", "unsubscribed"]


@value
class Zone:
    """The participant's time zone and where it came from."""

    #: IANA name.
    name: str = "UTC"
    source: ZoneSource = "default"


@value
class Event:
    """Something an endpoint or user did, at an instant."""

    id: str
    occurred_at: datetime
    attributes: JsonObject = field(default_factory=dict)


@value
class Participant:
    """One unit's passage through a journey, as far as a decision needs to know it."""

    id: str
    project: str
    journey_id: str
    #: `user:<id>` or `endpoint:<id>`, fixed for the passage.
    unit: str
    enrolled_at: datetime
    #: The step they stand at, or are about to enter when `arrived_at` is None.
    step_id: str
    #: When they came to the wait they stand at; None when they have yet to enter `step_id`.
    arrived_at: datetime | None = None
    #: What the wait was computed from, as the step kind wrote it.
    basis: JsonObject | None = None
    #: What the enroll call or the entry event brought.
    context: JsonObject = field(default_factory=dict)


@value
class Facts:
    """What is known of one participant when their stage begins."""

    attributes: JsonObject = field(default_factory=dict)
    user_attributes: JsonObject = field(default_factory=dict)
    zone: Zone = field(default_factory=Zone)
    #: Per event name, newest first, as many as the stage's needs ask for.
    events: Mapping[str, Sequence[Event]] = field(default_factory=dict)
    #: Per email step id, what became of its message.
    messages: Mapping[str, frozenset[MessageOutcome]] = field(default_factory=dict)
    #: Per salt, the branch id this unit was assigned before.
    assignments: Mapping[str, str] = field(default_factory=dict)
    #: How long the journey was paused since `arrived_at`.
    paused: timedelta = timedelta(0)
    #: When the last pause since `arrived_at` ended; None where there was none.
    resumed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventNeed:
    """Which events of one name a stage has to see: the `count` newest not older than the longest window asked for."""

    name: str
    #: How far back, or None for since enrolment.
    within: timedelta | None
    #: How many of the newest are enough; None means all in the window (a `where` has to be looked at one by one).
    count: int | None


@dataclass(frozen=True, slots=True)
class Needs:
    """The facts that a stage declares it needs, beyond what comes with the participant."""

    events: frozenset[EventNeed] = frozenset()
    #: Email steps whose message's outcome is asked.
    messages: frozenset[str] = frozenset()
    #: Salts whose assignment is asked.
    assignments: frozenset[str] = frozenset()
    #: Attribute names a live wait reads (endpoint's).
    attributes: frozenset[str] = frozenset()
    #: Whether the endpoint is looked at: its attributes, its user's, its zone, its address.
    endpoint: bool = False

    def __or__(self, other: Needs) -> Needs:
        """Both together."""
        return Needs(
            self.events | other.events,
            self.messages | other.messages,
            self.assignments | other.assignments,
            self.attributes | other.attributes,
            self.endpoint or other.endpoint,
        )


@value
class Decision:
    """What happened to a participant at a step, and on what grounds."""

    #: None for a decision of the journey as a whole (`exited`, by exit_when).
    step_id: str | None
    #: Past tense: `queued`, `began_waiting`, `waited`, `branched`, `assigned`, `finished`, `exited` …
    outcome: str
    #: The branch taken, where the step has branches.
    branch: str | None = None
    #: Which condition, which values it saw, which zone, which draw: enough to explain it to the person concerned.
    grounds: JsonObject = field(default_factory=dict)


@value
class QueuedSend:
    """A message that a stage wants sent."""

    step_id: str
    #: Template name; the version is pinned in the plan.
    template: str


@value
class NewAssignment:
    """A branch drawn for a unit for the first time; to be stored before it is relied upon."""

    salt: str
    branch_id: str
    #: The branch that was stored before and no longer lives: it is written over, where another one stored meanwhile is not.
    replaces: str | None = None


@value
class Waiting:
    """Stands at a wait until an instant."""

    step_id: str
    due_at: datetime
    arrived_at: datetime
    basis: JsonObject


@value
class Finished:
    """Came to an end of the journey, at this step."""

    step_id: str


@value
class Exited:
    """Left before an end."""

    reason: str


Standing: TypeAlias = Waiting | Finished | Exited


@value
class Walked:
    """One participant's walk through one stage: everything `run_stage` has to write down."""

    decisions: tuple[Decision, ...]
    sends: tuple[QueuedSend, ...]
    assignments: tuple[NewAssignment, ...]
    standing: Standing
