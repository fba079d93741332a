"""Keeps sources: what the config says of them, how they are doing, and when they are due."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import Stage
from monitor.models import Brand, Host, Location, Source, SourceBrand, SourceHealth, Theme
from monitor.secret import hide
from monitor.store import hosts

LONGEST_BACK_OFF = timedelta(minutes=60)
LONGEST_ERROR = 500
MOST_DEEPER = 3
"""Crawls after one that was cut, which read 2, 4 and 8 times as many pages: about as deep as their time lets them."""
_AS_ASKED = (SourceHealth.BLOCKED, SourceHealth.SPENT, SourceHealth.RESTING)
"""Until when these wait is their hosts' wish."""
CLOCKS_DIFFER = timedelta(minutes=5)
_WAITS = (SourceHealth.FAILING, SourceHealth.BLOCKED, SourceHealth.CHANGED, SourceHealth.SPENT, SourceHealth.RESTING)
SHORTEST_INTERVAL = timedelta(minutes=2)
"""Between two crawls of a source where something spreads, unless the operator wants it crawled more often anyway."""


Turn = tuple[datetime | None, str]
"""When a source is asked next, None: at once; and a host that wants to be left alone until then, "" when none does."""


class _Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


class _Theme(_Named, Protocol):
    @property
    def stage(self) -> Stage | None: ...


class _Brand(_Named, Protocol):
    @property
    def time_zone(self) -> str: ...
    @property
    def competitor(self) -> bool: ...
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
    def every(self) -> timedelta: ...
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
    def themes(self) -> Sequence[_Theme]: ...


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
        row.competitor = options.competitor
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


def _sync_themes(session: Session, wanted: Sequence[_Theme]) -> None:
    known = {row.slug: row for row in session.exec(select(Theme))}
    for options in wanted:
        row = known.pop(options.id, None) or Theme(slug=options.id, name=options.name)
        row.name, row.stage, row.active, row.adopted = options.name, options.stage, True, False
        session.add(row)
    _retire(session, (row for row in known.values() if not row.adopted))


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


def due(session: Session, settings: Configured, now: datetime, *, only: str | None = None) -> list[Source]:
    """The active sources whose time has come and whose hosts may be asked, the one that waits longest first.

    `only`: this source alone is looked at.
    """
    options = {one.id: one for one in settings.sources if one.enabled and only in (None, one.id)}
    known = sa.select(
        col(Source.slug), col(Source.last_run_at), col(Source.health), col(Source.next_try_at), col(Source.hot_until)
    ).where(col(Source.active).is_(True))  # a fleet has thousands, and whole rows take their time
    rows: Iterable[Any] = session.execute(known if only is None else known.where(col(Source.slug) == only))
    times = {row.slug: due_at(row, options[row.slug].every, now) for row in rows if row.slug in options}
    ready = [slug for slug, at in times.items() if at is None or at <= now]
    resting = hosts.resting(session, now).keys() if ready else ()
    if resting:
        asks = hosts.of_sources(session, (options[slug] for slug in ready))
        ready = [slug for slug in ready if not asks[slug] & resting]
    found = _named(session, ready)
    return sorted(found, key=lambda row: (times[row.slug] is not None, times[row.slug] or now, row.slug))


def due_since(session: Session, settings: Configured, now: datetime) -> datetime | None:
    """Since when the source is due that waits for longest, of those that were crawled before; None when none waits."""
    options = {one.id: one for one in settings.sources}
    times = (due_at(row, options[row.slug].every, now) for row in due(session, settings, now))
    return min((at for at in times if at is not None), default=None)


def _named(session: Session, slugs: Sequence[str]) -> list[Source]:
    if len(slugs) > hosts.MOST_NAMED:
        wanted = frozenset(slugs)
        return [row for row in session.exec(select(Source)) if row.slug in wanted]
    return list(session.exec(select(Source).where(col(Source.slug).in_(slugs)))) if slugs else []


class _Timed(Protocol):
    @property
    def last_run_at(self) -> datetime | None: ...
    @property
    def health(self) -> SourceHealth: ...
    @property
    def next_try_at(self) -> datetime | None: ...
    @property
    def hot_until(self) -> datetime | None: ...


def due_at(source: _Timed, every: timedelta, now: datetime) -> datetime | None:
    """A source in trouble waits for its next try; any other one interval after its last run began. None: at once."""
    began_ahead = source.last_run_at is not None and source.last_run_at > now + CLOCKS_DIFFER
    if began_ahead and source.health not in _AS_ASKED:
        return None  # the clock was set back since: by it the interval would never end
    if source.health in _WAITS:
        return source.next_try_at
    hot = source.hot_until is not None and source.hot_until > now
    interval = min(every, max(every / 3, SHORTEST_INTERVAL)) if hot else every
    return None if source.last_run_at is None else source.last_run_at + interval


