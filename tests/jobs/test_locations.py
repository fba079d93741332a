"""Reading says which location of its brand a text is about."""

from datetime import UTC, datetime

import pytest
from sqlmodel import Session, select

from monitor.facts import Collected, MentionKind
from monitor.jobs import analyse
from monitor.jobs.context import Context
from monitor.models import Location, Mention, MentionBrand, ReadState, Source
from monitor.store import mentions
from tests.contexts import BRAND, SOURCE, make_context
from tests.fakes import FakeAssessor

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLACES = [{"id": "clifton", "name": "Clifton", "aliases": ["Sea View"]}, {"id": "saddar", "name": "Saddar"}]
OTHER = {"id": "tandoor", "name": "Tandoor Lane"}


def read(context: Context, text: str, item: str = "") -> None:
    source = context.session.exec(select(Source).where(Source.slug == "news")).one()
    said = Collected(
        kind=MentionKind.REVIEW,
        host="news.example",
        external_id=text,
        url="https://news.example/1",
        text=text,
        item=item,
        published_at=NOW,
    )
    mentions.save(context.session, said, source=source, now=NOW, fresh=True, author_key="key")
    context.session.commit()
    analyse.run(context, FakeAssessor())


def located(session: Session) -> list[str | None]:
    query = select(Location.slug).select_from(MentionBrand).outerjoin(Location)
    return list(session.exec(query.order_by(MentionBrand.mention_id, MentionBrand.brand_id)))


@pytest.fixture
def context(session: Session) -> Context:
    return make_context(session, NOW, brands=[{**BRAND, "locations": PLACES}])


def test_the_page_says_which_location_it_is_about(context: Context):
    read(context, "Karak House: terrible, Saddar is better", item="Karak House Sea View")
    assert located(context.session) == ["clifton"]


def test_a_text_names_its_location(context: Context):
    read(context, "Karak House in Saddar is terrible")
    assert located(context.session) == ["saddar"]


def test_a_text_that_is_not_about_the_brand_is_about_none_of_its_locations(context: Context):
    read(context, "Saddar is terrible")
    assert located(context.session) == [None]


def test_all_that_a_source_of_a_location_brings_is_about_that_location(session: Session):
    source = {**SOURCE, "location": "clifton", "brands": ["karak", "tandoor"]}
    context = make_context(session, NOW, brands=[{**BRAND, "locations": PLACES}, OTHER], sources=[source])
    read(context, "Karak House and Tandoor Lane: terrible, worse than Saddar")
    assert located(session) == ["clifton", None]


def test_a_text_that_is_read_again_follows_the_config(session: Session):
    brand = {**BRAND, "locations": PLACES}
    read(make_context(session, NOW, brands=[brand]), "Karak House in Saddar is terrible")
    session.exec(select(Mention)).one().read_state = ReadState.WAITING
    analyse.run(make_context(session, NOW, brands=[{**brand, "locations": PLACES[:1]}]), FakeAssessor())
    assert located(session) == [None]
