"""The data folder, WEND_HOME: its secrets, its lock, and the notice of what `wend up` has running there."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from engine.errors import SettingsError

#: 256 bits, as much as the digest that signs with it.
SECRET_BYTES = 32
KEY_PREFIX = "wend_"


@dataclass(frozen=True, slots=True)
class Running:
    """What `wend up` has running, as it writes it down for `wend doctor` and the CLI."""

    pid: int
    url: str
    clock: str
    temporal_address: str | None = None
    temporal_ui: str | None = None
    #: Process ids by name.
    processes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Home:
    """A data folder; only its owner may look into it."""

    folder: Path

    def make(self) -> None:
        """Make the folder where it is missing; raise SettingsError where it cannot be made."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.logs.mkdir(exist_ok=True)
        except OSError as error:
            raise SettingsError(f"The data folder {self.folder} cannot be made: {error.strerror}.", hint="Set WEND_HOME.") from error

    @property
    def logs(self) -> Path:
        """One file per process."""
        return self.folder / "logs"

    @property
    def doorbell(self) -> Path:
        """The sockets by which processes wake each other."""
        return self.folder / "doorbell"

    @property
    def mailbox(self) -> Path:
        """Where the built-in mailbox keeps mails."""
        return self.folder / "mailbox"

    @property
    def temporal_database(self) -> Path:
        """The database file of the Temporal server that `wend up` starts."""
        return self.folder / "temporal.db"

    def lock(self) -> IO[str]:
        """Take the folder for one `wend up`, until the file is closed or the process ends; raise SettingsError where another has it."""
        file = (self.folder / "lock").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            other = file.read().strip() or "unknown"
            file.close()
            raise SettingsError(
                f"Another `wend up` (process {other}) works on {self.folder} already.",
                hint="Use that one, end it with Ctrl-C, or set WEND_HOME and WEND_PORT for a second one.",
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        return file

    def ensure_secret(self, given: str | None) -> str:
        """Return what signs links: given, or made on the first start and kept."""
        return given or self._ensure("secret", lambda: secrets.token_hex(SECRET_BYTES))

    def ensure_api_key(self, given: str | None) -> str:
        """Return the first operate key: given, or made on the first start; kept either way, for the CLI."""
        if given is None:
            return self._ensure("api-key", lambda: KEY_PREFIX + secrets.token_urlsafe(SECRET_BYTES))
        _write_private(self.folder / "api-key", given)
        return given

    def read_secret(self, given: str | None) -> str:
        """Return what signs links, for a role that makes nothing; raise SettingsError where there is none."""
        kept = self.folder / "secret"
        if given is None and not kept.exists():
            raise SettingsError("There is no WEND_SECRET.", hint="Set the same one for every process: it signs the links in mails.")
        return given or kept.read_text().strip()

    def _ensure(self, name: str, make: Callable[[], str]) -> str:
        path = self.folder / name
        if not path.exists():
            _write_private(path, make())
        return path.read_text().strip()

    def write_running(self, running: Running) -> None:
        """Write down what runs, whole or not at all."""
        _write_private(self.folder / "running.json", json.dumps(asdict(running), indent=2))

    def read_running(self) -> Running | None:
        """Read what runs; None where nothing does, or its `wend up` is gone."""
        try:
            said = json.loads((self.folder / "running.json").read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        running = Running(**said)
        return running if is_alive(running.pid) else None

    def forget_running(self) -> None:
        """Take the notice down."""
        (self.folder / "running.json").unlink(missing_ok=True)


def is_alive(pid: int) -> bool:
    """Whether there is a process of that id that is not dead already."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text if text.endswith("\n") else f"{text}\n")
    beside.replace(path)
