"""What publishing a folder would change on a server: read both, compare, say it. Publishes nothing; knows no terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.cli.folder import Folder, read_catalogue
from engine.cli.remote import Remote
from engine.errors import Problem
from engine.journey.canonical import format_document
from engine.journey.checks import check_document
from engine.journey.diff import Change, diff_journeys
from engine.journey.document import Journey, read_journey
from engine.run.templates import TemplateContent, hash_of


@dataclass(frozen=True, slots=True)
class TemplateChange:
    """A template whose content is not what the server sends."""

    name: str
    content: TemplateContent
    is_new: bool
    #: Parts that differ from the server's newest: `subject`, `html`, …; none where only published journeys have an older one.
    parts: tuple[str, ...]
    #: Live journeys that were published with another content, and the version they have.
    concerns: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class JourneyChange:
    """A journey that is not as it is published."""

    journey_id: str
    source: str
    #: The version on the server; None: it was never published.
    version: int | None
    state: str | None
    changes: tuple[Change, ...]
    #: Templates it will be published with anew.
    templates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FolderPlan:
    """Everything that applying a folder would do."""

    journeys: tuple[JourneyChange, ...]
    templates: tuple[TemplateChange, ...]
    #: By file: what is wrong. Where there are errors, nothing can be applied.
    problems: Mapping[str, tuple[Problem, ...]]
    unchanged: tuple[str, ...]
    #: Published on the server, and not in the folder: they stay.
    absent: tuple[str, ...]

    @property
    def errors(self) -> int:
        """How many problems keep it from being applied."""
        return sum(problem.severity == "error" for problems in self.problems.values() for problem in problems)

    @property
    def is_empty(self) -> bool:
        """Whether everything is published already."""
        return not self.journeys and not self.templates


@dataclass(frozen=True, slots=True)
class _Published:
    """A journey as the server has it."""

    state: str
    version: int
    source: str
    #: Pinned template versions.
    pinned: Mapping[str, int]


@dataclass(slots=True)
class _Server:
    """What the server has, each thing asked for once."""

    remote: Remote
    published: dict[str, _Published] = field(default_factory=dict)
    _hashes: dict[tuple[str, int | None], str | None] = field(default_factory=dict)
    _contents: dict[str, Mapping[str, object] | None] = field(default_factory=dict)

    def read(self, tell: Callable[[str], None]) -> None:
        for summary in self.remote.all("/v1/journeys", limit=1000):
            number, journey_id = summary["live_version"], summary["id"]
            if number is not None:
                tell(journey_id)
                version = self.remote.get(f"/v1/journeys/{journey_id}/versions/{number}")
                source = format_document(version["document"])
                self.published[journey_id] = _Published(summary["state"], number, source, version["templates"])

    def newest(self, name: str) -> Mapping[str, object] | None:
        """A template's newest content."""
        if name not in self._contents:
            found = self.remote.find(f"/v1/templates/{name}")
            self._contents[name] = None if found is None else found["content"]
        return self._contents[name]

    def hash_at(self, name: str, version: int) -> str | None:
        """The hash of a template's content at a version."""
        if (name, version) not in self._hashes:
            found = self.remote.find(f"/v1/templates/{name}", version=version)
            self._hashes[name, version] = None if found is None else _hash(found["content"])
        return self._hashes[name, version]


def plan_folder(folder: Folder, remote: Remote, tell: Callable[[str], None] = lambda name: None) -> FolderPlan:
    """Compare a folder with a server; `tell` hears of each thing that is looked at."""
    server = _Server(remote)
    server.read(tell)
    contents = folder.template_contents()
    catalogue = read_catalogue(folder.templates)
    problems: dict[str, tuple[Problem, ...]] = {}
    changes: list[JourneyChange] = []
    unchanged: list[str] = []
    for file in folder.journey_files():
        tell(file.stem)
        journey, problems[str(file)] = check_document(file.read_bytes(), catalogue)
        if journey is None:
            continue
        change = _journey_change(file, journey, contents, server)
        unchanged += [file.stem] if change is None else []
        changes += [] if change is None else [change]
    templates = [found for name, content in contents.items() if (found := _template_change(name, content, server)) is not None]
    local = {file.stem for file in folder.journey_files()}
    absent = tuple(sorted(server.published.keys() - local))
    return FolderPlan(tuple(changes), tuple(templates), problems, tuple(unchanged), absent)


def _journey_change(file: Path, journey: Journey, contents: Mapping[str, TemplateContent], server: _Server) -> JourneyChange | None:
    source = format_document(json.loads(file.read_text("utf-8-sig")))
    published = server.published.get(file.stem)
    if published is None:
        return JourneyChange(file.stem, source, None, None, (), ())
    renewed = tuple(sorted(name for name in _templates_of(journey) if _is_renewed(name, contents, published, server)))
    if source == published.source and not renewed:
        return None
    before, _ = read_journey(published.source)
    changes = diff_journeys(before, journey) if before is not None else ()
    return JourneyChange(file.stem, source, published.version, published.state, changes, renewed)


def _is_renewed(name: str, contents: Mapping[str, TemplateContent], published: _Published, server: _Server) -> bool:
    """Whether a template that a journey was published with is another one here."""
    pinned = published.pinned.get(name)
    if name not in contents or pinned is None:
        return False
    return server.hash_at(name, pinned) != _hash(contents[name].plain())


def _template_change(name: str, content: TemplateContent, server: _Server) -> TemplateChange | None:
    newest, mine = server.newest(name), content.plain()
    parts = tuple(part for part in mine if newest is None or newest.get(part) != mine[part])
    concerns = {
        journey_id: published.pinned[name]
        for journey_id, published in server.published.items()
        if name in published.pinned and published.state != "stopped" and server.hash_at(name, published.pinned[name]) != _hash(mine)
    }
    return TemplateChange(name, content, newest is None, parts, concerns) if parts or concerns else None


def _templates_of(journey: Journey) -> Sequence[str]:
    return [name for step in journey.steps.values() for name in step.templates()]


def _hash(content: Mapping[str, object]) -> str:
    """The hash of a content, whether it comes from files or from the server."""
    return hash_of(TemplateContent.model_validate(content).plain())
