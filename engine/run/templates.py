"""Templates: the content of mails, as folders of files or in the database, behind one protocol. Versions are always rows.

A template's newest content is what authors see; a journey gets the content it was published with, pinned by number. A content that
equals the newest version makes no new one. How a content becomes a mail is `engine.mail`'s.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Protocol, TypeAlias

import orjson
from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, ValidationError, field_validator

from engine.errors import InvalidInputError, Problem, StaleDraftError
from engine.journey.fields import ID_PATTERN
from engine.mail.message import RESERVED_HEADERS
from engine.store import templates as statements
from engine.store.database import Connection, Database

#: 1 MB each: what the renderer takes for one part. Gmail clips at 102 kB, so this is far beyond any mail that is read.
BODY_CHARACTERS: Final = 1_000_000
#: Jinja included; a header line rendered has at most 998 octets (RFC 5322).
LINE_CHARACTERS: Final = 2_000
_NAME = re.compile(ID_PATTERN)
_BODIES: Final = {"html": "body.html", "text": "body.txt"}
_ANY: Final = "*"

Line: TypeAlias = Annotated[str, StringConstraints(max_length=LINE_CHARACTERS, pattern=r"^[^\r\n]*$")]
Body: TypeAlias = Annotated[str, StringConstraints(max_length=BODY_CHARACTERS)]


class TemplateContent(BaseModel):
    """What a template holds; every text may use Jinja2."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True, use_attribute_docstrings=True)

    subject: Line = Field(min_length=1, examples=["Welcome, {{ user.attributes.first_name | default('friend') }}"])
    #: What mail programs show beside the subject.
    preheader: Line = Field("", examples=["Three things to try first"])
    #: Name and address; empty means the installation's.
    sender: Line = Field("", alias="from", examples=["Wend <hello@example.com>"])
    reply_to: Line = ""
    headers: dict[Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,75}$")], Line] = Field(default={}, max_length=50)
    #: Values for what an endpoint does not have.
    defaults: dict[Annotated[str, StringConstraints(min_length=1, max_length=128)], JsonValue] = Field(default={}, max_length=200)
    html: Body = Field("", examples=["<p>Hello {{ user.attributes.first_name | default('there') }}</p>"])
    text: Body = Field("", examples=["Hello {{ user.attributes.first_name | default('there') }}"])

    @field_validator("headers")
    @classmethod
    def _are_the_templates(cls, headers: dict[str, str]) -> dict[str, str]:
        reserved = sorted(name for name in headers if name.lower() in RESERVED_HEADERS)
        if reserved:
            raise ValueError(f"{', '.join(reserved)} cannot be set by a template: Wend sets it")
        return headers

    def plain(self) -> dict[str, Any]:
        """As it is stored, and as the renderer takes it."""
        return self.model_dump(mode="json", by_alias=True)


@dataclass(frozen=True, slots=True)
class Template:
    """A template as authors see it."""

    name: str
    content: Mapping[str, Any]
    #: Hash of the content.
    hash: str
    #: The stored version with this content; None while a changed file waits for its journey to be published.
    version: int | None
    updated_at: datetime


class Templates(Protocol):
    """Where templates live. Both adapters pass one contract suite."""

    def names(self, project: str) -> list[str]:
        """All templates, in order."""
        ...

    def read(self, project: str, name: str) -> Template | None:
        """A template as it is now; raises InvalidInputError when its files make none."""
        ...

    def write(self, project: str, name: str, content: TemplateContent, *, if_match: str | None = None) -> Template:
        """Save a content and make it a version; raises StaleDraftError when it is not what the author believes."""
        ...


