"""Tests of what the Alerts page knows of messages: which list each is in, whose it is, and what goes with it."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from dashboard.data import alerts, incidents, opening
from dashboard.data.alerts import PAGE, Asked, Show
from monitor.facts import IncidentState, Mark, Severity
from monitor.jobs import answer
from monitor.models import Alert, AlertState, Brand, Report
from tests.dashboard.scenario import Scene
from tests.factories import (
    database_session,
    make_alert,
    make_brand,
    make_change,
    make_incident,
    person,
)

DAY = timedelta(days=1)


def _listed(asked: Asked) -> list[str]:
    return [row.subject for row in alerts.alerts(asked, opening.now())[0]]


def _alert(session: Session, key: str, state: AlertState = AlertState.SENT, **values: object) -> Alert:
    """An alert of now about nothing, unless `values` say otherwise."""
    common = {"channel": "mail-lead", "reason": "operator", "created_at": opening.now(), "message": {"subject": key}}
    row = Alert(key=key, state=state, **(common | values))
    session.add(row)
    session.flush()
    return row


@pytest.mark.parametrize(
    ("state", "show"),
    [
        (AlertState.SENT, Show.SENT),
        (AlertState.PENDING, Show.WAITING),
        (AlertState.SENDING, Show.WAITING),
        (AlertState.WITHHELD, Show.WITHHELD),
        (AlertState.FAILED, Show.DEAD),
    ],
)
def test_every_message_is_in_one_list_and_counted_there(empty: str, state: AlertState, show: Show):
    with database_session(empty) as session:
        _alert(session, "here", state)
        session.commit()
    assert _listed(Asked(show)) == ["here"]
    assert alerts.sums(Asked(), opening.now()).numbers == {one: int(one is show) for one in Show}


def test_what_waits_is_shown_however_old_it_is_and_the_rest_within_the_days(empty: str):
    with database_session(empty) as session:
        for state in (AlertState.PENDING, AlertState.SENT, AlertState.FAILED):
            _alert(session, f"{state} old", state, created_at=opening.now() - 8 * DAY)
        session.commit()
    assert _listed(Asked(Show.WAITING)) == ["pending old"]
    assert _listed(Asked(Show.SENT)) + _listed(Asked(Show.DEAD)) == []
    assert _listed(Asked(Show.SENT, days=30)) == ["sent old"]


def test_a_brand_sees_its_own_and_what_concerns_all_but_not_those_of_others(empty: str):
    with database_session(empty) as session:
        ours, other = session.get_one(Brand, 1), make_brand(session, "acme", "Acme", "Europe/London")
        for brand in (ours, other):
            change = make_change(session, make_incident(session, brand), at=opening.now(), sentence=brand.slug)
            make_alert(session, change)
            report = Report(brand_id=brand.id, week_start=opening.now().date(), made_at=opening.now())
            session.add(report)
            session.flush()
            _alert(session, f"report of {brand.slug}", report_id=report.id)
        _alert(session, "operator", AlertState.SENT)
        session.commit()
        number = other.id
    assert sorted(_listed(Asked(brand_id=number))) == ["acme", "operator", "report of acme"]
    assert len(_listed(Asked())) == 5
    assert alerts.sums(Asked(brand_id=number), opening.now()).numbers[Show.SENT] == 3


def test_one_channel_can_be_looked_at_alone_also_one_that_is_gone_from_the_config(empty: str):
    with database_session(empty) as session:
        for channel in ("mail-lead", "removed"):
            for state in (AlertState.SENT, AlertState.FAILED):
                _alert(session, f"{state} {channel}", state, channel=channel)
        session.commit()
    assert alerts.channels() == ("slack-support", "mail-lead", "removed")
    assert _listed(Asked(channel="removed")) == ["sent removed"]
    assert _listed(Asked(Show.DEAD, channel="removed")) == ["failed removed"]
    assert alerts.sums(Asked(channel="removed"), opening.now()).numbers[Show.DEAD] == 1


@pytest.mark.parametrize("show", [Show.SENT, Show.DEAD])
def test_pages_follow_each_other_without_a_gap_or_a_double(empty: str, show: Show):
    state = alerts.STATES[show][0]
    with database_session(empty) as session:
        for number in range(2 * PAGE + 3):  # some at the same moment, on two channels
            at = opening.now() - timedelta(minutes=number // 3)
            _alert(session, str(number), state, created_at=at, channel=("mail-lead", "slack-support")[number % 2])
        session.commit()
    seen: list[str] = []
    before, older = None, True
    while older:
        rows, older = alerts.alerts(Asked(show, before=before), opening.now())
        seen += [row.subject for row in rows]
        before = rows[-1].id
    assert sorted(seen, key=int) == [str(number) for number in range(2 * PAGE + 3)]
    assert [int(name) // 3 for name in seen] == sorted(int(name) // 3 for name in seen)


def test_numbers_that_are_cut_carry_a_plus(empty: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(alerts, "MOST", 2)
    with database_session(empty) as session:
        for number in range(2):
            _alert(session, str(number))
        session.commit()
    assert alerts.sums(Asked(), opening.now()) == alerts.Sums({**dict.fromkeys(Show, 0), Show.SENT: 2}, more=False)
    with database_session(empty) as session:
        _alert(session, "more")
        session.commit()
    opening.forget()
    assert alerts.sums(Asked(), opening.now()).more


def test_alerts_that_went_out_together_know_how_many_others_there_were(full: tuple[str, Scene]):
    found = [row for row in alerts.alerts(Asked(), opening.now())[0] if "part" in row.subject]
    assert [row.others for row in found] == [3, 3, 3, 3]
    assert {row.others for row in alerts.alerts(Asked(), opening.now())[0] if "part" not in row.subject} == {0}


def test_a_leader_that_names_itself_is_not_counted_twice(empty: str):
    with database_session(empty) as session:
        leader = _alert(session, "leader")
        leader.bundle_id = leader.id
        _alert(session, "member", bundle_id=leader.id)
        session.commit()
    assert [row.others for row in alerts.alerts(Asked(), opening.now())[0]] == [1, 1]


def test_what_people_said_stands_with_the_alert(full: tuple[str, Scene]):
    (row,) = [row for row in alerts.alerts(Asked(days=30), opening.now())[0] if row.kind == "resolved"]
    assert {(one.actor, one.mark) for one in row.marks} == {("Bilal", Mark.USEFUL), ("Sana", Mark.NOISE)}


def test_the_words_are_those_of_the_message_without_its_severity_twice(full: tuple[str, Scene]):
    (row,) = [row for row in alerts.alerts(Asked(), opening.now())[0] if row.subject == "Refunds get worse, part 1"]
    assert (row.kind, row.severity, row.time_zone) == ("worsened", Severity.HIGH, "Asia/Karachi")


def test_a_message_of_another_version_is_shown_as_far_as_it_is_understood(empty: str):
    with database_session(empty) as session:
        _alert(session, "strange", message={"severity": "purple", "kind": "sung", "subject": None})
        session.commit()
    (row,) = alerts.alerts(Asked(), opening.now())[0]
    assert (row.kind, row.severity, row.subject, row.reason) == ("sung", None, "", "operator")


def test_a_report_is_called_by_its_week_as_its_words_are_made_when_it_is_sent(full: tuple[str, Scene]):
    (row,) = [row for row in alerts.alerts(Asked(Show.DEAD), opening.now())[0] if row.kind == "report"]
    assert row.subject.startswith("Weekly report of Rose Cart, week of ")


def test_what_is_dead_is_found_by_channel_and_gone_once_it_is_sent_again(full: tuple[str, Scene]):
    ((channel, ids),) = alerts.dead(Asked(), opening.now())
    assert (channel, len(ids)) == ("mail-lead", 4)
    with database_session(full[0]) as session:
        answer.resend_alert(session, ids[0], person("Sana"), opening.now())
    opening.forget()
    assert alerts.dead(Asked(), opening.now()) == (("mail-lead", ids[1:]),)


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ({}, Asked()),
        ({"show": "dead", "days": "30", "channel": "boss", "before": "12"}, Asked(Show.DEAD, 1, "boss", 30, 12)),
        ({"show": "silences", "days": "9999", "before": "-1"}, Asked()),
        ({"show": "<b>", "days": "x", "before": "9" * 30}, Asked()),
        ({"before": "3000000000"}, Asked()),
        ({"before": "١٢"}, Asked()),
    ],
)
def test_an_address_asks_for_what_is_known_and_the_rest_is_left_out(query: dict[str, str], asked: Asked):
    found = alerts.read(query, asked.brand_id)
    assert found == asked
    assert alerts.read(alerts.query(found), asked.brand_id) == found


def test_an_incident_that_is_over_knows_when_it_was_contained(empty: str):
    now = opening.now()
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        made = make_incident(
            session, brand, at=now - 5 * DAY, state=IncidentState.RESOLVED, calmed_at=now - 4 * DAY, resolved_at=now
        )
        session.commit()
        number = made.id
    row = incidents.incident(number or 0)
    assert row is not None
    assert row.contained_at == now - 4 * DAY
