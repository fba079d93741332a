"""The views and exports on PostgreSQL, and who may read what of them."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.exports import Form
from monitor.folding import terms
from monitor.jobs.answer import exporting
from monitor.jobs.answer.exporting import Shape
from monitor.store import bi
from monitor.store.database import open_database, session_of, upgrade
from monitor.store.exports import AlertsWanted, CasesWanted, MentionsWanted, Wish
from monitor.store.search import Wanted
from tests.factories import (
    NOON,
    make_alert,
    make_brand,
    make_case,
    make_change,
    make_incident,
    make_mention,
    make_source,
    person,
)

DOC = Path(__file__).parent.parent.parent / "docs" / "bi.md"


@pytest.fixture
def engine(postgresql_url: str) -> Iterator[sa.Engine]:
    engine = open_database(postgresql_url)
    with session_of(engine) as session:
        brand = make_brand(session)
        text = make_mention(session, brand, make_source(session, brand), themes=["refund"])
        incident = make_incident(session, brand, [text])
        make_case(session, text, incident=incident, answer_due_at=NOON)
        make_alert(session, make_change(session, incident))
        session.commit()
    yield engine
    engine.dispose()


@pytest.fixture
def analyst(engine: sa.Engine) -> Iterator[sa.Engine]:
    """Who comes as the role that the docs say how to make."""
    commands = DOC.read_text(encoding="utf-8").split("```sql\n")[1].split("```")[0]
    with engine.begin() as connection:
        for command in commands.split(";\n"):
            if command.strip():
                connection.exec_driver_sql(command)
    other = sa.create_engine(engine.url.set(username="analyst", password="choose one"))
    yield other
    other.dispose()
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP OWNED BY analyst")
        connection.exec_driver_sql("DROP ROLE analyst")


def read(engine: sa.Engine, sql: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def test_every_view_can_be_read(engine: sa.Engine):
    for view in bi.VIEWS:
        assert len(read(engine, f"SELECT * FROM {view}")) > 0


def test_columns_have_the_names_that_sqlite_gives_them(engine: sa.Engine):
    told = {line.split("`")[1] for line in DOC.read_text(encoding="utf-8").splitlines() if line.startswith("| `")}
    assert told == {column["name"] for view in bi.VIEWS for column in sa.inspect(engine).get_columns(view)}


def test_the_role_of_the_docs_reads_the_views_and_nothing_else(analyst: sa.Engine):
    assert read(analyst, "SELECT brand, sentiment FROM bi_mention") == [("rosecart", "negative")]
    for refused in ("SELECT * FROM author", "SELECT * FROM installation", "DELETE FROM bi_brand"):
        with pytest.raises(sa.exc.DBAPIError, match=r"permission denied|read-only transaction"):
            read(analyst, refused)


def test_who_may_read_a_view_may_after_it_was_made_anew(engine: sa.Engine, analyst: sa.Engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM installation WHERE name = 'bi_views'")
    upgrade(engine)
    assert read(analyst, "SELECT brand FROM bi_brand") == [("rosecart",)]


@pytest.mark.parametrize(
    "wish",
    [
        MentionsWanted((Wanted(1, terms("parcel"), since=NOON - timedelta(days=1)),)),
        CasesWanted(NOON + timedelta(hours=1), (1,), overdue=True, theme="refund", source_kind="schemaorg"),
        CasesWanted(NOON, (1,), terms=terms("parcel")),
        AlertsWanted((1,)),
    ],
)
def test_what_fits_is_exported(engine: sa.Engine, wish: Wish):
    out = io.BytesIO()
    with session_of(engine) as session:
        assert exporting.export(session, wish, Shape(Form.JSONL), out, person("Sana"), NOON) == 1
    assert json.loads(out.getvalue())["brand"] == "rosecart"
