"""Tests of recognising adopted themes in what is read."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from monitor.analysis.assess import packed
from monitor.facts import Prediction, Sentiment, ThemeScore
from monitor.jobs import adopted, answer, finding
from monitor.jobs.context import Context
from monitor.models import Brand, FoundState, FoundTheme, Source
from monitor.store import assessments
from monitor.store.assessments import Reader
from tests.contexts import make_settings
from tests.factories import NOON, make_brand, make_mention, make_source, person
from tests.threads.told import complain, vector

BY = Reader("test", "1")


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session, "karak", "Karak House")


@pytest.fixture
def source(session: Session, brand: Brand) -> Source:
    return make_source(session, brand)


@pytest.fixture
def slug(session: Session, brand: Brand, source: Source) -> str:
    """The theme that was adopted of complaints about fees; those about music are open."""
    complain(session, brand, source, "fee", 12)
    complain(session, brand, source, "music", 9)
    finding.run(Context(make_settings(), session, NOON))
    found = session.exec(select(FoundTheme).order_by(FoundTheme.id)).first()
    answer.adopt_found(session, found.id, "Fees", person("Sana"), NOON, seen=FoundState.OPEN)
    return f"found-{found.id}"


def read(
    session: Session, brand: Brand, source: Source, subject: str, *themes: str,
    label: Sentiment = Sentiment.NEGATIVE, by: Reader = BY,
) -> list[str]:  # fmt: skip
    """The themes of a new text about a subject, once adopted ones are recognised."""
    mention = make_mention(session, brand, source, at=NOON + timedelta(hours=1))
    told = tuple(ThemeScore(theme, 0.7) for theme in themes)
    said = Prediction("en", 0.9, 0.05, 0.05, told, packed(vector(subject, 99)), label)
    item = assessments.one(session, mention.id)
    (known,) = adopted.recognise(session, [item], [said], by)
    return [theme.theme for theme in known.themes]


def test_a_new_complaint_like_it_gets_the_theme_beside_its_others(
    session: Session, brand: Brand, source: Source, slug: str
):
    assert read(session, brand, source, "fee") == [slug]
    assert read(session, brand, source, "fee", "billing") == ["billing", slug]


def test_what_is_nearer_to_another_found_one_or_to_none_gets_none(
    session: Session, brand: Brand, source: Source, slug: str
):
    assert read(session, brand, source, "music") == []
    assert read(session, brand, source, "weather") == []


def test_praise_and_what_is_said_of_another_brand_get_none(session: Session, brand: Brand, source: Source, slug: str):
    assert read(session, brand, source, "fee", label=Sentiment.POSITIVE) == []
    assert read(session, make_brand(session, "other", "Other"), source, "fee") == []


def test_embeddings_of_another_model_tell_nothing(session: Session, brand: Brand, source: Source, slug: str):
    assert read(session, brand, source, "fee", by=Reader("test", "2")) == []


def test_a_theme_that_was_given_up_is_recognised_no_more(session: Session, brand: Brand, source: Source, slug: str):
    number = int(slug.removeprefix("found-"))
    answer.reopen_found(session, number, person("Sana"), NOON, seen=FoundState.ADOPTED)
    assert read(session, brand, source, "fee") == []
