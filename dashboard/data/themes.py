"""Complaints and compliments per theme: a stretch of days beside the one before, day by day or week by week.

Complaints are expected numbers, from the stored counts: the sum of the probabilities of being negative, as everywhere.
The counts do not know of praise: compliments are the texts held to be positive that the search index has, counted there
without a look at any text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import sqrt
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session, select

from dashboard.data import stretches
from dashboard.data.opening import cached, database
from dashboard.data.stretches import Stretch
from monitor.facts import Sentiment
from monitor.models import Theme
from monitor.reports import recurring
from monitor.reports.answering import moment, within
from monitor.reports.compare import ALIKE, CONFIDENCE
from monitor.reports.listening import heard_shares
from monitor.store import reports, search, theme_days
from monitor.store.search import Wanted
from monitor.store.search_words import tag
from monitor.store.theme_days import Hours

DAILY = 30
"""Up to so many days are drawn day by day, more week by week."""
LOOK_BACK = timedelta(weeks=13)
"""How far back weeks in a row are looked for."""
LEAST_STEP = 3.0
"""A smaller change is not worth a word."""


class Step(StrEnum):
    """How a number differs from that of the stretch before, by more than chance and reading explain."""

    MORE = "more"
    LESS = "less"


@dataclass(frozen=True, slots=True)
class Bar:
    """What was said from a day on, until the next bar."""

    start: date
    complaints: float
    compliments: int


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """One theme; what was before is None where it cannot be compared."""

    slug: str
    name: str
    mentions: int
    complaints: float
    complaints_before: float | None
    complaints_step: Step | None
    compliments: int
    compliments_before: int | None
    compliments_step: Step | None
    weeks_in_a_row: int
    bars: tuple[Bar, ...]

    @property
    def share(self) -> float | None:
        """The negative part of what was said about it, 0..1."""
        return min(1.0, self.complaints / self.mentions) if self.mentions else None

    @property
    def is_recurring(self) -> bool:
        return self.weeks_in_a_row >= recurring.RECURRING


@dataclass(frozen=True, slots=True)
class Board:
    """All themes that were mentioned, the most complaints first; `compared` says if the stretch before can be."""

    rows: tuple[ThemeRow, ...]
    compared: bool
    behind: bool  # older mentions are still being made findable, so that compliments are missing

    def of(self, slug: str) -> ThemeRow | None:
        return next((row for row in self.rows if row.slug == slug), None)


@dataclass(frozen=True, slots=True)
class _Praise:
    """The quarters of an hour in which a theme was praised (datetime64[us], UTC), and how often; shape (n,) each."""

    starts: NDArray[np.datetime64]
    numbers: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Said:
    """What is known of all themes."""

    themes: tuple[tuple[int, str, str], ...]  # id, slug and name
    hours: dict[str, Hours]
    praise: dict[str, _Praise]
    compared: bool
    behind: bool


@cached
def board(brand_id: int, days: int, now: datetime, zone: ZoneInfo) -> Board:
    """The last `days` days beside those before."""
    span = stretches.stretch(days, now, zone)
    said = _said(brand_id, span)
    edges = _edges(span, zone)
    again = _weeks_in_a_row(said.hours, _weeks(span, zone))
    found = [
        _row(said, theme, span, again.get(theme[1], 0), _bars(said.hours[theme[1]], said.praise[theme[1]], edges, zone))
        for theme in said.themes
    ]
    told = [row for row in found if row.mentions or row.compliments or row.complaints_before or row.is_recurring]
    told.sort(key=lambda row: (-round(row.complaints), -row.compliments, row.name))
    return Board(tuple(told), said.compared, said.behind)


def _said(brand_id: int, span: Stretch) -> _Said:
    since = min(span.before[0], span.end - LOOK_BACK - timedelta(days=7))
    with database() as session:
        found = session.exec(select(Theme.id, Theme.slug, Theme.name).limit(500)).all()
        hours = theme_days.hours(session, brand_id, (since, span.end))
        themes = tuple((number or 0, slug, name) for number, slug, name in found if slug in hours)
        praise = {slug: _praise(session, brand_id, number, span) for number, slug, _ in themes}
        return _Said(themes, hours, praise, _is_comparable(session, brand_id, span), search.is_behind(session))


def _praise(session: Session, brand_id: int, theme_id: int, span: Stretch) -> _Praise:
    positive = ((tag("t", theme_id),), (tag("n", Sentiment.POSITIVE),))
    found = search.per_quarter(session, Wanted(brand_id, tags=positive, since=span.before[0], until=span.end))
    starts = np.array(list(found), dtype="datetime64[s]").astype("datetime64[us]")
    return _Praise(starts, np.array(list(found.values()), dtype=np.float64))


def _is_comparable(session: Session, brand_id: int, span: Stretch) -> bool:
    """Whether the sources were heard for as large a part of both stretches, by the rule of the weekly report."""
    windows = [(span.start, span.end), span.before]
    heard = heard_shares(reports.heard_sources(session, brand_id, (span.before[0], span.end)), windows)
    return heard[1] > 0 and abs(heard[0] - heard[1]) <= ALIKE


def _row(
    said: _Said, theme: tuple[int, str, str], span: Stretch, weeks_in_a_row: int, bars: tuple[Bar, ...]
) -> ThemeRow:
    _, slug, name = theme
    hours, praise = said.hours[slug], said.praise[slug]
    half = timedelta(minutes=30)  # an hour of which the larger part lies in the stretch before counts there
    now, before = _sums(hours, span.start, span.end), _sums(hours, span.before[0], span.before[1] - half)
    good, good_before = _praised(praise, span.start, span.end), _praised(praise, *span.before)
    compared = said.compared
    return ThemeRow(
        slug=slug,
        name=name,
        mentions=round(now[0]),
        complaints=now[1],
        complaints_before=before[1] if compared else None,
        complaints_step=step((now[1], now[2]), (before[1], before[2])) if compared else None,
        compliments=good,
        compliments_before=good_before if compared else None,
        compliments_step=step((good, 0.0), (good_before, 0.0)) if compared else None,
        weeks_in_a_row=weeks_in_a_row,
        bars=bars,
    )


def step(now: tuple[float, float], before: tuple[float, float]) -> Step | None:
    """Whether two numbers of texts differ clearly; each is an expected number and how unsure its reading is.

    Texts come by chance: a number varies by its own size (Poisson), and the reading adds its sum of P(1-P). Told is
    what is beyond 95 % of that, and three texts at least.
    """
    change = now[0] - before[0]
    if abs(change) < max(LEAST_STEP, CONFIDENCE * sqrt(max(0.0, sum(now) + sum(before)))):
        return None
    return Step.MORE if change > 0 else Step.LESS


def _sums(hours: Hours, start: datetime, end: datetime) -> tuple[float, float, float]:
    """Mentions, P(negative) and P(1-P) of the hours that begin in [start, end)."""
    inside = within(hours.starts, start, end)
    mentions, negative, doubt = hours.sums[:, inside].sum(axis=1)
    return float(mentions), float(negative), float(doubt)


def _praised(praise: _Praise, start: datetime, end: datetime) -> int:
    return int(praise.numbers[within(praise.starts, start, end)].sum())


def _edges(span: Stretch, zone: ZoneInfo) -> list[datetime]:
    """Where the bars begin, and where the last one ends: midnights, or those of Mondays."""
    if span.days > DAILY:
        days = stretches.mondays(span.start, span.end, zone)
        return [span.start, *(stretches.midnight(day, zone) for day in days[1:]), span.end]
    first = span.start.astimezone(zone).date()
    return [*(stretches.midnight(first + timedelta(days=day), zone) for day in range(span.days)), span.end]


def _bars(hours: Hours, praise: _Praise, edges: Sequence[datetime], zone: ZoneInfo) -> tuple[Bar, ...]:
    complaints = _binned(hours.starts, hours.sums[1], edges)
    compliments = _binned(praise.starts, praise.numbers, edges)
    return tuple(
        Bar(edges[i].astimezone(zone).date(), round(float(complaints[i]), 2), round(float(compliments[i])))
        for i in range(len(edges) - 1)
    )


def _binned(at: NDArray[np.datetime64], weights: NDArray[np.float64], edges: Sequence[datetime]) -> NDArray[np.float64]:
    """Sums between the edges, shape (len(edges) - 1,)."""
    size = len(edges) - 1
    places = np.searchsorted(np.array([moment(edge) for edge in edges]), at, side="right") - 1
    inside = (places >= 0) & (places < size)
    return np.bincount(places[inside], weights[inside], size)


def _weeks(span: Stretch, zone: ZoneInfo) -> list[datetime]:
    """The Mondays of the weeks that are over, oldest first, and that of the running one."""
    return [stretches.midnight(day, zone) for day in stretches.mondays(span.end - LOOK_BACK, span.end, zone)]


def _weeks_in_a_row(hours: Mapping[str, Hours], edges: Sequence[datetime]) -> dict[str, int]:
    """Per theme the weeks up to the last that is over in which it was a large part of the complaints."""
    if len(edges) < 2:
        return {}
    weekly = {slug: _binned(found.starts, found.sums[1], edges) for slug, found in hours.items()}
    return recurring.weeks_in_a_row({slug: week.tolist() for slug, week in weekly.items()})
