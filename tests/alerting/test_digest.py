"""When a digest is due, and what it says."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.alerting.digest import LISTED, BrandDay, Item, build, day_of, urgency
from monitor.alerting.shown import MAX_ROWS, MAX_SECTIONS
from monitor.facts import IncidentState, Message, Quote, Severity
from tests.factories import NOON

EVERY_DAY = range(1, 8)
KARACHI, LONDON, APIA = ZoneInfo("Asia/Karachi"), ZoneInfo("Europe/London"), ZoneInfo("Pacific/Apia")
MONDAY = date(2026, 3, 2)


def item(**values: Any) -> Item:
    given = {
        "subject": "[high] Rose Cart, Refund: 14 negative in 40 min", "severity": Severity.HIGH,
        "state": IncidentState.OPEN, "lasted": timedelta(hours=3),
    }  # fmt: skip
    return Item(**(given | values))


def told(*days: BrandDay, dashboard: str = "https://watch.example") -> Message:
    since = NOON - timedelta(days=1)
    return build(days, key="digest:boss:2026-03-02", since=since, zone=KARACHI, dashboard=dashboard, now=NOON)


def test_a_digest_is_due_from_its_hour_on_in_its_own_zone():
    assert day_of(17, KARACHI, EVERY_DAY, NOON - timedelta(seconds=1)) is None
    assert day_of(17, KARACHI, EVERY_DAY, NOON) == MONDAY
    assert day_of(17, KARACHI, EVERY_DAY, NOON + timedelta(hours=6)) == MONDAY


def test_a_day_that_was_missed_until_midnight_is_left_to_the_next():
    assert day_of(17, KARACHI, EVERY_DAY, NOON + timedelta(hours=7)) is None


def test_the_day_is_the_one_of_the_zone_not_of_utc():
    late = datetime(2026, 3, 2, 20, tzinfo=UTC)
    assert day_of(0, KARACHI, EVERY_DAY, late) == date(2026, 3, 3)
    assert day_of(8, APIA, EVERY_DAY, late) == date(2026, 3, 3)


def test_only_chosen_weekdays_have_a_digest():
    assert day_of(17, KARACHI, (2, 3), NOON) is None
    assert day_of(17, KARACHI, (1,), NOON) == MONDAY


@pytest.mark.parametrize(
    ("hour", "due"),
    [
        (17, datetime(2026, 3, 29, 16, tzinfo=UTC)),  # summer time began in the night
        (1, datetime(2026, 3, 29, 1, tzinfo=UTC)),  # 01:00 does not exist on this day: it is 02:00 at once
    ],
)
def test_on_the_day_of_summer_time_the_hour_is_the_one_on_the_clock(hour: int, due: datetime):
    assert day_of(hour, LONDON, EVERY_DAY, due - timedelta(seconds=1)) is None
    assert day_of(hour, LONDON, EVERY_DAY, due) == date(2026, 3, 29)


def test_an_hour_that_comes_twice_is_due_at_the_first():
    assert day_of(1, LONDON, EVERY_DAY, datetime(2026, 10, 25, 0, tzinfo=UTC)) == date(2026, 10, 25)


def test_what_was_not_told_is_named_with_the_reason():
    day = BrandDay("Rose Cart", (item(why_not="someone silenced it", owner="Amna"),), untold=1)
    message = told(day)
    assert message.subject == "Digest of 2 March, Rose Cart: 1 incident not told here"
    (row,) = message.sections[0].rows
    assert (row.label, row.value) == ("[high] Rose Cart, Refund: 14 negative in 40 min", "goes on for 3 h")
    assert row.beside == "Amna looks after it; not told here: someone silenced it"
    assert message.facts == (("Rose Cart", "1 incident not told here"),)


def test_what_nobody_looks_after_comes_first_and_is_the_next_step():
    message = told(
        BrandDay("Rose Cart", (item(acknowledged_by="Ravi"),), untaken=1, late=2, longest=timedelta(hours=5))
    )
    first, late = message.sections[0].rows
    assert (first.tone, first.beside) == ("bad", "nobody looks after it, Ravi has seen it")
    assert (late.value, late.beside) == ("2", "the longest is late by 5 h")
    assert message.next_step == "Take the open incidents that nobody looks after."
    assert message.link == "https://watch.example/incident"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (IncidentState.CALMED, "calming down after 3 h"),
        (IncidentState.RESOLVED, "over after 3 h"),
        (IncidentState.DISMISSED, "dismissed as no trouble"),
    ],
)
def test_what_does_not_go_on_says_how_it_ended(state: IncidentState, words: str):
    (row,) = told(BrandDay("Rose Cart", (item(state=state, why_not="x"),), untold=1)).sections[0].rows
    assert (row.value, row.beside) == (words, "not told here: x")


def test_near_misses_complaints_and_texts_to_check_are_told_as_well():
    day = BrandDay(
        "Rose Cart", nearly=3, strongest="6 negative in 2 h.", late=1, longest=timedelta(hours=1), to_check=4
    )
    message = told(day)
    assert message.subject.endswith("1 complaint waiting too long, 3 near misses, 4 texts to check")
    assert [(row.label, row.value) for row in message.sections[0].rows] == [
        ("Complaints waiting too long", "1"),
        ("Nearly an incident", "3"),
        ("Texts to check", "4"),
    ]
    assert message.next_step == "Answer the complaints that wait longest."


def test_brands_without_news_are_left_out_and_all_others_are_counted_together():
    message = told(BrandDay("Rose Cart", nearly=1), BrandDay("Quiet"), BrandDay("Mirchado", nearly=2))
    assert [section.title for section in message.sections] == ["Rose Cart", "Mirchado"]
    assert message.subject == "Digest of 2 March, Rose Cart, Mirchado: 3 near misses"


def test_a_day_without_news_says_so():
    message = told(BrandDay("Rose Cart"))
    assert BrandDay("Rose Cart").is_empty
    assert message.subject == "Digest of 2 March: nothing new"
    assert message.sentence == "Nothing happened since 1 Mar 17:00 PKT that this channel was not told of."


def test_more_incidents_and_brands_than_a_message_holds_are_counted():
    many = BrandDay(
        "Rose Cart", tuple(item(why_not="x") for _ in range(LISTED)), untold=40, late=1, nearly=1, to_check=1
    )
    rows = told(many).sections[0].rows
    assert len(rows) == MAX_ROWS
    assert rows[LISTED].beside == "40 incidents not told here; 1 complaint waiting too long"
    brands = [BrandDay(f"Brand {number}", nearly=1) for number in range(40)]
    sections = told(*brands).sections
    assert (len(sections), sections[-1].title) == (MAX_SECTIONS, "29 more brands")
    assert sections[-1].rows[-1].label == "And 15 more"


def test_people_are_quoted_once_for_each_incident():
    quote = Quote("No refund.", "author 1", "reviews", "en", "", 0.9, NOON)
    day = BrandDay("Rose Cart", (item(quotes=(quote, quote)), item(quotes=(quote,))), untaken=2)
    assert len(told(day).sections[0].quotes) == 2


def test_a_digest_interrupts_nobody():
    message = told(BrandDay("Rose Cart", (item(severity=Severity.CRITICAL),), untaken=1))
    assert (message.severity, message.kind) == (Severity.WATCH, "digest")


def test_the_most_urgent_is_listed_first():
    untaken = item(severity=Severity.HIGH)
    taken = item(severity=Severity.CRITICAL, owner="Amna")
    over = item(severity=Severity.CRITICAL, state=IncidentState.RESOLVED)
    notice = item(severity=Severity.WATCH)
    assert sorted((over, notice, taken, untaken), key=urgency) == [untaken, taken, notice, over]
    assert not notice.is_untaken
