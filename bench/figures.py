"""What a benchmark says: figures with their targets, printed and gathered into `bench/RESULTS.md`.

A speed is a ratio measured within one run wherever it can be: machines are noisy, ratios are less so.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure and the promise it is held against."""

    name: str
    value: float
    unit: str
    #: The promise, or None for a figure that only explains another.
    target: float | None = None
    #: Whether the promise is an upper bound (`at_most`) or a lower one (`at_least`).
    bound: str = "at_least"

    @property
    def holds(self) -> bool:
        """Whether the promise is met."""
        if self.target is None:
            return True
        return self.value <= self.target if self.bound == "at_most" else self.value >= self.target

    @property
    def promise(self) -> str:
        """The bound in words; nothing where nothing is promised."""
        return "" if self.target is None else f"{'≤' if self.bound == 'at_most' else '≥'} {_number(self.target)} {self.unit}".rstrip()

    def says(self) -> str:
        """The figure and its promise in one sentence."""
        return f"{self.name}: {_number(self.value)} {self.unit}".rstrip() + (f", promised {self.promise}" if self.promise else "")

    def line(self) -> str:
        """One row of a Markdown table."""
        verdict = "" if self.target is None else ("holds" if self.holds else "**falls short**")
        return f"| {self.name} | {_number(self.value)} {self.unit} | {self.promise} | {verdict} |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def report(title: str, figures: Sequence[Figure]) -> int:
    """Print a benchmark's figures, keep them for `RESULTS.md`, and return an exit code: 0 if every promise holds."""
    print(f"\n## {title}\n\n| figure | measured | promise | |\n|---|---|---|---|")
    for figure in figures:
        print(figure.line())
    sys.stdout.flush()
    folder = os.environ.get("WEND_BENCH_FIGURES")
    if folder:
        Path(folder, f"{title}.json").write_text(json.dumps([asdict(figure) for figure in figures]))
    return 0 if all(figure.holds for figure in figures) else 1


def machine() -> str:
    """What it was measured on, without a name: cores, memory, Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}"
