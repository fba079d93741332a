"""Brands side by side, and the branches of one, over some days: from stored counts, and for branches from their index.

No page scans all mentions: counts are summed per cell, and of a brand with very many texts about its branches only the
newest days are read.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col

from dashboard.data import ratings, stretches
from dashboard.data.brands import BrandRow, brands, theme_names
from dashboard.data.opening import cached, database
from monitor.facts import Dimension
from monitor.models import Count, MentionBrand, Resolution
from monitor.reports.compare import interval
from monitor.reports.listening import heard_shares
from monitor.store import comparing as store
from monitor.store import reports
from monitor.store.comparing import Located
from monitor.store.reports import Sums

MOST_BRANDS = 8
MOST_BRANCHES = 40
MOST_THEMES = 12
MOST_TEXTS = 100_000
"""Texts about branches that are read for one look; with more of them, fewer days are."""
STARS = (1.0, 5.0)

Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Share:
    """The negative part of what was said, 0..1, with the 95 % interval of its reading."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Side:
    """One brand or branch. None is not known: nobody listened, or there is nothing to divide by."""

    slug: str
    name: str
    competitor: bool
    mentions: float | None
    negative: Share | None
    stars: float | None  # 1..5
    rated: int  # by so many ratings
    complaints: Mapping[str, float]  # per theme its expected complaints, out of all mentions, 0..1
    voice: float | None = None  # its part of what was said at the sources that all share, 0..1
    heard: float = 1.0  # share of the time that its sources are known of
    alone: int = 0  # sources that are watched for it, and not for all
    sources: int = 0

    @property
    def themes(self) -> tuple[str, ...]:
        """Those with complaints, the most first."""
        return tuple(sorted(self.complaints, key=lambda slug: (-self.complaints[slug], slug)))


@dataclass(frozen=True, slots=True)
class Brands:
    """The chosen brand first, then the others of ours and competitors; `themes`: the largest complaints of all."""

    sides: tuple[Side, ...]
    themes: tuple[str, ...]
    shared: int  # sources that are watched for all of them
    left_out: int


@dataclass(frozen=True, slots=True)
class Branches:
    """The branches of a brand, the most mentions first; of `days` days, which may be fewer than asked for."""

    sides: tuple[Side, ...]
    days: int
    left_out: int


@cached
def side_by_side(brand: BrandRow, days: int, now: datetime) -> Brands:
    """The last `days` days of all brands; days begin at midnight in the zone of the chosen one."""
    every = brands(competitors=True)
    chosen = sorted(every, key=lambda one: (one.id != brand.id, one.competitor, one.name))
    window = (stretches.stretch(days, now, brand.zone).start, now)
    with database() as session:
        shown = chosen[:MOST_BRANDS]
        watched = store.watched(session, [one.id for one in shown])
        shared = frozenset.intersection(*watched.values())
        sides = [_brand(session, one, window, now, watched) for one in shown]
        said = [_said_at(session, one.id, shared, window) for one in shown]
    total = sum(said)
    voiced = tuple(
        replace(side, voice=mentions / total if total else None, alone=len(watched[one.id] - shared))
        for side, one, mentions in zip(sides, shown, said, strict=True)
    )
    return Brands(voiced, _largest(voiced), len(shared), len(chosen) - len(shown))


def _said_at(session: Session, brand_id: int, sources: frozenset[str], window: Window) -> float:
    return sum(sums.mentions for sums in _sums(session, brand_id, Dimension.SOURCE, window, sources).values())


def _brand(
    session: Session, row: BrandRow, window: Window, now: datetime, watched: Mapping[int, frozenset[str]]
) -> Side:
    whole = _sums(session, row.id, Dimension.ALL, window, {""}).get("", Sums())
    themes = _sums(session, row.id, Dimension.THEME, window, theme_names())
    heard = heard_shares(reports.heard_sources(session, row.id, window), [window])[0]
    others = frozenset[str]().union(*(slugs for number, slugs in watched.items() if number != row.id))
    stars, rated = _shown(row.id, watched[row.id] - others, now)
    return Side(
        slug=row.slug,
        name=row.name,
        competitor=row.competitor,
        mentions=whole.mentions if whole.mentions or heard else None,
        negative=_share(whole),
        stars=stars,
        rated=rated,
        complaints=_complaints(whole, themes),
        heard=heard,
        sources=len(watched[row.id]),
    )


