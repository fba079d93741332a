"""Which locations a trouble is about: those that a good part of its texts name."""

from sqlmodel import Session, select

from monitor.models import Brand, Location, MentionBrand
from monitor.store import locations
from tests.factories import make_brand, make_mention, make_source


def located(session: Session, brand: Brand, *slugs: str) -> list[int]:
    """A text for each slug, "" for none; their ids."""
    source = make_source(session, brand, slug=f"source-{brand.slug}")
    ids = {}
    for slug in {*slugs} - {""}:
        session.add(row := Location(brand_id=brand.id, slug=slug, name=slug.capitalize()))
        session.flush()
        ids[slug] = row.id
    found = []
    for slug in slugs:
        number = make_mention(session, brand, source).id
        link = session.exec(select(MentionBrand).where(MentionBrand.mention_id == number)).one()
        link.location_id = ids.get(slug)
        found.append(number)
    session.flush()
    return found


def test_a_location_needs_a_quarter_of_the_texts_that_have_one(session: Session):
    brand = make_brand(session)
    texts = located(session, brand, "saddar", "clifton", "clifton", "clifton", "", "", "", "")
    assert locations.of_mentions(session, brand.id, texts) == ("clifton", "saddar")
    more = texts + located(session, make_brand(session, "other"), "clifton") + texts
    assert locations.of_mentions(session, brand.id, more) == ("clifton", "saddar")
    assert locations.of_mentions(session, brand.id, [texts[0]]) == ("saddar",)


def test_a_location_that_few_texts_name_is_none_of_the_trouble(session: Session):
    brand = make_brand(session)
    texts = located(session, brand, "saddar", *["clifton"] * 4)
    assert locations.of_mentions(session, brand.id, texts) == ("clifton",)


def test_texts_without_a_location_are_about_none(session: Session):
    brand = make_brand(session)
    assert locations.of_mentions(session, brand.id, located(session, brand, "", "")) == ()
    assert locations.of_mentions(session, brand.id, []) == ()


def test_any_number_of_texts_can_be_asked_for(session: Session):
    brand = make_brand(session)
    texts = located(session, brand, "saddar")
    assert locations.of_mentions(session, brand.id, [*range(10_000, 80_000), *texts]) == ("saddar",)
