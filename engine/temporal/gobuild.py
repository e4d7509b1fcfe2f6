"""The rung of the build: makes the pinned release with the Go toolchain, from the wrapper module in `build/`.

`go install` refuses the release (its module has a replace directive), a wrapper module may have its own. All sums are in `build/go.sum`,
so that what is built is what was tested, wherever the modules come from.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from engine.temporal.ladder import RELEASE, Binary, Search, accept_fetched, is_pinned_wanted

WRAPPER = Path(__file__).parent / "build"
PACKAGE = "github.com/temporalio/cli/cmd/temporal"
#: Older toolchains cannot read the wrapper's go.mod; from 1.21 on, Go fetches the toolchain that it names.
OLDEST_GO = (1, 21)


def by_build(search: Search) -> Binary | None:
    """Build the pinned release: 3 to 4 minutes on two cores, once, with progress."""
    if not is_pinned_wanted(search, "the build"):
        return None
    go = shutil.which("go", path=search.environment.get("PATH", os.defpath))
    missing = "there is no Go toolchain on PATH" if go is None else _too_old(go)
    if go is None or missing:
        search.say(f"temporal: cannot build {RELEASE}: {missing}.")
        return None
    search.say(f"temporal: building {RELEASE} with Go: 3 to 4 minutes and about 2 GB of Go's module cache, once.")
    with tempfile.TemporaryDirectory(dir=search.cache, prefix="build-") as folder:
        problem = _build(go, Path(folder), search)
        if problem:
            search.say(f"temporal: the build of {RELEASE} failed: {problem}")
            return None
        return accept_fetched(search, Path(folder) / "temporal", "it was built just now")


def _too_old(go: str) -> str:
    said = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=False).stdout.strip()
    found = re.match(r"go(\d+)\.(\d+)", said)
    if found and (int(found[1]), int(found[2])) >= OLDEST_GO:
        return ""
    return f"{said or 'this Go'} is older than go1.21"


def _build(go: str, folder: Path, search: Search) -> str:
    """Build into the folder; return what went wrong, or nothing."""
    for name in ("go.mod", "go.sum"):
        shutil.copyfile(WRAPPER / name, folder / name)
    # Without cgo no C compiler is needed. -mod=readonly: a module whose sum is not in go.sum is an error, never an addition.
    environment = {**search.environment, "CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly -buildvcs=false", "GOWORK": "off"}
    total, problem = _count_packages(go, folder, environment, search)
    if problem:
        return problem
    started = time.monotonic()

    def show(count: int) -> None:
        search.progress(f"temporal: building, {min(count, total)} of {total} packages, {time.monotonic() - started:.0f} s")

    return _follow([go, "build", "-v", "-trimpath", "-o", "temporal", PACKAGE], folder, environment, show)


def _count_packages(go: str, folder: Path, environment: Mapping[str, str], search: Search) -> tuple[int, str]:
    """Fetch the modules and count what has to be compiled at most; return the problem where that fails."""

    def show(count: int) -> None:
        search.progress(f"temporal: fetching Go modules, {count} so far")

    listed = folder / "packages"
    with listed.open("w") as packages:
        problem = _follow([go, "list", "-deps", PACKAGE], folder, environment, show, output=packages)
    return len(listed.read_text().splitlines()), problem


def _follow(
    command: list[str], folder: Path, environment: Mapping[str, str], show: Callable[[int], None], output: IO[str] | None = None
) -> str:
    """Do a command, show each line it says on stderr with its number, and return the last one where it fails."""
    said = ""
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=subprocess.PIPE, text=True) as child:
        for count, line in enumerate(child.stderr or (), start=1):
            show(count)
            said = line.strip()
    return "" if child.returncode == 0 else said or f"it ended with {child.returncode}"
