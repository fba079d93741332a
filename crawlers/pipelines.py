"""What happens to texts and ratings after a spider has read them: checked, then stored in batches or printed."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any, Self

from scrapy.crawler import Crawler
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlmodel import Session

from crawlers.aggregates import MOST, check_rating, rating_as_json
from crawlers.base import SourceSpider
from crawlers.bundles import Bundle, items_of
from monitor.clock import utcnow
from monitor.edge import Rejected, as_json, check, named_alike
from monitor.errors import ConfigError
from monitor.facts import AggregateRating, Collected, Gone
from monitor.models import Source
from monitor.store import authors, mentions, ratings, sources
from monitor.store.database import open_database, session_of
from monitor.store.event_time import is_fresh
from monitor.store.trouble import patiently, words_of

Item = Collected | AggregateRating | Gone
"""What passes the pipelines, in bundles."""
BATCH = 500
"""Texts. Each batch costs a dozen questions and the pages it changes, however many texts share them."""
HOLD_SECONDS = 5.0
"""So long a text waits for others at most, while more come: a slow crawl must not keep news to itself."""


class Check:
    """Drops texts and ratings that cannot be kept, and counts each under its reason."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._rated: dict[tuple[str, str], AggregateRating] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Any) -> Bundle:
        """The bundle without what is dropped of it."""
        counted = Counter[str]()
        try:
            return Bundle(tuple(self._kept(items_of(item), counted)))
        finally:
            for name, times in counted.items():
                self._crawler.stats.inc_value(f"emberwatch/{name}", times)

    def _kept(self, items: Iterable[Any], counted: Counter[str]) -> Iterator[Item]:
        mended = Counter[str]()
        for item in items:
            try:
                if isinstance(item, Gone):
                    yield named_alike(item)
                elif isinstance(item, AggregateRating):
                    yield from self._rating(item, counted)
                else:
                    counted["texts read"] += 1
                    yield check(item, mended)
            except Rejected as rejected:
                counted[f"dropped: {rejected.reason}"] += 1
        for note, times in mended.items():
            counted[f"mended: {note}"] += times

    def _rating(self, item: AggregateRating, counted: Counter[str]) -> Iterator[AggregateRating]:
        """The first rating of each thing: the pages of a listing, and many single pages, tell it again and again."""
        rating = check_rating(item)
        first = self._rated.get((rating.place, rating.item))
        if first is None and len(self._rated) >= MOST:
            raise Rejected("rating beyond the first ones")
        if first is not None and first != rating:
            raise Rejected("rating told in two ways")
        if first is None:
            self._rated[rating.place, rating.item] = rating
            counted["ratings read"] += 1
            yield rating


