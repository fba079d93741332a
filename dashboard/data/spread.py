"""How an incident went around: its voices, reach and reposts over time, its places, stories and languages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func

from dashboard.data.opening import cached, database
from dashboard.data.texts import TextRow, select_texts, text_rows
from monitor.models import Assessment, Author, IncidentMention, Mention, Snapshot, Source
from monitor.store.counts import floor

MOST = 5000
"""At most so many texts, and so many counts of reposts, are drawn; of more, the newest."""
MOST_PLACES = 12
MOST_STORIES = 5
MOST_LANGUAGES = 8
MOST_STEPS = 48
STEPS = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60, 180, 360, 720, 1440))
"""Widths of a bar."""

Rise = tuple[datetime, int]
"""So much more from a moment on."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What came when, oldest first; of each, how much there was before the first moment shown."""

    voices: tuple[Rise, ...]
    reach: tuple[Rise, ...]  # followers of authors that spoke for the first time here
    reposts: tuple[Rise, ...]  # reposts and quotes, as the places count them
    voices_before: int = 0


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One source: when it was reached, and how much was said there."""

    source: str
    kind: str
    first_at: datetime
    last_at: datetime
    voices: int


@dataclass(frozen=True, slots=True)
class StoryRow:
    """Texts that tell the same thing, and the first of them that still stands."""

    story_id: int
    voices: int
    sources: int
    first_at: datetime
    text: TextRow | None


@dataclass(frozen=True, slots=True)
class Around:
    """Where an incident was, in which words and languages."""

    places: tuple[PlaceRow, ...]  # in the order in which it reached them
    stories: tuple[StoryRow, ...]  # the largest first, of two voices at least
    languages: tuple[tuple[str, int], ...]  # the largest first


def _of(incident_id: int, *columns: Any) -> sa.Select[Any]:
    joined = (
        sa.select(*columns)
        .select_from(Mention)
        .join(IncidentMention, col(IncidentMention.mention_id) == col(Mention.id))
    )
    return joined.where(col(IncidentMention.incident_id) == incident_id)


@cached
def growth(incident_id: int) -> Growth:
    """The rises of an incident."""
    followers = func.coalesce(col(Mention.author_followers), col(Author.followers), 0)
    told = _of(incident_id, col(Mention.published_at), col(Mention.author_id), followers)
    told = told.outerjoin(Author, col(Author.id) == col(Mention.author_id))
    size = sa.select(func.count()).where(col(IncidentMention.incident_id) == incident_id)
    with database() as session:
        number = session.execute(size).scalar_one()
        rows = session.execute(told.order_by(col(Mention.published_at).desc()).limit(MOST)).all()[::-1]
        reposts = _reposts(session, incident_id)
    return Growth(tuple((at, 1) for at, *_ in rows), _reach(rows), reposts, max(0, number - len(rows)))


def _reach(rows: Iterable[Any]) -> tuple[Rise, ...]:
    """Each author counts once, when they first spoke; one who is not known counts each time."""
    heard: dict[int, int] = {}
    found = []
    for at, author, followers in rows:
        more = followers - heard.get(author, 0)
        if more > 0:
            found.append((at, more))
            if author is not None:
                heard[author] = followers
    return tuple(found)


def _reposts(session: Session, incident_id: int) -> tuple[Rise, ...]:
    """What each look at the counts of a text found more than the one before; a count that fell takes nothing away."""
    counts = (col(Snapshot.taken_at), col(Snapshot.mention_id), col(Snapshot.reposts), col(Snapshot.quotes))
    query = sa.select(*counts).join(IncidentMention, col(IncidentMention.mention_id) == col(Snapshot.mention_id))
    query = query.where(
        col(IncidentMention.incident_id) == incident_id,
        sa.or_(col(Snapshot.reposts).is_not(None), col(Snapshot.quotes).is_not(None)),
    )
    most: dict[int, int] = {}
    found = []
    for at, mention, reposts, quotes in reversed(
        session.execute(query.order_by(col(Snapshot.taken_at).desc()).limit(MOST)).all()
    ):
        number = (reposts or 0) + (quotes or 0)
        if number > most.get(mention, 0):
            found.append((at, number - most.get(mention, 0)))
            most[mention] = number
    return tuple(found)


@cached
def copies(incident_id: int) -> int:
    """How many voices tell the story that is told most; 0 when none is told twice."""
    with database() as session:
        rows = session.execute(_retold(incident_id, func.count()).limit(1)).all()
    return int(rows[0][0]) if rows else 0


@cached
def around(incident_id: int) -> Around:
    """The places, stories and languages of an incident."""
    with database() as session:
        return Around(_places(session, incident_id), _stories(session, incident_id), _languages(session, incident_id))


def _places(session: Session, incident_id: int) -> tuple[PlaceRow, ...]:
    first, last = func.min(Mention.published_at), func.max(Mention.published_at)
    columns = (col(Source.slug), col(Source.kind), first, last, func.count())
    query = _of(incident_id, *columns).join(Source, col(Source.id) == col(Mention.source_id))
    rows = session.execute(query.group_by(col(Source.slug), col(Source.kind)).order_by(first).limit(MOST_PLACES))
    return tuple(PlaceRow(*row) for row in rows)


def _retold(incident_id: int, *columns: Any) -> sa.Select[Any]:
    """The stories that several voices tell, the one of most voices first."""
    voices, first = func.count(), func.min(Mention.published_at)
    query = _of(incident_id, *columns).where(col(Mention.story_id).is_not(None)).group_by(col(Mention.story_id))
    return query.having(voices > 1).order_by(voices.desc(), first)


def _stories(session: Session, incident_id: int) -> tuple[StoryRow, ...]:
    sources = func.count(sa.distinct(col(Mention.source_id)))
    columns = (col(Mention.story_id), func.count(), sources, func.min(Mention.published_at))
    rows = session.execute(_retold(incident_id, *columns).limit(MOST_STORIES)).all()
    return tuple(StoryRow(*row, first_text(session, incident_id, row[0])) for row in rows)


def first_text(session: Session, incident_id: int, story_id: int | None = None) -> TextRow | None:
    """The oldest text of an incident that still stands, of one story if it is given."""
    mine = sa.select(col(IncidentMention.mention_id)).where(col(IncidentMention.incident_id) == incident_id)
    query = select_texts().where(col(Mention.id).in_(mine))
    if story_id is not None:
        query = query.where(col(Mention.story_id) == story_id)
    found = text_rows(
        session, session.execute(query.order_by(col(Mention.published_at), col(Mention.id)).limit(1)).all()
    )
    return found[0] if found else None


def _languages(session: Session, incident_id: int) -> tuple[tuple[str, int], ...]:
    query = _of(incident_id, col(Assessment.language), func.count()).join(
        Assessment, (col(Assessment.mention_id) == col(Mention.id)) & col(Assessment.is_current)
    )
    rows = session.execute(
        query.group_by(col(Assessment.language)).order_by(func.count().desc(), col(Assessment.language))
    )
    return tuple((language, number) for language, number in rows.fetchmany(MOST_LANGUAGES))


@dataclass(frozen=True, slots=True)
class Step:
    """One bar: how much came in [start, start + step), and how much there is in all at its end."""

    start: datetime
    step: timedelta
    new: int
    total: int


def steps(rises: Sequence[Rise], start: datetime, end: datetime, before: int = 0) -> tuple[Step, ...]:
    """Bars of the narrowest width that needs at most `MOST_STEPS` of them; what lies before `start` is in the total."""
    width = next((step for step in STEPS if (end - start) / step <= MOST_STEPS), None)
    width = width or timedelta(days=-(-(end - start) // (MOST_STEPS * timedelta(days=1))))
    first = floor(start, width)
    counts = [0] * max(1, -((first - end) // width))
    total = before
    for at, more in rises:
        place = (at - first) // width
        if place < 0:
            total += more
        elif place < len(counts):
            counts[place] += more
    found = []
    for i, new in enumerate(counts):
        total += new
        found.append(Step(first + width * i, width, new, total))
    return tuple(found)
