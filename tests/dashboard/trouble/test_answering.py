"""The complaints on the page of an incident: each leads to its answer, and cases are opened for all of them."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from dashboard.casework import drafting
from dashboard.data import opening
from dashboard.data.incidents import incident
from dashboard.trouble import answering, causing
from monitor.clock import utcnow
from monitor.facts import IncidentState, Role
from monitor.jobs import answer
from monitor.models import Case, CaseState
from tests.dashboard.logins import logged_in
from tests.dashboard.pages import act_as, button, open_page, words_of
from tests.dashboard.scenario import Scene
from tests.factories import NOON, database_session, make_brand, make_incident, person

Full = tuple[str, Scene]


def test_answering_takes_the_complaint_and_leads_to_its_case(full: Full):
    app = act_as(open_page("incident", id="1"), "Sana")
    button(app, "Answer").click().run()
    assert not app.exception
    with database_session(full[0]) as session:
        case = session.get_one(Case, int(app.query_params["case"]))
        assert (case.owner, case.state, case.incident_id) == ("Sana", CaseState.OWNED, full[1].incident.id)


def test_without_a_name_nothing_is_taken(full: Full):
    app = open_page("incident", id="1")
    with database_session(full[0]) as session:
        before = len(session.exec(select(Case)).all())
    button(app, "Answer").click().run()
    assert "say who you are first" in app.toast[0].value
    with database_session(full[0]) as session:
        assert len(session.exec(select(Case)).all()) == before


def test_the_case_of_another_is_opened_and_not_taken(full: Full, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(answering, "EXAMPLES", 30)
    app = act_as(open_page("incident", id="1"), "Sana")
    labels = [found.label for found in app.button]
    assert "Open case 2" in labels  # Ayesha's
    assert "Open case 3" in labels  # answered by Bilal
    assert "Open case 1" not in labels  # nobody's: it is answered


def test_ones_own_case_that_is_not_answered_yet_is_answered(full: Full, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(answering, "EXAMPLES", 30)
    app = act_as(open_page("incident", id="1"), "Ayesha")
    assert "Open case 2" not in [found.label for found in app.button]


def test_one_click_opens_cases_for_complaints_without_one(full: Full):
    url, scene = full
    app = act_as(open_page("incident", id="1"), "Sana")
    button(app, "Open cases for 20 complaints without one").click().run()
    assert not app.exception
    with database_session(url) as session:
        cases = session.exec(select(Case).where(Case.incident_id == scene.incident.id)).all()
        assert len(cases) == 3 + answering.AT_ONCE
    labels = [found.label for found in app.button]
    assert "Open cases for 7 complaints without one" in labels


def test_who_opens_them_at_the_same_time_opens_none_twice(full: Full):
    url, scene = full
    app = act_as(open_page("incident", id="1"), "Sana")
    with database_session(url) as session:
        answer.open_for_incident(
            session, scene.incident.id or 0, person("Bilal"), utcnow(), opening.settings().service, limit=20
        )
    button(app, "Open cases for 20 complaints without one").click().run()
    with database_session(url) as session:
        assert len(session.exec(select(Case).where(Case.incident_id == scene.incident.id)).all()) == 30


def test_a_viewer_is_offered_nothing_to_do(full: Full, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    logged_in(monkeypatch, tmp_path, role=Role.VIEWER)
    labels = [found.label for found in open_page("incident", id="1").button]
    assert "Open in the inbox" in labels
    refused = {"Answer", "I look after it", "Acknowledge", "Dismiss it", "Silence it"}
    assert refused.isdisjoint(labels)
    assert not [label for label in labels if label.startswith("Open cases")]


def test_an_agent_looks_after_an_incident_and_does_not_dismiss_it(
    full: Full, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    logged_in(monkeypatch, tmp_path, role=Role.AGENT)
    labels = [found.label for found in open_page("incident", id="1").button]
    assert {"Answer", "I look after it", "Acknowledge"} <= set(labels)
    assert {"Dismiss it", "Silence it"}.isdisjoint(labels)


def test_the_way_to_how_it_spreads_is_on_the_page(full: Full):
    app = open_page("incident", id="1")
    button(app, "How it spreads").click().run()
    assert app.query_params["id"] == "1"


def test_who_looks_after_it_is_its_owner(full: Full):
    with database_session(full[0]) as session:
        answer.own_incident(session, 1, person("<b>Sana</b>"), utcnow(), seen_owner="")
    words = words_of(open_page("incident", id="1"))
    assert "<b>The owner:</b> <b><bdi>&lt;b&gt;Sana&lt;/b&gt;</bdi></b>" in words


def test_of_an_incident_that_is_over_and_without_texts_only_what_is_known_is_said(empty: str):
    with database_session(empty) as session:
        made = make_incident(session, make_brand(session, "acme", "Acme"), at=NOON, state=IncidentState.RESOLVED)
        session.commit()
    row = incident(made.id or 0)
    assert row is not None
    zone = ZoneInfo(row.time_zone)
    assert "It began" not in causing.line(row, NOON + timedelta(hours=1), zone)
    assert "nobody yet" not in causing.owner(row)


def test_a_draft_at_once_never_takes_the_place_of_what_is_written(full: Full):
    app = act_as(open_page("inbox", case="2"), "Ayesha")
    app.text_area[0].input("Dear Sir,").run()
    app.session_state[drafting.AT_ONCE] = full[1].evidence[1].id
    app.run()
    assert app.text_area[0].value == "Dear Sir,"
    assert drafting.AT_ONCE not in app.session_state


def test_the_case_of_another_gets_no_draft(full: Full):
    app = act_as(open_page("inbox", case="2"), "Sana")
    app.session_state[drafting.AT_ONCE] = full[1].evidence[1].id
    app.run()
    assert not any(area.value for area in app.text_area)
