"""A folder of journeys and templates as people keep it in git: `journeys/*.json` and `templates/<name>/`. Knows files; no server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.cli.exits import UsageError
from engine.errors import InvalidInputError
from engine.journey.catalogue import Catalogue, TemplateVariables
from engine.journey.fields import ID_PATTERN
from engine.mail.variables import read_variables
from engine.run.templates import TemplateContent, read_template_folder

JOURNEYS, TEMPLATES = "journeys", "templates"
_ID = re.compile(ID_PATTERN)


@dataclass(frozen=True, slots=True)
class Folder:
    """What is to be published: journeys, and templates where there are any."""

    journeys: Path
    templates: Path | None

    def journey_files(self) -> list[Path]:
        """One file per journey, in the order of their ids."""
        return journey_files(self.journeys)

    def template_contents(self) -> dict[str, TemplateContent]:
        """Every template by name; raises InvalidInputError for one whose files make none."""
        folders = sorted(self.templates.iterdir()) if self.templates is not None else []
        found = {folder.name: read_template_folder(folder) for folder in folders if folder.is_dir() and _ID.fullmatch(folder.name)}
        return {name: read[0] for name, read in found.items() if read is not None}


def open_folder(path: Path, templates: Path | None = None) -> Folder:
    """A folder with `journeys` and `templates` inside, or one that is the journeys; raises UsageError where there are no journeys."""
    journeys = path / JOURNEYS if (path / JOURNEYS).is_dir() else path
    if not journey_files(journeys):
        raise UsageError(f"There are no journeys in {path}: they are files named <journey id>.json.")
    return Folder(journeys, templates or find_templates(journeys))


def journey_files(path: Path) -> list[Path]:
    """The journeys of a folder, or the one that is named."""
    if path.is_file():
        return [path]
    return sorted(file for file in path.glob("*.json") if _ID.fullmatch(file.stem))


def find_templates(journeys: Path) -> Path | None:
    """The templates that belong to a folder of journeys: inside it, or beside it."""
    places = (journeys / TEMPLATES, journeys.absolute().parent / TEMPLATES)
    return next((place for place in places if place.is_dir()), None)


def read_catalogue(templates: Path | None) -> Catalogue:
    """What the checks can know from files alone; without a folder, templates stay unchecked."""
    folders = [] if templates is None else [folder for folder in sorted(templates.iterdir()) if (folder / "template.json").is_file()]
    known = {folder.name: _variables(folder) for folder in folders}
    return Catalogue(templates=None if templates is None else known, now=datetime.now(UTC))


def _variables(folder: Path) -> TemplateVariables:
    try:
        read = read_template_folder(folder)
    except InvalidInputError as error:
        reasons = "; ".join(f"{problem.pointer}: {problem.message}" for problem in error.problems)
        return TemplateVariables(fault=f"{error.message} {reasons}".strip())
    return TemplateVariables() if read is None else read_variables(read[0].plain())
