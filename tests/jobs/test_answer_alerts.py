"""What people do with alerts: judged one by one, silenced with a reason and an end, sent again when lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from monitor.config import Settings
from monitor.errors import AnswerRefused
from monitor.facts import Mark, Severity
from monitor.jobs import answer
from monitor.models import Alert, AlertMark, AlertState, Incident, Silence
from monitor.store import backtests, marks, silences
from tests.contexts import BRAND, SOURCE, make_settings
from tests.factories import NOON, count_rows, make_alert, make_brand, make_change, make_incident, person

LATER = NOON + timedelta(minutes=5)
LATEST = NOON + timedelta(minutes=9)


@pytest.fixture
def incident(session: Session) -> Incident:
    return make_incident(session, make_brand(session))


@pytest.fixture
def alert(session: Session, incident: Incident) -> Alert:
    return make_alert(session, make_change(session, incident), "mail", reason="worsened")


@pytest.fixture
def settings() -> Settings:
    places = [{"id": "gulberg", "name": "Gulberg"}]
    return make_settings(brands=[{**BRAND, "locations": places}, {"id": "tea", "name": "Tea"}], sources=[SOURCE])


def silence(session: Session, settings: Settings, **values: Any) -> Silence:
    given: dict[str, Any] = {
        "ends_at": NOON + timedelta(hours=2), "reason": "a sale", "actor": person("Ayesha"), "now": NOON, **values,
    }  # fmt: skip
    return answer.silence(session, settings, **given)


def test_a_word_on_an_alert_is_that_of_the_incident_and_kept_with_its_channel_and_reason(
    session: Session, incident: Incident, alert: Alert
):
    answer.mark_alert(session, alert.id, Mark.NOISE, person(" Ayesha "), LATER)
    (row,) = marks.of_incident(session, incident.id)
    assert (row.alert_id, row.actor, row.channel, row.reason, row.detector) == (
        alert.id, "Ayesha", "mail", "worsened", "spike",
    )  # fmt: skip
    session.refresh(incident)
    assert (incident.mark, incident.marked_by, incident.marked_at) == (Mark.NOISE, "Ayesha", LATER)


def test_taking_back_ones_word_on_an_alert_leaves_what_others_said(session: Session, incident: Incident, alert: Alert):
    answer.mark_alert(session, alert.id, Mark.USEFUL, person("Ayesha"), LATER)
    answer.mark_alert(session, alert.id, Mark.NOISE, person("Bilal"), LATEST)
    answer.mark_alert(session, alert.id, None, person("Bilal"), LATEST)
    session.refresh(incident)
    assert (incident.mark, count_rows(session, AlertMark)) == (Mark.USEFUL, 1)


def test_the_backtest_sees_the_latest_word_of_anybody_with_the_rule_that_raised_it(
    session: Session, incident: Incident, alert: Alert
):
    other = make_alert(session, make_change(session, incident), "slack")
    answer.mark_incident(session, incident.id, Mark.USEFUL, person("Ayesha"), NOON)
    answer.mark_alert(session, alert.id, Mark.USEFUL, person("Bilal"), LATER)
    answer.mark_alert(session, other.id, Mark.NOISE, person("Chitra"), LATEST)
    (was,) = backtests.raised(session, incident.brand_id, NOON - timedelta(days=1), LATEST)
    assert (was.mark, was.detector) == (Mark.NOISE, "spike")
    assert count_rows(session, AlertMark) == 3


def test_nobody_judges_what_is_about_no_incident_or_is_none(session: Session):
    report = Alert(key="r", channel="mail", reason="weekly_report", created_at=NOON)
    session.add(report)
    session.flush()
    with pytest.raises(AnswerRefused, match="about no incident"):
        answer.mark_alert(session, report.id or 0, Mark.USEFUL, person("Ayesha"), NOON)
    with pytest.raises(AnswerRefused, match="no alert 99"):
        answer.mark_alert(session, 99, Mark.USEFUL, person("Ayesha"), NOON)


def test_nobody_judges_without_a_name(session: Session, alert: Alert):
    with pytest.raises(AnswerRefused, match="who you are"):
        answer.mark_alert(session, alert.id, Mark.USEFUL, person(" "), NOON)


def test_a_silence_has_an_end_a_reason_and_a_name(session: Session, settings: Settings):
    made = silence(session, settings, brand="karak", location="gulberg", source="news", reason=" a sale ")
    assert (made.id, made.reason, made.actor, made.starts_at) == (1, "a sale", "Ayesha", NOON)
    assert (made.brand, made.location, made.source, made.up_to) == ("karak", "gulberg", "news", Severity.HIGH)
    assert [one.id for one in silences.active(session, LATER)] == [1]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"reason": " "}, "why"),
        ({"reason": "x" * 5000}, "longer than"),
        ({"actor": person("")}, "who you are"),
        ({"ends_at": NOON}, "over already"),
        ({"ends_at": NOON + timedelta(days=31)}, "30 days at most"),
        ({"brand": "cola"}, "no brand 'cola'; known are karak, tea"),
        ({"brand": "tea", "location": "gulberg"}, "no location 'gulberg'; known are none"),
        ({"theme": "parking"}, "no theme 'parking'"),
        ({"source": "x"}, "no source 'x'; known are news"),
        ({"language": "a language of many words"}, "named by its code"),
    ],
)
def test_a_silence_that_cannot_be_is_refused_with_what_to_do(
    session: Session, settings: Settings, values: dict[str, Any], words: str
):
    with pytest.raises(AnswerRefused, match=words):
        silence(session, settings, **values)
    assert count_rows(session, Silence) == 0


def test_thirty_days_and_imported_texts_can_be_silenced(session: Session, settings: Settings):
    assert silence(session, settings, source="import-karak", ends_at=NOON + timedelta(days=30)).id == 1


def test_what_an_ended_silence_held_back_is_due_at_once(session: Session, settings: Settings, alert: Alert):
    made = silence(session, settings)
    held = {"silence_id": made.id, "state": AlertState.PENDING, "due_at": made.ends_at, "next_try_at": made.ends_at}
    for name, value in held.items():
        setattr(alert, name, value)
    ended = answer.end_silence(session, made.id, person("Bilal"), LATER)
    session.refresh(alert)
    assert (ended.ends_at, ended.ended_by) == (LATER, "Bilal")
    assert (alert.due_at, alert.next_try_at) == (LATER, LATER)


def test_a_silence_ends_once(session: Session, settings: Settings):
    made = silence(session, settings)
    answer.end_silence(session, made.id, person("Bilal"), LATER)
    with pytest.raises(AnswerRefused, match="over since 2026-03-02 12:05 UTC"):
        answer.end_silence(session, made.id, person("Chitra"), LATEST)
    with pytest.raises(AnswerRefused, match="no silence 99"):
        answer.end_silence(session, 99, person("Chitra"), LATEST)


def test_of_two_who_end_a_silence_at_once_the_second_is_told(session: Session, settings: Settings):
    made = silence(session, settings)
    answer.end_silence(session, made.id, person("Bilal"), LATER)
    with pytest.raises(AnswerRefused, match="over since 2026-03-02 12:05 UTC"):
        answer.end_silence(
            session, made.id, person("Chitra"), LATER - timedelta(milliseconds=3)
        )  # whose click came first
    session.refresh(made)
    assert (made.ends_at, made.ended_by) == (LATER, "Bilal")


def test_a_dead_letter_is_sent_again_with_all_tries(session: Session, alert: Alert):
    alert.state, alert.attempts, alert.error = AlertState.FAILED, 40, "refused"
    session.commit()
    again = answer.resend_alert(session, alert.id, person("Ayesha"), LATER)
    assert (again.state, again.attempts, again.due_at, again.next_try_at) == (AlertState.PENDING, 0, LATER, LATER)


@pytest.mark.parametrize("state", [AlertState.SENT, AlertState.PENDING, AlertState.WITHHELD])
def test_only_what_failed_is_sent_again(session: Session, alert: Alert, state: AlertState):
    alert.state = state
    session.commit()
    with pytest.raises(AnswerRefused, match=f"only what failed.*is {state}"):
        answer.resend_alert(session, alert.id, person("Ayesha"), datetime.max.replace(tzinfo=NOON.tzinfo))
    with pytest.raises(AnswerRefused, match="no alert 99"):
        answer.resend_alert(session, 99, person("Ayesha"), LATER)
