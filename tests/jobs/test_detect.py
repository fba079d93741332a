"""Detecting on stored rows: a burst opens one incident, goes on, calms and resolves; a quiet brand stays quiet."""

import multiprocessing
from dataclasses import replace
from datetime import datetime, timedelta
from multiprocessing.synchronize import Barrier

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import Cell, ChangeKind, Dimension, IncidentState, Stream
from monitor.incidents import sentence
from monitor.jobs import detect
from monitor.jobs.context import Context
from monitor.models import Brand, Incident, IncidentChange, IncidentMention, Mention, Source
from monitor.store.database import open_database, session_of
from tests.contexts import make_context, make_settings
from tests.factories import NOON, database_session, make_coverage, make_mention

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def context(session: Session) -> Context:
    """A brand with two quiet weeks behind it: six texts a day, one of them a complaint."""
    context = make_context(session, NOON)
    brand, source = rows(context)
    make_coverage(session, source, NOON - 14 * DAY, NOON + 3 * DAY)
    for number in range(14 * 6):
        at = NOON - 14 * DAY + number * 4 * HOUR
        make_mention(session, brand, source, at=at, negative=0.8 if number % 6 == 0 else 0.05)
    session.commit()
    return context


def rows(context: Context) -> tuple[Brand, Source]:
    return context.session.exec(select(Brand)).one(), context.session.exec(select(Source)).one()


def later(context: Context, after: timedelta) -> Context:
    return Context(context.settings, context.session, NOON + after)


def burst(context: Context, number: int, *, start: timedelta = timedelta(), negative: float = 0.9) -> list[Mention]:
    brand, source = rows(context)
    made = [
        make_mention(
            context.session,
            brand,
            source,
            f"complaint {i}",
            at=NOON + start + i * MINUTE,
            negative=negative,
            themes=["refund"],
        )
        for i in range(number)
    ]
    context.session.commit()
    return made


def kinds(context: Context) -> list[ChangeKind]:
    return list(context.session.exec(select(IncidentChange.kind).order_by(col(IncidentChange.id))))


def test_a_quiet_brand_has_no_incident(context: Context):
    assert detect.run(context) == {}


def test_a_burst_of_complaints_opens_one_incident_with_its_evidence(context: Context):
    made = burst(context, 12)
    detect.run(later(context, 12 * MINUTE))
    incident = context.session.exec(select(Incident)).one()
    assert incident.sentence.startswith("12 negative mentions")
    assert incident.sentence.endswith(f"; first: {made[0].url}")
    evidence = set(context.session.exec(select(IncidentMention.mention_id)))
    assert evidence == {mention.id for mention in made}


def test_a_language_is_called_by_its_name(context: Context):
    burst(context, 12)
    brand, _ = rows(context)
    found = detect.ask(context.settings, detect.read_stream(context.session, brand, NOON + 12 * MINUTE))
    finding = replace(found[0], cell=Cell(Dimension.LANGUAGE, "ur-Latn"))
    assert "12 negative mentions in Roman Urdu" in sentence(finding, detect.names_of(context.settings, [finding]))


def test_an_incident_starts_with_its_first_mention(context: Context):
    made = burst(context, 12)
    detect.run(later(context, 12 * MINUTE))
    assert context.session.exec(select(Incident.started_at)).one() == made[0].published_at


def test_a_burst_of_praise_opens_none(context: Context):
    burst(context, 40, negative=0.04)
    assert detect.run(later(context, 40 * MINUTE)) == {}


def test_what_was_published_long_before_we_saw_it_opens_none(context: Context):
    for mention in burst(context, 12):
        mention.fresh = False
        context.session.add(mention)
    context.session.commit()
    assert detect.run(later(context, 12 * MINUTE)) == {}


def test_looking_again_changes_nothing(context: Context):
    burst(context, 12)
    detect.run(later(context, 12 * MINUTE))
    assert detect.run(later(context, 13 * MINUTE)) == {}


