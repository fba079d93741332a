"""Saving a crawl's texts: when a batch ends, and another crawl that saves the same text in between."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from crawlers import pipelines
from crawlers.pipelines import Store
from monitor.clock import utcnow
from monitor.facts import MentionKind
from monitor.models import Mention, Source
from monitor.store.database import session_of
from tests.crawlers.play import make
from tests.crawlers.test_pipelines import text


@pytest.fixture
def store(session: Session, engine: sa.Engine) -> Iterator[Store]:
    session.add(Source(slug="place", kind="feed"))
    session.commit()
    crawler = make("feed", {"url": "https://blog.example/feed"}).crawler
    crawler.settings.set("EMBERWATCH_DATABASE", engine.url.render_as_string(hide_password=False))
    crawler.settings.set("EMBERWATCH_SOURCE", "place")
    crawler.settings.set("EMBERWATCH_EVERY", 900)
    store = Store.from_crawler(crawler)
    yield store
    store.close_spider()


@contextmanager
def before_new_mentions_are_written(act: Callable[[], None]) -> Iterator[None]:
    """Do this once, after what is stored was looked up and before the new rows are written."""
    waiting = [act]

    def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if waiting and statement.startswith("INSERT INTO mention "):
            waiting.pop()()

    sa.event.listen(sa.Engine, "before_cursor_execute", look)
    yield
    sa.event.remove(sa.Engine, "before_cursor_execute", look)
    assert not waiting


def test_a_text_that_another_crawl_saves_between_look_and_write_is_one_mention(
    session: Session, engine: sa.Engine, store: Store
) -> None:
    def other_crawl() -> None:
        with session_of(engine) as other:
            row = Mention(kind=MentionKind.POST, host="blog.example", external_id="1", source_id=1, text_hash="")
            row.published_at = row.collected_at = utcnow()
            other.add(row)
            other.commit()

    with before_new_mentions_are_written(other_crawl):
        store.process_item(text(1))
        store.process_item(text(2))
        store.close_spider()
    assert sorted(session.exec(select(Mention.external_id))) == ["1", "2"]
    assert store._crawler.stats.get_value("emberwatch/new") == 1


def test_a_slow_crawl_does_not_keep_its_texts_to_itself(
    session: Session, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.process_item(text(1))
    assert session.exec(select(Mention)).all() == []
    monkeypatch.setattr(pipelines, "HOLD_SECONDS", 0.0)
    store.process_item(text(2))
    assert len(session.exec(select(Mention)).all()) == 2