class DatabaseTemplates:
    """Templates as rows: for many machines."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def names(self, project: str) -> list[str]:
        """All templates, in order."""
        with self._database.read() as connection:
            return list(statements.newest_numbers(connection, project))

    def read(self, project: str, name: str) -> Template | None:
        """A template as it is now."""
        with self._database.read() as connection:
            row = statements.newest(connection, project, name)
        return None if row is None else _of_row(row)

    def write(self, project: str, name: str, content: TemplateContent, *, if_match: str | None = None) -> Template:
        """Save a content and make it a version; raises StaleDraftError when it is not what the author believes."""
        check_name(name)
        with self._database.write() as connection:
            statements.lock(connection, project, name)
            newest = statements.newest(connection, project, name)
            _check(None if newest is None else newest.hash, if_match)
            return _of_row(pin(connection, project, name, content.plain()))


class FolderTemplates:
    """Templates as folders `<name>/` of files: for one machine, one project, and people who use git."""

    def __init__(self, folder: Path, database: Database, project: str) -> None:
        self._folder = folder
        self._database = database
        self._project = project

    def names(self, project: str) -> list[str]:
        """All templates, in order."""
        if project != self._project:
            return []
        return sorted(path.parent.name for path in self._folder.glob("*/template.json") if _NAME.fullmatch(path.parent.name))

    def read(self, project: str, name: str) -> Template | None:
        """A template as it is now, whoever changed its files; raises InvalidInputError when they make none."""
        if project != self._project or not _NAME.fullmatch(name) or not self._folder.is_dir():
            return None
        with self._locked(fcntl.LOCK_SH):
            found = read_template_folder(self._folder / name)
        if found is None:
            return None
        content, changed_at = found[0].plain(), found[1]
        with self._database.read() as connection:
            newest = statements.newest(connection, project, name)
        version = newest.version if newest is not None and newest.hash == hash_of(content) else None
        return Template(name, content, hash_of(content), version, changed_at)

    def write(self, project: str, name: str, content: TemplateContent, *, if_match: str | None = None) -> Template:
        """Save a content and make it a version; raises StaleDraftError when it is not what the author believes."""
        check_name(name)
        if project != self._project:
            raise InvalidInputError(f"The templates of project {project} are not in this folder.", hint="Unset WEND_TEMPLATES.")
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._locked(fcntl.LOCK_EX):
            try:
                there = read_template_folder(self._folder / name)
            except InvalidInputError:  # broken files can be replaced, but not by somebody who believes to know them
                there = None
            _check(None if there is None else hash_of(there[0].plain()), if_match)
            write_template_folder(self._folder / name, content)
        with self._database.write() as connection:
            statements.lock(connection, project, name)
            return _of_row(pin(connection, project, name, content.plain()))

    @contextmanager
    def _locked(self, kind: int) -> Iterator[None]:
        """Hold the folder against others of ours: nobody writes between looking and writing, nor is half of what is written read."""
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, kind)
            yield
        finally:
            os.close(descriptor)


def read_template_folder(folder: Path) -> tuple[TemplateContent, datetime] | None:
    """Read a template from its files, with the instant of the last change; None where there is no `template.json`."""
    try:
        content: dict[str, object] = orjson.loads((folder / "template.json").read_bytes())
        changed = (folder / "template.json").stat().st_mtime
        for part, file in _BODIES.items():
            if (folder / file).exists():
                content[part] = (folder / file).read_text(encoding="utf-8")
                changed = max(changed, (folder / file).stat().st_mtime)
        return TemplateContent.model_validate(content), datetime.fromtimestamp(changed, UTC)
    except FileNotFoundError:
        return None
    except ValidationError as error:
        problems = [
            Problem("invalid_template", _pointer(each["loc"]), each["msg"]) for each in error.errors(include_url=False, include_input=False)
        ]
        raise InvalidInputError(
            f"The template {folder.name} is not valid.", hint="Correct its template.json.", problems=problems
        ) from error
    except (ValueError, TypeError) as error:
        raise InvalidInputError(f"The files of template {folder.name} cannot be read: {error}.") from error


def write_template_folder(folder: Path, content: TemplateContent) -> None:
    """Write a template to its files: each at once, `template.json` last."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = content.plain()
    for part, file in _BODIES.items():
        text = plain.pop(part)
        if text:
            _replace(folder / file, text.encode())
        else:
            (folder / file).unlink(missing_ok=True)
    kept = {name: value for name, value in plain.items() if value or name == "subject"}
    _replace(folder / "template.json", orjson.dumps(kept, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def pin(connection: Connection, project: str, name: str, content: Mapping[str, object]) -> statements.TemplateRow:
    """The version that has this content: the newest one, or a new one. The caller's transaction holds the template's lock."""
    digest = hash_of(content)
    newest = statements.newest(connection, project, name)
    if newest is not None and newest.hash == digest:
        return newest
    row = statements.TemplateRow(project, name, 1 if newest is None else newest.version + 1, content, digest, datetime.now(UTC))
    statements.insert_version(connection, row)
    return row


def pin_newest(database: Database, templates: Templates, project: str, name: str) -> Template | None:
    """A template whose content has a version: files that were changed by an editor become one. None when there is no such template."""
    template = templates.read(project, name)
    if template is None or template.version is not None:
        return template
    with database.write() as connection:
        statements.lock(connection, project, name)
        return _of_row(pin(connection, project, name, template.content))


def check_name(name: str) -> None:
    """Refuse a name that no template may have; it names folders, too."""
    if not _NAME.fullmatch(name):
        raise InvalidInputError("A template's name is a small letter, then up to 62 small letters, digits, - or _.")


def hash_of(content: Mapping[str, object]) -> str:
    """SHA-256 of a content, half of it: plenty to tell contents apart."""
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def _of_row(row: statements.TemplateRow) -> Template:
    return Template(row.name, row.content, row.hash, row.version, row.created_at)


def _check(there: str | None, if_match: str | None) -> None:
    if if_match is not None and (there is None or if_match not in (_ANY, there)):
        raise StaleDraftError(
            "The template was changed by someone else since you read it.", hint="Read it again and make your change there."
        )


def _replace(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), 0o644)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _pointer(location: tuple[int | str, ...]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)
