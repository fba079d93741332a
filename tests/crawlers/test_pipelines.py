"""Saving in batches, also when another crawl saves the same text at the same moment."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from crawlers.aggregates import MOST
from crawlers.bundles import Bundle
from crawlers.pipelines import BATCH, Check, Store
from monitor.clock import utcnow
from monitor.facts import AggregateRating, Collected, Gone, MentionKind
from monitor.models import Mention, Rating, Source
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
    spider = make("feed", {"url": "https://blog.example/feed"})
    crawler = spider.crawler
    crawler.spider = spider
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


def rating(value: float = 4.1, item: str = "Kettle") -> AggregateRating:
    return AggregateRating(place="https://blog.example", item=item, value=value, worst=1.0, best=5.0, ratings=7)


@pytest.fixture
def checked() -> Check:
    return Check.from_crawler(make("feed", {"url": "https://blog.example/feed"}).crawler)


def dropped(check: Check) -> dict[str, int]:
    stats = check._crawler.stats.get_stats()
    return {name.partition("dropped: ")[2]: number for name, number in stats.items() if "dropped" in name}


def test_a_rating_that_every_page_of_a_listing_tells_passes_once_and_is_no_drop(checked: Check) -> None:
    assert checked.process_item(rating()).items == (rating(),)
    assert checked.process_item(rating()).items == ()
    assert dropped(checked) == {}


@pytest.mark.parametrize(
    ("second", "reason"),
    [(rating(3.0), "rating told in two ways"), (rating(9.0), "rating out of its scale")],
)
def test_a_rating_that_cannot_stand_is_counted(checked: Check, second: AggregateRating, reason: str) -> None:
    checked.process_item(rating())
    assert checked.process_item(second).items == ()
    assert dropped(checked) == {reason: 1}


def test_a_page_that_makes_up_things_without_end_is_cut_off(checked: Check) -> None:
    for number in range(MOST):
        checked.process_item(rating(item=str(number)))
    assert checked.process_item(rating(item="one more")).items == ()
    assert dropped(checked) == {"rating beyond the first ones": 1}


def test_of_a_bundle_only_what_cannot_be_kept_is_dropped(checked: Check) -> None:
    bundle = Bundle((text(1), "no text", rating(), rating(3.0), text(2)))
    assert [type(item) for item in checked.process_item(bundle).items] == [Collected, AggregateRating, Collected]
    assert dropped(checked) == {"not a text": 1, "rating told in two ways": 1}


def test_a_bundle_is_saved_as_its_texts_alone_would_be(session: Session, store: Store) -> None:
    store.process_item(Bundle(tuple(text(number) for number in range(BATCH + 1))))
    assert len(session.exec(select(Mention)).all()) == BATCH
    store.process_item(Bundle((rating(), Gone(kind=MentionKind.POST, host="blog.example", external_id="7"))))
    store.close_spider()
    session.expire_all()
    assert len(session.exec(select(Mention).where(Mention.text == "Late")).all()) == BATCH + 1
    assert [row.value for row in session.exec(select(Rating))] == [4.1]


def test_ratings_are_saved_with_the_texts_around_them(session: Session, store: Store) -> None:
    store.process_item(rating())
    for number in range(BATCH):
        store.process_item(text(number))
    assert [row.value for row in session.exec(select(Rating))] == [4.1]
    store.process_item(rating(3.9))
    store.close_spider()
    session.expire_all()
    assert [row.value for row in session.exec(select(Rating))] == [4.1, 3.9]


def test_texts_and_ratings_are_saved_together_or_not_at_all(session: Session, store: Store) -> None:
    session.connection().exec_driver_sql("ALTER TABLE rating RENAME TO lost")
    session.commit()
    store.process_item(rating())
    store.process_item(text())
    with pytest.raises(sa.exc.DBAPIError, match="rating"):
        store.close_spider()
    assert session.exec(select(Mention)).all() == []


def test_what_the_same_crawl_shows_is_not_gone(session: Session, store: Store) -> None:
    for number in (1, 2):
        store.process_item(text(number))
    store._save()
    later = Store.from_crawler(store._crawler)
    later.process_item(text(1))
    for number in (1, 2):
        later.process_item(Gone(kind=MentionKind.POST, host="blog.example", external_id=str(number)))
    later.close_spider()
    session.expire_all()
    assert session.exec(select(Mention.text).order_by(Mention.id)).all() == ["Late", ""]


@pytest.mark.parametrize(("failures", "items", "texts"), [(["404"], 0, ["Late"]), ([], 0, [""]), (["500"], 1, [""])])
def test_nothing_is_gone_from_a_place_that_could_not_be_read_at_all(
    session: Session, store: Store, failures: list[str], items: int, texts: list[str]
) -> None:
    store.process_item(text(1))
    store._save()
    spider = make("feed", {"url": "https://blog.example/feed"})
    spider.walk.failures, spider.walk.strand().items = failures, items
    store._crawler.spider = spider
    later = Store.from_crawler(store._crawler)
    later.process_item(Gone(kind=MentionKind.POST, host="blog.example", external_id="1"))
    later.close_spider()
    session.expire_all()
    assert session.exec(select(Mention.text)).all() == texts


def test_what_is_doubted_is_noted_also_when_the_crawl_failed_for_it(session: Session, store: Store) -> None:
    store.process_item(text(1))
    store._save()
    spider = make("feed", {"url": "https://blog.example/feed"})
    spider.walk.failures = ["all 3 texts that were looked at again are gone at once"]
    store._crawler.spider = spider
    later = Store.from_crawler(store._crawler)
    later.process_item(Gone(kind=MentionKind.POST, host="blog.example", external_id="1", doubted=True))
    later.close_spider()
    session.expire_all()
    row = session.exec(select(Mention)).one()
    assert (row.text, row.missing_at is not None) == ("Late", True)
