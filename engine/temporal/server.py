"""The Temporal server that `wend up` runs beside itself: its command line, its database file and its namespace.

It knows how the server is told what; who starts, watches and ends the process is `engine.roles.up`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.service import RPCError

from engine.errors import SettingsError, UnavailableError
from engine.temporal.connection import TemporalAddress, connect_within
from engine.temporal.ladder import Binary

#: Starts in under a second; a file of some gigabytes takes longer to open.
READY_WITHIN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the server listens, all on loopback."""

    grpc: int
    ui: int
    http: int
    metrics: int


def recorded_server(database: Path) -> str | None:
    """Return which server version wrote the database file; None where there is no file yet. Raise SettingsError where nobody knows."""
    beside = _version_file(database)
    if not database.exists():
        return None
    if not beside.exists():
        raise SettingsError(f"{database} was not written by Wend's Temporal server.", hint=_way_out(database))
    return beside.read_text().strip()


def record_server(database: Path, binary: Binary) -> None:
    """Write beside the database file which server works on it; raise SettingsError where it was another one, which knows no migration."""
    recorded = recorded_server(database)
    if recorded not in (None, binary.server):
        raise SettingsError(
            f"{database} was written by Temporal server {recorded}, and {binary.path} carries {binary.server}.",
            hint=f"Put a `temporal` with server {recorded} on PATH. Or: {_way_out(database)}",
        )
    _version_file(database).write_text(f"{binary.server}\n")


def refusal(database: Path, recorded: str) -> str:
    """Say why no server could be started on a database file that only another version may open."""
    return f"{database} was written by Temporal server {recorded}, and there is no such `temporal` here. {_way_out(database)}"


def command(binary: Binary, database: Path, ports: Ports) -> list[str]:
    """Build the command line that serves a database file on loopback, durable over a kill."""
    return [
        str(binary.path),
        *("server", "start-dev", "--ip", "127.0.0.1"),
        *("--port", str(ports.grpc), "--ui-port", str(ports.ui), "--http-port", str(ports.http), "--metrics-port", str(ports.metrics)),
        *("--db-filename", str(database)),
        # Its default is a rollback journal: about a tenth of the workflows a second (temporal.md section 2.3).
        *("--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"),
        *("--ui-disable-news-fetch", "--log-level", "warn", "--log-format", "text"),
    ]


async def prepare(address: TemporalAddress, retention: timedelta) -> None:
    """Wait until the server answers, and keep ended workflows for longer than the day that is its default. Raise UnavailableError."""
    client = await connect_within(address, READY_WITHIN)
    kept = Duration()
    kept.FromTimedelta(retention)
    request = UpdateNamespaceRequest(namespace=client.namespace, config=NamespaceConfig(workflow_execution_retention_ttl=kept))
    try:
        await client.workflow_service.update_namespace(request, retry=True, timeout=READY_WITHIN)
    except RPCError as error:
        raise UnavailableError(f"Temporal did not take the retention: {error}.", hint="Its log says why.") from error


def _version_file(database: Path) -> Path:
    return database.with_name(f"{database.name}.version")


def _way_out(database: Path) -> str:
    return (
        f"Move {database}* away and start again: who is where stands in Wend's own database, "
        "so nobody is lost; groups that wait are started anew once they are due."
    )
