"""The step at which participants stand: a duration, an instant, a date of theirs, or a time on their clock. Knows the rules of time.

A wait keeps its basis and not only an instant: each wake reads the zone and the attribute anew, computes from the arrival,
and may wait again. Durations are prolonged by the pauses since arrival; a civil time that passed during a pause is taken anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from datetime import time as Clock  # noqa: N812 - `time` is a field here
from functools import cached_property
from typing import Annotated, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from engine.journey.calendar import Weekday, next_local
from engine.journey.conditions import shown
from engine.journey.durations import format_duration, parse_duration, parse_signed_duration, say_duration
from engine.journey.facts import JsonObject, Needs, Zone
from engine.journey.fields import AttributeName, ClockTime, DocumentModel, Duration, Instant, Label, Next, SignedDuration
from engine.journey.finding import Finding, StepCheck, error, warning
from engine.journey.instants import read_instant, read_span, write_instant
from engine.journey.sketch import Sketch
from engine.journey.steps.step import Go, Moment, Stand, Step, Verdict, Way
from engine.journey.values import value

MISSING = "missing"
#: A wait says one of them.
FORMS = ("for", "until", "until_attribute", "until_local")


@value
class Reading:
    """When a wait ends, read now."""

    #: None: there is no such date.
    due_at: datetime | None
    basis: JsonObject


class MissingDate(DocumentModel):
    """The way for those without the date."""

    name: Label | None = None
    next: Next = None


class UntilAttribute(DocumentModel):
    """A date attribute of the endpoint, with an offset: a date alone begins at midnight in the participant's zone."""

    name: AttributeName
    offset: SignedDuration | None = None
    """Before (`-P3D`) or after the date."""
    missing: MissingDate
    """Where those go who have no such date."""

    def read(self, moment: Moment, arrived_at: datetime) -> Reading:
        """Read the attribute as it is now."""
        zone, seen = moment.facts.zone, moment.facts.attributes.get(self.name)
        said: JsonObject = {"attribute": self.name, **({"missing": True} if seen is None else {"saw": shown(seen)})}
        span = read_span(seen, zone.name)
        if span is None:
            return Reading(None, said)
        if self.offset is not None:
            said = {**said, "offset": self.offset}
        return Reading(span[0] + self._offset, {**said, **_shown_zone(zone)})

    @cached_property
    def _offset(self) -> timedelta:
        return timedelta(0) if self.offset is None else parse_signed_duration(self.offset)


class UntilLocal(DocumentModel):
    """The next time the participant's clock shows this, on one of these weekdays."""

    time: ClockTime
    """A time of day on the participant's clock, as 09:00."""
    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7)] | None = None
    """On any day when not given."""

    def read(self, moment: Moment, arrived_at: datetime) -> Reading:
        """Find the first such time after the arrival, or after the pause in which it passed."""
        zone, resumed_at = moment.facts.zone, moment.facts.resumed_at
        due_at = next_local(arrived_at, zone.name, self._at, self.weekdays or ())
        if resumed_at is not None and due_at < resumed_at:
            due_at = next_local(resumed_at, zone.name, self._at, self.weekdays or ())
        weekdays: JsonObject = {} if self.weekdays is None else {"weekdays": self.weekdays}
        return Reading(due_at, {"time": self.time, **weekdays, **_shown_zone(zone)})

    @cached_property
    def _at(self) -> Clock:
        return Clock.fromisoformat(self.time)


#: Nobody plans further; a longer wait is a slip of the keyboard (guess).
LONGEST_WAIT = timedelta(days=5 * 366)


@error
def endless_wait(step: Wait, step_id: str, sketch: Sketch) -> Iterator[Finding]:
    """A wait takes more than five years: whoever comes to it never leaves, and cannot come in again while they stand there."""
    longest = f"The longest wait is {LONGEST_WAIT.days} days."
    offset = step.until_attribute.offset if step.until_attribute else None
    for pointer, text in (("/for", step.for_), ("/until_attribute/offset", offset)):
        if text is not None and abs(parse_signed_duration(text)) > LONGEST_WAIT:
            yield Finding(pointer, f"{text} is {say_duration(parse_signed_duration(text))}: nobody sees the end of that.", longest)
    until, now = step.ends_at, sketch.catalogue.now
    if until is not None and now is not None and until - now > LONGEST_WAIT:
        yield Finding("/until", f"{step.until} is more than five years ahead: nobody sees the end of that.", longest)


