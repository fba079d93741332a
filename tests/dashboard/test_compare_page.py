"""Tests of the page Compare, and of where a competitor can be chosen."""

from sqlmodel import Session, select

from monitor.clock import utcnow
from monitor.models import Brand, Location, MentionBrand, SourceBrand
from tests.dashboard.pages import open_page, words_of
from tests.factories import database_session, make_brand, make_coverage, make_mention, make_source

HOSTILE = "<img src=x onerror=alert(1)>"


def beside(session: Session, name: str = "Rival Cart") -> None:
    """The brand with a competitor at one source, and a text about each."""
    now = utcnow()
    brand = session.exec(select(Brand)).one()
    rival = make_brand(session, "rival", name)
    rival.competitor = True
    news = make_source(session, brand, "news")
    session.add(SourceBrand(source_id=news.id, brand_id=rival.id))
    make_coverage(session, news, now.replace(year=now.year - 1), now)
    make_mention(session, brand, news, at=now, themes=("delivery",))
    make_mention(session, rival, news, at=now, negative=0.2)
    session.commit()


def test_with_one_brand_it_says_how_to_add_another(empty: str) -> None:
    shown = words_of(open_page("compare"))
    assert "There is one brand, and nothing to put beside it" in shown
    assert "<code>competitor: true</code>" in shown


def test_without_branches_it_says_how_to_name_them(empty: str) -> None:
    shown = words_of(open_page("compare"))
    assert "No text is known to be about a branch" in shown
    assert "<code>locations:</code>" in shown


def test_brands_stand_side_by_side_with_their_share_of_voice_in_words(empty: str) -> None:
    with database_session(empty) as session:
        beside(session)
    shown = words_of(open_page("compare", days="7"))
    assert shown.count("<b>50%</b>") == 2
    assert "competitor" in shown
    assert "at the 1 source that is watched for all of them" in shown


def test_without_a_shared_source_it_names_the_setting_as_code(empty: str) -> None:
    with database_session(empty) as session:
        rival = make_brand(session, "rival", "Rival Cart")
        make_mention(session, rival, make_source(session, rival, "news"), at=utcnow())
        session.commit()
    shown = words_of(open_page("compare", days="7"))
    assert "No source is watched for all of them" in shown
    assert "<code>brands</code>" in shown


def test_a_hostile_name_is_escaped(empty: str) -> None:
    with database_session(empty) as session:
        beside(session, HOSTILE)
        brand = session.exec(select(Brand).where(Brand.slug == "rosecart")).one()
        place = Location(brand_id=brand.id or 0, slug="x", name=HOSTILE)
        session.add(place)
        session.flush()
        link = session.exec(select(MentionBrand).where(MentionBrand.brand_id == brand.id)).one()
        link.location_id = place.id
        session.commit()
    app = open_page("compare", days="7")
    assert not app.exception
    assert HOSTILE not in words_of(app)


def test_a_competitor_can_be_read_in_mentions_and_not_worked_on(empty: str) -> None:
    with database_session(empty) as session:
        beside(session)
    app = open_page("mentions", brand="rival")
    assert any("Rival Cart (competitor)" in choice for box in app.selectbox for choice in box.options)
    labels = [button.label for button in app.button]
    assert "Open in the inbox" not in labels


def test_a_competitor_is_no_choice_in_the_inbox(empty: str) -> None:
    with database_session(empty) as session:
        beside(session)
    app = open_page("inbox")
    assert not any("Rival Cart" in str(choice) for box in app.selectbox for choice in box.options)
