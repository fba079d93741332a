"""Messages owed to channels: sent, waiting, withheld or dead, each with what people need to judge it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from dashboard.data.alert_rows import AlertRow, rows
from dashboard.data.opening import cached, database, settings
from monitor.facts import LARGEST_NUMBER
from monitor.models import Alert, AlertState, Incident, Report
from monitor.models.columns import UtcDateTime

PAGE = 20
MOST = 2000
"""So many of each channel, the newest, are counted exactly; of more, the numbers carry a plus."""
DAYS = (7, 30)
_LONGEST_CHANNEL = 64


class Show(StrEnum):
    """The lists of the page, by how it went."""

    SENT = "sent"
    WAITING = "waiting"
    WITHHELD = "withheld"
    DEAD = "dead"


STATES = {
    Show.SENT: (AlertState.SENT,),
    Show.WAITING: (AlertState.PENDING, AlertState.SENDING),
    Show.WITHHELD: (AlertState.WITHHELD,),
    Show.DEAD: (AlertState.FAILED,),
}
_RARE = (Show.WAITING, Show.DEAD)
"""Found by their state; the others, of which there are many, by channel and time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which alerts are wanted; `brand_id` None and `channel` "" mean all, `before` is the alert to go on after."""

    show: Show = Show.SENT
    brand_id: int | None = None
    channel: str = ""
    days: int = DAYS[0]
    before: int | None = None


def read(query: Mapping[str, str], brand_id: int | None) -> Asked:
    """What an address asks for; values that are not known are left out."""
    show, days, before = query.get("show", ""), query.get("days", ""), query.get("before", "")
    known = before.isascii() and before.isdigit() and len(before) < 16 and int(before) <= LARGEST_NUMBER
    return Asked(
        show=Show(show) if show in set(Show) else Show.SENT,
        brand_id=brand_id,
        channel=query.get("channel", "")[:_LONGEST_CHANNEL],
        days=next((number for number in DAYS if str(number) == days), DAYS[0]),
        before=int(before) if known else None,
    )


def query(asked: Asked) -> dict[str, str]:
    """The part of an address that asks for this, without the brand."""
    shown = {field.name: getattr(asked, field.name) for field in fields(asked) if field.name != "brand_id"}
    return {name: str(value) for name, value in shown.items() if value != getattr(Asked(), name)}


@dataclass(frozen=True, slots=True)
class Sums:
    """How many there are of each list; `more` says that there may be more of them."""

    numbers: dict[Show, int]
    more: bool


@cached
def sums(asked: Asked, now: datetime) -> Sums:
    """How many alerts each list has, whatever of them is shown."""
    with database() as session:
        channels = [asked.channel] if asked.channel else _used(session)
        numbers = dict.fromkeys(Show, 0)
        for show in _RARE:
            wanted = _narrowed(_rare(replace(asked, show=show), now), asked.brand_id).limit(MOST)
            numbers[show] = session.execute(sa.select(func.count()).select_from(wanted.subquery())).scalar_one()
        more = any(numbers[show] >= MOST for show in _RARE)
        for channel in channels:
            counted, is_cut = _counted(session, asked, channel, now)
            more |= is_cut
            for show in (Show.SENT, Show.WITHHELD):
                numbers[show] += sum(counted.get(state, 0) for state in STATES[show])
    return Sums(numbers, more)


def _counted(session: Session, asked: Asked, channel: str, now: datetime) -> tuple[dict[AlertState, int], bool]:
    """The newest `MOST` of a channel by state, and whether there are more."""
    since = now - timedelta(days=asked.days)
    newest = (
        sa.select(col(Alert.id).label("id"))
        .where(col(Alert.channel) == channel, col(Alert.created_at) >= since)
        .order_by(col(Alert.created_at).desc(), col(Alert.id).desc())
    )
    ids = newest.limit(MOST).subquery()
    states = sa.select(col(Alert.state), func.count()).join(ids, ids.c.id == col(Alert.id)).group_by(col(Alert.state))
    found = session.execute(_narrowed(states, asked.brand_id)).all()
    return {row[0]: row[1] for row in found}, session.execute(newest.offset(MOST).limit(1)).first() is not None


def _narrowed(statement: sa.Select[Any], brand_id: int | None) -> sa.Select[Any]:
    """Of a brand: its incidents and reports, and what concerns all brands, such as the monitor's own troubles."""
    if brand_id is None:
        return statement
    return (
        statement.join(Incident, col(Incident.id) == col(Alert.incident_id), isouter=True)
        .join(Report, col(Report.id) == col(Alert.report_id), isouter=True)
        .where(
            sa.or_(
                col(Incident.brand_id) == brand_id,
                col(Report.brand_id) == brand_id,
                sa.and_(col(Alert.incident_id).is_(None), col(Alert.report_id).is_(None)),
            )
        )
    )


