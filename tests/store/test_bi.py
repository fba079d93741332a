"""The views for other programs: there after every upgrade, without names, and told of in the docs."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.facts import RELEVANT
from monitor.models import Installation, MentionBrand, Reply, ReplyState
from monitor.store import bi
from monitor.store.database import upgrade
from tests.factories import (
    NOON,
    make_alert,
    make_author,
    make_brand,
    make_case,
    make_change,
    make_incident,
    make_mention,
    make_source,
)

DOC = Path(__file__).parent.parent.parent / "docs" / "bi.md"


def rows(session: Session, view: str) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(sa.text(f"SELECT * FROM {view}")).mappings()]


def views(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_view_names())


def test_a_new_database_has_all_views(engine: sa.Engine):
    assert views(engine) == set(bi.VIEWS)


@pytest.mark.parametrize("view", bi.VIEWS)
def test_the_docs_name_every_column(engine: sa.Engine, view: str):
    text = DOC.read_text(encoding="utf-8")
    section = text.split(f"### `{view}`")[1].split("\n###")[0].split("\n## ")[0]
    for column in sa.inspect(engine).get_columns(view):
        assert f"| `{column['name']}` |" in section, f"{view}.{column['name']}"


def test_the_docs_name_no_column_that_is_not_there(engine: sa.Engine):
    told = {line.split("`")[1] for line in DOC.read_text(encoding="utf-8").splitlines() if line.startswith("| `")}
    assert told == {column["name"] for view in bi.VIEWS for column in sa.inspect(engine).get_columns(view)}


def test_a_mention_is_told_with_its_reading_and_without_a_name(session: Session):
    brand = make_brand(session)
    source, author = make_source(session, brand), make_author(session, "Ali Raza", followers=5)
    text = make_mention(session, brand, source, themes=["refund"], author=author, rating=2.0)
    case = make_case(session, text, owner="Sana")
    (row,) = rows(session, "bi_mention")
    assert (row["brand"], row["source"], row["sentiment"], row["case_id"]) == (
        "rosecart", "reviews", "negative", case.id,
    )  # fmt: skip
    assert row["author"] == author.pseudonym
    assert "Ali" not in str(row)
    assert rows(session, "bi_mention_theme")[0]["theme"] == "refund"
    assert rows(session, "bi_case")[0]["owner"] == "Sana"


def test_what_is_deleted_or_about_something_else_is_in_no_view(session: Session):
    brand = make_brand(session)
    source = make_source(session, brand)
    gone, other = (make_mention(session, brand, source, themes=["refund"]) for _ in range(2))
    gone.deleted_at = NOON
    session.add(gone)
    link = session.get_one(MentionBrand, (other.id, brand.id))
    link.relevance = RELEVANT - 0.01
    session.add(link)
    session.flush()
    assert rows(session, "bi_mention") == []
    assert [row["mention_id"] for row in rows(session, "bi_mention_theme")] == [other.id]


def test_a_text_that_just_concerns_the_brand_is_told(session: Session):
    brand = make_brand(session)
    text = make_mention(session, brand, make_source(session, brand))
    link = session.get_one(MentionBrand, (text.id, brand.id))
    link.relevance = RELEVANT
    session.add(link)
    session.flush()
    assert len(rows(session, "bi_mention")) == 1


def test_days_sum_what_the_series_hold(session: Session):
    brand = make_brand(session)
    source = make_source(session, brand)
    for hours in (0, 1, 24):
        make_mention(session, brand, source, at=NOON + timedelta(hours=hours), negative=0.5)
    whole = [row for row in rows(session, "bi_daily") if row["dimension"] == "all"]
    assert [(str(row["day"]), row["mentions"], row["negative"]) for row in whole] == [
        ("2026-03-02", 2, 1.0),
        ("2026-03-03", 1, 0.5),
    ]


def test_answers_incidents_and_alerts_are_counted(session: Session):
    brand = make_brand(session)
    text = make_mention(session, brand, make_source(session, brand))
    incident = make_incident(session, brand, [text])
    case = make_case(session, text, incident=incident)
    for state in (ReplyState.POSTED, ReplyState.DRAFT):
        session.add(Reply(case_id=case.id, state=state, actor="Sana", text="Sorry!", written_at=NOON))
    make_alert(session, make_change(session, incident))
    session.flush()
    assert [(row["answers"], row["severity"]) for row in rows(session, "bi_case")] == [(1, "high")]
    assert [(row["mentions"], row["state"]) for row in rows(session, "bi_incident")] == [(1, "open")]
    assert [(row["brand"], row["reason"]) for row in rows(session, "bi_alert")] == [("rosecart", "new_incident")]
    assert [row["time_zone"] for row in rows(session, "bi_brand")] == ["Asia/Karachi"]


@pytest.mark.parametrize("secret", ["display_name", "embedding", "message", "error", "installation"])
def test_no_view_reads_what_nobody_else_is_to_see(secret: str):
    assert not [name for name, sql in bi.VIEWS.items() if secret in sql]


@pytest.mark.sqlite("compares the bytes of the file")
def test_where_the_views_are_those_of_this_version_nothing_is_written(engine: sa.Engine, tmp_path: Path):
    engine.dispose()
    before = (tmp_path / "emberwatch.db").read_bytes()
    upgrade(engine)
    engine.dispose()
    assert (tmp_path / "emberwatch.db").read_bytes() == before


def test_views_of_another_version_are_made_anew(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bi, "VIEWS", {"bi_brand": "SELECT slug FROM brand", "bi_old": "SELECT id FROM mention"})
    upgrade(engine)
    assert views(engine) == {"bi_brand", "bi_old"}
    monkeypatch.undo()
    upgrade(engine)
    assert views(engine) == set(bi.VIEWS)
    assert [column["name"] for column in sa.inspect(engine).get_columns("bi_brand")][:2] == ["brand", "name"]


def test_a_view_that_somebody_dropped_comes_back(engine: sa.Engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP VIEW bi_case")
    upgrade(engine)
    assert views(engine) == set(bi.VIEWS)


def test_views_of_others_stay(engine: sa.Engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE VIEW bi_mine AS SELECT slug FROM brand")
        connection.execute(sa.delete(Installation).where(Installation.name == bi.MADE))  # type: ignore[arg-type]
    upgrade(engine)
    assert views(engine) == {*bi.VIEWS, "bi_mine"}
