"""Prometheus metrics: requests counted as they pass, people and sends counted in the database when somebody asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from engine.store import totals
from engine.store.database import Database

#: Seconds; from a cached read to a batch of 10,000.
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_METHODS: Final = frozenset({"GET", "PUT", "POST", "PATCH", "DELETE"})


class Metrics:
    """The metrics of one API process."""

    def __init__(self, database: Database) -> None:
        self._registry = CollectorRegistry()
        names = ("method", "route", "status")
        self._requests = Counter("wend_requests", "Requests by route and status.", names, registry=self._registry)
        self._seconds = Histogram(
            "wend_request_seconds", "How long requests took.", ("method", "route"), buckets=BUCKETS, registry=self._registry
        )
        self._registry.register(_Ledger(database))

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request. Labels are routes, not paths, so that nobody can make the process remember what they send."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(known, route).observe(seconds)

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)


class _Ledger(Collector):
    """People and sends by state, counted when scraped."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> Iterable[Metric]:
        """Nothing is counted while the app is made."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Count now."""
        with self._database.read() as connection:
            people, sends = totals.people_by_status(connection), totals.sends_by_state(connection)
        yield _gauge("wend_participants", "Live participants by journey and status.", ("project", "journey", "status"), people.items())
        yield _gauge("wend_sends", "Sends that are not settled, by class and state.", ("project", "class", "state"), sends.items())


def _gauge(name: str, description: str, labels: tuple[str, ...], rows: Iterable[tuple[tuple[str, ...], int]]) -> Metric:
    family = GaugeMetricFamily(name, description, labels=labels)
    for values, count in rows:
        family.add_metric(list(values), count)
    return family
