"""What detectors get to know of a brand: its counts, its recent voices, and when its sources were heard."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import Session, col

from monitor.facts import RELEVANT, WHOLE, Cell, Dimension, MediaKind, MentionKind, Voice
from monitor.models import (
    Assessment,
    AssessmentTheme,
    Coverage,
    IncidentMention,
    Media,
    Mention,
    MentionBrand,
    Resolution,
    Source,
    SourceBrand,
    Theme,
)
from monitor.store import bulk, counts
from monitor.store.authors import CHUNK, first_published
from monitor.store.ratings import scale

Span = tuple[datetime, datetime]
HOUR = timedelta(hours=1)

HALF = 0.5
NEW_FOR = timedelta(days=2)
"""So long after their first text an author is a newcomer."""


@dataclass(frozen=True)
class Heard:
    """The raw material of a Stream: hourly sums per cell and the stretches in which each cell was heard.

    Each array of `sums` has shape (3, n), as `counts.read_grid` gives it. Cells that were heard at the same times
    share one list of stretches.
    """

    sums: dict[Cell, NDArray[np.float64]]
    known: dict[Cell, list[Span]]
    voices: tuple[Voice, ...]


def load(session: Session, brand_id: int, start: datetime, recent: datetime, now: datetime) -> Heard:
    """The hours of [start, now] and the voices of [recent, now] of one brand; `start` is the start of an hour."""
    _without_helpers(session)
    size = max(0, -((start - now) // HOUR))
    sums = counts.read_grid(session, brand_id, Resolution.HOUR, start, size)
    sums.setdefault(WHOLE, np.zeros((3, size)))
    known = _known(session, brand_id, sums, start, now)
    return Heard(sums, known, tuple(voices(session, brand_id, recent, now)))


def _without_helpers(session: Session) -> None:
    """Until this transaction ends: to start processes for one query takes PostgreSQL longer than a look's queries."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("SET LOCAL max_parallel_workers_per_gather = 0")


def _known(
    session: Session, brand_id: int, sums: dict[Cell, NDArray[np.float64]], start: datetime, now: datetime
) -> dict[Cell, list[Span]]:
    """A source's cell is known when the source is; all others when the sources that bring half of the texts are."""
    spans = coverage(session, brand_id, start, now)
    cells = {slug: Cell(Dimension.SOURCE, slug) for slug in spans}
    volume = {slug: float(sums[cell][0].sum()) if cell in sums else 0.0 for slug, cell in cells.items()}
    whole = heard_spans(spans, volume)
    return {cell: spans.get(cell.key, []) if cell.dimension is Dimension.SOURCE else whole for cell in sums}


_SOURCES = (
    sa.select(col(Source.id), col(Source.slug))
    .join(SourceBrand, col(SourceBrand.source_id) == col(Source.id))
    .where(col(SourceBrand.brand_id) == sa.bindparam("brand"), col(Source.active))
    .order_by(col(Source.slug))
)
_STRETCHES = (
    sa.select(col(Coverage.source_id), col(Coverage.start), col(Coverage.end))
    .where(
        col(Coverage.source_id).in_(sa.bindparam("sources", expanding=True)),
        col(Coverage.end) > sa.bindparam("start"),
        col(Coverage.start) < sa.bindparam("now"),
    )
    .order_by(col(Coverage.start))
)


def coverage(session: Session, brand_id: int, start: datetime, now: datetime) -> dict[str, list[Span]]:
    """The stretches of [start, now] of which each active source of a brand is known."""
    by_id: dict[int, str] = dict(_rows(session, _SOURCES, brand=brand_id))
    spans: dict[str, list[Span]] = {slug: [] for slug in by_id.values()}
    for source_id, first, last in _rows(session, _STRETCHES, sources=list(by_id), start=start, now=now):
        spans[by_id[source_id]].append((max(first, start), min(last, now)))
    return spans


def _rows(session: Session, query: sa.Executable, **asked: Any) -> Sequence[Any]:
    """Rows of a query that is built once: to build and to load objects takes longer here than to look them up."""
    session.flush()
    return session.connection().execute(query, asked).fetchall()


def heard_spans(spans: dict[str, list[Span]], volume: dict[str, float]) -> list[Span]:
    """When the sources that bring at least half of the texts were heard; any source, while there are no texts."""
    total = sum(volume.values())
    weights = {slug: volume[slug] / total if total else 1.0 for slug in spans}
    edges = [(first, weights[slug]) for slug in spans for first, _ in spans[slug]]
    edges += [(last, -weights[slug]) for slug in spans for _, last in spans[slug]]
    found: list[Span] = []
    level, since = 0.0, None
    for at, step in sorted(edges):
        level += step
        if since is None and level >= HALF - 1e-9:
            since = at
        elif since is not None and level < HALF - 1e-9:
            found.append((since, at))
            since = None
    return [span for span in found if span[0] < span[1]]


