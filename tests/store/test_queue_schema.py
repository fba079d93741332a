"""The queue's own tables: made with ours, migrated step by step, and nothing on SQLite."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.store import queue_schema
from monitor.store.database import open_database


def made(url: str) -> tuple[sa.Engine, str]:
    engine = open_database(url)
    with engine.connect() as connection:
        return engine, queue_schema._noted(connection)


def test_a_database_with_our_tables_has_the_queue_at_its_newest(postgresql_url: str) -> None:
    engine, noted = made(postgresql_url)
    engine.dispose()
    assert noted == queue_schema.newest()


def test_sqlite_has_no_queue(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'new.db'}")
    queue_schema.upgrade(engine)
    with engine.connect() as connection:
        assert not queue_schema.is_there(connection)
    engine.dispose()


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Migrations of a version to come."""
    steps = {"99.00.00_01_pre_more": "CREATE TABLE more (id int)", "99.00.00_50_post_less": "DROP TABLE more"}
    for name, sql in steps.items():
        (tmp_path / f"{name}.sql").write_text(f"{sql}; -- 100 %", encoding="utf-8")
    known = queue_schema._migrations() | {name: tmp_path / f"{name}.sql" for name in steps}
    monkeypatch.setattr(queue_schema, "_migrations", lambda: known)
    return known


def test_missing_migrations_are_run_in_order(postgresql_url: str, newer: dict[str, Path]) -> None:
    engine, _ = made(postgresql_url)
    queue_schema.upgrade(engine)
    with engine.connect() as connection:
        assert queue_schema._noted(connection) == "99.00.00_50_post_less"
    engine.dispose()


def test_what_workers_of_another_version_could_not_bear_waits_until_they_are_gone(
    postgresql_url: str, newer: dict[str, Path]
) -> None:
    engine, _ = made(postgresql_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL search_path TO {queue_schema.NAME}")
        connection.exec_driver_sql("INSERT INTO procrastinate_workers DEFAULT VALUES")
        connection.exec_driver_sql(
            "INSERT INTO emberwatch_worker SELECT id, 'old', '{crawl}', '0012', '3.0' FROM procrastinate_workers"
        )
    queue_schema.upgrade(engine)
    with engine.connect() as connection:
        assert queue_schema._noted(connection) == "99.00.00_01_pre_more"
    engine.dispose()
