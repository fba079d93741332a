"""The ingest benchmark saves what it says: each text once with all that belongs to it, however often it is pushed."""

from datetime import UTC, datetime

import pytest
from sqlmodel import Session, col, select

from benchmarks.filled import filled
from benchmarks.ingest import HOST, push, texts
from monitor.facts import Collected
from monitor.models import Author, Media, Mention, MentionBrand, Snapshot
from tests.factories import count_rows, database_session

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
STORED, NEW = 100, 2_000
TABLES = (Mention, MentionBrand, Author, Media, Snapshot)


@pytest.fixture(scope="module")
def items() -> list[Collected]:
    return texts(NEW, NOW)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, items: list[Collected]) -> str:
    """A small filled database after one push."""
    url = filled(STORED, folder=tmp_path_factory.mktemp("filled"), brands=1)
    push(url, items)
    return url


def sizes(session: Session) -> dict[str, int]:
    return {table.__name__: count_rows(session, table) for table in TABLES}


def test_texts_are_made_the_same_each_time(items: list[Collected]):
    assert texts(NEW, NOW) == items
    assert len({item.external_id for item in items}) == NEW


def test_every_text_is_saved_with_what_belongs_to_it(url: str, items: list[Collected]):
    with database_session(url) as session:
        found = sizes(session)
        writers = session.exec(select(Mention.author_id).where(Mention.host == HOST, Mention.id > STORED)).all()
    assert (found["Mention"], found["MentionBrand"]) == (STORED + NEW, STORED + NEW)
    assert found["Media"] == sum(len(item.media) for item in items)
    assert found["Snapshot"] == sum(item.engagement is not None for item in items)
    assert len(set(writers)) == len({item.author_ref for item in items})


def test_an_answer_is_connected_if_and_only_if_its_text_is_there(url: str, items: list[Collected]):
    there = {item.external_id for item in items}
    with database_session(url) as session:
        answers = session.exec(select(Mention).where(col(Mention.parent_ref).is_not(None))).all()
        names = dict(session.exec(select(Mention.id, Mention.external_id)).all())
    assert len(answers) == sum(item.parent_ref is not None for item in items)
    assert [names.get(row.parent_id) for row in answers] == [
        row.parent_ref if row.parent_ref in there else None for row in answers
    ]


def test_the_same_texts_again_change_nothing(url: str, items: list[Collected]):
    with database_session(url) as session:
        before = sizes(session)
    push(url, items)
    with database_session(url) as session:
        assert sizes(session) == before
