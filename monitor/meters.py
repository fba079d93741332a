"""What this process counts of its own work, for Prometheus: looks of jobs, messages, texts, crawls.

Labels have few values and never what somebody wrote: names of jobs, kinds of places and channels, outcomes. None is
called `job` or `instance`: those are Prometheus' own.
"""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which nobody asks for

REGISTRY = CollectorRegistry()
"""Our own, so that nothing that a library counts comes along."""
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900)
_LAGS = (1, 5, 15, 30, 60, 120, 300, 900, 3600, 14400, 86400)

JOB_LOOKS = Counter(
    "emberwatch_job_looks",
    "Looks of each job for work, also those that found none, by how they ended.",
    ("name", "outcome"),
    registry=REGISTRY,
)
JOB_SECONDS = Histogram(
    "emberwatch_job_duration_seconds",
    "How long a look of each job took.",
    ("name",),
    registry=REGISTRY,
    buckets=_SECONDS,
)
MESSAGES = Counter(
    "emberwatch_messages",
    "Tries to send a message, by kind of channel and what became of it.",
    ("kind", "outcome"),
    registry=REGISTRY,
)
MESSAGE_SECONDS = Histogram(
    "emberwatch_message_duration_seconds",
    "How long a receiver took to take or refuse a message, by kind of channel.",
    ("kind",),
    registry=REGISTRY,
    buckets=_SECONDS,
)
TEXTS = Counter(
    "emberwatch_texts",
    "Texts that were read: assessed, or dropped because they are about no watched brand.",
    ("outcome",),
    registry=REGISTRY,
)
READING_LAG = Histogram(
    "emberwatch_reading_lag_seconds",
    "From when a new text was collected until it was read for the first time.",
    registry=REGISTRY,
    buckets=_LAGS,
)
CRAWLS = Counter(
    "emberwatch_crawls",
    "Crawls that ended, by kind of place: ok, or failed, refused or ended early.",
    ("kind", "outcome"),
    registry=REGISTRY,
)


def read(*, assessed: int, dropped: int, lags: Iterable[float]) -> None:
    """Count a batch of texts that were read, with the seconds that the new ones among them had waited."""
    TEXTS.labels("assessed").inc(assessed)
    TEXTS.labels("dropped").inc(dropped)
    for seconds in lags:
        READING_LAG.observe(max(seconds, 0.0))


def crawled(kind: str, code: int) -> None:
    """Count a crawl by the exit code of its process."""
    CRAWLS.labels(kind, "failed" if code else "ok").inc()


def sent(kind: str, outcome: str, seconds: float) -> None:
    """Count a try to send a message."""
    MESSAGES.labels(kind, outcome).inc()
    MESSAGE_SECONDS.labels(kind).observe(seconds)
