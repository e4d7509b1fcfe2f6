"""Every operation of the OpenAPI, fuzzed over HTTP: no 5xx, no answer that the description does not have; with a key and without."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import BaseSchema, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from api.app import create_app
from api.deployment import Deployment
from api.permissions import OPERATIONS, Permission
from engine.run.drafts import DatabaseDrafts
from engine.run.keys import DEFAULT_PROJECT, ensure_project, make_key
from engine.run.publish import Wish, publish
from engine.run.templates import DatabaseTemplates, TemplateContent
from engine.store import installation
from engine.store.database import Database
from engine.store.tables import metadata
from tests.api.conftest import PUBLIC_URL, WELCOME
from tests.support.postgresql import create_database
from tests.support.serving import serve

#: Random examples of each operation, mode and database; the long form is WEND_FUZZ_EXAMPLES=500.
EXAMPLES = int(os.environ.get("WEND_FUZZ_EXAMPLES", "5"))
CHECKED = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance, unsupported_method]
FUZZING = settings(
    max_examples=EXAMPLES, deadline=None, phases=[Phase.explicit, Phase.generate], derandomize=True, suppress_health_check=list(HealthCheck)
)


@dataclass
class Served:
    """An API over HTTP, and a key that may do everything."""

    url: str
    key: str
    #: One connection for all calls.
    session: requests.Session


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An API with a template and a published journey in it, on each database."""
    folder = tmp_path_factory.mktemp("fuzz")
    database = Database(f"sqlite:///{folder}/wend.db" if request.param == "sqlite" else _postgresql(request, folder.name))
    metadata.create_all(database.engine)
    with database.write() as connection:
        installation.ensure(connection)
    ensure_project(database)
    drafts, templates = DatabaseDrafts(database), DatabaseTemplates(database)
    deployment = Deployment(database, drafts, templates, b"s" * 32, PUBLIC_URL, "Wend <wend@wend.example>", mailbox=folder)
    templates.write(DEFAULT_PROJECT, "hello", TemplateContent(subject="Hello", text="Hello"))
    publish(database, drafts, templates, project=DEFAULT_PROJECT, journey_id="welcome", wish=Wish(source=json.dumps(WELCOME)))
    with serve(create_app(deployment)) as url, requests.Session() as session:
        yield Served(url, make_key(database, DEFAULT_PROJECT, name="fuzz", role="operate")[1], session)
    database.close()


@pytest.fixture(scope="module")
def described(served: Served) -> BaseSchema:
    """The API as it describes itself."""
    return schemathesis.openapi.from_url(f"{served.url}/openapi.json")


def _postgresql(request: pytest.FixtureRequest, name: str) -> str:
    server = request.getfixturevalue("postgresql_url")
    if server is None:
        pytest.skip("PostgreSQL is not installed")
    return create_database(server, name)


#: What takes nothing can be asked nothing wrong.
MODES = [(row, mode) for row in OPERATIONS for mode in GenerationMode if row.role is not None or mode is GenerationMode.POSITIVE]


@pytest.mark.parametrize(("row", "mode"), MODES, ids=lambda value: value.name)
def test_an_operation_answers_as_described(row: Permission, mode: GenerationMode, served: Served, described: BaseSchema) -> None:
    @FUZZING
    @given(case=described[row.path][row.method].as_strategy(generation_mode=mode))
    def fuzz(case: Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {served.key}"}, checks=CHECKED, session=served.session)

    fuzz()


@pytest.mark.parametrize("row", [row for row in OPERATIONS if row.role is not None], ids=lambda row: row.name)
def test_an_operation_tells_strangers_nothing(row: Permission, served: Served, described: BaseSchema) -> None:
    @settings(FUZZING, max_examples=4)
    @given(case=described[row.path][row.method].as_strategy())
    def fuzz(case: Case) -> None:
        response = case.call_and_validate(checks=CHECKED, session=served.session)
        assert response.status_code in {400, 401}

    fuzz()
