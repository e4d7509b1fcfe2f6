"""`make bench`: run every benchmark, each in a process of its own, and write `bench/RESULTS.md`.

Usage: python -m bench [name …]      (default: all, and only then is the page written)

It ends with 0 when every promise holds, with 1 when one falls short or a benchmark failed, and says which. Ctrl-C ends the benchmark
that runs, with everything it started, and leaves the page as it was.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure, machine

#: Each with its usual duration, for whoever waits (2 cores).
BENCHMARKS: Mapping[str, str] = {
    "decide": "10 seconds",
    "events": "20 seconds",
    "enroll": "half a minute",
    "journey": "two minutes",
    "latency": "a minute",
    "mail": "a minute and a half",
    "memory": "a minute",
}
RESULTS = Path(__file__).with_name("RESULTS.md")
WRONG_USAGE, INTERRUPTED = 2, 130
#: A benchmark ends its servers, the last started first.
GRACE_SECONDS = 30.0

Measured = Mapping[str, Sequence[Figure]]


def main(names: Sequence[str]) -> int:
    """Measure the named benchmarks, or all, and write the page."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return WRONG_USAGE
    chosen = list(names) or list(BENCHMARKS)
    with tempfile.TemporaryDirectory() as folder:
        try:
            for number, name in enumerate(chosen, 1):
                measure(name, Path(folder), f"{number} of {len(chosen)}")
        except KeyboardInterrupt:
            print(f"\nInterrupted; {RESULTS.name} is as it was.", file=sys.stderr)
            return INTERRUPTED
        measured = {name: read_figures(Path(folder, f"{name}.json")) for name in chosen}
    if not names:
        RESULTS.write_text(page(measured))
        print(f"\nWritten: bench/{RESULTS.name}.")
    print(f"\n{verdict(measured)}")
    return 1 if any(fallen_short(measured)) else 0


def measure(name: str, folder: Path, which: str) -> None:
    """Run one benchmark, which leaves its figures in the folder; it says itself what it measures."""
    print(f"\n[{which}] {name}: about {BENCHMARKS[name]} …", file=sys.stderr, flush=True)
    began = time.monotonic()
    # In a group of its own, so that Ctrl-C reaches its servers through it alone and it can end them in order.
    command, told = [sys.executable, "-m", f"bench.{name}"], {**os.environ, "WEND_BENCH_FIGURES": str(folder)}
    process = subprocess.Popen(command, env=told, process_group=0)
    try:
        process.wait()
    except BaseException:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise
    print(f"[{which}] {name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def read_figures(file: Path) -> Sequence[Figure]:
    """What a benchmark left; nothing where it failed."""
    return [Figure(**figure) for figure in json.loads(file.read_text())] if file.exists() else []


def fallen_short(measured: Measured) -> Iterator[str]:
    """One line for each promise that is not kept."""
    for name, figures in measured.items():
        if not figures:
            yield f"{name}: the benchmark failed"
        yield from (f"{name}: {figure.says()}" for figure in figures if not figure.holds)


def verdict(measured: Measured) -> str:
    """Whether every promise holds, and which do not."""
    missed = list(fallen_short(measured))
    promised = sum(figure.target is not None for figures in measured.values() for figure in figures)
    if not missed:
        return f"All {promised} promises hold."
    return "\n".join([f"**{len(missed)} of {promised} promises fall short:**", "", *(f"- {line}" for line in missed)])


def page(measured: Measured) -> str:
    """The results as Markdown."""
    told = "Written by `make bench`; every figure is of this one run."
    parts = [f"# Measured\n\n{datetime.now(UTC):%Y-%m-%d}, {machine()}. {told}", verdict(measured)]
    for name, figures in measured.items():
        rows = [figure.line() for figure in figures]
        parts.append("\n".join([f"## {name}", "", "| figure | measured | promise | |", "|---|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
