"""The commands that bring a folder to a server and back: `plan`, `apply`, `pull`. Drafts are left alone, and nothing absent is stopped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from engine.cli.change import FolderPlan, JourneyChange, TemplateChange, plan_folder
from engine.cli.documents import JsonOption, TemplatesOption
from engine.cli.exits import end_with_problems
from engine.cli.folder import JOURNEYS, TEMPLATES, open_folder
from engine.cli.remote import Remote, find_place
from engine.cli.show import note, plural, progress, say, say_change, say_json, say_problems
from engine.journey.canonical import format_document
from engine.run.templates import TemplateContent, read_template_folder, write_template_folder

PANEL = "Server"

DirectoryArgument = Annotated[
    Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="A folder with journeys/ and templates/, or of journeys.")
]


def install(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (plan, apply, pull):
        app.command(rich_help_panel=PANEL)(command)


def plan(
    directory: DirectoryArgument,
    templates: TemplatesOption = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 if anything would change.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Say what `apply` would change on the server: steps, branches, templates, and the live journeys a template concerns."""
    with Remote(find_place()) as remote:
        found = _plan(directory, templates, remote)
    if as_json:
        say_json(_plan_json(found))
    else:
        _say_plan(found)
    if found.errors or (exit_code and not found.is_empty):
        end_with_problems()


def apply(
    directory: DirectoryArgument,
    templates: TemplatesOption = None,
    people: Annotated[Literal["finish", "exit"], typer.Option(help="People inside older versions finish on theirs, or exit.")] = "finish",
    as_json: JsonOption = False,
) -> None:
    """Publish a folder's journeys with their templates. What is published already stays as it is; what is absent is not stopped."""
    with Remote(find_place()) as remote:
        found = _plan(directory, templates, remote)
        if found.errors:
            if as_json:
                say_json(_plan_json(found))
            else:
                _say_found_problems(found)
            note("Nothing was published.")
            end_with_problems()
        done = _apply(found, people, remote)
    if as_json:
        say_json(done)
        return
    for name, version in done["templates"].items():
        say(f"template {name}: version {version}")
    for journey in done["journeys"]:
        say(f"journey {journey['journey_id']}: version {journey['version']} is published")
    say("Everything was published already." if found.is_empty else f"{plural(len(found.unchanged), 'journey')} unchanged.")


def pull(
    directory: Annotated[Path, typer.Argument(metavar="DIR", file_okay=False, help="Where to write journeys/ and templates/.")],
    drafts: Annotated[bool, typer.Option("--drafts", help="Write drafts where there are any, instead of what is live.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write the server's journeys and templates as files, canonically. Files of others are left alone; nothing is removed."""
    written: list[str] = []
    with Remote(find_place()) as remote, progress("reading") as shown:
        for path, text in _journeys_of(remote, directory / JOURNEYS, drafts=drafts).items():
            shown.advance(shown.task_ids[0])
            if not path.is_file() or path.read_text("utf-8") != text:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8", newline="\n")
                written.append(str(path))
        for summary in remote.all("/v1/templates", limit=1000):
            shown.advance(shown.task_ids[0])
            folder = directory / TEMPLATES / summary["name"]
            content = TemplateContent.model_validate(remote.get(f"/v1/templates/{summary['name']}")["content"])
            before = read_template_folder(folder)
            if before is None or before[0] != content:
                write_template_folder(folder, content)
                written.append(str(folder))
    if as_json:
        say_json({"written": written})
        return
    for name in written:
        say(f"wrote {name}")
    if not written:
        say("Nothing differs.")


def _plan(directory: Path, templates: Path | None, remote: Remote) -> FolderPlan:
    with progress("comparing") as shown:
        return plan_folder(open_folder(directory, templates), remote, lambda name: shown.update(shown.task_ids[0], advance=1))


def _apply(found: FolderPlan, people: str, remote: Remote) -> dict[str, Any]:
    """Save templates, then publish; each is whole by itself, and the same call again does what is left."""
    saved: dict[str, int] = {}
    published: list[Mapping[str, object]] = []
    with progress("publishing", len(found.templates) + len(found.journeys)) as shown:
        for template in found.templates:
            if template.parts:
                saved[template.name] = remote.put(f"/v1/templates/{template.name}", template.content.plain())["version"]
            shown.advance(shown.task_ids[0])
        for journey in found.journeys:
            body = {"people": people, "document": json.loads(journey.source), "base_version": journey.version}
            published.append(remote.post(f"/v1/journeys/{journey.journey_id}/publish", body))
            shown.advance(shown.task_ids[0])
    return {"templates": saved, "journeys": published, "unchanged": list(found.unchanged), "absent": list(found.absent)}


def _journeys_of(remote: Remote, folder: Path, *, drafts: bool) -> dict[Path, str]:
    texts: dict[Path, str] = {}
    for summary in remote.all("/v1/journeys", limit=1000):
        journey_id, number = summary["id"], summary["live_version"]
        path = folder / f"{journey_id}.json"
        if drafts and summary["has_draft"]:
            texts[path] = remote.get(f"/v1/journeys/{journey_id}/draft")["source"]
        elif number is not None:
            texts[path] = format_document(remote.get(f"/v1/journeys/{journey_id}/versions/{number}")["document"])
    return texts


def _say_plan(found: FolderPlan) -> None:
    for journey in found.journeys:
        _say_journey(journey)
    published = {journey.journey_id for journey in found.journeys}
    for template in found.templates:
        _say_template(template, published)
    for journey_id in found.absent:
        say(f"  {journey_id} is on the server and not here: it stays as it is")
    _say_found_problems(found)
    if found.errors:
        say(f"{plural(found.errors, 'error')}: nothing can be applied.")
    elif found.is_empty:
        say("Everything is published already.")
    else:
        say(f"{plural(len(found.journeys), 'journey')} to publish, {plural(len(found.unchanged), 'journey')} unchanged.")


def _say_journey(journey: JourneyChange) -> None:
    if journey.version is None:
        say_change("added", f"journey {journey.journey_id} is new: its first version", 0)
        return
    wakes = ", which makes it live again: it is stopped" if journey.state == "stopped" else ""
    say_change("changed", f"journey {journey.journey_id}: version {journey.version + 1}{wakes}", 0)
    for change in journey.changes:
        say_change(change.kind, change.message)
    for name in journey.templates:
        say_change("changed", f"template {name}: the new content")


def _say_template(template: TemplateChange, published: set[str]) -> None:
    if template.is_new:
        say_change("added", f"template {template.name} is new", 0)
    elif template.parts:
        say_change("changed", f"template {template.name}: {', '.join(template.parts)}", 0)
    for journey_id, version in template.concerns.items():
        if journey_id not in published:
            say(f"  {journey_id} goes on sending version {version} of {template.name} until it is published again")


def _say_found_problems(found: FolderPlan) -> None:
    for file, problems in found.problems.items():
        say_problems(f"{file}:", problems)


def _plan_json(found: FolderPlan) -> dict[str, object]:
    return {
        "journeys": [
            {
                "id": journey.journey_id,
                "version": journey.version,
                "state": journey.state,
                "changes": list(journey.changes),
                "templates": list(journey.templates),
            }
            for journey in found.journeys
        ],
        "templates": [
            {"name": template.name, "is_new": template.is_new, "parts": list(template.parts), "concerns": dict(template.concerns)}
            for template in found.templates
        ],
        "unchanged": list(found.unchanged),
        "absent": list(found.absent),
        "problems": {file: list(problems) for file, problems in found.problems.items() if problems},
    }
