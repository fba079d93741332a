"""Saving in batches, also when another crawl saves the same text at the same moment."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from crawlers.pipelines import BATCH, Store
from monitor.clock import utcnow
from monitor.facts import Collected, MentionKind
from monitor.models import Mention, Source
from monitor.store.database import open_database, session_of
from tests.crawlers.play import make


def text(number: int = 1) -> Collected:
    return Collected(
        kind=MentionKind.POST,
        host="blog.example",
        external_id=str(number),
        url="https://blog.example",
        text="Late",
        published_at=utcnow() - timedelta(minutes=5),
    )


@pytest.fixture
def store(session: Session, engine: sa.Engine) -> Store:
    session.add(Source(slug="place", kind="feed"))
    session.commit()
    crawler = make("feed", {"url": "https://blog.example/feed"}).crawler
    crawler.settings.set("EMBERWATCH_DATABASE", engine.url.render_as_string(hide_password=False))
    crawler.settings.set("EMBERWATCH_SOURCE", "place")
    crawler.settings.set("EMBERWATCH_EVERY", 900)
    return Store.from_crawler(crawler)


def test_a_full_batch_is_saved_at_once_and_the_rest_at_the_end(session: Session, store: Store) -> None:
    for number in range(BATCH + 1):
        store.process_item(text(number))
    assert len(session.exec(select(Mention)).all()) == BATCH
    store.close_spider()
    session.expire_all()
    assert len(session.exec(select(Mention)).all()) == BATCH + 1


def test_a_text_that_another_crawl_saves_meanwhile_is_no_error(
    session: Session, engine: sa.Engine, store: Store
) -> None:
    other_engine = open_database(engine.url.render_as_string(hide_password=False))

    def other_crawl(*_: object) -> None:
        with session_of(other_engine) as other:
            row = Mention(kind=MentionKind.POST, host="blog.example", external_id="1", source_id=1, text_hash="")
            row.published_at = row.collected_at = utcnow()
            other.add(row)
            other.commit()

    done: list[bool] = []

    def once(session: Session, *_: object) -> None:
        if not done and any(isinstance(row, Mention) for row in session.new):
            done.append(True)
            other_crawl()

    sa.event.listen(Session, "before_flush", once)
    store.process_item(text())
    store.close_spider()
    sa.event.remove(Session, "before_flush", once)
    other_engine.dispose()
    assert len(session.exec(select(Mention)).all()) == 1
