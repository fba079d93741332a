"""The config breaks while the monitor runs: what it read goes on, crawls say what is wrong, and the operator hears."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from sqlmodel import select

from monitor.clock import utcnow
from monitor.config import load_settings
from monitor.jobs import alert, crawl
from monitor.jobs.context import Context
from monitor.jobs.crawl import Pool
from monitor.models import Mention, Source, SourceHealth
from monitor.store import sources
from monitor.store.database import session_of
from tests.alerting.receivers import SlackReceiver, slack_receiver
from tests.crawlers.site import Answer, Site

pytestmark = pytest.mark.slow
MINUTE = timedelta(minutes=1)
SLACK = "EMBERWATCH_TEST_SLACK"


class Watch:
    """One source that is crawled by the job of `emberwatch run`, at times that are handed in."""

    def __init__(self, engine: sa.Engine, config: Path, site: Site) -> None:
        self.config, self.site, self.engine = config, site, engine
        self.settings = load_settings(config)  # as the running process has it
        self.pool, self.now = Pool(), utcnow()  # as the crawls' own processes have it

    def show(self, *texts: str) -> None:
        items = [{"id": text, "content_text": f"Karak House: {text}"} for text in texts]
        feed = {"version": "https://jsonfeed.org/version/1.1", "items": items}
        self.site.pages["/feed"] = Answer(json.dumps(feed), headers={"Content-Type": "application/json"})

    def crawls(self, later: timedelta = timedelta()) -> Source:
        """The next crawl, to its end; the source after it."""
        self.now += later
        until = time.monotonic() + 60
        with session_of(self.engine) as session:
            context = Context(self.settings, session, self.now, self.config)
            crawl.run(context, self.pool)
            assert len(self.pool), "it was not due"
            while len(self.pool):
                assert time.monotonic() < until
                time.sleep(0.02)
                self.pool.collect(context)
            return session.exec(select(Source)).one()


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackReceiver]:
    with slack_receiver() as receiver:
        monkeypatch.setenv(SLACK, receiver.url)
        yield receiver


@pytest.fixture
def watch(engine: sa.Engine, database_url: str, tmp_path: Path, slack: SlackReceiver) -> Iterator[Watch]:
    with Site().open() as site:
        source = {"id": "blog", "type": "feed", "brands": ["karak"], "every": "15m"}
        config = {
            "database": {"url": database_url},
            "brands": [{"id": "karak", "name": "Karak House"}],
            "sources": [{**source, "params": {"url": f"{site.url}/feed"}}],
            "channels": [{"id": "team", "type": "slack", "url": {"env": SLACK}}],
            "crawling": {"allow_private": ["127.0.0.1"], "delay_seconds": 0},
        }
        path = tmp_path / "config.yaml"
        path.write_text(yaml.safe_dump(config), encoding="utf-8")
        made = Watch(engine, path, site)
        with session_of(engine) as session:
            sources.sync(session, made.settings)
            session.commit()
        made.show("one")
        yield made
        made.pool.stop()


def spoil(config: Path) -> None:
    config.write_text("brands: [", encoding="utf-8")


def take_away(config: Path) -> None:
    config.unlink()


def drop_the_source(config: Path) -> None:
    kept = yaml.safe_load(config.read_text(encoding="utf-8"))
    config.write_text(yaml.safe_dump({**kept, "sources": []}), encoding="utf-8")


WAYS: dict[str, tuple[Callable[[Path], None], str]] = {
    "garbage": (spoil, "the config cannot be read any more: "),
    "gone": (take_away, "no such file"),
    "without the source": (drop_the_source, "the config has no such source any more: restart Emberwatch"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_crawl_says_what_is_wrong_with_the_config_and_goes_on_once_it_is_mended(way: str, watch: Watch) -> None:
    breaks, words = WAYS[way]
    good = watch.config.read_text(encoding="utf-8")
    breaks(watch.config)
    broken = watch.crawls()
    assert words in broken.error
    assert (broken.health, broken.last_good_at) == (SourceHealth.FAILING, None)

    watch.config.write_text(good, encoding="utf-8")
    assert watch.crawls(MINUTE).health is SourceHealth.HEALTHY
    with session_of(watch.engine) as session:
        assert session.exec(select(Mention.external_id)).all() == ["one"]


def test_however_long_it_was_broken_it_is_tried_every_minute_and_the_operator_hears_once(
    watch: Watch, slack: SlackReceiver
) -> None:
    spoil(watch.config)
    for _ in range(4):
        broken = watch.crawls(MINUTE)
        with session_of(watch.engine) as session:
            alert.run(Context(watch.settings, session, watch.now, watch.config))
            session.commit()
    assert isinstance(broken.next_try_at, datetime)
    assert broken.next_try_at - watch.now == MINUTE
    assert len(slack.received) == 1
    assert "the config cannot be read any more" in json.dumps(slack.received[0])
