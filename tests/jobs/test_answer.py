"""Tests of the writes people make, on a real SQLite file."""

import threading
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from monitor.cases import DismissReason, ServicePolicy
from monitor.errors import AnswerRefused
from monitor.facts import ChangeKind, IncidentState, Mark, Severity
from monitor.jobs import answer
from monitor.jobs.context import WAITING, Context
from monitor.models import Case, CaseEvent, CaseState, IncidentChange, Mention, Reply, ReplyState
from tests.contexts import make_settings
from tests.factories import (
    NOON,
    count_rows,
    database_session,
    make_brand,
    make_case,
    make_incident,
    make_mention,
    make_source,
    person,
)

POLICY = ServicePolicy()
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def mention(session: Session) -> Mention:
    brand = make_brand(session)
    mention = make_mention(session, brand, make_source(session, brand))
    session.commit()
    return mention


@pytest.fixture
def case(session: Session, mention: Mention) -> Case:
    return answer.open_case(session, mention.id, person("Ayesha"), NOON, POLICY)


def _history(session: Session, case: Case) -> list[tuple[str, str, str]]:
    rows = session.exec(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(col(CaseEvent.id)))
    return [(row.actor, row.action, row.note) for row in rows]


def _run(session: Session) -> dict[str, int]:
    return dict(answer.run(Context(make_settings(), session, NOON)))


def test_opening_a_case_sets_its_due_times(case: Case):
    assert case.state is CaseState.NEW
    assert (case.answer_due_at, case.solve_due_at) == (NOON + timedelta(hours=1), NOON + timedelta(days=1))


def test_a_mention_has_one_case_however_often_it_is_opened(session: Session, mention: Mention, case: Case):
    again = answer.open_case(session, mention.id, person("Bilal"), LATER, POLICY)
    assert again.id == case.id
    assert _history(session, case) == [("Ayesha", "opened", "")]


def test_a_text_about_no_brand_has_no_case(session: Session):
    with pytest.raises(AnswerRefused, match="none of the brands"):
        answer.open_case(session, 77, person("Ayesha"), NOON, POLICY)


def test_a_case_of_evidence_belongs_to_the_incident_and_follows_its_severity(session: Session):
    brand = make_brand(session)
    mention = make_mention(session, brand, make_source(session, brand))
    incident = make_incident(session, brand, [mention], severity=Severity.CRITICAL)
    session.commit()
    case = answer.open_case(session, mention.id, person("Ayesha"), NOON, POLICY)
    assert (case.incident_id, case.answer_due_at) == (incident.id, NOON + timedelta(minutes=15))


def test_the_whole_life_of_a_case_is_in_its_history(session: Session, case: Case):
    answer.take(session, case.id, person(" Ayesha "), LATER, seen=CaseState.NEW)
    answer.note(session, case.id, person("Bilal"), LATER, "Third parcel this week.")
    answer.answer(session, case.id, person("Ayesha"), LATER, "We are sorry.", seen=CaseState.OWNED, language="en")
    answer.wait(session, case.id, person("Ayesha"), LATER, seen=CaseState.ANSWERED)
    solved = answer.solve(session, case.id, person("Ayesha"), LATER, "New parcel sent.", seen=CaseState.WAITING)
    assert (solved.state, solved.owner, solved.outcome) == (CaseState.SOLVED, "Ayesha", "New parcel sent.")
    assert _history(session, case) == [
        ("Ayesha", "opened", ""),
        ("Ayesha", "took", ""),
        ("Bilal", "noted", "Third parcel this week."),
        ("Ayesha", "answered", "We are sorry."),
        ("Ayesha", "waits", ""),
        ("Ayesha", "solved", "New parcel sent."),
    ]


def test_an_answer_is_kept_as_a_posted_reply(session: Session, case: Case):
    answer.take(session, case.id, person("Ayesha"), NOON, seen=CaseState.NEW)
    answer.answer(session, case.id, person("Ayesha"), LATER, " We are sorry. ", seen=CaseState.OWNED, language="en")
    reply = session.exec(select(Reply)).one()
    assert (reply.text, reply.actor, reply.state, reply.posted_at, reply.language) == (
        "We are sorry.", "Ayesha", ReplyState.POSTED, LATER, "en",
    )  # fmt: skip


