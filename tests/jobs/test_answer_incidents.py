"""What people do with incidents: acknowledged once, owned with a word of it in the history, judged by many."""

import threading
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from monitor.errors import AnswerRefused
from monitor.facts import ChangeKind, IncidentState, Mark
from monitor.jobs import answer
from monitor.models import AlertMark, Incident, IncidentChange
from tests.factories import NOON, count_rows, database_session, make_brand, make_incident, person

LATER = NOON + timedelta(minutes=5)
LATEST = NOON + timedelta(minutes=9)


@pytest.fixture
def incident(session: Session) -> Incident:
    incident = make_incident(session, make_brand(session))
    session.commit()
    return incident


def history(session: Session, incident: Incident) -> list[tuple[ChangeKind, str, str]]:
    query = select(IncidentChange).where(IncidentChange.incident_id == incident.id, IncidentChange.actor != "")
    return [(row.kind, row.actor, row.sentence) for row in session.exec(query.order_by(col(IncidentChange.id)))]


def test_acknowledging_says_who_and_when_and_is_a_change_that_is_told(session: Session, incident: Incident):
    seen = answer.acknowledge_incident(session, incident.id, person(" Ayesha "), LATER)
    assert (seen.acknowledged_by, seen.acknowledged_at, seen.owner) == ("Ayesha", LATER, "")
    assert history(session, incident) == [(ChangeKind.ACKNOWLEDGED, "Ayesha", "Acknowledged by Ayesha")]
    change = session.exec(select(IncidentChange).where(IncidentChange.kind == ChangeKind.ACKNOWLEDGED)).one()
    assert (change.routed_at, change.at, change.severity) == (None, LATER, incident.severity)


def test_who_acknowledged_first_stays_named(session: Session, incident: Incident):
    answer.acknowledge_incident(session, incident.id, person("Ayesha"), LATER)
    again = answer.acknowledge_incident(session, incident.id, person("Bilal"), LATEST)
    assert (again.acknowledged_by, again.acknowledged_at) == ("Ayesha", LATER)
    assert len(history(session, incident)) == 1


@pytest.mark.parametrize("state", [IncidentState.RESOLVED, IncidentState.DISMISSED])
def test_what_is_over_is_not_acknowledged(session: Session, state: IncidentState):
    incident = make_incident(session, make_brand(session), state=state)
    session.commit()
    with pytest.raises(AnswerRefused, match=f"already {state}: there is nothing left to acknowledge"):
        answer.acknowledge_incident(session, incident.id, person("Ayesha"), LATER)
    assert history(session, incident) == []


def test_what_calms_down_may_still_be_acknowledged(session: Session):
    incident = make_incident(session, make_brand(session), state=IncidentState.CALMED)
    assert answer.acknowledge_incident(session, incident.id, person("Ayesha"), LATER).acknowledged_by == "Ayesha"


def test_nobody_acknowledges_without_a_name_or_an_incident_that_is_none(session: Session, incident: Incident):
    with pytest.raises(AnswerRefused, match="say who you are"):
        answer.acknowledge_incident(session, incident.id, person(" "), LATER)
    with pytest.raises(AnswerRefused, match="no incident 99"):
        answer.acknowledge_incident(session, 99, person("Ayesha"), LATER)


def test_of_eight_people_at_once_one_has_acknowledged_it(database_url: str, session: Session, incident: Incident):
    start = threading.Barrier(8)
    firsts: list[str] = []

    def acknowledge(name: str) -> None:
        with database_session(database_url) as own:
            start.wait()
            firsts.append(answer.acknowledge_incident(own, incident.id, person(name), LATER).acknowledged_by)

    people = [threading.Thread(target=acknowledge, args=(f"Person {i}",)) for i in range(8)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert len(set(firsts)) == 1
    assert len(firsts) == 8
    assert len(history(session, incident)) == 1


def test_owning_acknowledges_and_is_told(session: Session, incident: Incident):
    owned = answer.own_incident(session, incident.id, person("Ayesha"), LATER, seen_owner="")
    assert (owned.owner, owned.acknowledged_by, owned.acknowledged_at) == ("Ayesha", "Ayesha", LATER)
    assert history(session, incident) == [(ChangeKind.OWNED, "Ayesha", "Ayesha looks after it")]


def test_a_button_pressed_twice_at_once_is_not_told_of_oneself(database_url: str, session: Session, incident: Incident):
    gate, found = threading.Barrier(8), []

    def press() -> None:
        with database_session(database_url) as mine:
            gate.wait()
            found.append(answer.own_incident(mine, incident.id, person("Ayesha"), LATER, seen_owner="").owner)

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["Ayesha"] * 8
    session.expire_all()
    assert len(history(session, incident)) == 1


def test_taking_over_says_from_whom_and_leaves_who_acknowledged(session: Session, incident: Incident):
    answer.own_incident(session, incident.id, person("Ayesha"), LATER, seen_owner="")
    taken = answer.own_incident(session, incident.id, person("Bilal"), LATEST, seen_owner="Ayesha")
    assert (taken.owner, taken.acknowledged_by) == ("Bilal", "Ayesha")
    assert history(session, incident)[-1] == (ChangeKind.OWNED, "Bilal", "Bilal looks after it, in the place of Ayesha")


def test_who_looks_after_it_may_say_so_twice(session: Session, incident: Incident):
    answer.own_incident(session, incident.id, person("Ayesha"), LATER, seen_owner="")
    assert answer.own_incident(session, incident.id, person("Ayesha"), LATEST, seen_owner="").owner == "Ayesha"
    assert len(history(session, incident)) == 1


def test_what_is_over_is_not_owned(session: Session):
    incident = make_incident(session, make_brand(session), state=IncidentState.RESOLVED, owner="Ayesha")
    session.commit()
    with pytest.raises(AnswerRefused, match="it is resolved and Ayesha looks after it now"):
        answer.own_incident(session, incident.id, person("Ayesha"), LATER, seen_owner="Ayesha")
    assert session.get_one(Incident, incident.id).acknowledged_at is None


def test_each_persons_word_on_an_incident_is_kept_and_the_latest_counts(session: Session, incident: Incident):
    answer.mark_incident(session, incident.id, Mark.USEFUL, person("Ayesha"), LATER)
    marked = answer.mark_incident(session, incident.id, Mark.NOISE, person("Bilal"), LATEST)
    assert (marked.mark, marked.marked_by, count_rows(session, AlertMark)) == (Mark.NOISE, "Bilal", 2)


def test_taking_the_mark_back_takes_the_word_that_counts(session: Session, incident: Incident):
    answer.mark_incident(session, incident.id, Mark.USEFUL, person("Ayesha"), LATER)
    answer.mark_incident(session, incident.id, Mark.NOISE, person("Bilal"), LATEST)
    left = answer.mark_incident(session, incident.id, None, person("Bilal"), LATEST)
    assert (left.mark, left.marked_by) == (Mark.USEFUL, "Ayesha")
    assert answer.mark_incident(session, incident.id, None, person("Bilal"), LATEST).mark is None
