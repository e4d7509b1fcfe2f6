"""Drafts: what authors are editing, in a folder of files or in the database, behind one protocol.

A draft always saves, also when it is not JSON yet: its problems are somebody else's to report. What is a JSON object is written
canonically. The version a draft began from lives in the database in both cases, so that files hold nothing but the journey.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from engine.errors import InvalidInputError, NotFoundError, StaleDraftError
from engine.journey.canonical import format_document
from engine.journey.facts import JsonObject
from engine.journey.fields import ID_PATTERN
from engine.journey.source import read_json
from engine.store import drafts as statements
from engine.store.database import Database

#: `If-Match: *`: whatever is there, as long as there is something.
ANY: Final = "*"
#: 1 MB: a journey of a thousand steps takes a third of it.
DRAFT_LIMIT_BYTES: Final = 1_000_000
_ID = re.compile(ID_PATTERN)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it is saved."""

    journey_id: str
    #: The text, exactly.
    source: str
    #: Changes with every change of the text.
    etag: str
    #: The version it began from; None when nobody knows.
    base_version: int | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DraftChange:
    """A text to save, and what its author believes is there."""

    source: str
    #: The etag the change was made from; None overwrites whatever is there.
    if_match: str | None = None
    #: Save only when there is no draft yet.
    only_new: bool = False
    #: The version the text began from; None leaves what is known.
    base_version: int | None = None


class Drafts(Protocol):
    """Where drafts live. Both adapters pass one contract suite."""

    def ids(self, project: str) -> list[str]:
        """The journeys that have a draft, in order."""
        ...

    def read(self, project: str, journey_id: str) -> Draft | None:
        """A journey's draft as it is now."""
        ...

    def write(self, project: str, journey_id: str, change: DraftChange) -> Draft:
        """Save a draft; raises StaleDraftError when it is not what the author believes."""
        ...

    def remove(self, project: str, journey_id: str, if_match: str | None = None) -> None:
        """Drop a draft; raises NotFoundError or StaleDraftError."""
        ...

    def set_base(self, project: str, journey_id: str, version: int) -> None:
        """Remember which version a draft now stands on."""
        ...


class DatabaseDrafts:
    """Drafts as rows: for many machines."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ids(self, project: str) -> list[str]:
        """The journeys that have a draft, in order."""
        with self._database.read() as connection:
            return statements.ids(connection, project, with_text=True)

    def read(self, project: str, journey_id: str) -> Draft | None:
        """A journey's draft as it is now."""
        with self._database.read() as connection:
            return _of_row(statements.find(connection, project, journey_id))

    def write(self, project: str, journey_id: str, change: DraftChange) -> Draft:
        """Save a draft; raises StaleDraftError when it is not what the author believes."""
        check_id(journey_id)
        source = canonical(change.source)
        with self._database.write() as connection:
            row = statements.find(connection, project, journey_id, lock=True)
            _check(_of_row(row), change.if_match, change.only_new)
            known = None if row is None else row.base_version
            base = known if change.base_version is None else change.base_version
            new = statements.DraftRow(project, journey_id, source, base, datetime.now(UTC))
            if row is not None:
                statements.put(connection, new)
            elif not statements.insert_missing(connection, new):
                raise _stale()
        return Draft(journey_id, source, etag_of(source), base, new.updated_at)

    def remove(self, project: str, journey_id: str, if_match: str | None = None) -> None:
        """Drop a draft; raises NotFoundError or StaleDraftError."""
        with self._database.write() as connection:
            draft = _of_row(statements.find(connection, project, journey_id, lock=True))
            if draft is None:
                raise _missing(journey_id)
            _check(draft, if_match, only_new=False)
            statements.remove(connection, project, journey_id)

    def set_base(self, project: str, journey_id: str, version: int) -> None:
        """Remember which version a draft now stands on."""
        with self._database.write() as connection:
            if statements.find(connection, project, journey_id) is not None:
                statements.set_base(connection, project, journey_id, version, datetime.now(UTC))