def test_a_refused_answer_leaves_no_reply(session: Session, case: Case):
    with pytest.raises(AnswerRefused):
        answer.answer(session, case.id, person("Ayesha"), LATER, "We are sorry.", seen=CaseState.NEW)
    session.commit()
    assert count_rows(session, Reply) == 0


def test_dismissing_keeps_the_reason(session: Session, case: Case):
    args = (session, case.id, person("Ayesha"), LATER, DismissReason.DUPLICATE)
    dismissed = answer.dismiss(*args, seen=CaseState.NEW, text="of case 3")
    assert (dismissed.state, dismissed.outcome) == (CaseState.DISMISSED, "duplicate: of case 3")


def test_a_closed_case_can_be_reopened(session: Session, case: Case):
    answer.dismiss(session, case.id, person("Ayesha"), LATER, DismissReason.NOT_OURS, seen=CaseState.NEW)
    again = answer.reopen(session, case.id, person("Bilal"), LATER, POLICY, seen=CaseState.DISMISSED)
    assert (again.state, again.owner, again.reopened) == (CaseState.OWNED, "Bilal", 1)


def test_a_released_case_can_be_taken_by_another(session: Session, case: Case):
    answer.take(session, case.id, person("Ayesha"), LATER, seen=CaseState.NEW)
    answer.release(session, case.id, person("Bilal"), LATER, seen=CaseState.OWNED)
    assert answer.take(session, case.id, person("Bilal"), LATER, seen=CaseState.NEW).owner == "Bilal"


def test_the_second_to_take_a_case_is_told_the_first(session: Session, case: Case):
    answer.take(session, case.id, person("Ayesha"), LATER, seen=CaseState.NEW)
    with pytest.raises(AnswerRefused, match="Ayesha has taken this case already"):
        answer.take(session, case.id, person("Bilal"), LATER, seen=CaseState.NEW)


def test_what_was_decided_on_an_old_screen_is_refused(session: Session, case: Case):
    answer.take(session, case.id, person("Ayesha"), LATER, seen=CaseState.NEW)
    answer.answer(session, case.id, person("Ayesha"), LATER, "Sorry.", seen=CaseState.OWNED)
    with pytest.raises(AnswerRefused, match="changed meanwhile: it is answered and belongs to Ayesha"):
        answer.solve(session, case.id, person("Ayesha"), LATER, "Done.", seen=CaseState.OWNED)


