"""The commands on files, without a server: `check`, `simulate`, `schema`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer
from pydantic import ValidationError

from engine.cli.exits import UsageError, end_with_problems
from engine.cli.folder import find_templates, journey_files, read_catalogue
from engine.cli.show import OUT, note, plural, progress, say, say_json, say_problems
from engine.cli.tell import tell_population, tell_trace
from engine.journey.checks import check_document
from engine.journey.facts import JsonObject, JsonValue
from engine.journey.instants import read_instant
from engine.journey.schema import journey_schema
from engine.journey.shape import reason_of
from engine.plan.compiler import compile_journey
from engine.plan.plan import Plan
from engine.run.keys import DEFAULT_PROJECT
from engine.run.simulate import simulate_population
from engine.run.simulation import SimulationRequest, answer, population_json

PANEL = "Files"

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
TemplatesOption = Annotated[
    Path | None, typer.Option(metavar="DIR", exists=True, file_okay=False, help="The templates; else those beside the journeys.")
]
Values = list[str] | None
PAIR = "NAME=VALUE"


def install(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (check, simulate, schema):
        app.command(rich_help_panel=PANEL)(command)


def check(
    path: Annotated[Path, typer.Argument(metavar="PATH", exists=True, help="A journey's file, or a folder of them.")],
    templates: TemplatesOption = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings are problems, too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Find everything that is wrong with journeys: shape, steps, conditions, templates. Needs no server."""
    inner = path / "journeys"
    files = journey_files(inner if inner.is_dir() else path)
    if not files:
        raise UsageError(f"There are no journeys in {path}: they are files named <journey id>.json.")
    catalogue = read_catalogue(templates or find_templates(files[0].parent))
    found = {file: check_document(file.read_bytes(), catalogue)[1] for file in files}
    problems = [problem for all_of_file in found.values() for problem in all_of_file]
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        say_json({"journeys": [{"path": str(file), "problems": list(all_of_file)} for file, all_of_file in found.items()]})
    else:
        for file, all_of_file in found.items():
            say_problems(f"{file}:", all_of_file)
        say(f"{plural(len(files), 'journey')}: {plural(errors, 'error')}, {plural(len(problems) - errors, 'warning')}.")
    if errors or (strict and problems):
        end_with_problems()


