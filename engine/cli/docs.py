"""Makes the reference pages of `docs/` and the JSON Schema from the code: `python -m engine.cli.docs`. A test fails where they are stale.

Every table here is drawn from what the program itself obeys; a page that people write by hand is not made here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer.main

from api.errors import ANSWERS, HTTP_NAMES, OWN_ANSWERS
from api.permissions import PERMISSIONS
from engine.cli.app import app
from engine.cli.documents import format_schema
from engine.journey.checks import CHECKS
from engine.journey.operators import OPERATORS, VALUE_TYPES
from engine.journey.shape import SHAPE_HELP
from engine.roles.settings import Settings, variable_of
from engine.run.keys import ROLES
from engine.run.lifecycle import STATES, TABLE, VERBS
from engine.store.tables import metadata

#: Options that every command has.
_USUAL = frozenset({"help", "install_completion", "show_completion"})
_MADE = "<!-- Made by `make docs` from the code: change that. -->\n"


def main(root: Path = Path()) -> None:
    """Write every page that is not what it should be."""
    for name, make in PAGES.items():
        path = root / name
        text = make()
        if not path.is_file() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
            print(f"wrote {path}")


def checks_page() -> str:
    """Every problem a document can have."""
    rows = [
        (f"`{check.code}`", check.severity, _line(check.help)) for check in sorted(CHECKS, key=lambda check: (check.severity, check.code))
    ]
    shape = [(f"`{code}`", help_) for code, help_ in SHAPE_HELP.items()]
    return _page(
        "Checks: what can be wrong with a journey",
        "`wend check`, the designer and the API find all of it at once. An *error* cannot be published; a *warning* can.",
        "Each problem has a code, a JSON Pointer, the step's id, a message and a hint.",
        "## Shape\n\nFound first, by reading. All are errors. Where only steps are misshapen, the rest is checked for meaning too.",
        _table(("code", "what is wrong"), shape),
        "## Meaning",
        _table(("code", "severity", "what is wrong"), rows),
    )


def conditions_page() -> str:
    """The table of operators and types."""
    marks = [
        (f"`{operator.name}`", operator.wants, *("yes" if kind in operator.matches else "" for kind in VALUE_TYPES), operator.means)
        for operator in OPERATORS.values()
    ]
    return _page(
        "Conditions: which operator matches what",
        "`attribute`, `user_attribute`, `context` and `event_attribute` compare a named value: "
        '`{"type": "attribute", "name": "plan", "op": "is", "value": "pro"}`.',
        "- Logic is two-valued: a comparison with a missing value or with a value of another type is false, and `not` of it is true.\n"
        '- Nothing is coerced: "5" is not 5, and `true` is not 1.\n'
        "- A list matches if any of its elements does.\n"
        "- A date is a text: RFC 3339 with an offset, or a date alone, which is its whole day in the person's time zone. "
        "Operators for texts match it as the text it is.",
        _table(("operator", "its `value`", *VALUE_TYPES, "it holds if the value"), marks),
        "`all`, `any` and `not` combine conditions. `event` counts events (`count`, `within` a duration or `since` enrolled, `where` over "
        "`event_attribute`). `message` asks what became of an earlier email step's message: accepted, failed, suppressed, unsubscribed.",
    )


def tables_page() -> str:
    """Every table and index."""
    parts = []
    for table in metadata.sorted_tables:
        keys = [column.name for column in table.primary_key.columns]
        columns = [
            (f"`{column.name}`", _type(column.type), "" if column.nullable else "not null", _default(column)) for column in table.columns
        ]
        indexes = [_index(index) for index in sorted(table.indexes, key=lambda index: str(index.name))]
        parts += [f"## {table.name}", f"Key: {', '.join(f'`{key}`' for key in keys)}."]
        parts += [_table(("column", "type", "", "default"), columns), *(["\n".join(indexes)] if indexes else [])]
    return _page(
        "Tables",
        "The same on SQLite and PostgreSQL. Instants are microseconds since 1970 in UTC; our ids are in the order of time.",
        *parts,
    )


def states_page() -> str:
    """States and verbs of a journey."""
    rows = [(f"**{state}**", *(_cell(state, verb) for verb in VERBS)) for state in STATES]
    return _page(
        "States of a journey, and what may be done in each",
        "A refused verb answers 409 with what to do instead (404 where the journey was never published).",
        _table(("", *VERBS), rows),
    )


def roles_page() -> str:
    """Which role may use which route."""
    rows = [
        (f"`{row.method}`", f"`{row.path}`", row.role or "everybody", "yes" if row.is_keyed else "", f"{row.limit_bytes // 1000:,} kB")
        for row in PERMISSIONS
    ]
    ours = {(answer.status, f"`{answer.name}`"): _when(kind) for kind, answer in {**ANSWERS, **OWN_ANSWERS}.items()}
    errors = {**{(status, f"`{name}`"): detail for status, (name, detail) in HTTP_NAMES.items()}, **ours}
    return _page(
        "REST API: roles and errors",
        f"Roles are ordered, each may do all that those before it may: {' < '.join(ROLES)}. "
        "The OpenAPI document at `/openapi.json` says everything else.",
        _table(("method", "route", "role", "`Idempotency-Key`", "largest body"), rows),
        '## Errors\n\nOne shape: `{"error", "detail", "problems"}`. `error` is stable; `detail` is for people.',
        _table(("status", "`error`", "when"), [(*key, when) for key, when in sorted(errors.items())]),
    )


def settings_page() -> str:
    """Every setting."""
    rows = [
        (f"`{variable_of(name)}`", _setting_default(field.default), _line(field.description or ""))
        for name, field in Settings.model_fields.items()
    ]
    client = [
        ("`WEND_URL`", "the local server", "Where the CLI's client commands go."),
        ("`WEND_API_KEY`", "`WEND_HOME/api-key`", "Their key; needed where WEND_URL is another machine."),
    ]
    return _page(
        "Settings",
        "From the environment, or from `wend.toml` in the working directory, where names are in small letters and without `WEND_`. "
        "The environment wins; a setting that does not exist, or cannot be, refuses the start.",
        _table(("variable", "default", ""), [*rows, *client]),
    )


def commands_page() -> str:
    """Every command with its options."""
    root = typer.main.get_command(app)
    parts = []
    for name, command in _commands("wend", root):
        options = [(f"`{_typed(parameter)}`", _line(parameter.help or "")) for parameter in command.params if parameter.name not in _USUAL]
        parts += [f"## {name}", _paragraphs(command.help or ""), *([_table(("", ""), options)] if options else [])]
    return _page(
        "Commands",
        "Exit codes: 0 done, 1 problems found, 2 wrong usage. Results go to stdout, remarks and progress to stderr.",
        *parts,
    )


PAGES: Mapping[str, Callable[[], str]] = {
    "docs/checks.md": checks_page,
    "docs/conditions.md": conditions_page,
    "docs/tables.md": tables_page,
    "docs/states.md": states_page,
    "docs/api-roles.md": roles_page,
    "docs/settings.md": settings_page,
    "docs/commands.md": commands_page,
    "journeys/journey.schema.json": format_schema,
}


def _page(title: str, *parts: str) -> str:
    return "\n\n".join((f"# {title}", _MADE.strip(), *(part.strip() for part in parts))) + "\n"


def _table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def _line(text: str) -> str:
    return " ".join(text.split())


def _typed(parameter: Any) -> str:
    """A parameter as one types it."""
    if parameter.param_type_name == "option":
        return f"{', '.join(parameter.opts)} {parameter.metavar or ''}".rstrip()
    return str(parameter.metavar or parameter.name).upper()


def _paragraphs(text: str) -> str:
    return "\n\n".join(_line(paragraph) for paragraph in text.split("\n\n"))


def _cell(state: str, verb: Any) -> str:
    cell = TABLE[state, verb]
    return f"→ {cell.state}: {cell.says}" if cell.state else f"refused: {cell.says}"


def _when(kind: type[Exception]) -> str:
    """What an error's class says of itself, without what it says to developers."""
    return _line(kind.__doc__ or "").partition(" (")[0]


def _type(kind: object) -> str:
    return type(kind).__name__.lower()


def _default(column: Any) -> str:
    return "" if column.server_default is None else f"`{column.server_default.arg}`" if str(column.server_default.arg) else "empty"


def _index(index: Any) -> str:
    columns = ", ".join(f"`{column.name}`" for column in index.columns)
    return f"- {'unique ' if index.unique else ''}`{index.name}` on {columns}{_where(index)}"


def _where(index: Any) -> str:
    condition = index.dialect_options["sqlite"].get("where")
    if condition is None:
        return ""
    return f", where `{condition.compile(compile_kwargs={'literal_binds': True})}`"


def _setting_default(value: object) -> str:
    return "" if value is None or value == () else f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _commands(name: str, command: Any) -> Iterable[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for part, sub in inner.items():
        yield from _commands(f"{name} {part}", sub)


if __name__ == "__main__":
    main()
