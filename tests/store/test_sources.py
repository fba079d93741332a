"""Sources: in step with the config, healthy or not, due or not."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from monitor.facts import MentionKind, Stage
from monitor.models import Brand, Location, Mention, Source, SourceBrand, SourceHealth, Theme
from monitor.store import arrivals, sources, telling

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Named:
    id: str
    name: str


@dataclass(frozen=True)
class WantedTheme(Named):
    stage: Stage | None = None


@dataclass(frozen=True)
class WantedBrand:
    id: str
    name: str = "Brand"
    time_zone: str = "UTC"
    locations: tuple[Named, ...] = ()
    competitor: bool = False


@dataclass(frozen=True)
class WantedSource:
    id: str
    type: str = "feed"
    brands: tuple[str, ...] = ("acme",)
    every: timedelta = QUARTER
    enabled: bool = True
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    brands: tuple[WantedBrand, ...] = (WantedBrand("acme"),)
    sources: tuple[WantedSource, ...] = (WantedSource("blog"),)
    themes: tuple[WantedTheme, ...] = field(default=(WantedTheme("refund", "Refund"),))
    doors: tuple[WantedSource, ...] = ()


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


def test_an_adopted_theme_that_no_config_names_stays_active(synced: Session) -> None:
    synced.add(Theme(slug="found-parking", name="Parking", adopted=True))
    synced.add(Theme(slug="dropped", name="Dropped"))
    sources.sync(synced, Wanted())
    assert names(synced, Theme) == {"refund": True, "found-parking": True, "dropped": False}


def test_stages_of_themes_and_competitors_follow_the_config(synced: Session) -> None:
    wanted = Wanted((WantedBrand("acme"), WantedBrand("rival", competitor=True)))
    sources.sync(synced, replace(wanted, themes=(WantedTheme("refund", "Refund", Stage.RETURN),)))
    assert [row.stage for row in synced.exec(select(Theme))] == [Stage.RETURN]
    assert {row.slug: row.competitor for row in synced.exec(select(Brand))} == {"acme": False, "rival": True}


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


def test_a_quiet_source_is_known_says_so_and_is_crawled_as_before(synced: Session) -> None:
    source = blog(synced)
    sources.record_start(synced, source, now=NOW)
    sources.record_good(synced, source, now=NOW, every=QUARTER)
    sources.record_quiet(synced, source, "no new text since noon", since=NOW - timedelta(hours=9))
    assert (source.health, source.failures, source.quiet_since) == (SourceHealth.QUIET, 0, NOW - timedelta(hours=9))
    assert sources.due(synced, Wanted(), NOW + timedelta(minutes=14)) == []
    assert sources.due(synced, Wanted(), NOW + QUARTER) == [source]


def test_a_good_crawl_ends_a_silence(synced: Session) -> None:
    source = blog(synced)
    sources.record_quiet(synced, source, "no new text since noon", since=NOW)
    sources.record_good(synced, source, now=NOW, every=QUARTER)
    assert (source.health, source.quiet_since, source.error) == (SourceHealth.HEALTHY, None, "")


def mention(session: Session, number: int, at: datetime, collected: datetime | None = None) -> None:
    source = blog(session)
    row = Mention(kind=MentionKind.POST, host="blog.example", external_id=str(number), source_id=source.id or 0)
    row.text_hash, row.published_at, row.collected_at = "", at, collected or at
    session.add(row)


def test_texts_arrive_when_they_are_collected_but_those_of_the_first_crawl_when_published(synced: Session) -> None:
    blog(synced).first_crawled_at = NOW
    old, late = NOW - timedelta(days=3), NOW + timedelta(days=2)
    mention(synced, 1, old, NOW + timedelta(seconds=9))
    mention(synced, 2, NOW, late)
    assert arrivals.of_source(synced, blog(synced), timedelta(days=56)) == [old, late]


def test_only_the_weeks_before_the_newest_arrival_are_read(synced: Session) -> None:
    times = [NOW - timedelta(days=days) for days in range(100, -1, -1)]
    for number, at in enumerate(times):
        mention(synced, number, at)
    assert arrivals.of_source(synced, blog(synced), timedelta(days=56)) == times[44:]


def test_arrivals_of_many_pages_are_read_but_not_without_end(synced: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "PAGE", 10)
    times = [NOW + timedelta(minutes=minutes) for minutes in range(95)]
    for number, at in enumerate(times):
        mention(synced, number, at)
    assert arrivals.of_source(synced, blog(synced), timedelta(days=1)) == times
    monkeypatch.setattr(arrivals, "MOST_ARRIVALS", 30)
    assert arrivals.of_source(synced, blog(synced), timedelta(days=1)) == times[-30:]


def test_a_source_without_texts_has_no_arrivals(synced: Session) -> None:
    assert arrivals.of_source(synced, blog(synced), timedelta(days=56)) == []


def test_the_duty_to_tell_of_a_source_is_taken_once(synced: Session) -> None:
    source = blog(synced)
    assert telling.claim(synced, source, NOW)
    assert not telling.claim(synced, source, NOW)
    telling.forget(synced, NOW)
    assert telling.claim(synced, source, NOW)