def test_of_eight_people_at_once_one_takes_the_case_and_the_others_are_told(database_url: str, case: Case):
    outcomes: list[str] = []
    start = threading.Barrier(8)

    def take(name: str) -> None:
        with database_session(database_url) as own:
            start.wait()
            try:
                outcomes.append(answer.take(own, case.id, person(name), LATER, seen=CaseState.NEW).owner)
            except AnswerRefused as refusal:
                outcomes.append(str(refusal))

    people = [threading.Thread(target=take, args=(f"Person {i}",)) for i in range(8)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    winners = [outcome for outcome in outcomes if outcome.startswith("Person") and "taken" not in outcome]
    assert len(winners) == 1
    assert sum(winners[0] in outcome for outcome in outcomes) == 8


def test_an_unknown_case_is_refused(session: Session):
    with pytest.raises(AnswerRefused, match="no case 9"):
        answer.take(session, 9, person("Ayesha"), NOON, seen=CaseState.NEW)


def test_dismissing_an_incident_is_a_change_by_a_person(session: Session):
    incident = make_incident(session, make_brand(session))
    session.commit()
    answer.dismiss_incident(session, incident.id, "A test of the shop", person("Ayesha"), LATER)
    change = session.exec(select(IncidentChange).order_by(col(IncidentChange.id).desc())).first()
    assert (change.kind, change.actor) == (ChangeKind.DISMISSED, "Ayesha")
    assert change.sentence == "Dismissed by Ayesha: A test of the shop"
    assert (incident.state, incident.dismissed_at) == (IncidentState.DISMISSED, LATER)


def test_an_incident_is_dismissed_once_and_with_a_reason(session: Session):
    incident = make_incident(session, make_brand(session))
    session.commit()
    with pytest.raises(AnswerRefused, match="why"):
        answer.dismiss_incident(session, incident.id, " ", person("Ayesha"), LATER)
    answer.dismiss_incident(session, incident.id, "A test", person("Ayesha"), LATER)
    with pytest.raises(AnswerRefused, match="already dismissed"):
        answer.dismiss_incident(session, incident.id, "A test", person("Bilal"), LATER)


def test_an_incident_changes_hands_only_from_the_owner_that_was_seen(session: Session):
    incident = make_incident(session, make_brand(session))
    session.commit()
    assert answer.own_incident(session, incident.id, person("Ayesha"), LATER, seen_owner="").owner == "Ayesha"
    with pytest.raises(AnswerRefused, match="Ayesha looks after it"):
        answer.own_incident(session, incident.id, person("Bilal"), LATER, seen_owner="")
    assert answer.own_incident(session, incident.id, person("Bilal"), LATER, seen_owner="Ayesha").owner == "Bilal"


def test_an_incident_is_marked_and_the_mark_is_taken_back(session: Session):
    incident = make_incident(session, make_brand(session), state=IncidentState.RESOLVED)
    marked = answer.mark_incident(session, incident.id, Mark.USEFUL, person(" Ayesha "), LATER)
    assert (marked.mark, marked.marked_by, marked.marked_at) == (Mark.USEFUL, "Ayesha", LATER)
    marked = answer.mark_incident(session, incident.id, None, person("Bilal"), LATER)
    assert (marked.mark, marked.marked_by, marked.marked_at) == (None, "", None)


def test_nobody_marks_without_a_name_or_an_incident_that_is_none(session: Session):
    incident = make_incident(session, make_brand(session))
    with pytest.raises(AnswerRefused):
        answer.mark_incident(session, incident.id, Mark.NOISE, person(" "), LATER)
    with pytest.raises(AnswerRefused, match="no incident 5"):
        answer.mark_incident(session, 5, Mark.NOISE, person("Ayesha"), LATER)


def test_an_unknown_incident_is_refused(session: Session):
    with pytest.raises(AnswerRefused, match="no incident 5"):
        answer.own_incident(session, 5, person("Ayesha"), LATER, seen_owner="")


def test_the_job_opens_a_case_for_the_first_complaint_of_an_incident_once(session: Session):
    brand = make_brand(session)
    source = make_source(session, brand)
    praise = make_mention(session, brand, source, negative=0.05, at=NOON - timedelta(hours=2))
    second = make_mention(session, brand, source, at=NOON)
    first = make_mention(session, brand, source, at=NOON - timedelta(hours=1))
    incident = make_incident(session, brand, [praise, second, first])
    session.commit()
    assert _run(session) == {"cases_opened": 1}
    assert _run(session) == {}
    case = session.exec(select(Case)).one()
    assert (case.mention_id, case.incident_id, case.owner) == (first.id, incident.id, "")


def test_the_job_leaves_notices_and_ended_incidents_alone(session: Session):
    brand = make_brand(session)
    mention = make_mention(session, brand, make_source(session, brand))
    make_incident(session, brand, [mention], severity=Severity.WATCH)
    make_incident(session, brand, [mention], state=IncidentState.RESOLVED)
    session.commit()
    assert _run(session) == {}


def test_the_job_prefers_a_case_that_people_opened_already(session: Session):
    brand = make_brand(session)
    mention = make_mention(session, brand, make_source(session, brand))
    case = make_case(session, mention, owner="Ayesha", state=CaseState.OWNED)
    incident = make_incident(session, brand, [mention])
    session.commit()
    assert _run(session) == {"cases_linked": 1, "cases_severer": 1}
    assert answer.note(session, case.id, person("Ayesha"), LATER, "Part of it.").incident_id == incident.id


def test_an_incident_without_a_complaint_waits_and_is_no_deed_of_every_look(session: Session):
    brand = make_brand(session)
    make_incident(session, brand, [make_mention(session, brand, make_source(session, brand), negative=0.1)])
    session.commit()
    assert _run(session) == {f"{WAITING}incidents without a complaint": 1}


def test_the_job_stops_when_asked(session: Session):
    brand = make_brand(session)
    make_incident(session, brand, [make_mention(session, brand, make_source(session, brand))])
    session.commit()
    context = Context(make_settings(), session, NOON, stopping=lambda: True)
    assert answer.run(context) == {}
