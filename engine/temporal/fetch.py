"""The whole ladder to a server binary, in its order. `python -m engine.temporal.fetch` climbs it and starts nothing: `make temporal`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from engine.temporal.download import by_download
from engine.temporal.gobuild import by_build
from engine.temporal.ladder import Binary, Say, Search, cache_folder, climb, in_cache, on_path

RUNGS = (on_path, in_cache, by_download, by_build)


def find_or_fetch(environment: Mapping[str, str], wanted: str | None, say: Say, progress: Say) -> Binary | None:
    """Find a server binary or get one; None when no way leads to one. `wanted` is the version that a database file asks for."""
    return climb(Search(cache_folder(environment), environment, wanted, say, progress), RUNGS)


def find_present(environment: Mapping[str, str], say: Say) -> Binary | None:
    """Find a server binary that is on this machine already."""
    return climb(Search(cache_folder(environment), environment, None, say, say), (on_path, in_cache))


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _print_in_place(text: str) -> None:
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\x1b[K{text}")
        sys.stdout.flush()


if __name__ == "__main__":
    if find_or_fetch(os.environ, None, _print, _print_in_place) is None:
        _print("NO TEMPORAL SERVER CAN BE HAD: tests on the real one are skipped.")
