"""The promise *simulated = real*: random journeys give the same decisions in the simulator, on LocalClock and on Temporal."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from engine.store.database import Database
from engine.store.tables import metadata
from tests.support.agreement import draw_scenarios, imagine, named, next_hour, travel_by_local_clock, travel_by_temporal
from tests.support.temporal_server import time_skipping_server

#: Journeys in all; AGREEMENT_JOURNEYS=5000 for the thorough.
JOURNEYS = int(os.environ.get("AGREEMENT_JOURNEYS", "200"))
BATCH = 50


def made(url: str) -> Database:
    database = Database(url)
    metadata.create_all(database.engine)
    return database


@pytest.mark.parametrize("number", range(-(-JOURNEYS // BATCH)))
async def test_random_journeys_agree_in_all_three_ways(number: int, fresh_database_url: Callable[[str], str]) -> None:
    local, distributed = made(fresh_database_url("sqlite")), made(fresh_database_url("sqlite"))

    async with time_skipping_server() as environment:
        start = await next_hour(environment)
        scenarios = [scenario.moved_to(start) for scenario in draw_scenarios(BATCH, number)]
        by_temporal = await travel_by_temporal(environment, distributed, scenarios)
    by_local_clock = travel_by_local_clock(local, scenarios)

    assert len(scenarios) == BATCH
    for scenario in scenarios:
        for person, imagined in imagine(scenario).items():
            with named(scenario):
                assert by_local_clock[person] == imagined
                assert by_temporal[person] == imagined
    local.close()
    distributed.close()
