"""What a replay needs of one brand, read once: texts, counts, when it was heard, and what was raised."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import Session, col, select

from monitor.errors import ConfigError
from monitor.facts import Cell, ChangeKind, IncidentState, Kind, Mark, RatingTrack, Severity, Voice
from monitor.models import (
    Brand,
    Coverage,
    Incident,
    IncidentChange,
    Mention,
    MentionBrand,
    Resolution,
    Run,
    RunOutcome,
    Source,
    SourceBrand,
)
from monitor.store import counts, incidents, ratings, streams
from monitor.store.database import open_database

HOUR = timedelta(hours=1)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Place:
    """When one source was heard: its stretches in order, and its good crawls as far as their Runs are kept.

    `crawls` are (end, start): from its end on, a crawl vouches for what was written until its start. `gone` is true
    when the source is no longer in the config.
    """

    spans: tuple[Span, ...]
    crawls: tuple[Span, ...] = ()
    first_crawled_at: datetime | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """All that is stored of one brand from `start`, the start of an hour.

    `voices` are in order of arrival. `counts` are those of today, shape (3, hours) per cell as `counts.read_grid` gives
    them. `troubled` are the times of the incidents that were opened before `before`.
    """

    brand: str
    start: datetime
    voices: tuple[Voice, ...]
    counts: Mapping[Cell, NDArray[np.float64]]
    places: Mapping[str, Place]
    troubled: tuple[Span, ...] = ()
    ratings: tuple[RatingTrack, ...] = ()


@dataclass(frozen=True, slots=True)
class WasRaised:
    """An incident that the job opened, as far as a replay is compared with it."""

    id: int
    cell: Cell
    kind: Kind
    severity: Severity
    detector: str  # which found it first
    sentence: str
    started_at: datetime
    opened_at: datetime
    alarmed_at: datetime | None  # when it was high for the first time; None: never
    last_finding_at: datetime
    mark: Mark | None = None  # a dismissed one is noise unless somebody marked it otherwise
    mention_ids: frozenset[int] = field(default_factory=frozenset)


def open_to_read(url: str) -> sa.Engine:
    """An engine on which nothing can be written; ConfigError for a SQLite file that is not there: opening makes one."""
    told = sa.make_url(url)
    file = told.database or "" if told.get_backend_name() == "sqlite" else ""
    if file and not file.startswith((":memory:", "file:")) and not Path(file).exists():
        raise ConfigError(f"database.url: there is no {file} yet; `emberwatch run` makes it")
    engine = open_database(url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _refuse_writing)
        return engine
    return engine.execution_options(postgresql_readonly=True)


def _refuse_writing(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only=ON")
    cursor.close()


@dataclass(frozen=True, slots=True)
class Kept:
    """How far back the texts of a brand reach, by the time they were collected; None when there are none."""

    first: datetime | None
    last: datetime | None
    deleted: int  # published in the range that was asked for, and deleted at their source since


def kept(session: Session, brand_id: int, start: datetime, end: datetime) -> Kept:
    """How far back texts are kept, and what is missing of those published in [start, end]."""
    mine = sa.select(col(Mention.id)).join(MentionBrand, col(MentionBrand.mention_id) == col(Mention.id))
    mine = mine.where(col(MentionBrand.brand_id) == brand_id)
    seen = mine.with_only_columns(sa.func.min(Mention.collected_at), sa.func.max(Mention.collected_at))
    first, last = session.execute(seen).one()
    within = col(MentionBrand.published_at).between(start, end)
    gone = mine.with_only_columns(sa.func.count()).where(within, col(Mention.deleted_at).is_not(None))
    return Kept(first, last, session.execute(gone).scalar_one())


def load(session: Session, brand: Brand, start: datetime, end: datetime, *, before: datetime, rated: datetime) -> Past:
    """All that is stored of one brand in [start, end]; `start` is the start of an hour.

    `before` is when the replay begins: incidents opened until then are taken as they were. Average ratings are those
    that pages showed from `rated` on.
    """
    brand_id = brand.id or 0
    heard = sorted(streams.voices(session, brand_id, start, end), key=lambda one: (one.seen_at, one.mention_id))
    size = max(1, -((start - end) // HOUR))
    return Past(
        brand=brand.slug,
        start=start,
        voices=tuple(heard),
        counts=counts.read_grid(session, brand_id, Resolution.HOUR, start, size),
        places=_places(session, brand_id, start, end),
        troubled=tuple(_troubled(session, brand_id, start, before)),
        ratings=tuple(ratings.tracks(session, brand_id, rated, end)),
    )


def _places(session: Session, brand_id: int, start: datetime, end: datetime) -> dict[str, Place]:
    query = sa.select(col(Source.id), col(Source.slug), col(Source.first_crawled_at), col(Source.active))
    query = query.join(SourceBrand, col(SourceBrand.source_id) == col(Source.id))
    sources = session.execute(query.where(col(SourceBrand.brand_id) == brand_id).order_by(col(Source.slug))).all()
    ids = [row.id for row in sources]
    spans, crawls = _spans(session, ids, start, end), _crawls(session, ids, end)
    return {
        row.slug: Place(tuple(spans[row.id]), tuple(crawls[row.id]), row.first_crawled_at, not row.active)
        for row in sources
    }


def _spans(session: Session, ids: list[int], start: datetime, end: datetime) -> dict[int, list[Span]]:
    query = select(Coverage).where(col(Coverage.source_id).in_(ids), Coverage.end > start, Coverage.start < end)
    found: dict[int, list[Span]] = defaultdict(list)
    for row in session.exec(query.order_by(col(Coverage.start))):
        found[row.source_id].append((max(row.start, start), min(row.end, end)))
    return found


def _crawls(session: Session, ids: list[int], end: datetime) -> dict[int, list[Span]]:
    query = select(Run.source_id, Run.ended_at, Run.started_at).where(
        col(Run.source_id).in_(ids), Run.job == "crawl", Run.outcome == RunOutcome.OK, Run.started_at < end
    )
    found: dict[int, list[Span]] = defaultdict(list)
    for source_id, ended, started in session.exec(query.order_by(col(Run.ended_at))):
        if source_id is not None and ended is not None:
            found[source_id].append((ended, started))
    return found


def _troubled(session: Session, brand_id: int, since: datetime, before: datetime) -> list[Span]:
    query = select(Incident.started_at, Incident.last_finding_at).where(
        Incident.brand_id == brand_id,
        Incident.state != IncidentState.DISMISSED,
        Incident.severity != Severity.WATCH,
        Incident.last_finding_at > since,
        Incident.opened_at <= before,
    )
    return [(first, min(last, before)) for first, last in session.exec(query.order_by(col(Incident.opened_at)))]


def raised(session: Session, brand_id: int, start: datetime, end: datetime) -> list[WasRaised]:
    """The incidents that were opened in [start, end), oldest first, with what people said of them."""
    found = [one for one in incidents.judged(session, brand_id, start) if one.incident.opened_at < end]
    ids = [one.incident.id for one in found]
    query = select(Incident.id, Incident.sentence).where(col(Incident.id).in_(ids))
    sentences, alarms = dict(session.exec(query).all()), _alarms(session, ids)
    return [_was_raised(one, sentences[one.incident.id], alarms.get(one.incident.id)) for one in found]


def _was_raised(one: incidents.Judged, sentence: str, alarmed_at: datetime | None) -> WasRaised:
    facts = one.incident
    return WasRaised(
        id=facts.id,
        cell=facts.cell,
        kind=facts.kind,
        severity=facts.severity,
        detector=one.detector,
        sentence=sentence,
        started_at=facts.started_at,
        opened_at=facts.opened_at,
        alarmed_at=alarmed_at,
        last_finding_at=facts.last_finding_at,
        mark=one.verdict,
        mention_ids=facts.mention_ids,
    )


def _alarms(session: Session, ids: list[int]) -> dict[int, datetime]:
    """When each incident was high or more for the first time."""
    query = select(IncidentChange.incident_id, sa.func.min(IncidentChange.at)).where(
        col(IncidentChange.incident_id).in_(ids),
        IncidentChange.severity != Severity.WATCH,
        col(IncidentChange.kind).in_([ChangeKind.OPENED, ChangeKind.WORSENED]),
    )
    found: Any = session.exec(query.group_by(col(IncidentChange.incident_id)))
    return dict(found.all())
