"""What people did in a week that a report tells of: who was praised, ideas, marks of alerts, corrected readings."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from monitor.facts import RELEVANT, Mark, Sentiment
from monitor.models import (
    Alert,
    AlertMark,
    AlertState,
    Assessment,
    Case,
    CaseEvent,
    Finding,
    HeldFinding,
    Idea,
    IdeaState,
    Incident,
    Mention,
    MentionBrand,
    Praise,
    Source,
)
from monitor.models.assessment import CORRECTED, PERSON
from monitor.store import ideas as kept_ideas
from monitor.store.reports import Candidate

Window = tuple[datetime, datetime]
_AT_ONCE = 500
_OF_ALERT = ("id", "incident_id", "channel", "state", "reason")


@dataclass(frozen=True, slots=True)
class Proposed:
    """An idea for a theme that was not declined; `votes` are those of others."""

    theme: str
    text: str
    actor: str
    votes: int
    state: IdeaState
    at: datetime


class Marked(NamedTuple):
    """An alert that a channel was to get, and the latest word on it; `mark` None: nobody said anything."""

    alert_id: int
    incident_id: int
    channel: str
    state: AlertState
    reason: str
    mark: Mark | None


class Word(NamedTuple):
    """What a model read, and what a person said that it is."""

    read_as: Sentiment
    is_really: Sentiment


@dataclass(frozen=True, slots=True)
class Checked:
    """What people said of readings, and of how many texts they saw the reading while they dealt with them."""

    words: tuple[Word, ...] = ()
    looked_at: int = 0


def _praising(query: Any, brand_id: int, window: Window) -> sa.Select[Any]:
    """Praise by texts of the window that read as positive now, as `monitor.store.praise` counts it."""
    current = (col(Assessment.mention_id) == Praise.mention_id) & col(Assessment.is_current)
    found: sa.Select[Any] = (
        query.join(Mention, col(Mention.id) == Praise.mention_id)
        .join(Assessment, current)
        .where(
            col(Praise.brand_id) == brand_id,
            col(Mention.published_at) >= window[0],
            col(Mention.published_at) < window[1],
            col(Assessment.label) == Sentiment.POSITIVE,
        )
    )
    return found


def praised(session: Session, brand_id: int, windows: Sequence[Window]) -> dict[str, list[int]]:
    """How often each person was praised by name in each of the windows; all are read in one go."""
    at = col(Mention.published_at)
    numbers = [func.sum(sa.case((sa.and_(at >= start, at < end), 1), else_=0)) for start, end in windows]
    whole = min(start for start, _ in windows), max(end for _, end in windows)
    query = _praising(sa.select(col(Praise.person), *numbers).select_from(Praise), brand_id, whole)
    return {person: list(found) for person, *found in session.execute(query.group_by(col(Praise.person)))}


def praise_candidates(
    session: Session, brand_id: int, window: Window, people: Collection[str], each: int
) -> list[Candidate]:  # fmt: skip
    """For each person (as `theme`) the `each` texts whose praise is most certain; removed ones are not quoted."""
    order = (col(Assessment.positive).desc(), col(Mention.id))
    rank = func.row_number().over(partition_by=col(Praise.person), order_by=order).label("rank")
    columns = (
        col(Praise.person),
        col(Mention.id),
        col(Mention.text),
        col(Assessment.language),
        col(Source.slug),
        col(Mention.url),
        col(Mention.published_at),
        col(Assessment.positive),
        col(Mention.author_id),
        col(Mention.story_id),
    )
    query = _praising(sa.select(*columns, rank).select_from(Praise), brand_id, window)
    ranked = (
        query.join(Source, col(Source.id) == col(Mention.source_id))
        .where(col(Praise.person).in_(people), col(Mention.deleted_at).is_(None))
        .subquery()
    )
    best = sa.select(ranked).where(ranked.c.rank <= each).order_by(ranked.c.person, ranked.c.rank)
    return [Candidate(*row[:-1]) for row in session.execute(best)]


def ideas(session: Session, brand_id: int, until: datetime) -> list[Proposed]:
    """The ideas for any theme that were proposed by then and not declined: open ones first, most votes, then newest."""
    query = select(Idea).where(
        Idea.brand_id == brand_id, Idea.theme != "", Idea.state != IdeaState.DECLINED, col(Idea.at) <= until
    )
    found = list(session.exec(query))
    votes = kept_ideas.votes(session, [idea.id or 0 for idea in found])

    def order(idea: Idea) -> tuple[bool, int, int]:
        return idea.state not in kept_ideas.OPEN, -len(votes.get(idea.id or 0, ())), -(idea.id or 0)

    return [
        Proposed(idea.theme, idea.text, idea.actor, len(votes.get(idea.id or 0, ())), idea.state, idea.at)
        for idea in sorted(found, key=order)
    ]


def first_detectors(session: Session, incident_ids: Collection[int]) -> dict[int, str]:
    """The rule that found each incident first."""
    first = (
        sa.select(func.min(col(Finding.id)))
        .where(col(Finding.incident_id).in_(incident_ids))
        .group_by(col(Finding.incident_id))
    )
    query = select(Finding.incident_id, Finding.detector).where(col(Finding.id).in_(first))
    return dict(session.exec(query).all())


def marked_alerts(session: Session, brand_id: int, window: Window) -> list[Marked]:
    """The alerts about incidents of the brand that were made in the window, each with the latest word on it."""
    query = (
        sa.select(*(col(getattr(Alert, name)) for name in _OF_ALERT), col(AlertMark.mark))
        .join(Incident, col(Incident.id) == col(Alert.incident_id))
        .outerjoin(AlertMark, col(AlertMark.alert_id) == col(Alert.id))
        .where(
            col(Incident.brand_id) == brand_id,
            col(Incident.opened_at) < window[1],
            col(Alert.created_at) >= window[0],
            col(Alert.created_at) < window[1],
        )
        .order_by(col(Alert.id), col(AlertMark.at), col(AlertMark.id))
    )
    latest = {row[0]: Marked(*row) for row in session.execute(query)}
    return list(latest.values())


def held_findings(session: Session, brand_id: int, window: Window) -> list[HeldFinding]:
    """What nearly raised an incident in the window, the strongest first."""
    query = select(HeldFinding).where(
        HeldFinding.brand_id == brand_id, col(HeldFinding.last_at) >= window[0], col(HeldFinding.last_at) < window[1]
    )
    return list(session.exec(query.order_by(col(HeldFinding.strength).desc(), col(HeldFinding.id))))


def checked(session: Session, brand_id: int, window: Window) -> Checked:
    """What people said in the window of how texts of the brand were read, and how many texts they dealt with.

    They dealt with those that they gave their word on, and with those whose case they did something about.
    """
    said = dict(_words(session, brand_id, window))
    read = _read_by_model(session, sorted(said))
    words = tuple(Word(read[number], said[number]) for number in sorted(said) if number in read)
    handled = _handled(session, brand_id, window)
    return Checked(words, len(handled | read.keys()))


def _words(session: Session, brand_id: int, window: Window) -> Iterator[tuple[int, Sentiment]]:
    """The last word on each text comes last; one that was taken back has no text hash any more."""
    query = (
        sa.select(col(Assessment.mention_id), col(Assessment.label))
        .join(MentionBrand, col(MentionBrand.mention_id) == col(Assessment.mention_id))
        .where(
            CORRECTED,
            col(Assessment.text_hash) != "",
            col(Assessment.assessed_at) >= window[0],
            col(Assessment.assessed_at) < window[1],
            col(MentionBrand.brand_id) == brand_id,
            col(MentionBrand.relevance) >= RELEVANT,
        )
        .order_by(col(Assessment.id))
    )
    for row in session.execute(query):
        yield row.mention_id, row.label


def _read_by_model(session: Session, ids: Sequence[int]) -> dict[int, Sentiment]:
    """What a model said last of each of them."""
    found: dict[int, Sentiment] = {}
    for first in range(0, len(ids), _AT_ONCE):
        some = col(Assessment.mention_id).in_(ids[first : first + _AT_ONCE])
        query = sa.select(col(Assessment.mention_id), col(Assessment.label)).where(
            some, col(Assessment.model_name) != PERSON
        )
        for row in session.execute(query.order_by(col(Assessment.assessed_at), col(Assessment.id))):
            found[row.mention_id] = row.label
    return found


def _handled(session: Session, brand_id: int, window: Window) -> set[int]:
    query = (
        select(Case.mention_id)
        .join(CaseEvent, col(CaseEvent.case_id) == col(Case.id))
        .where(
            Case.brand_id == brand_id,
            CaseEvent.actor != "",
            col(CaseEvent.at) >= window[0],
            col(CaseEvent.at) < window[1],
        )
        .distinct()
    )
    return set(session.exec(query))
