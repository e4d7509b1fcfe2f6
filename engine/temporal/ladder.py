"""Finds a Temporal server binary, or gets one: PATH, Wend's cache, the SDK's download, a build with Go.

Each rung says in one line what it does and why.

It knows where binaries lie and how each rung is tried; not how a server is started, nor what to do when there is none.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: The release that is downloaded or built, and the server in it: changed together, with `build/go.mod` and `build/go.sum`.
RELEASE = "v1.8.2"
RELEASE_SERVER = "1.31.2"
#: A 190 MB binary answers within a second, and from a cold, slow disk in twenty; one that hangs is passed over.
VERSION_TIMEOUT_SECONDS = 60

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Binary:
    """A `temporal` that can be started."""

    path: Path
    #: The server's version, e.g. `1.31.2`: what a database file depends on.
    server: str


@dataclass(frozen=True, slots=True)
class Search:
    """What the rungs are given."""

    cache: Path
    environment: Mapping[str, str]
    #: The server version that a database file asks for; None takes any.
    wanted: str | None
    say: Say
    #: Shown in place while something long goes on.
    progress: Say

    @property
    def cached(self) -> Path:
        """Where the pinned release is kept."""
        return self.cache / RELEASE / "temporal"


#: Tries one way and says how it went.
Rung = Callable[[Search], Binary | None]


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Where Wend keeps binaries for this user."""
    home = environment.get("XDG_CACHE_HOME") or Path(environment.get("HOME", "~")).expanduser() / ".cache"
    return Path(home) / "wend" / "temporal"


def read_server_version(path: Path) -> str | None:
    """Ask a binary which server it carries; None when it cannot be started or is something else."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=VERSION_TIMEOUT_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"Server (\d+\.\d+\.\d+[^,)\s]*)", answer.stdout + answer.stderr)
    return found.group(1) if found else None


def climb(search: Search, rungs: tuple[Rung, ...]) -> Binary | None:
    """Try rung after rung and return the first binary; None when all are exhausted."""
    with _alone(search.cache):
        for rung in rungs:
            binary = rung(search)
            if binary is not None:
                return binary
    return None


def on_path(search: Search) -> Binary | None:
    """Take the `temporal` that the user installed."""
    found = shutil.which("temporal", path=search.environment.get("PATH", os.defpath))
    if found is None:
        search.say("temporal: there is none on PATH; looking in Wend's cache.")
        return None
    return _accept(search, Path(found), "it is on PATH")


def in_cache(search: Search) -> Binary | None:
    """Take one that an earlier start downloaded or built."""
    candidates = [search.cached, *sorted(path for path in search.cache.glob("*/temporal") if path != search.cached)]
    present = [path for path in candidates if path.is_file()]
    if not present:
        search.say(f"temporal: there is none in the cache ({search.cache}); trying the SDK's download of the official binary.")
    for path in present:
        binary = _accept(search, path, "it was fetched before")
        if binary is not None:
            return binary
    return None


def _accept(search: Search, path: Path, why: str) -> Binary | None:
    server = read_server_version(path)
    if server is None:
        search.say(f"temporal: not {path}: it does not say which server it carries.")
        return None
    if search.wanted not in (None, server):
        search.say(f"temporal: not {path}: it carries server {server}, and the database file was written by {search.wanted}.")
        return None
    search.say(f"temporal: using {path} (server {server}), because {why}.")
    return Binary(path, server)


def accept_fetched(search: Search, fetched: Path, why: str) -> Binary | None:
    """Move a binary that was just fetched into the cache, whole or not at all, and take it."""
    search.cached.parent.mkdir(parents=True, exist_ok=True)
    fetched.chmod(0o755)
    fetched.replace(search.cached)
    return _accept(search, search.cached, why)


def is_pinned_wanted(search: Search, way: str) -> bool:
    """Whether fetching the pinned release makes sense at all; say so when it does not."""
    if search.wanted in (None, RELEASE_SERVER):
        return True
    search.say(f"temporal: {way} would bring server {RELEASE_SERVER}, and the database file was written by {search.wanted}.")
    return False


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """Keep two starts from fetching at once; the second finds what the first fetched."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
