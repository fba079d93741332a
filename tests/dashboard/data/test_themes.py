"""Tests of complaints and compliments per theme, on a few texts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from dashboard.data import theme_detail, themes
from dashboard.data.themes import Step, ThemeRow
from monitor.models import Brand, CaseState, Location, Mention, MentionBrand, Snapshot
from tests.factories import (
    database_session,
    make_author,
    make_case,
    make_coverage,
    make_mention,
    make_source,
    make_theme,
)

ZONE = ZoneInfo("Asia/Karachi")
NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)  # a Friday, 17:30 in Karachi
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Voices:
    """Says things about a brand whose source was heard all the time."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.brand = session.get_one(Brand, 1)
        self.source = make_source(session, self.brand, "shop-reviews")
        self.other = make_source(session, self.brand, "shop-blog")
        for source in (self.source, self.other):
            make_coverage(session, source, NOW - 400 * DAY, NOW)
        make_theme(session, "refund", "Refunds")

    def say(self, at: datetime, *, praise: bool = False, number: int = 1, **values: object) -> Mention:
        told = {"themes": ("refund",), "negative": 0.02 if praise else 0.9} | values
        source = told.pop("source", self.source)
        text = str(told.pop("text", "praise" if praise else "complaint"))
        return [
            make_mention(self.session, self.brand, source, f"{text} {at} {i}", at=at, **told) for i in range(number)
        ][-1]


@pytest.fixture
def voices(empty: str) -> Iterator[Voices]:
    with database_session(empty) as session:
        yield Voices(session)


def _row(voices: Voices, days: int = 7, slug: str = "refund") -> ThemeRow:
    voices.session.commit()
    found = themes.board(1, days, NOW, ZONE).of(slug)
    assert found is not None
    return found


def test_complaints_and_compliments_stand_beside_those_before(voices: Voices):
    voices.say(NOW - DAY, number=4)
    voices.say(NOW - DAY, praise=True)
    voices.say(NOW - 8 * DAY, number=2)
    voices.say(NOW - 8 * DAY, praise=True, number=3)
    row = _row(voices)
    assert (round(row.complaints, 2), round(row.complaints_before or 0, 2)) == (3.62, 1.86)
    assert (row.compliments, row.compliments_before) == (1, 3)
    assert (row.name, row.mentions, round(row.share or 0, 2)) == ("Refunds", 5, 0.72)


def test_the_days_before_end_at_the_same_time_of_day(voices: Voices):
    voices.say(NOW - HOUR)
    voices.say(NOW - 7 * DAY + 2 * HOUR)  # later in the day than now: in neither
    voices.say(NOW - 7 * DAY + 2 * HOUR, praise=True)
    row = _row(voices)
    assert (round(row.complaints, 1), row.complaints_before) == (0.9, 0.0)
    assert (row.compliments, row.compliments_before) == (0, 0)


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [((20, 2), (5, 1), Step.MORE), ((5, 1), (20, 2), Step.LESS), ((6, 1), (4, 1), None), ((2.5, 0), (0, 0), None)],
)
def test_rising_is_more_than_chance_explains(now: tuple[float, float], before: tuple[float, float], told: Step | None):
    assert themes.step(now, before) is told


def test_a_time_that_was_not_heard_is_not_compared(voices: Voices, empty: str):
    voices.session.execute(Mention.metadata.tables["coverage"].delete())
    make_coverage(voices.session, voices.source, NOW - 7 * DAY, NOW)
    voices.say(NOW - DAY)
    row = _row(voices)
    assert (row.complaints_before, row.compliments_before, row.complaints_step) == (None, None, None)


def test_a_complaint_that_comes_back_each_week_is_marked(voices: Voices):
    for week in range(1, 6):
        voices.say(NOW - week * 7 * DAY, number=4)
    voices.say(NOW - 7 * DAY, number=4, themes=("staff",))
    row = _row(voices, 30)
    assert (row.weeks_in_a_row, row.is_recurring) == (5, True)
    assert not _row(voices, 30, "staff").is_recurring


def test_a_week_without_it_ends_the_row_and_the_present_one_does_not_count_yet(voices: Voices):
    for week in (1, 2, 4, 5):
        voices.say(NOW - week * 7 * DAY, number=4)
    assert _row(voices, 30).weeks_in_a_row == 2


def test_a_small_part_of_all_complaints_is_not_recurring(voices: Voices):
    for week in range(1, 6):
        voices.say(NOW - week * 7 * DAY, number=4)
        voices.say(NOW - week * 7 * DAY, number=45, themes=("staff",))
    assert (_row(voices, 30).weeks_in_a_row, _row(voices, 30, "staff").weeks_in_a_row) == (0, 5)


