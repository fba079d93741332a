"""What goes out as one message, what becomes of it when it fails, and that no channel waits for another."""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.alerting import notifiers
from monitor.alerting.bundle import key_of
from monitor.alerting.channel import Receipt
from monitor.alerting.stored import from_dict, to_dict
from monitor.config import Settings
from monitor.facts import IncidentState, Severity
from monitor.jobs import sending
from monitor.jobs.context import Context
from monitor.jobs.outbox import LEASE, Outbox
from monitor.jobs.sending import Sending, Sends
from monitor.models import Alert, AlertState, Brand, Incident
from monitor.store import outbox as rows
from tests.alerting import samples
from tests.alerting.receivers import (
    MailServer,
    SlackReceiver,
    dripping_server,
    free_port,
    http_receiver,
    mail_server,
    silent_server,
    slack_receiver,
)
from tests.factories import NOON, make_alert, make_brand, make_change, make_incident
from tests.jobs.test_alert import CONSOLE, mail_channel, settings, slack_channel, text_of

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


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
    return make_brand(session)


def owe(
    session: Session, brand: Brand, channel: str = "mail", severity: Severity = Severity.HIGH, **values: Any
) -> Alert:
    """An alert of an incident of its own, due at noon and made to go with others of the brand."""
    change = make_change(session, make_incident(session, brand))
    change.routed_at = NOON
    told = samples.message(
        key=f"{change.id}:{channel}",
        thread=f"incident:{change.incident_id}",
        subject=f"incident {change.incident_id}",
        brand=brand.name,
        severity=severity,
    )
    given = {"next_try_at": NOON, "due_at": NOON, "together": brand.slug, "message": to_dict(told)} | values
    made = make_alert(session, change, channel, AlertState.PENDING, **given)
    session.commit()
    return made


def send(session: Session, given: Settings, now: Any = NOON, sends: Sends | None = None) -> Counter[str]:
    session.expire_all()
    return Outbox(Context(given, session, now), sends).run()


def states(session: Session) -> list[str]:
    session.expire_all()
    return [row.state.value for row in session.exec(select(Alert).order_by(col(Alert.id)))]


def test_what_belongs_together_is_one_message_with_the_first_that_is_due(
    session: Session, brand: Brand, mail: MailServer
) -> None:
    first = owe(session, brand)
    held = owe(session, brand, held="grouped", next_try_at=NOON + MINUTE, due_at=NOON + MINUTE)
    owe(session, brand, together="", next_try_at=NOON + MINUTE, due_at=NOON + MINUTE)
    assert send(session, settings(mail_channel(mail.port))) == {"sent": 2}
    (arrived,) = mail.mails
    assert arrived["Subject"] == "Rose Cart: 2 incidents"
    assert all(f"incident {alert.incident_id}" in text_of(arrived) for alert in (first, held))
    session.expire_all()
    assert (first.bundle_id, held.bundle_id, states(session)) == (None, first.id, ["sent", "sent", "pending"])


def test_after_a_day_of_outage_everything_is_one_message(session: Session, brand: Brand, mail: MailServer) -> None:
    away = settings(mail_channel(free_port()))
    other = make_brand(session, "karak", "Karak House")
    now = NOON
    for hour in range(24):
        now = NOON + hour * HOUR
        owe(
            session, (brand, other)[hour % 2], next_try_at=now, due_at=now, together=("rosecart", "karak", "")[hour % 3]
        )
        for minute in (0, 1, 3, 7, 15, 31):
            assert send(session, away, now + minute * MINUTE)["sent"] == 0
    back = settings(mail_channel(mail.port))
    total = sum((send(session, back, now + HOUR + minute * MINUTE) for minute in range(61)), Counter())
    assert (total["sent"], len(mail.mails)) == (24, 1)
    assert mail.mails[0]["Subject"] == "Rose Cart, Karak House: 24 incidents"
    assert "This channel could not be reached since" in text_of(mail.mails[0])


