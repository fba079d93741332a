"""Migrations keep every row: whatever was stored under an older schema is there under the newest."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from monitor.store import partitions
from monitor.store.database import open_database, schema_of, upgrade
from monitor.store.revisions import MIGRATIONS
from tests.factories import NOON

Rows = dict[str, list[dict[str, Any]]]
SCRIPTS = ScriptDirectory(str(MIGRATIONS))
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
VALUES: dict[type[Any], Any] = {
    sa.Boolean: True,
    sa.DateTime: NOON.replace(tzinfo=None),
    sa.Date: date(2026, 3, 2),
    sa.Float: 0.5,
    sa.JSON: {"a": 1},
    sa.LargeBinary: b"\0\1",
}


@pytest.fixture
def engine(bare_url: str) -> Iterator[sa.Engine]:
    """Of a database without tables."""
    engine = open_database(bare_url)
    yield engine
    engine.dispose()


def migrate(engine: sa.Engine, revision: str, *, back: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    (command.downgrade if back else command.upgrade)(config, revision)


def tables(engine: sa.Engine) -> list[sa.Table]:
    """All tables but Alembic's own, the full-text index and partitions, those first that others refer to."""
    metadata = sa.MetaData()
    metadata.reflect(engine, only=lambda name, _: not partitions.is_internal(name), resolve_fks=False)
    for table in metadata.tables.values():
        for key in table.foreign_key_constraints:
            if partitions.is_internal(key.elements[0].target_fullname.partition(".")[0]):
                table.constraints.discard(key)
                for part in key.elements:
                    part.parent.foreign_keys.discard(part)
                    table.foreign_keys.discard(part)
    return [table for table in metadata.sorted_tables if not table.name.startswith(("alembic", "search"))]


def value(column: sa.Column[Any], number: int) -> Any:
    """Numbers, and what names other rows, are the row's own, so that all references lead somewhere."""
    column = next((key.column for key in column.foreign_keys), column)
    if isinstance(column.type, sa.Integer):
        return number
    found = next((value for kind, value in VALUES.items() if isinstance(column.type, kind)), None)
    longest = getattr(column.type, "length", None) or 100
    return f"{column.name[: longest - 2]} {number}" if found is None else found


def fill(engine: sa.Engine) -> None:
    """Three rows in every table, with a value in every column."""
    with engine.begin() as connection:
        for table in tables(engine):
            rows = [{column.name: value(column, number) for column in table.columns} for number in (1, 2, 3)]
            connection.execute(sa.insert(table), rows)


def _in_order(table: sa.Table) -> sa.Select[Any]:
    return sa.select(table).order_by(*table.primary_key.columns)


def stored(engine: sa.Engine) -> Rows:
    with engine.connect() as connection:
        return {
            table.name: [
                {name: plain(one) for name, one in row.items()}
                for row in connection.execute(_in_order(table)).mappings()
            ]
            for table in tables(engine)
        }


def plain(one: Any) -> Any:
    """Times in UTC: some columns of PostgreSQL had a zone by mistake."""
    return one.astimezone(UTC).replace(tzinfo=None) if isinstance(one, datetime) and one.tzinfo else one


def lost(before: Rows, after: Rows) -> list[tuple[str, dict[str, Any]]]:
    """The old rows that the new ones do not hold, with all their columns."""
    return [
        (name, row)
        for name, rows in before.items()
        for row in rows
        if not any(row.items() <= kept.items() for kept in after[name])
    ]


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_no_row_is_lost_or_changed_on_the_way_to_the_newest_schema(engine: sa.Engine, revision: str):
    migrate(engine, revision)
    fill(engine)
    before = stored(engine)
    migrate(engine, "head")
    assert lost(before, stored(engine)) == []
    assert all(len(rows) >= 3 for rows in before.values())  # of its own an installation has some
    if engine.dialect.name == "sqlite":  # whose tables were made anew
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_the_change_of_indexes_can_be_taken_back(engine: sa.Engine):
    migrate(engine, "0002")
    fill(engine)
    before, indexes = stored(engine), indexes_of(engine, "mention")
    migrate(engine, "0003")
    assert indexes_of(engine, "mention") != indexes
    migrate(engine, "0002", back=True)
    assert (stored(engine), indexes_of(engine, "mention")) == (before, indexes)


def indexes_of(engine: sa.Engine, table: str) -> dict[str, str | None]:
    asked = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table ORDER BY name",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = :table ORDER BY indexname",
    }[engine.dialect.name]
    with engine.connect() as connection:
        return dict(connection.execute(sa.text(asked), {"table": table}).all())


