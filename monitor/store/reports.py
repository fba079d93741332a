"""What was said in a week: sums per window and the mentions of one week, never a look at all mentions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import RELEVANT, Dimension, Sentiment
from monitor.models import (
    Assessment,
    AssessmentTheme,
    Brand,
    Count,
    Coverage,
    Mention,
    MentionBrand,
    ReadState,
    Report,
    Resolution,
    Source,
    SourceBrand,
    Theme,
)

Window = tuple[datetime, datetime]
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over the assessed mentions of one window: their number, P(negative) and P(1-P)."""

    mentions: float = 0.0
    negative: float = 0.0
    uncertainty: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What only the rows of the week tell: sums of P(positive) and P(1-P), of ratings as 1..5 stars, and so on."""

    positive: float
    uncertainty: float
    authors: int
    ratings: int
    stars: float
    unread: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mention that could be quoted for its theme; `certainty` is P(negative) or P(positive)."""

    theme: str
    mention_id: int
    text: str
    language: str
    source: str
    url: str
    published_at: datetime
    certainty: float
    author_id: int | None
    story_id: int | None


@dataclass(frozen=True, slots=True)
class HeardSource:
    """A source of the brand and the stretches of time of which it is known."""

    source: Source
    spans: tuple[Window, ...]


def brand_of(session: Session, slug: str) -> Brand | None:
    return session.exec(select(Brand).where(Brand.slug == slug)).first()


def report_of(session: Session, brand_id: int | None, monday: object) -> Report | None:
    """The report that was kept of the week that begins on `monday` (a date); brand None: that of all brands."""
    kept = select(Report).where(Report.brand_id == brand_id, Report.week_start == monday)
    return session.exec(kept).first()


def window_sums(
    session: Session, brand_id: int, dimension: Dimension, windows: Sequence[Window]
) -> dict[str, list[Sums]]:
    """Per key of the dimension the sums of each window, in the order given.

    Hours that a window cuts in two (zones such as India's, or the present) are summed from their mentions.
    """
    begin, end = min(w[0] for w in windows), max(w[1] for w in windows)
    split = {_hour(edge) for window in windows for edge in window if edge != _hour(edge)}
    rows: dict[str, list[tuple[datetime, float, float, float]]] = {}
    for key in _keys(session, brand_id, dimension):
        counted = _hourly(session, brand_id, dimension, key, (_hour(begin), end))
        rows[key] = [row for row in counted if row[0] not in split]
    for hour in sorted(split):
        for key, at, negative in _heard_in(session, brand_id, dimension, (hour, hour + HOUR)):
            rows.setdefault(key, []).append((at, 1.0, negative, negative * (1 - negative)))
    return {key: [_total(of_key, window) for window in windows] for key, of_key in rows.items() if of_key}


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _total(rows: list[tuple[datetime, float, float, float]], window: Window) -> Sums:
    inside = [row[1:] for row in rows if window[0] <= row[0] < window[1]]
    return Sums(*(float(sum(values)) for values in zip(*inside, strict=True))) if inside else Sums()


def _of_dimension(brand_id: int, dimension: Dimension) -> tuple[sa.ColumnElement[bool], ...]:
    """The leading columns of the primary key of the counts."""
    return (
        col(Count.brand_id) == brand_id,
        col(Count.resolution) == Resolution.HOUR,
        col(Count.dimension) == dimension,
    )


def _keys(session: Session, brand_id: int, dimension: Dimension) -> Iterator[str]:
    """The keys in order, each by one seek in the primary key: the rows of years are not walked."""
    smallest = select(sa.func.min(Count.key)).where(*_of_dimension(brand_id, dimension))
    key = session.exec(smallest).one()
    while key is not None:
        yield key
        key = session.exec(smallest.where(col(Count.key) > key)).one()


