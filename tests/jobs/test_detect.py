"""Detecting on stored rows: a burst opens one incident, goes on, calms and resolves; a quiet brand stays quiet."""

import multiprocessing
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from multiprocessing.synchronize import Barrier

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import (
    Cell,
    Change,
    ChangeKind,
    Dimension,
    Finding,
    Held,
    IncidentState,
    Kind,
    Reproduction,
    Severity,
    Stream,
)
from monitor.incidents import sentence
from monitor.jobs import answer, detect
from monitor.jobs.context import Context
from monitor.models import Brand, Coverage, HeldFinding, Incident, IncidentChange, IncidentMention, Mention, Source
from monitor.store import incidents, spreads
from monitor.store.database import open_database, session_of
from tests.contexts import make_context, make_settings
from tests.factories import NOON, database_session, make_coverage, make_mention, make_rating, person
from tests.incidents.samples import DELIVERY, FINDING, REFUND

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


def test_a_language_that_is_not_known_is_not_called_not_sure(context: Context):
    finding = replace(FINDING, cell=Cell(Dimension.LANGUAGE, "und"))
    words = sentence(finding, detect.names_of(context.settings, [finding]))
    assert " in an unknown language in 40 min" in words


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


def test_an_incident_says_what_it_is_why_and_how_far_it_has_gone(context: Context):
    burst(context, 12)
    detect.run(later(context, 12 * MINUTE))
    incident = context.session.exec(select(Incident)).one()
    assert (incident.kind, incident.severity) == (Kind.SPIKE, Severity.HIGH)
    assert incident.why.startswith("High: far above the usual; by chance ")
    spread = spreads.read(incident.spread)
    assert (spread.voices, spread.authors, spread.sources) == (12, 12, 1)
    assert incident.spread_at == NOON + 12 * MINUTE


def test_how_far_it_has_gone_is_followed_while_it_is_open(context: Context):
    burst(context, 12)
    detect.run(later(context, 12 * MINUTE))
    burst(context, 3, start=14 * MINUTE)
    detect.run(later(context, 17 * MINUTE))
    for hours in (7, 8):
        detect.run(later(context, hours * HOUR))
    incident = context.session.exec(select(Incident)).one()
    assert incident.state is IncidentState.CALMED
    assert (spreads.read(incident.spread).voices, incident.spread_at) == (15, NOON + 7 * HOUR)


def test_an_incident_that_lasts_for_days_is_followed_from_its_first_voice(context: Context):
    for days in (0, 1, 2, 3):
        for hours in (0, 5, 10, 15, 20):
            start = days * DAY + hours * HOUR
            burst(context, 12, start=start)
            detect.run(later(context, start + 12 * MINUTE))
    incident = context.session.exec(select(Incident)).one()
    brand, _ = rows(context)
    (facts,) = incidents.going_on(context.session, brand.id, NOON)
    stream = detect.read_stream(context.session, brand, incident.last_finding_at)
    assert len(stream.voices) < spreads.read(incident.spread).voices == len(facts.mention_ids)


def test_what_a_dismissed_incident_swallows_is_kept_with_that_reason(context: Context):
    burst(context, 12)
    detect.run(later(context, 12 * MINUTE))
    answer.dismiss_incident(context.session, 1, "A test of the shop", person("Ayesha"), NOON + 13 * MINUTE)
    for minutes in (14, 15):
        detect.run(later(context, minutes * MINUTE))
    held = context.session.exec(select(HeldFinding)).one()
    assert (held.reason, held.looks) == (Held.DISMISSED, 2)
    assert held.sentence.startswith("12 negative mentions")


def test_the_stream_tells_the_ratings_that_pages_show(context: Context):
    brand, source = rows(context)
    make_rating(context.session, source, 4.4, NOON - 70 * DAY)
    make_rating(context.session, source, 4.2, NOON - 50 * DAY)
    make_rating(context.session, source, 3.9, NOON - DAY)
    (track,) = detect.read_stream(context.session, brand, NOON).ratings
    assert [value for _, value, _ in track.steps] == [4.2, 3.9]


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


def follow(context: Context, after: timedelta, *findings: Finding) -> None:
    """A look at which exactly this is found."""
    context, (brand, _) = later(context, after), rows(context)
    detect.follow(context, brand.id, detect.read_stream(context.session, brand, context.now), findings, Counter())
    context.session.commit()


def found(*mentions: Mention, **changes: object) -> Finding:
    return replace(FINDING, mention_ids=tuple(one.id for one in mentions), first_mention_id=mentions[0].id, **changes)


def test_a_trouble_that_comes_back_slowly_opens_its_incident_again(context: Context):
    """What comes while an incident is calm is not taken for what is known of it, or a slow start would never be new."""
    old, new = burst(context, 12), burst(context, 16, start=13 * HOUR)
    follow(context, HOUR, found(*old))
    follow(context, 8 * HOUR)
    for number in (4, 8, 12, 16):
        follow(context, 13 * HOUR + number * MINUTE, found(*old, *new[:number]))
    assert kinds(context) == [ChangeKind.OPENED, ChangeKind.CALMED, ChangeKind.OPENED]


