"""Complaints that were found outside of the themes: how many week by week, examples, and what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from dashboard.data.opening import cached, database
from dashboard.data.texts import TextRow, select_texts, text_rows
from dashboard.data.themes import Bar
from monitor.models import FoundState, FoundTheme, FoundThemeMention, Mention, Theme

WEEKS = 8
EXAMPLES = 2
_NEAREST = 12
"""Enough to leave out what tells the same story, or is by the same author."""
MOST_DECIDED = 20


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One that nobody decided on. `bars` are its complaints of the last weeks, the running one last."""

    id: int
    name: str
    words: tuple[str, ...]
    state: FoundState
    first_at: datetime
    bars: tuple[Bar, ...]
    examples: tuple[TextRow, ...]

    @property
    def number(self) -> int:
        return round(sum(bar.complaints for bar in self.bars))

    @property
    def weeks(self) -> int:
        """In which it was heard."""
        return sum(bar.complaints > 0 for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Decided:
    """One that somebody decided on; `into` is what it was merged into, or called as a theme."""

    id: int
    name: str
    state: FoundState
    into: str
    by: str
    at: datetime | None
    can_reopen: bool
    is_known: bool  # the model in use can tell new texts of it


@cached
def found(brand_id: int, now: datetime, zone: ZoneInfo) -> tuple[FoundRow, ...]:
    """Those that are open and were heard in the last weeks, the most complaints first."""
    starts = _weeks(now, zone)
    with database() as session:
        query = select(FoundTheme).where(FoundTheme.brand_id == brand_id, FoundTheme.state == FoundState.OPEN)
        rows = list(session.exec(query))
        counts = [_counts(session, [row.id or 0 for row in rows], *week) for week in _windows(starts, zone, now)]
        told = [row for row in rows if any(row.id in week for week in counts)]
        shown = tuple(_row(session, row, starts, [week.get(row.id or 0, 0) for week in counts]) for row in told)
    return tuple(sorted(shown, key=lambda row: (-row.number, row.id)))


def _weeks(now: datetime, zone: ZoneInfo) -> list[date]:
    """The Mondays of the last weeks."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]


def _windows(starts: Sequence[date], zone: ZoneInfo, now: datetime) -> list[tuple[datetime, datetime]]:
    edges = [datetime(start.year, start.month, start.day, tzinfo=zone) for start in starts]
    return list(zip(edges, [*edges[1:], now], strict=True))


def _counts(session: Session, ids: Sequence[int], start: datetime, end: datetime) -> dict[int, int]:
    at = col(FoundThemeMention.published_at)
    rows = session.execute(
        sa.select(col(FoundThemeMention.found_theme_id), sa.func.count())
        .where(col(FoundThemeMention.found_theme_id).in_(ids), at >= start, at < end)
        .group_by(col(FoundThemeMention.found_theme_id))
    )
    return {row[0]: row[1] for row in rows}


def _row(session: Session, row: FoundTheme, starts: Sequence[date], counts: Sequence[int]) -> FoundRow:
    bars = tuple(Bar(start, float(count), 0) for start, count in zip(starts, counts, strict=True))
    examples = _examples(session, row.id or 0)
    return FoundRow(row.id or 0, row.name, tuple(row.words), row.state, row.first_at, bars, examples)


def _examples(session: Session, theme_id: int) -> tuple[TextRow, ...]:
    """The most typical texts, by different authors and of different stories; one in another language if there is."""
    nearest = (
        select_texts()
        .join(FoundThemeMention, col(FoundThemeMention.mention_id) == col(Mention.id))
        .where(col(FoundThemeMention.found_theme_id) == theme_id)
        .order_by(col(FoundThemeMention.similarity).desc(), col(Mention.id))
        .limit(_NEAREST)
    )
    rows = session.execute(nearest).all()
    kept: list[TextRow] = []
    seen: set[object] = set()
    for row, text in zip(rows, text_rows(session, rows), strict=True):
        told = {("story", row[0].story_id or -text.mention_id), ("by", row[0].author_id or -text.mention_id)}
        if seen.isdisjoint(told) and len(kept) < EXAMPLES:
            kept.append(text)
            seen |= told
    return tuple(kept)


@cached
def decided(brand_id: int) -> tuple[Decided, ...]:
    """What was decided last, the newest first."""
    with database() as session:
        every = {
            row.id: row for row in session.exec(select(FoundTheme).where(FoundTheme.brand_id == brand_id).limit(2000))
        }
        newest = max(every.values(), key=lambda row: row.found_at).model if every else ""
        names = _theme_names(session, [row.theme_id for row in every.values() if row.theme_id is not None])
        closed = [row for row in every.values() if row.state is not FoundState.OPEN]
        closed.sort(key=lambda row: (row.decided_at or row.found_at, row.id or 0), reverse=True)
        return tuple(_decided(row, every, names, newest) for row in closed[:MOST_DECIDED])


def _theme_names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    rows = session.execute(sa.select(col(Theme.id), col(Theme.name)).where(col(Theme.id).in_(ids)))
    return {row[0]: row[1] for row in rows}


def _decided(row: FoundTheme, every: dict[int | None, FoundTheme], names: dict[int, str], newest: str) -> Decided:
    other = every.get(row.merged_into_id)
    into = names.get(row.theme_id or 0, "") if row.theme_id is not None else (other.name if other else "")
    can_reopen = not (row.state is FoundState.MERGED and row.theme_id is not None)
    return Decided(
        row.id or 0, row.name, row.state, into, row.decided_by, row.decided_at, can_reopen, row.model == newest
    )
