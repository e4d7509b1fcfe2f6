"""`wend doctor`: what runs where, and what is wrong with the way out. Looks by `engine.roles.doctor`; prints."""

from __future__ import annotations

import typer
from rich.text import Text

from engine.cli.documents import JsonOption
from engine.cli.exits import end_with_problems
from engine.cli.show import OUT, plural, say, say_json

PANEL = "Operation"


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel=PANEL)(doctor)


def doctor(as_json: JsonOption = False) -> None:
    """Say what runs where, how each part fares, and what is wrong with the way out. Changes nothing."""
    from engine.roles.doctor import examine
    from engine.roles.settings import read_settings

    found = examine(read_settings())
    wrong = sum(finding.is_wrong for finding in found)
    if as_json:
        say_json({"findings": found, "wrong": wrong})
    else:
        for finding in found:
            mark = Text("✗ ", "bold red") if finding.is_wrong else Text("✓ ", "green")
            OUT.print(Text.assemble(mark, (f"{finding.part:<10} ", "bold"), finding.detail))
            if finding.hint:
                OUT.print(Text(f"{'':<13}{finding.hint}", "dim"))
        say("All is well." if not wrong else f"{plural(wrong, 'thing')} wrong.")
    if wrong:
        end_with_problems()