def _hourly(
    session: Session, brand_id: int, dimension: Dimension, key: str, window: Window
) -> list[tuple[datetime, float, float, float]]:
    rows = session.exec(
        select(Count.start, Count.mentions, Count.negative, Count.uncertainty).where(
            *_of_dimension(brand_id, dimension),
            col(Count.key) == key,
            col(Count.start) >= window[0],
            col(Count.start) < window[1],
        )
    )
    return [(start, float(mentions), negative, uncertainty) for start, mentions, negative, uncertainty in rows]


def _stream(brand_id: int, window: Window) -> sa.CTE:
    """Ids and times of the brand's mentions of the window, in the order of their ids.

    What lies together is then looked up together: a week of 100,000 mentions that came in any order is read in half
    of the time.
    """
    found = (
        sa.select(col(MentionBrand.mention_id), col(MentionBrand.published_at))
        .where(*_published(brand_id, window), col(MentionBrand.relevance) >= RELEVANT)
        .order_by(col(MentionBrand.mention_id))
    )
    return found.cte("stream").prefix_with("MATERIALIZED")


def _read(stream: sa.CTE, *columns: Any) -> sa.Select[Any]:
    """`columns` of the assessed mentions of the stream."""
    assessed = col(Assessment.mention_id) == stream.c.mention_id
    return sa.select(*columns).select_from(stream).join(Assessment, assessed).where(col(Assessment.is_current))


def _published(brand_id: int, window: Window) -> tuple[sa.ColumnElement[bool], ...]:
    """One range of the index over a brand's stream."""
    return (
        col(MentionBrand.brand_id) == brand_id,
        col(MentionBrand.published_at) >= window[0],
        col(MentionBrand.published_at) < window[1],
    )


def _heard_in(
    session: Session, brand_id: int, dimension: Dimension, window: Window
) -> Iterator[tuple[str, datetime, float]]:
    """Key, time and P(negative) of each mention of a short window; one row per theme for themes."""
    stream = _stream(brand_id, window)
    at, negative = stream.c.published_at, Assessment.negative
    if dimension is Dimension.THEME:
        query = _with_theme(_read(stream, Theme.slug, at, negative))
    elif dimension is Dimension.SOURCE:
        query = _with_mention(_read(stream, Source.slug, at, negative)).join(Source)
    elif dimension is Dimension.LANGUAGE:
        query = _read(stream, Assessment.language, at, negative)
    else:
        query = _read(stream, sa.literal(""), at, negative)
    yield from session.execute(query)


def _with_theme(query: sa.Select[Any]) -> sa.Select[Any]:
    linked = col(AssessmentTheme.assessment_id) == col(Assessment.id)
    return query.join(AssessmentTheme, linked).join(Theme, col(Theme.id) == col(AssessmentTheme.theme_id))