@pytest.mark.parametrize("hours", [{"quiet": ["13:00-18:00"]}, {"on_call": ["18:00-13:00"]}])
def test_what_could_not_be_delivered_by_day_waits_for_the_morning(
    session: Session, brand: Brand, mail: MailServer, hours: dict[str, Any]
) -> None:
    alert = owe(session, brand)
    send(session, settings(mail_channel(free_port()) | hours), NOON + 50 * MINUTE)
    back = settings(mail_channel(mail.port) | hours)
    assert send(session, back, NOON + 70 * MINUTE) == {"put off": 1}
    session.expire_all()
    assert (alert.state, alert.attempts, alert.next_try_at) == (AlertState.PENDING, 1, NOON + 6 * HOUR)
    assert send(session, back, NOON + 6 * HOUR) == {"sent": 1}


def test_what_is_critical_is_tried_again_at_any_hour(session: Session, brand: Brand, mail: MailServer) -> None:
    owe(session, brand, severity=Severity.CRITICAL)
    owe(session, brand)
    quiet = {"quiet": ["12:30-18:00"]}
    send(session, settings(mail_channel(free_port()) | quiet))
    assert send(session, settings(mail_channel(mail.port) | quiet), NOON + 40 * MINUTE) == {"sent": 2}


def test_what_ended_meanwhile_is_not_told_as_if_it_went_on(session: Session, brand: Brand, mail: MailServer) -> None:
    alerts = [owe(session, brand) for _ in range(2)]
    session.get_one(Incident, alerts[0].incident_id).state = IncidentState.RESOLVED
    session.commit()
    send(session, settings(mail_channel(mail.port)))
    assert mail.mails[0]["Subject"] == "Rose Cart: 2 incidents, 1 over"


def test_what_failed_waits_as_long_as_the_newest_of_it_would(session: Session, brand: Brand) -> None:
    owe(session, brand, attempts=7)
    owe(session, brand)
    assert send(session, settings(mail_channel(free_port()))) == {"to be tried again": 2}
    session.expire_all()
    found = session.exec(select(Alert)).all()
    assert {row.attempts for row in found} == {1}
    assert {row.bundle_id for row in found} == {None}
    assert all(NOON + MINUTE <= row.next_try_at < NOON + 2 * MINUTE for row in found if row.next_try_at)


def test_a_channel_that_works_again_gets_what_waits_for_a_retry_at_once(
    session: Session, brand: Brand, mail: MailServer
) -> None:
    away, back = settings(mail_channel(free_port())), settings(mail_channel(mail.port))
    waits = owe(session, brand, together="")
    for _ in range(3):
        send(session, away, waits.next_try_at)
        session.refresh(waits)
    assert waits.next_try_at is not None
    owe(session, brand)
    assert send(session, back, waits.next_try_at - 3 * MINUTE) == {"sent": 2}


def test_what_is_given_up_is_what_is_too_old_and_the_rest_is_tried_again(session: Session, brand: Brand) -> None:
    owe(session, brand, due_at=NOON - timedelta(days=3), attempts=70)
    owe(session, brand, attempts=9)
    assert send(session, settings(mail_channel(free_port()))) == {"to be tried again": 2}
    assert states(session) == ["failed", "pending"]


def test_who_was_refused_gets_the_very_same_message_and_nothing_goes_with_it(
    session: Session, brand: Brand, mail: MailServer
) -> None:
    two = mail_channel(mail.port) | {"recipients": ["amna@shop.example", "ravi@shop.example"]}
    for _ in range(2):
        owe(session, brand)
    mail.recipient_replies["ravi@shop.example"] = "450 greylisted"
    assert send(session, settings(two)) == {"to be tried again": 2}
    assert states(session) == ["pending", "sent"]
    mail.recipient_replies = {}
    owe(session, brand, next_try_at=NOON + LEASE, due_at=NOON + LEASE)
    assert send(session, settings(two), NOON + LEASE) == {"sent": 2}
    assert mail.reached == [["amna@shop.example"], ["ravi@shop.example"], ["amna@shop.example", "ravi@shop.example"]]
    assert mail.mails[0]["Message-ID"] == mail.mails[1]["Message-ID"] != mail.mails[2]["Message-ID"]
    assert mail.mails[0]["Subject"] == mail.mails[1]["Subject"] == "Rose Cart: 2 incidents"


