"""Cases that open by themselves: few stars, many followers, a theme of safety; once, lately, and not in a storm."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from monitor.cases import CaseRules, ComplaintFacts
from monitor.jobs import answer
from monitor.jobs.answer import Looks
from monitor.models import Brand, Case, CaseEvent, Mention, MentionBrand, Source
from tests.contexts import make_context
from tests.factories import NOON, make_brand, make_mention, make_source, make_theme

LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def shop(session: Session) -> tuple[Brand, Source]:
    brand = make_brand(session)
    source = make_source(session, brand)
    make_theme(session, "safety", "Safety")
    session.commit()
    return brand, source


def said(session: Session, shop: tuple[Brand, Source], text: str = "The plug caught fire.", **values: Any) -> Mention:
    followers, relevance = values.pop("followers", None), values.pop("relevance", 1.0)
    mention = make_mention(session, *shop, text, **({"at": NOON, "negative": 0.97} | values))
    mention.author_followers = followers
    link = session.exec(select(MentionBrand).where(MentionBrand.mention_id == mention.id)).one()
    link.relevance = relevance
    session.add_all([mention, link])
    session.commit()
    return mention


def looked(session: Session, looks: Looks | None = None, at: Any = LATER, **rules: Any) -> list[int]:
    """The mentions that have a case after one look."""
    context = make_context(session, at, service={"open_for": rules} if rules else {})
    answer.run(context, looks)
    return list(session.exec(select(Case.mention_id).order_by(col(Case.mention_id))))


@pytest.mark.parametrize(
    ("complaint", "why"),
    [
        (ComplaintFacts(negative=True, themes=("delivery", "safety")), "about safety"),
        (ComplaintFacts(negative=False, themes=("safety",)), ""),
        (ComplaintFacts(negative=True, followers=250_000), "250,000 followers"),
        (ComplaintFacts(negative=False, followers=250_000), ""),
        (ComplaintFacts(negative=True, followers=99), ""),
        (ComplaintFacts(negative=False, rating=(2.0, 1.0, 5.0)), "2 of 5 stars"),
        (ComplaintFacts(negative=False, rating=(3.0, 1.0, 10.0)), "1.9 of 5 stars"),
        (ComplaintFacts(negative=True, rating=(3.0, 1.0, 5.0)), ""),
        (ComplaintFacts(negative=True, rating=(1.0, 1.0, 1.0)), ""),
    ],
)
def test_a_rule_is_met_and_named(complaint: ComplaintFacts, why: str) -> None:
    rules = CaseRules(stars_at_most=2, followers_at_least=100_000)
    assert rules.why(complaint) == why


def test_by_default_only_what_is_dangerous_gets_a_case(session: Session, shop: tuple[Brand, Source]) -> None:
    fire = said(session, shop, themes=["safety"])
    said(session, shop, "One star.", rating=1.0, followers=1_000_000)
    assert looked(session) == [fire.id]


def test_the_history_says_which_rule_opened_it(session: Session, shop: tuple[Brand, Source]) -> None:
    said(session, shop, themes=["safety"])
    looked(session)
    event = session.exec(select(CaseEvent)).one()
    assert (event.action, event.actor, event.note) == ("opened", "", "about safety")


def test_stars_and_followers_open_cases_where_the_config_says_so(session: Session, shop: tuple[Brand, Source]) -> None:
    one_star = said(session, shop, "One star.", rating=1.0, negative=0.1)
    loud = said(session, shop, "Never again.", followers=20_000)
    said(session, shop, "Never again either.", followers=20)
    assert looked(session, stars_at_most=2, followers_at_least=10_000) == [one_star.id, loud.id]


def test_a_complaint_gets_one_case_however_often_it_is_looked_at(session: Session, shop: tuple[Brand, Source]) -> None:
    fire = said(session, shop, themes=["safety"])
    looks = Looks()
    assert looked(session) == looked(session, looks) == looked(session, looks) == [fire.id]


def test_what_is_read_after_the_first_look_is_seen_at_the_next(session: Session, shop: tuple[Brand, Source]) -> None:
    looks = Looks()
    assert looked(session, looks) == []
    fire = said(session, shop, themes=["safety"])
    assert looked(session, looks) == [fire.id]


def test_complaints_of_years_ago_get_none(session: Session, shop: tuple[Brand, Source]) -> None:
    said(session, shop, themes=["safety"], at=NOON - timedelta(days=2))
    assert looked(session) == []


def test_a_storm_is_left_to_its_incident(session: Session, shop: tuple[Brand, Source]) -> None:
    for number in range(5):
        said(session, shop, f"The plug caught fire {number}.", themes=["safety"])
    assert len(looked(session, most_an_hour=3)) == 3
    said(session, shop, "Fire again.", themes=["safety"])
    assert len(looked(session, at=LATER + timedelta(hours=2), most_an_hour=3)) == 6


def test_what_concerns_no_brand_gets_none(session: Session, shop: tuple[Brand, Source]) -> None:
    said(session, shop, themes=["safety"], relevance=0.1)
    assert looked(session) == []
