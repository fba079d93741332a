"""The metrics that are made of the database's figures: each with its name, its help and where it comes from."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric

from monitor.jobs.looking import PART
from monitor.metrics.figures import Figures
from monitor.models import SourceHealth

MOST_BRANDS = 100
"""More brands are told together: each series costs Prometheus memory for as long as it keeps it."""
OTHERS = "others"
Samples = Iterable[tuple[Sequence[str], float]]


@dataclass(frozen=True, slots=True)
class Described:
    """One metric: what it is called, what it says, and by what it is told apart."""

    name: str
    help: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gauge(Described):
    """One that is made of the figures, if there are any."""

    of: Callable[[Figures], Samples] = lambda _: ()


UP = Described("emberwatch_database_up", "1 when the database answers.")
INFO = Described(
    "emberwatch_info",
    "The version at work, the kind of its database and its schema; always 1.",
    ("version", "database", "schema", "schema_wanted"),
)


def _one(name: str, told: str, of: Callable[[Figures], float]) -> Gauge:
    return Gauge(f"emberwatch_{name}", told, (), lambda figures: [((), of(figures))])


def _many(name: str, told: str, labels: tuple[str, ...], of: Callable[[Figures], Samples]) -> Gauge:
    return Gauge(f"emberwatch_{name}", told, labels, of)


def _age(figures: Figures, since: datetime | None) -> float:
    """Seconds; 0 when nothing waits."""
    return 0.0 if since is None else max((figures.at - since).total_seconds(), 0.0)


def _last_life(figures: Figures) -> Samples:
    return [((), figures.last_life_at.timestamp())] if figures.last_life_at else []


def _good(figures: Figures) -> Samples:
    """Of the whole job: a part of one (a brand, a channel) has a row only since it failed."""
    return [
        ((job.job,), job.last_good_at.timestamp()) for job in figures.jobs if job.last_good_at and PART not in job.job
    ]


def _failures(figures: Figures) -> Samples:
    worst: Counter[str] = Counter()
    for job in figures.jobs:
        name = job.job.partition(PART)[0]
        worst[name] = max(worst[name], job.failures)
    return [((name,), failures) for name, failures in worst.items()]


def _sources(figures: Figures) -> Samples:
    """All healths, so that none appears out of nowhere."""
    return [((health.value,), figures.sources.get(health.value, 0)) for health in SourceHealth]


def _queues(figures: Figures) -> Samples:
    for queue in figures.queues or ():
        yield (queue.name, "waiting"), queue.waiting
        yield (queue.name, "running"), queue.running
        yield (queue.name, "failed"), queue.failed


def _together(figures: Figures, numbers: Iterable[tuple[str, Sequence[str], int]]) -> Samples:
    """Numbers by brand and more labels; of many brands, those past the first hundred by name are one."""
    brands = sorted({brand for brand, _ in figures.incidents} | figures.cases.keys())
    named = set(brands[:MOST_BRANDS])
    added: Counter[tuple[str, ...]] = Counter()
    for brand, labels, number in numbers:
        added[(brand if brand in named else OTHERS, *labels)] += number
    return list(added.items())


GAUGES: tuple[Gauge, ...] = (
    _one("schema_fits", "1 when this version can work with the schema of the database.", lambda f: f.fits),
    _one("database_bytes", "Size of the database.", lambda f: f.database_bytes),
    _one("database_look_seconds", "How long it took to read these figures.", lambda f: f.took_seconds),
    _many("last_life_timestamp_seconds", "When a monitor or worker last surely ran.", (), _last_life),
    _many("job_last_good_timestamp_seconds", "When each job last went well, idle looks too.", ("name",), _good),
    _many("job_failures", "Failures of each job in a row; of many parts, those of the worst.", ("name",), _failures),
    _one("mentions_waiting", "Mentions to be read.", lambda f: f.unread.waiting),
    _one("mentions_waiting_age_seconds", "Age of the one that waits longest.", lambda f: _age(f, f.unread.since)),
    _one("mentions_set_aside", "Mentions that could not be read in three tries.", lambda f: f.unread.set_aside),
    _one("changes_unrouted", "Changes of incidents that nobody was chosen for yet.", lambda f: f.outbox.unrouted),
    _one(
        "changes_unrouted_age_seconds", "Age of the oldest of them.", lambda f: _age(f, f.outbox.unrouted_since)
    ),
    _one("alerts_owed", "Messages that are due and not out.", lambda f: f.outbox.owed),
    _one("alerts_owed_age_seconds", "How long the first of them is due.", lambda f: _age(f, f.outbox.owed_since)),
    _one("alerts_held", "Messages held back: quiet hours, a silence, to go out with others.", lambda f: f.outbox.held),
    _one("alerts_dead", "Messages given up in the last seven days.", lambda f: f.outbox.failed),
    _one("channels_failing", "Channels whose last message was not accepted.", lambda f: f.troubled_channels),
    _one("answers_unposted", "Answers that were tried and are not out.", lambda f: sum(p.waiting for p in f.unposted)),
    _one(
        "answers_unposted_age_seconds",
        "Age of the oldest of them.",
        lambda f: _age(f, min((poster.since for poster in f.unposted), default=None)),
    ),
    _many("sources", "Sources that are switched on, by health.", ("health",), _sources),
    _one(
        "sources_due_age_seconds",
        "How long the source waits that is due for longest.",
        lambda f: _age(f, f.sources_due_since),
    ),
    _many(
        "incidents_open",
        "Incidents that go on.",
        ("brand", "severity"),
        lambda f: _together(f, ((brand, (severity.value,), n) for (brand, severity), n in f.incidents.items())),
    ),
    _many(
        "cases_open",
        "Open cases.",
        ("brand",),
        lambda f: _together(f, ((brand, (), number) for brand, (number, _) in f.cases.items())),
    ),
    _many(
        "cases_overdue",
        "Open cases past the time of an answer or a solution.",
        ("brand",),
        lambda f: _together(f, ((brand, (), late) for brand, (_, late) in f.cases.items())),
    ),
    _many("queue_tasks", "Tasks of the workers: due and waiting, running, or failed.", ("queue", "state"), _queues),
    _many(
        "queue_age_seconds",
        "How long the first task of each queue waits.",
        ("queue",),
        lambda f: [((queue.name,), _age(f, queue.oldest)) for queue in f.queues or ()],
    ),
    _many(
        "workers", "Workers that are alive.", (), lambda f: [] if f.queues is None else [((), f.workers)]
    ),
)  # fmt: skip


def families(figures: Figures | None, version: str) -> Iterator[Metric]:
    """All of them; of a database that does not answer only that, for old figures would look like good ones."""
    yield _family(UP, [((), figures is not None)])
    known = (figures.backend, figures.schema, figures.wanted) if figures else ("", "", "")
    yield _family(INFO, [((version, *known), 1)])
    if figures is not None:
        yield from (_family(gauge, gauge.of(figures)) for gauge in GAUGES)


def _family(gauge: Described, samples: Samples) -> Metric:
    family = GaugeMetricFamily(gauge.name, gauge.help, labels=gauge.labels)
    for labels, value in samples:
        family.add_metric(labels, value)
    return family
