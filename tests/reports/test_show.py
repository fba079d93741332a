"""Tests of figures in words."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.reports import charts, show
from monitor.reports.figures import Better, Day, Figure, Unit

PERCENT = "\N{NO-BREAK SPACE}%"


def figure(value: float | None, last: float | None = None, unit: Unit = Unit.MENTIONS, **values: object) -> Figure:
    return Figure(name="x", label="X", definition="", unit=unit, value=value, last=last, **values)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1203.6, Unit.MENTIONS, "1,204"),
        (0.234, Unit.SHARE, f"23{PERCENT}"),
        (4.06, Unit.STARS, "4.1"),
        (125, Unit.MINUTES, "2 h 5 min"),
        (0, Unit.MINUTES, "under 1 min"),
        (None, Unit.MENTIONS, "–"),
    ],
)
def test_amounts(value: float | None, unit: Unit, words: str) -> None:
    assert show.amount(value, unit) == words


@pytest.mark.parametrize(
    ("now", "last", "unit", "words"),
    [
        (118, 100, Unit.MENTIONS, f"+18{PERCENT}"),
        (8, 4, Unit.MENTIONS, "+4"),
        (0.31, 0.23, Unit.SHARE, "+8 points"),
        (0.22, 0.23, Unit.SHARE, "−1 point"),
        (4.1, 4.4, Unit.STARS, "−0.3"),
        (2.857, 2.846, Unit.STARS, "+0.1"),
        (30, 90, Unit.MINUTES, "−1 h"),
        (3.2, 3.0, Unit.MENTIONS, "same"),
        (3, None, Unit.MENTIONS, ""),
        (None, 3, Unit.MENTIONS, ""),
    ],
)
def test_changes(now: float | None, last: float | None, unit: Unit, words: str) -> None:
    assert show.change(figure(now, last, unit)) == words


def test_a_change_for_the_worse_is_told_as_such() -> None:
    assert show.tone(figure(9, 3, better=Better.LESS)) == "bad"
    assert show.tone(figure(9, 3, better=Better.MORE)) == "good"
    assert show.tone(figure(9, 3)) == "plain"
    assert show.tone(figure(3.2, 3.0, better=Better.LESS)) == "plain"


@pytest.mark.parametrize(("value", "words"), [(1, "below usual"), (5, "as usual"), (11, "above usual"), (None, "")])
def test_standing_against_the_usual_range(value: float | None, words: str) -> None:
    assert show.standing(figure(value, usual_low=3, usual_high=10)) == words


def test_ranges_name_the_unit_once() -> None:
    assert show.usual(figure(0.3, unit=Unit.SHARE, usual_low=0.21, usual_high=0.25)) == f"21–25{PERCENT}"
    assert show.spread(figure(3, low=3.1, high=3.2)) == "3"
    assert show.spread(figure(3)) == ""


def test_spans_of_days_in_one_and_in_two_months_and_years() -> None:
    assert show.span(date(2026, 11, 9), date(2026, 11, 15)) == "9–15 November 2026"
    assert show.span(date(2026, 11, 30), date(2026, 12, 6)) == "30 November – 6 December 2026"
    assert show.span(date(2026, 12, 28), date(2027, 1, 3)) == "28 December 2026 – 3 January 2027"


def test_moments_are_local() -> None:
    moment = datetime(2026, 11, 8, 18, 35, tzinfo=UTC)
    assert show.moment(moment, ZoneInfo("Asia/Kolkata")) == "Mon 9 November, 00:05"


def test_what_nobody_heard_is_not_known_and_what_did_not_happen_is_a_dash() -> None:
    assert show.value(figure(None, note="nobody listened")) == "not known"
    assert show.value(figure(None, note="no incident")) == "–"


@pytest.mark.parametrize(
    ("largest", "top"), [(0, 2), (2, 2), (3, 4), (9, 10), (11, 20), (160, 200), (23, 30), (999, 1000)]
)
def test_the_scale_of_the_days_ends_in_a_round_number(largest: float, top: float) -> None:
    monday = Day(date=date(2026, 11, 9), mentions=largest, negative=0, last_mentions=None)
    assert f'text-anchor="end">{top:,.0f}</text>' in charts.days([monday])
    assert f'text-anchor="end">{top / 2:,.0f}</text>' in charts.days([monday])
