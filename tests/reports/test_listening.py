"""Tests of what is known of a week and what was not heard."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.models import Source, SourceHealth
from monitor.reports.listening import gaps, heard_share, heard_shares, source_figures
from monitor.store.reports import HeardSource, Sums

START = datetime(2026, 11, 9, tzinfo=UTC)
WEEK = (START, START + timedelta(days=7))
BEFORE = (START - timedelta(days=7), START)


def span(first_hour: float, last_hour: float) -> tuple[datetime, datetime]:
    return START + timedelta(hours=first_hour), START + timedelta(hours=last_hour)


def source(*spans: tuple[datetime, datetime], active: bool = True) -> HeardSource:
    return HeardSource(Source(id=1, slug="blog", kind="feed", health=SourceHealth.HEALTHY, active=active), spans)


def test_a_week_that_is_covered_has_no_gap() -> None:
    assert gaps([span(-5, 200)], WEEK) == []


def test_gaps_lie_between_before_and_after_the_stretches() -> None:
    assert gaps([span(10, 20), span(30, 160)], WEEK) == [span(0, 10), span(20, 30), span(160, 168)]


def test_stretches_in_any_order_and_one_within_another_count_once() -> None:
    assert gaps([span(40, 168), span(0, 50), span(10, 20)], WEEK) == []


def test_the_share_that_is_known() -> None:
    assert heard_share([span(0, 42)], WEEK) == pytest.approx(0.25)


def test_nothing_is_known_without_stretches() -> None:
    assert heard_share([], WEEK) == 0


def test_a_week_is_as_known_as_its_sources_are_on_average() -> None:
    assert heard_shares([source(span(0, 168)), source(span(0, 84))], [WEEK, BEFORE]) == [0.75, 0]


def test_a_source_that_was_not_heard_has_no_number() -> None:
    figures = source_figures(source(), [Sums(), Sums()], WEEK, BEFORE)
    assert (figures.mentions, figures.last_mentions, figures.heard) == (None, None, 0)
    assert figures.gap_hours == 168


def test_a_source_that_was_heard_and_silent_has_zero() -> None:
    assert source_figures(source(span(0, 168)), [Sums(), Sums()], WEEK, BEFORE).mentions == 0


def test_the_pause_between_two_crawls_is_not_named() -> None:
    figures = source_figures(source(span(0, 10), span(10.5, 168)), [Sums(), Sums()], WEEK, BEFORE)
    assert figures.gaps == ()


def test_the_three_longest_gaps_are_named_and_all_are_summed() -> None:
    spans = [span(2, 10), span(13, 20), span(24, 30), span(35, 168)]
    figures = source_figures(source(*spans), [Sums(), Sums()], WEEK, BEFORE)
    assert [(gap.end - gap.start) / timedelta(hours=1) for gap in figures.gaps] == [5, 4, 3]
    assert figures.gap_hours == 14


def test_a_source_that_is_switched_off_says_so() -> None:
    figures = source_figures(source(span(0, 5), active=False), [Sums(), Sums()], WEEK, BEFORE)
    assert figures.health == "switched off"
