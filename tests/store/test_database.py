"""The schema: the migrations make what the models say, and a database that is behind is refused."""

import os
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import Session, SQLModel

from monitor.errors import ConfigError, SchemaOutOfDate
from monitor.facts import Severity
from monitor.models import Author, Brand, Incident
from monitor.store import partitions
from monitor.store.database import check_schema, newest_revision, open_database, schema_of, upgrade
from monitor.store.revisions import KNOWN, MIGRATIONS
from monitor.store.search import is_shadow
from tests.factories import NOON, make_brand, make_incident

HANG_ON_MENTIONS = ("mention_brand", "assessment", "snapshot", "media", "mention_version", "search_entry")
OTHERWISE = {
    "sqlite": set(),
    "postgresql": {
        ("add_constraint", "uq_mention_kind_host_external_id"),  # `mention_key` knows it: mentions are in partitions
        ("add_fk", "fk_assessment_theme_assessment_id"),  # the id alone is no key of a table in partitions
        # A month could not be dropped in a moment: PostgreSQL would look for references in all rows.
        *(("add_fk", f"fk_{table}_mention_id") for table in HANG_ON_MENTIONS),
        *(("add_fk", f"fk_mention_{name}") for name in ("parent_id", "root_id", "repost_of_id", "quote_of_id")),
    },
}


def test_an_upgraded_database_equals_the_models(engine: sa.Engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _is_modelled})
        differences = compare_metadata(context, SQLModel.metadata)
        assert {(one[0], one[1].name) for one in differences} == OTHERWISE[engine.dialect.name]


def _is_modelled(name: str | None, kind: str, _parents: object) -> bool:
    """The full-text index and partitions are no models; their own tests say what they hold."""
    if kind == "foreign_key_constraint" and "_fkey" in (name or ""):
        return False  # PostgreSQL's own, of what refers to partitions
    return kind != "table" or not (is_shadow(name) or partitions.is_internal(name))


def test_there_is_one_newest_migration():
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


def test_upgrading_twice_changes_nothing(engine: sa.Engine, session: Session):
    make_brand(session)
    session.commit()
    upgrade(engine)
    assert session.get(Brand, 1) is not None


def test_a_database_without_tables_is_refused_with_the_command_that_mends_it(bare_url: str):
    engine = open_database(bare_url)
    with pytest.raises(SchemaOutOfDate, match="run `emberwatch upgrade`"):
        check_schema(engine)
    engine.dispose()


def test_an_upgraded_database_is_accepted(engine: sa.Engine):
    check_schema(engine)


@pytest.mark.sqlite("asks for SQLite's settings")
def test_writers_do_not_block_readers_and_references_are_checked(engine: sa.Engine):
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_time_comes_back_aware_and_in_utc(session: Session):
    karachi = timezone(timedelta(hours=5))
    author = Author(key_hash="a", last_seen_at=datetime(2026, 3, 2, 17, tzinfo=karachi))
    session.add(author)
    session.commit()
    session.expire_all()
    assert session.get_one(Author, author.id).last_seen_at == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert session.get_one(Author, author.id).last_seen_at.utcoffset() == timedelta(0)


def test_a_naive_time_is_refused(session: Session):
    session.add(Author(key_hash="a", last_seen_at=datetime(2026, 3, 2, 12)))  # noqa: DTZ001 (that is the point)
    with pytest.raises(sa.exc.StatementError, match="naive time"):
        session.commit()


def test_a_word_of_a_list_comes_back_as_that_word(session: Session):
    incident = make_incident(session, make_brand(session), at=NOON)
    session.commit()
    session.expire_all()
    assert session.get_one(Incident, incident.id).severity is Severity.HIGH


def test_the_newest_migration_is_the_one_whose_file_comes_last() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert newest_revision() == scripts.get_current_head()
    assert {script.revision for script in scripts.walk_revisions()} == KNOWN


def test_a_version_that_is_installed_over_a_process_changes_nothing_for_it(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the folder has the migrations of another version now")

    for name in ("listdir", "scandir"):
        monkeypatch.setattr(os, name, refuse)
    check_schema(engine)
    assert schema_of(engine).is_current
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(sa.text("UPDATE installation SET value = '9999' WHERE name = 'schema_serves'"))
    with pytest.raises(SchemaOutOfDate, match="of a newer Emberwatch"):
        check_schema(engine)


def test_an_address_of_postgresql_needs_no_driver_in_it(postgresql_url: str):
    engine = open_database(postgresql_url.replace("postgresql+psycopg://", "postgresql://"))
    with engine.connect() as connection:
        name = connection.execute(sa.text("SHOW application_name")).scalar_one()
        longest = connection.execute(sa.text("SHOW lock_timeout")).scalar_one()
    assert (engine.dialect.driver, name, longest) == ("psycopg", "emberwatch", "10s")
    engine.dispose()


def test_a_missing_driver_and_another_database_are_told_in_words(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(ConfigError, match="neither sqlite nor postgresql"):
        open_database("mysql://somewhere/emberwatch")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigError, match=r"pip install 'emberwatch\[postgresql\]'"):
        open_database("postgresql://somewhere/emberwatch")


@pytest.mark.parametrize(("name", "value"), [("jit", "off"), ("plan_cache_mode", "force_custom_plan")])
def test_postgresql_neither_compiles_our_queries_nor_plans_them_for_any_values(
    postgresql_url: str, name: str, value: str
):
    engine = open_database(postgresql_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql(f"SHOW {name}").scalar() == value
    engine.dispose()
