"""The Sources page tells each kind of trouble by a sign and words of its own; deleted texts are shown nowhere."""

import re
from datetime import timedelta

import pytest

from dashboard.data.opening import config_path
from monitor.clock import utcnow
from monitor.facts import Gone
from monitor.models import Brand, RunOutcome, SourceHealth
from monitor.store import hosts, removal
from tests.dashboard.pages import open_page, words_of
from tests.factories import database_session, make_case, make_incident, make_mention, make_run, make_source

SECRET = "The lamp burned my table."


@pytest.mark.parametrize(
    ("health", "shown"),
    [
        (SourceHealth.CHANGED, "≠</span>format changed"),
        (SourceHealth.SPENT, "◔</span>quota spent"),
        (SourceHealth.RESTING, "◔</span>resting"),
        (SourceHealth.BLOCKED, "⊘</span>blocked"),
        (SourceHealth.QUIET, "…</span>quieter than usual"),
        (SourceHealth.FAILING, "▲▲</span>failing"),
    ],
)
def test_each_trouble_has_its_own_sign_and_words(empty: str, health: SourceHealth, shown: str):
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        make_source(session, brand, "place", health=health, error="the field 'body' has vanished")
        session.commit()
    words = words_of(open_page("sources"))
    assert shown in words
    assert "the field &#x27;body&#x27; has vanished" in words


@pytest.mark.parametrize("health", [SourceHealth.SPENT, SourceHealth.RESTING])
def test_a_source_that_is_left_alone_says_until_when(empty: str, health: SourceHealth):
    with database_session(empty) as session:
        brand, later = session.get_one(Brand, 1), utcnow() + timedelta(hours=3)
        source = make_source(session, brand, "place", health=health, next_try_at=later)
        make_run(session, source, at=utcnow(), outcome=RunOutcome.SPENT)
        session.commit()
    words = words_of(open_page("sources"))
    assert re.search(r"<small>until .*\d\d:\d\d.*in 3 h", words)
    assert "ended early" in words


NEWS = """sources:
  - {id: news, type: feed, brands: [rosecart], params: {url: "https://news.example/feed"}}
  - {id: blog, type: feed, brands: [rosecart], params: {url: "https://blog.example/feed"}}
"""


def test_the_overview_says_how_many_sources_are_not_heard(empty: str):
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        sources = [make_source(session, brand, health.value, health=health) for health in SourceHealth]
        make_mention(session, brand, sources[0], at=utcnow())
        session.commit()
    assert f"5 of {len(SourceHealth)} sources are not heard now" in words_of(open_page())


def test_a_source_waits_for_its_host_and_the_page_says_so(empty: str):
    path = config_path()
    path.write_text(path.read_text() + NEWS)
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        for slug in ("news", "blog"):
            make_source(session, brand, slug, health=SourceHealth.WAITING)
        now = utcnow()
        hosts.note_rest(session, "news.example", now + timedelta(minutes=30), "it answers 429", now)
        session.commit()
    words = words_of(open_page("sources"))
    assert "<small>news.example asks us to wait</small>" in words
    assert words.count("as soon as possible") == 1


def test_what_a_crawl_took_of_a_quota_is_no_trouble(empty: str):
    with database_session(empty) as session:
        source = make_source(session, session.get_one(Brand, 1), "place")
        make_run(session, source, at=utcnow(), **{"new": 2, "quota: YouTube units": 7, "deleted at the source": 1})
        session.commit()
    words = words_of(open_page("sources"))
    assert "2 new, 1 deleted there<small" in words
    assert 'title="quota: YouTube units: 7"' in words


@pytest.mark.parametrize("address", ["", "incident", "inbox", "mentions"])
def test_a_text_that_was_deleted_at_its_source_is_shown_nowhere(empty: str, address: str):
    now = utcnow()
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        mention = make_mention(session, brand, make_source(session, brand), SECRET, title="Lamp", at=now)
        incident = make_incident(session, brand, [mention], at=now)
        make_case(session, mention, at=now, incident=incident)
        gone = Gone(kind=mention.kind, host=mention.host, external_id=mention.external_id)
        removal.remove(session, [gone], now)
        session.commit()
    app = open_page(address, id="1") if address == "incident" else open_page(address)
    assert not app.exception
    assert ("1 text is the evidence, the surest complaints first; 1 of them deleted" in words_of(app)) == (
        address == "incident"
    )
    assert SECRET not in words_of(app)
    assert "open the original" not in words_of(app)


def test_a_case_goes_on_without_the_text(empty: str):
    now = utcnow()
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        mention = make_mention(session, brand, make_source(session, brand), SECRET, at=now - timedelta(hours=1))
        case = make_case(session, mention, at=now, owner="Bilal")
        gone = Gone(kind=mention.kind, host=mention.host, external_id=mention.external_id)
        removal.remove(session, [gone], now)
        session.commit()
        number = case.id
    words = words_of(open_page("inbox", case=str(number)))
    assert "Deleted at the source" in words
    assert "Bilal" in words
