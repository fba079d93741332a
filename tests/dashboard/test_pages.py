"""Tests of the pages as a whole, on an empty and on a full database."""

from pathlib import Path

import pytest
import sqlalchemy as sa
import streamlit as st
from sqlmodel import select

from dashboard import complaints, frame
from dashboard.data.queues import Show
from monitor.clock import utcnow
from monitor.facts import WHOLE, Cell, Dimension, IncidentState, Kind, Mark
from monitor.jobs import answer
from monitor.models import Brand, Case, CaseState, Finding, Incident, Reply
from monitor.store.database import open_database
from tests.dashboard.pages import ADDRESSES, act_as, button, open_page, words_of, write_config
from tests.dashboard.scenario import HOSTILE, Scene
from tests.factories import (
    database_session,
    make_brand,
    make_case,
    make_incident,
    make_mention,
    make_source,
    make_theme,
    new_database,
    person,
)

Full = tuple[str, Scene]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_renders_on_an_empty_database(empty: str, address: str):
    app = open_page(address)
    assert not app.exception
    assert "ew-empty" in words_of(app)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_renders_on_a_full_database(full: Full, address: str):
    app = open_page(address)
    assert not app.exception
    assert "ew-h1" in words_of(app)


def test_a_database_without_brands_says_where_they_come_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EMBERWATCH_CONFIG", str(write_config(tmp_path, new_database(tmp_path))))
    assert "Nothing is watched yet" in words_of(open_page())


def test_the_overview_shows_open_incidents_before_all_figures(full: Full):
    words = words_of(open_page())
    assert words.index("Refunds: complaints about Rose Cart") < words.index("Negative, last 24 h")


def test_the_overview_compares_with_the_usual(full: Full):
    words = words_of(open_page())
    assert "× the usual" in words
    assert "What people complain about" in words


def test_the_overview_of_a_new_installation_says_what_happens_next(empty: str):
    words = words_of(open_page())
    assert "Nothing collected yet" in words
    assert "<code>emberwatch run</code>" in words


def test_a_link_to_an_incident_shows_evidence_and_who_was_told_and_why(full: Full):
    words = words_of(open_page("incident", id="1"))
    assert "27 negative in 80 min about refunds" in words
    assert "was told of “opened”, because a new incident opened" in words
    assert "was not told of “opened”, because it is less severe" in words
    assert "550 mailbox is full" in words


def test_an_incident_says_why_it_is_severe_where_it_goes_and_what_to_do(full: Full):
    words = words_of(open_page("incident", id="1"))
    assert "<b>Why critical:</b> 50 authors" in words
    assert "<b>Where it goes:</b> growing: each post brings about 1.4 more" in words
    assert "<b>What to do:</b> Read the first complaints" in words
    assert "sudden complaints" in words
    assert "22 in the last hour" in words
    assert "a film is among them" in words


def test_who_carries_an_incident_leads_to_what_they_said(full: Full):
    app = open_page("incident", id="1")
    words = words_of(app)
    assert "120,000 followers" in words
    assert "14 more in the hour after it" in words
    assert button(app, f"Open mention {full[1].evidence[1].id}")


def test_an_incident_that_is_over_has_no_forecast_and_no_advice(full: Full):
    words = words_of(open_page("incident", id="2"))
    assert "Where it goes" not in words
    assert "What to do" not in words
    assert "said <b><bdi>Bilal</bdi></b>" in words


def test_an_incident_is_marked_and_the_mark_is_taken_back(full: Full):
    url, _scene = full
    app = act_as(open_page("incident", id="1"), "Ayesha")
    button(app, "Noise").click().run()
    with database_session(url) as session:
        marked = session.get_one(Incident, 1)
        assert (marked.mark, marked.marked_by) == (Mark.NOISE, "Ayesha")
    button(app, "Take back").click().run()
    with database_session(url) as session:
        assert session.get_one(Incident, 1).mark is None


def test_a_mark_needs_a_name(full: Full):
    url, _scene = full
    button(open_page("incident", id="1"), "Useful").click().run()
    with database_session(url) as session:
        assert session.get_one(Incident, 1).mark is None


def test_a_dismissed_incident_counts_as_noise_until_somebody_says_otherwise(full: Full):
    url, _scene = full
    with database_session(url) as session:
        answer.dismiss_incident(session, 1, "A test", person("Ayesha"), utcnow())
    assert "it counts as noise" in words_of(open_page("incident", id="1"))


def test_what_nearly_was_an_incident_is_listed_with_its_reason(full: Full):
    words = words_of(open_page("incident"))
    assert "Not raised: as much more was said that is not negative" in words
    assert "Review bombing: 8 low ratings" in words
    assert "seen 42 times" in words