def test_what_a_dead_process_had_begun_goes_out_under_the_same_key(
    session: Session, brand: Brand, slack: SlackReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = [owe(session, brand, "team") for _ in range(3)]
    rows.claim(session, began[1].id or 0, NOON, NOON + LEASE)
    session.commit()
    owe(session, brand, "team", next_try_at=NOON + LEASE)
    given = settings(slack_channel(slack.url, monkeypatch))
    assert send(session, given, NOON + MINUTE) == {}
    assert send(session, given, NOON + LEASE) == {"sent": 4}
    assert key_of([from_dict(alert.message) for alert in began]) in slack.keys[0]
    assert len(slack.keys) == 2


def test_one_that_cannot_be_read_does_not_take_the_others_with_it(
    session: Session, brand: Brand, mail: MailServer
) -> None:
    broken = owe(session, brand, message={"subject": "old"})
    kept = owe(session, brand)
    assert send(session, settings(mail_channel(mail.port))) == {"failed": 1, "sent": 1}
    assert states(session)[:2] == ["failed", "sent"]
    session.expire_all()
    assert (kept.bundle_id, broken.bundle_id) == (None, None)


def test_together_they_are_not_given_up_for_one_that_ends_the_process_each_time(
    session: Session, brand: Brand, mail: MailServer
) -> None:
    for _ in range(2):
        owe(session, brand, attempts=500)
    assert send(session, settings(mail_channel(mail.port))) == {"to be tried again": 2, "sent": 2}
    assert len(mail.mails) == 2


def test_what_was_given_up_can_be_sent_again(session: Session, brand: Brand, mail: MailServer) -> None:
    lost = owe(session, brand)
    mail.data_reply = "554 no"
    given = settings(mail_channel(mail.port))
    assert send(session, given) == {"failed": 1}
    mail.data_reply = "250 ok"
    assert rows.resend(session, lost.id or 0, NOON + 9 * HOUR)
    session.commit()
    assert send(session, given, NOON + 9 * HOUR) == {"sent": 1}


def test_a_look_leaves_behind_what_hangs_and_a_later_one_stores_what_became_of_it(
    session: Session, brand: Brand, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe(session, brand, "team")
    sends = Sends()
    with silent_server() as port:
        given = settings(slack_channel(f"http://127.0.0.1:{port}/x", monkeypatch), mail_channel(mail.port))
        began = time.monotonic()
        assert send(session, given, sends=sends) == {}
        owe(session, brand)
        assert send(session, given, sends=sends) == {"sent": 1}
        assert time.monotonic() - began < 2.5  # the hanging one has 3 s
        assert states(session) == ["sending", "sent"]
        stopped = Context(given, session, NOON, stopping=lambda: True)
        assert Outbox(stopped, sends).run() == {"to be tried again": 1}
    assert states(session) == ["pending", "sent"]


def test_a_receiver_that_asks_for_time_is_not_asked_for_other_messages_meanwhile(
    session: Session, brand: Brand, slack: SlackReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        owe(session, brand, "team", together="")
    slack.status, slack.headers = 429, {"Retry-After": "600"}
    assert send(session, settings(slack_channel(slack.url, monkeypatch))) == {"to be tried again": 1}
    assert len(slack.keys) == 1


def test_a_notifier_that_breaks_stops_neither_the_job_nor_the_others(
    session: Session, brand: Brand, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = settings(CONSOLE, mail_channel(mail.port))
    monkeypatch.setitem(notifiers.NOTIFIERS, "console", "broken_notifier")
    monkeypatch.setitem(sys.modules, "broken_notifier", ModuleType("broken_notifier"))
    monkeypatch.setattr("threading.excepthook", lambda _: None)
    for channel in ("screen", "mail"):
        owe(session, brand, channel)
    assert send(session, given) == {"sent": 1, "to be tried again": 1}
    session.expire_all()
    error = session.exec(select(Alert.error).where(Alert.channel == "screen")).one()
    assert error == "the message cannot be made (AttributeError)"


def test_ten_thousand_that_wait_are_one_message(session: Session, brand: Brand, mail: MailServer) -> None:
    first = owe(session, brand)
    columns = first.model_dump(exclude={"id", "key", "message"})
    many = [columns | {"key": f"many:{n}", "message": first.message | {"key": f"many:{n}"}} for n in range(2_000)]
    session.execute(sa.insert(Alert), many)
    session.commit()
    assert send(session, settings(mail_channel(mail.port))) == {"sent": 2_001}
    assert len(mail.mails) == 1


def test_a_webhook_gets_the_keys_of_all_in_messages_that_hold_them(
    session: Session, brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.alerting.notifiers.webhook._MOST_ITEMS", 3)
    monkeypatch.setenv("HOOK_SECRET", "0123456789abcdef0123456789abcdef")
    keys = {owe(session, brand, "hook").message["key"] for _ in range(7)}
    with http_receiver() as receiver:
        hook = {"type": "webhook", "id": "hook", "url": receiver.url, "secret": {"env": "HOOK_SECRET"}}
        assert send(session, settings(hook)) == {"sent": 7}
    bodies = [json.loads(post.body) for post in receiver.posts]
    assert [len(body["items"]) for body in bodies] == [3, 3, 0]
    assert {key for body in bodies for key in body["items"] or [body["id"]]} == keys


def test_a_message_that_is_told_hours_late_says_so_and_that_it_is_over(
    session: Session, brand: Brand, mail: MailServer
) -> None:
    alert = owe(session, brand)
    mail.data_reply = "451 later"
    given = settings(mail_channel(mail.port))
    assert send(session, given) == {"to be tried again": 1}
    session.get_one(Incident, alert.incident_id).state = IncidentState.RESOLVED
    session.commit()
    mail.data_reply = "250 ok"
    assert send(session, given, NOON + 3 * HOUR) == {"sent": 1}
    words = text_of(mail.mails[0])
    assert "This channel could not be reached since" in words
    assert "By now: Over" in words


def test_an_answer_that_never_ends_is_given_up_and_the_channel_is_free_again(
    session: Session, brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each drop comes within the time limit: only the whole can be too long."""
    monkeypatch.setattr(sending, "HANGS_AFTER_SECONDS", 0.5)
    monkeypatch.setattr("monitor.alerting.notifiers.slack.Options.longest_send", timedelta(seconds=0.5))
    owe(session, brand, "team")
    with dripping_server() as port:
        given = settings(slack_channel(f"http://127.0.0.1:{port}/x", monkeypatch))
        sends: Sends = Sends()
        assert send(session, given, sends=sends) == {}
        stopped = Context(given, session, NOON, stopping=lambda: True)
        assert Outbox(stopped, sends).run() == {"to be tried again": 1}
    assert (len(sends), states(session)) == (0, ["pending"])
    assert session.exec(select(Alert.error)).one() == "nothing had come of it after 1 s"


def test_what_was_given_up_and_ends_after_all_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "HANGS_AFTER_SECONDS", 0.1)
    goes_on, sends = Event(), Sends[Slow]()
    sends.start(Slow(settings(CONSOLE).channels[0], samples.message(), [], goes_on=goes_on))
    assert [str(one.error) for one in sends.ended(0.2)] == ["nothing had come of it after 0 s"]
    goes_on.set()
    until = time.monotonic() + 10
    while not sends.has_ended and time.monotonic() < until:
        time.sleep(0.01)
    assert list(sends.ended(0.0)) == []
    assert not sends.has_ended


@dataclass
class Slow(Sending):
    goes_on: Event = field(default_factory=Event)

    def deliver(self) -> Receipt:
        self.goes_on.wait(10)
        return Receipt("at last")
