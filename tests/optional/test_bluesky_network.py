"""Crawls a Bluesky network of real servers, when `make bluesky` has started one (see bluesky_network.md)."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from sqlmodel import Session, col, select

from monitor.models import Mention, Run
from tests.crawlers.conftest import ROOT

PID, LOG = os.environ.get("BLUESKY_NETWORK_PID"), os.environ.get("BLUESKY_NETWORK_LOG", "")
APPVIEW, PDS = "http://localhost:2584", "http://localhost:2583"
KEY = "EMBERWATCH_TEST_BLUESKY_PASSWORD"
PATIENCE_SECONDS = 60

pytestmark = [
    pytest.mark.sqlite("the crawls of one database are enough for a network of npm packages"),
    pytest.mark.skipif(PID is None, reason="no Bluesky network runs here: see tests/optional/bluesky_network.md"),
]


def crawl(tmp_path: Path, database: Path, **params: object) -> subprocess.CompletedProcess[str]:
    config = {
        "database": {"url": f"sqlite:///{database}"},
        "brands": [{"id": "acme", "name": "Acme"}],
        "sources": [
            {"id": "place", "type": "bluesky", "brands": ["acme"], "params": {"server": APPVIEW, "pds": PDS, **params}}
        ],
        "crawling": {"contact": "bot@shop.example", "allow_private": ["localhost"], "delay_seconds": 0},
    }
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    command = [sys.executable, "-m", "crawlers", "--source", "place", "--config", str(path)]
    environment = {**os.environ, KEY: "pw-bob"}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment, timeout=120)


def texts(engine: sa.Engine) -> dict[str, Mention]:
    with Session(engine, expire_on_commit=False) as session:
        return {row.text: row for row in session.exec(select(Mention).where(col(Mention.repost_ref).is_(None)))}


def test_an_accounts_posts_come_with_the_answers_to_them(
    tmp_path: Path, database_path: Path, engine: sa.Engine
) -> None:
    done = crawl(tmp_path, database_path, actors=["ana.test", "cyd.test"])
    found = texts(engine)
    complaint = found["Acme Phone 3 battery dies in two hours. #acme"]
    assert done.returncode == 0, done.stderr
    assert found["Same, I want an Acme refund"].parent_id == complaint.id
    assert found["Acme فون بہت خراب ہے"].quote_of_id == complaint.id
    assert len([text for text in found if text.startswith("Acme update note")]) == 12


def test_a_search_works_after_a_login(tmp_path: Path, database_path: Path, engine: sa.Engine) -> None:
    login = {"handle": "bob.test", "app_password": {"env": KEY}}
    done = crawl(tmp_path, database_path, search=["refund"], **login)
    assert done.returncode == 0, done.stderr
    assert list(texts(engine)) == ["Same, I want an Acme refund"]


def test_a_wrong_password_is_told(tmp_path: Path, database_path: Path, engine: sa.Engine) -> None:
    done = crawl(tmp_path, database_path, search=["refund"], handle="ana.test", app_password={"env": KEY})
    with Session(engine) as session:
        told = session.exec(select(Run.error)).one()
    assert done.returncode == 1
    assert "the handle or the app password is wrong" in told


def test_a_post_that_its_author_deletes_is_noticed(tmp_path: Path, database_path: Path, engine: sa.Engine) -> None:
    first = crawl(tmp_path, database_path, actors=["ana.test"])
    photo = texts(engine)["Photo of my broken Acme Phone 3"]
    os.kill(int(PID or 0), signal.SIGUSR1)
    until = time.monotonic() + PATIENCE_SECONDS
    while "GONE" not in Path(LOG).read_text(encoding="utf-8") and time.monotonic() < until:
        time.sleep(0.5)
    second = crawl(tmp_path, database_path, actors=["ana.test"])
    with Session(engine) as session:
        row = session.get_one(Mention, photo.id)
        assert (first.returncode, second.returncode) == (0, 0), second.stderr
        assert row.deleted_at is not None
        assert row.text == ""
