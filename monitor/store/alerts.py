"""Alerts as routing needs them: changes that wait, what channels were told before, and quotes of the evidence."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import CursorResult, func, update
from sqlmodel import Session, and_, col, or_, select

from monitor.facts import ChangeKind, Dimension, IncidentState, Quote, Severity, Worse
from monitor.models import (
    Alert,
    AlertState,
    Assessment,
    Author,
    Brand,
    Finding,
    Incident,
    IncidentChange,
    IncidentMention,
    Mention,
    Source,
)
from monitor.models.columns import UtcDateTime

_OUT_AT: Any = func.coalesce(col(Alert.sent_at), col(Alert.due_at), col(Alert.created_at), type_=UtcDateTime)
_OWED = (AlertState.PENDING, AlertState.SENDING)
LONGEST_HOLD = timedelta(days=7)
"""What was held longer and told now is forgotten by the cool-down: then trouble may be told once more."""
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
    due_at: datetime | None
    sent_at: datetime | None
    held: str
    silence_id: int | None
    seen: float | None  # of the finding that caused the change
    sources: list[str] | None
    told_size: float  # of the incident, by now
    told_sources: list[str]
    told_amplifier: int
    because: Worse | None


class Lately(NamedTuple):
    """Messages that a channel got or will get, as far as they say which others go with them; those alike are one."""

    channel: str
    together: str
    kind: ChangeKind
    severity: Severity
    held: str
    out_at: datetime
    is_sent: bool


def unrouted(session: Session) -> list[int]:
    """The ids of the changes that nobody has decided about, oldest first."""
    waiting = select(IncidentChange.id).where(col(IncidentChange.routed_at).is_(None)).order_by(col(IncidentChange.id))
    return [number for number in session.exec(waiting) if number is not None]


def claim_change(session: Session, change_id: int, now: datetime) -> bool:
    """Mark a change as routed; False if another process was faster."""
    result = session.execute(
        update(IncidentChange)
        .where(col(IncidentChange.id) == change_id, col(IncidentChange.routed_at).is_(None))
        .values(routed_at=now)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)  # noqa: S101 (an UPDATE gives one)
    return result.rowcount > 0


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
    """What channels were told, or will be, of this incident at all and, after `since`, of others of its cell."""
    the_same = (col(Incident.dimension) == incident.dimension, col(Incident.key) == incident.key)
    query = _of_brand(
        incident.brand_id,
        col(Alert.channel),
        col(Alert.created_at),
        col(IncidentChange.id),
        col(Incident.id),
        col(IncidentChange.kind),
        col(IncidentChange.severity),
        col(Incident.dimension),
        col(Incident.key),
        col(Incident.state),
        col(Alert.due_at),
        col(Alert.sent_at),
        col(Alert.held),
        col(Alert.silence_id),
        col(Finding.seen),
        col(Finding.evidence)["sources"],
        col(Incident.told_size),
        col(Incident.told_sources),
        col(Incident.told_amplifier),
        col(IncidentChange.because),
    )
    query = query.outerjoin(Finding, col(Finding.id) == IncidentChange.finding_id)
    query = query.where(or_(col(Alert.incident_id) == incident.id, and_(*the_same, *_after(since))))
    return [Heard(*row) for row in session.execute(query)]


def lately(session: Session, brand_id: int, since: datetime) -> list[Lately]:
    """What channels were told, or will be, of a brand after `since`, but for what goes out as a message of its own."""
    query = _of_brand(
        brand_id,
        col(Alert.channel),
        col(Alert.together),
        col(IncidentChange.kind),
        col(IncidentChange.severity),
        col(Alert.held),
        _OUT_AT,
        col(Alert.sent_at).is_not(None),
    )
    found = session.execute(query.where(col(Alert.together) != "", *_after(since)).distinct())
    return [Lately(*row) for row in found]


def _of_brand(brand_id: int, *columns: Any) -> Any:
    return (
        sa.select(*columns)
        .select_from(Alert)
        .join(IncidentChange, col(IncidentChange.id) == Alert.change_id)
        .join(Incident, col(Incident.id) == Alert.incident_id)
        .where(col(Incident.brand_id) == brand_id, col(Alert.state).in_((*_OWED, AlertState.SENT)))
    )


def _after(since: datetime) -> tuple[Any, Any]:
    """Of messages that went out, or will, after that; the first condition keeps it to few of all that there are."""
    return col(Alert.created_at) > since - LONGEST_HOLD, since < _OUT_AT


def is_a_hold_over(session: Session, held: Collection[str], now: datetime) -> bool:
    """Whether something that was held for one of these reasons is to go out now, if nothing else holds it."""
    query = select(Alert.id).where(
        Alert.state == AlertState.PENDING, col(Alert.next_try_at) <= now, col(Alert.held).in_(held), Alert.attempts == 0
    )
    return session.exec(query.limit(1)).first() is not None


def hasten(session: Session, incident_id: int, channel: str, due_at: datetime) -> None:
    """What still waits of an incident goes out no later than what is told of it then, so that it is told in order."""
    query = update(Alert).where(
        col(Alert.incident_id) == incident_id,
        col(Alert.channel) == channel,
        col(Alert.state) == AlertState.PENDING,
        col(Alert.held) != "",
        col(Alert.due_at) > due_at,
    )
    query = query.values(due_at=due_at, next_try_at=due_at)
    session.execute(query.execution_options(synchronize_session=False))


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
