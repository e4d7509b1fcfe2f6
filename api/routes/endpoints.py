"""Endpoints, and what is known of the attributes people have."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path, Query
from pydantic import Field, JsonValue, StringConstraints

from api.deployment import Deployment
from api.patterns import OUTER_ID
from api.route import Caller, World, make_router
from api.shapes import ID_CHARACTERS, Attributes, Input, OuterId, Output
from engine.errors import InvalidInputError, NotFoundError
from engine.journey.facts import JsonObject
from engine.journey.fields import ZoneName
from engine.run.catalogue import AttributeSummary, sample_attributes, sample_recent
from engine.run.clock import READY_TOPIC
from engine.run.erase import erase
from engine.run.people import EndpointChange, UserChange, apply_changes, read_change
from engine.store import endpoints, installation, participant_lists, users

router = make_router("Endpoints")
#: Passages looked at for the newest people; one person may have many.
RECENT_PARTICIPANTS = 200

EndpointId = Annotated[
    str, Path(min_length=1, max_length=ID_CHARACTERS, pattern=OUTER_ID, description="The caller's id.", examples=["ada-mail"])
]
# No minimum: of a batch, an address that is none is one bad row, and its reason says why.
AddressText = Annotated[str, StringConstraints(max_length=2_000)]
LocaleName = Annotated[str, StringConstraints(min_length=1, max_length=35)]


class UserInput(Input):
    """Who is behind the endpoint."""

    id: OuterId = Field(examples=["ada"])
    attributes: Attributes = Field(default={}, examples=[{"first_name": "Ada"}])
    """Merged; null removes."""

    def change(self) -> UserChange:
        """As the engine takes it."""
        return UserChange(self.id, self.attributes)


class EndpointInput(Input):
    """What is said of an endpoint."""

    address: AddressText | None = Field(None, examples=["ada@example.com"])
    attributes: Attributes = Field(default={}, examples=[{"plan": "pro"}])
    time_zone: ZoneName | None = Field(None, examples=["Europe/Berlin"])
    """IANA name."""
    locale: LocaleName | None = Field(None, examples=["de-DE"])
    user: UserInput | None = None

    def change(self, endpoint_id: str, *, replaces: bool = False) -> EndpointChange:
        """As the engine takes it."""
        user = None if self.user is None else self.user.change()
        return EndpointChange(endpoint_id, self.address, self.attributes, self.time_zone, self.locale, user, replaces=replaces)


class NamedEndpointInput(EndpointInput):
    """An endpoint that comes along with a call: made if it is new, else changed; attributes are merged, null removes."""

    id: OuterId = Field(examples=["ada-mail"])

    def named_change(self) -> EndpointChange:
        """As the engine takes it."""
        return self.change(self.id)


class UserShape(Output):
    """A user."""

    id: str
    attributes: dict[str, JsonValue]


class EndpointShape(Output):
    """An endpoint."""

    id: str
    address: str
    attributes: dict[str, JsonValue]
    time_zone: str | None
    locale: str | None
    opted_out_at: datetime | None
    """Since when nothing is sent to it, by its owner's wish."""
    user: UserShape | None
    created_at: datetime
    updated_at: datetime


class ValueShape(Output):
    """One value that people have."""

    value: JsonValue
    count: int
    """How many of the sample have it."""


class AttributeShape(Output):
    """One attribute, from a sample."""

    name: str
    type: str = Field(examples=["text"])
    """`text`, `number`, `boolean`, `date`, or `mixed`."""
    count: int
    """How many of the sample have it."""
    values: list[ValueShape]
    """The most frequent values, most frequent first."""


class KnownEventShape(Output):
    """One event, from a sample of the newest."""

    name: str
    count: int
    attributes: list[AttributeShape]


class AttributesAnswer(Output):
    """What is known of attributes."""

    sampled: int
    """How many endpoints were looked at."""
    endpoint: list[AttributeShape]
    user: list[AttributeShape]
    context: list[AttributeShape]
    """What the newest participants came in with."""
    events: list[KnownEventShape]
    """The newest events by name, most frequent first."""


class RecentEndpoints(Output):
    """Some people to try something with."""

    results: list[EndpointShape]


