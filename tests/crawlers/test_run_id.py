"""A crawl goes by the name that the process gave it which started it: in its log, and in the row of its Run."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import yaml
from sqlmodel import select

from monitor.clock import utcnow
from monitor.log import RUN_ID, run_id, run_of
from monitor.models import Run
from tests.contexts import BRAND
from tests.factories import database_session, new_database


def crawled(folder: Path, **named: str) -> tuple[list[dict[str, object]], Run]:
    """The lines of a crawl that reaches nobody, and its Run."""
    url, config = new_database(folder), folder / "config.yaml"
    source = {"id": "news", "type": "feed", "brands": ["karak"], "params": {"url": "http://127.0.0.1:1/feed"}}
    manners = {"allow_private": ["127.0.0.1"], "delay_seconds": 0}
    told = {"database": {"url": url}, "brands": [BRAND], "sources": [source], "crawling": manners}
    config.write_text(yaml.safe_dump(told))
    command = [sys.executable, "-m", "crawlers", "--source", "news", "--verbose", "--config", str(config)]
    env = {key: value for key, value in os.environ.items() if key not in (RUN_ID, "EMBERWATCH_LOG_TEXT")}
    done = subprocess.run(command, env=env | named, capture_output=True, text=True, check=False, timeout=120)
    with database_session(url) as session:
        return [json.loads(line) for line in done.stderr.splitlines()], session.exec(select(Run)).one()


def test_a_crawl_is_named_by_who_starts_it(tmp_path: Path):
    began = utcnow() - timedelta(seconds=2)
    lines, run = crawled(tmp_path, **{RUN_ID: run_id("crawl", began)})
    assert {line["run"] for line in lines} == {run_id("crawl", began)}
    assert (run.job, run.started_at) == ("crawl", began)
    assert lines[-1]["source"] == "news"


def test_a_crawl_that_nobody_named_names_itself(tmp_path: Path):
    lines, run = crawled(tmp_path, **{RUN_ID: "analyse-20260302T120000.000000Z"})
    assert [run_of(str(name)) for name in {line["run"] for line in lines}] == [("crawl", run.started_at)]
