"""Assessments: which mentions wait to be read, and what was read, with the counts that follow from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import WHOLE, Cell, Dimension, Prediction
from monitor.models import (
    Assessment,
    AssessmentTheme,
    Mention,
    MentionBrand,
    ReadState,
    Source,
    Story,
    Theme,
)
from monitor.store.counts import Tally

RELEVANT = 0.5  # a mention concerns a brand from this relevance on
TRIES = 3


@dataclass(frozen=True)
class Waiting:
    """A mention to read, and what is known about it."""

    mention: Mention
    source: str
    links: tuple[MentionBrand, ...]


@dataclass(frozen=True)
class Reader:
    """Which model read."""

    name: str
    version: str


def claim(session: Session, limit: int) -> list[Waiting]:
    """Mentions to read next, each marked as tried once more; one that was tried before comes alone.

    The caller commits at once: should a text kill the process, it is known by its tries, and its neighbours are not
    set aside with it.
    """
    waiting = select(Mention).where(Mention.read_state == ReadState.WAITING)
    waiting = waiting.order_by(col(Mention.fresh).desc(), col(Mention.id))  # what may be news comes first
    mentions = list(session.exec(waiting.where(Mention.read_attempts == 0).limit(limit)))
    if not mentions:
        mentions = list(session.exec(waiting.limit(1)))
    for mention in mentions:
        mention.read_attempts += 1
        session.add(mention)
    session.flush()
    return _with_links(session, mentions)


def set_aside(session: Session) -> int:
    """Give up mentions that were tried too often without being read; how many."""
    changed = session.execute(
        sa.update(Mention)
        .where(col(Mention.read_state) == ReadState.WAITING, col(Mention.read_attempts) >= TRIES)
        .values(read_state=ReadState.FAILED, read_error=f"set aside: {TRIES} tries did not finish")
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a cursor result


def count_waiting(session: Session) -> int:
    """How many mentions wait to be read."""
    return session.exec(
        select(sa.func.count()).select_from(Mention).where(Mention.read_state == ReadState.WAITING)
    ).one()


def _with_links(session: Session, mentions: Sequence[Mention]) -> list[Waiting]:
    ids = [mention.id for mention in mentions]
    links: dict[int, list[MentionBrand]] = {}
    for link in session.exec(select(MentionBrand).where(col(MentionBrand.mention_id).in_(ids))):
        links.setdefault(link.mention_id, []).append(link)
    slugs = dict(session.exec(select(Source.id, Source.slug)).all())
    return [Waiting(m, slugs[m.source_id], tuple(links.get(m.id or 0, ()))) for m in mentions]


def story_ids(session: Session, fingerprints: Sequence[str], now: datetime) -> dict[str, int]:
    """The story of each fingerprint, made where it is new."""
    wanted = set(fingerprints)
    found = {s.fingerprint: s for s in session.exec(select(Story).where(col(Story.fingerprint).in_(wanted)))}
    for fingerprint in sorted(wanted - found.keys()):
        found[fingerprint] = Story(fingerprint=fingerprint, first_seen_at=now)
        session.add(found[fingerprint])
    session.flush()
    return {fingerprint: story.id for fingerprint, story in found.items() if story.id is not None}


def cells_of(source: str, language: str, themes: Sequence[str]) -> list[Cell]:
    """The cells that a mention is counted in."""
    return [
        WHOLE,
        Cell(Dimension.SOURCE, source),
        Cell(Dimension.LANGUAGE, language),
        *(Cell(Dimension.THEME, theme) for theme in themes),
    ]


def take_back(session: Session, tally: Tally, waiting: Waiting) -> None:
    """Uncount what the current assessment of a mention added, and end its being the current one."""
    current = session.exec(
        select(Assessment).where(Assessment.mention_id == waiting.mention.id, Assessment.is_current)
    ).one_or_none()
    if current is None:
        return
    themes = session.exec(
        select(Theme.slug).join(AssessmentTheme).where(AssessmentTheme.assessment_id == current.id)
    ).all()
    cells = cells_of(waiting.source, current.language, themes)
    for link in waiting.links:
        if link.counted_at is not None:
            tally.add(link.brand_id, cells, link.counted_at, current.negative, sign=-1)
            link.counted_at = None
            session.add(link)
    current.is_current = False
    session.add(current)
    session.flush()


def put(
    session: Session,
    tally: Tally,
    waiting: Waiting,
    said: Prediction,
    by: Reader,
    theme_ids: dict[str, int],
    now: datetime,
) -> None:
    """Keep what was read as the current assessment and count it for each brand the mention concerns."""
    mention = waiting.mention
    row = _put_row(session, mention, said, by, now)
    slugs = [theme.theme for theme in said.themes if theme.theme in theme_ids]
    for theme in said.themes:
        if theme.theme in theme_ids:
            session.add(AssessmentTheme(assessment_id=row.id or 0, theme_id=theme_ids[theme.theme], score=theme.score))
    cells = cells_of(waiting.source, said.language, slugs)
    for link in waiting.links:
        if (link.relevance or 0) >= RELEVANT:
            tally.add(link.brand_id, cells, mention.published_at, said.negative)
            link.counted_at = mention.published_at
            session.add(link)


def _put_row(session: Session, mention: Mention, said: Prediction, by: Reader, now: datetime) -> Assessment:
    """The assessment of this mention by this model, new or written anew without its old themes."""
    values: dict[str, Any] = {
        "text_hash": mention.text_hash,
        "language": said.language,
        "negative": said.negative,
        "neutral": said.neutral,
        "positive": said.positive,
        "embedding": said.embedding,
        "assessed_at": now,
        "is_current": True,
    }
    key: dict[str, Any] = {"mention_id": mention.id, "model_name": by.name, "model_version": by.version}
    row = session.exec(select(Assessment).filter_by(**key)).one_or_none()
    if row is None:
        row = Assessment(**key, **values)
    else:
        session.execute(sa.delete(AssessmentTheme).where(col(AssessmentTheme.assessment_id) == row.id))
        row.sqlmodel_update(values)
    session.add(row)
    session.flush()
    return row
