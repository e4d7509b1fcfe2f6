"""What the commands print: lines for people on the terminal, JSON for programs. Results go to stdout, remarks and progress to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from engine.errors import Problem

OUT = Console(highlight=False, soft_wrap=True)
ERR = Console(stderr=True, highlight=False, soft_wrap=True)

_STYLES = {"error": "bold red", "warning": "yellow", "added": "green", "removed": "red", "changed": "yellow"}


def say(text: str) -> None:
    """Print a result."""
    OUT.print(text, markup=False)


def note(text: str) -> None:
    """Print a remark, which is no part of the result."""
    ERR.print(text, markup=False)


def say_json(value: object) -> None:
    """Print a value for programs."""
    sys.stdout.write(json.dumps(_plain(value), indent=2, ensure_ascii=False, default=str) + "\n")


def say_problems(name: str, problems: Sequence[Problem]) -> None:
    """Print what is wrong with a document, each with its place and the way out."""
    for problem in problems:
        line = Text.assemble((problem.severity, _STYLES[problem.severity]), f" {name}{problem.pointer}  ", (problem.code, "dim"))
        OUT.print(line)
        OUT.print(f"  {problem.message}{f' {problem.hint}' if problem.hint else ''}", markup=False)


def say_change(kind: str, text: str, indent: int = 2) -> None:
    """Print one difference."""
    sign = {"added": "+", "removed": "-", "changed": "~"}[kind]
    OUT.print(Text(f"{' ' * indent}{sign} {text}", style=_STYLES[kind]))


def say_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, right: Collection[int] = ()) -> None:
    """Print rows under headings, a line each however wide; `right` are the columns of numbers."""
    lines = [[*columns], *(["" if cell is None else str(cell) for cell in row] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    for number, line in enumerate(lines):
        cells = [text.rjust(widths[place]) if place in right else text.ljust(widths[place]) for place, text in enumerate(line)]
        OUT.print(Text("  ".join(cells).rstrip(), style="" if number else "bold"), no_wrap=True, crop=False, overflow="ignore")


@contextmanager
def progress(about: str, total: int | None = None) -> Iterator[Progress]:
    """Show how far long work is, on a terminal; elsewhere nothing."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=ERR, transient=True, disable=not sys.stderr.isatty()) as shown:
        shown.add_task(about, total=total)
        yield shown


def plural(count: int, noun: str) -> str:
    """`1 problem`, `2 problems`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
