"""The rung of the SDK's download: the SDK fetches the official binary as it does for its own tests, in a process that can be ended.

The SDK only fetches in order to start, and offers no time limit: so a child process does it, and is watched from here.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from engine.temporal.ladder import RELEASE, Binary, Search, accept_fetched, is_pinned_wanted

#: Without a byte by then there is no way out to the internet, or a wall that drops packets.
FIRST_BYTE_SECONDS = 6
#: A download that stands still for this long does not come back.
STALL_SECONDS = 20
_MEGABYTE = 1_000_000


def by_download(search: Search) -> Binary | None:
    """Let the SDK fetch the official binary; gives up within seconds where nothing answers."""
    if not is_pinned_wanted(search, "the SDK's download"):
        return None
    with tempfile.TemporaryDirectory(dir=search.cache, prefix="download-") as folder:
        reason = _fetch(Path(folder), search)
        whole = [path for path in Path(folder).iterdir() if path.suffix != ".downloading"]
        if whole:
            return accept_fetched(search, whole[0], "the SDK downloaded the official binary")
    search.say(f"temporal: the SDK's download of {RELEASE} failed ({reason}); trying to build it with Go.")
    return None


def _fetch(folder: Path, search: Search) -> str:
    """Run the child until it has fetched, failed or stalled; return why it ended."""
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen([sys.executable, "-m", "engine.temporal.download", str(folder)], stdout=errors, stderr=errors)
        try:
            reason = _watch(child, folder, search)
        finally:
            child.kill()
            child.wait()
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip().splitlines()
    return reason or (said[-1][:200] if said else "it said nothing")


def _watch(child: subprocess.Popen[bytes], folder: Path, search: Search) -> str:
    seen, last_growth = 0, time.monotonic()
    while child.poll() is None:
        size = _size_of(folder)
        if size != seen:
            seen, last_growth = size, time.monotonic()
            search.progress(f"temporal: downloading {RELEASE}, {size // _MEGABYTE} MB unpacked")
        allowed = STALL_SECONDS if seen else FIRST_BYTE_SECONDS
        if time.monotonic() - last_growth > allowed:
            return f"no byte for {allowed} s"
        time.sleep(0.1)  # a look at a file's size; nothing tells us of it
    return ""


def _size_of(folder: Path) -> int:
    """All bytes in a folder; a file may get its last name while it is looked at."""
    size = 0
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            size += path.stat().st_size
    return size


async def _download(folder: str) -> None:
    from temporalio.testing import WorkflowEnvironment

    started = await WorkflowEnvironment.start_local(dev_server_download_version=RELEASE, download_dest_dir=folder)
    await started.shutdown()


if __name__ == "__main__":
    try:
        asyncio.run(_download(sys.argv[1]))
    except RuntimeError as error:
        sys.stderr.write(f"{str(error).splitlines()[0]}\n")
        sys.stderr.flush()
        os._exit(1)
    # The SDK may crash at interpreter exit.
    os._exit(0)
