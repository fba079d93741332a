"""Texts that get a theme of people's making: the theme, the counts and the search, in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import Cell, Dimension
from monitor.models import Assessment, AssessmentTheme, FoundTheme, FoundThemeMention, Mention, MentionBrand, Theme
from monitor.store import assessments, bulk, counts, found, search

BATCH = 500


@dataclass(frozen=True, slots=True)
class Example:
    """A centre of what was found at a brand, and the theme that it became; of embeddings of one model."""

    slug: str  # "" when it became no theme
    theme_id: int
    model: str
    centre: bytes


@dataclass(frozen=True, slots=True)
class Read:
    """A text as the model that is in use read it."""

    mention_id: int
    language: str
    model: str
    embedding: bytes


def give(session: Session, theme_id: int, mention_ids: Collection[int]) -> int:
    """Let these texts have a theme, counted for each brand that they are counted for; how many had it not yet.

    Texts that are read just now are not lost: whoever reads locks the same links, and finds the theme by its centre.
    """
    theme, ids, given = session.get_one(Theme, theme_id), sorted(mention_ids), 0
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        assessments.lock_links(session, some)
        has = sa.exists().where(
            col(AssessmentTheme.assessment_id) == Assessment.id, col(AssessmentTheme.theme_id) == theme_id
        )
        stands = sa.exists().where(col(Mention.id) == Assessment.mention_id, col(Mention.deleted_at).is_(None))
        rows = _current(session, col(Assessment.mention_id).in_(some), stands, ~has)
        fitting = [{"assessment_id": row.id, "theme_id": theme_id, "score": 1.0} for row in rows.values()]
        bulk.insert(session, AssessmentTheme, fitting)
        _count(session, theme.slug, rows, sign=1)
        given += len(rows)
    return given


def take(session: Session, theme_id: int) -> int:
    """Take a theme from all texts that have it now, and uncount it; how many had it."""
    theme, taken = session.get_one(Theme, theme_id), 0
    has = sa.select(col(AssessmentTheme.assessment_id)).where(col(AssessmentTheme.theme_id) == theme_id)
    every = select(Assessment.mention_id).where(col(Assessment.id).in_(has), col(Assessment.is_current))
    ids = sorted(session.exec(every))
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        assessments.lock_links(session, some)
        rows = _current(session, col(Assessment.mention_id).in_(some), col(Assessment.id).in_(has))
        mine = col(AssessmentTheme.assessment_id).in_([row.id for row in rows.values()])
        gone = sa.delete(AssessmentTheme).where(mine, col(AssessmentTheme.theme_id) == theme_id)
        session.execute(gone.execution_options(synchronize_session=False))
        _count(session, theme.slug, rows, sign=-1)
        taken += len(rows)
    return taken


def _current(session: Session, *which: sa.ColumnElement[bool]) -> dict[int, Assessment]:
    """The current assessments, by mention, as they are in the database."""
    rows = select(Assessment).where(*which, col(Assessment.is_current))
    return {row.mention_id: row for row in session.exec(rows.execution_options(populate_existing=True))}


def _count(session: Session, slug: str, rows: Mapping[int, Assessment], *, sign: int) -> None:
    tally, cell = counts.Tally(), Cell(Dimension.THEME, slug)
    for link in session.exec(select(MentionBrand).where(col(MentionBrand.mention_id).in_(rows))):
        if link.counted_at is not None:
            tally.add(link.brand_id, [cell], link.counted_at, rows[link.mention_id].negative, sign=sign)
    counts.write(session, tally)
    search.index(session, list(rows))


def examples(session: Session) -> dict[int, list[Example]]:
    """By brand the centres of all that was found, where any of it became a theme that is in use, or part of one.

    Those that became none are among them, since a text belongs to the nearest only.
    """
    themes = {theme.id or 0: theme.slug for theme in session.exec(select(Theme).where(Theme.active))}
    decided = select(FoundTheme.brand_id).where(col(FoundTheme.theme_id).is_not(None)).distinct()
    return {brand_id: _examples(found.themes_of(session, brand_id), themes) for brand_id in session.exec(decided).all()}


def _examples(every: Sequence[FoundTheme], themes: Mapping[int, str]) -> list[Example]:
    belongs = found.roots(every)
    of_theme = [(one, belongs[one.id or 0].theme_id or 0) for one in every if one.centre]
    return [Example(themes.get(theme_id, ""), theme_id, one.model, one.centre) for one, theme_id in of_theme]


def read_by_now(session: Session, theme: FoundTheme, most: int = 500) -> list[Read]:
    """The newest texts of a found theme, or of the theme that it became, as they are read now."""
    ids: Any = sa.select(col(FoundThemeMention.mention_id)).where(col(FoundThemeMention.found_theme_id) == theme.id)
    if theme.theme_id is not None:
        linked = col(AssessmentTheme.assessment_id) == col(Assessment.id)
        told = sa.select(col(Assessment.mention_id)).join(AssessmentTheme, linked)
        ids = told.where(col(AssessmentTheme.theme_id) == theme.theme_id)
    rows = session.execute(
        sa.select(
            col(Assessment.mention_id),
            col(Assessment.language),
            col(Assessment.model_name) + " " + col(Assessment.model_version),
            col(Assessment.embedding),
        )
        .where(col(Assessment.mention_id).in_(ids), col(Assessment.is_current), col(Assessment.embedding) != b"")
        .order_by(col(Assessment.mention_id).desc())
        .limit(most)
    )
    return [Read(*row) for row in rows]
