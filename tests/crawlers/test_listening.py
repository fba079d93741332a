"""After each good crawl a source is asked whether it has fallen quiet."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from crawlers.listening import in_words, note_silence
from monitor.detection.rhythm import Silence
from monitor.models import Run, RunOutcome, Source, SourceHealth
from monitor.store import sources
from tests.factories import NOON, make_brand, make_coverage, make_mention, make_source

pytestmark = pytest.mark.sqlite(
    "starts a process for each crawl; what is stored is tried on both in tests/store, test_pipelines and test_saving"
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = NOON - 20 * DAY


@pytest.fixture
def source(session: Session) -> Source:
    """Crawled every hour for twenty days, with a new text every three hours until yesterday noon."""
    brand = make_brand(session)
    source = make_source(session, brand, "news", "feed", first_crawled_at=START, last_run_at=NOON)
    crawl(session, source, 0, 481)
    for number in range(1, 153):
        make_mention(session, brand, source, at=START + number * 3 * HOUR)
    return source


def crawl(session: Session, source: Source, first: int, end: int, outcome: RunOutcome = RunOutcome.OK) -> None:
    for hour in range(first, end):
        session.add(Run(job="crawl", source_id=source.id, started_at=START + hour * HOUR, outcome=outcome))
    session.flush()


def note(session: Session, source: Source, after: timedelta = timedelta()) -> SourceHealth:
    sources.record_good(session, source, now=NOON + after, every=HOUR)
    note_silence(session, source, every=HOUR, now=NOON + after)
    return source.health


def test_a_source_that_is_silent_for_too_long_is_quiet_since_its_last_text(session: Session, source: Source) -> None:
    last = START + 152 * 3 * HOUR
    assert note(session, source) is SourceHealth.QUIET
    assert source.quiet_since == last
    assert source.error == "no new text since 1 Mar 12:00 UTC; usually 8 a day"
    assert source.failures == 0


def test_a_quiet_source_that_brings_a_text_is_healthy(session: Session, source: Source) -> None:
    note(session, source)
    make_mention(session, make_brand(session, "other"), source, at=NOON - HOUR)
    assert note(session, source) is SourceHealth.HEALTHY
    assert (source.quiet_since, source.error) == (None, "")


def test_failed_crawls_are_no_silence(session: Session, source: Source) -> None:
    for run in session.exec(select(Run).where(Run.started_at > START + 153 * 3 * HOUR)).all():
        run.outcome = RunOutcome.FAILED
    assert note(session, source) is SourceHealth.HEALTHY


def test_a_monitor_that_was_switched_off_heard_no_silence(session: Session, source: Source) -> None:
    for run in session.exec(select(Run).where(Run.started_at > START + 153 * 3 * HOUR)).all():
        session.delete(run)
    crawl(session, source, 480, 481)
    assert note(session, source) is SourceHealth.HEALTHY


def test_a_young_source_is_not_quiet(session: Session) -> None:
    source = make_source(session, make_brand(session), first_crawled_at=START)
    assert note(session, source) is SourceHealth.HEALTHY


def test_what_the_first_crawl_found_counts_by_its_own_time_where_all_of_it_is_known(session: Session) -> None:
    brand = make_brand(session)
    source = make_source(session, brand, first_crawled_at=START)
    make_coverage(session, source, START - 30 * DAY, START)
    crawl(session, source, 0, 100)
    for number in range(240):
        make_mention(session, brand, source, at=START - 30 * DAY + number * 3 * HOUR)
    sources.record_good(session, source, now=START + 99 * HOUR)
    assert note_silence(session, source, every=HOUR, now=START + 99 * HOUR)


def test_a_rare_source_is_told_by_the_week() -> None:
    assert in_words(Silence(NOON, 0.4)) == "no new text since 2 Mar 12:00 UTC; usually 2.8 a week"
    assert in_words(Silence(NOON, 1203.4)) == "no new text since 2 Mar 12:00 UTC; usually 1,203 a day"