class Store:
    """Saves texts in batches; each batch is committed whole, so a crawl that is killed loses at most the last one."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._engine = open_database(settings["EMBERWATCH_DATABASE"])
        self._slug = str(settings["EMBERWATCH_SOURCE"])
        self._every = timedelta(seconds=settings.getfloat("EMBERWATCH_EVERY"))
        self._batch: list[Collected] = []
        self._held_since = monotonic()
        self._ratings: list[AggregateRating] = []
        self._told_gone: list[Gone] = []  # held to the end, when it is clear what the crawl is worth
        self._gone: list[Gone] = []
        self._doubted: list[Gone] = []
        self._shown: set[tuple[str, str, str]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Item | Bundle) -> Item | Bundle:
        for one in items_of(item):
            if isinstance(one, AggregateRating):
                self._ratings.append(one)
            elif isinstance(one, Gone):
                self._told_gone.append(one)
            else:
                self._hold(one)
        if self._batch and monotonic() - self._held_since >= HOLD_SECONDS:
            self._save()
        return item

    def _hold(self, text: Collected) -> None:
        self._shown.add((text.kind, text.host, text.external_id))
        if not self._batch:
            self._held_since = monotonic()
        self._batch.append(text)
        if len(self._batch) >= BATCH:
            self._save()

    def close_spider(self) -> None:
        self._believe()
        self._save()
        self._engine.dispose()

    def _save(self) -> None:
        batch, self._batch = self._batch, []
        if not any((batch, self._ratings, self._gone, self._doubted)):
            return
        try:
            saved = self._save_again(batch)
        except SQLAlchemyError as error:
            spider = self._crawler.spider
            assert isinstance(spider, SourceSpider), "only our spiders run here"  # noqa: S101 (tells mypy)
            spider.walk.crash = f"texts could not be saved: {words_of(error) or type(error).__name__}"
            raise
        for outcome, number in Counter(saved).items():
            self._crawler.stats.inc_value(f"emberwatch/{outcome.value}", number)

    def _believe(self) -> None:
        """What the same crawl shows elsewhere is not gone: else it would go and come back with every crawl.

        Nothing is when no list could be read: a place that has moved or is down says 404 of all its texts.
        """
        told, self._told_gone, walk = self._told_gone, [], getattr(self._crawler.spider, "walk", None)
        self._doubted, told = [one for one in told if one.doubted], [one for one in told if not one.doubted]
        self._crawler.stats.inc_value("emberwatch/told gone and doubted", len(self._doubted))
        if walk is not None and walk.items == 0 and (walk.failures or walk.blocked):
            self._crawler.stats.inc_value("emberwatch/told gone but not believed", len(told))
            return
        self._gone = [one for one in told if (one.kind, one.host, one.external_id) not in self._shown]
        self._crawler.stats.inc_value("emberwatch/told gone but shown", len(told) - len(self._gone))

    def _save_again(self, batch: list[Collected]) -> list[mentions.Saved]:
        try:
            return patiently(partial(self._save_once, batch))
        except IntegrityError:  # another crawl saved one of these texts between our look and our write
            return patiently(partial(self._save_once, batch))

    def _save_once(self, batch: list[Collected]) -> list[mentions.Saved]:
        with session_of(self._engine) as session:
            source, now = sources.by_slug(session, self._slug), utcnow()
            if source is None:
                raise ConfigError(f"source {self._slug!r} is not in the database")
            key = authors.installation_key(session)
            judged = [(item, self._is_fresh(item, source, now)) for item in batch]
            saved = mentions.save_many(session, judged, source=source, now=now, author_key=key) if judged else []
            changed = ratings.save_many(session, source, self._ratings, now=now)
            removed = _remove(session, self._gone, self._doubted, now)
            session.commit()
        self._ratings.clear()
        self._gone.clear()
        self._doubted.clear()
        self._crawler.stats.inc_value("emberwatch/ratings changed", changed)
        self._crawler.stats.inc_value("emberwatch/deleted at the source", removed)
        return saved

    def _is_fresh(self, item: Collected, source: Source, now: datetime) -> bool:
        first = source.first_crawled_at is None
        return is_fresh(item.published_at, item.precision, now=now, every=self._every, first_crawl=first)


def _remove(session: Session, gone: list[Gone], doubted: list[Gone], now: datetime) -> int:
    if not gone and not doubted:
        return 0
    from monitor.store import removal  # with all that searching needs; most crawls find nothing gone

    removal.note_missing(session, doubted, now)
    return removal.remove(session, gone, now)


class Print:
    """Writes each text, rating (`"type": "rating"`) and deletion as one line of JSON to standard output."""

    def process_item(self, item: Item | Bundle) -> Item | Bundle:
        for one in items_of(item):
            sys.stdout.write(json.dumps(_printed(one), ensure_ascii=False) + "\n")
        sys.stdout.flush()
        return item


def _printed(item: Item) -> dict[str, Any]:
    if isinstance(item, Gone):
        return {"type": "gone", "kind": item.kind.value, "host": item.host, "external_id": item.external_id}
    return rating_as_json(item) if isinstance(item, AggregateRating) else as_json(item)