def _sums(
    session: Session, brand_id: int, dimension: Dimension, window: Window, keys: Collection[str]
) -> dict[str, Sums]:
    """Per key the sums of its hours that begin in the window: a range of the primary key of the counts each."""
    total = (sa.func.sum(col(column)) for column in (Count.mentions, Count.negative, Count.uncertainty))
    query = (
        sa.select(col(Count.key), *total)
        .where(
            col(Count.brand_id) == brand_id,
            col(Count.resolution) == Resolution.HOUR,
            col(Count.dimension) == dimension,
            col(Count.key).in_(sorted(keys)),
            col(Count.start) >= window[0],
            col(Count.start) < window[1],
        )
        .group_by(col(Count.key))
    )
    return {key: Sums(*map(float, sums)) for key, *sums in session.execute(query)}


def _share(sums: Sums) -> Share | None:
    if sums.mentions <= 0:
        return None
    low, high = interval(sums.mentions, sums.negative, sums.uncertainty)
    return Share(min(1.0, sums.negative / sums.mentions), low / sums.mentions, high / sums.mentions)


def _complaints(whole: Sums, themes: Mapping[str, Sums]) -> dict[str, float]:
    """As a part of all mentions, so that a large brand does not seem worse than a small one."""
    if whole.mentions <= 0:
        return {}
    return {slug: one.negative / whole.mentions for slug, one in themes.items() if one.negative >= 0.5}


def _largest(sides: Sequence[Side]) -> tuple[str, ...]:
    """The themes that are the largest complaint of any of them, the largest first."""
    top = {slug: max(side.complaints.get(slug, 0.0) for side in sides) for side in sides for slug in side.complaints}
    return tuple(sorted(top, key=lambda slug: (-top[slug], slug))[:MOST_THEMES])


def _shown(brand_id: int, own: frozenset[str], now: datetime) -> tuple[float | None, int]:
    """The mean of the ratings that pages show of its things, each weighed by how many people rated it.

    Only of sources that are its `own`: what a source shows that tells of several brands may be any one's.
    """
    people, stars = 0, 0.0
    for row in (one for one in ratings.ratings(brand_id, now) if one.source in own):
        worst, best = row.worst if row.worst is not None else STARS[0], row.best if row.best is not None else STARS[1]
        many = row.ratings or row.reviews or 0
        if many and best > worst and worst <= row.value <= best:
            people += many
            stars += many * (1 + 4 * (row.value - worst) / (best - worst))
    return (stars / people if people else None), people


@cached
def branches(brand_id: int, days: int, now: datetime, zone: ZoneInfo) -> Branches:
    """The branches of a brand in the last days."""
    with database() as session:
        rows = store.branches(session, brand_id)
        ids = [number for number, _, _ in rows]
        days = _readable(session, ids, days, now, zone)
        window = (stretches.stretch(days, now, zone).start, now)
        found = store.located(session, ids, window)
    sides = [_branch(slug, name, found[number]) for number, slug, name in rows if number in found]
    sides.sort(key=lambda side: (-(side.mentions or 0.0), side.name, side.slug))
    return Branches(tuple(sides[:MOST_BRANCHES]), days, max(0, len(sides) - MOST_BRANCHES))


def _readable(session: Session, ids: Sequence[int], days: int, now: datetime, zone: ZoneInfo) -> int:
    """The most days, up to those asked for, whose texts can be read for one look; the fewest there are, at least."""
    asked = [one for one in sorted(stretches.DAYS, reverse=True) if one <= days]
    for one in asked[:-1]:
        texts = sa.select(col(MentionBrand.mention_id)).where(
            col(MentionBrand.location_id).in_(ids),
            col(MentionBrand.published_at) >= stretches.stretch(one, now, zone).start,
        )
        some = texts.limit(MOST_TEXTS + 1).subquery()
        if session.execute(sa.select(sa.func.count()).select_from(some)).scalar_one() <= MOST_TEXTS:
            return one
    return asked[-1]


def _branch(slug: str, name: str, found: Located) -> Side:
    rated = found.rated
    return Side(
        slug=slug,
        name=name,
        competitor=False,
        mentions=found.whole.mentions,
        negative=_share(found.whole),
        stars=rated.stars / rated.ratings if rated.ratings else None,
        rated=rated.ratings,
        complaints=_complaints(found.whole, found.themes),
    )
