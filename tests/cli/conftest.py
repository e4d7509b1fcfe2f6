"""The command line as it is typed, and a server for it to speak to."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from api.app import create_app
from api.deployment import Deployment
from engine.cli.main import main
from engine.run.drafts import DatabaseDrafts
from engine.run.keys import DEFAULT_PROJECT, ensure_project, make_key
from engine.run.templates import DatabaseTemplates
from engine.store import installation
from engine.store.database import Database
from tests.support.serving import serve


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed with `--json`."""
        return json.loads(self.out)


Wend = Callable[..., Ended]


@pytest.fixture
def wend(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Wend:
    """Type `wend …`; settings are the defaults, with an empty WEND_HOME."""
    monkeypatch.setenv("WEND_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["wend", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        code = ended.value.code
        return Ended(code if isinstance(code, int) else 0, printed.out, printed.err)

    return run


@pytest.fixture
def deployment(sqlite_database: Database) -> Deployment:
    """An empty installation whose drafts and templates are rows."""
    with sqlite_database.write() as connection:
        installation.ensure(connection)
    ensure_project(sqlite_database)
    drafts, templates = DatabaseDrafts(sqlite_database), DatabaseTemplates(sqlite_database)
    return Deployment(
        sqlite_database, drafts, templates, secret=b"s" * 32, public_url="http://127.0.0.1", mail_from="Wend <wend@localhost>"
    )


@pytest.fixture
def server(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """That installation, served; the command line knows where, with a key that may do everything."""
    key = make_key(deployment.database, DEFAULT_PROJECT, name="test", role="operate")[1]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # stdout is the command's
    with serve(create_app(deployment)) as url:
        monkeypatch.setenv("WEND_URL", url)
        monkeypatch.setenv("WEND_API_KEY", key)
        yield deployment
    structlog.reset_defaults()
