"""What the reviews of a source were like before."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.facts import MentionKind, Reviewed
from monitor.store import reviewed
from tests.factories import NOON, make_author, make_brand, make_mention, make_source

DAY = timedelta(days=1)
SPAN = (NOON - 28 * DAY, NOON - 3 * DAY)


def test_newcomers_and_stars_of_the_weeks_before_are_counted(session: Session):
    brand = make_brand(session)
    source, old = make_source(session, brand), make_author(session)
    make_mention(session, brand, source, at=NOON - 25 * DAY, author=old, rating=5)
    make_mention(session, brand, source, at=NOON - 9 * DAY, author=old, rating=3)
    make_mention(session, brand, source, at=NOON - 8 * DAY)
    assert reviewed.before(session, brand.id, ["reviews"], *SPAN) == {"reviews": Reviewed(2, 1, 2, 1.5)}


def test_what_is_young_old_deleted_no_review_or_about_another_brand_is_left_out(session: Session):
    brand, other = make_brand(session), make_brand(session, "other")
    source = make_source(session, brand)
    make_mention(session, brand, source, at=NOON - 2 * DAY)
    make_mention(session, brand, source, at=NOON - 29 * DAY)
    make_mention(session, brand, source, at=NOON - 9 * DAY, kind=MentionKind.POST)
    make_mention(session, brand, source, at=NOON - 9 * DAY, kind=MentionKind.SURVEY, rating=1)
    make_mention(session, other, source, at=NOON - 9 * DAY)
    gone = make_mention(session, brand, source, at=NOON - 9 * DAY)
    gone.deleted_at = NOON
    session.add(gone)
    assert reviewed.before(session, brand.id, ["reviews", "nowhere"], *SPAN) == {}


def test_a_review_by_nobody_known_is_by_neither(session: Session):
    brand = make_brand(session)
    mention = make_mention(session, brand, make_source(session, brand), at=NOON - 9 * DAY, rating=1)
    mention.author_id = None
    session.add(mention)
    assert reviewed.before(session, brand.id, ["reviews"], *SPAN) == {"reviews": Reviewed(rated=1)}


@pytest.mark.sqlite("reads SQLite's query plans")
def test_the_newest_of_a_source_are_found_by_its_index_without_sorting(session: Session):
    asked = {"brand": 1, "slug": "reviews", "since": SPAN[0], "until": SPAN[1]}
    query = reviewed._REVIEWS.params(**asked).compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = " ".join(str(row) for row in session.execute(sa.text(f"EXPLAIN QUERY PLAN {query}")))
    assert "ix_mention_source_id" in plan
    assert "TEMP B-TREE" not in plan
