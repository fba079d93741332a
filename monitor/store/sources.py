"""Keeps sources: what the config says of them, how they are doing, and when they are due."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlmodel import Session, col, select

from monitor.models import Brand, Location, Mention, Source, SourceBrand, SourceHealth, Theme
from monitor.store import hosts

LONGEST_BACK_OFF = timedelta(minutes=60)
LONGEST_ERROR = 500
MOST_ARRIVALS = 30_000
"""Of a source; about 0.1 s to read. Two weeks of ninety an hour."""
PAGE = 2_000
FIRST_CRAWL = timedelta(hours=1)
"""Longer than any crawl: what came within it after the first one began was written before and found at once."""
_WAITS = (SourceHealth.FAILING, SourceHealth.BLOCKED, SourceHealth.CHANGED, SourceHealth.SPENT)
SHORTEST_INTERVAL = timedelta(minutes=2)
"""Between two crawls of a source where something spreads, unless the operator wants it crawled more often anyway."""


class _Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


class _Brand(_Named, Protocol):
    @property
    def time_zone(self) -> str: ...
    @property
    def locations(self) -> Sequence[_Named]: ...


class _Source(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def brands(self) -> Sequence[str]: ...
    @property
    def every(self) -> timedelta: ...
    @property
    def enabled(self) -> bool: ...
    @property
    def params(self) -> Mapping[str, Any]: ...


class _Door(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def brands(self) -> Sequence[str]: ...
    @property
    def enabled(self) -> bool: ...
    @property
    def params(self) -> Mapping[str, Any]: ...


class Configured(Protocol):
    """What this module needs of the settings, which stand above the store."""

    @property
    def brands(self) -> Sequence[_Brand]: ...
    @property
    def sources(self) -> Sequence[_Source]: ...
    @property
    def doors(self) -> Sequence[_Door]: ...
    @property
    def themes(self) -> Sequence[_Named]: ...


def sync(session: Session, settings: Configured) -> None:
    """Make the rows of brands, locations, themes and sources equal the config.

    What left the config stays, inactive, so that its history keeps its name.
    """
    brands = _sync_brands(session, settings.brands)
    _sync_themes(session, settings.themes)
    known = {row.slug: row for row in session.exec(select(Source))}
    for options in (*settings.sources, *settings.doors):
        row = known.pop(options.id, None) or Source(slug=options.id, kind=options.type)
        row.kind, row.active = options.type, options.enabled
        session.add(row)
        session.flush()
        _sync_links(session, row, {_id(brands[slug]) for slug in options.brands})
    _retire(session, known.values())
    session.flush()


def _sync_brands(session: Session, wanted: Sequence[_Brand]) -> dict[str, Brand]:
    known = {row.slug: row for row in session.exec(select(Brand))}
    kept = {}
    for options in wanted:
        row = known.pop(options.id, None) or Brand(slug=options.id, name=options.name)
        row.name, row.time_zone, row.active = options.name, options.time_zone, True
        session.add(row)
        session.flush()
        _sync_locations(session, _id(row), options.locations)
        kept[options.id] = row
    _retire(session, known.values())
    return kept


def _sync_locations(session: Session, brand_id: int, wanted: Sequence[_Named]) -> None:
    known = {row.slug: row for row in session.exec(select(Location).where(Location.brand_id == brand_id))}
    for options in wanted:
        row = known.get(options.id) or Location(brand_id=brand_id, slug=options.id, name=options.name)
        row.name = options.name
        session.add(row)


def _sync_themes(session: Session, wanted: Sequence[_Named]) -> None:
    known = {row.slug: row for row in session.exec(select(Theme))}
    for options in wanted:
        row = known.pop(options.id, None) or Theme(slug=options.id, name=options.name)
        row.name, row.active = options.name, True
        session.add(row)
    _retire(session, known.values())


def _sync_links(session: Session, source: Source, wanted: set[int]) -> None:
    links = session.exec(select(SourceBrand).where(SourceBrand.source_id == _id(source)))
    known = {link.brand_id: link for link in links}
    for brand_id in wanted - known.keys():
        session.add(SourceBrand(source_id=_id(source), brand_id=brand_id))
    for brand_id in known.keys() - wanted:
        session.delete(known[brand_id])


def _retire(session: Session, rows: Iterable[Brand | Source | Theme]) -> None:
    for row in rows:
        row.active = False
        session.add(row)


def _id(row: Brand | Source) -> int:
    assert row.id is not None, "the row was flushed"  # noqa: S101 (a broken caller, not input)
    return row.id


def by_slug(session: Session, slug: str) -> Source | None:
    return session.exec(select(Source).where(Source.slug == slug)).first()


def due(session: Session, settings: Configured, now: datetime) -> list[Source]:
    """The active sources whose time has come and whose hosts may be asked, the one that waits longest first."""
    options = {one.id: one for one in settings.sources if one.enabled}
    rows = [row for row in session.exec(select(Source).where(col(Source.active).is_(True))) if row.slug in options]
    times = {row.slug: due_at(row, options[row.slug].every, now) for row in rows}
    ready = [row for row in rows if (at := times[row.slug]) is None or at <= now]
    resting = hosts.resting(session, now).keys()
    if resting:
        asks = hosts.of_sources(session, (options[row.slug] for row in ready))
        ready = [row for row in ready if not asks[row.slug] & resting]
    return sorted(ready, key=lambda row: (times[row.slug] is not None, times[row.slug] or now, row.slug))


def due_at(source: Source, every: timedelta, now: datetime) -> datetime | None:
    """A source in trouble waits for its next try; any other one interval after its last run began. None: at once."""
    if source.health in _WAITS:
        return source.next_try_at
    hot = source.hot_until is not None and source.hot_until > now
    interval = min(every, max(every / 3, SHORTEST_INTERVAL)) if hot else every
    return None if source.last_run_at is None else source.last_run_at + interval


def record_start(session: Session, source: Source, *, now: datetime) -> None:
    """A crawl begins; a process that dies at once is not started again before the interval is over."""
    source.last_run_at = now
    session.add(source)


def record_good(
    session: Session, source: Source, *, now: datetime, every: timedelta | None = None, saw_texts: bool = True
) -> None:
    """A crawl ended well. One that saw no text at all is not the first: the next one still is a backfill."""
    source.health, source.failures, source.error = SourceHealth.HEALTHY, 0, ""
    source.last_good_at, source.quiet_since = now, None
    if saw_texts:
        source.first_crawled_at = source.first_crawled_at or now
    source.next_try_at = None if every is None else (source.last_run_at or now) + every
    session.add(source)


def record_quiet(session: Session, source: Source, words: str, *, since: datetime) -> None:
    """A crawl ended well, but nothing new has come for too long. The source is crawled as before."""
    source.health, source.quiet_since, source.error = SourceHealth.QUIET, since, words[:LONGEST_ERROR]
    session.add(source)


def record_failure(
    session: Session, source: Source, error: str, *, now: datetime, not_before: datetime | None = None
) -> None:
    """A crawl failed: try again after 1, 2, 4 … 60 minutes, or later when the server asked for that."""
    _record_trouble(source, SourceHealth.FAILING, error, now, not_before)
    session.add(source)


def record_blocked(
    session: Session, source: Source, error: str, *, now: datetime, not_before: datetime | None = None
) -> None:
    """robots.txt or a wall does not allow the crawl now."""
    _record_trouble(source, SourceHealth.BLOCKED, error, now, not_before)
    session.add(source)


def record_changed(
    session: Session, source: Source, error: str, *, now: datetime, not_before: datetime | None = None
) -> None:
    """The source answers in another form than its spider reads."""
    _record_trouble(source, SourceHealth.CHANGED, error, now, not_before)
    session.add(source)


def record_spent(session: Session, source: Source, words: str, *, until: datetime) -> None:
    """A quota is used up, or the host wants to be left alone, until then: no failure of the source."""
    source.health, source.error, source.next_try_at = SourceHealth.SPENT, words[:LONGEST_ERROR], until
    session.add(source)


def _record_trouble(
    source: Source, health: SourceHealth, error: str, now: datetime, not_before: datetime | None
) -> None:
    source.failures += 1
    source.health, source.error = health, error[:LONGEST_ERROR]
    source.next_try_at = max(now + back_off(source.failures), not_before or now)


def back_off(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: 1, 2, 4 … 60 minutes."""
    return min(timedelta(minutes=2 ** min(failures - 1, 6)), LONGEST_BACK_OFF)