class FolderDrafts:
    """Drafts as files of a folder, `<journey id>.json`: for one machine, one project, and people who use git."""

    def __init__(self, folder: Path, database: Database, project: str, *, replaced: Callable[[], None] = lambda: None) -> None:
        self._folder = folder
        self._database = database
        self._project = project
        #: Called between writing a new file and putting it in the old one's place: tests fail here.
        self._replaced = replaced

    def ids(self, project: str) -> list[str]:
        """The journeys that have a draft, in order."""
        if project != self._project:
            return []
        return sorted(path.stem for path in self._folder.glob("*.json") if _ID.fullmatch(path.stem) and path.is_file())

    def read(self, project: str, journey_id: str) -> Draft | None:
        """A journey's draft as it is now, whoever changed the file."""
        if project != self._project or not _ID.fullmatch(journey_id):
            return None
        try:
            with self._path(journey_id).open("rb") as file:
                content, changed = file.read(DRAFT_LIMIT_BYTES + 1), os.fstat(file.fileno()).st_mtime
        except (FileNotFoundError, IsADirectoryError):
            return None
        if len(content) > DRAFT_LIMIT_BYTES:
            raise InvalidInputError(
                f"{journey_id}.json is over {DRAFT_LIMIT_BYTES} bytes.", hint="Split the journey, or move the file away."
            )
        source = content.decode(errors="replace")
        with self._database.read() as connection:
            row = statements.find(connection, project, journey_id)
        base = None if row is None else row.base_version
        return Draft(journey_id, source, etag_of(source), base, datetime.fromtimestamp(changed, UTC))

    def write(self, project: str, journey_id: str, change: DraftChange) -> Draft:
        """Save a draft; raises StaleDraftError when it is not what the author believes."""
        check_id(journey_id)
        self._check_project(project)
        source = canonical(change.source)
        with self._alone():
            _check(self.read(project, journey_id), change.if_match, change.only_new)
            self._replace(self._path(journey_id), source)
            if change.base_version is not None:
                self.set_base(project, journey_id, change.base_version)
            draft = self.read(project, journey_id)
        if draft is None:
            raise _stale()
        return draft

    def remove(self, project: str, journey_id: str, if_match: str | None = None) -> None:
        """Drop a draft; raises NotFoundError or StaleDraftError."""
        with self._alone():
            draft = self.read(project, journey_id)
            if draft is None:
                raise _missing(journey_id)
            _check(draft, if_match, only_new=False)
            self._path(journey_id).unlink()
        with self._database.write() as connection:
            statements.remove(connection, project, journey_id)

    def set_base(self, project: str, journey_id: str, version: int) -> None:
        """Remember which version a draft now stands on."""
        with self._database.write() as connection:
            statements.set_base(connection, project, journey_id, version, datetime.now(UTC))

    def _path(self, journey_id: str) -> Path:
        return self._folder / f"{journey_id}.json"

    def _check_project(self, project: str) -> None:
        if project != self._project:
            raise InvalidInputError(f"The drafts of project {project} are not in this folder.", hint="Unset WEND_JOURNEYS.")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder against other processes of ours between looking and writing; an editor does not ask."""
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _replace(self, path: Path, source: str) -> None:
        """Put a whole file in the place of the old one, so that no reader and no crash sees half of it."""
        descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".new")
        try:
            with os.fdopen(descriptor, "wb") as file:
                os.fchmod(file.fileno(), path.stat().st_mode & 0o777 if path.exists() else 0o644)
                file.write(source.encode())
                file.flush()
                os.fsync(file.fileno())
            self._replaced()
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def check_id(journey_id: str) -> None:
    """Refuse an id that no journey may have; it names files, too."""
    if not _ID.fullmatch(journey_id):
        raise InvalidInputError("A journey's id is a small letter, then up to 62 small letters, digits, - or _.")


def canonical(source: str) -> str:
    """A text as it is saved: canonically where it is a JSON object, else exactly. Raises InvalidInputError for none and for too much."""
    if not source:
        raise InvalidInputError("A draft has at least one character.", hint="DELETE drops a draft.")
    if len(source.encode()) > DRAFT_LIMIT_BYTES:
        raise InvalidInputError(f"A draft has at most {DRAFT_LIMIT_BYTES} bytes.")
    document = read_object(source)
    return source if document is None else format_document(document)


def read_object(source: str) -> JsonObject | None:
    """The JSON object a text is; None when writing it anew would lose something: a key said twice, NaN, half a surrogate pair."""
    value, problems = read_json(source)
    return value if isinstance(value, Mapping) and not problems else None


def etag_of(source: str) -> str:
    """The mark of a text: half a SHA-256, which is plenty to tell texts apart."""
    return hashlib.sha256(source.encode()).hexdigest()[:32]


def _of_row(row: statements.DraftRow | None) -> Draft | None:
    if row is None or not row.document:
        return None
    return Draft(row.journey_id, row.document, etag_of(row.document), row.base_version, row.updated_at)


def _check(draft: Draft | None, if_match: str | None, only_new: bool) -> None:
    if only_new and draft is not None:
        raise StaleDraftError("There is a draft already.", hint="Read it first.")
    if if_match is None:
        return
    if draft is None or if_match not in (ANY, draft.etag):
        raise _stale()


def _stale() -> StaleDraftError:
    return StaleDraftError("The draft was changed by someone else since you read it.", hint="Read it again and make your change there.")


def _missing(journey_id: str) -> NotFoundError:
    return NotFoundError(f"{journey_id} has no draft.")
