"""Months of mentions on PostgreSQL: where a text goes, that it is there once, and that none is refused for a month."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from monitor.clock import utcnow
from monitor.facts import MentionKind
from monitor.models import Brand, Installation, Mention, MentionBrand, Source
from monitor.store import assessments, kept, partitions
from monitor.store.database import open_database, session_of
from tests.factories import NOON, make_brand, make_source


@pytest.fixture
def engine(postgresql_url: str) -> Iterator[sa.Engine]:
    engine = open_database(postgresql_url)
    yield engine
    engine.dispose()


def a_text(session: Session, name: str = "", number: int | None = None) -> Mention:
    """One that waits to be read."""
    source = session.exec(select(Source)).first() or make_source(session, make_brand(session))
    name = name or uuid4().hex
    told = {"kind": MentionKind.REVIEW, "host": "example.org", "external_id": name, "source_id": source.id}
    mention = Mention(id=number, **told, text="Late again", text_hash=name, published_at=NOON, collected_at=NOON)
    session.add(mention)
    session.flush()
    brand_id = session.exec(select(Brand.id)).first()
    session.add(MentionBrand(mention_id=mention.id, brand_id=brand_id, published_at=NOON))
    session.flush()
    return mention


def place_of(session: Session, mention: Mention) -> str:
    session.flush()
    where = sa.text("SELECT tableoid::regclass::text FROM mention WHERE id = :id")
    return str(session.connection().execute(where, {"id": mention.id}).scalar_one())


def test_a_month_is_a_range_of_ids():
    month = partitions.month_of(datetime(2026, 11, 30, 23, 59, tzinfo=UTC))
    assert partitions.name_of("mention", month) == "mention_202611"
    assert partitions.month_of(datetime(2026, 12, 1, tzinfo=UTC)) == month + 1
    assert partitions.first_id(month + 1) - partitions.first_id(month) == 1 << 32


def test_a_text_goes_to_the_month_in_which_it_was_collected_however_old_it_is(session: Session):
    mention = a_text(session)
    this = partitions.month_of(utcnow())
    assert place_of(session, mention) in {partitions.name_of("mention", this), partitions.name_of("mention", this - 1)}
    assert (mention.id or 0) < 1 << 53  # a number that JavaScript can hold


def test_ids_grow_in_the_order_in_which_texts_came(session: Session):
    ids = [a_text(session).id or 0 for _ in range(5)]
    assert ids == sorted(ids)


def test_the_same_text_cannot_be_there_twice_though_its_months_differ(session: Session):
    a_text(session, "one", number=7)
    with pytest.raises(IntegrityError):
        a_text(session, "one")


def test_a_text_is_found_by_its_new_name_and_its_old_name_is_free(session: Session):
    mention = a_text(session, "old")
    mention.external_id = "new"
    session.add(mention)
    session.flush()
    address = (mention.host, "new")
    assert list(kept.find_ids(session, [address, (mention.host, "old")]).values()) == [mention.id]
    assert [row.id for row in kept.find(session, [address]).values()] == [mention.id]


def test_what_is_deleted_may_come_again(session: Session):
    first = a_text(session, "one").id
    for table in (MentionBrand, Mention):
        session.execute(sa.delete(table))
    assert kept.find_ids(session, [("example.org", "one")]) == {}
    assert a_text(session, "one").id != first


def test_a_text_finds_a_place_though_nobody_made_new_months_for_long(session: Session):
    row = session.get_one(Installation, partitions.REACHED)
    row.value = str(partitions.month_of(utcnow()) - 5)
    session.add(row)
    session.flush()
    assert place_of(session, a_text(session)) == "mention_first"


def test_the_next_months_are_made_ahead_and_once(engine: sa.Engine):
    ahead = partitions.month_of(utcnow()) + partitions.AHEAD
    with engine.begin() as connection:
        for table in reversed(partitions.TABLES):
            name = partitions.name_of(table, ahead)
            connection.exec_driver_sql(f"ALTER TABLE {table} DETACH PARTITION {name}")
            connection.exec_driver_sql(f"DROP TABLE {name}")
        back = sa.text("UPDATE installation SET value = :month WHERE name = :name")
        connection.execute(back, {"month": str(ahead - 1), "name": partitions.REACHED})
    for _ in range(2):
        partitions.make_ahead(engine)
    assert sa.inspect(engine).has_table(partitions.name_of("mention", ahead))
    with session_of(engine) as session:
        assert session.get_one(Installation, partitions.REACHED).value == str(ahead)


def test_readers_at_the_same_time_claim_different_texts_and_wait_for_nobody(engine: sa.Engine):
    with session_of(engine) as session:
        wanted = {a_text(session).id for _ in range(120)}
        session.commit()
    claimed: list[int | None] = []
    together = threading.Barrier(4)

    def read() -> None:
        together.wait()
        with session_of(engine) as mine:
            while batch := assessments.claim(mine, 10, utcnow()):
                claimed.extend(one.mention.id for one in batch)
                mine.commit()

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert sorted(number or 0 for number in claimed) == sorted(number or 0 for number in wanted)


def test_a_claim_passes_by_what_another_one_is_just_claiming(engine: sa.Engine):
    with session_of(engine) as first, session_of(engine) as second:
        for _ in range(3):
            a_text(first)
        first.commit()
        mine = assessments.claim(first, 2, utcnow())  # not committed yet
        theirs = assessments.claim(second, 3, utcnow())
        assert {one.mention.id for one in mine} & {one.mention.id for one in theirs} == set()
        assert len(theirs) == 1


def test_no_time_is_kept_with_a_zone(session: Session):
    zoned = sa.text(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        " AND data_type = 'timestamp with time zone'"
    )
    assert session.connection().execute(zoned).all() == []


def test_a_look_up_by_id_asks_one_month_only(session: Session):
    mention = a_text(session)
    plan = session.connection().execute(sa.text(f"EXPLAIN SELECT text FROM mention WHERE id = {mention.id}")).scalars()
    assert "Append" not in "\n".join(plan)
