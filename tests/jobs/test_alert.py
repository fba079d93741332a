"""The alert job, whole: from a change of an incident to real receivers, through failures, kills and races."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.config import Settings
from monitor.errors import ConfigError, DeliveryError
from monitor.facts import Cell, ChangeKind, Dimension, Kind, Severity, Spread
from monitor.jobs import alert as job
from monitor.jobs import answer
from monitor.jobs.context import Context
from monitor.models import Alert, AlertState, Brand, Incident, IncidentChange
from monitor.store import outbox
from monitor.store.database import open_database, session_of
from tests.alerting.receivers import (
    MailServer,
    SlackReceiver,
    free_port,
    mail_server,
    silent_server,
    slack_receiver,
)
from tests.factories import NOON, make_alert, make_brand, make_change, make_incident, make_mention, make_source, person

MINUTE = timedelta(minutes=1)
CONSOLE = {"type": "console", "id": "screen"}
APART = {"interval": "0s"}  # of a route: each change is a message of its own


@pytest.fixture
def slack() -> Iterator[SlackReceiver]:
    with slack_receiver() as receiver:
        yield receiver


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session)


@pytest.fixture
def incident(session: Session, brand: Brand) -> Incident:
    """An incident that has just opened."""
    source = make_source(session, brand)
    mentions = [make_mention(session, brand, source, f"Where is refund number {i}?") for i in range(4)]
    opened = make_incident(session, brand, mentions)
    session.commit()
    return opened


def slack_channel(url: str, monkeypatch: pytest.MonkeyPatch, name: str = "team", **values: Any) -> dict[str, Any]:
    variable = f"URL_{name.upper()}"
    monkeypatch.setenv(variable, url)
    return {"type": "slack", "id": name, "url": {"env": variable}, "timeout": "3s"} | values


def mail_channel(port: int, name: str = "mail") -> dict[str, Any]:
    return {
        "type": "email",
        "id": name,
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "alerts@shop.example",
        "recipients": ["amna@shop.example"],
        "timeout": "3s",
    }


def settings(*channels: dict[str, Any], **values: Any) -> Settings:
    given = {"brands": [{"id": "rosecart", "name": "Rose Cart"}], "channels": channels}
    return Settings.model_validate(given | values)


def run(session: Session, given: Settings, now: datetime = NOON) -> Counter[str]:
    return job.run(Context(given, session, now))


def rows(session: Session) -> dict[str, Alert]:
    session.expire_all()
    return {f"{row.change_id}:{row.channel}": row for row in session.exec(select(Alert).order_by(col(Alert.id)))}


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def happened(session: Session, incident: Incident, kind: ChangeKind, at: datetime = NOON) -> IncidentChange:
    change = make_change(session, incident, kind, at=at)
    session.commit()
    return change


def test_an_opened_incident_reaches_every_channel(
    session: Session, incident: Incident, slack: SlackReceiver, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters = run(session, settings(slack_channel(slack.url, monkeypatch), mail_channel(mail.port), CONSOLE))
    assert counters == {"owed new_incident": 3, "sent": 3}
    assert slack.problems == []
    assert slack.received[0]["blocks"][0]["text"]["text"] == "[high] Rose Cart: 14 negative in 40 min"
    shown = text_of(mail.mails[0])
    assert "Where is refund number 0?" in shown
    assert f"http://127.0.0.1:8501/incident?id={incident.id}" in shown
    assert {row.state for row in rows(session).values()} == {AlertState.SENT}


def test_a_second_run_sends_nothing_again(session: Session, incident: Incident, mail: MailServer) -> None:
    given = settings(mail_channel(mail.port))
    run(session, given)
    assert run(session, given, NOON + timedelta(days=2)) == {}
    assert len(mail.mails) == 1


def test_what_is_withheld_is_kept_with_its_reason(session: Session, incident: Incident) -> None:
    route = {"channels": ["screen"], "at_least": "critical"}
    assert run(session, settings(CONSOLE, routes=[route])) == {"withheld below_severity": 1}
    (row,) = rows(session).values()
    assert (row.state, row.reason, row.next_try_at) == (AlertState.WITHHELD, "below_severity", None)
    assert row.message["subject"] == "[high] Rose Cart: 14 negative in 40 min"


def test_routes_choose_by_theme_source_and_language(session: Session, incident: Incident) -> None:
    names = ("refund", "staff", "blog", "ur")
    routes = [
        {"channels": ["refund"], "themes": ["refund"]},
        {"channels": ["staff"], "themes": ["staff"]},
        {"channels": ["blog"], "sources": ["blog"]},
        {"channels": ["ur"], "languages": ["ur"]},
    ]
    run(session, settings(*({"type": "console", "id": name} for name in names), routes=routes))
    assert [row.reason for row in rows(session).values()] == ["new_incident", "no_route", "new_incident", "no_route"]


def test_who_hears_of_openings_only_hears_when_a_notice_becomes_urgent(session: Session, incident: Incident) -> None:
    given = settings(CONSOLE, routes=[{"channels": ["screen"], "tell": ["opened"]}])
    incident.severity = Severity.WATCH
    session.exec(select(IncidentChange)).one().severity = Severity.WATCH
    session.commit()
    assert run(session, given) == {"withheld below_severity": 1}
    incident.severity = Severity.HIGH
    happened(session, incident, ChangeKind.WORSENED)
    assert run(session, given) == {"owed now_severe": 1, "sent": 1}
    happened(session, incident, ChangeKind.WORSENED)
    assert run(session, given) == {"withheld not_asked_for": 1}


def test_a_message_says_what_is_known_of_the_incident(session: Session, incident: Incident) -> None:
    spread = Spread(voices=60, per_hour=12, authors=40, reach=900, sources=1, languages=1, video=False)
    incident.kind, incident.why, incident.spread = Kind.REVIEW_BOMBING, "High: new authors.", asdict(spread)
    session.commit()
    run(session, settings(CONSOLE))
    (row,) = rows(session).values()
    facts = dict(row.message["facts"])
    assert (facts["Why"], facts["Where it goes"]) == ("High: new authors.", "60 so far, 12 in the last hour")
    assert row.message["next_step"].startswith("Do not answer each of them.")


def test_a_whole_episode_is_told_once_each_and_in_one_thread(
    session: Session, incident: Incident, mail: MailServer
) -> None:
    given = settings(mail_channel(mail.port), routes=[{"channels": ["mail"]} | APART])
    run(session, given)
    for minutes, kind in enumerate((ChangeKind.WORSENED, ChangeKind.CALMED, ChangeKind.RESOLVED), start=1):
        happened(session, incident, kind, NOON + minutes * MINUTE)
        run(session, given, NOON + minutes * MINUTE)
    subjects = [mail["Subject"] for mail in mail.mails]
    assert subjects == [
        "[high] Rose Cart: 14 negative in 40 min",
        "[high] Rose Cart is getting worse: 14 negative in 40 min",
        "Rose Cart is over after 43 min",
    ]
    assert len({mail["References"] for mail in mail.mails}) == 1
    assert [row.reason for row in rows(session).values()][2] == "not_asked_for"


def test_the_end_is_told_only_to_those_who_heard_of_the_trouble(session: Session, incident: Incident) -> None:
    screens = (CONSOLE, {"type": "console", "id": "boss"})
    routes = [{"channels": ["screen"]}, {"channels": ["boss"], "at_least": "critical"}]
    given = settings(*screens, routes=routes)
    run(session, given)
    over = happened(session, incident, ChangeKind.RESOLVED)
    run(session, given, NOON + MINUTE)
    found = rows(session)
    assert found[f"{over.id}:screen"].reason == "resolved"
    assert found[f"{over.id}:boss"].reason == "not_told_of_opening"


def test_the_same_trouble_opening_again_is_told_after_the_cool_down_only(
    session: Session, incident: Incident, brand: Brand
) -> None:
    given = settings(CONSOLE)
    run(session, given)
    reasons = []
    for minutes in (10, 40):
        make_incident(session, brand, at=NOON + minutes * MINUTE)
        session.commit()
        run(session, given, NOON + minutes * MINUTE)
        reasons.append(list(rows(session).values())[-1].reason)
    assert reasons == ["cooldown", "new_incident"]


def test_a_temporary_failure_is_tried_again_with_growing_waits(
    session: Session, incident: Incident, slack: SlackReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = settings(slack_channel(slack.url, monkeypatch))
    slack.status = 503
    now, waits = NOON, []
    for _ in range(3):
        run(session, given, now)
        (row,) = rows(session).values()
        assert row.next_try_at is not None
        waits.append(round((row.next_try_at - now) / MINUTE))
        now = row.next_try_at
    slack.status = 200
    assert waits == [1, 2, 4]
    assert run(session, given, now - MINUTE) == {}
    assert run(session, given, now + MINUTE) == {"sent": 1}
    assert len(set(slack.keys)) == 1


def test_a_busy_receiver_gets_the_time_it_asks_for(
    session: Session, incident: Incident, slack: SlackReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.status, slack.headers = 429, {"Retry-After": "600"}
    run(session, settings(slack_channel(slack.url, monkeypatch)))
    (row,) = rows(session).values()
    assert row.next_try_at is not None
    assert NOON + 10 * MINUTE <= row.next_try_at < NOON + 11 * MINUTE


def test_after_three_days_it_is_given_up(session: Session, incident: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    given = settings(slack_channel(f"http://127.0.0.1:{free_port()}/x", monkeypatch))
    now = NOON
    for _ in range(90):
        run(session, given, now)
        (row,) = rows(session).values()
        if row.state is AlertState.FAILED:
            break
        assert row.next_try_at is not None
        now = row.next_try_at
    assert row.state is AlertState.FAILED
    assert timedelta(hours=71) <= now - NOON <= timedelta(hours=72)


def test_a_permanent_error_fails_at_once_and_the_operator_hears_once(
    session: Session, incident: Incident, slack: SlackReceiver, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.status, slack.answer = 404, "no_service"
    routes = [{"channels": ["team"]}]
    given = settings(slack_channel(slack.url, monkeypatch), mail_channel(mail.port), routes=routes)
    run(session, given)
    happened(session, incident, ChangeKind.WORSENED)
    run(session, given, NOON + MINUTE)
    assert [row.state for row in rows(session).values() if row.channel == "team"] == [AlertState.FAILED] * 2
    assert [mail["Subject"] for mail in mail.mails] == ["Emberwatch: The channel team does not work"]
    assert "make a new one" in text_of(mail.mails[0])
    assert outbox.health(session, "team").permanent


def test_three_temporary_failures_are_told_too_and_again_in_the_next_trouble(
    session: Session, brand: Brand, slack: SlackReceiver, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    routes = [{"channels": ["team"], "cooldown": "0s"} | APART]
    given = settings(slack_channel(slack.url, monkeypatch), mail_channel(mail.port), routes=routes)
    told = []
    for minute, status in enumerate((500, 500, 500, 500, 200, 500, 500, 500)):
        make_incident(session, brand, at=NOON + minute * MINUTE)
        session.commit()
        session.exec(sa.update(Alert).values(next_try_at=NOON + timedelta(hours=1)))
        slack.status = status
        run(session, given, NOON + minute * MINUTE)
        told.append(len(mail.mails))
    assert told == [0, 0, 1, 1, 1, 1, 1, 2]


def test_trouble_that_nobody_could_be_told_of_is_told_later(
    session: Session, incident: Incident, slack: SlackReceiver, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.status, slack.answer = 404, "no_service"
    mail.data_reply = "554 no"
    routes = [{"channels": ["team"]}]
    given = settings(slack_channel(slack.url, monkeypatch), mail_channel(mail.port), routes=routes)
    run(session, given)
    assert outbox.health(session, "team").told_at is None
    mail.data_reply = "250 ok"
    outbox.works(session, "mail", NOON)
    happened(session, incident, ChangeKind.WORSENED)
    run(session, given, NOON + MINUTE)
    assert [mail["Subject"] for mail in mail.mails] == ["Emberwatch: The channel team does not work"]


def test_a_channel_alone_in_trouble_makes_no_loop(
    session: Session, incident: Incident, slack: SlackReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.status = 404
    assert run(session, settings(slack_channel(slack.url, monkeypatch)))["failed"] == 1
    assert len(rows(session)) == 1


def test_some_recipients_refused_counts_as_sent_and_the_operator_hears(
    session: Session, incident: Incident, mail: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    mail.recipient_replies["gone@shop.example"] = "550 no such user"
    channel = mail_channel(mail.port) | {"recipients": ["amna@shop.example", "gone@shop.example"]}
    given = settings(channel, CONSOLE, routes=[{"channels": ["mail"]}], operator_channel="screen")
    assert run(session, given)["sent to some"] == 1
    row = next(row for row in rows(session).values() if row.channel == "mail")
    assert row.state is AlertState.SENT
    assert "gone@shop.example" in row.error
    assert "The channel mail does not work" in capsys.readouterr().err


def test_a_channel_that_hangs_does_not_keep_the_others_waiting(
    session: Session, brand: Brand, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        make_incident(session, brand)
    session.commit()
    with silent_server() as port:
        hanging = slack_channel(f"http://127.0.0.1:{port}/x", monkeypatch)
        routes = [{"channels": ["team", "mail"], "cooldown": "0s"} | APART]
        given = settings(hanging, mail_channel(mail.port), routes=routes)
        counters = run(session, given)
    assert (counters["sent"], counters["to be tried again"]) == (5, 1)


def test_a_channel_that_left_the_config_or_was_switched_off_keeps_no_debts(
    session: Session, incident: Incident
) -> None:
    change = happened(session, incident, ChangeKind.WORSENED)
    for channel in ("gone", "screen"):
        make_alert(session, change, channel, AlertState.PENDING, next_try_at=NOON, message={})
    session.exec(sa.update(IncidentChange).values(routed_at=NOON))
    session.commit()
    run(session, settings(CONSOLE | {"enabled": False}))
    found = rows(session)
    assert found[f"{change.id}:gone"].state is AlertState.FAILED
    assert found[f"{change.id}:screen"].reason == "channel_disabled"


def test_an_alert_that_ends_the_process_each_time_is_set_aside(session: Session, incident: Incident) -> None:
    change = happened(session, incident, ChangeKind.WORSENED)
    late = {"attempts": job.MOST_ATTEMPTS, "next_try_at": NOON}
    make_alert(session, change, "screen", AlertState.PENDING, **late)
    session.exec(sa.update(IncidentChange).values(routed_at=NOON))
    session.commit()
    assert run(session, settings(CONSOLE)) == {"failed": 1}


def test_a_wish_to_stop_leaves_the_rest_for_later(session: Session, incident: Incident) -> None:
    given = settings(CONSOLE)
    stopped = job.run(Context(given, session, NOON, stopping=lambda: True))
    assert stopped == {}
    assert run(session, given)["sent"] == 1


def test_a_low_notice_waits_for_nobody(session: Session, brand: Brand) -> None:
    make_incident(session, brand, severity=Severity.WATCH)
    session.commit()
    assert run(session, settings(CONSOLE)) == {"withheld below_severity": 1}


def test_four_workers_drain_one_outbox_without_a_double(
    session: Session, brand: Brand, slack: SlackReceiver, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(100):
        make_incident(session, brand)
    session.commit()
    routes = [{"channels": ["team"], "cooldown": "0s"} | APART]
    given = settings(slack_channel(slack.url, monkeypatch), routes=routes)

    together = Barrier(4)

    def work(_: int) -> Counter[str]:
        engine = open_database(database_url)
        with session_of(engine) as own:
            together.wait()
            counters = run(own, given)
        engine.dispose()
        return counters

    with ThreadPoolExecutor(4) as workers:
        totals = list(workers.map(work, range(4)))
    assert len(slack.keys) == len(set(slack.keys)) == 100
    assert sum(total["sent"] for total in totals) == 100
    assert sum(total["sent"] > 0 for total in totals) > 1, "one worker did it all: nothing was contested"
    assert {row.state for row in rows(session).values()} == {AlertState.SENT}


KILLED = """
import sys
from tests.jobs.test_alert import NOON, run, settings
from monitor.store.database import open_database, session_of
channel = {"type": "slack", "id": "team", "url": {"env": "URL_TEAM"}, "timeout": "30s"}
with session_of(open_database(sys.argv[1])) as session:
    run(session, settings(channel))
