"""What the outbox sends besides changes of incidents: reports, once and the same on every try; and what goes wrong."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from sqlite3 import connect
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from monitor.config import Settings
from monitor.jobs import alert as job
from monitor.jobs import outbox, settling
from monitor.jobs import report as report_job
from monitor.jobs.context import Context
from monitor.models import Alert, AlertState, Brand, IncidentChange, Report
from monitor.store import alerts
from monitor.store import outbox as rows
from monitor.store.database import open_database, session_of
from tests.alerting.receivers import MailServer, SlackReceiver, free_port, mail_server, slack_receiver
from tests.factories import make_alert, make_brand, make_change, make_coverage, make_incident, make_mention, make_source
from tests.jobs.test_alert import CONSOLE, mail_channel, slack_channel, text_of

MONDAY = datetime(2026, 11, 8, 19, tzinfo=UTC)  # 00:00 on 9 November in Karachi
DUE = MONDAY + timedelta(days=7, hours=7)
MINUTE = timedelta(minutes=1)
KEY = "report:rosecart:2026-W46:mail"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def slack() -> Iterator[SlackReceiver]:
    with slack_receiver() as receiver:
        yield receiver


@pytest.fixture
def brand(session: Session) -> Brand:
    """A brand with a week worth a report."""
    brand = make_brand(session)
    source = make_source(session, brand)
    make_coverage(session, source, MONDAY - timedelta(weeks=4), DUE)
    make_mention(
        session, brand, source, "پیسے واپس نہیں ملے", at=MONDAY + timedelta(days=1), language="ur", themes=["refund"]
    )
    session.commit()
    return brand


def settings(folder: Path, *channels: dict[str, Any], **report: Any) -> Settings:
    given = {"folder": folder / "reports", "channels": [channel["id"] for channel in channels]} | report
    brands = [{"id": "rosecart", "name": "Rose Cart", "time_zone": "Asia/Karachi"}]
    return Settings.model_validate({"brands": brands, "channels": channels, "report": given})


def make_report(session: Session, given: Settings, now: datetime = DUE) -> None:
    report_job.run(Context(given, session, now))


def send(session: Session, given: Settings, now: datetime = DUE) -> Counter[str]:
    return job.run(Context(given, session, now))


def row_of(session: Session, key: str = KEY) -> Alert:
    session.expire_all()
    return session.exec(select(Alert).where(Alert.key == key)).one()


def files_of(mail: EmailMessage) -> dict[str, bytes]:
    return {part.get_filename() or "": part.get_payload(decode=True) for part in mail.iter_attachments()}  # type: ignore


def test_a_report_arrives_as_a_mail_with_the_files_as_they_were_written(
    session: Session, brand: Brand, mail: MailServer, tmp_path: Path
) -> None:
    given = settings(tmp_path, mail_channel(mail.port))
    make_report(session, given)
    assert send(session, given) == {"sent": 1}
    (arrived,) = mail.mails
    assert arrived["Subject"] == "Rose Cart, week 46: no incident, negative share 90 %"
    attached = files_of(arrived)
    assert attached == {name: (tmp_path / "reports" / name).read_bytes() for name in attached}
    assert sorted(attached) == ["rosecart-2026-W46.pdf", "rosecart-2026-W46.xlsx"]
    assert "پیسے واپس نہیں ملے" in text_of(arrived)


def test_it_is_sent_once(session: Session, brand: Brand, mail: MailServer, tmp_path: Path) -> None:
    given = settings(tmp_path, mail_channel(mail.port))
    for hours in range(3):
        make_report(session, given, DUE + timedelta(hours=hours))
        send(session, given, DUE + timedelta(hours=hours))
    assert len(mail.mails) == 1


def test_each_try_sends_the_same_bytes(session: Session, brand: Brand, mail: MailServer, tmp_path: Path) -> None:
    given = settings(tmp_path, mail_channel(mail.port))
    make_report(session, given)
    mail.drop_after_data = True
    assert send(session, given) == {"to be tried again": 1}
    mail.drop_after_data = False
    make_mention(session, brand, make_source(session, brand, "blog"), at=MONDAY + timedelta(days=2))
    assert send(session, given, DUE + 5 * MINUTE) == {"sent": 1}
    assert len(mail.raw) == 2
    assert mail.raw[0] == mail.raw[1]


def test_slack_and_the_terminal_get_it_in_brief(
    session: Session, brand: Brand, slack: SlackReceiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    given = settings(tmp_path, slack_channel(slack.url, monkeypatch), CONSOLE)
    make_report(session, given)
    assert send(session, given) == {"sent": 2}
    assert slack.problems == []
    assert slack.received[0]["blocks"][0]["text"]["text"].startswith("Rose Cart, week 46: ")
    assert "REPORT Rose Cart, week 46: no incident, negative share 90 %" in capsys.readouterr().err


def test_a_report_whose_week_is_history_by_now_is_withheld(
    session: Session, brand: Brand, mail: MailServer, tmp_path: Path
) -> None:
    given = settings(tmp_path, mail_channel(mail.port))
    make_report(session, given)
    assert send(session, given, DUE + timedelta(days=15)) == {"withheld too_late": 1}
    assert (row_of(session).state, row_of(session).reason, mail.mails) == (AlertState.WITHHELD, "too_late", [])


def test_a_report_a_few_days_late_is_sent(session: Session, brand: Brand, mail: MailServer, tmp_path: Path) -> None:
    given = settings(tmp_path, mail_channel(mail.port))
    make_report(session, given, DUE + timedelta(days=3))
    assert send(session, given, DUE + timedelta(days=3)) == {"sent": 1}


def test_a_report_that_cannot_be_delivered_shows_at_its_channel_and_the_operator_hears_once(
    session: Session, brand: Brand, mail: MailServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mail.data_reply = "554 no such list"
    given = settings(tmp_path, mail_channel(mail.port), CONSOLE, channels=["mail"])
    for week in range(2):
        make_report(session, given, DUE + timedelta(weeks=week))
        send(session, given, DUE + timedelta(weeks=week))
    assert [row.state for row in session.exec(select(Alert).where(Alert.channel == "mail"))] == [AlertState.FAILED] * 2
    health = rows.health(session, "mail")
    assert (health.permanent, health.failures) == (True, 2)
    assert "554 no such list" in health.error
    assert capsys.readouterr().err.count("The channel mail does not work") == 1


def test_figures_that_another_version_kept_do_not_stop_the_others(
    session: Session, brand: Brand, mail: MailServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = settings(tmp_path, mail_channel(mail.port), CONSOLE, channels=["mail"])
    make_report(session, given)
    session.exec(sa.update(Report).values(figures={"brand": "Rose Cart"}))
    session.commit()
    make_incident(session, brand, at=DUE)
    session.commit()
    counters = send(session, given)
    assert (counters["failed"], row_of(session).state) == (1, AlertState.FAILED)
    assert [one["Subject"] for one in mail.mails] == ["[high] Rose Cart: 14 negative in 40 min"]
    assert "cannot be read by this version" in capsys.readouterr().err


def test_an_alert_that_another_version_stored_is_given_up(session: Session, brand: Brand, tmp_path: Path) -> None:
    change = make_change(session, make_incident(session, brand))
    make_alert(session, change, "screen", AlertState.PENDING, next_try_at=DUE, message={"subject": "old"})
    session.exec(sa.update(IncidentChange).values(routed_at=DUE))
    session.commit()
    assert send(session, settings(tmp_path, CONSOLE)) == {"failed": 1}
    assert "stored by another version" in row_of(session, f"{change.id}-screen").error


def test_an_alert_that_ends_the_process_each_time_is_told_to_the_operator(
    session: Session, brand: Brand, mail: MailServer, tmp_path: Path
) -> None:
    change = make_change(session, make_incident(session, brand))
    late = {"attempts": outbox.MOST_ATTEMPTS, "next_try_at": DUE}
    make_alert(session, change, "screen", AlertState.PENDING, **late)
    session.exec(sa.update(IncidentChange).values(routed_at=DUE))
    session.commit()
    send(session, settings(tmp_path, CONSOLE, mail_channel(mail.port)))
    assert [one["Subject"] for one in mail.mails] == ["Emberwatch: The channel screen does not work"]
    assert "the process ended each time" in text_of(mail.mails[0])


TWO = ["amna@shop.example", "ravi@shop.example"]


def test_who_was_refused_for_now_gets_it_later_and_the_others_once(
    session: Session, brand: Brand, mail: MailServer, tmp_path: Path
) -> None:
    given = settings(tmp_path, mail_channel(mail.port) | {"recipients": TWO})
    make_report(session, given)
    mail.recipient_replies["ravi@shop.example"] = "450 greylisted"
    assert send(session, given) == {"to be tried again": 1}
    mail.recipient_replies = {}
    assert send(session, given, DUE + 5 * MINUTE) == {"sent": 1}
    assert mail.reached == [["amna@shop.example"], ["ravi@shop.example"]]
    assert len({one["Message-ID"] for one in mail.mails}) == 1
    assert rows.health(session, "mail").failures == 0


def test_who_is_refused_for_a_day_is_told_to_the_operator_and_the_report_counts_as_sent(
    session: Session, brand: Brand, mail: MailServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = settings(tmp_path, mail_channel(mail.port) | {"recipients": TWO}, CONSOLE, channels=["mail"])
    make_report(session, given)
    mail.recipient_replies["ravi@shop.example"] = "450 greylisted"
    for hours in (0, 1, 25):
        send(session, given, DUE + timedelta(hours=hours))
    assert (row_of(session).state, len(mail.mails)) == (AlertState.SENT, 1)
    assert "ravi@shop.example (450" in row_of(session).error
    assert capsys.readouterr().err.count("The channel mail does not work") == 1


def test_a_message_to_the_operator_that_is_withheld_is_told_again_later(
    session: Session, brand: Brand, tmp_path: Path
) -> None:
    assert rows.claim_telling(session, rows.health(session, "mail").channel, DUE)
    key = f"operator:mail:{DUE:%Y%m%d}"
    session.add(Alert(key=key, channel="screen", reason="operator", message={}, created_at=DUE, next_try_at=DUE))
    session.commit()
    assert send(session, settings(tmp_path, CONSOLE | {"enabled": False})) == {"withheld channel_disabled": 1}
    assert rows.health(session, "mail").told_at is None


@pytest.mark.sqlite("one writer at a time, who locks the whole file")
def test_a_database_that_is_locked_after_the_sending_does_not_send_twice(
    session: Session, brand: Brand, mail: MailServer, database_path: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(settling, "SETTLE_WAITS", (0.2,) * 20)
    given = settings(tmp_path, mail_channel(mail.port))
    make_report(session, given)
    with closing(connect(database_path, check_same_thread=False, isolation_level=None)) as other:

        async def taken_while_locked(*args: Any) -> str:
            other.execute("BEGIN IMMEDIATE")
            return await MailServer.handle_DATA(mail, *args)

        mail.handle_DATA = taken_while_locked  # type: ignore[method-assign]
        engine = open_database(f"sqlite:///{database_path}", busy_timeout_seconds=0.05)
        with session_of(engine) as own:
            done: list[Counter[str]] = []
            sender = Thread(target=lambda: done.append(send(own, given)))
            sender.start()
            sender.join(1.5)
            assert sender.is_alive()
            other.execute("ROLLBACK")
            sender.join(30)
        engine.dispose()
    assert done == [{"sent": 1}]
    assert (row_of(session).state, len(mail.mails)) == (AlertState.SENT, 1)


def test_the_lease_outlasts_the_slowest_conversation(
    session: Session, brand: Brand, mail: MailServer, tmp_path: Path
) -> None:
    patient = mail_channel(mail.port) | {"timeout": "60s"}
    given = settings(tmp_path, patient)
    make_report(session, given)
    leases: list[datetime | None] = []
    taken = MailServer.handle_DATA

    async def looks(*args: Any) -> str:
        with session_of(session.get_bind()) as other:  # type: ignore[arg-type]
            leases.append(other.exec(select(Alert.leased_until)).one())
        return await taken(mail, *args)

    mail.handle_DATA = looks  # type: ignore[method-assign]
    send(session, given)
    (until,) = leases
    assert until is not None
    assert until - DUE >= timedelta(seconds=60 * 13)


def test_a_long_queue_leaves_the_other_jobs_their_turn(
    session: Session, brand: Brand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "LONGEST_RUN_SECONDS", 0.0)
    given = settings(tmp_path, CONSOLE)
    for days in range(3):
        make_incident(session, brand, at=DUE + timedelta(days=days))
        session.commit()
        send(session, settings(tmp_path, CONSOLE | {"id": "other"}), DUE + timedelta(days=days))
    session.exec(
        sa.update(Alert).values(state=AlertState.PENDING, channel="screen", next_try_at=DUE, attempts=0, together="")
    )
    session.commit()
    assert [send(session, given, DUE + timedelta(days=9))["sent"] for _ in range(4)] == [1, 1, 1, 0]


def test_reports_do_not_enter_the_history_of_incidents(
    session: Session, brand: Brand, mail: MailServer, tmp_path: Path
) -> None:
    given = settings(tmp_path, mail_channel(mail.port))
    make_report(session, given)
    incident = make_incident(session, brand, at=DUE)
    session.commit()
    assert send(session, given) == {"owed new_incident": 1, "sent": 2}
    assert [heard.incident_id for heard in alerts.told(session, incident, MONDAY)] == [incident.id]


def test_a_channel_that_is_away_gets_its_report_when_it_is_back(
    session: Session, brand: Brand, mail: MailServer, tmp_path: Path
) -> None:
    away = settings(tmp_path, mail_channel(free_port()))
    make_report(session, away)
    assert send(session, away) == {"to be tried again": 1}
    assert send(session, settings(tmp_path, mail_channel(mail.port)), DUE + timedelta(hours=3)) == {"sent": 1}
