"""Many rows are changed at once, those that are named and no others."""

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.models import Mention, MentionBrand
from monitor.store import bulk
from tests.factories import make_brand, make_mention, make_source


def made(session: Session, *called: str) -> list[Mention]:
    brand = make_brand(session)
    source = make_source(session, brand)
    return [make_mention(session, brand, source, title=title) for title in called]


def titles(session: Session) -> list[str]:
    return list(session.exec(select(Mention.title).order_by(col(Mention.id))))


def test_each_row_gets_its_own_value(session: Session):
    ids = [one.id for one in made(session, "", "", "")]
    bulk.change(session, Mention, {"id": ids[:2]}, {"title": ["a", "b"]})
    assert titles(session) == ["a", "b", ""]


def test_a_row_that_says_something_else_by_now_is_left(session: Session):
    one, other = made(session, "x", "y")
    bulk.change(session, Mention, {"id": [one.id, other.id], "title": ["x", "x"]}, {"title": ["a", "b"]})
    assert titles(session) == ["a", "y"]


def test_nothing_to_change_is_no_statement(session: Session):
    bulk.change(session, Mention, {"id": []}, {"title": []})
    bulk.save(session, [], "title")


def test_what_was_set_on_objects_is_saved_and_nothing_else_is(session: Session):
    texts = made(session, "a", "b")
    session.commit()
    links = session.exec(select(MentionBrand).order_by(col(MentionBrand.mention_id))).all()
    with session.no_autoflush:
        links[0].relevance, texts[0].title = 0.25, "not asked for"
        bulk.save(session, links, "relevance", "location_id")
        stored = session.exec(select(col(MentionBrand.relevance)).order_by(col(MentionBrand.mention_id))).all()
    assert (stored[0], stored[1]) == (0.25, links[1].relevance)
    assert not sa.inspect(links[0]).attrs["relevance"].history.has_changes()
    assert sa.inspect(texts[0]).attrs["title"].history.has_changes()
    session.rollback()
    assert links[0].relevance != 0.25
