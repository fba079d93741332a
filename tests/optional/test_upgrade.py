"""Migrations keep every row on PostgreSQL too, when EMBERWATCH_TEST_POSTGRESQL names a server to try it on.

EMBERWATCH_TEST_POSTGRESQL=postgresql+psycopg://postgres@127.0.0.1:5432/postgres pytest tests/optional
"""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from monitor.store.database import upgrade
from tests.optional.test_postgresql import empty_database, pytestmark
from tests.store.test_migrations import fill, lost, migrate, severity_of_cases, stored

__all__ = ["pytestmark"]


@pytest.fixture
def engine() -> Iterator[sa.Engine]:
    with empty_database() as engine:
        yield engine


@pytest.mark.parametrize("revision", ["0001", "0008", "0009"])
def test_no_row_is_lost_or_changed_on_the_way_to_the_newest_schema(engine: sa.Engine, revision: str):
    migrate(engine, revision)
    fill(engine)
    before = stored(engine)
    upgrade(engine)
    assert lost(before, stored(engine)) == []


def test_cases_of_before_get_the_severity_of_their_incident(engine: sa.Engine):
    assert severity_of_cases(engine) == {1: "critical", 2: None, 3: "watch"}


def test_the_newest_schema_can_be_taken_back(engine: sa.Engine):
    migrate(engine, "0009")
    fill(engine)
    before = stored(engine)
    upgrade(engine)
    migrate(engine, "0009", back=True)
    assert stored(engine) == before