@warning
def past_instant(step: Wait, step_id: str, sketch: Sketch) -> Iterator[Finding]:
    """A wait ends at an instant that is past already: everybody goes on at once, as if it were not there."""
    now = sketch.catalogue.now
    if step.ends_at is not None and now is not None and step.ends_at <= now:
        yield Finding("/until", f"{step.until} is past: nobody waits here.", "Set a later instant, or remove the wait.")


class Wait(Step):
    """Stand until a duration is over, an instant has come, a date is near, or the clock shows a time."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [form]} for form in FORMS]})
    stands = True
    checks: ClassVar[tuple[StepCheck, ...]] = (endless_wait, past_instant)

    type: Literal["wait"]
    for_: Annotated[Duration | None, Field(alias="for")] = None
    """A duration from the arrival."""
    until: Instant | None = None
    """An instant, the same for everybody."""
    until_attribute: UntilAttribute | None = None
    """A date attribute of the participant's."""
    until_local: UntilLocal | None = None
    """The next time the participant's clock shows something."""
    next: Next = None

    @model_validator(mode="after")
    def _has_one_form(self) -> Self:
        if sum(form is not None for form in (self.for_, self.until, self.until_attribute, self.until_local)) != 1:
            message = "A wait says exactly one of `for`, `until`, `until_attribute` and `until_local`."
            raise PydanticCustomError("wait_forms", message)
        return self

    def ways(self) -> tuple[Way, ...]:
        onward = Way("/next", None, None, self.next)
        if self.until_attribute is None:
            return (onward,)
        missing = self.until_attribute.missing
        return onward, Way("/until_attribute/missing/next", MISSING, missing.name, missing.next)

    def may_let_go_at_once(self) -> bool:
        return self.until is not None or self.until_attribute is not None

    def attributes(self) -> tuple[tuple[str, str], ...]:
        return () if self.until_attribute is None else (("/until_attribute/name", self.until_attribute.name),)

    def needs(self) -> Needs:
        if self.until_attribute is not None:
            return Needs(attributes=frozenset({self.until_attribute.name}), endpoint=True)
        return Needs(endpoint=self.until_local is not None)

    def decide(self, moment: Moment) -> Verdict:
        arrived_at = moment.arrived_at or moment.now
        reading = self._read(moment, arrived_at)
        if reading.due_at is None:
            missing = self.until_attribute
            return Go(missing.missing.next if missing else None, "branched", MISSING, reading.basis)
        basis: JsonObject = {**reading.basis, "due_at": write_instant(reading.due_at)}
        if reading.due_at <= moment.now:
            # a date already past goes on at once, and says so
            return Go(self.next, "went_on_at_once" if moment.arrived_at is None else "waited", grounds=basis)
        return Stand(reading.due_at, arrived_at, basis, _outcome(moment, basis), basis)

    def _read(self, moment: Moment, arrived_at: datetime) -> Reading:
        form = self.until_attribute or self.until_local
        if form is not None:
            return form.read(moment, arrived_at)
        if self.ends_at is not None:
            return Reading(self.ends_at, {"until": self.until})
        # the pauses known are those since the arrival: whoever comes here now has seen none of them
        paused = timedelta(0) if moment.arrived_at is None else moment.facts.paused
        said: JsonObject = {"paused": format_duration(paused)} if paused else {}
        return Reading(arrived_at + self._length + paused, {"for": self.for_, **said})

    @cached_property
    def _length(self) -> timedelta:
        return timedelta(0) if self.for_ is None else parse_duration(self.for_)

    @cached_property
    def ends_at(self) -> datetime | None:
        """The instant it ends for everybody, where it says one."""
        return None if self.until is None else read_instant(self.until)


def _outcome(moment: Moment, basis: JsonObject) -> str | None:
    """Tell of a wait when it begins and when its end has moved."""
    if moment.arrived_at is None:
        return "began_waiting"
    return None if moment.basis is not None and moment.basis.get("due_at") == basis["due_at"] else "kept_waiting"


def _shown_zone(zone: Zone) -> JsonObject:
    return {"zone": zone.name, "zone_source": zone.source}
