"""Sources: in step with the config, healthy or not, due or not."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from monitor.models import Brand, Location, Source, SourceBrand, SourceHealth, Theme
from monitor.store import sources

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Named:
    id: str
    name: str


@dataclass(frozen=True)
class WantedBrand:
    id: str
    name: str = "Brand"
    time_zone: str = "UTC"
    locations: tuple[Named, ...] = ()


@dataclass(frozen=True)
class WantedSource:
    id: str
    type: str = "feed"
    brands: tuple[str, ...] = ("acme",)
    every: timedelta = QUARTER
    enabled: bool = True


@dataclass(frozen=True)
class Wanted:
    brands: tuple[WantedBrand, ...] = (WantedBrand("acme"),)
    sources: tuple[WantedSource, ...] = (WantedSource("blog"),)
    themes: tuple[Named, ...] = field(default=(Named("refund", "Refund"),))


def names(session: Session, model: type[Brand] | type[Source] | type[Theme]) -> dict[str, bool]:
    return {row.slug: row.active for row in session.exec(select(model))}


def blog(session: Session) -> Source:
    found = sources.by_slug(session, "blog")
    assert found is not None
    return found


@pytest.fixture
def synced(session: Session) -> Session:
    sources.sync(session, Wanted())
    return session


def test_the_rows_equal_the_config(synced: Session) -> None:
    assert names(synced, Brand) == {"acme": True}
    assert names(synced, Source) == {"blog": True}
    assert names(synced, Theme) == {"refund": True}


def test_syncing_twice_changes_nothing(synced: Session) -> None:
    sources.sync(synced, Wanted())
    assert len(synced.exec(select(Source)).all()) == 1
    assert len(synced.exec(select(SourceBrand)).all()) == 1


def test_what_left_the_config_stays_but_is_not_active(synced: Session) -> None:
    sources.sync(synced, Wanted((WantedBrand("other"),), (WantedSource("shop", brands=("other",)),), ()))
    assert names(synced, Brand) == {"acme": False, "other": True}
    assert names(synced, Source) == {"blog": False, "shop": True}
    assert names(synced, Theme) == {"refund": False}


def test_what_comes_back_into_the_config_is_active_again(synced: Session) -> None:
    sources.sync(synced, Wanted((WantedBrand("other"),), (), ()))
    sources.sync(synced, Wanted())
    assert names(synced, Brand)["acme"]
    assert names(synced, Source)["blog"]


def test_a_source_that_is_switched_off_is_not_active(synced: Session) -> None:
    sources.sync(synced, Wanted(sources=(WantedSource("blog", enabled=False),)))
    assert not blog(synced).active


def test_the_brands_of_a_source_follow_the_config(synced: Session) -> None:
    both = (WantedBrand("acme"), WantedBrand("other"))
    sources.sync(synced, Wanted(both, (WantedSource("blog", brands=("other",)),)))
    linked = select(Brand.slug).join(SourceBrand).where(SourceBrand.source_id == blog(synced).id)
    assert synced.exec(linked).all() == ["other"]


def test_locations_take_their_new_names(session: Session) -> None:
    for name in ("Old Street", "New Street"):
        sources.sync(session, Wanted((WantedBrand("acme", locations=(Named("one", name),)),)))
    assert [row.name for row in session.exec(select(Location))] == ["New Street"]


def test_a_source_that_was_never_crawled_is_due(synced: Session) -> None:
    assert [source.slug for source in sources.due(synced, Wanted(), NOW)] == ["blog"]


def test_a_source_is_due_one_interval_after_its_last_run_began(synced: Session) -> None:
    sources.record_start(synced, blog(synced), now=NOW)
    assert sources.due(synced, Wanted(), NOW + QUARTER - timedelta(seconds=1)) == []
    assert len(sources.due(synced, Wanted(), NOW + QUARTER)) == 1


def test_the_source_that_waits_longest_comes_first(session: Session) -> None:
    wanted = Wanted(sources=tuple(WantedSource(slug) for slug in ("a", "b", "c")))
    sources.sync(session, wanted)
    for slug, minutes in (("a", 20), ("b", 30)):
        found = sources.by_slug(session, slug)
        assert found is not None
        sources.record_start(session, found, now=NOW - timedelta(minutes=minutes))
    assert [source.slug for source in sources.due(session, wanted, NOW)] == ["c", "b", "a"]


def test_an_inactive_source_is_never_due(synced: Session) -> None:
    sources.sync(synced, Wanted(sources=()))
    assert sources.due(synced, Wanted(), NOW) == []


def test_failures_in_a_row_back_off_up_to_an_hour(synced: Session) -> None:
    waits = []
    for _ in range(8):
        sources.record_failure(synced, blog(synced), "the server answers 500", now=NOW)
        next_try = blog(synced).next_try_at
        assert next_try is not None
        waits.append((next_try - NOW) // timedelta(minutes=1))
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_failing_source_waits_for_its_next_try(synced: Session) -> None:
    sources.record_failure(synced, blog(synced), "timed out", now=NOW)
    assert sources.due(synced, Wanted(), NOW) == []
    assert len(sources.due(synced, Wanted(), NOW + timedelta(minutes=1))) == 1


def test_a_server_that_asks_for_a_later_try_gets_it(synced: Session) -> None:
    later = NOW + timedelta(hours=3)
    sources.record_failure(synced, blog(synced), "the server answers 429", now=NOW, not_before=later)
    assert blog(synced).next_try_at == later


def test_a_good_crawl_heals_a_source(synced: Session) -> None:
    sources.record_failure(synced, blog(synced), "timed out", now=NOW)
    sources.record_good(synced, blog(synced), now=NOW, every=QUARTER)
    source = blog(synced)
    assert (source.health, source.failures, source.error) == (SourceHealth.HEALTHY, 0, "")
    assert source.last_good_at == source.first_crawled_at == NOW


def test_a_first_crawl_that_saw_nothing_does_not_count_as_the_first(synced: Session) -> None:
    sources.record_good(synced, blog(synced), now=NOW, saw_texts=False)
    assert blog(synced).first_crawled_at is None


def test_a_blocked_source_says_so(synced: Session) -> None:
    sources.record_blocked(synced, blog(synced), "robots.txt says no", now=NOW, not_before=NOW + timedelta(hours=1))
    source = blog(synced)
    assert (source.health, source.error) == (SourceHealth.BLOCKED, "robots.txt says no")
    assert sources.due(synced, Wanted(), NOW + timedelta(minutes=59)) == []
