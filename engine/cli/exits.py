"""How commands end: 0 done, 1 problems found, 2 wrong usage."""

from __future__ import annotations

from typing import NoReturn

import typer

PROBLEMS = 1
WRONG_USAGE = 2


class UsageError(Exception):
    """The command was called in a way that cannot be meant."""


def end_with_problems() -> NoReturn:
    """End a command that found what it looked for, or could not do its work."""
    raise typer.Exit(PROBLEMS)
