"""A world on each database."""

from __future__ import annotations

import pytest

from engine.store.database import Database
from tests.support.travel import World


@pytest.fixture
def world(database: Database) -> World:
    return World(database)
