"""The commands of `wend`: everything an operator and an author type. Parses, calls, prints; each group of commands is a module beside it.

Exit codes: 0 done, 1 problems found, 2 wrong usage. Results go to stdout, and as JSON with `--json`; remarks and progress to stderr.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from engine.cli import doctor, documents, enroll, keys, publishing, roles
from engine.cli.exits import PROBLEMS, WRONG_USAGE, UsageError
from engine.cli.show import note, say
from engine.errors import EngineError

app = typer.Typer(
    name="wend",
    help="Customer journeys that a company runs itself.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        say(version("wend"))
        raise typer.Exit


@app.callback()
def _begin(
    show_version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Customer journeys that a company runs itself."""


for _group in (roles, documents, publishing, enroll, keys, doctor):
    _group.install(app)


def run_command() -> None:
    """Run the command that was typed, and end with its exit code."""
    try:
        app()
    except UsageError as error:
        note(f"wend: {error}")
        sys.exit(WRONG_USAGE)
    except EngineError as error:
        note(f"wend: {error}")
        for problem in getattr(error, "problems", ()):
            note(f"  {problem.pointer}: {problem.message} {problem.hint}".rstrip())
        sys.exit(PROBLEMS)
    except BrokenPipeError:  # `wend … | head`: whoever read has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(PROBLEMS)
    except OSError as error:  # a file that cannot be read, a folder that cannot be written
        place = f"{error.filename}: " if error.filename else ""
        note(f"wend: {place}{error.strerror or error}.")
        sys.exit(PROBLEMS)
