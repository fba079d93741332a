"""Cases that are overdue are escalated once per duty, in one message for each channel, never in a flood."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from monitor.alerting.stored import from_dict
from monitor.facts import Message, Severity
from monitor.jobs.answer import overdue
from monitor.jobs.context import Context
from monitor.models import Alert, AlertState, Brand, Case, CaseEvent, CaseState, Source
from tests.contexts import make_context, make_settings
from tests.factories import (
    NOON,
    database_session,
    make_brand,
    make_case,
    make_mention,
    make_source,
)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ESCALATE = {"to": "Sana", "channels": ["boss"], "after": "30m", "at_most_every": "1h"}
LATE = NOON + HOUR + 31 * MINUTE  # an answer was due an hour after noon


@pytest.fixture
def shop(session: Session) -> tuple[Brand, Source]:
    brand = make_brand(session, "karak", "Karak House", "UTC")
    source = make_source(session, brand, "news", "feed")
    session.commit()
    return brand, source


def opened(session: Session, shop: tuple[Brand, Source], **values: Any) -> Case:
    mention = make_mention(session, *shop, "Where is my refund?", themes=["refund"], language="ur-Latn")
    case = make_case(session, mention, **values)
    session.commit()
    return case


def context(session: Session, now: datetime, escalate: dict[str, Any] | None = None, **changes: Any) -> Context:
    given = {
        "people": [{"name": "Sana", "role": "lead"}],
        "channels": [{"type": "console", "id": "support"}, {"type": "console", "id": "boss"}],
        "service": {"escalate": ESCALATE | (escalate or {})},
        "dashboard": {"url": "https://watch.example"},
    }
    return make_context(session, now, **(given | changes))


def run(session: Session, now: datetime = LATE, **changes: Any) -> int:
    return overdue.run(context(session, now, **changes))["cases_escalated"]


def messages(session: Session) -> list[Message]:
    return [from_dict(alert.message) for alert in session.exec(select(Alert).order_by(col(Alert.id)))]


def events(session: Session, case: Case) -> list[str]:
    query = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.action == "escalated")
    return [f"{event.actor}|{event.note}" for event in session.exec(query.order_by(col(CaseEvent.id)))]


def test_a_case_without_an_answer_in_time_is_told_to_the_manager(session: Session, shop: tuple[Brand, Source]):
    case = opened(session, shop, owner="Bilal", state=CaseState.OWNED, severity=Severity.HIGH)
    assert run(session) == 1
    session.refresh(case)
    assert case.escalated_at == LATE
    assert events(session, case) == ["|to Sana: the answer is overdue"]


def test_the_message_says_which_by_how_much_and_whose_with_a_link(session: Session, shop: tuple[Brand, Source]):
    case = opened(session, shop, owner="Bilal", state=CaseState.OWNED, severity=Severity.HIGH)
    run(session)
    (message,) = messages(session)
    assert message.subject == f"Karak House: case {case.id} is overdue"
    assert message.facts == (
        (f"Case {case.id}", "answer late by 31 min; Bilal owns it; high; news; Roman Urdu; refund"),
    )
    assert message.link == f"https://watch.example/inbox?case={case.id}"
    assert (message.kind, message.severity) == ("overdue", Severity.HIGH)
    assert message.sentence.endswith("Sana, please see that somebody does it.")


def test_it_waits_in_the_outbox_for_the_channel_that_was_named(session: Session, shop: tuple[Brand, Source]):
    opened(session, shop)
    run(session)
    alert = session.exec(select(Alert)).one()
    assert (alert.channel, alert.state, alert.reason, alert.next_try_at) == (
        "boss", AlertState.PENDING, "overdue", LATE,
    )  # fmt: skip


@pytest.mark.parametrize("now", [NOON + HOUR, NOON + HOUR + 30 * MINUTE - timedelta(seconds=1)])
def test_within_the_grace_nobody_is_told(session: Session, shop: tuple[Brand, Source], now: datetime):
    opened(session, shop)
    assert run(session, now) == 0


def test_the_grace_counts_in_business_hours(session: Session, shop: tuple[Brand, Source]):
    opened(session, shop, answer_due_at=NOON + 5 * HOUR + 50 * MINUTE)  # ten minutes before they go home
    service = {"escalate": ESCALATE, "hours": ["mon-fri 09:00-18:00"]}
    assert run(session, NOON + 8 * HOUR, service=service) == 0
    assert run(session, NOON + 21 * HOUR + 20 * MINUTE, service=service) == 1


def test_without_somebody_to_tell_nothing_is_escalated(session: Session, shop: tuple[Brand, Source]):
    opened(session, shop)
    assert run(session, service={}) == 0


def test_many_at_once_are_one_message(session: Session, shop: tuple[Brand, Source]):
    cases = [opened(session, shop) for _ in range(40)]
    assert run(session) == 40
    (message,) = messages(session)
    assert message.subject == "Karak House: 40 cases are overdue"
    assert len(message.facts) == 19
    assert message.facts[-1] == ("And", "22 more")
    assert message.link == "https://watch.example/inbox?brand=karak&overdue=yes"
    assert [link.url for link in message.links] == [f"https://watch.example/inbox?case={case.id}" for case in cases[:5]]


def test_what_is_due_at_night_does_not_wait_behind_a_storm_of_the_evening(
    session: Session, shop: tuple[Brand, Source], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(overdue, "AT_ONCE", 3)
    for _ in range(7):  # due ten minutes before they go home: the grace lasts until the morning
        opened(session, shop, answer_due_at=NOON + 5 * HOUR + 50 * MINUTE, solve_due_at=NOON + 48 * HOUR)
    night = {"at": NOON + 8 * HOUR, "answer_due_at": NOON + 8 * HOUR, "severity": Severity.CRITICAL}
    critical = opened(session, shop, **night)
    service = {"escalate": ESCALATE, "hours": ["mon-fri 09:00-18:00"], "round_the_clock": True}
    told = [run(session, NOON + hour * HOUR, service=service) for hour in (7, 8, 9, 21, 22, 23.1, 24.2, 25.3)]
    session.refresh(critical)
    assert (critical.escalated_at, told) == (NOON + 9 * HOUR, [0, 0, 1, 0, 3, 3, 1, 0])


def test_critical_cases_are_told_first_and_named_first(
    session: Session, shop: tuple[Brand, Source], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(overdue, "AT_ONCE", 2)
    first, _ = opened(session, shop), opened(session, shop)
    critical = opened(session, shop, at=NOON + 10 * MINUTE, severity=Severity.CRITICAL)
    assert run(session, LATE + 10 * MINUTE) == 2
    (message,) = messages(session)
    assert [name for name, _ in message.facts] == [f"Case {critical.id}", f"Case {first.id}"]


def test_two_messages_of_one_second_are_two(session: Session, shop: tuple[Brand, Source]):
    """Each of two processes may find something that the other had not seen yet."""
    brand, asked = shop[0], context(session, LATE).settings.service.escalate
    for _ in range(2):
        opened(session, shop)
        assert overdue._escalate(context(session, LATE), brand, asked) == 1
    assert len(messages(session)) == 2


def test_each_channel_is_told_once(session: Session, shop: tuple[Brand, Source]):
    opened(session, shop)
    run(session, escalate={"channels": ["boss", "support"]})
    assert [alert.channel for alert in session.exec(select(Alert).order_by(col(Alert.id)))] == ["boss", "support"]


def test_a_case_is_told_of_once_per_duty(session: Session, shop: tuple[Brand, Source]):
    case = opened(session, shop)  # the answer is due after an hour, the solution after a day
    told = [hour for hour in range(30) if run(session, NOON + hour * HOUR)]
    assert told == [2, 25]
    assert events(session, case) == ["|to Sana: the answer is overdue", "|to Sana: the solution is overdue"]


def test_a_case_that_owes_both_is_told_of_once(session: Session, shop: tuple[Brand, Source]):
    case = opened(session, shop)
    assert [run(session, NOON + hour * HOUR) for hour in (40, 42, 44)] == [1, 0, 0]
    assert events(session, case) == ["|to Sana: the answer is overdue"]


def test_what_becomes_overdue_soon_after_a_message_waits_for_the_next(session: Session, shop: tuple[Brand, Source]):
    opened(session, shop)
    run(session, LATE)
    for number in range(5):
        opened(session, shop, answer_due_at=NOON + HOUR + number * 5 * MINUTE)
    assert run(session, LATE + 59 * MINUTE) == 0
    assert run(session, LATE + 61 * MINUTE) == 5
    assert len(messages(session)) == 2


def test_a_message_of_one_brand_does_not_hold_back_that_of_another(session: Session, shop: tuple[Brand, Source]):
    opened(session, shop)
    run(session, LATE)
    other = make_brand(session, "rose", "Rose Cart", "UTC")
    opened(session, (other, make_source(session, other, "blog")))
    assert run(session, LATE + MINUTE) == 1
    assert [message.brand for message in messages(session)] == ["Karak House", "Rose Cart"]


@pytest.mark.parametrize(
    "values",
    [
        {"state": CaseState.SOLVED, "owner": "Bilal"},
        {"state": CaseState.DISMISSED},
        {"state": CaseState.ANSWERED, "owner": "Bilal", "answered_at": NOON},
        {"answer_due_at": None, "solve_due_at": None},
    ],
)
def test_what_is_closed_or_answered_in_time_is_not_overdue(
    session: Session, shop: tuple[Brand, Source], values: dict[str, Any]
):
    opened(session, shop, **values)
    assert run(session) == 0


def test_a_reopened_case_can_be_overdue_again(session: Session, shop: tuple[Brand, Source]):
    values = {"state": CaseState.OWNED, "owner": "Bilal", "answered_at": NOON, "reopened": 1}
    opened(session, shop, **values, escalated_at=NOON, solve_due_at=NOON + 48 * HOUR)
    assert run(session, NOON + 49 * HOUR) == 1


def test_a_critical_case_makes_the_message_critical(session: Session, shop: tuple[Brand, Source]):
    opened(session, shop)
    opened(session, shop, severity=Severity.CRITICAL)
    run(session)
    assert messages(session)[0].severity is Severity.CRITICAL


@pytest.mark.parametrize(("severity", "held"), [(Severity.HIGH, "quiet_hours"), (Severity.CRITICAL, "")])
def test_quiet_hours_hold_what_is_not_critical(
    session: Session, shop: tuple[Brand, Source], severity: Severity, held: str
):
    opened(session, shop, severity=severity)
    channels = [{"type": "console", "id": "boss", "quiet": ["12:00-20:00"]}]
    run(session, channels=channels)
    alert = session.exec(select(Alert)).one()
    assert alert.held == held
    assert alert.due_at == (NOON + 8 * HOUR if held else LATE)


def test_a_channel_that_is_switched_off_is_not_owed_the_message(session: Session, shop: tuple[Brand, Source]):
    opened(session, shop)
    run(session, channels=[{"type": "console", "id": "boss", "enabled": False}])
    alert = session.exec(select(Alert)).one()
    assert (alert.state, alert.reason) == (AlertState.WITHHELD, "channel_disabled")


def test_two_processes_at_once_escalate_each_case_once(database_url: str, session: Session, shop: tuple[Brand, Source]):
    cases = [opened(session, shop) for _ in range(20)]
    prepared = context(session, LATE)
    gate = threading.Barrier(2)
    counted: list[int] = []

    def work() -> None:
        with database_session(database_url) as own:
            gate.wait()
            counted.append(overdue.run(Context(prepared.settings, own, LATE))["cases_escalated"])

    both = [threading.Thread(target=work) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    session.expire_all()
    assert sum(counted) == 20
    assert [len(events(session, case)) for case in cases] == [1] * 20


def test_the_job_does_it(session: Session, shop: tuple[Brand, Source]):
    from monitor.jobs import answer

    opened(session, shop)
    assert answer.run(context(session, LATE))["cases_escalated"] == 1


def test_nothing_is_done_once_asked_to_stop(session: Session, shop: tuple[Brand, Source]):
    opened(session, shop)
    settings = context(session, LATE).settings
    assert overdue.run(Context(settings, session, LATE, stopping=lambda: True)) == {}


def test_settings_without_escalation_are_the_default():
    assert make_settings().service.escalate is None
