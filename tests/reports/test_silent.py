"""Tests of silent risk and of follow-ups."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from monitor.facts import MentionKind
from tests.factories import make_author
from tests.reports.conftest import MONDAY, NEXT_MONDAY, Watched, settings_of
from tests.reports.working import DAY, HOUR, MINUTE, a_case, did, solved, value

# silent risk


def test_complaints_count_as_unanswered_once_the_policys_time_is_over(heard: Watched) -> None:
    heard.say(MONDAY + HOUR)
    heard.say(NEXT_MONDAY - 30 * MINUTE)
    assert value(heard.report(now=NEXT_MONDAY), "unanswered") == 1
    assert value(heard.report(now=NEXT_MONDAY + 30 * MINUTE), "unanswered") == 2


def test_nights_do_not_count_where_people_work_by_day(heard: Watched) -> None:
    heard.settings = settings_of(service={"hours": ["mon-fri 09:00-17:00"]})
    heard.say(MONDAY + 5 * DAY + HOUR)  # on Saturday: due on Monday at ten
    assert value(heard.report(), "unanswered") == 0
    assert value(heard.report(now=NEXT_MONDAY + 10 * HOUR), "unanswered") == 1


def test_while_the_week_is_running_both_weeks_end_at_the_same_hour(heard: Watched) -> None:
    for week in (0, 1):
        heard.say(MONDAY + HOUR - week * 7 * DAY)
        heard.say(MONDAY + 3 * DAY - week * 7 * DAY)
    silent = heard.report("current", MONDAY + 2 * DAY).figure("unanswered")
    assert (silent.value, silent.last) == (1, 1)


def test_nobody_listened_is_not_nobody_waits(watched: Watched) -> None:
    figures = watched.report()
    assert {figure.value for figure in figures.silent} == {None}
    assert {figure.note for figure in figures.silent} == {"nobody listened"}


def test_the_loudest_unanswered_complaints_are_shown_with_how_long_they_wait(heard: Watched) -> None:
    for hour in range(7):
        heard.say(MONDAY + hour * HOUR)
    heard.say(MONDAY + 10 * HOUR, text="پیسے واپس نہیں ملے", language="ur").author_followers = 1200
    heard.session.flush()
    lines = heard.report().silent_cases
    assert len(lines) == 5
    assert (lines[0].text, lines[0].language) == ("پیسے واپس نہیں ملے", "ur")
    assert lines[0].note == "nobody answered for 7 days; 1,200 followers"


@pytest.mark.parametrize(
    ("earlier", "number"),
    [(timedelta(days=9), 1), (timedelta(days=89), 1), (timedelta(days=98), 0), (-DAY, 1)],
)
def test_a_second_complaint_counts_within_ninety_days(heard: Watched, earlier: timedelta, number: int) -> None:
    author = make_author(heard.session)
    for at in (MONDAY + HOUR, MONDAY + HOUR - earlier):
        a_case(heard, at, heard.say(at, author=author), owner="Sana", answered_at=at)
    figures = heard.report()
    assert value(figures, "complained_twice") == number
    assert len(figures.silent_cases) == number


def test_a_second_complaint_says_after_what_time_it_came_and_who_has_it(heard: Watched) -> None:
    author = make_author(heard.session)
    for days in (-9, 0):
        at = MONDAY + HOUR + days * DAY
        a_case(heard, at, heard.say(at, author=author), owner="Sana", answered_at=at)
    (line,) = heard.report().silent_cases
    assert (line.note, line.owner) == ("second complaint in 9 days", "Sana")


def test_every_earlier_complaint_of_the_ninety_days_is_counted(heard: Watched) -> None:
    author = make_author(heard.session)
    for days in (-98, -30, -9, -2, 0, 1):
        at = MONDAY + HOUR + days * DAY
        a_case(heard, at, heard.say(at, author=author), owner="Sana", answered_at=at)
    assert [line.note for line in heard.report().silent_cases] == ["5 complaints in 31 days"]


@pytest.mark.parametrize("sort", ["praise", "repost", "shared name", "machine"])
def test_what_is_no_second_complaint_of_one_customer(heard: Watched, sort: str) -> None:
    author = make_author(heard.session, "A Google user" if sort == "shared name" else "")
    heard.say(MONDAY, author=author)
    again = heard.say(MONDAY + HOUR, 0.1 if sort == "praise" else 0.9, author=author)
    if sort == "repost":
        again.repost_of_id = heard.say(MONDAY).id
    if sort == "machine":
        for _ in range(20):
            heard.say(MONDAY, author=author)
    heard.session.flush()
    assert value(heard.report(), "complained_twice") == 0


def test_first_time_customers_who_were_let_down(heard: Watched) -> None:
    for first, negative in ((True, 0.9), (True, 0.1), (False, 0.9), (None, 0.9)):
        at = MONDAY + HOUR
        mention = heard.say(at, negative, kind=MentionKind.SURVEY)
        mention.first_purchase = first
        a_case(heard, at, mention, answered_at=at)
    heard.session.flush()
    figures = heard.report()
    assert value(figures, "first_time_let_down") == 1
    assert [line.note for line in figures.silent_cases] == ["first purchase; answered"]


# follow-ups


def test_follow_ups_due_done_next_and_overdue(heard: Watched) -> None:
    at = MONDAY - 20 * DAY
    for due in (MONDAY - HOUR, MONDAY + HOUR, NEXT_MONDAY + HOUR, NEXT_MONDAY + 8 * DAY):
        solved(heard, at, follow_up_at=due)
    done = solved(heard, MONDAY - 3 * DAY, DAY)  # was due on Tuesday
    did(heard.session, done, "Sana", "followed up", MONDAY + 2 * DAY)
    figures = heard.report()
    names = ("follow_ups_due", "follow_ups_done", "follow_ups_next", "follow_ups_overdue")
    assert [value(figures, name) for name in names] == [2, 1, 1, 2]
    assert figures.figure("follow_ups_overdue").last == 1
    assert [line.note for line in figures.follow_up_cases] == [
        "was due 8 November", "was due 9 November", "due 16 November",
    ]  # fmt: skip


def test_one_done_after_the_week_was_still_waiting_at_its_end(heard: Watched) -> None:
    done = solved(heard, MONDAY - 3 * DAY, DAY)
    did(heard.session, done, "Sana", "followed up", NEXT_MONDAY + HOUR)
    figures = heard.report()
    assert (value(figures, "follow_ups_overdue"), value(figures, "follow_ups_done")) == (1, 0)
    assert figures.follow_up_cases == ()


def test_nothing_is_said_of_follow_ups_where_nobody_is_ever_asked(heard: Watched) -> None:
    heard.settings = settings_of(service={"follow_up_after": "0s"})
    assert heard.report().follow_ups == ()


def test_the_next_week_has_the_hour_that_the_clocks_give_it(watch: Callable[[str], Watched]) -> None:
    london = watch("Europe/London")
    end = datetime(2026, 10, 18, 23, tzinfo=UTC)  # midnight in summer time; the next week has 169 hours
    london.hear(end - 60 * DAY, end)
    for due in (end + 168 * HOUR + 30 * MINUTE, end + 169 * HOUR):
        solved(london, end - 20 * DAY, follow_up_at=due)
    assert value(london.report(now=end + 7 * HOUR), "follow_ups_next") == 1
