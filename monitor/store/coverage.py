"""Keeps the stretches of time of which a source is known, and what servers said of the addresses we asked."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from monitor.models import Coverage, Fetch


@dataclass(frozen=True, slots=True)
class Validators:
    """What to send back to a server so that it can say `not changed`."""

    etag: str = ""
    last_modified: str = ""


def add_coverage(session: Session, source_id: int, start: datetime, end: datetime) -> None:
    """Make a stretch known; it melts with the ones that it touches, so stretches of a source never overlap."""
    if start > end:
        raise ValueError(f"a stretch must not end before it starts: {start} > {end}")
    touching = list(
        session.exec(
            select(Coverage).where(
                Coverage.source_id == source_id, col(Coverage.start) <= end, col(Coverage.end) >= start
            )
        )
    )
    kept = touching[0] if touching else Coverage(source_id=source_id, start=start, end=end)
    kept.start = min([start, *(stretch.start for stretch in touching)])
    kept.end = max([end, *(stretch.end for stretch in touching)])
    session.add(kept)
    for other in touching[1:]:
        session.delete(other)
    session.flush()


def stretches(session: Session, source_id: int) -> list[tuple[datetime, datetime]]:
    """All known stretches of a source (start, end), in order."""
    rows = session.exec(select(Coverage).where(Coverage.source_id == source_id).order_by(col(Coverage.start)))
    return [(row.start, row.end) for row in rows]


def known_since(session: Session, source_id: int) -> datetime | None:
    """Where the newest known stretch begins; None when nothing is known."""
    found = stretches(session, source_id)
    return found[-1][0] if found else None


def known_until(session: Session, source_id: int) -> datetime | None:
    """Where the newest known stretch ends; None when nothing is known."""
    found = stretches(session, source_id)
    return found[-1][1] if found else None


def fetch_memory(session: Session, source_id: int) -> dict[str, Validators]:
    """What servers said at the last good crawl, by address."""
    rows = session.exec(select(Fetch).where(Fetch.source_id == source_id))
    return {row.url: Validators(row.etag, row.last_modified) for row in rows}


def remember_fetches(
    session: Session, source_id: int, answers: Iterable[tuple[str, Validators]], *, now: datetime
) -> None:
    """Keep what servers said at a good crawl, once all that their answers held is stored.

    What was not asked for in it is forgotten: addresses that name a time or texts are seldom asked for twice.
    """
    said = {hashlib.sha256(url.encode()).hexdigest(): (url, told) for url, told in answers if told != Validators()}
    known = {row.url_hash: row for row in session.exec(select(Fetch).where(Fetch.source_id == source_id))}
    for key in known.keys() - said.keys():
        session.delete(known[key])
    for key, (url, validators) in said.items():
        row = known.get(key) or Fetch(source_id=source_id, url_hash=key, url=url, fetched_at=now)
        row.etag, row.last_modified, row.fetched_at = validators.etag, validators.last_modified, now
        session.add(row)
    session.flush()