def test_complaints_that_spread_evenly_over_six_themes_make_none_of_them_recurring(voices: Voices):
    slugs = ("refund", "staff", "delivery", "quality", "price", "app")
    for week in range(1, 6):
        for slug in slugs:
            voices.say(NOW - week * 7 * DAY, number=4, themes=(slug,))
    assert [_row(voices, 30, slug).weeks_in_a_row for slug in slugs] == [0] * 6


def test_bars_are_days_of_the_brand_or_weeks(voices: Voices):
    voices.say(datetime(2026, 11, 19, 20, tzinfo=UTC))  # 01:00 on the 20th in Karachi
    voices.say(datetime(2026, 11, 18, 20, tzinfo=UTC), praise=True)
    days, weeks = _row(voices).bars, _row(voices, 90).bars
    assert [(bar.start.day, round(bar.complaints, 1), bar.compliments) for bar in days[-3:]] == [
        (18, 0.0, 0), (19, 0.0, 1), (20, 0.9, 0),
    ]  # fmt: skip
    assert (len(days), len(weeks), weeks[-1].start.weekday()) == (7, 14, 0)
    assert (round(weeks[-1].complaints, 2), weeks[-1].compliments) == (0.92, 1)


def test_a_theme_that_nobody_mentioned_is_left_out(voices: Voices):
    make_theme(voices.session, "parking", "Parking")
    voices.say(NOW - DAY)
    voices.session.commit()
    assert [row.slug for row in themes.board(1, 7, NOW, ZONE).rows] == ["refund"]


def _detail(voices: Voices) -> theme_detail.Detail:
    voices.session.commit()
    return theme_detail.detail(1, "refund", 7, NOW, ZONE)


def test_texts_are_told_apart_by_language_source_and_branch(voices: Voices):
    clifton = Location(brand_id=1, slug="clifton", name="Clifton")
    voices.session.add(clifton)
    voices.session.flush()
    told = voices.say(NOW - DAY, language="ur", source=voices.other)
    voices.session.get_one(MentionBrand, (told.id, 1)).location_id = clifton.id
    voices.say(NOW - DAY, language="ur")
    voices.say(NOW - DAY, language="en", praise=True)
    found = _detail(voices)
    assert [(one.key, one.complaints, one.compliments) for one in found.languages] == [("ur", 2, 0), ("en", 0, 1)]
    assert [(one.key, one.complaints, one.compliments) for one in found.sources] == [
        ("shop-reviews", 1, 1), ("shop-blog", 1, 0),
    ]  # fmt: skip
    assert [(one.key, one.complaints) for one in found.locations] == [("Clifton", 1)]


def test_stars_are_the_median_of_what_was_rated(voices: Voices):
    for rating in (1.0, 2.0, 5.0, None):
        voices.say(NOW - DAY, rating=rating)
    stars = _detail(voices).stars
    assert stars is not None
    assert (stars.median, stars.number) == (2.0, 3)


def test_examples_are_the_newest_and_the_most_heard_by_different_people(voices: Voices):
    author = make_author(voices.session, at=NOW)
    for hours in (1, 2):
        voices.say(NOW - hours * HOUR, text=f"same person {hours}", author=author)
    voices.say(NOW - 3 * HOUR, text="another")
    loud = voices.say(NOW - 50 * HOUR, text="loud")
    loud.author_followers = 9000
    liked = voices.say(NOW - 60 * HOUR, text="liked")
    voices.session.add(Snapshot(mention_id=liked.id, taken_at=NOW, likes=40, reposts=2))
    found = _detail(voices).complaints
    assert [one.text.text.split(" 20")[0] for one in found.newest] == ["same person 1", "another"]
    assert [(one.text.mention_id, one.reach) for one in found.heard] == [(loud.id, 9000), (liked.id, 42)]
    assert _detail(voices).compliments.newest == ()


def test_what_was_deleted_or_is_about_something_else_is_no_example(voices: Voices):
    gone = voices.say(NOW - HOUR)
    gone.deleted_at = NOW
    voices.say(NOW - HOUR, themes=("staff",))
    voices.say(NOW - 9 * DAY)
    assert _detail(voices).complaints.newest == ()


def test_open_cases_of_a_theme_are_counted_with_the_late_ones(voices: Voices):
    for hours, state in ((3, CaseState.NEW), (0.5, CaseState.OWNED), (3, CaseState.SOLVED)):
        mention = voices.say(NOW - hours * HOUR, themes=("refund", "staff"))
        make_case(voices.session, mention, at=NOW - hours * HOUR, state=state)
    voices.session.commit()
    found = theme_detail.open_cases(1, NOW)
    assert (found["refund"].open, found["refund"].late, found["staff"].open) == (2, 1, 2)