def dying_at(engine: sa.Engine, beginning: str) -> None:
    """From now on the process ends, as if it was killed, where a statement begins so."""

    def die(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().startswith(beginning):
            raise KeyboardInterrupt

    sa.event.listen(engine, "before_cursor_execute", die)


_ANEW = pytest.mark.sqlite("makes this table anew, which PostgreSQL need not")


@pytest.mark.parametrize(
    ("revision", "beginning"),
    [
        ("0001", "CREATE TABLE story_band"),
        pytest.param("0001", "ALTER TABLE _alembic_tmp_alert", marks=_ANEW),
        ("0002", "CREATE INDEX ix_mention_story_id"),
        ("0003", "CREATE TRIGGER"),
        pytest.param("0004", "INSERT INTO count_anew", marks=_ANEW),
        ("0004", "UPDATE alembic_version"),
        ("0005", "UPDATE assessment"),
        ("0009", 'UPDATE "case"'),
        ("0009", "CREATE TABLE saved_view"),
    ],
)
def test_an_upgrade_that_is_killed_can_be_done_again(engine: sa.Engine, revision: str, beginning: str):
    migrate(engine, revision)
    fill(engine)
    before = stored(engine)
    killed = open_database(str(engine.url))
    dying_at(killed, beginning)
    with pytest.raises(KeyboardInterrupt):
        upgrade(killed)
    killed.dispose()
    assert stored(engine) == before
    upgrade(engine)
    assert lost(before, stored(engine)) == []


def test_two_processes_can_upgrade_at_once(engine: sa.Engine):
    migrate(engine, "0001")
    fill(engine)
    words = f"from monitor.store.database import open_database, upgrade; upgrade(open_database({str(engine.url)!r}))"
    processes = [subprocess.Popen([sys.executable, "-c", words]) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]
    assert schema_of(engine).is_current


@pytest.mark.sqlite("locks the whole file")
def test_a_schema_that_is_current_is_not_written_to(engine: sa.Engine):
    upgrade(engine)
    impatient = open_database(str(engine.url), busy_timeout_seconds=0)
    with engine.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        upgrade(impatient)
    impatient.dispose()


def test_health_and_outcomes_of_the_newest_schema_are_told_in_words_of_the_older_one(engine: sa.Engine):
    migrate(engine, "0006")
    fill(engine)
    migrate(engine, "0007")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE source SET health = 'spent'")
        connection.exec_driver_sql("UPDATE run SET outcome = 'spent'")
    migrate(engine, "0006", back=True)
    with engine.connect() as connection:
        assert set(connection.exec_driver_sql("SELECT health FROM source").scalars()) == {"failing"}
        assert set(connection.exec_driver_sql("SELECT outcome FROM run").scalars()) == {"failed"}


def test_the_lowest_severity_gets_its_new_name_also_in_messages_that_wait(engine: sa.Engine):
    migrate(engine, "0007")
    fill(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE incident SET severity = 'low' WHERE id = 1")
        message = '{"severity": "low", "a": 1}'
        change = sa.text("UPDATE alert SET state = 'pending', message = :message WHERE id = 1")
        connection.execute(change, {"message": message})
    migrate(engine, "0008")
    after = stored(engine)
    assert [row["severity"] for row in after["incident"]] == ["watch", "severity 2", "severity 3"]
    assert after["alert"][0]["message"] == {"severity": "watch", "a": 1}


def severity_of_cases(engine: sa.Engine) -> dict[int, str | None]:
    """Of three cases of before 0010, of which the second has no incident, after the upgrade."""
    migrate(engine, "0009")
    fill(engine)
    with engine.begin() as connection:
        for number, severity in ((1, "critical"), (2, "high"), (3, "watch")):
            connection.execute(sa.text("UPDATE incident SET severity = :s WHERE id = :n"), {"s": severity, "n": number})
        connection.execute(sa.text('UPDATE "case" SET incident_id = NULL WHERE id = 2'))
    upgrade(engine)
    return {row["id"]: row["severity"] for row in stored(engine)["case"]}


def test_cases_of_before_get_the_severity_of_their_incident(engine: sa.Engine):
    assert severity_of_cases(engine) == {1: "critical", 2: None, 3: "watch"}


def test_reports_keep_their_brands_messages_and_rules_when_one_of_all_brands_becomes_possible(engine: sa.Engine):
    migrate(engine, "0010")
    fill(engine)
    upgrade(engine)
    rows = stored(engine)
    assert {row["report_id"] for row in rows["alert"]} - {None} <= {row["id"] for row in rows["report"]}
    together = sa.text(
        "INSERT INTO report (id, week_start, made_at, figures) VALUES (:id, '2026-11-09', '2026-11-16', '{}')"
    )
    with engine.begin() as connection:
        connection.execute(together, {"id": 8})
    with pytest.raises(sa.exc.IntegrityError, match="week"), engine.begin() as connection:
        connection.execute(together, {"id": 9})


def test_foreign_keys_hold_again_after_an_upgrade(engine: sa.Engine):
    migrate(engine, "0010")
    upgrade(engine)
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO idea_vote (idea_id, actor, at) VALUES (999, 'Sana', '2026-11-09')"))


def test_the_first_texts_of_authors_are_told_from_what_is_stored(engine: sa.Engine):
    migrate(engine, "0013")
    fill(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE mention SET author_id = CASE id WHEN 2 THEN NULL ELSE 1 END"))
        earliest = connection.execute(sa.text("SELECT min(published_at) FROM mention WHERE id <> 2")).scalar_one()
    upgrade(engine)
    first = {row["id"]: row["first_published_at"] for row in stored(engine)["author"]}
    assert {number for number, at in first.items() if at} == {1}
    assert str(first[1])[:19] == str(earliest)[:19]
