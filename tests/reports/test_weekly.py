"""Tests of a whole report on a real database, against figures worked out by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.errors import ConfigError, MonitorError
from monitor.facts import Cell, Dimension, IncidentState, Severity
from monitor.jobs.report import make_report
from monitor.models import AlertState, CaseEvent, CaseState, ReadState
from monitor.reports.figures import Figures
from tests.factories import make_alert, make_author, make_case, make_change, make_incident, make_source, make_theme
from tests.reports.conftest import DUE, MONDAY, NEXT_MONDAY, Watched, settings_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def value(figures: Figures, name: str) -> float | None:
    return figures.figure(name).value


@pytest.fixture
def small_week(heard: Watched) -> Watched:
    """Three mentions in the week, and one just before and just after it: its edges cut an hour of UTC in two."""
    heard.say(MONDAY - MINUTE, 0.8)
    heard.say(MONDAY, 0.9, themes=["delivery"], rating=1)
    heard.say(MONDAY + DAY + HOUR, 0.1, themes=["delivery", "staff"], rating=4, language="ur")
    heard.say(NEXT_MONDAY - MINUTE, 0.5, rating=4)
    heard.say(NEXT_MONDAY, 0.7)
    return heard


def test_mentions_of_the_local_week_are_counted(small_week: Watched) -> None:
    mentions = small_week.report().figure("mentions")
    assert (mentions.value, mentions.last) == (3, 1)


def test_the_negative_share_has_the_interval_of_its_reading(small_week: Watched) -> None:
    share = small_week.report().figure("negative_share")
    reach = 1.96 * (0.9 * 0.1 + 0.1 * 0.9 + 0.5 * 0.5) ** 0.5  # of an expected 1.5 of 3
    assert share.value == pytest.approx(0.5)
    assert (share.low, share.high) == pytest.approx(((1.5 - reach) / 3, (1.5 + reach) / 3), abs=1e-4)
    assert share.last == pytest.approx(0.8)


def test_the_positive_share_is_read_from_the_mentions(small_week: Watched) -> None:
    assert value(small_week.report(), "positive_share") == pytest.approx(0.7 * (0.1 + 0.9 + 0.5) / 3, abs=1e-4)


def test_ratings_of_all_scales_become_stars(small_week: Watched) -> None:
    mention = small_week.say(MONDAY + 2 * DAY, rating=3)
    mention.rating_value, mention.rating_worst, mention.rating_best = 10, 0, 10
    outside = small_week.say(MONDAY + 2 * DAY, rating=5)
    outside.rating_value = 7
    rating = small_week.report().figure("rating")
    assert (rating.value, rating.note) == ((1 + 4 + 4 + 5) / 4, "of 4 ratings; last week 0")


def test_authors_are_counted_once(heard: Watched) -> None:
    author = make_author(heard.session)
    for day in range(3):
        heard.say(MONDAY + day * DAY, author=author)
    assert value(heard.report(), "authors") == 1


def test_days_are_local_days(small_week: Watched) -> None:
    days = small_week.report().days
    assert [day.mentions for day in days] == [1, 1, 0, 0, 0, 0, 1]
    assert days[6].last_mentions == 1


def test_languages_and_sources_are_cut_at_the_same_edges(small_week: Watched) -> None:
    figures = small_week.report()
    assert [(one.name, one.mentions) for one in figures.languages] == [("English", 2), ("Urdu", 1)]
    assert [(one.slug, one.mentions, one.last_mentions) for one in figures.sources] == [("reviews", 3, 1)]


def test_themes_of_complaints_and_compliments(small_week: Watched) -> None:
    figures = small_week.report()
    assert [(one.name, one.figure.value) for one in figures.complaints] == [("Delivery", 1.0)]
    assert [(one.slug, one.figure.value) for one in figures.compliments] == [("delivery", 0.7), ("staff", 0.63)]


def test_a_theme_is_compared_with_its_own_weeks_before(heard: Watched) -> None:
    for week, mentions in enumerate((6, 2, 2, 4)):
        for i in range(mentions):
            heard.say(MONDAY - week * 7 * DAY + i * HOUR, 0.5, themes=["delivery"])
    figure = heard.report().complaints[0].figure
    assert (figure.value, figure.last) == (3, 1)
    assert figure.history[-3:] == (2, 1, 1)


def test_quotes_keep_their_script_and_leave_out_what_was_removed(heard: Watched) -> None:
    heard.say(MONDAY + HOUR, 0.95, "gone", themes=["refund"]).deleted_at = DUE
    heard.say(MONDAY + HOUR, 0.9, "پیسے واپس نہیں ملے", language="ur", themes=["refund"])
    heard.say(MONDAY + HOUR, 0.4, "not sure what to think", themes=["refund"])
    quotes = heard.report().complaints[0].quotes
    assert [(quote.text, quote.language) for quote in quotes] == [("پیسے واپس نہیں ملے", "ur")]


def test_a_week_nobody_listened_to_is_unknown_everywhere(watched: Watched) -> None:
    figures = watched.report()
    names = ("mentions", "negative", "negative_share", "rating", "authors", "incidents_opened")
    assert [value(figures, name) for name in names] == [None] * 6
    assert {day.mentions for day in figures.days} == {None}
    assert [sentence.figures for sentence in figures.summary] == [("mentions",)]


def test_a_week_in_which_nothing_was_said_is_zero(heard: Watched) -> None:
    figures = heard.report()
    assert (value(figures, "mentions"), value(figures, "negative"), value(figures, "negative_share")) == (0, 0, None)
    assert {day.mentions for day in figures.days} == {0}


def test_a_day_nobody_listened_to_is_unknown(watched: Watched) -> None:
    watched.hear(MONDAY, MONDAY + 3 * DAY)
    assert [day.mentions for day in watched.report().days] == [0, 0, 0, None, None, None, None]


def test_a_source_that_failed_is_named_as_not_heard(heard: Watched) -> None:
    make_source(heard.session, heard.brand, "forum", "feed")
    figures = heard.report()
    assert figures.heard == 0.5
    assert "Not fully heard: forum (0\xa0% of the time)" in figures.summary[-1].text


def test_the_long_day_of_the_clock_change_belongs_to_its_week(watch: Callable[[str], Watched]) -> None:
    watched = watch("Europe/London")
    watched.say(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))  # 01:30 in summer time
    watched.say(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))  # 01:30 once more
    watched.say(datetime(2026, 10, 25, 23, 59, tzinfo=UTC))
    watched.say(datetime(2026, 10, 26, 0, 0, tzinfo=UTC))
    figures = watched.report("2026-W43", datetime(2026, 10, 26, 9, tzinfo=UTC))
    assert value(figures, "mentions") == 3
    assert figures.days[6].mentions == 3


def test_a_running_week_is_cut_at_the_present_and_so_is_last_week(heard: Watched) -> None:
    for week in (0, 7):
        for hour in (10, 20, 40):
            heard.say(MONDAY - week * DAY + hour * HOUR)
    figures = heard.report("current", MONDAY + 20 * HOUR + MINUTE)
    assert figures.running
    assert (value(figures, "mentions"), figures.figure("mentions").last) == (2, 2)
    assert [day.mentions for day in figures.days[:3]] == [2, None, None]


def test_mentions_that_wait_to_be_read_are_said(heard: Watched) -> None:
    mention = heard.say(MONDAY + HOUR)
    mention.read_state = ReadState.WAITING
    figures = heard.report()
    assert value(figures, "unread") == 1
    assert "1 mention of the week waits" in figures.summary[-1].text


def test_a_mention_that_does_not_concern_the_brand_is_left_out(heard: Watched) -> None:
    mention = heard.say(MONDAY)
    heard.session.execute(
        sa.text("UPDATE mention_brand SET relevance = 0.2 WHERE mention_id = :id"), {"id": mention.id}
    )
    assert value(heard.report(), "authors") == 0


def test_an_incident_has_its_four_times(heard: Watched) -> None:
    opened = MONDAY + DAY
    complaint = heard.say(opened - 40 * MINUTE)
    incident = make_incident(
        heard.session,
        heard.brand,
        [complaint],
        at=opened,
        severity=Severity.CRITICAL,
        state=IncidentState.RESOLVED,
        calmed_at=opened + 5 * HOUR,
        resolved_at=opened + 9 * HOUR,
    )
    change = make_change(heard.session, incident, at=opened)
    make_alert(heard.session, change).sent_at = opened + 2 * MINUTE
    make_case(heard.session, complaint, at=opened, incident=incident, answered_at=opened + 25 * MINUTE)
    figures = heard.report()
    assert [step.minutes for step in figures.incidents[0].steps] == [40, 2, 25, 300]
    names = ("time_to_detect", "time_to_alert", "time_to_answer", "time_to_contain")
    assert [value(figures, name) for name in names] == [40, 2, 25, 300]


def test_what_did_not_happen_has_no_time_and_a_reason(heard: Watched) -> None:
    make_incident(heard.session, heard.brand, at=MONDAY + DAY)
    steps = heard.report().incidents[0].steps
    assert [(step.minutes, step.note) for step in steps[1:]] == [
        (None, "no alert sent"),
        (None, "not answered"),
        (None, "still open"),
    ]


def test_a_dismissed_incident_is_counted_but_not_as_contained(heard: Watched) -> None:
    make_theme(heard.session, "refund", "Refunds")
    make_incident(
        heard.session,
        heard.brand,
        at=MONDAY + DAY,
        cell=Cell(Dimension.THEME, "refund"),
        state=IncidentState.DISMISSED,
        dismissed_at=MONDAY + 2 * DAY,
        dismissed_reason="false alarm",
    )
    figures = heard.report()
    assert (value(figures, "incidents_dismissed"), value(figures, "time_to_contain")) == (1, None)
    assert figures.incidents[0].subject == "Refunds"
    assert figures.incidents[0].steps[3].note == "dismissed: false alarm"


def test_incidents_of_other_weeks_are_only_compared(heard: Watched) -> None:
    for days in (-7, -14, 7):
        make_incident(heard.session, heard.brand, at=MONDAY + days * DAY)
    opened = heard.report().figure("incidents_opened")
    assert (opened.value, opened.last, opened.history[-2:]) == (0, 1, (1, 1))


def test_alerts_are_counted_with_their_reasons(heard: Watched) -> None:
    incident = make_incident(heard.session, heard.brand, at=MONDAY + DAY)
    change = make_change(heard.session, incident, at=MONDAY + DAY)
    make_alert(heard.session, change)
    for channel in ("email", "pager"):
        make_alert(heard.session, change, channel, AlertState.WITHHELD, "cooldown")
    figures = heard.report()
    assert (value(figures, "alerts_sent"), value(figures, "alerts_withheld")) == (1, 2)
    assert [(one.reason, one.alerts) for one in figures.alert_reasons] == [("new_incident", 1), ("cooldown", 2)]


def test_answers_are_counted_by_their_day_and_rated_by_the_day_the_case_was_opened(heard: Watched) -> None:
    early, late, never, before = (MONDAY + hours * HOUR for hours in (1, 2, 3, -2))
    make_case(heard.session, heard.say(early), at=early, answered_at=early + 30 * MINUTE)
    make_case(heard.session, heard.say(late), at=late, answered_at=late + 90 * MINUTE)
    make_case(heard.session, heard.say(never), at=never)
    make_case(heard.session, heard.say(before), at=before, answered_at=MONDAY + HOUR)
    figures = heard.report()
    assert (value(figures, "cases_opened"), value(figures, "answers_given")) == (3, 3)
    assert value(figures, "answered_in_time") == pytest.approx(1 / 3, abs=1e-4)
    assert (value(figures, "first_answer"), value(figures, "overdue")) == (60, 4)


def test_an_answer_that_is_not_due_yet_is_not_judged(heard: Watched) -> None:
    at = NEXT_MONDAY - MINUTE
    make_case(heard.session, heard.say(at), at=at)
    figures = heard.report(now=NEXT_MONDAY + 10 * MINUTE)
    assert (value(figures, "answered_in_time"), value(figures, "overdue")) == (None, 0)


def test_solved_and_reopened_cases(heard: Watched) -> None:
    at = MONDAY + HOUR
    solved = {"state": CaseState.SOLVED, "answered_at": at, "solved_at": at + DAY}
    make_case(heard.session, heard.say(at), at=at, **solved)
    again = make_case(heard.session, heard.say(at), at=at, state=CaseState.OWNED, reopened=1)
    for when in (at + DAY, at - 8 * DAY):
        heard.session.add(CaseEvent(case_id=again.id, at=when, actor="amira", action="reopened"))
    figures = heard.report()
    assert (value(figures, "cases_solved"), value(figures, "cases_reopened")) == (1, 1)
    assert value(figures, "overdue") == 1


def test_a_dismissed_case_owes_nothing(heard: Watched) -> None:
    make_case(heard.session, heard.say(MONDAY), at=MONDAY, state=CaseState.DISMISSED)
    figures = heard.report()
    assert (value(figures, "overdue"), value(figures, "answered_in_time")) == (0, None)


def test_counts_agree_with_the_mentions_themselves(heard: Watched) -> None:
    for i in range(60):
        heard.say(
            MONDAY - DAY + i * 3.3 * HOUR, 0.01 + (i * 37 % 98) / 100, themes=["delivery"] if i % 3 else ["staff"]
        )
    figures = heard.report()
    row = heard.session.execute(
        sa.text(
            "SELECT count(*), sum(a.negative) FROM mention m JOIN assessment a ON a.mention_id = m.id"
            " WHERE m.published_at >= '2026-11-08 18:30:00' AND m.published_at < '2026-11-15 18:30:00'"
        )
    ).one()
    assert (value(figures, "mentions"), value(figures, "negative")) == pytest.approx(tuple(row), abs=1e-3)
    assert sum(one.figure.value or 0 for one in figures.complaints) == pytest.approx(row[1], abs=1e-3)


def test_every_sentence_names_figures_of_the_report(small_week: Watched) -> None:
    make_incident(small_week.session, small_week.brand, at=MONDAY + DAY)
    figures = small_week.report()
    themes = {theme.figure.name for theme in (*figures.complaints, *figures.compliments)}
    others = {f"incident:{one.id}" for one in figures.incidents} | {f"source:{one.slug}" for one in figures.sources}
    for sentence in figures.summary:
        assert sentence.figures
        for name in sentence.figures:
            assert name in themes | others or figures.figure(name)


def test_the_same_rows_give_the_same_figures(small_week: Watched) -> None:
    assert small_week.report() == small_week.report()


def test_an_unknown_brand_is_refused_with_the_known_ones(heard: Watched) -> None:
    with pytest.raises(ConfigError, match="'rose' is not one of rosecart"):
        make_report(heard.session, heard.settings, "rose", "last", DUE)


def test_a_brand_nothing_is_stored_of_says_what_to_do(session: object) -> None:
    with pytest.raises(MonitorError, match="emberwatch run"):
        make_report(session, settings_of(), "rosecart", "last", DUE)  # type: ignore[arg-type]


def test_compliments_stars_and_authors_have_a_usual_range_too(heard: Watched) -> None:
    for week, number in enumerate((3, 1, 2, 2)):
        for i in range(number):
            heard.say(MONDAY - week * 7 * DAY + i * HOUR, 0.0, themes=["staff"], rating=5)
    figures = heard.report()
    compliments = figures.compliments[0].figure
    assert (compliments.value, compliments.last, compliments.history[-3:]) == (2.1, 0.7, (1.4, 1.4, 0.7))
    assert compliments.usual_high == pytest.approx(1.4)
    assert figures.figure("authors").history[-3:] == (2, 2, 1)
    assert (figures.figure("rating").usual_low, figures.figure("positive_share").history[-1]) == (5, None)
