"""Tests of what is not done for a competitor, which is read and counted like any brand."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from monitor.errors import AnswerRefused
from monitor.jobs import answer, detect, digest
from monitor.models import Brand, Case, Incident, Mention, MentionBrand, Source
from monitor.status.figures import gather
from monitor.store import complaints, praise
from monitor.store.reached import Reached
from tests.contexts import BRAND, make_context
from tests.factories import NOON, make_brand, make_coverage, make_mention, make_source, person

NOW = NOON + timedelta(hours=1)
FORUM = {"id": "forum", "type": "feed", "brands": ["rival"], "params": {"url": "https://forum.example/feed"}}
RIVAL = {"id": "rival", "name": "Rival House", "competitor": True}


@pytest.fixture
def rival(session: Session) -> tuple[Brand, Source]:
    brand = make_brand(session, "rival", "Rival House")
    brand.competitor = True
    source = make_source(session, brand, "forum")
    make_coverage(session, source, NOON - timedelta(days=30), NOW)
    return brand, source


def storm(session: Session, brand: Brand, source: Source) -> list[Mention]:
    """Thirty complaints within the hour."""
    return [make_mention(session, brand, source, f"Complaint {i}", at=NOON + timedelta(minutes=i)) for i in range(30)]


def test_a_storm_at_a_competitor_opens_no_incident(session: Session, rival: tuple[Brand, Source]) -> None:
    storm(session, *rival)
    detect.run(make_context(session, NOW, brands=[BRAND, RIVAL], sources=[FORUM]))
    assert session.exec(select(Incident)).all() == []


def test_the_same_storm_at_a_brand_of_ours_opens_one(session: Session, rival: tuple[Brand, Source]) -> None:
    rival[0].competitor = False
    storm(session, *rival)
    detect.run(make_context(session, NOW, brands=[BRAND, {**RIVAL, "competitor": False}], sources=[FORUM]))
    assert session.exec(select(Incident)).all() != []


def test_a_complaint_about_a_competitor_is_looked_at_by_no_rule_and_has_no_case(
    session: Session, rival: tuple[Brand, Source]
) -> None:
    mention = make_mention(session, *rival, at=NOON)
    context = make_context(session, NOW, brands=[BRAND, RIVAL])
    assert complaints.read_since(session, Reached(0), NOON - timedelta(days=1), 10) == []
    with pytest.raises(AnswerRefused, match="concerns none of the brands"):
        answer.open_case(session, mention.id or 0, person("Sana"), NOW, context.settings.service)


def test_a_text_about_both_is_a_case_of_ours(session: Session, rival: tuple[Brand, Source]) -> None:
    mention = make_mention(session, *rival, at=NOON)
    ours = make_brand(session, "karak", "Karak House")
    session.add(
        MentionBrand(mention_id=mention.id, brand_id=ours.id, relevance=0.6, published_at=NOON, counted_at=NOON)
    )
    session.flush()
    context = make_context(session, NOW, brands=[BRAND, RIVAL])
    answer.open_case(session, mention.id or 0, person("Sana"), NOW, context.settings.service)
    assert session.exec(select(Case)).one().brand_id == ours.id


def test_nobody_of_ours_is_praised_at_a_competitor(session: Session, rival: tuple[Brand, Source]) -> None:
    mention = make_mention(session, *rival, "Sana was kind", negative=0.05)
    assert praise.positive(session, [mention.id or 0]) == []
    rival[0].competitor = False
    session.flush()
    assert len(praise.positive(session, [mention.id or 0])) == 1


def test_neither_digest_nor_status_waits_for_it(session: Session, rival: tuple[Brand, Source]) -> None:
    context = make_context(session, NOW + timedelta(days=7), brands=[RIVAL, BRAND])
    assert [brand.slug for brand in digest._brands(context, ())] == ["karak"]
    assert "rival" not in gather(session, context.settings, "", context.now).reports_due