def _rare(asked: Asked, now: datetime) -> sa.Select[Any]:
    """What waits is shown however old it is."""
    found = sa.select(col(Alert.id), col(Alert.created_at)).where(col(Alert.state).in_(STATES[asked.show]))
    if asked.show is not Show.WAITING:
        found = found.where(col(Alert.created_at) >= now - timedelta(days=asked.days))
    # "" is added so that SQLite takes the index of states, and not that of channels with all that they ever got
    return found.where(col(Alert.channel).concat("") == asked.channel) if asked.channel else found


def _used(session: Session) -> list[str]:
    """All channels that were ever owed a message, one look into the index for each."""
    found: list[str] = []
    while True:
        after = sa.select(func.min(col(Alert.channel))).where(col(Alert.channel) > (found[-1] if found else ""))
        channel = session.execute(after).scalar_one()
        if channel is None:
            return found
        found.append(channel)


@cached
def channels() -> tuple[str, ...]:
    """Those of the config, in its order, then those that were used and are gone."""
    with database() as session:
        used = _used(session)
    configured = [channel.id for channel in settings().channels]
    return (*configured, *(channel for channel in used if channel not in configured))


@cached
def alerts(asked: Asked, now: datetime) -> tuple[tuple[AlertRow, ...], bool]:
    """A page of alerts, newest first, and whether there are older ones."""
    with database() as session:
        ids = _ids(session, asked, now)
        return rows(session, ids[:PAGE]), len(ids) > PAGE


def _ids(session: Session, asked: Asked, now: datetime) -> list[int]:
    """The ids of a page and of one alert more, newest first."""
    if asked.show in _RARE:
        wanted = [_rare(asked, now)]
    else:
        wanted = [_frequent(asked, channel, now) for channel in _asked_channels(session, asked)]
    found: list[tuple[datetime, int]] = []
    for statement in wanted:
        ordered = _after(session, _narrowed(statement, asked.brand_id), asked.before)
        found += [(row[1], row[0]) for row in session.execute(ordered.limit(PAGE + 1))]
    return [number for _at, number in sorted(found, reverse=True)[: PAGE + 1]]


def _asked_channels(session: Session, asked: Asked) -> list[str]:
    return [asked.channel] if asked.channel else _used(session)


def _frequent(asked: Asked, channel: str, now: datetime) -> sa.Select[Any]:
    return sa.select(col(Alert.id), col(Alert.created_at)).where(
        col(Alert.channel) == channel,
        col(Alert.created_at) >= now - timedelta(days=asked.days),
        col(Alert.state).in_(STATES[asked.show]),
    )


def _after(session: Session, statement: sa.Select[Any], before: int | None) -> sa.Select[Any]:
    """Newest first, from behind that alert on."""
    at = session.exec(select(Alert.created_at).where(Alert.id == before)).first() if before is not None else None
    if at is not None:
        older = sa.tuple_(col(Alert.created_at), col(Alert.id)) < sa.tuple_(
            sa.literal(at, UtcDateTime), sa.literal(before)
        )
        statement = statement.where(older)
    return statement.order_by(col(Alert.created_at).desc(), col(Alert.id).desc())


@cached
def dead(asked: Asked, now: datetime) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """What each channel never took, oldest first; the newest `MOST` of all, whatever list and page is asked for."""
    wanted = _rare(replace(asked, show=Show.DEAD), now).add_columns(col(Alert.channel))
    newest = _narrowed(wanted, asked.brand_id).order_by(col(Alert.created_at).desc(), col(Alert.id).desc())
    found: dict[str, list[int]] = {}
    with database() as session:
        for number, _at, channel in session.execute(newest.limit(MOST)):
            found.setdefault(channel, []).append(number)
    return tuple((channel, tuple(reversed(found[channel]))) for channel in sorted(found))