@pytest.mark.parametrize(
    ("kind", "cell", "name"),
    [
        (Kind.REVIEW_BOMBING, Cell(Dimension.SOURCE, "shop-reviews"), "Complaints on shop-reviews"),
        (Kind.RATING_DROP, Cell(Dimension.SOURCE, "shop-reviews"), "The rating of Rose Cart falls on shop-reviews"),
        (Kind.SLOW_BURN, WHOLE, "Complaints about Rose Cart"),
        (Kind.VOLUME, WHOLE, "Much is said about Rose Cart"),
        (Kind.SPIKE, Cell(Dimension.STORY, "5"), "One story about Rose Cart that spreads"),
    ],
)
def test_every_kind_of_incident_has_its_page(full: Full, kind: Kind, cell: Cell, name: str):
    url, scene = full
    with database_session(url) as session:
        brand = session.get_one(Brand, scene.brand.id)
        made = make_incident(session, brand, at=utcnow(), cell=cell, kind=kind, why="High: far above the usual.")
        session.commit()
        app = open_page("incident", id=str(made.id))
    assert not app.exception
    words = words_of(app)
    assert f'<span class="ew-name">{name}</span>' in words
    assert complaints.KINDS[kind] in words


def test_a_fallen_rating_is_shown_in_its_scale(full: Full):
    url, scene = full
    with database_session(url) as session:
        brand = session.get_one(Brand, scene.brand.id)
        made = make_incident(session, brand, at=utcnow(), kind=Kind.RATING_DROP)
        finding = session.exec(select(Finding).where(Finding.incident_id == made.id)).one()
        fall = {"before": 4.4, "now": 2.1, "worst": 1.0, "best": 5.0, "ratings": 38, "item": "<b>Lamp</b>"}
        finding.evidence = finding.evidence | {"rating": fall}
        session.add(finding)
        session.commit()
        words = words_of(open_page("incident", id=str(made.id)))
    assert "of 5, usually 4.4; 38 new ratings" in words
    assert "<b>Lamp</b>" not in words


def test_a_number_that_no_database_holds_is_never_asked_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(frame.st, "query_params", {"id": "2147483648", "case": "2147483647"})
    assert (frame.query_number("id"), frame.query_number("case")) == (None, 2147483647)


@pytest.mark.parametrize("number", ["999", "-1", "x", "3000000000", "99999999999999999999", "1'; DROP TABLE incident"])
def test_a_link_to_no_incident_shows_the_list(full: Full, number: str):
    app = open_page("incident", id=number)
    assert not app.exception
    assert "Going on" in words_of(app)


@pytest.mark.parametrize("query", [{"case": "999"}, {"mention": "999"}])
def test_a_link_to_no_complaint_says_so(full: Full, query: dict[str, str]):
    app = open_page("inbox", **query)
    assert not app.exception
    assert "This complaint is not here" in words_of(app)


def test_urdu_reads_from_right_to_left_and_roman_urdu_does_not(full: Full):
    words = words_of(open_page("incident", id="1"))
    assert 'dir="rtl" lang="ur"' in words
    assert 'dir="auto" lang="ur-Latn"' in words
    assert 'lang="te"' in words


def test_hostile_text_is_shown_as_it_stands(full: Full):
    app = open_page("inbox", mention=_hostile(full))
    words = words_of(app)
    assert not app.exception
    assert "&lt;script&gt;" in words
    assert "<script" not in words
    assert "<img" not in words
    assert ":smile:" in words
    assert "$\\frac{1}{2}$" in words
    assert "javascript:" not in words
    assert "\u202e" not in words


def test_no_page_gives_outside_text_to_markdown(full: Full):
    for app in (open_page(), open_page("inbox"), open_page("inbox", mention=_hostile(full))):
        assert not [element for element in app.markdown if "owned" in element.value]


def test_a_name_of_a_theme_turns_no_words_round(empty: str):
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        make_theme(session, "turned", "Turned \u202egnp")
        make_mention(session, brand, make_source(session, brand), at=utcnow(), themes=("turned",))
        session.commit()
    words = words_of(open_page("inbox"))
    assert "Turned gnp" in words
    assert "\u202e" not in words


def _hostile(full: Full) -> str:
    with database_session(full[0]) as session:
        return str(session.execute(sa.text("select id from mention where text = :t"), {"t": HOSTILE}).scalar_one())


def test_a_complaint_is_taken_answered_and_solved(full: Full):
    url, _scene = full
    app = act_as(open_page("inbox", case="1"), "Ayesha")
    button(app, "Take this complaint").click().run()
    app.text_area[0].input("We are sorry; the money is on its way.")
    button(app, "Record the answer").click().run()
    next(area for area in app.text_area if "done" in area.label).input("Refunded 3,450.")
    button(app, "Mark as solved").click().run()
    assert not app.exception
    with database_session(url) as session:
        case = session.get_one(Case, 1)
        assert (case.state, case.owner, case.outcome) == (CaseState.SOLVED, "Ayesha", "Refunded 3,450.")
        assert session.exec(select(Reply.text)).one() == "We are sorry; the money is on its way."


def test_a_name_is_the_same_here_and_by_a_link(full: Full):
    app = open_page("inbox")
    next(field for field in app.text_input if field.label == "Your name").input(" Ayesha\u202e \u200b Khan ")
    button(app, "That is me").click().run()
    assert app.session_state["who_acts"] == "Ayesha Khan"


