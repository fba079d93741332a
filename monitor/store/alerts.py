"""The outbox: changes that wait to be routed, alerts that are owed, and how the channels do."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import CursorResult, func, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, exists, or_, select

from monitor.facts import ChangeKind, Dimension, IncidentState, Quote, Severity
from monitor.models import (
    Alert,
    AlertState,
    Assessment,
    Author,
    Brand,
    ChannelHealth,
    Finding,
    Incident,
    IncidentChange,
    IncidentMention,
    Mention,
    Source,
)

LONGEST_ERROR = 500
_OWED = (AlertState.PENDING, AlertState.SENDING)
_CANDIDATES = 50  # mentions looked at for quotes: enough to find three different stories


class Heard(NamedTuple):
    """A message that a channel got or will get, without its text: there can be many."""

    channel: str
    at: datetime
    change_id: int
    incident_id: int
    kind: ChangeKind
    severity: Severity
    dimension: Dimension
    key: str
    state: IncidentState


def unrouted(session: Session) -> list[int]:
    """The ids of the changes that nobody has decided about, oldest first."""
    waiting = select(IncidentChange.id).where(col(IncidentChange.routed_at).is_(None)).order_by(col(IncidentChange.id))
    return [number for number in session.exec(waiting) if number is not None]


def claim_change(session: Session, change_id: int, now: datetime) -> bool:
    """Mark a change as routed; False if another process was faster."""
    return _changed(
        session,
        update(IncidentChange)
        .where(col(IncidentChange.id) == change_id, col(IncidentChange.routed_at).is_(None))
        .values(routed_at=now),
    )


def change_with_incident(session: Session, change_id: int) -> tuple[IncidentChange, Incident, Brand]:
    """A change, the incident it is of, and its brand, as they are stored now."""
    query = (
        select(IncidentChange, Incident, Brand)
        .join(Incident, col(Incident.id) == IncidentChange.incident_id)
        .join(Brand, col(Brand.id) == Incident.brand_id)
        .where(IncidentChange.id == change_id)
        .execution_options(populate_existing=True)
    )
    return session.exec(query).one()


def finding_behind(session: Session, change: IncidentChange) -> Finding | None:
    """The finding that caused the change; for changes without one, the incident's last before it."""
    if change.finding_id is not None:
        return session.get(Finding, change.finding_id)
    query = select(Finding).where(Finding.incident_id == change.incident_id, Finding.looked_at <= change.at)
    return session.exec(query.order_by(col(Finding.looked_at).desc(), col(Finding.id).desc()).limit(1)).first()


def told(session: Session, incident: Incident, since: datetime) -> list[Heard]:
    """What channels were told, or will be, of this incident at all and of the brand's others since then."""
    query = (
        sa.select(
            col(Alert.channel),
            col(Alert.created_at),
            col(IncidentChange.id),
            col(Incident.id),
            col(IncidentChange.kind),
            col(IncidentChange.severity),
            col(Incident.dimension),
            col(Incident.key),
            col(Incident.state),
        )
        .join(IncidentChange, col(IncidentChange.id) == Alert.change_id)
        .join(Incident, col(Incident.id) == Alert.incident_id)
        .where(
            col(Incident.brand_id) == incident.brand_id,
            col(Alert.state).in_((*_OWED, AlertState.SENT)),
            or_(col(Alert.incident_id) == incident.id, col(Alert.created_at) >= since),
        )
    )
    return [Heard(*row) for row in session.execute(query)]


def quotes(session: Session, incident_id: int, mention_ids: Sequence[int], limit: int = 3) -> list[Quote]:
    """Examples of the evidence, each of another story, in the order of `mention_ids`.

    Without ids: the incident's mentions, most certain negative first. Authors go by their pseudonym.
    """
    rows = _evidence(session, incident_id, mention_ids[:_CANDIDATES])
    if mention_ids:
        rank = {number: i for i, number in enumerate(mention_ids)}
        rows.sort(key=lambda row: rank[row[0].id or 0])
    stories: dict[tuple[str, object], Quote] = {}
    for mention, source, author, assessment in rows:
        story = ("story", mention.story_id) if mention.story_id else ("text", mention.text_hash)
        stories.setdefault(story, _quote(mention, source, author, assessment))
    return list(stories.values())[:limit]


