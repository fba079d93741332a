"""Tests of what a report tells of found complaints."""

from datetime import timedelta

from sqlmodel import select

from monitor.jobs import finding
from monitor.jobs.context import Context
from monitor.models import FoundState, FoundTheme
from monitor.reports.found import found_figures
from monitor.store.report_found import FoundFacts
from tests.reports.conftest import NEXT_MONDAY, Watched
from tests.threads.told import complain

HEARD = [1.0] * 9


def looked(watched: Watched) -> FoundTheme:
    complain(watched.session, watched.brand, watched.source, "fee", 15, now=NEXT_MONDAY)
    finding.run(Context(watched.settings, watched.session, NEXT_MONDAY))
    return watched.session.exec(select(FoundTheme)).one()


def test_a_report_tells_how_many_there_were_beside_last_week_with_two_quotes(heard: Watched):
    theme = looked(heard)
    (told,) = heard.report().found
    assert (told.id, told.name, told.weeks) == (theme.id, theme.name, 4)
    assert told.figure.value > 0
    assert told.figure.last > 0
    assert len({quote.text for quote in told.quotes}) == 2


def test_what_was_decided_on_is_told_of_no_more(heard: Watched):
    theme = looked(heard)
    theme.state = FoundState.DISMISSED
    heard.session.add(theme)
    heard.session.commit()
    assert heard.report().found == ()


def test_a_week_without_any_tells_of_none(heard: Watched):
    looked(heard)
    assert heard.report(now=NEXT_MONDAY + timedelta(weeks=2)).found == ()


def test_a_sample_is_said_to_be_one():
    facts = FoundFacts(1, "fee", ("fee",), (3, 2, 0, 0, 0, 0, 0, 0, 0), (), 40)
    (told,) = found_figures([facts], HEARD)
    assert "the first 40 mentions of each hour" in told.figure.note
    assert (told.figure.value, told.figure.last, told.weeks) == (3, 2, 2)
