"""The clock jumps a day ahead and back again: nothing is sent twice, and nothing waits for a day that was none."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from benchmarks.alert_scene import Receiver, http_receiver, open_incident, settings_of, webhook
from monitor.clock import utcnow
from monitor.config import Settings
from monitor.jobs import alert, analyse
from monitor.jobs.context import Context
from monitor.models import Alert, AlertState, Brand, Coverage, Mention, ReadState, Source, SourceHealth
from monitor.store import ahead, assessments, runs, sources
from monitor.store.database import session_of
from monitor.supervisor import Stop, Supervisor
from tests.factories import NOON, make_brand, make_coverage, make_mention, make_run, make_source
from tests.fakes import FakeAssessor

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TOMORROW = NOON + DAY
URL = "sqlite://"  # of the settings; the sessions of these tests are given


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with http_receiver() as receiver:
        yield receiver


@pytest.fixture
def settings(receiver: Receiver) -> Settings:
    return settings_of(URL, [webhook("hook", receiver.port)], ["hook"])


def tell(session: Session, settings: Settings, now: datetime) -> None:
    """A look of the alerts."""
    alert.run(Context(settings, session, now))
    session.commit()


def opens(session: Session, at: datetime, brand: str = "brand1") -> None:
    """An incident of a brand that is told of."""
    made = session.exec(select(Brand).where(Brand.slug == brand)).first() or make_brand(session, brand)
    open_incident(session, made.id or 0, at)
    session.commit()


def test_what_was_tried_in_vain_tomorrow_goes_out_today(
    session: Session, settings: Settings, receiver: Receiver
) -> None:
    opens(session, NOON)
    receiver.refuses = lambda: True
    tell(session, settings, TOMORROW)
    assert session.exec(select(Alert.state)).one() is AlertState.PENDING
    receiver.refuses = lambda: False
    tell(session, settings, NOON + MINUTE)
    assert session.exec(select(Alert.state)).one() is AlertState.SENT
    assert len(receiver.taken) == 1


def test_what_was_told_tomorrow_is_told_no_second_time_and_holds_nothing_up(
    session: Session, settings: Settings, receiver: Receiver
) -> None:
    opens(session, TOMORROW)
    tell(session, settings, TOMORROW)
    tell(session, settings, NOON)
    assert len(receiver.taken) == 1
    opens(session, NOON + 40 * MINUTE)  # the same trouble opens again, later than the cool-down asks for
    tell(session, settings, NOON + 40 * MINUTE)
    assert len(receiver.taken) == 2


def test_what_a_sender_held_by_a_clock_that_was_ahead_is_sent_within_the_hour(
    session: Session, settings: Settings, receiver: Receiver
) -> None:
    opens(session, NOON)
    receiver.refuses = lambda: True
    tell(session, settings, NOON)
    owed = session.exec(select(Alert)).one()
    owed.state, owed.leased_until = AlertState.SENDING, TOMORROW  # and its sender died
    session.commit()
    receiver.refuses = lambda: False
    tell(session, settings, NOON + HOUR)
    assert len(receiver.taken) == 1


def test_a_text_that_was_claimed_tomorrow_is_read_today(session: Session, settings: Settings) -> None:
    brand = make_brand(session, "brand1")
    mention = make_mention(session, brand, make_source(session, brand), "Brand 1 is terrible")
    mention.read_state = ReadState.WAITING
    session.commit()
    assert len(assessments.claim(session, 1, TOMORROW)) == 1
    session.commit()
    assert assessments.claim(session, 1, NOON + MINUTE - assessments.LEASE + DAY) == [], "the lease is good"
    analyse.run(Context(settings, session, NOON), FakeAssessor())
    assert session.exec(select(Mention.read_state)).one() is ReadState.READ


@pytest.fixture
def source(session: Session) -> Source:
    return make_source(session, make_brand(session, "brand1"))


@pytest.mark.parametrize("health", [SourceHealth.HEALTHY, SourceHealth.FAILING])
def test_a_source_that_was_crawled_tomorrow_is_due_at_once(source: Source, health: SourceHealth) -> None:
    source.health, source.last_run_at, source.next_try_at = health, TOMORROW, TOMORROW + HOUR
    assert sources.due_at(source, HOUR, NOON) is None
    assert sources.due_at(source, HOUR, TOMORROW + MINUTE) == TOMORROW + HOUR


def test_a_host_that_wants_to_be_left_alone_is_so_whatever_the_clock_says(source: Source) -> None:
    source.health, source.last_run_at, source.next_try_at = SourceHealth.RESTING, TOMORROW, TOMORROW + HOUR
    assert sources.due_at(source, HOUR, NOON) == TOMORROW + HOUR


def test_nothing_is_known_of_a_day_that_has_not_come(session: Session, source: Source) -> None:
    make_coverage(session, source, NOON - DAY, TOMORROW)
    make_coverage(session, source, TOMORROW + HOUR, TOMORROW + 2 * HOUR)
    for began in (NOON - HOUR, TOMORROW):
        make_run(session, source=source, job="crawl", at=began)
    ahead.coverage(session, source.id or 0, NOON)
    assert [(one.start, one.end) for one in session.exec(select(Coverage))] == [(NOON - DAY, NOON)]
    assert runs.last_good_start(session, source.id or 0, NOON) == NOON - HOUR


@pytest.mark.slow
def test_a_running_monitor_tells_of_all_once_while_its_clock_jumps(
    engine: sa.Engine, settings: Settings, receiver: Receiver, tmp_path: Path
) -> None:
    """A day ahead, then an hour back from where it began: each time something happens that must be told."""
    jump, stop = [timedelta()], Stop()

    def clock() -> datetime:
        return utcnow() + jump[0]

    supervisor = Supervisor(settings, engine, tmp_path / "config.yaml", stop)
    thread = threading.Thread(target=supervisor.loop, args=(clock,), daemon=True)
    thread.start()
    try:
        for number, by in enumerate((timedelta(), DAY, -HOUR), start=1):
            jump[0] = by
            with session_of(engine) as session:
                opens(session, clock(), f"brand{number}")
            until = time.monotonic() + 30
            while len(receiver.taken) < number:
                assert time.monotonic() < until, f"nobody was told after the jump by {by}"
                time.sleep(0.05)
        time.sleep(1.0)
    finally:
        stop.set()
        thread.join(30)
    assert len(receiver.taken) == 3
    assert len({one.key for one in receiver.taken}) == 3
