"""Cases of an incident by one click; and the severity, the due times and the hostile mark of a new case."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.cases import DismissReason, ServicePolicy
from monitor.errors import AnswerRefused
from monitor.facts import IncidentState, Role, Severity
from monitor.jobs import answer
from monitor.jobs.answer import opening
from monitor.jobs.context import Context
from monitor.models import (
    AuditEntry,
    Brand,
    Case,
    CaseMention,
    Incident,
    Location,
    Mention,
    MentionBrand,
    Relation,
    Source,
)
from tests.contexts import make_context
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

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
POLICY = ServicePolicy()
SANA = person("Sana")


@pytest.fixture
def shop(session: Session) -> tuple[Brand, Source]:
    brand = make_brand(session)
    return brand, make_source(session, brand, "sky", "bluesky")


def storm(session: Session, shop: tuple[Brand, Source], complaints: int = 4, **values: Any) -> Incident:
    """An incident with so many complaints, the newest first, and one text of praise."""
    mentions = [make_mention(session, *shop, at=NOON - number * MINUTE) for number in range(complaints)]
    praise = make_mention(session, *shop, "Thank you!", negative=0.02)
    incident = make_incident(session, shop[0], [*mentions, praise], **values)
    session.commit()
    return incident


def click(session: Session, incident: Incident, **values: Any) -> answer.Opened:
    return answer.open_for_incident(session, incident.id or 0, SANA, NOON, POLICY, **values)


def test_one_click_opens_a_case_for_each_complaint_of_an_incident(session: Session, shop: tuple[Brand, Source]):
    incident = storm(session, shop, severity=Severity.CRITICAL)
    opened = click(session, incident)
    cases = session.exec(select(Case)).all()
    assert (len(opened.opened), opened.had, opened.left) == (4, 0, 0)
    assert {(case.incident_id, case.severity, case.answer_due_at) for case in cases} == {
        (incident.id, Severity.CRITICAL, NOON + 15 * MINUTE)
    }


def test_a_second_click_opens_none(session: Session, shop: tuple[Brand, Source]):
    incident = storm(session, shop)
    click(session, incident)
    assert click(session, incident) == answer.Opened((), 4, 0)
    assert count_rows(session, Case) == 4


def test_the_earliest_come_first_and_what_is_left_is_told(session: Session, shop: tuple[Brand, Source]):
    incident = storm(session, shop, complaints=5)
    opened = click(session, incident, limit=2)
    earliest = session.exec(select(Case.mention_id).order_by(col(Case.id))).all()
    assert (len(opened.opened), opened.left) == (2, 3)
    made = session.exec(select(Mention.id).order_by(col(Mention.id))).all()
    assert list(earliest) == [made[4], made[3]]  # the newest was made first


def test_a_complaint_that_belongs_to_a_case_gets_none_of_its_own(session: Session, shop: tuple[Brand, Source]):
    incident = storm(session, shop, complaints=2)
    known = make_case(session, make_mention(session, *shop))
    first = session.exec(select(Mention.id).order_by(col(Mention.id))).first()
    session.add(CaseMention(case_id=known.id, mention_id=first, relation=Relation.LATER, linked_at=NOON))
    session.commit()
    opened = click(session, incident)
    assert (len(opened.opened), opened.had) == (1, 1)


def test_cases_that_were_open_become_the_incidents(session: Session, shop: tuple[Brand, Source]):
    mention = make_mention(session, *shop)
    case = make_case(session, mention)
    incident = make_incident(session, shop[0], [mention])
    session.commit()
    assert click(session, incident) == answer.Opened((), 1, 0)
    session.refresh(case)
    assert case.incident_id == incident.id


def test_an_incident_that_got_a_case_while_the_rules_looked_gets_no_second(
    database_url: str, session: Session, shop: tuple[Brand, Source]
):
    incidents = [storm(session, shop, severity=Severity.HIGH) for _ in range(3)]
    prepared = make_context(session, NOON)
    done: list[int] = []

    def another_is_faster() -> bool:
        if not done:
            with database_session(database_url) as own:
                done.append(opening.run(Context(prepared.settings, own, NOON))["cases_opened"])
        return False

    opening.run(Context(prepared.settings, session, NOON, stopping=another_is_faster))
    assert done == [3]
    of_each = sa.select(col(Case.incident_id), sa.func.count()).group_by(col(Case.incident_id))
    assert dict(session.execute(of_each).all()) == {incident.id: 1 for incident in incidents}


def test_an_incident_that_is_over_still_has_complaints_to_answer(session: Session, shop: tuple[Brand, Source]):
    assert len(click(session, storm(session, shop, state=IncidentState.RESOLVED)).opened) == 4


def test_an_incident_without_complaints_is_refused_with_the_reason(session: Session, shop: tuple[Brand, Source]):
    with pytest.raises(AnswerRefused, match="none of the texts behind this incident reads as a complaint"):
        click(session, storm(session, shop, complaints=0))
    with pytest.raises(AnswerRefused, match="there is no incident 99"):
        answer.open_for_incident(session, 99, SANA, NOON, POLICY)


def test_a_viewer_opens_none(session: Session, shop: tuple[Brand, Source]):
    incident = storm(session, shop)
    with pytest.raises(AnswerRefused, match="takes the role agent"):
        answer.open_for_incident(session, incident.id or 0, person("Eve", Role.VIEWER), NOON, POLICY)
    assert count_rows(session, Case) == 0


def test_each_case_stands_in_the_audit_log(session: Session, shop: tuple[Brand, Source]):
    click(session, storm(session, shop, complaints=2))
    entries = session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
    assert [(entry.actor, entry.about) for entry in entries] == [("Sana", "case 1"), ("Sana", "case 2")]


def test_two_people_who_click_at_once_open_each_case_once(
    database_url: str, session: Session, shop: tuple[Brand, Source]
):
    number = storm(session, shop, complaints=12).id or 0
    gate = threading.Barrier(2)

    def work(name: str) -> None:
        with database_session(database_url) as own:
            gate.wait()
            answer.open_for_incident(own, number, person(name), NOON, POLICY)

    both = [threading.Thread(target=work, args=(name,)) for name in ("Sana", "Ravi")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert count_rows(session, Case) == 12


@pytest.mark.parametrize(("themes", "severity"), [(["delivery", "safety"], Severity.HIGH), (["delivery"], None)])
def test_a_case_about_safety_is_high_whoever_opens_it(
    session: Session, shop: tuple[Brand, Source], themes: list[str], severity: Severity | None
):
    mention = make_mention(session, *shop, "The plug caught fire.", themes=themes)
    session.commit()
    assert answer.open_case(session, mention.id or 0, SANA, NOON, POLICY).severity is severity


def test_a_case_that_a_rule_opens_is_high_too(session: Session, shop: tuple[Brand, Source]):
    make_mention(session, *shop, "The plug caught fire.", themes=["safety"])
    session.commit()
    answer.run(make_context(session, NOON + MINUTE))
    assert session.exec(select(Case)).one().severity is Severity.HIGH


@pytest.mark.parametrize(("text", "hostile"), [("You idiots!", True), ("Where is my parcel?", False)])
def test_a_case_says_if_its_text_is_hard_to_read(
    session: Session, shop: tuple[Brand, Source], text: str, hostile: bool
):
    mention = make_mention(session, *shop, text)
    session.commit()
    assert answer.open_case(session, mention.id or 0, SANA, NOON, POLICY).hostile is hostile


def test_the_title_is_read_too(session: Session, shop: tuple[Brand, Source]):
    mention = make_mention(session, *shop, "Where is my parcel?", title="Dear idiots")
    session.commit()
    assert answer.open_case(session, mention.id or 0, SANA, NOON, POLICY).hostile


def test_the_due_times_are_those_of_the_source_in_the_zone_and_on_the_holidays_of_the_brands_place(
    session: Session, shop: tuple[Brand, Source]
):
    mention = make_mention(session, *shop)
    place = Location(brand_id=shop[0].id, slug="lahore", name="Lahore")
    session.add(place)
    session.flush()
    link = session.exec(select(MentionBrand).where(MentionBrand.mention_id == mention.id)).one()
    link.location_id = place.id
    session.add(link)
    session.commit()
    policy = ServicePolicy(
        times=[{"sources": ["bluesky"], "answer_within": "30m", "solve_within": "2h"}],
        hours=["mon-fri 09:00-17:00"],  # noon in UTC is when they go home in Karachi
        holidays=[{"on": "2026-03-03", "locations": ["lahore"]}],
    )
    case = answer.open_case(session, mention.id or 0, SANA, NOON, policy)
    assert case.answer_due_at == NOON + 40 * HOUR + 30 * MINUTE  # Wednesday at 9:30 in Karachi


def test_reopening_counts_by_the_same_policy(session: Session, shop: tuple[Brand, Source]):
    mention = make_mention(session, *shop)
    session.commit()
    policy = ServicePolicy(times=[{"sources": ["bluesky"], "answer_within": "30m", "solve_within": "2h"}])
    case = answer.open_case(session, mention.id or 0, SANA, NOON, policy)
    answer.dismiss(session, case.id, SANA, NOON, DismissReason.DUPLICATE, seen=case.state)
    again = answer.reopen(session, case.id, SANA, NOON + HOUR, policy, seen=case.state)
    assert again.solve_due_at == NOON + 3 * HOUR


def test_an_action_writes_no_more_than_it_changes(session: Session, shop: tuple[Brand, Source]):
    """What the rules write at the same time (an escalation, a nearer due time) is not undone by who acts."""
    mention = make_mention(session, *shop)
    session.commit()
    case = answer.open_case(session, mention.id or 0, SANA, NOON, POLICY)
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        written.extend([statement] if statement.startswith("UPDATE") else [])

    sa.event.listen(session.get_bind(), "before_cursor_execute", note)
    answer.take(session, case.id or 0, SANA, NOON + HOUR, seen=case.state)
    (statement,) = written
    assert re.findall(r"(\w+)=", statement.partition(" WHERE ")[0]) == ["state", "owner"]
