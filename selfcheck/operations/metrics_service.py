"""What is counted for Prometheus. No label holds a path, an id, a name or an address.

With several workers each keeps its numbers in files of its own below PROMETHEUS_MULTIPROC_DIR, and
whichever is asked adds all up. The numbers live from one start of the server to the next.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.orm import Mapper

from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent

FOLDER, SLOT = "PROMETHEUS_MULTIPROC_DIR", "SELFCHECK_WORKER_SLOT"
# A worker takes over the files of the one whose place it takes, so that they do not pile up.
if FOLDER in os.environ and SLOT in os.environ:
    values.ValueClass = values.MultiProcessValue(lambda: os.environ[SLOT])  # type: ignore[no-untyped-call]

BUCKETS_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
LOGINS_BY_ACTION = {
    Action.LOGIN.value: "accepted",
    Action.LOGIN_FAILED.value: "refused",
    Action.LOGIN_THROTTLED.value: "throttled",
}

registry = CollectorRegistry()
requests = Counter(
    "selfcheck_requests",
    "Requests by the name of the page, method and class of status.",
    ["endpoint", "method", "status"],
    registry=registry,
)
durations = Histogram(
    "selfcheck_request_seconds",
    "How long requests took, by the name of the page.",
    ["endpoint"],
    buckets=BUCKETS_SECONDS,
    registry=registry,
)
database_errors = Counter(
    "selfcheck_database_errors",
    "Statements that the database refused or did not answer, by kind of error.",
    ["kind"],
    registry=registry,
)
logins = Counter(
    "selfcheck_logins", "Logins, by what became of them.", ["outcome"], registry=registry
)


def count_request(*, endpoint: str | None, method: str, status: int, seconds: float) -> None:
    """Count an answered request; addresses without a page are one."""
    name = endpoint or "none"
    kind = method if method in METHODS else "other"
    requests.labels(endpoint=name, method=kind, status=f"{status // 100}xx").inc()
    durations.labels(endpoint=name).observe(seconds)


def count_database_error(context: ExceptionContext) -> None:
    """Count an error of the database; a listener of its engine."""
    error = context.sqlalchemy_exception or context.original_exception
    database_errors.labels(kind=type(error).__name__).inc()


@event.listens_for(AuditEvent, "after_insert")
def _count_login(_mapper: Mapper[AuditEvent], _connection: Connection, told: AuditEvent) -> None:
    """Count logins where all of them pass, of whatever kind: at the audit trail."""
    outcome = LOGINS_BY_ACTION.get(told.action)
    if outcome is not None:
        logins.labels(outcome=outcome).inc()


class _Now(Collector):
    """What is counted when it is asked for."""

    def __init__(self, mails_waiting: int | None) -> None:
        self.mails_waiting = mails_waiting

    def collect(self) -> Iterator[Metric]:
        """Return the version, whether the database answered, and what waits in it."""
        info = GaugeMetricFamily("selfcheck_info", "The version that runs.", labels=["version"])
        info.add_metric([version("selfcheck")], 1)
        yield info
        is_up = self.mails_waiting is not None
        yield GaugeMetricFamily("selfcheck_database_up", "1: it answers.", value=int(is_up))
        if self.mails_waiting is not None:
            yield GaugeMetricFamily(
                "selfcheck_mails_waiting", "Mails in the outbox.", value=self.mails_waiting
            )


def write_metrics(*, mails_waiting: int | None) -> bytes:
    """Return all numbers, of all workers, in the text format of Prometheus.

    ``mails_waiting`` is None if the database did not answer.
    """
    current = CollectorRegistry()
    current.register(_Now(mails_waiting))
    now: bytes = generate_latest(current)
    if FOLDER not in os.environ:
        return generate_latest(registry) + now
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return generate_latest(shared) + now
