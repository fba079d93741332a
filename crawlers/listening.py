"""Asks after each good crawl whether its source is quieter than its rhythm allows, and keeps the answer."""

from datetime import datetime, timedelta

from sqlmodel import Session

from monitor.detection import rhythm
from monitor.detection.series import Span
from monitor.models import Source
from monitor.store import arrivals, coverage, runs, sources

LONGEST_PAUSE = 3
"""Intervals between two good crawls: after a longer one nobody was listening."""
SHORTEST = timedelta(hours=1)
"""A crawl a minute that misses some turns is still listening."""


def note_silence(session: Session, source: Source, *, every: timedelta, now: datetime) -> bool:
    """Call the source quiet when it is; `now` is when its good crawl began. Whether it is."""
    texts = arrivals.of_source(session, source, rhythm.HISTORY)
    if len(texts) < rhythm.LEAST_TEXTS:
        return False
    found = rhythm.silence(texts, _heard(session, source, texts, every), now, every)
    if found is not None:
        sources.record_quiet(session, source, in_words(found), since=found.since)
    return found is not None


def _heard(session: Session, source: Source, texts: list[datetime], every: timedelta) -> list[Span]:
    """When the source was listened to: between good crawls, and before the oldest kept one what is known of it."""
    assert source.id is not None, "it was read from the database"  # noqa: S101 (tells mypy)
    crawled = runs.first_crawl(session, source.id)
    longest = max(LONGEST_PAUSE * every, SHORTEST)
    good = runs.good_stretches(session, source.id, since=texts[-1] - rhythm.HISTORY, longest=longest)
    known = coverage.stretches(session, source.id)
    return [*((start, min(end, crawled)) for start, end in known if crawled and start < crawled), *good]


def in_words(silence: rhythm.Silence) -> str:
    """`no new text since 22 Nov 09:12 UTC; usually 14 a day`."""
    number, unit = (silence.a_day, "day") if silence.a_day >= 1 else (silence.a_day * 7, "week")
    shown = f"{number:.1f}".removesuffix(".0") if number < 9.95 else f"{number:,.0f}"
    return f"no new text since {silence.since:%-d %b %H:%M} UTC; usually {shown} a {unit}"
