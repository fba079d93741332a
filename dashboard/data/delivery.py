"""How the channels do: what works, when they may be disturbed, what waits, and whether it was good to be told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from dashboard.data.alerts import Asked, dead
from dashboard.data.opening import cached, database, settings
from monitor import hours
from monitor.alerting.channel import ChannelOptions
from monitor.models import Alert, AlertState, ChannelHealth
from monitor.store import marks
from monitor.store.marks import Share


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel of the config; times that are None say that it is not so now."""

    id: str
    type: str
    enabled: bool
    used: bool
    failures: int  # in a row
    permanent: bool
    error: str
    last_good_at: datetime | None
    quiet_until: datetime | None
    off_until: datetime | None  # it is not on call before
    on_call_until: datetime | None  # None, with `off_until` None: always on call
    waiting: int
    dead: int  # never taken, of the last 7 days

    @property
    def failing(self) -> bool:
        return self.enabled and self.failures > 0


@cached
def channels(now: datetime) -> tuple[ChannelRow, ...]:
    """The channels in the order of the config, those that fail first."""
    with database() as session:
        known = {row.channel: row for row in session.exec(select(ChannelHealth)).all()}
        waiting = _waiting(session)
    lost = {channel: len(ids) for channel, ids in dead(Asked(), now)}
    found = [
        _row(options, known.get(options.id), waiting.get(options.id, 0), lost.get(options.id, 0), now)
        for options in settings().channels
    ]
    return tuple(sorted(found, key=lambda row: not row.failing))


def _waiting(session: Session) -> dict[str, int]:
    owed = col(Alert.state).in_((AlertState.PENDING, AlertState.SENDING))
    counted = sa.select(col(Alert.channel), func.count()).where(owed).group_by(col(Alert.channel))
    return {row[0]: row[1] for row in session.execute(counted)}


def _row(options: ChannelOptions, health: ChannelHealth | None, waiting: int, lost: int, now: datetime) -> ChannelRow:
    known = health or ChannelHealth(channel=options.id)
    on_call = hours.ends_at(options.on_call, options.zone, now)
    off = hours.starts_at(options.on_call, options.zone, now) if options.on_call and on_call is None else None
    return ChannelRow(
        id=options.id,
        type=options.type,
        enabled=options.enabled,
        used=health is not None,
        failures=known.failures,
        permanent=known.permanent,
        error=known.error,
        last_good_at=known.last_good_at,
        quiet_until=hours.ends_at(options.quiet, options.zone, now),
        off_until=off,
        on_call_until=on_call,
        waiting=waiting,
        dead=lost,
    )


MARKED = timedelta(days=90)
"""How far back it is counted what was useful."""


@dataclass(frozen=True, slots=True)
class UsefulRow:
    """How much of what a channel was told for one reason, or of what one rule raised, people called useful."""

    name: str
    reason: str  # of routing; "" for a rule
    share: Share


@cached
def usefulness(now: datetime) -> tuple[tuple[UsefulRow, ...], tuple[UsefulRow, ...]]:
    """Of rules and of channels, those with most noise first; only what anybody marked."""
    with database() as session:
        found = marks.precision(session, now - MARKED)
    rules = [UsefulRow(name, "", share) for name, share in found.detectors.items()]
    told = [UsefulRow(channel, reason, share) for (channel, reason), share in found.alerts.items()]
    return _worst_first(rules), _worst_first(told)


def _worst_first(rows: list[UsefulRow]) -> tuple[UsefulRow, ...]:
    return tuple(sorted(rows, key=lambda row: -row.share.noise / max(row.share.marked, 1)))