def simulate(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A journey's file.")],
    *,
    attribute: Annotated[
        Values, typer.Option("--attribute", "-a", metavar=PAIR, help="An attribute of theirs, its value as JSON or text.")
    ] = None,
    user_attribute: Annotated[Values, typer.Option("--user-attribute", "-u", metavar=PAIR, help="An attribute of the user.")] = None,
    context: Annotated[Values, typer.Option("--context", "-c", metavar=PAIR, help="What the call or the entry event brings.")] = None,
    event: Annotated[
        Values, typer.Option("--event", "-e", metavar="NAME@WHEN", help='An event, e.g. bought@P2D or bought@P2D={"total": 5}.')
    ] = None,
    time_zone: Annotated[str | None, typer.Option(metavar="ZONE", help="Their time zone, e.g. Europe/Berlin.")] = None,
    person: Annotated[
        Path | None, typer.Option(metavar="FILE", exists=True, dir_okay=False, help="All of that as JSON, as the API takes it.")
    ] = None,
    start: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="When they are enrolled, e.g. 2026-05-01T09:00:00+02:00; now otherwise.")
    ] = None,
    participants: Annotated[int | None, typer.Option(metavar="N", min=1, help="Imagine so many people, and count.")] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="The same seed imagines the same people.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Walk somebody through a journey in virtual time, with the grounds of each decision; or count an imagined population.

    The same decisions as in production; no mail is sent, and no server is needed.
    """
    begun = _read_start(start)
    plan = _compile(file)
    if participants is not None:
        with progress("imagining people", participants) as shown:
            population = simulate_population(plan, participants, seed, begun, tell=lambda: shown.advance(shown.task_ids[0]))
        told = population_json(population)
    else:
        asked = {} if person is None else _read_person(person)
        given = {"attributes": _pairs(attribute), "user_attributes": _pairs(user_attribute), "context": _pairs(context)}
        told = answer(plan, _request(asked, given, [_event(text) for text in event or ()], time_zone), begun)
    if as_json:
        say_json(told)
    elif participants is not None:
        tell_population(plan, told)
    else:
        tell_trace(plan, told)


def schema(
    openapi: Annotated[bool, typer.Option("--openapi", help="The REST API's OpenAPI document instead.")] = False,
) -> None:
    """Print the JSON Schema of journeys, for editors. The committed one is `journeys/journey.schema.json`."""
    OUT.file.write(format_openapi() if openapi else format_schema())


def format_schema() -> str:
    """The schema as it is committed."""
    return orjson.dumps(journey_schema(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def format_openapi() -> str:
    """The API's description, as a server answers it at `/openapi.json`."""
    from api.app import describe_api  # here, for it takes half a second that no other command needs

    return orjson.dumps(describe_api(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _compile(file: Path) -> Plan:
    """The plan of a file that has no errors; its warnings are told."""
    catalogue = read_catalogue(find_templates(file.parent))
    journey, problems = check_document(file.read_bytes(), catalogue)
    if journey is None or any(problem.severity == "error" for problem in problems):
        say_problems(f"{file}:", problems)
        note("Nothing was simulated.")
        end_with_problems()
    names = {name for step in journey.steps.values() for name in step.templates()}
    return compile_journey(DEFAULT_PROJECT, file.stem, journey, dict.fromkeys(names, 1))


def _read_start(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    instant = read_instant(text)
    if instant is None:
        raise UsageError(f"--start {text!r} is not an instant: write RFC 3339 with an offset, as 2026-05-01T09:00:00+02:00.")
    return instant


def _request(
    asked: dict[str, JsonValue], given: dict[str, dict[str, JsonValue]], events: list[JsonObject], time_zone: str | None
) -> SimulationRequest:
    """The file's wishes with those of the command line over them."""
    person = asked.get("person")
    who: dict[str, JsonValue] = dict(person) if isinstance(person, dict) else {}
    for name, values in given.items():
        known = who.get(name)
        who[name] = {**(known if isinstance(known, dict) else {}), **values}
    if time_zone is not None:
        who["time_zone"] = time_zone
    happenings = asked.get("happenings")
    asked = {**asked, "person": who, "happenings": [*(happenings if isinstance(happenings, list) else []), *events]}
    try:
        return SimulationRequest.model_validate(asked)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, each['loc']))}: {reason_of(each)}" for each in error.errors())
        raise UsageError(f"That person cannot be simulated: {faults}.") from error


def _read_person(file: Path) -> dict[str, JsonValue]:
    try:
        asked = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise UsageError(f"{file} is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from error
    if not isinstance(asked, dict):
        raise UsageError(f'{file} is not a JSON object: write {{"person": {{"attributes": {{…}}}}, "happenings": […]}}.')
    return asked


def _pairs(texts: Values) -> dict[str, JsonValue]:
    return dict(_pair(text) for text in texts or ())


def _pair(text: str) -> tuple[str, JsonValue]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise UsageError(f"{text!r} is not name=value.")
    try:
        return name, orjson.loads(value)
    except orjson.JSONDecodeError:
        return name, value


def _event(text: str) -> JsonObject:
    said, _, attributes = text.partition("=")
    name, sign, when = said.rpartition("@")
    if not sign or not name:
        raise UsageError(f"{text!r} is not name@when, as bought@P2D or bought@2026-05-01T09:00:00Z.")
    brought = _pair(f"x={attributes}")[1] if attributes else {}
    if not isinstance(brought, dict):
        raise UsageError(f"The attributes of {name!r} are not a JSON object.")
    return {"event": name, "attributes": brought, **({"after": when} if when.startswith("P") else {"at": when})}
