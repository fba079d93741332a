"""A brand whose name is also a word: what is not about it is dropped once it was read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from monitor.analysis.subject import Weights
from monitor.facts import Collected, MentionKind, Prediction
from monitor.jobs import analyse
from monitor.jobs.context import Context
from monitor.models import Assessment, MentionBrand, Source
from monitor.store import mentions
from tests.contexts import SOURCE, make_context
from tests.fakes import FakeAssessor

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ORANGE = {"id": "orange", "name": "Orange", "about": ["mobile phone company"], "not_about": ["a fruit"]}
PHONES, FRUIT, NEITHER = b"\x7f\x00", b"\x00\x7f", b"\x00\x00"


class Reader(FakeAssessor):
    """Knows phones from fruit."""

    subjects = Weights.read()

    def assess(self, texts: Sequence[str]) -> list[Prediction]:
        said = zip(texts, super().assess(texts), strict=True)
        return [replace(one, embedding=_subject(text)) for text, one in said]


def _subject(text: str) -> bytes:
    return FRUIT if "fruit" in text else PHONES if "phone" in text else NEITHER


def context(session: Session, brand: dict[str, Any], **source: Any) -> Context:
    return make_context(session, NOW, brands=[brand], sources=[{**SOURCE, "brands": ["orange"], **source}])


def save(context: Context, *texts: str, item: str = "") -> None:
    source = context.session.exec(select(Source).where(Source.slug == "news")).one()
    posts = [
        Collected(
            kind=MentionKind.POST,
            host="news.example",
            external_id=str(number),
            url=f"https://news.example/{number}",
            text=text,
            item=item,
            published_at=NOW - timedelta(minutes=10),
        )
        for number, text in enumerate(texts)
    ]
    mentions.save_many(context.session, [(post, True) for post in posts], source=source, now=NOW, author_key="key")
    context.session.commit()


def relevances(session: Session) -> list[float]:
    links = session.exec(select(MentionBrand).order_by(MentionBrand.mention_id))
    return [link.relevance or 0 for link in links]


def test_a_text_about_the_word_is_dropped_and_one_about_the_brand_is_kept(session: Session) -> None:
    made = context(session, ORANGE)
    save(made, "My phone by Orange is dead", "peel the fruit, an orange of Spain, fruit")
    assert analyse.run(made, Reader()) == {"read": 1, "dropped: about no watched brand": 1}
    assert [share >= 0.5 for share in relevances(session)] == [True, False]


def test_what_is_dropped_has_no_assessment(session: Session) -> None:
    made = context(session, ORANGE)
    save(made, "peel the fruit, an orange of Spain, fruit")
    analyse.run(made, Reader())
    assert session.exec(select(Assessment)).all() == []


@pytest.mark.parametrize("text", ["peel the fruit, an orange of Spain, fruit", "My phone by Orange is dead"])
def test_without_about_the_name_decides_as_before(session: Session, text: str) -> None:
    made = context(session, {"id": "orange", "name": "Orange"})
    save(made, text)
    assert analyse.run(made, Reader()) == {"read": 1}
    assert relevances(session) == [1.0]


def test_on_the_brands_own_page_everything_concerns_it(session: Session) -> None:
    made = context(session, ORANGE, about_brand=True)
    save(made, "peel the fruit, an orange of Spain, fruit")
    assert analyse.run(made, Reader()) == {"read": 1}
    assert relevances(session) == [1.0]


def test_only_the_words_around_the_name_are_read_in_addition(session: Session) -> None:
    made, reader = context(session, ORANGE), Reader()
    save(made, "one two three four five six seven eight Orange my phone is dead since I moved house in June")
    analyse.run(made, reader)
    assert "four five six seven eight Orange my phone is dead since" in reader.seen
    assert len([text for text in reader.seen if "I moved house" in text]) == 1


def test_without_weights_that_fit_the_embeddings_the_name_decides(session: Session) -> None:
    made, reader = context(session, ORANGE), Reader()
    reader.subjects = None
    save(made, "peel the fruit, an orange of Spain, fruit")
    assert analyse.run(made, reader) == {"read": 1}
    assert relevances(session) == [1.0]


def test_a_name_in_the_item_is_looked_at_too(session: Session) -> None:
    made, reader = context(session, ORANGE), Reader()
    save(made, "the phone is dead", item="Livebox by Orange")
    analyse.run(made, reader)
    assert "Livebox by Orange the phone is dead" in reader.seen
