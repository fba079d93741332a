"""Tests of how complaints were answered, on a few cases with known times."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from dashboard.data import opening, response
from dashboard.data.response import Summary
from dashboard.data.response_table import COLUMNS, as_csv
from dashboard.data.worked import By
from monitor.facts import MentionKind
from monitor.jobs.report import make_report
from monitor.models import Brand, Case, CaseEvent, CaseState, Source
from monitor.reports.answering import Share
from tests.factories import database_session, make_case, make_mention, make_source, make_theme

ZONE = ZoneInfo("Asia/Karachi")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


class Desk:
    """Opens cases in a database."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.brand = session.get_one(Brand, 1)
        self.reviews = make_source(session, self.brand, "shop-reviews")
        self.blog = make_source(session, self.brand, "shop-blog", "wordpress")

    def case(
        self,
        at: datetime,
        owner: str = "Sana",
        answers: int = 1,
        took: timedelta = 20 * MINUTE,
        *,
        source: Source | None = None,
        language: str = "en",
        themes: tuple[str, ...] = (),
        kind: MentionKind = MentionKind.REVIEW,
        written: timedelta = 10 * MINUTE,
        **values: object,
    ) -> Case:
        """A case of a text that was written some minutes before, answered so often, solved two hours after."""
        mention = make_mention(
            self.session, self.brand, source or self.reviews, f"late {at} {owner}", at=at - written, language=language,
            themes=themes, kind=kind,
        )  # fmt: skip
        done = {"answered_at": at + took if answers else None, "solved_at": at + 2 * HOUR, "state": CaseState.SOLVED}
        case = make_case(self.session, mention, at=at, owner=owner, **(done | values))
        for _ in range(answers):
            self.session.add(CaseEvent(case_id=case.id, at=at + took, actor=owner, action="answered"))
        return case


@pytest.fixture
def desk(empty: str) -> Iterator[Desk]:
    with database_session(empty) as session:
        yield Desk(session)


def _response(desk: Desk, days: int = 7) -> response.Response:
    desk.session.commit()
    return response.response(1, days, NOW, ZONE)


def _open(state: CaseState = CaseState.OWNED) -> dict[str, object]:
    return {"state": state, "answered_at": None, "solved_at": None}


def test_the_figures_are_exact(desk: Desk):
    desk.case(NOW - DAY)
    desk.case(NOW - DAY, answers=2, took=40 * MINUTE)
    desk.case(NOW - 2 * DAY, took=3 * HOUR, solved_at=NOW, reopened=1, hostile=True)
    desk.case(NOW - 2 * DAY, answers=0, escalated_at=NOW - DAY, **_open())
    now = _response(desk).now
    assert (now.opened, now.answer.of, now.solution.of) == (4, 3, 2)  # what was done at `now` is not known yet
    assert (now.answer.median, now.solution.median) == (40 * MINUTE, 2 * HOUR)
    assert now.answer.nine_in_ten == timedelta(minutes=40 + 0.8 * 140)
    assert (now.answered_in_time, now.solved_in_time) == (Share(2, 4), Share(2, 4))
    assert now.first_contact == Share(1, 3)
    assert (now.escalated, now.reopened, now.hostile) == (Share(1, 4), Share(1, 4), Share(1, 4))


def test_the_days_before_are_judged_at_their_own_end(desk: Desk):
    desk.case(NOW - 7 * DAY - 30 * MINUTE, took=10 * MINUTE)
    found = _response(desk)
    assert (found.now.opened, found.before.opened) == (0, 1)
    assert found.before.answered_in_time == Share(1, 1)
    assert found.before.solved_in_time == Share(0, 0)  # solved after these days


def test_work_counts_by_the_day_it_was_done(desk: Desk):
    desk.case(NOW - 20 * DAY, took=19 * DAY, solved_at=NOW - HOUR)
    found = _response(desk)
    assert (found.now.opened, found.answers, found.solutions) == (0, 1, 1)


def test_the_customer_waited_from_writing_on(desk: Desk):
    desk.case(NOW - DAY, written=40 * MINUTE)
    found = _response(desk)
    assert (found.now.answer.median, found.waited.median) == (20 * MINUTE, 60 * MINUTE)


def test_dismissals_are_counted_by_reason(desk: Desk):
    for words in ("false alarm", "false alarm: a joke", "duplicate", "=1+1"):
        desk.case(NOW - DAY, answers=0, outcome=words, **_open(CaseState.DISMISSED))
    assert _response(desk).dismissed == {"false alarm": 2, "duplicate": 1, "": 1}


