"""Open cases follow their incident when it gets severer: what is due comes nearer, and the history says so."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from monitor.facts import IncidentState, Severity
from monitor.jobs import answer
from monitor.jobs.answer import severing
from monitor.jobs.context import Context
from monitor.models import Brand, Case, CaseEvent, CaseState, Incident
from tests.contexts import make_context
from tests.factories import (
    NOON,
    database_session,
    make_brand,
    make_case,
    make_incident,
    make_mention,
    make_source,
)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATER = NOON + 20 * MINUTE


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session)


def trouble(
    session: Session, brand: Brand, now: Severity = Severity.CRITICAL, over: Any = IncidentState.OPEN, **case: Any
) -> tuple[Incident, Case]:
    mention = make_mention(session, brand, make_source(session, brand))
    incident = make_incident(session, brand, [mention], severity=now, state=over)
    made = make_case(session, mention, incident=incident, **case)
    session.commit()
    return incident, made


def run(session: Session, **changes: Any) -> dict[str, int]:
    return dict(severing.run(make_context(session, LATER, **changes)))


def test_a_case_becomes_as_severe_as_its_incident_and_due_sooner(session: Session, brand: Brand):
    _, case = trouble(session, brand)
    assert run(session) == {"cases_severer": 1}
    session.refresh(case)
    assert case.severity is Severity.CRITICAL
    assert (case.answer_due_at, case.solve_due_at) == (LATER + 15 * MINUTE, LATER + 8 * HOUR)


def test_it_is_done_once_and_stands_in_the_history(session: Session, brand: Brand):
    _, case = trouble(session, brand)
    assert [run(session), run(session)] == [{"cases_severer": 1}, {}]
    event = session.exec(select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.action == "severer")).one()
    assert (event.actor, event.note) == ("", "now critical")


def test_what_another_process_did_meanwhile_is_not_done_again(database_url: str, session: Session, brand: Brand):
    for slug in ("news", "blog", "forum"):
        mention = make_mention(session, brand, make_source(session, brand, slug))
        make_case(session, mention, incident=make_incident(session, brand, [mention], severity=Severity.CRITICAL))
    session.commit()
    prepared = make_context(session, LATER)
    done: list[dict[str, int]] = []

    def another_is_faster() -> bool:
        if not done:
            with database_session(database_url) as own:
                done.append(dict(severing.run(Context(prepared.settings, own, LATER))))
        return False

    assert severing.run(Context(prepared.settings, session, LATER, stopping=another_is_faster)) == {}
    assert done == [{"cases_severer": 3}]
    assert len(session.exec(select(CaseEvent).where(CaseEvent.action == "severer")).all()) == 3


@pytest.mark.parametrize("values", [{"severity": Severity.CRITICAL}, {"state": CaseState.SOLVED, "owner": "Sana"}])
def test_a_case_that_is_as_severe_or_closed_stays(session: Session, brand: Brand, values: dict[str, Any]):
    trouble(session, brand, **values)
    assert run(session) == {}


def test_a_case_never_gets_milder(session: Session, brand: Brand):
    _, case = trouble(session, brand, Severity.WATCH)
    case.severity = Severity.HIGH
    session.add(case)
    session.commit()
    run(session)
    session.refresh(case)
    assert case.severity is Severity.HIGH


def test_an_incident_that_is_over_changes_no_case(session: Session, brand: Brand):
    trouble(session, brand, over=IncidentState.RESOLVED)
    assert run(session) == {}


def test_the_times_are_those_of_the_channel(session: Session, brand: Brand):
    _, case = trouble(session, brand)
    times = [{"kinds": ["review"], "at_least": "critical", "answer_within": "2m", "solve_within": "30m"}]
    run(session, service={"times": times})
    session.refresh(case)
    assert (case.answer_due_at, case.solve_due_at) == (LATER + 2 * MINUTE, LATER + 30 * MINUTE)


def test_the_job_links_a_case_and_lets_it_follow_at_once(session: Session, brand: Brand):
    mention = make_mention(session, brand, make_source(session, brand))
    case = make_case(session, mention)
    incident = make_incident(session, brand, [mention], severity=Severity.HIGH)
    session.commit()
    counters = answer.run(make_context(session, LATER))
    session.refresh(case)
    assert (case.incident_id, case.severity) == (incident.id, Severity.HIGH)
    assert counters["cases_severer"] == 1
