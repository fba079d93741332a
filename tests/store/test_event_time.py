"""The rules for times that sources claim."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.facts import Precision
from monitor.store.event_time import corrected_time, event_time, is_fresh

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_an_exact_time_is_kept_as_given() -> None:
    assert event_time(NOW - HOUR, Precision.SECOND, NOW) == NOW - HOUR


def test_a_time_in_the_future_is_taken_as_now() -> None:
    assert event_time(NOW + HOUR, Precision.SECOND, NOW) == NOW


@pytest.mark.parametrize("claim", ["2026-11-22", "2026-11-23", "2027-01-01"])
def test_a_day_that_is_today_or_later_is_taken_as_now(claim: str) -> None:
    assert event_time(day(claim), Precision.DAY, NOW) == NOW


def test_an_earlier_day_is_taken_as_its_noon() -> None:
    assert event_time(day("2026-11-20"), Precision.DAY, NOW) == datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_yesterday_may_still_go_on_in_the_west_when_our_day_is_young() -> None:
    early = datetime(2026, 11, 22, 3, tzinfo=UTC)
    assert event_time(day("2026-11-21"), Precision.DAY, early) == early


@pytest.mark.parametrize("precision", [Precision.UNKNOWN, Precision.SECOND])
def test_no_time_is_taken_as_now(precision: Precision) -> None:
    assert event_time(None, precision, NOW) == NOW


def test_nothing_is_fresh_on_a_first_crawl() -> None:
    assert not is_fresh(NOW, Precision.SECOND, now=NOW, every=QUARTER, first_crawl=True)


@pytest.mark.parametrize(
    ("age", "every", "fresh"),
    [
        (timedelta(minutes=59), QUARTER, True),
        (timedelta(minutes=61), QUARTER, False),
        (timedelta(hours=5), timedelta(hours=3), True),
        (timedelta(hours=7), timedelta(hours=3), False),
    ],
)
def test_an_exact_time_is_fresh_for_an_hour_or_two_intervals(age: timedelta, every: timedelta, fresh: bool) -> None:
    assert is_fresh(NOW - age, Precision.SECOND, now=NOW, every=every, first_crawl=False) is fresh


@pytest.mark.parametrize(("claim", "fresh"), [("2026-11-22", True), ("2026-11-21", True), ("2026-11-20", False)])
def test_a_day_is_fresh_until_the_day_after(claim: str, fresh: bool) -> None:
    assert is_fresh(day(claim), Precision.DAY, now=NOW, every=QUARTER, first_crawl=False) is fresh


def test_a_text_without_time_is_fresh_when_it_turns_up() -> None:
    assert is_fresh(None, Precision.UNKNOWN, now=NOW, every=QUARTER, first_crawl=False)


@pytest.mark.parametrize(
    ("claim", "precision"),
    [
        (NOW - HOUR, Precision.SECOND),
        (NOW + HOUR, Precision.SECOND),
        (day("2026-11-22"), Precision.DAY),
        (day("2026-11-03"), Precision.DAY),
        (None, Precision.UNKNOWN),
    ],
)
def test_the_same_claim_seen_again_changes_nothing(claim: datetime | None, precision: Precision) -> None:
    stored = event_time(claim, precision, NOW)
    assert corrected_time(stored, precision, claim, precision, first_seen=NOW) is None


def test_a_changed_claim_moves_the_time() -> None:
    moved = corrected_time(NOW - HOUR, Precision.SECOND, NOW - 2 * HOUR, Precision.SECOND, first_seen=NOW)
    assert moved == NOW - 2 * HOUR


def test_a_coarser_claim_never_replaces_a_finer_one() -> None:
    assert corrected_time(NOW - HOUR, Precision.SECOND, day("2026-11-01"), Precision.DAY, first_seen=NOW) is None
