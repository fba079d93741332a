"""Takes in what comes by doors: looks at those that must be looked at, and keeps what every door hands over."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Protocol

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from monitor import doors
from monitor.doors.door import DoorOptions, DoorTrouble, Look, Taken
from monitor.edge import Rejected, check
from monitor.errors import ConfigError
from monitor.facts import Collected
from monitor.jobs.context import Context, Counters
from monitor.log import get_logger
from monitor.models import Source, SourceHealth
from monitor.store import ahead, authors, coverage, mentions, removal, sources
from monitor.store import doors as kept
from monitor.store.event_time import is_fresh
from monitor.store.trouble import patiently

log = get_logger(__name__)

SLICE_SECONDS = 2.0
"""So long a look at one door may keep the other jobs waiting; it goes on where it was at the next turn."""
BATCH = 500

Pieces = Iterator[Taken]


class Place(Protocol):
    """What texts belong to: a door, a source, or the imports for a brand."""

    @property
    def id(self) -> str: ...
    @property
    def every(self) -> timedelta: ...


class Looks:
    """The looks that are not over: a large file is taken in over many turns of the supervisor."""

    def __init__(self, seconds: float = SLICE_SECONDS) -> None:
        self.seconds = seconds
        self.going: dict[str, Pieces] = {}


def run(context: Context, looks: Looks | None = None) -> Counters:
    """Look at every door whose time has come; without `looks` (the command), until nothing waits behind it."""
    counters: Counters = Counter()
    looks = looks or Looks(float("inf"))
    for door in context.settings.doors:
        if context.stopping():
            break
        if door.enabled and doors.is_polled(door):
            counters += _look(context, door, looks)
    return counters


def _look(context: Context, door: DoorOptions, looks: Looks) -> Counters:
    source = _source(context.session, door)
    pieces = looks.going.pop(door.id, None)
    if pieces is None:
        if not _is_due(source, door, context.now):
            return Counter()
        pieces = _begin(context, door, source)
    return _go_on(context, door, pieces, looks)


def _is_due(source: Source, door: DoorOptions, now: datetime) -> bool:
    if source.health is SourceHealth.FAILING:
        return source.next_try_at is None or source.next_try_at <= now
    return source.last_run_at is None or not source.last_run_at <= now < source.last_run_at + door.every


def _begin(context: Context, door: DoorOptions, source: Source) -> Pieces:
    sources.record_start(context.session, source, now=context.now)
    context.session.commit()
    notes = kept.notes(context.session, source.id or 0)
    return doors.poll(door, Look(now=context.now, notes=notes, zone=context.settings.brand(door.brands[0]).zone))


def _go_on(context: Context, door: DoorOptions, pieces: Pieces, looks: Looks) -> Counters:
    """Keep piece after piece until the turn is over; an error ends the look, and the next one starts afresh."""
    counters: Counters = Counter()
    until = monotonic() + looks.seconds
    try:
        for taken in pieces:
            counters += keep(context.session, door, taken, context.now)
            if context.stopping() or monotonic() >= until:
                looks.going[door.id] = pieces
                return counters
    except DoorTrouble as trouble:
        log.warning("door in trouble", door=door.id, error=str(trouble))
        sources.record_failure(context.session, _source(context.session, door), str(trouble), now=context.now)
        context.session.commit()
        return counters + Counter({"failed": 1})
    heard(context.session, door, context.now)
    return counters


def heard(session: Session, door: DoorOptions, now: datetime, *, since: datetime | None = None) -> None:
    """The door stands open and all that came is kept: what came since the last time (or `since`) is known. Commits."""
    source = _source(session, door)
    start = since or source.last_good_at or now
    ahead.coverage(session, source.id or 0, now)
    coverage.add_coverage(session, source.id or 0, min(start, now), now)
    sources.record_good(session, source, now=now)
    session.commit()


def keep(session: Session, door: Place, taken: Taken, now: datetime) -> Counters:
    """Keep one piece that came by a door, whole and once, and commit; what became of its texts."""
    counters: Counters = Counter(taken.counters)
    texts = [text for given in taken.texts if (text := _checked(given, counters)) is not None]
    work = partial(_keep_once, session, door, taken, texts, now)
    try:
        counters += patiently(work)
    except IntegrityError:  # another process saved one of these texts between our look and our write
        session.rollback()
        counters += patiently(work)
    return +counters


def _checked(given: Collected, counters: Counters) -> Collected | None:
    notes = Counter[str]()
    try:
        return check(given, notes, public=False)
    except Rejected as rejected:
        counters[f"dropped: {rejected.reason}"] += 1
        return None
    finally:
        counters.update({f"mended: {note}": times for note, times in notes.items()})


def _keep_once(session: Session, door: Place, taken: Taken, texts: Sequence[Collected], now: datetime) -> Counters:
    session.rollback()  # what a try before this one left
    source = _source(session, door)
    names = [name for name in (taken.seal, taken.event) if name]
    if not all(kept.take_event(session, source.id or 0, name, now) for name in names):
        session.rollback()
        return Counter({"events told again": 1})
    saved = save(session, source, texts, now, door)
    saved["removed"] += removal.remove(session, taken.gone, now) if taken.gone else 0
    for name, value in taken.notes.items():
        kept.set_note(session, source.id or 0, name, value, now)
    session.commit()
    return saved


def save(session: Session, source: Source, texts: Sequence[Collected], now: datetime, door: Place) -> Counters:
    """Save checked texts in the running transaction: how many are new, edited and unchanged."""
    counters: Counters = Counter()
    for start in range(0, len(texts), BATCH):
        judged = [(text, _is_news(text, door, now)) for text in texts[start : start + BATCH]]
        key = authors.installation_key(session)
        done = mentions.save_many(session, judged, source=source, now=now, author_key=key)
        counters.update(outcome.value for outcome in done)
    return counters


def _is_news(text: Collected, door: Place, now: datetime) -> bool:
    """A text that does not say when it was written may be of any age."""
    told = text.published_at is not None
    return is_fresh(text.published_at, text.precision, now=now, every=door.every, first_crawl=not told)


def _source(session: Session, door: Place) -> Source:
    source = sources.by_slug(session, door.id)
    if source is None:
        raise ConfigError(f"door {door.id!r} is not in the database")
    return source
