"""`make bench`: run every benchmark, each in a process of its own, and write `bench/RESULTS.md`.

Usage: python -m bench [name …]      (default: all)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure, machine

BENCHMARKS = ("decide", "events", "enroll", "journey", "latency", "mail", "memory")
RESULTS = Path(__file__).with_name("RESULTS.md")


def main(names: list[str]) -> int:
    """Measure the named benchmarks, or all, and write the page."""
    chosen = names or list(BENCHMARKS)
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen:
            environment = {**os.environ, "WEND_BENCH_FIGURES": folder}
            worst = max(worst, subprocess.run([sys.executable, "-m", f"bench.{name}"], env=environment, check=False).returncode)
        if not names:
            RESULTS.write_text(page(Path(folder)))
            print(f"\nwritten: {RESULTS.name}")
    return worst


def page(folder: Path) -> str:
    """The results as Markdown."""
    parts = [f"# Measured\n\n{datetime.now(UTC):%Y-%m-%d}, {machine()}. Written by `make bench`; every figure is of this one run."]
    for path in sorted(folder.glob("*.json")):
        rows = [Figure(**figure).line() for figure in json.loads(path.read_text())]
        parts.append("\n".join([f"## {path.stem}", "", "| figure | measured | promise | |", "|---|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
