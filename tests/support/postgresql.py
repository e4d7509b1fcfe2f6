"""A PostgreSQL of its own for a test session: the distribution's `initdb` and `postgres`, run as an unprivileged user."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from engine.roles.ports import free_port

DEBIAN_BINARIES = "/usr/lib/postgresql"
#: It starts within one; one that cannot start ends, and is not waited for.
START_SECONDS = 120


def find_binary(name: str) -> str | None:
    """The path of a PostgreSQL server binary, newest first; None where PostgreSQL is not installed."""
    candidates = sorted(Path(DEBIAN_BINARIES).glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]), reverse=True)
    return str(candidates[0]) if candidates else shutil.which(name)


@contextmanager
def start_postgresql(*, durable: bool = False) -> Iterator[str | None]:
    """Start a server in a temporary folder and yield its URL without a database name; None where it cannot be had.

    Args:
        durable: whether a commit survives power loss. Tests kill Wend's processes, not the machine, and do without.
    """
    initdb, postgres = find_binary("initdb"), find_binary("postgres")
    user = _unprivileged_user()
    if initdb is None or postgres is None or user is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="wend-pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, user)
    as_user = {"user": user, "group": user, "extra_groups": []} if os.getuid() == 0 else {}
    environment = {**os.environ, "HOME": str(folder)}
    common = {"cwd": folder, "env": environment, **as_user}
    subprocess.run(
        [initdb, "-D", folder / "data", "-U", "wend", "-A", "trust", "-E", "UTF8", "--no-sync"], check=True, capture_output=True, **common
    )
    port = free_port()  # only now: making the files takes seconds, in which others look for ports
    options = [
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        f"unix_socket_directories={folder}",
        "-c",
        f"fsync={'on' if durable else 'off'}",
        "-c",
        "max_connections=300",
    ]
    if not durable:
        # It would gather statistics of a test's tables at a moment of its own choice, and then other indexes may be used.
        options += ["-c", "autovacuum=off"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([postgres, "-D", folder / "data", "-p", str(port), *options], stdout=log, stderr=log, **common)
    try:
        _wait_for_port(port, server)
        yield f"postgresql+psycopg://wend@127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGQUIT)  # "immediate": what it has not written yet is thrown away in a moment
        server.wait(timeout=30)
        # Thousands of files: nobody waits for the last of them.
        os.posix_spawnp("rm", ["rm", "-rf", str(folder)], os.environ)


def create_database(server: str, name: str, template: str = "template0") -> str:
    """Create a database as a copy of another one that nobody is connected to, and return its URL.

    Args:
        server: as `start_postgresql` yields it.
    """
    with psycopg.connect(server.replace("+psycopg", "") + "/postgres", autocommit=True) as connection:
        # Since 15 the default writes every page to the log, which takes three times as long for a database as small as these.
        strategy = " STRATEGY file_copy" if connection.info.server_version >= 150_000 else ""
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{strategy}')
    return f"{server}/{name}"


def _unprivileged_user() -> str | None:
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid()).pw_name
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    return None


def _wait_for_port(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:  # an open port is not enough: "the database system is starting up"
            psycopg.connect(f"host=127.0.0.1 port={port} user=wend dbname=postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("PostgreSQL did not start")
