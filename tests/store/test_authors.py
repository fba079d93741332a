"""When an author was first heard: kept with them, and looked up where it is not."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from monitor.facts import Collected, MentionKind
from monitor.models import Author, Source
from monitor.store import authors, mentions
from tests.factories import NOON, make_author, make_brand, make_mention, make_source

DAY = timedelta(days=1)
LETTER = Collected(
    kind=MentionKind.POST,
    host="board.example",
    external_id="1",
    url="https://board.example/1",
    text="Still waiting",
    author_name="Ana P",
    published_at=NOON - 5 * DAY,
)


@pytest.fixture
def source(session: Session) -> Source:
    return make_source(session, make_brand(session))


def save(session: Session, source: Source, text: Collected) -> None:
    mentions.save(session, text, source=source, now=NOON, fresh=True, author_key="key")


def kept(session: Session) -> datetime | None:
    session.expire_all()
    return session.exec(select(Author.first_published_at)).one()


@pytest.mark.parametrize(("days", "first"), [(9, 9), (5, 5), (2, 5)])
def test_the_earliest_of_all_texts_is_the_first(session: Session, source: Source, days: int, first: int) -> None:
    save(session, source, LETTER)
    save(session, source, replace(LETTER, external_id="2", published_at=NOON - days * DAY))
    assert kept(session) == NOON - first * DAY


def test_of_one_batch_it_is_the_earliest_too(session: Session, source: Source) -> None:
    batch = [replace(LETTER, external_id=str(days), published_at=NOON - days * DAY) for days in (3, 8, 4)]
    mentions.save_many(session, [(text, True) for text in batch], source=source, now=NOON, author_key="key")
    assert kept(session) == NOON - 8 * DAY


@pytest.mark.parametrize("days", [7, 1])
def test_a_text_of_another_time_than_was_claimed_moves_it(session: Session, source: Source, days: int) -> None:
    save(session, source, LETTER)
    save(session, source, replace(LETTER, published_at=NOON - days * DAY))
    assert kept(session) == NOON - days * DAY


def test_what_an_older_version_wrote_is_looked_up_and_not_guessed_from_the_next_text(session: Session) -> None:
    brand, author = make_brand(session), make_author(session)
    source = make_source(session, brand)
    make_mention(session, brand, source, at=NOON - 9 * DAY, author=author)
    session.exec(select(Author)).one().key_hash = authors.hash_of("key", LETTER) or ""
    save(session, source, LETTER)
    assert kept(session) is None
    assert authors.first_published(session, [author.id or 0]) == {author.id: NOON - 9 * DAY}


def test_it_outlives_the_text(session: Session, source: Source) -> None:
    save(session, source, LETTER)
    number = session.exec(select(Author.id)).one() or 0
    session.connection().exec_driver_sql("DELETE FROM mention_brand")
    session.connection().exec_driver_sql("DELETE FROM mention")
    assert authors.first_published(session, [number]) == {number: NOON - 5 * DAY}


def test_who_wrote_nothing_has_no_first_text(session: Session) -> None:
    assert authors.first_published(session, [make_author(session).id or 0, 999]) == {}