def _evidence(
    session: Session, incident_id: int, mention_ids: Sequence[int]
) -> list[tuple[Mention, Source, Author | None, Assessment | None]]:
    query = (
        select(Mention, Source, Author, Assessment)
        .join(Source, col(Source.id) == Mention.source_id)
        .outerjoin(Author, col(Author.id) == Mention.author_id)
        .outerjoin(Assessment, and_(col(Assessment.mention_id) == Mention.id, col(Assessment.is_current)))
        .where(col(Mention.deleted_at).is_(None))
        .order_by(col(Assessment.negative).desc().nulls_last(), col(Mention.id))
        .limit(_CANDIDATES)
    )
    if mention_ids:
        query = query.where(col(Mention.id).in_(mention_ids))
    else:
        query = query.join(IncidentMention, col(IncidentMention.mention_id) == Mention.id)
        query = query.where(IncidentMention.incident_id == incident_id)
    return list(session.exec(query).all())


def _quote(mention: Mention, source: Source, author: Author | None, assessment: Assessment | None) -> Quote:
    return Quote(
        text=". ".join(part for part in (mention.title, mention.text) if part),
        author=author.pseudonym if author else "unknown author",
        source=source.slug,
        language=assessment.language if assessment else mention.language_declared,
        url=mention.url,
        negative=assessment.negative if assessment else 0.0,
        published_at=mention.published_at,
    )


def is_known(session: Session, key: str) -> bool:
    """Whether a message with this key was ever owed."""
    return session.exec(select(Alert.id).where(Alert.key == key)).first() is not None


def waiting(session: Session) -> int:
    """How many alerts are owed."""
    return session.exec(select(func.count()).select_from(Alert).where(col(Alert.state).in_(_OWED))).one()


def due(session: Session, now: datetime, resting: Collection[str] = (), limit: int = 20) -> list[int]:
    """Ids of alerts to send now, longest due first: pending ones, and those whose sender died.

    A channel hears of one incident in order: a message waits while an earlier one of the same incident is owed.
    `resting` are channels to leave alone.
    """
    earlier = aliased(Alert)
    before = exists().where(
        col(earlier.incident_id) == col(Alert.incident_id),
        col(earlier.channel) == col(Alert.channel),
        col(earlier.id) < col(Alert.id),
        col(earlier.state).in_(_OWED),
    )
    query = (
        select(Alert.id)
        .where(_claimable(now), ~before, col(Alert.channel).not_in(resting))
        .order_by(col(Alert.next_try_at), col(Alert.id))
        .limit(limit)
    )
    return [number for number in session.exec(query) if number is not None]


def claim(session: Session, alert_id: int, now: datetime, until: datetime) -> Alert | None:
    """Take an alert for sending until the lease ends; None if another process has it."""
    taken = _changed(
        session,
        update(Alert)
        .where(col(Alert.id) == alert_id, _claimable(now))
        .values(state=AlertState.SENDING, leased_until=until, attempts=col(Alert.attempts) + 1),
    )
    return session.get(Alert, alert_id, populate_existing=True) if taken else None


def _claimable(now: datetime) -> Any:
    pending = and_(col(Alert.state) == AlertState.PENDING, col(Alert.next_try_at) <= now)
    abandoned = and_(col(Alert.state) == AlertState.SENDING, col(Alert.leased_until) <= now)
    return or_(pending, abandoned)


def sent(session: Session, alert: Alert, now: datetime, note: str = "") -> None:
    """The receiver has it; `note` says what was not right all the same."""
    _settle(session, alert, AlertState.SENT, sent_at=now, error=note)


def try_again(session: Session, alert: Alert, error: str, next_try_at: datetime, **values: Any) -> None:
    """Not accepted yet; `values` are other columns that the next try needs to be different."""
    _settle(session, alert, AlertState.PENDING, next_try_at=next_try_at, error=error, **values)


def give_up(session: Session, alert: Alert, error: str) -> None:
    """Never accepted."""
    _settle(session, alert, AlertState.FAILED, error=error)


def withhold(session: Session, alert: Alert, reason: str) -> None:
    """No longer owed."""
    _settle(session, alert, AlertState.WITHHELD, reason=reason)


def _settle(session: Session, alert: Alert, state: AlertState, **values: Any) -> None:
    """Store how a try ended; success always, else only if nobody took the alert over since (`attempts` tells)."""
    if "error" in values:
        values["error"] = str(values["error"])[:LONGEST_ERROR]
    query = update(Alert).where(col(Alert.id) == alert.id).values(state=state, leased_until=None, **values)
    if state is not AlertState.SENT:
        query = query.where(col(Alert.state) == AlertState.SENDING, col(Alert.attempts) == alert.attempts)
    _changed(session, query)


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
        session, channel, failures=col(ChannelHealth.failures) + 1, error=error[:LONGEST_ERROR], permanent=permanent
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