def test_weeks_begin_with_the_first_that_has_a_case(desk: Desk):
    desk.case(NOW - 9 * DAY)
    desk.session.commit()
    found = response.weeks(1, 7, NOW, ZONE)
    assert [str(week.monday) for week in found] == ["2026-11-09", "2026-11-16"]
    assert [week.of.opened for week in found] == [1, 0]
    assert [week.running for week in found] == [False, True]


def _groups(desk: Desk, by: By) -> dict[str, Summary]:
    desk.session.commit()
    return {group.key: group.of for group in response.groups(1, 7, by, NOW, ZONE)}


def test_people_stand_with_their_own_cases_and_what_they_carry_now(desk: Desk):
    desk.case(NOW - DAY, "Sana")
    desk.case(NOW - DAY, "Bilal", hostile=True)
    desk.case(NOW - 40 * DAY, "Ravi", answers=0, **_open())
    desk.session.commit()
    found = {group.key: group for group in response.groups(1, 7, By.PERSON, NOW, ZONE)}
    assert {name: (group.of.opened, group.load) for name, group in found.items()} == {
        "Sana": (1, 0),
        "Bilal": (1, 0),
        "Ravi": (0, 1),
    }
    assert found["Bilal"].of.hostile == Share(1, 1)


def test_cases_are_told_apart_by_source_kind_and_language(desk: Desk):
    desk.case(NOW - DAY)
    desk.case(NOW - DAY, source=desk.blog, kind=MentionKind.COMMENT, language="ur", took=3 * HOUR, solved_at=NOW)
    assert _groups(desk, By.SOURCE)["shop-blog"].answered_in_time == Share(0, 1)
    assert {key: of.opened for key, of in _groups(desk, By.KIND).items()} == {"review": 1, "comment": 1}
    assert {key: of.opened for key, of in _groups(desk, By.LANGUAGE).items()} == {"en": 1, "ur": 1}


def test_a_case_with_two_themes_is_in_both(desk: Desk):
    make_theme(desk.session, "refund")
    desk.case(NOW - DAY, themes=("refund", "staff"))
    desk.case(NOW - DAY)
    assert {key: of.opened for key, of in _groups(desk, By.THEME).items()} == {"refund": 1, "staff": 1, "": 1}


def test_the_weekly_report_says_the_same(desk: Desk):
    desk.case(NOW - DAY)
    desk.case(NOW - DAY, took=3 * HOUR)
    desk.case(NOW - 2 * DAY, answers=0, **_open())
    desk.session.commit()
    report = make_report(desk.session, opening.settings(), "rosecart", "current", NOW)
    week = response.weeks(1, 7, NOW, ZONE)[-1].of
    assert report.figure("answered_in_time").value == round(week.answered_in_time.value or 0, 4) == 0.3333
    assert timedelta(minutes=report.figure("first_answer").value or 0) == week.answer.median == 100 * MINUTE


def test_nothing_has_no_figures(desk: Desk):
    found = _response(desk)
    assert (found.now.opened, found.now.answer.median, found.now.first_contact.value) == (0, None, None)
    assert response.weeks(1, 7, NOW, ZONE) == ()
    assert response.groups(1, 7, By.PERSON, NOW, ZONE) == ()


def test_what_waits_is_counted_whenever_it_was_opened(desk: Desk):
    desk.case(NOW - 200 * DAY, answers=0, **_open(CaseState.NEW))
    desk.case(NOW - 10 * MINUTE, answers=0, **_open())
    desk.case(NOW - HOUR, state=CaseState.ANSWERED, solved_at=None)
    desk.case(NOW - HOUR, state=CaseState.WAITING, solved_at=None)
    desk.case(NOW - HOUR)
    desk.session.commit()
    found = response.waiting(1, NOW)
    assert (found.unanswered, found.ours, found.theirs, found.late) == (2, 1, 1, 1)
    assert (found.open, found.oldest) == (4, NOW - 200 * DAY)


def test_the_table_for_spreadsheets_has_numbers_and_no_formulas(desk: Desk):
    desk.case(NOW - DAY, "=HYPERLINK(1)")
    found = _response(desk)
    table = as_csv(found, response.groups(1, 7, By.PERSON, NOW, ZONE), {})
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["of"] for row in rows] == ["all", "all, the days before", "'=HYPERLINK(1)"]
    assert (rows[0]["opened"], rows[0]["answer_median_minutes"], rows[0]["solved_once"]) == ("1", "20", "1")
    assert rows[1]["answer_median_minutes"] == ""
