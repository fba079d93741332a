"""Tests of what the Alerts page knows of channels, and of how useful people found what they were told."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.data import delivery, opening
from dashboard.data.opening import config_path
from monitor.facts import Mark
from monitor.jobs import answer
from monitor.models import Alert, AlertState, Brand, ChannelHealth
from tests.factories import database_session, make_alert, make_change, make_incident, person

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)  # 15:00 in Karachi
HOUR = timedelta(hours=1)


def _configure(channel: str) -> None:
    """Give the channel mail-lead other options."""
    path = config_path()
    path.write_text(path.read_text().replace("{id: mail-lead, type: console}", channel))


def _mail_lead(now: datetime) -> delivery.ChannelRow:
    return next(row for row in delivery.channels(now) if row.id == "mail-lead")


def test_a_channel_that_fails_is_shown_first_with_its_error(empty: str):
    with database_session(empty) as session:
        session.add(ChannelHealth(channel="slack-support", last_good_at=MONDAY))
        session.add(ChannelHealth(channel="mail-lead", failures=3, error="550 no such list"))
        session.commit()
    first, second = delivery.channels(MONDAY)
    assert (first.id, first.failing, first.error) == ("mail-lead", True, "550 no such list")
    assert (second.failing, second.last_good_at) == (False, MONDAY)


def test_a_channel_that_was_never_used_is_none_that_works(empty: str):
    assert [(row.used, row.failing) for row in delivery.channels(MONDAY)] == [(False, False)] * 2


def test_a_channel_that_is_switched_off_does_not_count_as_failing(empty: str):
    _configure("{id: mail-lead, type: console, enabled: false}")
    with database_session(empty) as session:
        session.add(ChannelHealth(channel="mail-lead", failures=3, error="550"))
        session.commit()
    assert not _mail_lead(MONDAY).failing


@pytest.mark.parametrize(
    ("options", "quiet", "off", "on_call"),
    [
        ('quiet: ["14:00-17:00"]', 2, None, None),
        ('quiet: ["22:00-07:00"]', None, None, None),
        ('on_call: ["mon-fri 09:00-18:00"]', None, None, 3),
        ('on_call: ["mon-fri 16:00-18:00"]', None, 1, None),
        ("enabled: true", None, None, None),
    ],
)
def test_hours_are_those_of_the_channels_own_zone(
    empty: str, options: str, quiet: int | None, off: int | None, on_call: int | None
):
    _configure(f"{{id: mail-lead, type: console, time_zone: Asia/Karachi, {options}}}")
    row = _mail_lead(MONDAY)
    wanted = [MONDAY + hours * HOUR if hours is not None else None for hours in (quiet, off, on_call)]
    assert [row.quiet_until, row.off_until, row.on_call_until] == wanted


def test_what_waits_and_what_is_lost_is_counted_by_channel(empty: str):
    states = {AlertState.PENDING: 2, AlertState.SENDING: 1, AlertState.FAILED: 4, AlertState.SENT: 5}
    with database_session(empty) as session:
        for state, number in states.items():
            for i in range(number):
                common = {"channel": "mail-lead", "reason": "operator", "created_at": opening.now()}
                session.add(Alert(key=f"{state}-{i}", state=state, **common))
        old = {"channel": "mail-lead", "reason": "operator", "created_at": opening.now() - timedelta(days=8)}
        session.add(Alert(key="old", state=AlertState.FAILED, **old))
        session.commit()
    row = _mail_lead(opening.now())
    assert (row.waiting, row.dead) == (3, 4)


def test_the_share_of_noise_is_told_by_rule_and_by_channel_and_reason(empty: str):
    now = opening.now()
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        for mark in (Mark.USEFUL, Mark.NOISE, Mark.NOISE):
            change = make_change(session, make_incident(session, brand, at=now), at=now)
            alert = make_alert(session, change, "mail-lead")
            session.commit()
            answer.mark_alert(session, alert.id or 0, mark, person("Sana"), now)
    rules, told = delivery.usefulness(now)
    assert [(row.name, row.share) for row in rules] == [("spike", delivery.Share(1, 2))]
    assert [(row.name, row.reason, row.share.noise) for row in told] == [("mail-lead", "new_incident", 2)]


def test_without_a_mark_nothing_is_said_of_usefulness(empty: str):
    assert delivery.usefulness(opening.now()) == ((), ())