@router.get("/v1/endpoints", summary="Recent endpoints")
def list_recent_endpoints(caller: Caller, world: World, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> RecentEndpoints:
    """People to try a template or a journey with: those who came into a journey last, then others; no complete list."""
    with world.database.read() as connection:
        newest = participant_lists.sample_newest(connection, caller.project, RECENT_PARTICIPANTS)
        others = endpoints.sample_ids(connection, caller.project, limit)
        ids = list(dict.fromkeys([endpoint_id for endpoint_id, _ in newest] + others))[: 2 * limit]
        found = endpoints.find(connection, caller.project, ids)
        people = [found[one] for one in ids if one in found][:limit]
        attributes = users.find(connection, caller.project, [each.user_id for each in people if each.user_id is not None])
    return RecentEndpoints(results=[_endpoint_shape(each, attributes.get(each.user_id or "", {})) for each in people])


@router.get("/v1/endpoints/{endpoint_id:path}", summary="Read an endpoint")
def read_endpoint(endpoint_id: EndpointId, caller: Caller, world: World) -> EndpointShape:
    """An endpoint with its user."""
    return _shape(world, caller.project, endpoint_id)


@router.put("/v1/endpoints/{endpoint_id:path}", summary="Make or replace an endpoint")
def write_endpoint(endpoint_id: EndpointId, body: EndpointInput, caller: Caller, world: World) -> EndpointShape:
    """Say all there is of an endpoint: what is not said is removed, but the address. People who wait for what changed go on at once."""
    return _change(world, caller.project, body.change(endpoint_id, replaces=True))


@router.patch("/v1/endpoints/{endpoint_id:path}", summary="Change an endpoint")
def change_endpoint(endpoint_id: EndpointId, body: EndpointInput, caller: Caller, world: World) -> EndpointShape:
    """Say something of an endpoint: attributes are merged, null removes; what is not said stays."""
    return _change(world, caller.project, body.change(endpoint_id))


@router.delete("/v1/endpoints/{endpoint_id:path}", status_code=204, summary="Erase an endpoint")
def erase_endpoint(endpoint_id: EndpointId, caller: Caller, world: World) -> None:
    """Erase an endpoint in one transaction: passages exit, waiting mail is cancelled, address, attributes and grounds are blanked.

    Kept are keys, and a hash of the address, so that nothing is sent to it by accident later.
    """
    if not erase(world.database, caller.project, endpoint_id):
        raise NotFoundError("There is no such endpoint.")


@router.get("/v1/attributes", summary="Known attributes")
def list_attributes(caller: Caller, world: World) -> AttributesAnswer:
    """Names, types and frequent values of the attributes of a sample of people, for editors and checks."""
    sample = sample_attributes(world.database, caller.project)
    recent = sample_recent(world.database, caller.project)
    return AttributesAnswer(
        sampled=sample.sampled,
        endpoint=_attributes(sample.endpoint),
        user=_attributes(sample.user),
        context=_attributes(recent.context),
        events=[KnownEventShape(name=each.name, count=each.count, attributes=_attributes(each.attributes)) for each in recent.events],
    )


def _attributes(found: tuple[AttributeSummary, ...]) -> list[AttributeShape]:
    return [
        AttributeShape(
            name=each.name,
            type=each.type,
            count=each.count,
            values=[ValueShape(value=value, count=count) for value, count in each.values],
        )
        for each in found
    ]


def _change(world: Deployment, project: str, change: EndpointChange) -> EndpointShape:
    read = read_change(change)
    with world.database.write() as connection:
        applied = apply_changes(connection, world.plans, project, [read], installation.read_now(connection))
    if applied.refused:
        raise InvalidInputError(applied.refused[change.id])
    if applied.woke:
        world.ring(READY_TOPIC)
    return _shape(world, project, change.id)


def _shape(world: Deployment, project: str, endpoint_id: str) -> EndpointShape:
    with world.database.read() as connection:
        endpoint = endpoints.find(connection, project, [endpoint_id]).get(endpoint_id)
        user_id = None if endpoint is None else endpoint.user_id
        attributes = {} if user_id is None else users.find(connection, project, [user_id]).get(user_id, {})
    if endpoint is None:
        raise NotFoundError("There is no such endpoint.")
    return _endpoint_shape(endpoint, attributes)


def _endpoint_shape(endpoint: endpoints.Endpoint, user_attributes: JsonObject) -> EndpointShape:
    return EndpointShape(
        id=endpoint.id,
        address=endpoint.address,
        attributes=dict(endpoint.attributes),
        time_zone=endpoint.time_zone,
        locale=endpoint.locale,
        opted_out_at=endpoint.opted_out_at,
        user=None if endpoint.user_id is None else UserShape(id=endpoint.user_id, attributes=dict(user_attributes)),
        created_at=endpoint.created_at,
        updated_at=endpoint.updated_at,
    )
