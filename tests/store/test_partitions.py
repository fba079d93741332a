"""Months of mentions on PostgreSQL: where a text goes, how a month is dropped, and that nobody waits for it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from time import monotonic

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from monitor.clock import utcnow
from monitor.facts import MentionKind
from monitor.jobs import expiring, prune
from monitor.models import Brand, Case, CaseState, Count, Mention, MentionBrand, SearchEntry, Source
from monitor.store import kept, partitions, terms
from monitor.store.database import open_database, session_of
from tests.contexts import make_context
from tests.factories import count_rows, make_brand, make_case, make_mention, make_source
from tests.jobs.test_expiring import hang_on, tables_of, texts

NOW = utcnow().replace(day=15, hour=12, minute=0, second=0, microsecond=0)  # the server's clock makes the ids
THIS = partitions.month_of(NOW)
OLD, OLDER = THIS - 3, THIS - 4
IN_OLD, IN_OLDER = (partitions.starts_at(month) + timedelta(days=3) for month in (OLD, OLDER))
Shop = tuple[Brand, Source]


@pytest.fixture
def session(postgresql_url: str) -> Iterator[Session]:
    """Of a database that was at work for five months."""
    engine = open_database(postgresql_url)
    with engine.begin() as connection:
        for table in reversed(partitions.TABLES):
            connection.exec_driver_sql(f"ALTER TABLE {table} DETACH PARTITION {table}_first")
        for table in partitions.TABLES:
            bounds = f"FOR VALUES FROM (MINVALUE) TO ({partitions.first_id(OLDER)})"
            connection.exec_driver_sql(f"ALTER TABLE {table} ATTACH PARTITION {table}_first {bounds}")
        for month in range(OLDER, THIS):
            partitions.ensure(connection, month)
    with session_of(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def shop(session: Session) -> Shop:
    brand = make_brand(session)
    return brand, make_source(session, brand)


def written(session: Session, shop: Shop, text: str, at: datetime, **values: object) -> Mention:
    """A text that was collected in that month."""
    reaches = sa.text("UPDATE installation SET value = :month WHERE name = :name RETURNING 1")
    now = partitions.month_of(at)
    before = session.execute(sa.text("SELECT value FROM installation WHERE name = 'mention_months'")).scalar_one()
    session.execute(reaches, {"month": str(now), "name": partitions.REACHED})
    mention = make_mention(session, *shop, text, at=at, **values)  # type: ignore[arg-type]
    session.execute(reaches, {"month": before, "name": partitions.REACHED})
    session.commit()
    return mention


def months(session: Session) -> list[int]:
    return partitions.past_months(session.connection())


def pruned(session: Session, now: datetime = NOW, **kept_for: str) -> int:
    kept_for = kept_for or dict.fromkeys(MentionKind, "60d")
    return prune.run(make_context(session, now, retention={"mentions": kept_for}))["mentions"]


def test_a_text_lies_in_the_month_in_which_it_was_collected(session: Session, shop: Shop) -> None:
    number = written(session, shop, "old", IN_OLD).id or 0
    assert number >> partitions.SEQUENCE_BITS == OLD
    asked = f"SELECT tableoid::regclass::text FROM mention WHERE id = {number}"
    assert session.execute(sa.text(asked)).scalar_one() == partitions.name_of("mention", OLD)


@pytest.mark.parametrize(("table", "column"), [("mention", "id"), ("mention_brand", "mention_id")])
def test_a_question_by_id_is_asked_of_one_month(session: Session, shop: Shop, table: str, column: str) -> None:
    number = written(session, shop, "old", IN_OLD).id
    plan = " ".join(session.scalars(sa.text(f"EXPLAIN SELECT * FROM {table} WHERE {column} IN ({number}, {number})")))
    asked = [month for month in range(OLDER, THIS + 1) if f" on {partitions.name_of(table, month)} " in plan]
    assert asked == [OLD]


def test_months_are_made_before_they_begin_and_no_text_is_refused_when_nobody_made_any(session: Session) -> None:
    engine = session.get_bind().engine
    assert partitions.make_ahead(engine)
    with engine.connect() as connection:
        names = set(connection.scalars(sa.text("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")))
        reached = connection.execute(sa.text("SELECT value FROM installation WHERE name = 'mention_months'")).scalar()
    assert {partitions.name_of(table, THIS + 3) for table in partitions.TABLES} <= names
    assert reached == str(THIS + 3)  # a text that comes later than that gets an id of that month


def test_the_same_text_is_kept_once_whichever_month_it_came_in(session: Session, shop: Shop) -> None:
    known = written(session, shop, "old", IN_OLD)
    again = Mention(**known.model_dump(exclude={"id"}))
    session.add(again)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
    found = kept.find(session, [(known.host, known.external_id)])
    assert [row.id for row in found.values()] == [known.id]


def test_a_month_past_its_time_is_dropped_and_what_was_counted_stays(session: Session, shop: Shop) -> None:
    old = written(session, shop, "old", IN_OLD, themes=["delivery"])
    hang_on(session, old, written(session, shop, "young", NOW - timedelta(days=1)))
    older = written(session, shop, "older", IN_OLDER)
    older.parent_id = old.id
    session.commit()
    hourly = set(session.execute(sa.select(Count.key, Count.start, Count.mentions).where(Count.start < NOW)).all())
    assert pruned(session) == 2
    assert months(session) == [THIS - 2, THIS - 1]
    assert (texts(session), tables_of(session)) == ({"young"}, {})
    assert {row[0] for row in hourly} == set(session.scalars(sa.select(Count.key)))
    keys = session.execute(sa.text("SELECT count(*) FROM mention_key")).scalar_one()
    assert (keys, count_rows(session, SearchEntry)) == (1, 1)


def test_a_month_stays_as_long_as_a_case_needs_a_text_of_it(session: Session, shop: Shop) -> None:
    needed = written(session, shop, "needed", IN_OLD)
    case = make_case(session, needed, state=CaseState.OWNED)
    written(session, shop, "free", IN_OLD)
    assert pruned(session) == 1
    assert (texts(session), OLD in months(session)) == ({"needed"}, True)
    case.state, case.solved_at = CaseState.SOLVED, NOW
    session.commit()
    pruned(session, NOW + timedelta(days=31))
    assert OLD not in months(session)


def test_what_once_was_a_case_moves_without_its_words(session: Session, shop: Shop) -> None:
    opened = written(session, shop, "opened", IN_OLD)
    case = make_case(session, opened, state=CaseState.SOLVED, solved_at=IN_OLD)
    answer = written(session, shop, "answer", NOW - timedelta(days=1))
    answer.parent_id = opened.id
    session.commit()
    name = opened.external_id
    pruned(session)
    session.expire_all()
    number = session.get_one(Case, case.id).mention_id
    moved = session.get_one(Mention, number)
    assert (number < partitions.first_id(OLDER), moved.external_id, moved.text, moved.author_id) == (
        True, name, "", None,
    )  # fmt: skip
    assert session.exec(select(Mention.parent_id).where(Mention.text == "answer")).one() == number
    assert kept.find_ids(session, [("example.org", name)]) == {(MentionKind.REVIEW, "example.org", name): number}
    assert (count_rows(session, MentionBrand), tables_of(session), OLD in months(session)) == (2, {}, False)


def test_a_month_with_texts_that_are_kept_for_ever_is_not_dropped(session: Session, shop: Shop) -> None:
    written(session, shop, "a review", IN_OLD, kind=MentionKind.REVIEW)
    written(session, shop, "a post", IN_OLD, kind=MentionKind.POST)
    assert pruned(session, post="60d") == 1
    assert (texts(session), OLD in months(session), OLDER in months(session)) == ({"a review"}, True, False)


def test_nobody_waits_for_a_month_to_be_dropped_while_somebody_reads(session: Session, shop: Shop) -> None:
    written(session, shop, "old", IN_OLD)
    with session.get_bind().engine.connect() as reader:
        reader.execute(sa.select(col(Mention.id))).all()
        began = monotonic()
        assert not partitions.drop(session.get_bind().engine, OLD)
        assert monotonic() - began < 5
        assert pruned(session) == 1  # then its texts go one by one
    assert (pruned(session, NOW + timedelta(days=1)), OLD in months(session)) == (0, False)


def test_clearing_goes_on_where_it_was_stopped(
    session: Session, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(expiring, "MOST_A_LOOK", 2)
    monkeypatch.setattr("monitor.store.clearing.AT_ONCE", 1)
    ids = [written(session, shop, f"{number}", IN_OLD).id or 0 for number in range(3)]
    assert pruned(session) == 0
    assert (terms.read(session).month, terms.read(session).reached) == (OLD, ids[1])
    assert (pruned(session), OLD in months(session)) == (3, False)