"""


def test_killed_between_the_sending_and_the_commit_the_same_message_goes_out_again(
    session: Session, incident: Incident, slack: SlackReceiver, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = settings(slack_channel(slack.url, monkeypatch))
    command = [sys.executable, "-c", KILLED, database_url]
    child = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    slack.before_answer = child.kill
    child.wait(timeout=60)
    slack.before_answer = lambda: None
    assert [row.state for row in rows(session).values()] == [AlertState.SENDING]
    assert run(session, given, NOON + MINUTE) == {}  # its lease has not ended
    assert run(session, given, NOON + job.LEASE + MINUTE) == {"sent": 1}
    assert len(slack.keys) == 2
    assert len(set(slack.keys)) == 1


def test_a_test_message_is_sent_at_once(slack: SlackReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    given = settings(slack_channel(slack.url, monkeypatch))
    assert job.test_channel(given, "team", NOON) == "Slack answered 200 ok"
    assert slack.received[0]["blocks"][0]["text"]["text"] == "Emberwatch: Test of the channel team"


def test_testing_a_channel_that_does_not_work_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    given = settings(slack_channel(f"http://127.0.0.1:{free_port()}/secret", monkeypatch), CONSOLE)
    with pytest.raises(DeliveryError, match="cannot be reached"):
        job.test_channel(given, "team", NOON)
    with pytest.raises(ConfigError, match="'teem'; the config has team, screen"):
        job.test_channel(given, "teem", NOON)


def test_an_incident_that_becomes_severe_is_told_once_to_every_channel_that_asks_for_it(
    session: Session, brand: Brand
) -> None:
    incident = make_incident(session, brand, severity=Severity.WATCH)
    session.commit()
    boss = CONSOLE | {"id": "boss"}
    routes = [
        {"channels": ["screen"], "tell": ["opened"]},
        {"channels": ["screen", "boss"]},
        {"channels": ["boss"], "at_least": "critical"},
    ]
    given = settings(CONSOLE, boss, routes=routes)
    assert run(session, given) == {"withheld below_severity": 2}
    incident.severity = Severity.HIGH
    happened(session, incident, ChangeKind.WORSENED, NOON + timedelta(minutes=5))
    assert run(session, given, NOON + timedelta(minutes=5)) == {"owed worsened": 2, "sent": 2}
    assert run(session, given, NOON + timedelta(minutes=6)) == {}


def test_another_trouble_is_told_right_after_one_was_dismissed(session: Session, incident: Incident) -> None:
    given, later = settings(CONSOLE, routes=[{"channels": ["screen"]} | APART]), NOON + timedelta(minutes=5)
    run(session, given)
    answer.dismiss_incident(session, incident.id, "A test", person("Amna"), later)
    make_incident(session, session.get_one(Brand, incident.brand_id), at=later)
    session.commit()
    assert run(session, given, later)["owed new_incident"] == 1


def test_a_language_is_called_by_its_name_in_a_subject(session: Session, brand: Brand) -> None:
    make_incident(session, brand, cell=Cell(Dimension.LANGUAGE, "ur-Latn"))
    make_incident(session, brand, cell=Cell(Dimension.SOURCE, "refund"))
    session.commit()
    run(session, settings(CONSOLE))
    subjects = [row.message["subject"] for row in rows(session).values()]
    assert subjects[0].startswith("[high] Rose Cart, Roman Urdu: ")
    assert subjects[1].startswith("[high] Rose Cart, refund: ")
