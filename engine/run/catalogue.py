"""What the checks know of the world, read from where it is: templates with their variables, and the attributes people have.

Knows stores and templates; the checks know neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import orjson

from engine.errors import InvalidInputError
from engine.journey.catalogue import Catalogue, TemplateVariables
from engine.journey.facts import JsonObject, JsonValue
from engine.journey.instants import read_day, read_instant
from engine.mail.variables import read_variables
from engine.run.templates import Templates
from engine.store import endpoints, events, participant_lists, users
from engine.store.database import Database

#: People looked at: enough to see every attribute that one in a hundred has.
SAMPLE_PEOPLE: Final = 1_000
#: Different values told of each attribute, and how long one may be to be told.
FREQUENT_VALUES: Final = 10
VALUE_CHARACTERS: Final = 100


@dataclass(frozen=True, slots=True)
class AttributeSummary:
    """What is known of one attribute from a sample."""

    name: str
    #: `text`, `number`, `boolean`, `date`, or `mixed`.
    type: str
    #: How many of the sample have it.
    count: int
    #: The most frequent values, most frequent first, each with how many have it.
    values: tuple[tuple[JsonValue, int], ...]


@dataclass(frozen=True, slots=True)
class AttributeSample:
    """What a sample of people shows."""

    #: How many endpoints were looked at.
    sampled: int
    endpoint: tuple[AttributeSummary, ...]
    user: tuple[AttributeSummary, ...]


@dataclass(frozen=True, slots=True)
class EventSummary:
    """What is known of one event from a sample."""

    name: str
    count: int
    attributes: tuple[AttributeSummary, ...]


@dataclass(frozen=True, slots=True)
class RecentSample:
    """What came lately, that nobody declares beforehand."""

    #: What the enroll calls and entry events brought.
    context: tuple[AttributeSummary, ...]
    #: Most frequent first.
    events: tuple[EventSummary, ...]


def read_catalogue(database: Database, templates: Templates, project: str) -> Catalogue:
    """What is known of a project now. Attributes stay unknown, and unchecked, until there are people."""
    sample = sample_attributes(database, project)
    known = sample.sampled > 0
    return Catalogue(
        templates={name: _variables(templates, project, name) for name in templates.names(project)},
        attributes={each.name: each.type for each in sample.endpoint} if known else None,
        user_attributes={each.name: each.type for each in sample.user} if known else None,
        now=datetime.now(UTC),
    )


def sample_attributes(database: Database, project: str) -> AttributeSample:
    """Names, types and frequent values of the attributes of some people."""
    with database.read() as connection:
        of_endpoints = endpoints.sample_attributes(connection, project, SAMPLE_PEOPLE)
        of_users = users.sample_attributes(connection, project, SAMPLE_PEOPLE)
    return AttributeSample(len(of_endpoints), _summaries(of_endpoints), _summaries(of_users))


def sample_recent(database: Database, project: str) -> RecentSample:
    """Contexts and events as they came lately."""
    with database.read() as connection:
        contexts = [context for _, context in participant_lists.sample_newest(connection, project, SAMPLE_PEOPLE)]
        happened = events.sample_newest(connection, project, SAMPLE_PEOPLE)
    attributes: dict[str, list[JsonObject]] = {}
    for name, found in happened:
        attributes.setdefault(name, []).append(found)
    by_count = sorted(attributes.items(), key=lambda each: (-len(each[1]), each[0]))
    return RecentSample(_summaries(contexts), tuple(EventSummary(name, len(found), _summaries(found)) for name, found in by_count))


def _variables(templates: Templates, project: str, name: str) -> TemplateVariables:
    try:
        template = templates.read(project, name)
    except InvalidInputError as error:
        return TemplateVariables(fault=str(error))
    return TemplateVariables() if template is None else _read_cached(orjson.dumps(dict(template.content)))


@lru_cache(maxsize=256)
def _read_cached(content: bytes) -> TemplateVariables:
    """A template is read again only once it has changed: parsing takes milliseconds, and drafts are checked at every key."""
    return read_variables(orjson.loads(content))


def _summaries(people: Iterable[JsonObject]) -> tuple[AttributeSummary, ...]:
    values: dict[str, list[JsonValue]] = {}
    for attributes in people:
        for name, value in attributes.items():
            values.setdefault(name, []).extend(value if isinstance(value, list) else [value])
    return tuple(_summary(name, values[name]) for name in sorted(values))


def _summary(name: str, values: list[JsonValue]) -> AttributeSummary:
    kinds = {_kind(value) for value in values if value is not None}
    told = Counter(orjson.dumps(value) for value in values if not isinstance(value, Mapping | list))
    frequent = [(orjson.loads(value), count) for value, count in told.most_common(FREQUENT_VALUES) if len(value) <= VALUE_CHARACTERS]
    return AttributeSummary(name, kinds.pop() if len(kinds) == 1 else "mixed", len(values), tuple(frequent))


def _kind(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "date" if _is_date(value) else "text"
    return "mixed"


def _is_date(text: str) -> bool:
    return read_instant(text) is not None or read_day(text) is not None
