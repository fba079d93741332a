"""What people said of alerts: kept with the rule that raised them, the latest word counts, all are kept."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session

from monitor.facts import IncidentState, Kind, Mark
from monitor.models import Alert, AlertMark, Finding, Incident
from monitor.store import marks
from monitor.store.marks import Share
from tests.factories import NOON, count_rows, make_alert, make_brand, make_change, make_finding, make_incident

LATER = NOON + timedelta(minutes=5)


def alerted(
    session: Session, slug: str = "karak", channel: str = "mail", reason: str = "new_incident", **values: object
) -> tuple[Incident, Alert]:
    incident = make_incident(session, make_brand(session, slug), **values)
    return incident, make_alert(session, make_change(session, incident), channel, reason=reason)


def test_a_word_is_kept_with_the_rule_that_raised_the_alert(session: Session):
    incident, alert = alerted(session, reason="worsened", kind=Kind.SLOW_BURN)
    make_finding(session, incident).detector = "rating_drop"
    row = marks.keep(session, incident, alert, Mark.NOISE, "Ayesha", NOON)
    assert (row.detector, row.kind, row.channel, row.reason) == ("spike", Kind.SLOW_BURN, "mail", "worsened")


def test_a_word_on_an_incident_without_findings_has_no_rule(session: Session):
    incident, _ = alerted(session)
    session.execute(sa.delete(Finding))
    assert marks.keep(session, incident, None, Mark.NOISE, "Ayesha", NOON).detector == ""


def test_who_differs_is_kept_and_the_latest_word_counts(session: Session):
    incident, alert = alerted(session)
    marks.keep(session, incident, alert, Mark.USEFUL, "Ayesha", NOON)
    marks.keep(session, incident, alert, Mark.NOISE, "Bilal", LATER)
    said = [(row.actor, row.mark) for row in marks.of_alerts(session, [alert.id])[alert.id]]
    assert said == [("Bilal", Mark.NOISE), ("Ayesha", Mark.USEFUL)]
    session.refresh(incident)
    assert (incident.mark, incident.marked_by, incident.marked_at) == (Mark.NOISE, "Bilal", LATER)


def test_who_thinks_again_has_one_word(session: Session):
    incident, alert = alerted(session)
    marks.keep(session, incident, alert, Mark.USEFUL, "Ayesha", NOON)
    marks.keep(session, incident, alert, Mark.NOISE, "Ayesha", NOON)
    assert [row.mark for row in marks.of_incident(session, incident.id)] == [Mark.NOISE]


def test_words_on_an_alert_and_on_the_whole_incident_stand_beside_each_other(session: Session):
    incident, alert = alerted(session)
    marks.keep(session, incident, alert, Mark.NOISE, "Ayesha", NOON)
    marks.keep(session, incident, None, Mark.USEFUL, "Ayesha", LATER)
    assert [row.alert_id for row in marks.of_incident(session, incident.id)] == [None, alert.id]
    assert marks.of_alerts(session, [alert.id, 99]).keys() == {alert.id}


def test_taking_a_word_back_leaves_those_of_others(session: Session):
    incident, alert = alerted(session)
    marks.keep(session, incident, alert, Mark.USEFUL, "Ayesha", NOON)
    marks.keep(session, incident, alert, Mark.NOISE, "Bilal", LATER)
    marks.take_back(session, incident.id, {"Bilal"}, LATER, alert.id)
    session.refresh(incident)
    assert (incident.mark, incident.marked_by, incident.marked_at) == (Mark.USEFUL, "Ayesha", NOON)
    marks.take_back(session, incident.id, {"Ayesha"}, LATER)
    session.refresh(incident)
    assert (incident.mark, count_rows(session, AlertMark)) == (None, 0)


def test_precision_is_counted_per_rule_and_per_channel_and_reason(session: Session):
    first, alert = alerted(session)
    second, other = alerted(session, "tea", "slack", "worsened")
    marks.keep(session, first, alert, Mark.NOISE, "Ayesha", NOON)
    marks.keep(session, first, alert, Mark.USEFUL, "Bilal", LATER)
    marks.keep(session, second, other, Mark.NOISE, "Ayesha", NOON)
    alerted(session, "unmarked")
    found = marks.precision(session, NOON)
    assert found.detectors == {"spike": Share(useful=1, noise=1)}
    assert found.alerts == {("mail", "new_incident"): Share(1, 0), ("slack", "worsened"): Share(0, 1)}


def test_precision_counts_what_was_dismissed_as_noise_and_nothing_older(session: Session):
    alerted(session, state=IncidentState.DISMISSED)
    old, alert = alerted(session, "old", at=NOON - timedelta(days=1))
    alert.created_at = NOON - timedelta(days=1)
    marks.keep(session, old, alert, Mark.USEFUL, "Ayesha", NOON)
    found = marks.precision(session, NOON)
    assert (found.detectors, found.alerts) == ({"spike": Share(0, 1)}, {})
    assert found.detectors["spike"].marked == 1
