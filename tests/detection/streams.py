"""Makes streams for detector tests: history as hourly counts, voices one by one, nothing by chance without a seed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from monitor.facts import WHOLE, Cell, Dimension, MentionKind, RatingTrack, Reviewed, Series, Stream, Voice

NOW = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)  # a Wednesday
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SOURCES, THEMES, LANGUAGES = ("forum", "reviews"), ("delivery", "refund", "staff"), ("en", "ur")
SURE, UNSURE = 0.9, 0.1
NOTHING_BEFORE: Mapping[str, Reviewed] = {}


def cells() -> list[Cell]:
    named = [(Dimension.SOURCE, SOURCES), (Dimension.THEME, THEMES), (Dimension.LANGUAGE, LANGUAGES)]
    return [Cell(dimension, key) for dimension, keys in named for key in keys]


def history(
    per_hour: float, *, now: datetime = NOW, days: int = 21, negative: float = 0.3, seed: int = 0
) -> dict[Cell, Series]:
    """Counts by chance around a rate; every cell of a dimension gets an equal part."""
    start = now.replace(minute=0) - days * 24 * HOUR
    size = days * 24 + 1
    mentions = np.random.default_rng(seed).poisson(per_hour, size).astype(float)
    series = {}
    for cell in [WHOLE, *cells()]:
        of = mentions / max(1, sum(other.dimension == cell.dimension for other in cells()))
        p = negative * SURE + (1 - negative) * UNSURE
        doubt = SURE * UNSURE
        series[cell] = Series(cell, start, HOUR, of, of * p, of * doubt, np.ones(size, bool))
    return series


def voice(number: int, at: datetime, **changes: object) -> Voice:
    """One negative voice of a new author with a new story."""
    values: dict[str, object] = {
        "mention_id": number,
        "at": at,
        "seen_at": at + MINUTE,
        "author": number,
        "story": number,
        "negative": SURE,
        "source": SOURCES[number % 2],
        "language": "en",
        "themes": (THEMES[number % 3],),
    }
    return Voice(**{**values, **changes})  # type: ignore[arg-type] # tests name real fields


def voices(number: int, minutes: float, *, first: int = 1, now: datetime = NOW, **changes: object) -> list[Voice]:
    """So many voices evenly over the last `minutes`."""
    return [voice(first + i, now - minutes * MINUTE * (number - i) / number, **changes) for i in range(number)]


def ordinary(per_hour: float, *, now: datetime = NOW, negative: float = 0.3, seed: int = 1) -> list[Voice]:
    """48 hours of voices by chance around a rate, ids from 100,000."""
    rng = np.random.default_rng(seed)
    ages = np.sort(rng.uniform(0, 48, rng.poisson(per_hour * 48)))[::-1]
    made = []
    for number, age in enumerate(ages.tolist(), 100_000):
        p = SURE if rng.random() < negative else UNSURE
        language = LANGUAGES[int(rng.integers(2))]
        made.append(voice(number, now - age * HOUR, negative=p, language=language))
    return made


def stream(
    hourly: dict[Cell, Series],
    heard: Iterable[Voice] = (),
    *,
    now: datetime = NOW,
    troubled: Sequence[tuple[datetime, datetime]] = (),
    ratings: Sequence[RatingTrack] = (),
    reviewed: Mapping[str, Reviewed] = NOTHING_BEFORE,
) -> Stream:
    in_order = tuple(sorted(heard, key=lambda one: one.at))
    return Stream("b", now, hourly, in_order, tuple(troubled), tuple(ratings), reviewed)


def as_reviews(heard: Iterable[Voice], *, newcomers: float = 0.8, seed: int = 5) -> list[Voice]:
    """The same voices as reviews with stars that fit their words, so many of them by newcomers."""
    rng = np.random.default_rng(seed)
    made = []
    for one in heard:
        stars = (0.0, 0.25) if one.negative >= 0.5 else (0.75, 1.0)
        rating, is_new = stars[int(rng.integers(2))], bool(rng.random() < newcomers)
        made.append(replace(one, kind=MentionKind.REVIEW, rating=rating, newcomer=is_new))
    return made


def bombing(number: int, hours: float, *, first: int = 1, now: datetime = NOW, **changes: object) -> list[Voice]:
    """One-star reviews of newcomers at one place; every third is one of three templates."""
    values: dict[str, object] = {"kind": MentionKind.REVIEW, "rating": 0.0, "newcomer": True, "source": "reviews"}
    bombs = voices(number, hours * 60, first=first, now=now, **{**values, **changes})
    return [replace(one, story=10_000_000 + i % 9) if i % 3 == 0 else one for i, one in enumerate(bombs)]


def burning(hourly: dict[Cell, Series], per_hour: float, hours: int, *, now: datetime = NOW) -> dict[Cell, Series]:
    """The same counts with so many more complaints in each of the last hours, in all and about refunds."""
    out = dict(hourly)
    for cell in (WHOLE, Cell(Dimension.THEME, "refund")):
        series = hourly[cell]
        more = np.zeros(len(series.mentions))
        more[-hours:] = per_hour
        out[cell] = replace(
            series,
            mentions=series.mentions + more,
            negative=series.negative + more * SURE,
            uncertainty=series.uncertainty + more * SURE * UNSURE,
        )
    return out
