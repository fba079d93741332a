"""What a replay reads: texts by arrival, when sources were heard, what was raised and what people said of it."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.errors import ConfigError
from monitor.facts import ChangeKind, IncidentState, Mark, Severity
from monitor.models import Brand, Source
from monitor.store import backtests
from monitor.store.backtests import open_to_read
from monitor.store.database import session_of
from monitor.store.trouble import Trouble, trouble_of
from tests.factories import (
    NOON,
    make_brand,
    make_change,
    make_coverage,
    make_incident,
    make_mention,
    make_rating,
    make_run,
    make_source,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START, END = NOON - 10 * DAY, NOON


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session)


@pytest.fixture
def source(session: Session, brand: Brand) -> Source:
    return make_source(session, brand)


def load(session: Session, brand: Brand, before=START + DAY) -> backtests.Past:
    return backtests.load(session, brand, START, END, before=before, rated=START)


def test_texts_come_in_the_order_in_which_they_were_collected(session: Session, brand: Brand, source: Source):
    first, second = (make_mention(session, brand, source, at=NOON - hours * HOUR) for hours in (9, 8))
    first.collected_at = NOON - HOUR
    session.add(first)
    assert [voice.mention_id for voice in load(session, brand).voices] == [second.id, first.id]


def test_texts_from_outside_the_range_are_not_read(session: Session, brand: Brand, source: Source):
    make_mention(session, brand, source, at=START - HOUR)
    make_mention(session, brand, source, at=END + HOUR)
    assert load(session, brand).voices == ()


def test_a_place_has_its_stretches_and_its_good_crawls(session: Session, brand: Brand, source: Source):
    make_coverage(session, source, START - DAY, NOON - 5 * DAY)
    make_run(session, source, at=NOON - 6 * DAY)
    place = load(session, brand).places["reviews"]
    assert place.spans == ((START, NOON - 5 * DAY),)
    assert [started for _, started in place.crawls] == [NOON - 6 * DAY]
    assert not place.gone


def test_average_ratings_are_read(session: Session, brand: Brand, source: Source):
    make_rating(session, source, 4.5, at=NOON - DAY)
    (track,) = load(session, brand).ratings
    assert [value for _, value, _ in track.steps] == [4.5]


def test_incidents_from_before_the_replay_are_times_of_trouble_until_it_begins(session: Session, brand: Brand):
    at, before = START + HOUR, START + DAY
    make_incident(session, brand, at=at).last_finding_at = before + 9 * HOUR
    make_incident(session, brand, at=at, severity=Severity.WATCH)
    make_incident(session, brand, at=at, state=IncidentState.DISMISSED)
    make_incident(session, brand, at=before + HOUR)
    session.flush()
    assert load(session, brand, before).troubled == ((at - timedelta(minutes=40), before),)


def test_what_was_raised_comes_with_its_mark_its_evidence_and_its_first_alarm(
    session: Session, brand: Brand, source: Source
):
    mention = make_mention(session, brand, source, at=NOON - HOUR)
    made = make_incident(session, brand, [mention], at=NOON - HOUR, severity=Severity.WATCH, mark=Mark.USEFUL)
    made.severity = Severity.HIGH
    make_change(session, made, ChangeKind.WORSENED, at=NOON - HOUR / 2)
    (found,) = backtests.raised(session, brand.id, START, END)
    assert (found.mark, found.detector, found.mention_ids) == (Mark.USEFUL, "spike", {mention.id})
    assert found.alarmed_at == NOON - HOUR / 2


def test_a_dismissed_incident_is_noise_unless_it_was_marked(session: Session, brand: Brand):
    for mark in (None, Mark.USEFUL):
        make_incident(session, brand, at=NOON - HOUR, state=IncidentState.DISMISSED, mark=mark)
    assert [one.mark for one in backtests.raised(session, brand.id, START, END)] == [Mark.NOISE, Mark.USEFUL]


def test_only_incidents_opened_in_the_range_are_compared(session: Session, brand: Brand):
    for at in (START - HOUR, START, END):
        make_incident(session, brand, at=at)
    assert [one.opened_at for one in backtests.raised(session, brand.id, START, END)] == [START]


def test_how_far_back_texts_are_kept(session: Session, brand: Brand, source: Source):
    assert backtests.kept(session, brand.id, START, END).first is None
    for days in (12, 3):
        made = make_mention(session, brand, source, at=NOON - days * DAY)
    made.deleted_at = NOON
    session.add(made)
    session.flush()
    found = backtests.kept(session, brand.id, START, END)
    assert (found.first, found.last, found.deleted) == (NOON - 12 * DAY, NOON - 3 * DAY, 1)


def test_on_an_engine_to_read_nothing_can_be_written(engine: sa.Engine):
    reading = open_to_read(str(engine.url))
    with session_of(reading) as session:
        assert session.execute(sa.text("SELECT count(*) FROM brand")).scalar_one() == 0
        with pytest.raises(sa.exc.DBAPIError) as refused:
            session.execute(sa.text("INSERT INTO brand (slug, name) VALUES ('a', 'b')"))
    assert trouble_of(refused.value) is Trouble.READ_ONLY
    reading.dispose()


def test_a_database_that_is_not_there_is_told_and_not_made(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"there is no .*none\.db yet"):
        open_to_read(f"sqlite:///{tmp_path / 'none.db'}")
    assert list(tmp_path.iterdir()) == []
