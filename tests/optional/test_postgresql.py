"""What comes by doors is kept on PostgreSQL as on SQLite, when EMBERWATCH_TEST_POSTGRESQL names a server to try it on.

    EMBERWATCH_TEST_POSTGRESQL=postgresql+psycopg://postgres@127.0.0.1:5432/postgres pytest tests/optional

The user must be allowed to make databases; each test makes one of its own and drops it.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from monitor.clock import utcnow
from monitor.facts import Gone, Mark
from monitor.jobs import notices, prune, receive
from monitor.models import Alert, Mention, SourceHealth
from monitor.store import hosts, marks, removal, sources
from monitor.store.database import open_database, session_of, upgrade
from tests.contexts import make_context, make_settings
from tests.reception.conftest import ASK_SECRET, DOORS, HOOK_SECRET, House, house_of
from tests.reception.test_acting import MAIL, incident_of, owe, press

SERVER = os.environ.get("EMBERWATCH_TEST_POSTGRESQL", "")
pytestmark = pytest.mark.skipif(not SERVER, reason="EMBERWATCH_TEST_POSTGRESQL names no server")


def _do(sql: str) -> None:
    engine = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(sql)
    engine.dispose()


@contextmanager
def empty_database() -> Iterator[sa.Engine]:
    """A database of its own, without tables, that is dropped afterwards."""
    name = f"emberwatch_{uuid4().hex}"
    _do(f"CREATE DATABASE {name}")
    engine = open_database(sa.make_url(SERVER).set(database=name).render_as_string(hide_password=False))
    try:
        yield engine
    finally:
        engine.dispose()
        _do(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engine() -> Iterator[sa.Engine]:
    with empty_database() as engine:
        for _ in range(2):
            upgrade(engine)
        yield engine


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    with session_of(engine) as session:
        yield session


def texts(session: Session) -> list[str]:
    session.expire_all()
    return sorted(session.exec(select(Mention.text)))


def test_a_folder_is_read_and_a_refused_file_is_told(session: Session, tmp_path: Path):
    (tmp_path / "good.csv").write_text("Review ID,Review,Stars\n1,Cold tea,2\n2,Fine ☕,5\n", encoding="utf-8")
    (tmp_path / "bad.csv").write_text("Review,Stars\nCold tea,nine\n", encoding="utf-8")
    door = {"id": "drop", "type": "folder", "brands": ["karak"], "path": str(tmp_path), "settle": "0s"}
    context = make_context(
        session, utcnow() + timedelta(minutes=1), doors=[door], channels=[{"type": "console", "id": "screen"}]
    )
    assert receive.run(context) == {"new": 2, "files": 1, "files refused": 1}
    for _ in range(2):
        notices.tell_operator_of_sources(context)
    assert [alert.message["subject"] for alert in session.exec(select(Alert))] == [
        "Emberwatch: a file was refused at the door drop"
    ]
    assert texts(session) == ["Cold tea", "Fine ☕"]


@pytest.fixture
def house(session: Session, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("HOOK_SECRET", HOOK_SECRET)
    monkeypatch.setenv("ASK_SECRET", ASK_SECRET)
    context = make_context(session, utcnow(), doors=DOORS)
    session.commit()
    yield from house_of(context.settings, engine)


def test_an_event_is_kept_once_and_a_survey_is_answered_once(session: Session, house: House):
    event = {"id": "1", "text": "The parcel never came.", "rating": 1}
    assert [house.post(event).json for _ in range(2)] == [{"ok": True, "new": 1}, {"ok": True, "events told again": 1}]
    form = re.search(r'name="token" value="([^"]+)"', house.ask("GET", "/ask/visit").text)
    assert form is not None
    for _ in range(2):
        assert house.send("visit", {"token": form[1], "score": "1", "comment": "Cold"}).status == 200
    assert texts(session) == ["Cold", "The parcel never came."]


def test_what_crawls_note_is_kept_and_pruned(session: Session, house: House):
    house.post({"id": "1", "text": "The parcel never came."})
    context, mention = make_context(session, utcnow()), session.exec(select(Mention)).one()
    gone = Gone(kind=mention.kind, host=mention.host, external_id=mention.external_id)
    removal.note_missing(session, [gone], context.now)
    source = sources.by_slug(session, "news")
    assert source is not None
    hosts.note_asked(session, source.id or 0, ["old.example"], context.now - timedelta(days=31))
    sources.record_rest(session, source, "news.example asks us to wait", until=context.now)
    assert prune.run(context)["hosts"] == 1
    assert (mention.missing_at, source.health) == (context.now, SourceHealth.RESTING)


def test_what_people_do_by_the_links_of_alerts_is_kept(engine: sa.Engine):
    for house in house_of(make_settings(channels=[MAIL]), engine):
        number, path = owe(house)
        assert [press(house, path, do).status for do in ("own", "useful", "noise")] == [200] * 3
        assert press(house, path, "own", "Bilal").status == 409
        incident = incident_of(house, number)
    assert (incident.owner, incident.acknowledged_by, incident.mark) == ("Ayesha", "Ayesha", Mark.NOISE)
    with session_of(engine) as session:
        assert marks.precision(session, utcnow() - timedelta(days=1)).detectors == {"spike": marks.Share(0, 1)}
