"""An incident's page: who acknowledged it, who was told, waits or will be called, and how long it took to contain."""

import re
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from dashboard.data import opening
from dashboard.data.calls import calls
from dashboard.data.opening import config_path
from monitor.facts import ChangeKind, IncidentState, Severity
from monitor.jobs import alert as alert_job
from monitor.jobs import answer
from monitor.jobs.context import Context
from monitor.models import Alert, AlertState, Brand, Incident, IncidentChange, Silence
from tests.dashboard.pages import act_as, button, open_page, words_of
from tests.dashboard.scenario import Scene
from tests.factories import database_session, make_alert, make_incident, person

Full = tuple[str, Scene]
MINUTE = timedelta(minutes=1)
ROUTES = """routes:
  - channels: [mail-lead]
    at_least: watch
  - channels: [slack-support]
    escalate: [{after: 20m, channels: [mail-lead]}, {after: 1h, channels: [boss, mail-lead]}]
"""


@pytest.fixture
def told(empty: str) -> str:
    """An incident that the second route told of ten minutes ago; the route has two steps of escalation."""
    path = config_path()
    boss = "{id: boss, type: console}, {id: slack-support"
    path.write_text(path.read_text().replace("{id: slack-support", boss) + ROUTES)
    with database_session(empty) as session:
        incident = make_incident(session, session.get_one(Brand, 1), at=opening.now() - 10 * MINUTE)
        change = session.exec(select(IncidentChange).where(IncidentChange.incident_id == incident.id)).one()
        make_alert(session, change, "slack-support", route=2, due_at=change.at)
        session.commit()
    return empty


def _page() -> str:
    app = open_page("incident", id="1")
    assert not app.exception
    return words_of(app)


def _incident(session: Session) -> Incident:
    return session.get_one(Incident, 1)


def test_it_says_who_will_be_called_when_nobody_acknowledges(told: str):
    words = _page()
    called = "</bdi></b> will be called too, if nobody has acknowledged it by then<br>"
    assert words.count(called) == 2
    assert words.index(f"mail-lead{called}") < words.index(f"boss{called}")
    assert re.search(r"in (10|9) min</time>", words)
    assert re.search(r"in (50|49) min</time>", words)


def test_who_was_called_already_is_not_called_again(told: str):
    with database_session(told) as session:
        change = session.exec(select(IncidentChange)).one()
        called = make_alert(session, change, "mail-lead", reason="escalated", route=2, due_at=opening.now())
        called.key = f"escalation:1:{change.id}:mail-lead"
        session.commit()
    words = _page()
    assert "<bdi>boss</bdi></b> will be called too" in words
    assert "<bdi>mail-lead</bdi></b> will be called too" not in words
    assert "because nobody acknowledged the incident in time" in words


@pytest.mark.parametrize(
    "values",
    [
        {"acknowledged_at": opening.now(), "acknowledged_by": "Sana"},
        {"owner": "Sana"},
        {"state": IncidentState.CALMED},
        {"severity": Severity.WATCH},
    ],
)
def test_nobody_is_called_for_what_is_seen_over_or_not_severe_enough(told: str, values: dict[str, object]):
    with database_session(told) as session:
        session.add(_incident(session).sqlmodel_update(values))
        session.commit()
    assert "will be called too" not in _page()


def test_what_was_withheld_calls_nobody(told: str):
    with database_session(told) as session:
        session.add(session.exec(select(Alert)).one().sqlmodel_update({"state": AlertState.WITHHELD}))
        session.commit()
    assert "will be called too" not in _page()


def test_an_incident_is_acknowledged_and_says_by_whom(full: Full):
    url, _scene = full
    app = act_as(open_page("incident", id="1"), "Sana")
    button(app, "Acknowledge").click().run()
    assert not app.exception
    with database_session(url) as session:
        assert (_incident(session).acknowledged_by, _incident(session).owner) == ("Sana", "")
        kinds = session.exec(select(IncidentChange.kind).where(IncidentChange.actor == "Sana")).all()
        assert kinds == [ChangeKind.ACKNOWLEDGED]
    words = words_of(app)
    assert "acknowledged by <b><bdi>Sana</bdi></b>" in words
    assert "nobody looks after it yet" in words
    assert '<div class="ew-step ew-good"><b>acknowledged</b>' in words
    assert "Acknowledge" not in [found.label for found in app.button]


def test_acknowledging_needs_a_name(full: Full):
    app = open_page("incident", id="1")
    button(app, "Acknowledge").click().run()
    assert "say who you are first" in app.toast[0].value
    with database_session(full[0]) as session:
        assert _incident(session).acknowledged_at is None


def test_who_looks_after_it_has_acknowledged_it_and_is_named_once(full: Full):
    app = act_as(open_page("incident", id="1"), "Sana")
    button(app, "I look after it").click().run()
    words = words_of(app)
    assert "<b><bdi>Sana</bdi></b> looks after it" in words
    assert "acknowledged by" not in words
    assert "<b>owned</b>" in words
    assert "Acknowledge" not in [found.label for found in app.button]


