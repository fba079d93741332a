"""What detectors get to know of a brand: its counts, its recent voices, and when its sources were heard."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from monitor.facts import RELEVANT, WHOLE, Cell, Dimension, MediaKind, Voice
from monitor.models import (
    Assessment,
    AssessmentTheme,
    Coverage,
    Media,
    Mention,
    MentionBrand,
    Resolution,
    Source,
    SourceBrand,
    Theme,
)
from monitor.store import counts

Span = tuple[datetime, datetime]
Row = tuple[datetime, float, float, float]

HALF = 0.5


@dataclass(frozen=True)
class Heard:
    """The raw material of a Stream: rows per cell and the stretches in which each cell was heard."""

    rows: dict[Cell, list[Row]]
    known: dict[Cell, list[Span]]
    voices: tuple[Voice, ...]


def load(session: Session, brand_id: int, start: datetime, recent: datetime, now: datetime) -> Heard:
    """Hourly rows of [start, now] and the voices of [recent, now] of one brand."""
    rows = counts.read(session, brand_id, Resolution.HOUR, start, now)
    rows.setdefault(WHOLE, [])
    return Heard(rows, _known(session, brand_id, rows, start, now), tuple(voices(session, brand_id, recent, now)))


def _known(
    session: Session, brand_id: int, rows: dict[Cell, list[Row]], start: datetime, now: datetime
) -> dict[Cell, list[Span]]:
    """A source's cell is known when the source is; all others when the sources that bring half of the texts are."""
    spans = coverage(session, brand_id, start, now)
    volume = {slug: sum(row[1] for row in rows.get(Cell(Dimension.SOURCE, slug), [])) for slug in spans}
    whole = heard_spans(spans, volume)
    return {cell: spans.get(cell.key, []) if cell.dimension is Dimension.SOURCE else whole for cell in rows}


def coverage(session: Session, brand_id: int, start: datetime, now: datetime) -> dict[str, list[Span]]:
    """The stretches of [start, now] of which each active source of a brand is known."""
    slugs = session.exec(
        select(Source.id, Source.slug).join(SourceBrand).where(SourceBrand.brand_id == brand_id, Source.active)
    ).all()
    spans: dict[str, list[Span]] = {slug: [] for _, slug in slugs}
    by_id = dict(slugs)
    rows = session.exec(
        select(Coverage.source_id, Coverage.start, Coverage.end)
        .where(col(Coverage.source_id).in_(list(by_id)), Coverage.end > start, Coverage.start < now)
        .order_by(col(Coverage.start))
    )
    for source_id, first, last in rows:
        spans[by_id[source_id]].append((max(first, start), min(last, now)))
    return spans


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


def voices(session: Session, brand_id: int, recent: datetime, now: datetime) -> list[Voice]:
    """The assessed mentions of a brand published in [recent, now], in order of time."""
    found = session.exec(
        select(Mention, Assessment, Source.slug)
        .join(MentionBrand, col(MentionBrand.mention_id) == Mention.id)
        .join(Assessment, (col(Assessment.mention_id) == Mention.id) & col(Assessment.is_current))
        .join(Source, col(Source.id) == Mention.source_id)
        .where(
            MentionBrand.brand_id == brand_id,
            MentionBrand.published_at >= recent,
            MentionBrand.published_at <= now,
            col(MentionBrand.relevance) >= RELEVANT,
            col(Mention.deleted_at).is_(None),
        )
        .order_by(col(MentionBrand.published_at), col(Mention.id))
    ).all()
    themes = _themes(session, [assessment.id for _, assessment, _ in found if assessment.id is not None])
    films = _filmed(session, [mention.id for mention, _, _ in found if mention.id is not None])
    return [
        _voice(mention, assessment, source, themes.get(assessment.id or 0, ()), mention.id in films)
        for mention, assessment, source in found
    ]


def _voice(m: Mention, assessment: Assessment, source: str, themes: tuple[str, ...], video: bool) -> Voice:
    number = m.id or 0
    return Voice(
        mention_id=number,
        at=m.published_at,
        seen_at=m.collected_at,
        author=m.author_id if m.author_id is not None else -number,  # nobody known is nobody else
        story=m.story_id if m.story_id is not None else -number,
        negative=assessment.negative,
        source=source,
        language=assessment.language,
        themes=themes,
        followers=m.author_followers or 0,
        url=m.url,
        video=video,
        fresh=m.fresh,
    )


CHUNK = 10_000  # SQLite takes at most 32,766 values in one statement


def _themes(session: Session, assessment_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = defaultdict(list)
    for start in range(0, len(assessment_ids), CHUNK):
        rows = session.exec(
            select(AssessmentTheme.assessment_id, Theme.slug)
            .join(Theme)
            .where(col(AssessmentTheme.assessment_id).in_(assessment_ids[start : start + CHUNK]))
            .order_by(col(AssessmentTheme.score).desc())
        )
        for assessment_id, slug in rows:
            found[assessment_id].append(slug)
    return {assessment_id: tuple(slugs) for assessment_id, slugs in found.items()}


def _filmed(session: Session, mention_ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(mention_ids), CHUNK):
        rows = session.exec(
            select(Media.mention_id).where(
                col(Media.mention_id).in_(mention_ids[start : start + CHUNK]), Media.kind == MediaKind.VIDEO
            )
        )
        found.update(rows)
    return found
