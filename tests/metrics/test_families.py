"""What is told of the database: the right numbers, under names that follow the conventions, however many brands."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.clock import utcnow
from monitor.facts import IncidentState, Severity
from monitor.metrics.families import MOST_BRANDS, OTHERS, families
from monitor.metrics.figures import Figures, look
from monitor.models import AlertState, CaseState, ChannelHealth, JobHealth, ReadState, SourceHealth
from monitor.store import sources
from monitor.store.database import open_database
from monitor.store.queues import QueueState
from monitor.worker.line import Line
from tests import postgresql
from tests.conftest import need
from tests.contexts import make_context, make_settings
from tests.factories import (
    NOON,
    make_alert,
    make_brand,
    make_case,
    make_change,
    make_incident,
    make_mention,
    make_source,
)
from tests.metrics.named import OF_THE_DATABASE, OF_THE_PROCESS

Told = dict[tuple[str, ...], float]


@pytest.fixture
def filled(engine: sa.Engine, session: Session) -> sa.Engine:
    """A database with some of everything."""
    brand = make_brand(session, "karak")
    source = make_source(session, brand, health=SourceHealth.FAILING, failures=4)
    make_source(session, brand, "news", active=False)
    waiting = make_mention(session, brand, source, at=NOON - timedelta(minutes=5))
    waiting.read_state = ReadState.WAITING
    incident = make_incident(session, brand, severity=Severity.CRITICAL)
    make_incident(session, brand, state=IncidentState.RESOLVED)
    change = make_change(session, incident)
    make_alert(session, change, "mail", AlertState.PENDING, due_at=NOON - timedelta(minutes=2))
    make_alert(session, change, "slack", AlertState.FAILED)
    for minutes in (10, 120):
        make_case(session, make_mention(session, brand, source), at=NOON - timedelta(minutes=minutes))
    make_case(session, make_mention(session, brand, source), state=CaseState.SOLVED)
    session.add(JobHealth(job="analyse", failures=3, last_good_at=NOON - timedelta(hours=1)))
    session.add(ChannelHealth(channel="console", failures=2))
    session.commit()
    return engine


def told(figures: Figures | None) -> dict[str, Told]:
    found: dict[str, Told] = {}
    for family in families(figures, "1.2.3"):
        found[family.name] = {tuple(s.labels.values()): s.value for s in family.samples}
    return found


def test_the_figures_are_those_of_the_database(filled: sa.Engine):
    said = told(look(filled, make_settings(), NOON))
    numbers = {name.removeprefix("emberwatch_"): values[()] for name, values in said.items() if set(values) == {()}}
    expected = {
        "database_up": 1,
        "schema_fits": 1,
        "mentions_waiting": 1,
        "mentions_waiting_age_seconds": 300,
        "alerts_owed": 1,
        "alerts_owed_age_seconds": 120,
        "alerts_dead": 1,
        "channels_failing": 1,
    }
    assert {name: numbers[name] for name in expected} == expected


def test_what_is_open_is_told_by_brand(filled: sa.Engine):
    said = told(look(filled, make_settings(), NOON))
    assert said["emberwatch_incidents_open"] == {("karak", "critical"): 1}
    assert (said["emberwatch_cases_open"], said["emberwatch_cases_overdue"]) == ({("karak",): 2}, {("karak",): 1})


def test_the_source_that_is_due_for_longest_is_told(engine: sa.Engine, session: Session):
    place = {"type": "feed", "brands": ["karak"], "every": "1h", "params": {"url": "https://news.example/feed"}}
    context = make_context(session, NOON, sources=[{**place, "id": f"s{i}"} for i in range(3)])
    for number, hours in enumerate((1, 3)):  # the third was never crawled: it is new
        source = sources.by_slug(session, f"s{number}")
        assert source is not None
        sources.record_start(session, source, now=NOON - timedelta(hours=hours))
    session.commit()
    assert told(look(engine, context.settings, NOON))["emberwatch_sources_due_age_seconds"] == {(): 7200}


def test_sources_are_told_by_health_and_those_switched_off_are_none(filled: sa.Engine):
    sources = told(look(filled, make_settings(), NOON))["emberwatch_sources"]
    assert sources[("failing",)] == 1
    assert sum(sources.values()) == 1
    assert len(sources) == len(SourceHealth)


def test_jobs_are_told_with_when_they_last_went_well(filled: sa.Engine):
    said = told(look(filled, make_settings(), NOON))
    assert said["emberwatch_job_failures"] == {("analyse",): 3}
    assert said["emberwatch_job_last_good_timestamp_seconds"] == {("analyse",): NOON.timestamp() - 3600}


def test_of_a_job_in_parts_the_worst_is_told(engine: sa.Engine, session: Session):
    for name, failures in (("alert", 0), ("alert:slack", 5), ("alert:mail", 2)):
        session.add(JobHealth(job=name, failures=failures, last_good_at=NOON))
    session.commit()
    said = told(look(engine, make_settings(), NOON))
    assert said["emberwatch_job_failures"] == {("alert",): 5}
    assert set(said["emberwatch_job_last_good_timestamp_seconds"]) == {("alert",)}


def test_an_empty_database_waits_for_nothing(engine: sa.Engine):
    said = told(look(engine, make_settings(), NOON))
    assert said["emberwatch_mentions_waiting_age_seconds"] == said["emberwatch_alerts_owed_age_seconds"] == {(): 0}
    queue = {"sqlite": {}, "postgresql": {(): 0}}[engine.dialect.name]
    assert said["emberwatch_workers"] == queue  # where there is no queue: not the same as no worker


def test_of_a_database_that_is_gone_no_old_figures_are_told():
    said = told(None)
    assert said == {"emberwatch_database_up": {(): 0}, "emberwatch_info": {("1.2.3", "", "", ""): 1}}


def test_of_many_brands_those_past_the_hundredth_are_told_together(engine: sa.Engine):
    empty = look(engine, make_settings(), NOON)
    cases = {f"brand-{number:04}": (2, 1) for number in range(MOST_BRANDS + 50)}
    incidents = {("brand-0140", Severity.HIGH): 3, ("brand-0000", Severity.HIGH): 1}
    many = Figures(
        **{**{name: getattr(empty, name) for name in empty.__slots__}, "cases": cases, "incidents": incidents}
    )
    said = told(many)
    assert len(said["emberwatch_cases_open"]) == MOST_BRANDS + 1
    assert said["emberwatch_cases_open"][(OTHERS,)] == 100
    assert said["emberwatch_incidents_open"] == {(OTHERS, "high"): 3, ("brand-0000", "high"): 1}


def test_queues_are_told_where_there_are_workers(engine: sa.Engine):
    empty = look(engine, make_settings(), NOON)
    queues = (QueueState("crawl", 7, 2, 0, NOON - timedelta(seconds=30)), QueueState("detect", 0, 1, 3, None))
    values = {name: getattr(empty, name) for name in empty.__slots__}
    said = told(Figures(**{**values, "queues": queues, "workers": 2}))
    assert said["emberwatch_queue_tasks"][("crawl", "waiting")] == 7
    assert said["emberwatch_queue_age_seconds"] == {("crawl",): 30, ("detect",): 0}
    assert said["emberwatch_workers"] == {(): 2}


@pytest.fixture
def postgresql_engine() -> Iterator[sa.Engine]:
    need(postgresql.is_there(), "PostgreSQL")
    with postgresql.new_database() as url:
        engine = open_database(url)
        yield engine
        engine.dispose()


def test_postgresql_tells_the_same_and_its_queue(postgresql_engine: sa.Engine):
    line = Line(postgresql_engine.url.render_as_string(hide_password=False))
    line.put("crawl.one", key="news")
    line.close()
    said = told(look(postgresql_engine, make_settings(), utcnow()))
    assert said["emberwatch_database_up"] == {(): 1}
    assert said["emberwatch_queue_tasks"][("crawl", "waiting")] == 1
    assert said["emberwatch_workers"] == {(): 0}


NAMES = sorted({**OF_THE_DATABASE, **OF_THE_PROCESS})


@pytest.mark.parametrize("name", NAMES)
def test_names_follow_the_conventions(name: str):
    """As `promtool check metrics` asks: one prefix, base units in full, no words that say what Prometheus adds."""
    assert re.fullmatch(r"emberwatch_[a-z]+(_[a-z]+)*", name)
    assert not set(name.split("_")) & {"total", "count", "sum", "bucket", "minutes", "ms", "milliseconds", "mb", "kb"}
    if name in OF_THE_DATABASE:
        assert not {"job", "instance"} & set(OF_THE_DATABASE[name].labels)


@pytest.mark.parametrize("name", NAMES)
def test_every_metric_says_what_it_is(name: str):
    said = OF_THE_DATABASE[name].help if name in OF_THE_DATABASE else OF_THE_PROCESS[name].documentation
    assert said.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_every_metric_is_in_the_operators_manual(name: str):
    kind = OF_THE_PROCESS[name].type if name in OF_THE_PROCESS else "gauge"
    shown = f"`{name}_total`" if kind == "counter" else f"`{name}`"
    assert shown in (Path(__file__).parents[2] / "docs/metrics.md").read_text(encoding="utf-8")
