"""Tests of brands and branches side by side."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from dashboard.data import comparing
from dashboard.data.brands import brands
from dashboard.data.comparing import Side
from monitor.models import Brand, Location, Mention, MentionBrand, Source, SourceBrand
from tests.factories import NOON, database_session, make_brand, make_coverage, make_mention, make_rating, make_source

NOW = NOON + timedelta(hours=2)
KARACHI = ZoneInfo("Asia/Karachi")


def sides(days: int = 30) -> tuple[Side, ...]:
    return comparing.side_by_side(brands()[0], days, NOW).sides


@pytest.fixture
def session(empty: str) -> Iterator[Session]:
    with database_session(empty) as session:
        yield session
        session.commit()


@pytest.fixture
def ours(session: Session) -> tuple[Brand, Source]:
    brand = session.exec(select(Brand)).one()
    source = make_source(session, brand, "news")
    make_coverage(session, source, NOON - timedelta(days=60), NOW)
    return brand, source


@pytest.fixture
def rival(session: Session, ours: tuple[Brand, Source]) -> Brand:
    """A competitor, of which the same source tells."""
    brand = make_brand(session, "rival", "Rival Cart")
    brand.competitor = True
    session.add(SourceBrand(source_id=ours[1].id, brand_id=brand.id))
    session.flush()
    return brand


def test_the_chosen_brand_comes_first_and_a_competitor_is_marked(
    session: Session, ours: tuple[Brand, Source], rival: Brand
) -> None:
    session.commit()
    assert [(side.slug, side.competitor) for side in sides()] == [("rosecart", False), ("rival", True)]


def test_a_competitor_is_no_brand_to_choose_but_where_one_only_reads(
    session: Session, ours: tuple[Brand, Source], rival: Brand
) -> None:
    session.commit()
    assert [row.slug for row in brands()] == ["rosecart"]
    assert [row.slug for row in brands(competitors=True)] == ["rosecart", "rival"]


def test_the_share_of_voice_is_of_the_sources_that_are_watched_for_all(
    session: Session, ours: tuple[Brand, Source], rival: Brand
) -> None:
    brand, news = ours
    own = make_source(session, brand, "own-page")
    for _ in range(3):
        make_mention(session, brand, news)
    make_mention(session, rival, news)
    for _ in range(8):
        make_mention(session, brand, own)
    session.commit()
    found = comparing.side_by_side(brands()[0], 7, NOW)
    assert [side.voice for side in found.sides] == [0.75, 0.25]
    assert (found.shared, [side.mentions for side in found.sides]) == (1, [11.0, 1.0])
    assert [side.alone for side in found.sides] == [1, 0]


def test_without_a_source_for_all_there_is_no_share_of_voice(session: Session, ours: tuple[Brand, Source]) -> None:
    other = make_brand(session, "lily", "Lily Box")
    make_mention(session, other, make_source(session, other, "forum"))
    make_mention(session, *ours)
    session.commit()
    assert [side.voice for side in sides()] == [None, None]


def test_what_nobody_listened_to_is_not_known(session: Session, ours: tuple[Brand, Source]) -> None:
    make_brand(session, "lily", "Lily Box")
    session.commit()
    found = {side.slug: side for side in comparing.side_by_side(brands()[1], 7, NOW).sides}
    assert (found["lily"].mentions, found["rosecart"].mentions) == (None, 0.0)


def test_complaints_are_a_part_of_the_brands_own_mentions(
    session: Session, ours: tuple[Brand, Source], rival: Brand
) -> None:
    brand, news = ours
    make_mention(session, brand, news, themes=("delivery",), negative=0.8)
    make_mention(session, brand, news, negative=0.0)
    make_mention(session, rival, news, themes=("refund",), negative=0.6)
    session.commit()
    found = comparing.side_by_side(brands()[0], 7, NOW)
    assert [dict(side.complaints) for side in found.sides] == [{"delivery": 0.4}, {"refund": 0.6}]
    assert found.themes == ("refund", "delivery")


def test_the_negative_share_has_the_interval_of_its_reading(session: Session, ours: tuple[Brand, Source]) -> None:
    make_mention(session, *ours, negative=0.9)
    session.commit()
    share = sides()[0].negative
    assert share is not None
    assert (share.value, round(share.low, 3), share.high) == (0.9, 0.312, 1.0)


def test_ratings_on_pages_are_weighed_by_how_many_people_rated(session: Session, ours: tuple[Brand, Source]) -> None:
    make_rating(session, ours[1], 5.0, NOON, "Kettle", ratings=300)
    make_rating(session, ours[1], 10.0, NOON, "Pan", ratings=100, worst=0.0, best=10.0)
    make_rating(session, ours[1], 1.0, NOON, "Cup", ratings=400)
    session.commit()
    assert (sides()[0].stars, sides()[0].rated) == (3.0, 800)


def test_what_a_source_shows_that_tells_of_several_brands_is_nobodys_rating(
    session: Session, ours: tuple[Brand, Source], rival: Brand
) -> None:
    make_rating(session, ours[1], 5.0, NOON)
    session.commit()
    assert [side.stars for side in sides()] == [None, None]


def test_what_is_older_than_the_days_is_left_out(session: Session, ours: tuple[Brand, Source]) -> None:
    make_mention(session, *ours, at=NOON - timedelta(days=20))
    session.commit()
    assert [sides(days)[0].mentions for days in (7, 30)] == [0.0, 1.0]


def located(session: Session, mention: Mention, brand: Brand, place: Location) -> None:
    link = session.get_one(MentionBrand, (mention.id, brand.id))
    link.location_id = place.id
    session.flush()


@pytest.fixture
def places(session: Session, ours: tuple[Brand, Source]) -> tuple[Location, Location]:
    made = tuple(Location(brand_id=ours[0].id, slug=slug, name=slug.title()) for slug in ("anarkali", "gulberg"))
    session.add_all(made)
    session.flush()
    return made[0], made[1]


def test_branches_stand_side_by_side_the_most_mentions_first(
    session: Session, ours: tuple[Brand, Source], places: tuple[Location, Location]
) -> None:
    brand, _ = ours
    bad = make_mention(session, *ours, negative=0.8, rating=1, themes=("staff",))
    good = [make_mention(session, *ours, negative=0.1, rating=5) for _ in range(2)]
    located(session, bad, brand, places[1])
    for mention in good:
        located(session, mention, brand, places[0])
    make_mention(session, *ours)
    session.commit()
    first, second = comparing.branches(brand.id or 0, 7, NOW, KARACHI).sides
    assert (first.name, first.mentions, first.stars, dict(first.complaints)) == ("Anarkali", 2.0, 5.0, {})
    assert (second.name, second.stars, dict(second.complaints)) == ("Gulberg", 1.0, {"staff": 0.8})


def test_with_very_many_texts_about_branches_fewer_days_are_read(
    session: Session, ours: tuple[Brand, Source], places: tuple[Location, Location], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "MOST_TEXTS", 2)
    for back in (0, 10, 20, 40):
        located(session, make_mention(session, *ours, at=NOON - timedelta(days=back)), ours[0], places[0])
    session.commit()
    found = comparing.branches(ours[0].id or 0, 90, NOW, KARACHI)
    assert (found.days, found.sides[0].mentions) == (7, 1.0)