def test_three_times_the_size_is_told_once_more(context: Context):
    burst(context, 8)
    detect.run(later(context, 8 * MINUTE))
    burst(context, 24, start=9 * MINUTE)
    detect.run(later(context, 34 * MINUTE))
    assert kinds(context) == [ChangeKind.OPENED, ChangeKind.WORSENED]


def test_it_calms_and_is_over(context: Context):
    burst(context, 12)
    detect.run(later(context, 12 * MINUTE))
    for hours in range(1, 60):
        detect.run(later(context, hours * HOUR))
    assert kinds(context) == [ChangeKind.OPENED, ChangeKind.CALMED, ChangeKind.RESOLVED]
    assert context.session.exec(select(Incident.state)).one() is IncidentState.RESOLVED


def test_a_dismissed_incident_is_not_opened_again_by_the_same_texts(context: Context):
    burst(context, 12)
    detect.run(later(context, 12 * MINUTE))
    incident = context.session.exec(select(Incident)).one()
    incident.state, incident.dismissed_at = IncidentState.DISMISSED, NOON + 13 * MINUTE
    context.session.add(incident)
    context.session.commit()
    detect.run(later(context, 14 * MINUTE))
    assert kinds(context) == [ChangeKind.OPENED]


def test_two_mentions_a_week_are_enough_to_notice_six_complaints(session: Session):
    context = make_context(session, NOON)
    brand, source = rows(context)
    make_coverage(session, source, NOON - 28 * DAY, NOON + DAY)
    for days in range(28, 0, -3):
        make_mention(session, brand, source, at=NOON - days * DAY, negative=0.1)
    burst(context, 6)
    detect.run(later(context, 6 * MINUTE))
    assert kinds(context) == [ChangeKind.OPENED]


def look_beside_another(url: str, now: datetime, together: Barrier) -> None:
    """In a process of its own: look, but let the other one decide as well before anything is written."""
    engine = open_database(url)
    waiting = [together]

    def wait(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if waiting and not statement.startswith(("SELECT", "WITH", "PRAGMA")):
            waiting.pop().wait(timeout=20)

    sa.event.listen(engine, "before_cursor_execute", wait)
    with session_of(engine) as session:
        detect.run(Context(make_settings(), session, now))
    engine.dispose()
    assert not waiting


def test_two_processes_that_look_at_once_open_one_incident(context: Context):
    burst(context, 12)
    url, fork = str(context.session.get_bind().url), multiprocessing.get_context("fork")
    asked = (url, NOON + 12 * MINUTE, fork.Barrier(2))
    lookers = [fork.Process(target=look_beside_another, args=asked) for _ in range(2)]
    for looker in lookers:
        looker.start()
    for looker in lookers:
        looker.join(timeout=30)
    assert [looker.exitcode for looker in lookers] == [0, 0]
    assert kinds(context) == [ChangeKind.OPENED]
    assert len(context.session.exec(select(IncidentMention)).all()) == 12


def test_what_is_read_anew_or_comes_late_is_seen_as_a_fresh_process_sees_it(context: Context):
    """Looks share nothing: the stream of a process that has looked before is that of one that never has."""
    brand, source = rows(context)
    for hours in (1, 30, 100):
        detect.run(later(context, MINUTE))
        make_mention(context.session, brand, source, at=NOON - hours * HOUR, themes=["refund"])
        context.session.commit()
        seen = detect.read_stream(context.session, brand, NOON + MINUTE)
        with database_session(str(context.session.get_bind().url)) as fresh:
            assert flat(seen) == flat(detect.read_stream(fresh, brand, NOON + MINUTE))


def flat(stream: Stream) -> object:
    hours = {
        cell: (one.mentions.tolist(), one.negative.tolist(), one.known.tolist()) for cell, one in stream.hourly.items()
    }
    return hours, stream.voices, stream.troubled