def test_without_a_name_nothing_is_taken(full: Full):
    app = open_page("inbox", case="1")
    button(app, "Take this complaint").click().run()
    assert "say who you are first" in app.toast[0].value
    with database_session(full[0]) as session:
        assert session.get_one(Case, 1).state is CaseState.NEW


def test_the_second_to_take_a_complaint_is_told_who_was_first(full: Full):
    app = act_as(open_page("inbox", case="1"), "Bilal")
    with database_session(full[0]) as session:
        answer.take(session, 1, person("Ayesha *x*"), utcnow(), seen=CaseState.NEW)
    button(app, "Take this complaint").click().run()
    assert "Ayesha \\*x\\* has taken this case already" in app.toast[0].value
    assert "owns this complaint" in words_of(app)


def test_a_mention_without_a_case_is_taken_in_one_click(full: Full):
    url, scene = full
    app = act_as(open_page("inbox", mention=str(scene.evidence[9].id)), "Ayesha")
    button(app, "Take this complaint").click().run()
    with database_session(url) as session:
        case = session.exec(select(Case).where(Case.mention_id == scene.evidence[9].id)).one()
        assert (case.owner, case.incident_id) == ("Ayesha", scene.incident.id)


def test_the_owner_of_another_case_keeps_it(full: Full):
    app = act_as(open_page("inbox", case="2"), "Bilal")
    labels = [found.label for found in app.button]
    assert "Record the answer" not in labels
    assert "Give it back" in labels


def test_an_incident_is_owned_and_dismissed_with_a_reason(full: Full):
    url, scene = full
    app = act_as(open_page("incident", id="1"), "Ayesha")
    button(app, "I look after it").click().run()
    next(field for field in app.text_input if "no incident" in field.label).input("A test of the shop")
    button(app, "Dismiss it").click().run()
    assert not app.exception
    with database_session(url) as session:
        incident = session.get_one(Incident, scene.incident.id)
        assert (incident.owner, incident.state) == ("Ayesha", IncidentState.DISMISSED)
        assert incident.dismissed_reason == "A test of the shop"


def test_the_inbox_can_be_narrowed(full: Full):
    app = open_page("inbox")
    app.selectbox(key="inbox-language").select("te").run()
    assert not app.exception
    words = words_of(app)
    assert 'lang="te"' in words
    assert 'lang="ur"' not in words


def test_ones_own_cases_are_one_click_away(full: Full):
    app = act_as(open_page("inbox"), "Bilal")
    app.button_group(key="show").set_value(Show.MINE).run()
    words = words_of(app)
    assert "<b>yours</b>" in words
    assert "Ayesha" not in words


def test_sources_show_what_is_wrong_and_when_it_is_tried_again(full: Full):
    words = words_of(open_page("sources"))
    assert "503 Service Unavailable" in words
    assert "⊘</span>blocked" in words
    assert "not crawled yet" in words
    assert "left out: 3 too old, 1 no text" in words


def test_sources_show_what_a_crawl_brought_and_its_troubles_and_keep_the_rest_in_a_hint(full: Full):
    words = words_of(open_page("sources"))
    assert "12 new, 48 known, pages failed: 1<small" in words
    assert 'title="requests: 9"' in words


def test_a_database_that_is_behind_says_which_command_mends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EMBERWATCH_CONFIG", str(write_config(tmp_path, f"sqlite:///{tmp_path}/new.db")))
    app = open_page()
    assert "<code>emberwatch upgrade</code>" in words_of(app)
    engine = open_database(f"sqlite:///{tmp_path}/new.db")
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_mistake_in_the_config_is_shown_as_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "config.yaml").write_text("brands: []\n")
    monkeypatch.setenv("EMBERWATCH_CONFIG", str(tmp_path / "config.yaml"))
    app = open_page()
    assert not app.exception
    assert "brands" in words_of(app)


def test_any_address_but_this_machine_is_refused(empty: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(st, "get_option", lambda name: None)
    words = words_of(open_page())
    assert "This address is refused" in words
    assert "Rose Cart" not in words


def test_of_several_brands_the_one_in_trouble_is_shown_first(full: Full):
    with database_session(full[0]) as session:
        make_brand(session, "acme", "Acme", "Europe/London")
        session.commit()
    app = open_page()
    assert app.selectbox[0].options == ["Rose Cart (1 open)", "Acme"]
    app.selectbox[0].select_index(1).run()
    assert not app.exception
    assert "Nothing collected yet" in words_of(app)


def test_a_link_to_a_complaint_of_another_brand_shows_that_brand(full: Full):
    with database_session(full[0]) as session:
        brand = make_brand(session, "acme", "Acme", "Europe/London")
        mention = make_mention(session, brand, make_source(session, brand, "acme-blog"), "The tap drips.")
        make_case(session, mention)
        session.commit()
    app = open_page("inbox", case="5")
    assert "The tap drips." in words_of(app)
    assert app.selectbox[0].value.slug == "acme"