def arrivals(session: Session, source: Source, within: timedelta) -> list[datetime]:
    """When the newest texts of a source came, in order, from so long before the newest one on; at most MOST_ARRIVALS.

    A text counts from when it was collected, but those of the first crawl from when they were published.
    """
    read_at_first = (source.first_crawled_at or source.last_good_at or datetime.min.replace(tzinfo=UTC)) + FIRST_CRAWL
    found: list[datetime] = []
    below: int | None = None
    while len(found) < MOST_ARRIVALS:
        rows = _arrivals_below(session, _id(source), below)
        found += [published if collected <= read_at_first else collected for _, collected, published in rows]
        if len(rows) < PAGE or found[-1] < found[0] - within:
            break
        below = rows[-1][0]
    newest = max(found, default=read_at_first)
    return sorted(at for at in found if at >= newest - within)


def _arrivals_below(session: Session, source_id: int, below: int | None) -> list[tuple[int, datetime, datetime]]:
    """Id and times of a source's newest mentions, newest first; a range of the index on the source."""
    query = select(Mention.id, Mention.collected_at, Mention.published_at).where(Mention.source_id == source_id)
    if below is not None:
        query = query.where(col(Mention.id) < below)
    rows = session.execute(query.order_by(col(Mention.id).desc()).limit(PAGE))
    return [(number, collected, published) for number, collected, published in rows]
