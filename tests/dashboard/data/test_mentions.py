"""Results of a search: pages, counts beside each choice, and copies."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from dashboard.data import mentions
from dashboard.data.asked import Asked, Sort, WithCase
from dashboard.data.brands import BrandRow, brands
from dashboard.data.mentions import Choice, Results
from monitor.clock import utcnow
from monitor.models import Brand, Source, Story
from monitor.store import spelling
from tests.dashboard.pages import write_config
from tests.factories import database_session, make_brand, make_case, make_incident, make_mention, make_source

NOW = utcnow()
MINUTE = timedelta(minutes=1)


def _fill(session: Session) -> tuple[Brand, Source]:
    brand = session.get_one(Brand, 1)
    return brand, make_source(session, brand, "shop")


@pytest.fixture
def shop(empty: str) -> BrandRow:
    """Three mentions with different facts, the newest first in the alphabet."""
    with database_session(empty) as session:
        brand, source = _fill(session)
        make_mention(session, brand, source, "c late", at=NOW - 3 * MINUTE, negative=0.6, language="ur")
        taken = make_mention(session, brand, source, "b late", at=NOW - 2 * MINUTE, themes=["refund"], rating=1.0)
        make_mention(session, brand, source, "a fine", at=NOW - MINUTE, negative=0.1, rating=5.0)
        make_case(session, taken, incident=make_incident(session, brand, [taken]))
        session.commit()
    return brands()[0]


@pytest.fixture
def twenty_five(empty: str) -> BrandRow:
    with database_session(empty) as session:
        brand, source = _fill(session)
        for number in range(25):
            make_mention(session, brand, source, f"text {number}", at=NOW - number * MINUTE, negative=number / 30)
        session.commit()
    return brands()[0]


def _texts(found: Results) -> list[str]:
    return [told.first.text.text for told in found.told]


def test_results_come_newest_first_with_what_people_did(shop: BrandRow):
    found = mentions.results(shop, Asked(), None)
    assert _texts(found) == ["a fine", "b late", "c late"]
    assert (found.told[1].first.case_id, found.told[1].first.incident_id) == (1, 1)
    assert (found.counted, found.more, found.older) == (3, False, None)


def test_the_most_negative_can_come_first(shop: BrandRow):
    assert _texts(mentions.results(shop, Asked(sort=Sort.NEGATIVE), None)) == ["b late", "c late", "a fine"]


@pytest.mark.parametrize(
    ("asked", "texts"),
    [
        (Asked("late"), ["b late", "c late"]),
        (Asked("late", language="ur"), ["c late"]),
        (Asked(theme="refund"), ["b late"]),
        (Asked(theme="unknown"), []),
        (Asked(source="shop", rating=2), ["b late"]),
        (Asked(source="unknown"), []),
        (Asked(case=WithCase.NO), ["a fine", "c late"]),
    ],
)
def test_results_are_narrowed(shop: BrandRow, asked: Asked, texts: list[str]):
    assert _texts(mentions.results(shop, asked, None)) == texts


def test_choices_are_counted_among_the_results(shop: BrandRow):
    facets = mentions.results(shop, Asked("late"), None).facets
    assert facets["language"] == (Choice("en", 1), Choice("ur", 1)) or facets["language"][0].number == 1
    assert facets["theme"] == (Choice("refund", 1),)
    assert facets["sentiment"] == (Choice("negative", 2),)
    assert facets["source"] == (Choice("shop", 2),)


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_follow_each_other(twenty_five: BrandRow, sort: Sort):
    asked = Asked(sort=sort)
    first = mentions.results(twenty_five, asked, None)
    second = mentions.results(twenty_five, asked, first.older)
    assert len(first.told) == mentions.ON_PAGE
    assert len(set(_texts(first) + _texts(second))) == 25
    assert second.older is None


def test_many_results_are_counted_to_a_limit(twenty_five: BrandRow, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mentions, "COUNTED", 10)
    found = mentions.results(twenty_five, Asked(), None)
    assert (found.counted, found.more) == (10, True)


def test_a_position_of_another_search_begins_at_the_top_of_the_order(twenty_five: BrandRow):
    found = mentions.results(twenty_five, Asked(sort=Sort.NEGATIVE), 5)
    assert _texts(found)[0] == "text 24"


def test_copies_stand_under_the_newest_of_their_story(empty: str):
    with database_session(empty) as session:
        brand, source = _fill(session)
        story = Story(fingerprint="f", first_seen_at=NOW)
        session.add(story)
        session.flush()
        for number in range(30):
            copy = make_mention(session, brand, source, f"copy {number}", at=NOW - number * MINUTE)
            copy.story_id = story.id
        make_mention(session, brand, source, "alone", at=NOW - 99 * MINUTE)
        session.commit()
    found = mentions.results(brands()[0], Asked(), None)
    assert _texts(found) == ["copy 0", "alone"]
    assert (len(found.told[0].copies), found.told[0].voices) == (29, 30)
    of_story = mentions.results(brands()[0], Asked(story=1), None)
    assert len(of_story.told) == mentions.ON_PAGE
    assert not of_story.told[0].copies


def test_copies_about_another_brand_only_are_not_told(empty: str):
    with database_session(empty) as session:
        brand, source = _fill(session)
        other = make_brand(session, "other")
        story = Story(fingerprint="f", first_seen_at=NOW)
        session.add(story)
        session.flush()
        for about in (brand, brand, other):
            make_mention(session, about, source, "copy", at=NOW - MINUTE).story_id = story.id
        session.commit()
    told = mentions.results(brands()[0], Asked(), None).told
    assert [(len(one.copies), one.voices) for one in told] == [(1, 2)]


def test_an_author_is_called_by_pseudonym(shop: BrandRow):
    author = mentions.results(shop, Asked(), None).told[0].first.author_id or 0
    assert mentions.pseudonym(author).startswith("author ")
    assert mentions.pseudonym(999) == ""


def test_an_address_of_a_brand_shows_times_of_its_zone(shop: BrandRow):
    yesterday = (NOW.astimezone(shop.zone) - timedelta(days=1)).date()
    today = NOW.astimezone(shop.zone).date()
    assert _texts(mentions.results(shop, replace(Asked(), until=yesterday - timedelta(days=1)), None)) == []
    assert len(_texts(mentions.results(shop, replace(Asked(), since=yesterday, until=today), None))) == 3


def test_a_word_that_nobody_wrote_is_searched_as_people_write_it(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("EMBERWATCH_CONFIG", str(write_config(tmp_path, postgresql_url)))
    with database_session(postgresql_url) as session:
        make_brand(session)
        brand, source = _fill(session)
        for number in range(25):
            make_mention(session, brand, source, f"Delivery number {number} was late", at=NOW - number * MINUTE)
        counted = spelling.count_anew(session, NOW)
        session.commit()
    if not counted:
        pytest.skip("this PostgreSQL has no pg_trgm")
    shop = brands()[0]
    found = mentions.results(shop, Asked(q="late delivry"), None)
    assert (found.counted, found.instead, len(found.told)) == (25, "late delivery", 20)
    assert len(mentions.results(shop, Asked(q="late delivry"), found.older).told) == 5
    assert mentions.results(shop, Asked(q="insurance"), None).instead == ""