def test_who_saw_it_first_stays_named_beside_who_looks_after_it(full: Full):
    with database_session(full[0]) as session:
        answer.acknowledge_incident(session, 1, person("<b>Bilal</b>"), opening.now())
        answer.own_incident(session, 1, person("Sana"), opening.now(), seen_owner="")
    words = _page()
    assert "acknowledged by <b><bdi>&lt;b&gt;Bilal&lt;/b&gt;</bdi></b>" in words
    assert "<b><bdi>Sana</bdi></b> looks after it" in words


def test_what_waits_says_why_and_until_when(full: Full):
    words = _page()
    assert re.search(r"in (5 h|4 h \d+ min)</time></b>, because the channel has quiet hours", words)
    assert "</b>, because someone silenced it" in words
    assert "went out together with 3 others" in words


@pytest.mark.parametrize(("minutes", "is_told"), [(5, True), (0.5, False)])
def test_a_message_that_was_held_says_how_long_it_waited(told: str, minutes: float, is_told: bool):
    with database_session(told) as session:
        alert = session.exec(select(Alert)).one()
        sent_at = alert.created_at + minutes * MINUTE
        session.add(alert.sqlmodel_update({"held": "grouped", "sent_at": sent_at}))
        session.commit()
    assert ("it waited 5 min, because more of the same brand was told" in _page()) is is_told


def test_what_people_said_of_an_alert_stands_with_it(full: Full):
    words = words_of(open_page("incident", id="2"))
    told = words[words.index("Who was told, and why") :]
    assert "useful</span> said <b><bdi>Bilal</bdi></b>" in told
    assert "noise</span> said <b><bdi>Sana</bdi></b>" in told


def test_an_incident_that_is_over_says_how_long_it_took_to_contain(told: str):
    with database_session(told) as session:
        incident = _incident(session)
        values = {"state": IncidentState.RESOLVED, "resolved_at": opening.now()}
        session.add(incident.sqlmodel_update(values | {"calmed_at": incident.opened_at + 7 * MINUTE}))
        session.commit()
    assert "<span>contained in 7 min</span>" in _page()


def test_a_dismissed_incident_was_not_contained(told: str):
    with database_session(told) as session:
        values = {"state": IncidentState.DISMISSED, "dismissed_at": opening.now(), "calmed_at": opening.now()}
        session.add(_incident(session).sqlmodel_update(values))
        session.commit()
    assert "contained in" not in _page()


def test_an_incident_is_silenced_from_its_page_with_what_it_is_about(full: Full):
    url, _scene = full
    app = act_as(open_page("incident", id="1"), "Sana")
    assert app.selectbox(key="silence-incident-1-theme").value == "refund"
    app.text_input(key="silence-incident-1-reason").input("The bank is down, we know")
    button(app, "Silence it").click().run()
    assert not app.exception
    with database_session(url) as session:
        made = session.exec(select(Silence).where(Silence.actor == "Sana")).one()
        assert (made.brand, made.theme, made.up_to) == ("rosecart", "refund", Severity.HIGH)


def _run_jobs(url: str, at: datetime) -> None:
    with database_session(url) as session:
        alert_job.run(Context(opening.settings(), session, at))
    opening.forget()


def _escalated(url: str) -> list[str]:
    with database_session(url) as session:
        return sorted(session.exec(select(Alert.channel).where(Alert.reason == "escalated")).all())


def test_what_the_page_foretells_is_what_the_job_does(told: str):
    with database_session(told) as session:
        session.delete(session.exec(select(Alert)).one())
        session.commit()
    now = opening.now()
    _run_jobs(told, now)  # routes the opening, to both
    foretold = calls(1, opening.now())
    assert foretold == ((now + 20 * MINUTE, "mail-lead"), (now + 60 * MINUTE, "boss"))
    for at, _channel in foretold:
        _run_jobs(told, at - timedelta(seconds=1))
        before = _escalated(told)
        _run_jobs(told, at)
        opening.forget()
        assert len(_escalated(told)) == len(before) + 1
    assert _escalated(told) == ["boss", "mail-lead"]
    assert calls(1, opening.now()) == ()
    assert "because nobody acknowledged the incident in time" in words_of(open_page("alerts"))


def test_a_channel_of_two_routes_begins_the_time_of_both(told: str):
    path = config_path()
    path.write_text(
        path.read_text().replace("channels: [mail-lead]\n    at_least", "channels: [slack-support]\n    at_least")
    )
    with database_session(told) as session:
        session.add(session.exec(select(Alert)).one().sqlmodel_update({"route": 1}))
        session.commit()
        opened = session.exec(select(IncidentChange.at)).one()
    assert calls(1, opening.now()) == ((opened + 20 * MINUTE, "mail-lead"), (opened + 60 * MINUTE, "boss"))


def test_a_route_that_is_meant_for_something_else_calls_nobody(told: str):
    path = config_path()
    path.write_text(path.read_text().replace("    escalate:", "    themes: [delivery]\n    escalate:"))
    assert calls(1, opening.now()) == ()
