"""Mentions as pages show them: the text with its language, sentiment, themes and a pseudonym of who wrote it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import MentionKind, Precision, Sentiment
from monitor.models import Assessment, AssessmentTheme, Author, Mention, Source, Theme
from monitor.store.corrections import Seen


@dataclass(frozen=True, slots=True)
class TextRow:
    """One mention. `title`, `text`, `item` and `url` come from outside: only `dashboard.parts` may render them."""

    mention_id: int
    kind: MentionKind
    source: str
    url: str
    title: str
    text: str
    item: str
    author: str  # a pseudonym
    followers: int | None
    published_at: datetime
    precision: Precision
    rating: float | None
    rating_best: float | None
    language: str
    negative: float  # P(negative), 0..1
    label: Sentiment
    unsure: bool  # the model was not certain enough
    corrected_by: str  # who said what it is, in the place of the model; "" when nobody did
    seen: Seen  # what a correction of this is a correction of
    themes: tuple[str, ...]  # names, best first
    first_purchase: bool | None = None  # of a survey answer
    deleted_at: datetime | None = None  # when its source was found to have deleted it; its words are gone


def texts(session: Session, mention_ids: sa.Select[Any], limit: int) -> list[TextRow]:
    """The assessed mentions among these, the most certainly negative first, then the newest."""
    statement = select_texts().where(col(Mention.id).in_(mention_ids))
    ordered = statement.order_by(col(Assessment.negative).desc(), col(Mention.published_at).desc())
    return text_rows(session, session.execute(ordered.limit(limit)).all())


def select_texts(*, deleted: bool = False, unread: bool = False) -> sa.Select[Any]:
    """Mentions with their current assessment, author and source: what `text_rows` takes.

    What was deleted at its source is left out unless `deleted` asks for it too: a case goes on without the words. So is
    what no model read, such as our own answers, unless `unread` asks for it.
    """
    columns: tuple[Any, ...] = (Mention, Assessment, Author, col(Source.slug))
    all_of_them = (
        sa.select(*columns)
        .join(Assessment, (col(Assessment.mention_id) == Mention.id) & col(Assessment.is_current), isouter=unread)
        .join(Source, col(Source.id) == Mention.source_id)
        .outerjoin(Author, col(Author.id) == Mention.author_id)
    )
    return all_of_them if deleted else all_of_them.where(col(Mention.deleted_at).is_(None))


def text_rows(session: Session, found: Sequence[Any]) -> list[TextRow]:
    """Frozen rows of what `select_texts` gave; further columns are ignored."""
    readings = [row[1] or _unread(row[0]) for row in found]
    themes = _themes(session, [reading.id or 0 for reading in readings])
    return [
        _text(row[0], reading, row[2], row[3], themes.get(reading.id or 0, ()))
        for row, reading in zip(found, readings, strict=True)
    ]


def _unread(mention: Mention) -> Assessment:
    """What stands in the place of a reading; it is never stored."""
    return Assessment(
        id=0, mention_id=mention.id or 0, model_name="", model_version="", text_hash=mention.text_hash,
        language=mention.language_declared, negative=0.0, neutral=1.0, positive=0.0, label=Sentiment.NEUTRAL,
        assessed_at=mention.collected_at,
    )  # fmt: skip


def _themes(session: Session, assessment_ids: list[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = session.exec(
        select(AssessmentTheme.assessment_id, Theme.name)
        .join(Theme)
        .where(col(AssessmentTheme.assessment_id).in_(assessment_ids))
        .order_by(col(AssessmentTheme.score).desc())
    )
    for assessment_id, name in rows:
        found[assessment_id].append(name)
    return {assessment_id: tuple(names) for assessment_id, names in found.items()}


def _text(
    mention: Mention, assessment: Assessment, author: Author | None, source: str, themes: tuple[str, ...]
) -> TextRow:
    return TextRow(
        mention_id=mention.id or 0,
        kind=mention.kind,
        source=source,
        url=mention.url,
        title=mention.title,
        text=mention.text,
        item=mention.item,
        author=author.pseudonym if author else "unknown author",
        followers=mention.author_followers,
        published_at=mention.published_at,
        precision=mention.precision,
        rating=mention.rating_value,
        rating_best=mention.rating_best,
        first_purchase=mention.first_purchase,
        language=assessment.language,
        negative=assessment.negative,
        label=assessment.label,
        unsure=assessment.unsure,
        corrected_by=assessment.corrected_by,
        seen=Seen(assessment.id or 0, mention.text_hash),
        themes=themes,
        deleted_at=mention.deleted_at,
    )
