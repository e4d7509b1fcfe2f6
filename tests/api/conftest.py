"""A whole API on a real database, spoken to over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.deployment import Deployment
from engine.mail.render import Renderer
from engine.run.drafts import DatabaseDrafts
from engine.run.keys import DEFAULT_PROJECT, ensure_project, make_key
from engine.run.templates import DatabaseTemplates, TemplateContent
from engine.store import installation
from engine.store.database import Database

PUBLIC_URL = "http://wend.example"


@dataclass
class Api:
    """One API and its callers."""

    deployment: Deployment
    transport: httpx.ASGITransport
    keys: dict[str, str]
    #: Topics rung, in order.
    rung: list[str]

    def client(self, role: str | None = "operate", **headers: str) -> httpx.AsyncClient:
        """A caller with a key of a role, or without one."""
        if role is not None:
            headers["Authorization"] = f"Bearer {self.keys[role]}"
        return httpx.AsyncClient(transport=self.transport, base_url=PUBLIC_URL, headers=headers)


@pytest.fixture
def make_api(tmp_path: Path) -> Callable[[Database], Api]:
    """Make an API on a database."""

    def make(database: Database) -> Api:
        with database.write() as connection:
            installation.ensure(connection)
        ensure_project(database)
        keys = {role: make_key(database, DEFAULT_PROJECT, name=role, role=role)[1] for role in ("ingest", "read", "author", "operate")}
        rung: list[str] = []
        deployment = Deployment(
            database=database,
            drafts=DatabaseDrafts(database),
            templates=DatabaseTemplates(database),
            secret=b"s" * 32,
            public_url=PUBLIC_URL,
            mail_from="Wend <wend@wend.example>",
            renderer=Renderer(),
            ring=rung.append,
            mailbox=tmp_path / "mailbox",
        )
        return Api(deployment, httpx.ASGITransport(create_app(deployment)), keys, rung)

    return make


@pytest.fixture
async def api(database: Database, make_api: Callable[[Database], Api]) -> AsyncIterator[Api]:
    """An API on either database."""
    made = make_api(database)
    yield made
    await made.deployment.renderer.stop()


@pytest.fixture
async def lite(sqlite_database: Database, make_api: Callable[[Database], Api]) -> AsyncIterator[Api]:
    """An API on SQLite, for tests in which the database does not matter."""
    made = make_api(sqlite_database)
    yield made
    await made.deployment.renderer.stop()


WELCOME = {
    "format": 1,
    "name": "Welcome",
    "entry": {"type": "api"},
    "start": "greet",
    "steps": {
        "greet": {"type": "email", "template": "hello", "next": "settle"},
        "settle": {"type": "wait", "for": "P1D", "next": "again"},
        "again": {"type": "email", "template": "hello"},
    },
}


@pytest.fixture
def welcome(lite: Api) -> Api:
    """An API with a template and a draft that can be published."""
    return with_welcome(lite)


def with_welcome(api: Api) -> Api:
    """Give an API a template."""
    content = TemplateContent(subject="Hello", html="<p>Hello {{ endpoint.address }}</p>", text="Hello")
    api.deployment.templates.write(DEFAULT_PROJECT, "hello", content)
    return api
