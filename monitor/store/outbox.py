"""The outbox in the database: alerts that are owed, who sends them now, how it ended; and how the channels do."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CursorResult, case, func, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, exists, or_, select

from monitor.facts import IncidentState
from monitor.models import Alert, AlertState, ChannelHealth, Incident, IncidentChange
from monitor.secret import hide
from monitor.store import together

LONGEST_ERROR = 500
MOST_TOGETHER = 10_000
"""Alerts that go out as one message, where no channel sets less; more than that is more than one."""
_OWED = (AlertState.PENDING, AlertState.SENDING)
_LOOKED_AT = ("off_duty", "silenced", "quiet_hours")
"""Holds at whose end somebody looks first if it is still worth telling, and if nothing else holds it."""
_AT_ONCE = 500
"""Ids named in one statement."""


class Due(NamedTuple):
    id: int
    channel: str


class Claimed(NamedTuple):
    """Alerts that one message stands for, oldest first; `late`: they could not be delivered for long."""

    leader: Alert
    alerts: list[Alert]
    late: bool


def waiting(session: Session) -> int:
    """How many alerts are owed."""
    return session.exec(select(func.count()).select_from(Alert).where(col(Alert.state).in_(_OWED))).one()


def is_work(session: Session, now: datetime, besides: Collection[int] = ()) -> bool:
    """Whether a change (but for these) waits to be routed or an alert to be sent: looks into an index."""
    unrouted = (col(IncidentChange.routed_at).is_(None), col(IncidentChange.id).not_in(besides))
    if session.exec(select(IncidentChange.id).where(*unrouted).limit(1)).first():
        return True
    return any(session.exec(select(Alert.id).where(claimable).limit(1)).first() for claimable in _claimable(now, now))


def due_channels(session: Session, now: datetime) -> list[str]:
    """The channels at which something is to be sent now."""
    found: set[str] = set()
    for claimable in _claimable(now, now):
        found |= set(session.exec(select(Alert.channel).where(claimable).distinct()))
    return sorted(found)


def due(
    session: Session,
    now: datetime,
    resting: Collection[str] = (),
    limit: int = 20,
    looked_at: datetime | None = None,
    only: str | None = None,
) -> list[Due]:
    """Alerts to send now, longest due first: pending ones, and those whose sender died.

    A channel hears of one incident in order: a message waits while an earlier one of the same incident is on its way.
    `resting` are channels to leave alone, `only` the one to look at; `looked_at` is when those that need it were looked
    at, `now` if not given.
    """
    earlier = aliased(Alert)
    on_its_way = exists().where(
        col(earlier.incident_id) == col(Alert.incident_id),
        col(earlier.channel) == col(Alert.channel),
        col(earlier.id) < col(Alert.id),
        col(earlier.state) == AlertState.SENDING,
        or_(col(earlier.bundle_id).is_(None), col(earlier.bundle_id) != col(Alert.id)),  # it does not wait for its own
    )
    found: list[Due] = []
    for claimable in _claimable(now, looked_at or now):  # one by one: each is a range of the index, in order
        query = (
            select(Alert.id, Alert.channel)
            .where(claimable, ~on_its_way, _at_channels(resting, only))
            .order_by(col(Alert.next_try_at), col(Alert.id))
            .limit(limit)
        )
        found += [Due(number or 0, channel) for number, channel in session.exec(query)]
    return found


def _at_channels(resting: Collection[str], only: str | None) -> Any:
    return col(Alert.channel).not_in(resting) if only is None else col(Alert.channel) == only


def _claimable(now: datetime, looked_at: datetime) -> tuple[Any, Any]:
    """What was begun by a process that died, and leads others or goes alone; and what is pending and due."""
    leads = or_(col(Alert.bundle_id).is_(None), col(Alert.bundle_id) == col(Alert.id))
    abandoned = and_(col(Alert.state) == AlertState.SENDING, col(Alert.leased_until) <= now, leads)
    due_now = or_(col(Alert.held).not_in(_LOOKED_AT), col(Alert.next_try_at) <= looked_at)
    return abandoned, and_(col(Alert.state) == AlertState.PENDING, col(Alert.next_try_at) <= now, due_now)


def claim(
    session: Session,
    alert_id: int,
    now: datetime,
    until: datetime,
    late_before: datetime | None = None,
    looked_at: datetime | None = None,
    most: int = MOST_TOGETHER,
) -> Claimed | None:
    """Take an alert for sending until the lease ends, with those that go out with it; None if another process has it.

    With it go what waits for the same group or was held until now, and what of the same incident is due or waits from
    before; and everything of its channel that is about incidents, when it was due before `late_before` and has been
    tried in vain. What a dead process had begun is taken as it was, neither more nor less, for the receiver to know it
    again. `looked_at` as in `due`; `most` that go out as one message.
    """
    leader = session.get(Alert, alert_id, populate_existing=True)
    if leader is None or not _take(session, until, col(Alert.id) == alert_id, or_(*_claimable(now, now))):
        return None
    # `leader` still says how it was before it was taken.
    late = late_before is not None and leader.attempts > 0 and (leader.due_at or leader.created_at) <= late_before
    if leader.state is AlertState.SENDING:
        others = and_(col(Alert.bundle_id) == alert_id, col(Alert.id) != alert_id)
        _take(session, until, others, col(Alert.state) == AlertState.SENDING)
    elif leader.incident_id is not None and leader.bundle_id is None:
        along = (
            select(Alert.id)
            .where(together.goes_along(leader, looked_at or now, late=late))
            .order_by(col(Alert.id))
            .limit(most - 1)
        )
        pending = col(Alert.state) == AlertState.PENDING
        if _take(session, until, col(Alert.id).in_(along), pending, bundle_id=alert_id):
            _take(session, until, together.begins_what_goes_along(leader), bundle_id=alert_id)
    taken = (
        select(Alert)
        .where(
            or_(col(Alert.id) == alert_id, col(Alert.bundle_id) == alert_id),
            col(Alert.state) == AlertState.SENDING,
            col(Alert.leased_until) == until,
        )
        .order_by(col(Alert.id))
        .execution_options(populate_existing=True)
    )
    alerts = list(session.exec(taken))
    return Claimed(leader, alerts, late)


def _take(session: Session, until: datetime, *which: Any, **values: Any) -> bool:
    values |= {"state": AlertState.SENDING, "leased_until": until, "attempts": col(Alert.attempts) + 1}
    return _changed(session, update(Alert).where(*which).values(**values))


def ended(session: Session, alerts: Sequence[Alert]) -> dict[int, IncidentState]:
    """Of the incidents that these are about, those that do not go on, and how they ended."""
    numbers = sorted({alert.incident_id for alert in alerts if alert.incident_id is not None})
    found: dict[int, IncidentState] = {}
    for first in range(0, len(numbers), _AT_ONCE):
        some = col(Incident.id).in_(numbers[first : first + _AT_ONCE])
        query = select(Incident.id, Incident.state).where(some, col(Incident.state) != IncidentState.OPEN)
        found |= {number: IncidentState(state) for number, state in session.exec(query) if number is not None}
    return found


def sent(session: Session, alerts: Sequence[Alert], now: datetime, note: str = "") -> None:
    """The receiver has them; `note` says what was not right all the same."""
    _settle(session, alerts, AlertState.SENT, sent_at=now, error=note)
    alone = [alert.id for alert in alerts if alert.bundle_id == alert.id]
    if alone:
        _changed(session, update(Alert).where(col(Alert.id).in_(alone)).values(bundle_id=None))


def try_again(session: Session, alerts: Sequence[Alert], error: str, next_try_at: datetime, attempts: int) -> None:
    """Not accepted yet: they are free again, and those whose hold goes on longer wait for its end."""
    until = case((col(Alert.due_at) > next_try_at, col(Alert.due_at)), else_=next_try_at)
    values = {"next_try_at": until, "error": error, "attempts": attempts, "bundle_id": None}
    _settle(session, alerts, AlertState.PENDING, **values)


def put_off(session: Session, alerts: Sequence[Alert], until: datetime) -> None:
    """Not sent now: they are free again, and due then; that was no try."""
    _settle(session, alerts, AlertState.PENDING, next_try_at=until, attempts=col(Alert.attempts) - 1, bundle_id=None)


def try_alone(session: Session, alert: Alert, error: str, next_try_at: datetime, message: dict[str, Any]) -> None:
    """Some recipients have this message: the others get the very same, so that nothing else may go with it."""
    values = {"next_try_at": next_try_at, "error": error, "message": message, "bundle_id": alert.id}
    _settle(session, [alert], AlertState.PENDING, **values)


def apart(session: Session, alerts: Sequence[Alert], now: datetime) -> None:
    """One of them may be what ends the process each time: from now on each goes alone."""
    _settle(session, alerts, AlertState.PENDING, next_try_at=now, attempts=0, bundle_id=col(Alert.id))


def lead(session: Session, leader: Alert, alerts: Sequence[Alert]) -> None:
    """Another one leads them from now on."""
    for ids in _ids(alerts):
        lead_of = case((col(Alert.id) == leader.id, None), else_=leader.id)
        _changed(session, update(Alert).where(col(Alert.id).in_(ids)).values(bundle_id=lead_of))


def give_up(session: Session, alerts: Sequence[Alert], error: str) -> None:
    """Never accepted."""
    _settle(session, alerts, AlertState.FAILED, error=error, bundle_id=None)


def withhold(session: Session, alerts: Sequence[Alert], reason: str) -> None:
    """No longer owed."""
    _settle(session, alerts, AlertState.WITHHELD, reason=reason, bundle_id=None)


def resend(session: Session, alert_id: int, now: datetime) -> bool:
    """Owe an alert that was given up once more, from now on; False when it was not given up (any longer)."""
    values = {"state": AlertState.PENDING, "attempts": 0, "due_at": now, "next_try_at": now, "held": ""}
    given_up = update(Alert).where(col(Alert.id) == alert_id, col(Alert.state) == AlertState.FAILED)
    return _changed(session, given_up.values(**values, bundle_id=None, leased_until=None))


def wake(session: Session, channel: str, now: datetime) -> None:
    """The channel works again: what waits there for another try is due."""
    _changed(
        session,
        update(Alert)
        .where(
            col(Alert.channel) == channel,
            col(Alert.state) == AlertState.PENDING,
            col(Alert.attempts) > 0,
            col(Alert.next_try_at) > now,
            func.coalesce(col(Alert.due_at), col(Alert.created_at)) <= now,
        )
        .values(next_try_at=now),
    )


def _settle(session: Session, alerts: Sequence[Alert], state: AlertState, **values: Any) -> None:
    """Store how a try ended; success always, else only if nobody took the alerts over since (the lease tells)."""
    if "error" in values:
        values["error"] = hide(str(values["error"]))[:LONGEST_ERROR]
    for ids in _ids(alerts):
        query = update(Alert).where(col(Alert.id).in_(ids)).values(state=state, leased_until=None, **values)
        if state is not AlertState.SENT:
            lease = col(Alert.leased_until) == alerts[0].leased_until
            query = query.where(col(Alert.state) == AlertState.SENDING, lease)
        _changed(session, query)


def _ids(alerts: Sequence[Alert]) -> Iterator[list[int]]:
    for first in range(0, len(alerts), _AT_ONCE):
        yield [alert.id or 0 for alert in alerts[first : first + _AT_ONCE]]


def health(session: Session, channel: str) -> ChannelHealth:
    """How a channel does; the row is made at its first use."""
    if session.get(ChannelHealth, channel) is None:
        try:
            with session.begin_nested():
                session.add(ChannelHealth(channel=channel))
        except IntegrityError:  # another process made it just now
            pass
    return session.get_one(ChannelHealth, channel, populate_existing=True)


def works(session: Session, channel: str, now: datetime) -> None:
    """The channel took a message: whatever trouble it had is over."""
    values = {"failures": 0, "error": "", "permanent": False, "last_good_at": now, "told_at": None}
    _set_health(session, channel, **values)


def fails(session: Session, channel: str, error: str, *, permanent: bool) -> ChannelHealth:
    """The channel refused a message, or part of it; returns how it does now."""
    _set_health(
        session,
        channel,
        failures=col(ChannelHealth.failures) + 1,
        error=hide(error)[:LONGEST_ERROR],
        permanent=permanent,
    )
    return health(session, channel)


def claim_telling(session: Session, channel: str, now: datetime) -> bool:
    """Take the duty to tell the operator of a channel's trouble; False if someone has it already."""
    return _changed(
        session,
        update(ChannelHealth)
        .where(col(ChannelHealth.channel) == channel, col(ChannelHealth.told_at).is_(None))
        .values(told_at=now),
    )


def untold(session: Session, channel: str) -> None:
    """The operator was not reached: the next failure of the channel is to be told again."""
    _set_health(session, channel, told_at=None)


def troubled(session: Session, failures: int) -> frozenset[str]:
    """Channels that fail for good, or failed so many times in a row."""
    query = select(ChannelHealth.channel).where(
        or_(col(ChannelHealth.permanent), col(ChannelHealth.failures) >= failures)
    )
    return frozenset(session.exec(query))


def _set_health(session: Session, channel: str, **values: Any) -> None:
    health(session, channel)
    _changed(session, update(ChannelHealth).where(col(ChannelHealth.channel) == channel).values(**values))


def _changed(session: Session, query: Any) -> bool:
    """Run an UPDATE; whether it met a row. Rows loaded before keep their old values until they are read again."""
    result = session.execute(query.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)  # noqa: S101 (an UPDATE gives one)
    return result.rowcount > 0
