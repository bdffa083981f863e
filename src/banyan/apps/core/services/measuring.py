"""Numbers about the work, for a watch over the house: how many, how long. By name of the route, never by address.

Each process counts for itself in a file under PROMETHEUS_MULTIPROC_DIR; a scrape adds them up.
"""

import os
from collections.abc import Iterable

from prometheus_client import REGISTRY as ONE_PROCESS
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
QUERIES = (1, 2, 5, 10, 20, 30, 50, 100, 200)

REQUESTS = Counter("banyan_requests", "Requests answered.", ["route", "method", "status"])
DURATION = Histogram("banyan_request_seconds", "Time to answer.", ["route"], buckets=SECONDS)
DATABASE = Histogram(
    "banyan_database_seconds", "Time that a request spent in the database.", ["route"], buckets=SECONDS
)
ASKED = Histogram("banyan_database_queries", "Queries that a request made.", ["route"], buckets=QUERIES)
FAILED_SIGN_INS = Counter("banyan_sign_ins_failed", "Sign-ins that failed.")


def count_request(
    *, route: str, method: str, status: int, seconds: float, database_seconds: float, queries: int
) -> None:
    REQUESTS.labels(route, method, str(status)).inc()
    DURATION.labels(route).observe(seconds)
    DATABASE.labels(route).observe(database_seconds)
    ASKED.labels(route).observe(queries)


def count_failed_sign_in() -> None:
    FAILED_SIGN_INS.inc()


class Gauges:
    """Numbers that are asked for at the moment of the scrape."""

    def __init__(self, numbers: Iterable[tuple[str, str, dict[str, str], float]]) -> None:
        self.numbers = list(numbers)

    def collect(self) -> Iterable[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for name, words, labels, value in self.numbers:
            family = families.setdefault(name, GaugeMetricFamily(name, words, labels=list(labels)))
            family.add_metric(list(labels.values()), value)
        return families.values()


def write_metrics(numbers: Iterable[tuple[str, str, dict[str, str], float]]) -> bytes:
    """Return all numbers in the form that Prometheus reads: those counted here, and these of the moment."""
    gauges = CollectorRegistry()
    gauges.register(Gauges(numbers))  # type: ignore[arg-type]  # a collector is what has `collect`
    counted = ONE_PROCESS
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        counted = CollectorRegistry()
        multiprocess.MultiProcessCollector(counted)
    return generate_latest(counted) + generate_latest(gauges)
