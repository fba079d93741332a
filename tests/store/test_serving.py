"""Which versions may work with a database that a newer one migrated."""

import pytest
import sqlalchemy as sa

from monitor.errors import SchemaOutOfDate
from monitor.store.database import check_schema, newest_revision, schema_of, upgrade


def become(engine: sa.Engine, revision: str, serves: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
        kept = sa.text("UPDATE installation SET value = :it WHERE name = 'schema_serves'")
        connection.execute(kept, {"it": serves})


def test_a_newer_schema_that_serves_this_version_is_worked_with_and_left_as_it_is(engine: sa.Engine) -> None:
    upgrade(engine)
    become(engine, "9999", newest_revision())
    check_schema(engine)
    upgrade(engine)
    assert (schema_of(engine).found, schema_of(engine).is_usable) == ("9999", True)


def test_one_that_serves_only_newer_versions_is_refused(engine: sa.Engine) -> None:
    upgrade(engine)
    become(engine, "9999", "9998")
    with pytest.raises(SchemaOutOfDate, match="of a newer Emberwatch"):
        check_schema(engine)
    with pytest.raises(SchemaOutOfDate, match="of a newer Emberwatch"):
        upgrade(engine)


def test_where_nobody_said_whom_it_serves_it_is_refused(engine: sa.Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM installation WHERE name = 'schema_serves'"))
    become(engine, "9999", "")
    with pytest.raises(SchemaOutOfDate):
        check_schema(engine)