_VOICES = (
    sa.select(
        col(Mention.id),
        col(Assessment.id),
        col(Mention.published_at),
        col(Mention.collected_at),
        col(Mention.author_id),
        col(Mention.story_id),
        col(Assessment.negative),
        col(Source.slug),
        col(Assessment.language),
        col(Mention.author_followers),
        col(Mention.url),
        col(Mention.fresh),
        col(Mention.repost_ref).is_not(None),
        col(Mention.kind),
        col(Mention.rating_value),
        col(Mention.rating_worst),
        col(Mention.rating_best),
    )
    .select_from(MentionBrand)
    .join(Mention, col(Mention.id) == col(MentionBrand.mention_id))
    .join(Assessment, (col(Assessment.mention_id) == col(Mention.id)) & col(Assessment.is_current))
    .join(Source, col(Source.id) == col(Mention.source_id))
    .where(
        col(MentionBrand.brand_id) == sa.bindparam("brand"),
        col(MentionBrand.published_at) >= sa.bindparam("recent"),
        col(MentionBrand.published_at) <= sa.bindparam("now"),
        col(MentionBrand.relevance) >= RELEVANT,
        col(Mention.deleted_at).is_(None),
    )
    .order_by(col(MentionBrand.published_at), col(Mention.id))
)


_OLDER = _VOICES.join(IncidentMention, col(IncidentMention.mention_id) == col(Mention.id)).where(
    col(IncidentMention.incident_id) == sa.bindparam("incident")
)


def voices(session: Session, brand_id: int, recent: datetime, now: datetime) -> list[Voice]:
    """The assessed mentions of a brand published in [recent, now], in order of time."""
    return _voices(session, _rows(session, _VOICES, brand=brand_id, recent=recent, now=now))


def evidence(session: Session, brand_id: int, incident_id: int, start: datetime, end: datetime) -> list[Voice]:
    """The same, published in [start, end], of the evidence of one incident only."""
    found = _rows(session, _OLDER, brand=brand_id, incident=incident_id, recent=start, now=end)
    return _voices(session, found)


def _voices(session: Session, found: Sequence[Any]) -> list[Voice]:
    themes = _themes(session, [row[1] for row in found])
    films = _filmed(session, [row[0] for row in found])
    first = first_published(session, {row[4] for row in found if row[4] is not None and _is_review(row)})
    return [_voice(row, themes.get(row[1], ()), row[0] in films, first.get(row[4])) for row in found]


def _voice(row: Sequence[Any], themes: tuple[str, ...], video: bool, first: datetime | None) -> Voice:
    number, _, at, seen_at, author, story, negative, source, language, followers, url, fresh, repost, kind = row[:14]
    return Voice(
        mention_id=number,
        at=at,
        seen_at=seen_at,
        author=author if author is not None else -number,  # nobody known is nobody else
        story=story if story is not None else -number,
        negative=negative,
        source=source,
        language=language,
        themes=themes,
        followers=followers or 0,
        url=url,
        video=video,
        fresh=fresh,
        repost=repost,
        kind=kind,
        rating=place_of(*row[14:]),
        newcomer=first is not None and _is_review(row) and at - first <= NEW_FOR,
    )


def _is_review(row: Sequence[Any]) -> bool:
    return row[13] is MentionKind.REVIEW or row[14] is not None


def place_of(value: float | None, worst: float | None, best: float | None) -> float | None:
    """Where a rating stands between the ends of its scale, 0..1; None when it cannot be of that scale.

    An 8 where no scale is told is none of 1 to 5. Many a page counts from 0 without saying so.
    """
    low, high = scale(worst, best)
    if value is None or high <= low or not min(low, 0.0) <= value <= high:
        return None
    return max(0.0, (value - low) / (high - low))


_THEMES = {
    dialect: sa.select(col(AssessmentTheme.assessment_id), col(Theme.slug))
    .join(Theme, col(Theme.id) == col(AssessmentTheme.theme_id))
    .where(is_one)
    .order_by(col(AssessmentTheme.score).desc(), col(AssessmentTheme.theme_id))
    for dialect, is_one in bulk.among(col(AssessmentTheme.assessment_id), "assessments").items()
}
_FILMS = {
    dialect: sa.select(col(Media.mention_id)).where(is_one, col(Media.kind) == MediaKind.VIDEO)
    for dialect, is_one in bulk.among(col(Media.mention_id), "mentions").items()
}


def _themes(session: Session, assessment_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = defaultdict(list)
    themes = _THEMES[session.get_bind().dialect.name]
    for start in range(0, len(assessment_ids), CHUNK):
        for assessment_id, slug in _rows(session, themes, assessments=assessment_ids[start : start + CHUNK]):
            found[assessment_id].append(slug)
    return {assessment_id: tuple(slugs) for assessment_id, slugs in found.items()}


def _filmed(session: Session, mention_ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    films = _FILMS[session.get_bind().dialect.name]
    for start in range(0, len(mention_ids), CHUNK):
        found.update(row[0] for row in _rows(session, films, mentions=mention_ids[start : start + CHUNK]))
    return found