def _with_mention(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.join(Mention, col(Mention.id) == col(Assessment.mention_id))


def reading(session: Session, brand_id: int, window: Window) -> Reading:
    """Sums over the mentions of one window; a rating outside of its own scale is left out."""
    worst = sa.func.coalesce(Mention.rating_worst, 1.0)  # schema.org's defaults
    best = sa.func.coalesce(Mention.rating_best, 5.0)
    valid = sa.and_(best > worst, col(Mention.rating_value).between(worst, best))
    star = 1 + 4 * (col(Mention.rating_value) - worst) / (best - worst)
    positive = col(Assessment.positive)
    query = _read(
        _stream(brand_id, window),
        sa.func.coalesce(sa.func.sum(positive), 0.0),
        sa.func.coalesce(sa.func.sum(positive * (1 - positive)), 0.0),
        sa.func.count(sa.distinct(col(Mention.author_id))),
        sa.func.coalesce(sa.func.sum(sa.case((valid, 1), else_=0)), 0),
        sa.func.coalesce(sa.func.sum(sa.case((valid, star), else_=0.0)), 0.0),
    )
    positive_sum, uncertainty, authors, ratings, stars = session.execute(_with_mention(query)).one()
    waiting = unread(session, brand_id, window)
    return Reading(positive_sum, uncertainty, authors, ratings, stars, waiting)


def unread(session: Session, brand_id: int, window: Window, *, collected_after: datetime | None = None) -> int:
    """How many mentions of the window wait for their assessment."""
    query = (
        select(sa.func.count())
        .select_from(MentionBrand)
        .join(Mention, col(Mention.id) == col(MentionBrand.mention_id))
        .where(*_published(brand_id, window), col(Mention.read_state) == ReadState.WAITING)
    )
    if collected_after is not None:
        query = query.where(col(Mention.collected_at) > collected_after)
    return session.exec(query).one()


def theme_praise(session: Session, brand_id: int, window: Window) -> dict[str, tuple[float, float]]:
    """Per theme the sums of P(positive) and of P(1-P)."""
    positive = col(Assessment.positive)
    columns = (Theme.slug, sa.func.sum(positive), sa.func.sum(positive * (1 - positive)))
    query = _read(_stream(brand_id, window), *columns)
    rows = session.execute(_with_theme(query).group_by(col(Theme.slug)))
    return {slug: (total, uncertainty) for slug, total, uncertainty in rows}


def theme_names(session: Session) -> dict[str, str]:
    return dict(session.exec(select(Theme.slug, Theme.name)).all())


def candidates(session: Session, brand_id: int, window: Window, *, praise: bool, each: int) -> list[Candidate]:
    """For every theme the `each` mentions whose feeling is most certain; removed ones are not quoted."""
    feeling = col(Assessment.positive) if praise else col(Assessment.negative)
    label = Sentiment.POSITIVE if praise else Sentiment.NEGATIVE
    rank = sa.func.row_number().over(
        partition_by=col(Theme.slug), order_by=(feeling.desc(), col(Assessment.mention_id))
    )
    best = _with_theme(
        _read(
            _stream(brand_id, window),
            col(Theme.slug).label("theme"),
            col(Assessment.mention_id),
            col(Assessment.language).label("language"),
            feeling.label("certainty"),
            rank.label("rank"),
        )
    ).where(col(Assessment.label) == label)
    ranked = best.subquery()
    columns: tuple[Any, ...] = (
        ranked.c.theme,
        ranked.c.mention_id,
        Mention.text,
        ranked.c.language,
        Source.slug,
        Mention.url,
        Mention.published_at,
        ranked.c.certainty,
        Mention.author_id,
        Mention.story_id,
    )
    query = (
        sa.select(*columns)
        .join(Mention, col(Mention.id) == ranked.c.mention_id)
        .join(Source, col(Source.id) == col(Mention.source_id))
        .where(ranked.c.rank <= each, col(Mention.deleted_at).is_(None))
        .order_by(ranked.c.theme, ranked.c.rank)
    )
    return [Candidate(*row) for row in session.execute(query)]


def heard_sources(session: Session, brand_id: int, window: Window) -> list[HeardSource]:
    """The brand's sources that are active or known of any part of the window, by name."""
    spans: dict[int, list[Window]] = {}
    mine = select(SourceBrand.source_id).where(SourceBrand.brand_id == brand_id)
    stretches = select(Coverage).where(
        col(Coverage.source_id).in_(mine), col(Coverage.start) < window[1], col(Coverage.end) > window[0]
    )
    for stretch in session.exec(stretches):
        spans.setdefault(stretch.source_id, []).append((stretch.start, stretch.end))
    sources = session.exec(select(Source).where(col(Source.id).in_(mine)).order_by(Source.slug))
    heard = [HeardSource(source, tuple(spans.get(source.id or 0, ()))) for source in sources]
    return [item for item in heard if item.source.active or item.spans]


def was_watched(session: Session, brand_id: int, moment: datetime) -> bool:
    """Whether anything of the brand's sources is known from before `moment`."""
    query = (
        select(Coverage.id)
        .join(SourceBrand, col(SourceBrand.source_id) == col(Coverage.source_id))
        .where(SourceBrand.brand_id == brand_id, col(Coverage.start) < moment)
    )
    return session.exec(query.limit(1)).first() is not None