def turns(session: Session, settings: Configured, rows: Iterable[Source], now: datetime) -> dict[str, Turn]:
    """When each source is asked next, as `due` will judge it, and for which host it waits until then."""
    crawled = {one.id: one for one in settings.sources if one.enabled}
    every = {one.id: one.every for one in (*crawled.values(), *settings.doors)}
    resting = hosts.resting(session, now)
    asks = hosts.of_sources(session, crawled.values()) if resting else {}
    held = {slug: [resting[host] for host in found & resting.keys()] for slug, found in asks.items()}
    return {row.slug: _turn(row, every.get(row.slug), held.get(row.slug, ()), now) for row in rows}


def _turn(source: Source, every: timedelta | None, resting: Sequence[Host], now: datetime) -> Turn:
    due = source.next_try_at if every is None else due_at(source, every, now)
    last = max(resting, key=lambda host: host.not_before or now, default=None)
    if last is None or last.not_before is None or (due is not None and due >= last.not_before):
        return due, ""
    return last.not_before, last.name


def claim(session: Session, source: Source, *, now: datetime) -> bool:
    """Take the next crawl of a source; False when another process took it since `source` was read. The caller commits.

    One in trouble is left alone by others for as long as after its first failure: its crawl says when to try again.
    """
    as_read = sa.and_(
        col(Source.last_run_at).is_(None)
        if source.last_run_at is None
        else col(Source.last_run_at) == source.last_run_at,
        col(Source.id) == source.id,
    )
    values: dict[str, Any] = {"last_run_at": now}
    if source.health in _WAITS:
        values["next_try_at"] = now + back_off(1)
    taken = sa.update(Source).where(as_read).values(**values).execution_options(synchronize_session=False)
    result: sa.CursorResult[Any] = session.execute(taken)  # type: ignore[assignment]  # an UPDATE gives one
    session.expire(source)
    return result.rowcount > 0


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


def record_depth(session: Session, source: Source, known_until: datetime | None) -> None:
    """Note how a good crawl ended whose lists were cut before they came down to `known_until`; None: they were not.

    The next crawls go deeper, each twice as deep; after the last of them what lies between stays unknown.
    """
    looks = 0 if known_until is None else source.behind_looks + 1
    given_up = looks > MOST_DEEPER
    source.behind_since = None if given_up else known_until
    source.behind_looks = 0 if given_up else looks
    session.add(source)


def record_quiet(session: Session, source: Source, words: str, *, since: datetime) -> None:
    """A crawl ended well, but nothing new has come for too long. The source is crawled as before."""
    source.health, source.quiet_since, source.error = SourceHealth.QUIET, since, hide(words)[:LONGEST_ERROR]
    session.add(source)


def record_failure(
    session: Session, source: Source, error: str, *, now: datetime, not_before: datetime | None = None
) -> None:
    """A crawl failed: try again after 1, 2, 4 … 60 minutes, or later when the server asked for that."""
    _record_trouble(source, SourceHealth.FAILING, error, now, not_before)
    session.add(source)


def record_stopped(session: Session, source: Source) -> None:
    """A crawl ended before its end because we were asked to stop: it is due again, as it was before."""
    source.last_run_at = source.last_good_at
    session.add(source)


def try_at(session: Session, slug: str, moment: datetime) -> None:
    """Try a source in trouble again then."""
    source = by_slug(session, slug)
    if source is not None and source.health in _WAITS:
        source.next_try_at = moment
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
    """A quota is used up until then: no failure of the source."""
    source.health, source.error, source.next_try_at = SourceHealth.SPENT, hide(words)[:LONGEST_ERROR], until
    session.add(source)


def record_rest(session: Session, source: Source, words: str, *, until: datetime) -> None:
    """The host wants to be left alone until then: no failure of the source."""
    source.health, source.error, source.next_try_at = SourceHealth.RESTING, hide(words)[:LONGEST_ERROR], until
    session.add(source)


def _record_trouble(
    source: Source, health: SourceHealth, error: str, now: datetime, not_before: datetime | None
) -> None:
    source.failures += 1
    source.health, source.error = health, hide(error)[:LONGEST_ERROR]
    source.next_try_at = max(now + back_off(source.failures), not_before or now)


def back_off(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: 1, 2, 4 … 60 minutes."""
    return min(timedelta(minutes=2 ** min(failures - 1, 6)), LONGEST_BACK_OFF)
