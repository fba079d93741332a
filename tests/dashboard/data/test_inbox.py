"""Tests of the order and the filters of the inbox."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from dashboard.data import inbox, loads, opening
from dashboard.data.queues import NOBODY, Filters, Show
from monitor.clock import utcnow
from monitor.facts import Cell, Dimension, MentionKind, Severity
from monitor.models import Brand, Case, CaseMention, CaseState, Mention, Relation
from monitor.store.counts import Tally, write
from tests.factories import database_session, make_case, make_incident, make_mention, make_source

NOW = utcnow()
HOUR = timedelta(hours=1)


@pytest.fixture
def texts(empty: str) -> list[int]:
    """Three complaints: one late case, one case due later that Ayesha owns, one that nobody took; and a praise."""
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        source = make_source(session, brand)
        free = make_mention(session, brand, source, "free", at=NOW - HOUR, language="te", themes=["refund"])
        owned = make_mention(session, brand, source, "owned", at=NOW - HOUR)
        late = make_mention(session, brand, source, "late", at=NOW - 3 * HOUR, language="ur")
        make_mention(session, brand, source, "praise", negative=0.1, at=NOW)
        make_mention(session, brand, source, "old", at=NOW - timedelta(days=8))
        make_case(session, owned, at=NOW, state=CaseState.OWNED, owner="Ayesha")
        make_case(session, late, at=NOW - 3 * HOUR)
        solved = make_mention(session, brand, source, "solved", at=NOW - 9 * HOUR)
        make_case(session, solved, at=NOW - 9 * HOUR, state=CaseState.SOLVED, owner="Bilal")
        session.commit()
        return [late.id, owned.id, free.id]


def _shown(**values: object) -> list[str]:
    rows = inbox.complaints(Filters(1, **values), 20, opening.now() + HOUR / 6)
    return [row.text.text for row in rows]


def test_what_is_due_first_stands_first_and_praise_nowhere(texts: list[int]):
    assert _shown() == ["late", "owned", "free"]


def test_each_part_of_the_work_has_its_list(texts: list[int]):
    assert _shown(show=Show.UNTAKEN) == ["free"]
    assert _shown(show=Show.MINE, me="Ayesha") == ["owned"]
    assert _shown(show=Show.CLOSED) == ["solved"]


def test_nobody_in_particular_owns_nothing(texts: list[int]):
    assert _shown(show=Show.MINE, me="") == []


def test_the_list_is_narrowed_by_language_theme_and_owner(texts: list[int]):
    assert _shown(language="ur") == ["late"]
    assert _shown(theme="refund") == ["free"]
    assert _shown(owner="Ayesha") == ["owned"]


def test_the_workload_counts_what_waits(texts: list[int]):
    load = loads.workload(1, opening.now() + HOUR / 6)
    assert (load.unanswered, load.overdue, load.untaken) == (2, 1, 1)


def test_late_answers_are_told_apart_from_late_solutions(texts: list[int], empty: str):
    with database_session(empty) as session:
        case = session.exec(select(Case).where(Case.owner == "Ayesha", Case.state == CaseState.OWNED)).one()
        case.answered_at, case.solve_due_at, case.state = case.opened_at, case.opened_at, CaseState.ANSWERED
        session.add(case)
        session.commit()
    load = loads.workload(1, opening.now() + HOUR / 6)
    assert (load.unanswered, load.unanswered_late, load.overdue) == (1, 1, 2)


def test_a_list_is_never_longer_than_asked(texts: list[int]):
    assert len(inbox.complaints(Filters(1), 2, opening.now() + HOUR / 6)) == 2


def test_owners_and_languages_are_those_at_hand(texts: list[int]):
    assert loads.owners(1) == ("Ayesha",)
    assert set(loads.languages(1, opening.now())) == {"en", "te", "ur"}


def test_a_language_of_which_all_was_taken_back_is_not_offered(texts: list[int], empty: str):
    with database_session(empty) as session:
        tally = Tally()
        tally.add(1, [Cell(Dimension.LANGUAGE, "te")], NOW - HOUR, 0.9, sign=-1)
        write(session, tally)
        session.commit()
    assert set(loads.languages(1, opening.now())) == {"en", "ur"}


def test_all_closed_cases_are_reached_however_few_are_looked_at_in_one_go(
    texts: list[int], monkeypatch: pytest.MonkeyPatch
):
    everything = inbox.complaints(Filters(1, Show.CLOSED), 10, NOW)
    opening.forget()
    monkeypatch.setattr(inbox, "AT_ONCE", 1)
    assert inbox.complaints(Filters(1, Show.CLOSED), 10, NOW) == everything
    assert len(everything) >= 1


def _set(url: str, text: str, **values: object) -> None:
    with database_session(url) as session:
        case = session.exec(select(Case).join(Mention, col(Mention.id) == Case.mention_id).where(Mention.text == text))
        found = case.one()
        for name, value in values.items():
            setattr(found, name, value)
        session.add(found)
        session.commit()
    opening.forget()


def test_what_nobody_owns_is_new_cases_and_what_nobody_took_up(texts: list[int]):
    assert _shown(owner=NOBODY) == ["late", "free"]


def test_only_what_is_late(texts: list[int]):
    assert _shown(overdue=True) == ["late"]


def test_only_what_is_hostile(texts: list[int], empty: str):
    _set(empty, "owned", hostile=True)
    assert _shown(hostile=True) == ["owned"]
    assert _shown(hostile=True, show=Show.CLOSED) == []


def test_the_severity_is_that_of_the_incident_else_of_the_case(texts: list[int], empty: str):
    _set(empty, "owned", severity=Severity.HIGH)
    with database_session(empty) as session:
        incident = make_incident(session, session.get_one(Brand, 1), severity=Severity.CRITICAL)
        session.commit()
        number = incident.id
    _set(empty, "late", severity=Severity.HIGH, incident_id=number)
    assert _shown(severity=Severity.HIGH) == ["owned"]
    assert _shown(severity=Severity.CRITICAL) == ["late"]


def test_the_list_is_narrowed_by_source_and_kind(texts: list[int], empty: str):
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        other = make_source(session, brand, "forum")
        make_mention(session, brand, other, "there", at=NOW - HOUR, kind=MentionKind.COMMENT)
        session.commit()
    assert _shown(source="forum") == ["there"]
    assert _shown(kind=MentionKind.COMMENT) == ["there"]


def test_words_are_looked_for_in_cases_and_in_what_nobody_took_up(texts: list[int]):
    assert _shown(words="late") == ["late"]
    assert _shown(words="free") == ["free"]
    assert _shown(words="solved", show=Show.CLOSED) == ["solved"]
    assert _shown(words="nowhere") == []


def test_what_belongs_to_another_case_needs_none_of_its_own(texts: list[int], empty: str):
    with database_session(empty) as session:
        session.add(CaseMention(case_id=1, mention_id=texts[2], relation=Relation.LATER, linked_at=NOW))
        session.commit()
    assert _shown(show=Show.UNTAKEN) == []
