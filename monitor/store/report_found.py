"""What a report tells of found complaints: how many there were per week, and texts to quote."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.models import Assessment, FoundState, FoundTheme, FoundThemeMention, Mention, Source
from monitor.store import found
from monitor.store.reports import Candidate

LOOKED_BACK = timedelta(weeks=8)

Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class FoundFacts:
    """One that nobody decided on: `counts` are its texts per window, `quotable` the most typical of the first."""

    id: int
    name: str
    words: tuple[str, ...]
    counts: tuple[int, ...]
    quotable: tuple[Candidate, ...]
    per_hour: int | None  # so many mentions of each hour were looked at; None: all


def found_facts(
    session: Session, brand_id: int, windows: Sequence[Window], *, most: int, each: int
) -> list[FoundFacts]:  # fmt: skip
    """The `most` found complaints with the most texts in the first window, each with `each` to quote."""
    counts = [_counts(session, brand_id, window) for window in windows]
    query = select(FoundTheme).where(FoundTheme.brand_id == brand_id, FoundTheme.state == FoundState.OPEN)
    told = [one for one in session.exec(query) if counts[0].get(one.id or 0)]
    told.sort(key=lambda one: (-counts[0][one.id or 0], one.id or 0))
    end = windows[0][1]
    per_hour = found.hourly_limit(session, brand_id, (end - LOOKED_BACK, end)) if told else None
    return [
        FoundFacts(
            one.id or 0,
            one.name,
            tuple(one.words),
            tuple(week.get(one.id or 0, 0) for week in counts),
            tuple(typical(session, one.id or 0, windows[0], each)),
            per_hour,
        )
        for one in told[:most]
    ]


def _counts(session: Session, brand_id: int, window: Window) -> dict[int, int]:
    """Texts per group; each group is one range of the index of its texts."""
    groups = select(FoundTheme.id).where(FoundTheme.brand_id == brand_id, FoundTheme.state == FoundState.OPEN)
    rows = session.execute(
        sa.select(col(FoundThemeMention.found_theme_id), sa.func.count())
        .where(
            col(FoundThemeMention.found_theme_id).in_(groups),
            col(FoundThemeMention.published_at) >= window[0],
            col(FoundThemeMention.published_at) < window[1],
        )
        .group_by(col(FoundThemeMention.found_theme_id))
    )
    return {row[0]: row[1] for row in rows}


def typical(session: Session, theme_id: int, window: Window, most: int) -> list[Candidate]:
    """The texts of a group that are nearest to its centre; deleted ones are quoted nowhere."""
    columns: tuple[Any, ...] = (
        sa.literal(str(theme_id)),
        col(FoundThemeMention.mention_id),
        Mention.text,
        Assessment.language,
        Source.slug,
        Mention.url,
        Mention.published_at,
        FoundThemeMention.similarity,
        Mention.author_id,
        Mention.story_id,
    )
    query = (
        sa.select(*columns)
        .select_from(FoundThemeMention)
        .join(Mention, col(Mention.id) == col(FoundThemeMention.mention_id))
        .join(Source, col(Source.id) == col(Mention.source_id))
        .join(Assessment, (col(Assessment.mention_id) == col(Mention.id)) & col(Assessment.is_current))
        .where(
            col(FoundThemeMention.found_theme_id) == theme_id,
            col(FoundThemeMention.published_at) >= window[0],
            col(FoundThemeMention.published_at) < window[1],
            col(Mention.deleted_at).is_(None),
        )
        .order_by(col(FoundThemeMention.similarity).desc(), col(FoundThemeMention.mention_id))
        .limit(most)
    )
    return [Candidate(*row) for row in session.execute(query)]
