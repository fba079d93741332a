"""The stream as of a moment: what a job would have read from a database that held only what had arrived by then."""

from datetime import datetime, timedelta

import numpy as np
import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.backtest.arriving import Arriving
from monitor.facts import WHOLE, Cell, Dimension, RatingTrack, Stream
from monitor.jobs import detect
from monitor.models import Coverage
from monitor.store.backtests import Past, Place
from tests.backtest.scenes import (
    DAY,
    HOUR,
    MINUTE,
    START,
    arrive,
    burst,
    by_arrival,
    context_of,
    past_of,
    quiet,
    rows,
)
from tests.factories import NOON, make_author, make_coverage, make_mention, make_run

REFUND = Cell(Dimension.THEME, "refund")
TEXTS = [*quiet(3), *burst(2 * HOUR, themes=("refund",)), *burst(HOUR, 6, late=7 * HOUR, fresh=False)]


def as_of(past: Past, now: datetime) -> Stream:
    arriving = Arriving(past, history=detect.HISTORY, recent=detect.RECENT)
    arriving.take(now)
    return arriving.stream(now, ())


def counts(stream: Stream) -> dict[Cell, tuple[object, ...]]:
    return {
        cell: (one.start, one.mentions.tolist(), one.negative.round(9).tolist(), one.known.tolist())
        for cell, one in stream.hourly.items()
    }


@pytest.mark.parametrize("after", [0, 7, 60, 121, 180, 605, 1500])
def test_it_is_what_the_job_reads_from_a_database_with_what_had_arrived(session: Session, after: int):
    now = START + after * MINUTE
    context = context_of(session)
    texts = by_arrival(TEXTS)
    come = [text for text in texts if NOON + text.at + text.late <= now]
    arrive(session, come)
    brand, _ = rows(session)
    read = detect.read_stream(context.session, brand, now)
    arrive(session, texts[len(come) :])
    stream = as_of(past_of(session), now)
    assert counts(stream) == counts(read)
    assert [(voice.mention_id, voice.at) for voice in stream.voices] == [
        (one.mention_id, one.at) for one in read.voices
    ]


def test_what_is_counted_but_not_kept_any_more_stands_in_its_hour_once_that_is_over(session: Session):
    context_of(session)
    (made,) = arrive(session, burst(-30 * HOUR, 1))
    made.deleted_at = START
    session.add(made)
    session.commit()
    past = past_of(session)
    assert not past.voices
    assert as_of(past, made.published_at + 20 * MINUTE).hourly[WHOLE].mentions.sum() == 0
    assert as_of(past, START).hourly[WHOLE].mentions.sum() == 1


def test_a_cell_is_there_from_its_first_text_on(session: Session):
    context_of(session)
    arrive(session, burst(2 * HOUR, 1, themes=("refund",), late=30 * MINUTE))
    past = past_of(session)
    assert REFUND not in as_of(past, START + 2 * HOUR + 20 * MINUTE).hourly
    assert REFUND in as_of(past, START + 3 * HOUR).hourly


def place(**values: object) -> Past:
    spans = ((START - 10 * DAY, START - 2 * DAY), (START - DAY, START + 2 * DAY))
    return Past("b", START - 28 * DAY, (), {}, {"news": Place(**({"spans": spans} | values))})


def known(past: Past, now: datetime) -> float:
    """Hours of the brand that were known then."""
    grid = Past(past.brand, past.start, past.voices, {WHOLE: empty(past)}, past.places)
    return float(as_of(grid, now).hourly[WHOLE].known.sum())


