"""The outbox in the database: claims, leases, what goes out together, and how channels do."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.models import Alert, AlertState, Brand, Incident, IncidentChange
from monitor.store import outbox
from tests.factories import NOON, make_alert, make_brand, make_change, make_incident

MINUTE = timedelta(minutes=1)
LEASE = timedelta(minutes=5)


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session)


@pytest.fixture
def incident(session: Session, brand: Brand) -> Incident:
    return make_incident(session, brand)


def owe(session: Session, incident: Incident, channel: str = "a", **values: Any) -> Alert:
    change = make_change(session, incident)
    given = {"state": AlertState.PENDING, "next_try_at": NOON, "due_at": NOON} | values
    return make_alert(session, change, channel, **given)


def due(session: Session, *args: Any, **kwargs: Any) -> list[int]:
    return [one.id for one in outbox.due(session, *args, **kwargs)]


def claim(session: Session, alert: Alert, now: Any = NOON, late_before: Any = None) -> list[int]:
    claimed = outbox.claim(session, alert.id or 0, now, now + LEASE, late_before)
    return [one.id or 0 for one in claimed.alerts] if claimed else []


def ids(*alerts: Alert) -> list[int]:
    return [alert.id or 0 for alert in alerts]


def test_a_claimed_alert_is_not_due_until_its_lease_ends(session: Session, incident: Incident) -> None:
    alert = owe(session, incident)
    claimed = outbox.claim(session, alert.id or 0, NOON, NOON + LEASE)
    assert claimed is not None
    leader = claimed.leader
    assert (leader.state, leader.attempts, leader.leased_until) == (AlertState.SENDING, 1, NOON + LEASE)
    assert claim(session, alert) == []
    assert due(session, NOON + LEASE - MINUTE) == []
    assert due(session, NOON + LEASE) == [alert.id]


def test_what_is_not_due_or_rests_is_left_alone(session: Session, incident: Incident) -> None:
    first = owe(session, incident, "a")
    owe(session, incident, "b", next_try_at=NOON + MINUTE)
    owe(session, incident, "c", state=AlertState.FAILED)
    assert due(session, NOON) == [first.id]
    assert due(session, NOON, {"a"}) == []


def test_a_channel_hears_of_an_incident_in_order(session: Session, brand: Brand, incident: Incident) -> None:
    first, second = owe(session, incident), owe(session, incident, next_try_at=NOON + MINUTE)
    elsewhere, other = owe(session, incident, "b"), owe(session, make_incident(session, brand))
    assert claim(session, first) == [first.id]
    assert due(session, NOON + MINUTE) == ids(elsewhere, other)
    session.refresh(first)
    outbox.sent(session, [first], NOON + MINUTE)
    assert second.id in due(session, NOON + MINUTE)


def test_what_waits_of_an_incident_from_before_goes_along_whatever_holds_it(
    session: Session, incident: Incident
) -> None:
    retried = owe(session, incident, next_try_at=NOON + MINUTE, attempts=1)
    quiet = owe(session, incident, held="quiet_hours", next_try_at=NOON + LEASE)
    worse = owe(session, incident)
    owe(session, incident, "b")
    assert claim(session, worse) == ids(retried, quiet, worse)


def test_what_belongs_together_goes_out_with_the_first_that_is_due(session: Session, brand: Brand) -> None:
    first = owe(session, make_incident(session, brand), together="rosecart")
    held = owe(session, make_incident(session, brand), together="rosecart", held="grouped", next_try_at=NOON + LEASE)
    for values in (
        {"together": "karak"},
        {"together": ""},
        {"together": "rosecart", "held": "silenced"},
        {"together": "rosecart", "channel": "b"},
        {"together": "rosecart", "state": AlertState.FAILED},
    ):
        owe(session, make_incident(session, brand), **{"next_try_at": NOON + LEASE, **values})
    assert claim(session, first) == ids(first, held)
    assert outbox.claim(session, held.id or 0, NOON + LEASE, NOON + 2 * LEASE) is None


def test_what_was_held_until_now_goes_out_together_once_somebody_looked_at_it(session: Session, brand: Brand) -> None:
    group = {"together": "rosecart", "held": "quiet_hours"}
    first, second, later = (owe(session, make_incident(session, brand), **group) for _ in range(3))
    later.next_try_at = later.due_at = NOON + MINUTE
    session.flush()
    claimed = outbox.claim(session, first.id or 0, NOON + MINUTE, NOON + LEASE, looked_at=NOON)
    assert claimed is not None
    assert ids(*claimed.alerts) == ids(first, second)


def test_what_goes_along_takes_with_it_what_waits_of_its_incident_from_before(
    session: Session, brand: Brand, incident: Incident
) -> None:
    began = owe(session, incident, together="rosecart", held="silenced", next_try_at=NOON + LEASE)
    worse = owe(session, incident, together="rosecart", held="grouped", next_try_at=NOON + MINUTE)
    owe(session, incident, "b", next_try_at=NOON + LEASE)
    owe(session, incident, together="rosecart", held="silenced", next_try_at=NOON + LEASE)
    first = owe(session, make_incident(session, brand), together="rosecart")
    assert claim(session, first) == ids(began, worse, first)


def test_what_is_late_goes_out_with_all_its_channel_has_not_got(session: Session, brand: Brand) -> None:
    late = {"attempts": 4, "due_at": NOON - 20 * MINUTE}
    first = owe(session, make_incident(session, brand), together="rosecart", **late)
    rest = [owe(session, make_incident(session, brand), together=name) for name in ("karak", "")]
    report = Alert(key="r", channel="a", reason="weekly_report", created_at=NOON, next_try_at=NOON)
    session.add(report)
    assert claim(session, first, late_before=NOON - 15 * MINUTE) == ids(first, *rest)


def test_what_was_never_tried_is_not_late(session: Session, brand: Brand) -> None:
    first = owe(session, make_incident(session, brand), due_at=NOON - 20 * MINUTE)
    owe(session, make_incident(session, brand))
    assert claim(session, first, late_before=NOON - 15 * MINUTE) == [first.id]


def test_what_a_dead_process_began_is_taken_again_as_it_was(session: Session, brand: Brand) -> None:
    first, second = (owe(session, make_incident(session, brand), together="rosecart") for _ in range(2))
    claim(session, second)
    owe(session, make_incident(session, brand), together="rosecart", next_try_at=NOON + LEASE)
    session.expire_all()
    assert due(session, NOON + LEASE)[0] == second.id
    assert first.id not in due(session, NOON + LEASE)
    assert claim(session, second, NOON + LEASE) == ids(first, second)


def test_what_a_dead_process_began_does_not_wait_for_what_goes_with_it(session: Session, incident: Incident) -> None:
    retried = owe(session, incident, next_try_at=NOON + MINUTE, attempts=1)
    worse = owe(session, incident)
    assert claim(session, worse) == ids(retried, worse)
    assert due(session, NOON + LEASE) == [worse.id]
    assert claim(session, worse, NOON + LEASE) == ids(retried, worse)


def test_a_silence_that_ended_is_looked_at_before_it_is_due(session: Session, incident: Incident) -> None:
    silenced = owe(session, incident, held="silenced", next_try_at=NOON + MINUTE)
    assert due(session, NOON + MINUTE, looked_at=NOON) == []
    assert due(session, NOON + MINUTE, looked_at=NOON + MINUTE) == [silenced.id]


def test_a_late_failure_does_not_undo_what_another_process_took_over(session: Session, incident: Incident) -> None:
    alert = owe(session, incident)
    slow = outbox.claim(session, alert.id or 0, NOON, NOON + LEASE)
    assert slow is not None
    stale = Alert(**slow.leader.model_dump())
    claim(session, alert, NOON + LEASE)
    outbox.give_up(session, [stale], "too slow")
    session.refresh(alert)
    assert alert.state is AlertState.SENDING
    outbox.sent(session, [stale], NOON)
    session.refresh(alert)
    assert alert.state is AlertState.SENT


def test_after_a_failure_a_hold_that_goes_on_is_kept(session: Session, incident: Incident) -> None:
    quiet = owe(session, incident, held="quiet_hours", due_at=NOON + 9 * LEASE, next_try_at=NOON + 9 * LEASE)
    worse = owe(session, incident)
    claimed = outbox.claim(session, worse.id or 0, NOON, NOON + LEASE)
    assert claimed is not None
    outbox.try_again(session, claimed.alerts, "away", NOON + MINUTE, 1)
    for alert in (quiet, worse):
        session.refresh(alert)
    assert (quiet.next_try_at, quiet.state, quiet.bundle_id) == (NOON + 9 * LEASE, AlertState.PENDING, None)
    assert worse.next_try_at == NOON + MINUTE


def test_what_was_given_up_is_owed_once_more_as_if_it_were_new(session: Session, incident: Incident) -> None:
    lost = owe(session, incident, state=AlertState.FAILED, attempts=70, held="grouped")
    later = NOON + timedelta(days=9)
    assert outbox.resend(session, lost.id or 0, later)
    session.refresh(lost)
    assert (lost.state, lost.attempts, lost.due_at, lost.held) == (AlertState.PENDING, 0, later, "")
    assert not outbox.resend(session, lost.id or 0, later)


def test_a_channel_that_works_again_gets_at_once_what_waits_for_a_retry(session: Session, brand: Brand) -> None:
    later = NOON + timedelta(hours=1)
    retried = owe(session, make_incident(session, brand), attempts=3, next_try_at=later)
    owe(session, make_incident(session, brand), held="quiet_hours", next_try_at=later, due_at=later)
    owe(session, make_incident(session, brand), "b", attempts=3, next_try_at=later)
    outbox.wake(session, "a", NOON)
    assert due(session, NOON) == [retried.id]


def test_there_is_work_when_a_change_waits_or_an_alert_is_due(session: Session, incident: Incident) -> None:
    assert outbox.is_work(session, NOON)
    for change in session.exec(sa.select(IncidentChange)).scalars():
        change.routed_at = NOON
    session.flush()
    assert not outbox.is_work(session, NOON)
    make_alert(session, change, "a", AlertState.PENDING, next_try_at=NOON + MINUTE)
    assert not outbox.is_work(session, NOON)
    assert outbox.is_work(session, NOON + MINUTE)


def test_trouble_of_a_channel_is_counted_told_once_and_forgotten_when_it_works(session: Session) -> None:
    outbox.fails(session, "a", "away", permanent=False)
    assert outbox.fails(session, "a", "away", permanent=False).failures == 2
    assert outbox.claim_telling(session, "a", NOON)
    assert not outbox.claim_telling(session, "a", NOON)
    assert outbox.troubled(session, 2) == {"a"}
    outbox.works(session, "a", NOON)
    good = outbox.health(session, "a")
    assert (good.failures, good.error, good.told_at, good.last_good_at) == (0, "", None, NOON)
    assert outbox.troubled(session, 2) == frozenset()


def test_a_permanent_failure_is_trouble_at_once(session: Session) -> None:
    outbox.fails(session, "a", "x" * 9000, permanent=True)
    assert outbox.troubled(session, 3) == {"a"}
    assert len(outbox.health(session, "a").error) == outbox.LONGEST_ERROR
