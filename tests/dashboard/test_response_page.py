"""Tests of the page Response."""

from datetime import timedelta

import pytest

from dashboard.data.response import Summary, Took, Week
from dashboard.data.worked import By
from dashboard.learning import responding
from monitor.clock import utcnow
from monitor.models import Brand, CaseState
from monitor.reports.answering import Share
from tests.dashboard.pages import open_page, words_of
from tests.dashboard.scenario import HOUR, Scene
from tests.factories import NOON, database_session, make_case, make_mention, make_source

Full = tuple[str, Scene]
MINUTE = timedelta(minutes=1)
NOTHING, NONE = Took(None, None, 0), Share(0, 0)


def summary(answer: Took = NOTHING, share: Share = NONE) -> Summary:
    return Summary(
        opened=max(answer.of, share.of), answer=answer, solution=NOTHING, answered_in_time=share, solved_in_time=share,
        first_contact=share, escalated=share, reopened=share, hostile=share,
    )  # fmt: skip


def test_the_page_shows_what_waits_how_it_was_answered_and_by_whom(full: Full):
    app = open_page("response")
    assert not app.exception
    words = words_of(app)
    for told in ("Waiting now", "First answer", "Solved at first contact", "Handed to a manager", "Ayesha", "Bilal"):
        assert told in words


def test_few_cases_are_said_to_be_too_few(full: Full):
    words = words_of(open_page("response"))
    assert "too few for a rate" in words


def test_an_empty_page_says_what_to_do(empty: str):
    words = words_of(open_page("response"))
    assert "No case was opened yet" in words
    assert "<code>service.open_for</code>" in words


@pytest.mark.parametrize("by", list(By))
def test_cases_can_be_told_apart_in_each_way(full: Full, by: By):
    app = open_page("response", by=by.value, days="7")
    assert not app.exception
    assert "ew-responders" in words_of(app)


def test_what_an_address_asks_in_vain_is_left_out(full: Full):
    app = open_page("response", by="<script>", days="1000000")
    assert not app.exception
    assert "<script>" not in words_of(app)


def test_the_address_holds_the_days_and_how_cases_are_told_apart(full: Full):
    words = words_of(open_page("response", by="theme", days="90"))
    assert "cases opened in the last 90 days" in words
    assert "<b><bdi>Refunds</bdi></b>" in words


def test_a_hostile_name_of_an_owner_is_escaped(empty: str):
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        mention = make_mention(session, brand, make_source(session, brand), at=utcnow() - HOUR)
        make_case(session, mention, at=utcnow() - HOUR, owner="<img src=x onerror=alert(1)>", state=CaseState.OWNED)
        session.commit()
    words = words_of(open_page("response"))
    assert "&lt;img src=x" in words
    assert "<img src=x" not in words


def test_a_rate_of_few_is_none_and_says_why():
    assert responding.rate(Share(3, 3)) == "–"
    assert responding.made_of(Share(3, 3)) == "3 of 3; 3 cases: too few for a rate"
    assert (responding.rate(Share(31, 36)), responding.made_of(Share(31, 36))) == ("86%", "31 of 36")
    assert responding.made_of(Share(0, 0)) == "no case to judge"


def test_cells_of_a_table_say_what_a_rate_is_made_of():
    assert responding.rate_cell(Share(31, 36)) == "<b>86%</b><small>31 of 36</small>"
    assert responding.rate_cell(Share(1, 1)) == "1 of 1<small>1 case: too few for a rate</small>"
    assert "ew-mute" in responding.rate_cell(Share(0, 0))


def test_times_are_told_as_people_say_them():
    answer = Took(38 * MINUTE, 4 * HOUR, 12)
    assert (responding.took(answer), responding.nine_in_ten(answer)) == ("38 min", "9 in 10 within 4 h")
    assert responding.took(Took(timedelta(), timedelta(), 1)) == "at once"
    assert (responding.took(NOTHING), responding.nine_in_ten(NOTHING)) == ("–", "none yet")


def test_the_charts_have_a_point_for_each_week_and_rate():
    good = Week(NOON.date(), running=False, of=summary(Took(HOUR, 2 * HOUR, 9), Share(8, 9)))
    few = Week(NOON.date() + timedelta(days=7), running=True, of=summary(NOTHING, Share(1, 2)))
    times, rates = responding.times((good, few)).to_dict(), responding.rates((good, few)).to_dict()
    assert [(one["hours"], one["tail"]) for one in times["data"]["values"]] == [(1.0, 2.0)]
    assert [one["few"] for one in rates["data"]["values"]] == [False] * 3 + [True] * 3


def test_of_nobody_no_open_cases_are_claimed(empty: str):
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        mention = make_mention(session, brand, make_source(session, brand), at=utcnow() - HOUR)
        make_case(session, mention, at=utcnow() - HOUR)
        session.commit()
    row = words_of(open_page("response")).split("nobody yet</b>")[1].split("</tr>")[0]
    assert 'data-label="Open now"><span class="ew-mute">–</span>' in row
