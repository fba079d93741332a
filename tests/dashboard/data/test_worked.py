"""What the pages Themes and Response read."""

from datetime import timedelta

from sqlmodel import Session

from dashboard.data import worked
from dashboard.data.worked import By
from monitor.models import CaseEvent, CaseState
from monitor.reports import answering
from monitor.reports.answering import Share
from monitor.store import search, theme_days
from monitor.store.search import Wanted
from monitor.store.search_words import tag
from tests.factories import NOON, make_brand, make_case, make_found_mention, make_mention, make_source, make_theme

HOUR = timedelta(hours=1)
WINDOW = (NOON - HOUR, NOON + HOUR)


def test_cases_are_read_as_columns(session: Session):
    brand = make_brand(session)
    mention = make_mention(session, brand, make_source(session, brand), at=NOON - HOUR, themes=("refund",))
    done = {"answered_at": NOON + HOUR / 2, "solved_at": NOON + HOUR, "state": CaseState.SOLVED, "owner": "Sana"}
    case = make_case(session, mention, at=NOON, hostile=True, **done)
    session.add(CaseEvent(case_id=case.id, at=NOON, actor="Sana", action="answered"))
    session.flush()
    found = worked.work(session, brand.id, WINDOW)
    assert answering.answered_in_time(found.times, NOON + 2 * HOUR) == Share(1, 1)
    assert answering.minutes(worked.written(session, brand.id, WINDOW, found), found.times.answered, NOON + HOUR) == [
        90
    ]
    assert (found.answers.tolist(), found.hostile.tolist(), found.escalated.tolist()) == ([1], [True], [False])
    told = [worked.keys(session, brand.id, WINDOW, by) for by in By]
    assert told == [[(case.id, key)] for key in ("Sana", "reviews", "review", "en", "refund")]


def test_themes_are_counted_by_the_hour_and_the_quarter(session: Session):
    brand = make_brand(session)
    source = make_source(session, brand)
    make_found_mention(session, brand, source, at=NOON, negative=0.02, themes=("refund",))
    number = make_theme(session, "refund").id
    wanted = Wanted(brand.id, tags=((tag("t", number),), (tag("n", "positive"),)), since=WINDOW[0], until=WINDOW[1])
    assert search.per_quarter(session, wanted) == {int(NOON.timestamp()): 1}
    hours = theme_days.hours(session, brand.id, WINDOW)["refund"]
    assert (hours.starts.tolist(), hours.sums[0].tolist()) == ([NOON.replace(tzinfo=None)], [1.0])
