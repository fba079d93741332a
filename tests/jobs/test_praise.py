"""Praise by name is found once it is read, counted while it reads as praise, and not without names in the config."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from monitor.facts import Gone, Sentiment
from monitor.jobs import answer
from monitor.jobs.answer import praise
from monitor.models import Assessment, Brand, Mention, MentionBrand, MentionVersion, Praise, Source
from monitor.store import praise as store
from monitor.store import removal
from monitor.store.corrections import Seen
from tests.contexts import make_context
from tests.factories import NOON, make_brand, make_mention, make_source, person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PEOPLE = [{"name": "Ayesha Khan", "known_as": ["Ayesha", "عائشہ"]}, {"name": "Bilal", "known_as": []}]


@pytest.fixture
def shop(session: Session) -> tuple[Brand, Source]:
    brand = make_brand(session)
    return brand, make_source(session, brand)


def said(session: Session, shop: tuple[Brand, Source], text: str = "Ayesha was great", **values: Any) -> Mention:
    mention = make_mention(session, *shop, text, **({"negative": 0.02} | values))
    session.commit()
    return mention


def look(session: Session, looks: praise.Looks | None = None, at: Any = NOON, people: Any = PEOPLE) -> dict[str, int]:
    return dict(praise.run(make_context(session, at, people=people), looks))


def counted(session: Session, brand: Brand) -> list[tuple[str, int]]:
    return store.counted(session, brand.id or 0, NOON - DAY, NOON + DAY)


def seen(session: Session, mention: Mention) -> Seen:
    is_current = (Assessment.mention_id == mention.id, col(Assessment.is_current))
    return Seen(session.exec(select(Assessment.id).where(*is_current)).one() or 0, mention.text_hash)


def test_who_is_praised_is_kept_under_the_name_of_the_config(session: Session, shop: tuple[Brand, Source]) -> None:
    mention = said(session, shop, "عائشہ نے بہت مدد کی", title="Ayesha")
    assert look(session) == {"praise_found": 1}
    row = session.exec(select(Praise)).one()
    assert (row.mention_id, row.brand_id, row.person) == (mention.id, shop[0].id, "Ayesha Khan")


def test_twice_is_once(session: Session, shop: tuple[Brand, Source]) -> None:
    said(session, shop)
    looks = praise.Looks()
    assert look(session, looks) == {"praise_found": 1}
    assert look(session, looks) == look(session) == {}


def test_only_positive_texts_about_a_brand_are_looked_through(session: Session, shop: tuple[Brand, Source]) -> None:
    said(session, shop, negative=0.9)
    said(session, shop, negative=0.4)
    session.exec(select(MentionBrand).where(MentionBrand.mention_id == said(session, shop).id)).one().relevance = 0.1
    session.commit()
    assert look(session) == {}


def test_without_names_in_the_config_nothing_is_done(session: Session, shop: tuple[Brand, Source]) -> None:
    said(session, shop)
    assert look(session, people=[{"name": "Ayesha"}]) == {}


def test_a_correction_takes_praise_back_at_once_and_undoing_it_brings_it_again(
    session: Session, shop: tuple[Brand, Source]
) -> None:
    mention = said(session, shop)
    look(session)
    answer.correct(session, mention.id or 0, Sentiment.NEGATIVE, person("Sana"), NOON, seen=seen(session, mention))
    assert counted(session, shop[0]) == []
    assert look(session) == {}
    answer.undo_correction(session, mention.id or 0, person("Sana"), NOON, seen=seen(session, mention))
    assert counted(session, shop[0]) == [("Ayesha Khan", 1)]


def test_a_text_that_is_corrected_to_praise_is_looked_through(session: Session, shop: tuple[Brand, Source]) -> None:
    mention = said(session, shop, negative=0.9)
    looks = praise.Looks()
    assert look(session, looks) == {}
    answer.correct(session, mention.id or 0, Sentiment.POSITIVE, person("Sana"), NOON, seen=seen(session, mention))
    assert look(session, looks) == {"praise_found": 1}


def test_an_edit_may_name_somebody_else(session: Session, shop: tuple[Brand, Source]) -> None:
    people = [*PEOPLE[:1], {"name": "Bilal", "known_as": ["Bilal"]}]
    mention = said(session, shop)
    look(session, people=people)
    session.add(MentionVersion(mention_id=mention.id, text=mention.text, replaced_at=NOON + HOUR))
    mention.text = "Bilal was great"
    session.commit()
    assert look(session, at=NOON + 2 * HOUR, people=people) == {"praise_found": 1}
    assert counted(session, shop[0]) == [("Bilal", 1)]


def test_it_is_counted_by_when_it_was_published(session: Session, shop: tuple[Brand, Source]) -> None:
    for hours in (1, 30, 2):
        said(session, shop, at=NOON - hours * HOUR)
    look(session)
    assert counted(session, shop[0]) == [("Ayesha Khan", 2)]
    assert counted(session, make_brand(session, "other")) == []


def test_what_its_source_deleted_stays_counted_and_is_shown_no_more(
    session: Session, shop: tuple[Brand, Source]
) -> None:
    mention = said(session, shop)
    look(session)
    gone = Gone(kind=mention.kind, host=mention.host, external_id=mention.external_id)
    removal.remove(session, [gone], NOON)
    assert counted(session, shop[0]) == [("Ayesha Khan", 1)]
    assert store.newest_of(session, shop[0].id or 0, "Ayesha Khan", NOON - DAY, NOON + DAY, 5) == []


def test_of_one_text_those_are_named_whom_it_praises_now(session: Session, shop: tuple[Brand, Source]) -> None:
    mention = said(session, shop)
    look(session)
    assert store.people_of(session, mention.id or 0) == ["Ayesha Khan"]
    answer.correct(session, mention.id or 0, Sentiment.NEUTRAL, person("Sana"), NOON, seen=seen(session, mention))
    assert store.people_of(session, mention.id or 0) == []
