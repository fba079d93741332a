"""When the texts of a source came: its rhythm, from which its silence is judged."""

from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, select

from monitor.models import Mention, Source

MOST_ARRIVALS = 30_000
"""Of a source; about 0.1 s to read. Two weeks of ninety an hour."""
PAGE = 2_000
FIRST_CRAWL = timedelta(hours=1)
"""Longer than any crawl: what came within it after the first one began was written before and found at once."""


def of_source(session: Session, source: Source, within: timedelta) -> list[datetime]:
    """When the newest texts of a source came, in order, from so long before the newest one on; at most MOST_ARRIVALS.

    A text counts from when it was collected, but those of the first crawl from when they were published.
    """
    read_at_first = (source.first_crawled_at or source.last_good_at or datetime.min.replace(tzinfo=UTC)) + FIRST_CRAWL
    found: list[datetime] = []
    below: int | None = None
    while len(found) < MOST_ARRIVALS:
        rows = _arrivals_below(session, source.id or 0, below)
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
