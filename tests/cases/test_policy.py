"""The service policy: which times hold for which complaint, in which hours, and what is refused."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from monitor.cases import Scope, ServicePolicy
from monitor.facts import MentionKind, Severity

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TIMES = [
    {"sources": ["bluesky", "x"], "at_least": "high", "answer_within": "10m", "solve_within": "2h"},
    {"kinds": ["review"], "answer_within": "4h", "solve_within": "48h"},
    {"at_least": "critical", "answer_within": "5m", "solve_within": "1h", "round_the_clock": True},
    {"brands": ["rosecart"], "answer_within": "3h", "solve_within": "30h"},
]
OFFICE = {"hours": ["mon-fri 09:00-18:00"]}


def test_without_anything_else_the_four_options_hold():
    policy = ServicePolicy()
    assert policy.due(NOON) == (NOON + HOUR, NOON + 24 * HOUR)
    assert policy.due(NOON, Scope(severity=Severity.HIGH)) == (NOON + HOUR, NOON + 24 * HOUR)
    assert policy.due(NOON, Scope(severity=Severity.CRITICAL)) == (NOON + HOUR / 4, NOON + 8 * HOUR)


@pytest.mark.parametrize(
    ("scope", "rule"),
    [
        (Scope(kind=MentionKind.POST, sources=("sky", "bluesky"), severity=Severity.CRITICAL), 1),
        (Scope(kind=MentionKind.POST, sources=("x", "mastodon"), severity=Severity.HIGH), 1),  # by its id
        (Scope(kind=MentionKind.POST, sources=("sky", "bluesky")), 0),
        (Scope(kind=MentionKind.REVIEW, sources=("sky", "bluesky"), severity=Severity.WATCH), 2),
        (Scope(kind=MentionKind.REVIEW, severity=Severity.CRITICAL), 2),  # the first that holds, not the strictest
        (Scope(kind=MentionKind.POST, severity=Severity.CRITICAL, brand="rosecart"), 3),
        (Scope(kind=MentionKind.POST, severity=Severity.HIGH, brand="rosecart"), 4),
        (Scope(kind=MentionKind.POST, severity=Severity.HIGH), 0),
        (Scope(), 0),
    ],
)
def test_the_first_times_that_hold_are_taken(scope: Scope, rule: int):
    assert ServicePolicy(times=TIMES).term(scope).rule == rule


def test_the_times_of_a_channel_stand_in_the_place_of_the_four_options():
    policy = ServicePolicy(times=TIMES)
    assert policy.due(NOON, Scope(kind=MentionKind.REVIEW)) == (NOON + 4 * HOUR, NOON + 48 * HOUR)


def test_due_times_lie_in_business_hours_of_the_brand():
    karachi = Scope(zone=ZoneInfo("Asia/Karachi"))  # noon in UTC is 17:00 there
    answer, solution = ServicePolicy(**OFFICE).due(NOON + HOUR / 2, karachi)
    assert answer == datetime(2026, 3, 3, 4, 30, tzinfo=UTC)
    assert solution == datetime(2026, 3, 5, 9, 30, tzinfo=UTC)  # half an hour, two days of nine hours, 5 h 30 min


def test_what_is_critical_may_run_round_the_clock():
    night, critical = NOON.replace(hour=22), Scope(severity=Severity.CRITICAL)
    assert ServicePolicy(**OFFICE, round_the_clock=True).due(night, critical)[0] == night + HOUR / 4
    assert ServicePolicy(**OFFICE).due(night, critical)[0] == datetime(2026, 3, 3, 9, 15, tzinfo=UTC)
    assert ServicePolicy(**OFFICE, round_the_clock=True).due(night)[0] == datetime(2026, 3, 3, 10, tzinfo=UTC)
    assert ServicePolicy(**OFFICE, times=TIMES).due(night, critical)[0] == night + HOUR / 12


@pytest.mark.parametrize(
    "written", ["2026-03-03", date(2026, 3, 3), "03-03", {"on": "03-03"}, {"on": date(2026, 3, 3)}]
)
def test_nobody_works_on_a_holiday(written: Any):
    answer, _ = ServicePolicy(**OFFICE, holidays=[written]).due(NOON.replace(hour=17, minute=30))
    assert answer == datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def test_a_holiday_of_the_year_before_is_none():
    answer, _ = ServicePolicy(**OFFICE, holidays=["2025-03-03"]).due(NOON.replace(hour=17, minute=30))
    assert answer == datetime(2026, 3, 3, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("scope", "day"),
    [
        (Scope(brand="rosecart", location="lahore"), 4),
        (Scope(brand="rosecart", location="karachi"), 3),
        (Scope(brand="mirchado", location="lahore"), 3),
        (Scope(), 3),
    ],
)
def test_a_holiday_may_be_that_of_one_brand_and_place(scope: Scope, day: int):
    holidays = [{"on": "2026-03-03", "brands": ["rosecart"], "locations": ["lahore"]}]
    answer, _ = ServicePolicy(**OFFICE, holidays=holidays).due(NOON.replace(hour=17, minute=30), scope)
    assert answer == datetime(2026, 3, day, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"answer_within": "2h", "solve_within": "1h"}, "not longer than the time to solve"),
        ({"answer_within_critical": "0s"}, "must be above 0"),
        ({"solve_within": "400d"}, "longer than 365 days"),
        ({"times": [{"answer_within": "2h", "solve_within": "1h"}]}, "not longer than the time to solve"),
        ({"times": [{"answer_within": "2h"}]}, "solve_within"),
        ({"times": [{"kinds": ["tweet"], "answer_within": "1h", "solve_within": "2h"}]}, "'review', 'post'"),
        ({"times": [{"at_least": "urgent", "answer_within": "1h", "solve_within": "2h"}]}, "'watch', 'high'"),
        ({"hours": ["9 to 5"]}, "is not hours such as"),
        ({"holidays": ["2026-02-30"]}, "'2026-02-30' is no day such as 2026-12-25, or 12-25"),
        ({"holidays": ["Christmas"]}, "'Christmas' is no day"),
        ({"holidays": ["13-01"]}, "'13-01' is no day"),
        ({"holidays": [5]}, "holidays"),
        ({"escalate": {"to": "Sana", "channels": []}}, "channels"),
        ({"escalate": {"to": "Sana", "channels": ["mail"], "at_most_every": "10s"}}, "at_most_every"),
        ({"answer_in": "30m"}, "answer_in"),
    ],
)
def test_what_cannot_be_meant_is_refused(written: dict[str, Any], words: str):
    with pytest.raises(ValidationError) as error:
        ServicePolicy(**written)
    assert words in str(error.value)


def test_a_policy_reads_durations():
    assert ServicePolicy(answer_within="30m").answer_within == HOUR / 2


def test_the_29th_of_february_of_each_year_is_a_day():
    assert ServicePolicy(holidays=["02-29"]).holidays[0].on == "02-29"


@pytest.mark.parametrize(
    ("themes", "incident", "severity"),
    [
        ((), None, None),
        (("delivery",), None, None),
        (("delivery", "safety"), None, Severity.HIGH),
        (("safety",), Severity.CRITICAL, Severity.CRITICAL),
        (("safety",), Severity.WATCH, Severity.HIGH),
        ((), Severity.WATCH, Severity.WATCH),
    ],
)
def test_a_case_is_as_severe_as_its_incident_and_high_when_it_is_about_safety(
    themes: tuple[str, ...], incident: Severity | None, severity: Severity | None
):
    assert ServicePolicy().severity_of(themes, incident) is severity
