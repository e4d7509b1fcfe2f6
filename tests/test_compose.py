"""docker-compose.yml and the Dockerfile: they parse, and name settings and roles that exist."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from engine.roles.settings import Settings, variable_of
from engine.temporal.ladder import RELEASE_SERVER
from tests.support.installation import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text()


def test_compose_and_dockerfile_name_settings_that_exist() -> None:
    named = set(re.findall(r"\b(?:WEND|TEMPORAL)_[A-Z_]+", COMPOSE + (ROOT / "Dockerfile").read_text()))

    assert named <= {variable_of(field) for field in Settings.model_fields}


def test_compose_starts_every_role_on_the_server_that_was_tested() -> None:
    roles = set(re.findall(r"command: \[(\w+)\]", COMPOSE))

    assert roles == {"migrate", "api", "worker", "sender"}
    assert set(re.findall(r"temporalio/(?:server|admin-tools):(\S+)", COMPOSE)) == {RELEASE_SERVER}


def test_compose_parses() -> None:
    docker_compose = shutil.which("docker-compose")
    if docker_compose is None:
        pytest.skip("docker-compose is not installed")
    chosen = {**os.environ, "WEND_SECRET": "s" * 64, "WEND_BOOTSTRAP_KEY": "k" * 32}

    said = subprocess.run([docker_compose, "config", "--quiet"], cwd=ROOT, env=chosen, capture_output=True, text=True)

    assert said.returncode == 0, said.stderr


def test_compose_asks_for_its_secrets() -> None:
    docker_compose = shutil.which("docker-compose")
    if docker_compose is None:
        pytest.skip("docker-compose is not installed")

    said = subprocess.run([docker_compose, "config", "--quiet"], cwd=ROOT, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True)

    assert said.returncode != 0
    assert "openssl rand -hex 32" in said.stderr