def empty(past: Past) -> np.ndarray:
    return np.zeros((3, (START + 2 * DAY - past.start) // HOUR))


def test_nothing_after_the_moment_is_known():
    assert known(place(), START) == (8 + 1) * 24
    assert known(place(), START - 2 * DAY) == 8 * 24


def test_after_an_outage_the_crawl_that_closed_it_had_not_been_yet():
    crawls = ((START - 9 * HOUR, START - 9 * HOUR), (START + HOUR, START + HOUR))
    assert known(place(crawls=crawls), START) == (8 + 1) * 24 - 9
    assert known(place(crawls=crawls), START + HOUR) == (8 + 1) * 24 + 1


def test_before_the_oldest_kept_run_the_coverage_of_today_is_taken():
    assert known(place(crawls=((START + HOUR, START + HOUR),)), START) == (8 + 1) * 24


def test_before_its_first_crawl_nothing_is_known_of_a_source():
    assert known(place(first_crawled_at=START + HOUR), START) == 0
    assert known(place(first_crawled_at=START - HOUR), START) == (8 + 1) * 24


def test_a_source_that_left_the_config_counts_until_it_was_last_heard():
    past = place(gone=True, spans=((START - 10 * DAY, START - 2 * DAY),))
    assert known(past, START - 3 * DAY) == 7 * 24
    assert known(past, START) == 0


@pytest.mark.parametrize("after", [-50, -7, 0, 30, 45])
def test_the_known_hours_are_those_of_the_job_where_a_source_has_gaps(session: Session, after: int):
    now = START + after * MINUTE
    context = context_of(session)
    brand, source = rows(session)
    session.execute(sa.delete(Coverage))
    for days in range(12, -1, -1):
        make_coverage(session, source, NOON - days * DAY, NOON - days * DAY + 19 * HOUR + 40 * MINUTE)
    arrive(session, [text for text in by_arrival(TEXTS) if NOON + text.at + text.late <= now])
    read = detect.read_stream(context.session, brand, now)
    assert counts(as_of(past_of(session), now)) == counts(read)
    assert not read.hourly[WHOLE].known.all()


def test_runs_are_read_as_crawls(session: Session):
    context_of(session)
    _, source = rows(session)
    make_run(session, source, at=START - 3 * HOUR)
    session.commit()
    ((ended, started),) = past_of(session).places["news"].crawls
    assert started == START - 3 * HOUR
    assert ended == started + timedelta(seconds=4)


def test_ratings_are_known_from_the_time_we_saw_them():
    steps = ((START - DAY, 4.5, 100), (START + HOUR, 3.0, 120))
    past = Past("b", START - 28 * DAY, (), {}, {}, ratings=(RatingTrack("shop", "", 1.0, 5.0, steps),))
    assert [track.steps for track in as_of(past, START).ratings] == [steps[:1]]
    assert as_of(past, START - 2 * DAY).ratings == ()


def test_ratings_of_long_ago_are_not_known_any_more():
    """The job reads eight weeks; what stood eight weeks ago is the first that it sees."""
    steps = tuple((START - days * DAY, 4.5, 200 - days) for days in (120, 90, 50, 10))
    past = Past("b", START - 28 * DAY, (), {}, {}, ratings=(RatingTrack("shop", "", 1.0, 5.0, steps),))
    assert [track.steps for track in as_of(past, START).ratings] == [steps[1:]]


def test_reviews_of_the_weeks_before_are_what_the_job_would_have_read(session: Session):
    context = context_of(session)
    brand, source = rows(session)
    regular = make_author(session)
    for number in range(30):
        author = regular if number % 3 == 0 else None
        make_mention(session, brand, source, at=START - (2 + number) * DAY, rating=1 + number % 5, author=author)
    late = make_mention(session, brand, source, at=START - 9 * DAY, rating=1)
    make_mention(session, brand, source, at=START - HOUR, rating=1)
    session.commit()
    read = detect.read_stream(context.session, brand, START)
    assert read.reviewed["news"].known > 5
    assert as_of(past_of(session), START).reviewed == read.reviewed
    late.collected_at = START + HOUR
    session.add(late)
    session.commit()
    before, then = read.reviewed["news"], as_of(past_of(session), START).reviewed["news"]
    assert (then.newcomers, then.rated) == (before.newcomers - 1, before.rated - 1)


def test_the_hours_can_be_laid_out_ahead():
    past = place()
    arriving = Arriving(past, history=detect.HISTORY, recent=detect.RECENT)
    arriving.take(past.start + HOUR)
    whole = arriving.stream(past.start + HOUR, (), ahead=3 * HOUR).hourly[WHOLE]
    assert len(whole.mentions) == 4
    assert not whole.known.any()
