"""The ledger of places: what can be read, what is refused, and what hosts said to the sources of the config."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from sqlmodel import Session
from typer.testing import CliRunner

from monitor.cli import app
from monitor.doctor import ledger
from monitor.models import RobotsVerdict
from monitor.store import hosts, quotas, runs, sources
from tests.contexts import BRAND, SOURCE, make_context
from tests.factories import NOON


def line(session: Session) -> list[str]:
    settings = make_context(session, NOON).settings
    return ledger.in_words(ledger.configured(session, settings, NOON)[0])


def number_of(session: Session) -> int:
    make_context(session, NOON)
    source = sources.by_slug(session, "news")
    assert source is not None
    return source.id or 0


def test_a_source_without_a_crawl_waits(session: Session):
    assert line(session) == ["news (feed): waiting"]


def test_a_source_is_listed_with_what_its_hosts_said(session: Session):
    hosts.note_asked(session, number_of(session), ["news.example", "cdn.example"], NOON)
    hosts.note_robots(session, {"news.example": RobotsVerdict.ALLOWS}, NOON)
    hosts.note_rest(session, "news.example", NOON + timedelta(hours=1), "it answers 429", NOON)
    assert line(session)[1:] == [
        "  cdn.example: robots.txt not read yet",
        "  news.example: robots.txt allows what we ask, checked 2 Mar 2026 12:00 UTC; wants to be left alone until "
        "2 Mar 2026 13:00 UTC (it answers 429)",
    ]


def test_a_source_is_listed_with_the_quotas_that_it_used(session: Session):
    run = runs.start(session, "crawl", now=NOON, source_id=number_of(session))
    run.counters = {"quota: search": 2, "new": 4}
    quotas.take(session, "search", "2026-03-02", 62, most=100, unit="requests")
    quotas.take(session, "other", "2026-03-02", 9, most=100, unit="requests")
    assert line(session)[1:] == ["  quota search: 62 of 100 requests used in 2026-03-02"]


@pytest.fixture
def config(tmp_path: Path, database_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    parts = {"database": {"url": f"sqlite:///{database_path}"}, "brands": [BRAND], "sources": [SOURCE]}
    path.write_text(yaml.safe_dump(parts))
    return path


def test_the_command_lists_all_with_verdict_needs_and_reasons(config: Path):
    done = CliRunner().invoke(app, ["sources", "--json", "--config", str(config)])
    found = json.loads(done.stdout)
    kinds = {kind["kind"]: kind for kind in found["kinds"]}
    assert kinds["wordpress"]["verdict"] == "open"
    assert all(kind["verdict"] != "off" or kind["why"] for kind in found["kinds"])
    assert all(place["why"] and place["instead"] for place in found["refused"])
    assert [source["id"] for source in found["sources"]] == ["news"]


def test_the_command_needs_neither_a_config_nor_a_database(config: Path, database_path: Path):
    database_path.unlink()
    done = CliRunner().invoke(app, ["sources", "--config", str(config)])
    assert (done.exit_code, "Refused" in done.stdout, "news (feed): waiting" in done.stdout) == (0, True, True)
    assert not database_path.exists()