def test_a_second_wave_is_measured_by_itself(context: Context):
    old, new = burst(context, 40), burst(context, 40, start=13 * HOUR)
    follow(context, HOUR, found(*old, seen=40.0))
    follow(context, 8 * HOUR)
    for number in (10, 30):
        follow(context, 13 * HOUR + number * MINUTE, found(*new[:number], seen=float(number)))
    assert kinds(context)[2:] == [ChangeKind.OPENED, ChangeKind.WORSENED]


def test_an_incident_opens_with_the_evidence_of_all_its_cells(context: Context):
    made = burst(context, 12)
    follow(context, 12 * MINUTE, found(*made[:6]), found(*made[6:], cell=REFUND, strength=1.0))
    assert len(context.session.exec(select(IncidentMention)).all()) == 12


def test_an_incident_keeps_the_evidence_of_what_turned_out_to_be_a_part_of_it(context: Context):
    made = burst(context, 24)
    refund, delivery = found(*made[:12], cell=REFUND), found(*made[12:], cell=DELIVERY)
    follow(context, 25 * MINUTE, refund, delivery)
    assert {one.started_at for one in context.session.exec(select(Incident))} == {NOON, NOON + 12 * MINUTE}
    follow(context, 26 * MINUTE, found(*made[:5], *made[12:]))
    open_, part = context.session.exec(select(Incident).order_by(col(Incident.state).desc())).all()
    assert [open_.state, part.state] == [IncidentState.OPEN, IncidentState.CALMED]
    assert part.sentence == f"Goes on as a part of incident {open_.id}"
    evidence = select(IncidentMention.mention_id).where(IncidentMention.incident_id == open_.id)
    assert len(context.session.exec(evidence).all()) == 24
    assert [open_.started_at, part.started_at] == [NOON, NOON]


def test_what_is_dismissed_while_it_is_decided_about_stays_dismissed(context: Context):
    made = burst(context, 12)
    follow(context, 12 * MINUTE, found(*made))
    brand, _ = rows(context)
    answer.dismiss_incident(context.session, 1, "A test of the shop", person("Ayesha"), NOON + 13 * MINUTE)
    late = Change(ChangeKind.WORSENED, 1, Severity.CRITICAL, "Now critical", found(*made))
    incidents.apply(context.session, brand.id, late, 20.0, NOON + 13 * MINUTE)
    assert context.session.exec(select(Incident.state)).one() is IncidentState.DISMISSED
    assert kinds(context) == [ChangeKind.OPENED, ChangeKind.DISMISSED]


def test_an_incident_does_not_calm_while_nobody_listens(context: Context):
    made = burst(context, 12)
    follow(context, 12 * MINUTE, found(*made))
    context.session.exec(sa.update(Coverage).values(end=NOON + HOUR))
    follow(context, 12 * HOUR)
    assert kinds(context) == [ChangeKind.OPENED]
    context.session.exec(sa.update(Coverage).values(end=NOON + 9 * HOUR))
    follow(context, 12 * HOUR)
    assert kinds(context) == [ChangeKind.OPENED, ChangeKind.CALMED]


def test_how_far_it_has_gone_is_worked_out_when_something_came_or_time_has_passed(context: Context):
    made = burst(context, 12)
    seen = []
    for minutes in (12, 13, 14, 15, 21):
        if minutes == 14:
            burst(context, 1, start=14 * MINUTE)
        follow(context, minutes * MINUTE, found(*made))
        spread_at = context.session.exec(select(Incident.spread_at)).one()
        seen.append((spread_at - NOON) // MINUTE)
    assert seen == [12, 12, 14, 14, 21]


def test_what_was_worked_out_before_still_decides_how_severe_it_is(context: Context):
    made = burst(context, 30)
    follow(context, 30 * MINUTE, found(*made))
    rising = Reproduction(value=1.6, low=1.1, high=2.2, growing=0.98)
    kept = spreads.read(context.session.exec(select(Incident.spread)).one())
    spreads.keep(context.session, 1, replace(kept, reproduction=rising), NOON + 30 * MINUTE)
    follow(context, 31 * MINUTE, found(*made, authors=60))
    assert context.session.exec(select(Incident.severity)).one() is Severity.CRITICAL


def joins_in(context: Context, followers: int, start: timedelta) -> None:
    """One more complaint, by somebody with so many followers."""
    brand, source = rows(context)
    joined = make_mention(context.session, brand, source, "me too", at=NOON + start, themes=["refund"])
    joined.author_followers = followers
    context.session.add(joined)
    context.session.commit()


def test_a_large_voice_that_joins_in_is_told_once(context: Context):
    burst(context, 12)
    detect.run(later(context, 12 * MINUTE))
    joins_in(context, 250_000, 13 * MINUTE)
    for minutes in (13, 14, 20):
        detect.run(later(context, minutes * MINUTE))
    assert kinds(context) == [ChangeKind.OPENED, ChangeKind.WORSENED]
    incident = context.session.exec(select(Incident)).one()
    assert incident.sentence.startswith("Somebody with 250,000 followers joined in: ")
    assert (incident.severity, incident.told_amplifier) == (Severity.HIGH, 250_000)


def test_a_large_voice_that_is_there_from_the_start_is_told_with_the_opening(context: Context):
    burst(context, 11)
    joins_in(context, 250_000, 11 * MINUTE)
    for minutes in (12, 13, 20):
        detect.run(later(context, minutes * MINUTE))
    assert kinds(context) == [ChangeKind.OPENED]
    assert context.session.exec(select(Incident.told_amplifier)).one() == 250_000
