"""Publishing: a draft is checked, compiled and stored as the live version, with its templates pinned, in one transaction.

What the checks refuse leaves nothing behind. A draft that began from an older version than the live one is refused with what it would
undo. Publishing what is live already changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from engine.errors import InvalidDocumentError, NotFoundError, OutdatedBaseError, Problem
from engine.journey.checks import check_document
from engine.journey.diff import diff_journeys
from engine.journey.document import EventEntry, Journey, read_journey
from engine.plan.compiler import compile_journey
from engine.run import lifecycle
from engine.run.catalogue import read_catalogue
from engine.run.drafts import Draft, Drafts, canonical, check_id
from engine.run.templates import Templates, pin
from engine.store import journeys as journey_rows
from engine.store import plans as plan_rows
from engine.store import templates as template_rows
from engine.store import versions as version_rows
from engine.store.database import Connection, Database
from engine.store.versions import VersionRow

#: What becomes of the people inside older versions. Moving them comes later.
People: TypeAlias = Literal["finish", "exit"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What to publish, and how."""

    people: People = "finish"
    #: A text to publish instead of the draft, which stays as it is.
    source: str | None = None
    #: The version its author has seen; None takes what the draft remembers.
    base_version: int | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """A version, as publishing left it."""

    journey_id: str
    version: int
    plan_hash: str
    document_hash: str
    #: Pinned template versions.
    templates: Mapping[str, int]
    #: False when the live version was the same already.
    is_new: bool
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A checked document on its way to be a version."""

    project: str
    journey_id: str
    journey: Journey
    #: Canonical JSON.
    source: str
    #: Template contents by name.
    contents: Mapping[str, Mapping[str, object]]
    wish: Wish


#: Publish the draft; people inside finish on theirs.
PLAIN_WISH = Wish()


def publish(
    database: Database, drafts: Drafts, templates: Templates, *, project: str, journey_id: str, wish: Wish = PLAIN_WISH
) -> Published:
    """Make a draft the live version of its journey.

    Raises:
        NotFoundError: there is no draft, and no text was given.
        InvalidDocumentError: with all its problems; nothing was stored.
        OutdatedBaseError: with what was changed since the draft began.
        ConflictError: the journey's state does not allow it.
    """
    check_id(journey_id)
    draft = None
    if wish.source is None:
        draft = read_draft(database, drafts, project, journey_id)
        base = draft.base_version if wish.base_version is None else wish.base_version
        wish = replace(wish, source=draft.source, base_version=base)
    source = canonical(wish.source or "")
    journey, problems = check_document(source, read_catalogue(database, templates, project))
    errors = [problem for problem in problems if problem.severity == "error"]
    if journey is None or errors:
        counted = f"{len(errors)} problem" + ("" if len(errors) == 1 else "s")
        raise InvalidDocumentError(f"The journey {journey_id} has {counted}: nothing was published.", problems=problems)
    contents = _read_contents(templates, project, journey)
    with database.write() as connection:
        published = _store(connection, _Candidate(project, journey_id, journey, source, contents, wish))
    if published.is_new and wish.people == "exit":
        lifecycle.carry_out(database, project, journey_id)
    if draft is not None:
        drafts.set_base(project, journey_id, published.version)
    return replace(published, warnings=tuple(problems))


def read_draft(database: Database, drafts: Drafts, project: str, journey_id: str) -> Draft:
    """A journey's draft; one that equals the live version stands on it, whatever was remembered. Raises NotFoundError."""
    draft = drafts.read(project, journey_id)
    if draft is None:
        raise NotFoundError(f"{journey_id} has no draft.", hint="Save one first.")
    with database.read() as connection:
        live = version_rows.newest(connection, project, journey_id)
    if live is None or live.number == draft.base_version or live.document_hash != hash_of(canonical(draft.source)):
        return draft
    drafts.set_base(project, journey_id, live.number)
    return replace(draft, base_version=live.number)


def hash_of(source: str) -> str:
    """SHA-256 of a canonical document, in hexadecimal."""
    return hashlib.sha256(source.encode()).hexdigest()


def _read_contents(templates: Templates, project: str, journey: Journey) -> dict[str, Mapping[str, object]]:
    names = sorted({name for step in journey.steps.values() for name in step.templates()})
    found = {name: templates.read(project, name) for name in names}
    return {name: template.content for name, template in found.items() if template is not None}


def _store(connection: Connection, candidate: _Candidate) -> Published:
    """Write everything a version consists of, or find that it is live already."""
    project, journey_id = candidate.project, candidate.journey_id
    version_rows.lock(connection, project, journey_id)
    newest = version_rows.newest(connection, project, journey_id)
    _check_base(connection, newest, candidate)
    for name in sorted(candidate.contents):
        template_rows.lock(connection, project, name)
    pinned = {name: pin(connection, project, name, candidate.contents[name]).version for name in sorted(candidate.contents)}
    plan = compile_journey(project, journey_id, candidate.journey, pinned)
    number = 1 if newest is None else newest.number + 1
    row = VersionRow(
        project, journey_id, number, candidate.source, hash_of(candidate.source), plan.hash, candidate.wish.people, datetime.now(UTC)
    )
    if newest is not None and _is_same(connection, newest, row):
        return Published(journey_id, newest.number, plan.hash, row.document_hash, pinned, is_new=False)
    state = lifecycle.check_verb(connection, project, journey_id, "publish")
    plan_rows.insert(connection, project=project, plan_hash=plan.hash, plan_format=plan.format, body=plan.text, now=row.published_at)
    version_rows.insert_version(connection, row)
    entry = candidate.journey.entry
    event = entry.event if isinstance(entry, EventEntry) else None
    journey_rows.put(connection, journey_rows.LiveVersion(project, journey_id, number, event, state, row.published_at))
    return Published(journey_id, number, plan.hash, row.document_hash, pinned, is_new=True)


def _is_same(connection: Connection, newest: VersionRow, row: VersionRow) -> bool:
    """Whether publishing would change nothing for anybody."""
    same = (newest.document_hash, newest.plan_hash) == (row.document_hash, row.plan_hash)
    return same and row.people == "finish" and journey_rows.read_state(connection, row.project, row.journey_id) == journey_rows.LIVE


def _check_base(connection: Connection, newest: VersionRow | None, candidate: _Candidate) -> None:
    """Refuse to undo what the author has not seen."""
    base = candidate.wish.base_version
    if newest is None or base is None or base >= newest.number or newest.document_hash == hash_of(candidate.source):
        return
    began = version_rows.find(connection, candidate.project, candidate.journey_id, base)
    raise OutdatedBaseError(
        f"The draft began from version {base}, and version {newest.number} of {candidate.journey_id} is live: publishing would undo it.",
        hint=f"Take over what changed, then publish with base_version {newest.number}.",
        problems=() if began is None else difference(began.document, newest.document),
    )


def difference(old: str, new: str) -> tuple[Problem, ...]:
    """What was changed between two stored documents, in the one shape that answers have for lists of remarks."""
    before, after = read_journey(old)[0], read_journey(new)[0]
    if before is None or after is None:
        return ()
    return tuple(
        Problem(change.kind, change.pointer, change.message, step_id=change.step_id, severity="warning")
        for change in diff_journeys(before, after)
    )
