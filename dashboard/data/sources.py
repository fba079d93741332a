"""How the sources, the jobs and the channels are doing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from dashboard.data.opening import cached, database, settings
from monitor.detection.series import Span, merge_spans
from monitor.facts import Dimension
from monitor.models import (
    Alert,
    AlertState,
    Brand,
    ChannelHealth,
    Count,
    Coverage,
    JobHealth,
    Resolution,
    Run,
    RunOutcome,
    Source,
    SourceBrand,
    SourceHealth,
)
from monitor.store import quotas
from monitor.store.sources import turns as due_turns

WEEK = timedelta(days=7)
QUOTA = quotas.COUNTER
"""How the counters of a crawl begin that say what it took of a quota."""


@dataclass(frozen=True, slots=True)
class RunRow:
    started_at: datetime
    ended_at: datetime | None
    outcome: RunOutcome
    counters: tuple[tuple[str, int], ...]
    drops: tuple[tuple[str, int], ...]  # reason and number
    error: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    id: int
    slug: str
    kind: str
    brands: tuple[str, ...]
    health: SourceHealth
    failures: int
    error: str
    last_good_at: datetime | None
    next_try_at: datetime | None  # None: as soon as possible
    waits_for: str  # a host that wants to be left alone until then; "" when none does
    first_crawled_at: datetime | None
    known: tuple[Span, ...]  # of the last week
    mentions: int  # counted in the last week
    last_run: RunRow | None

    @property
    def heard(self) -> float:
        """The part of the last week that is known, 0..1."""
        return sum((end - start for start, end in self.known), timedelta()) / WEEK


@dataclass(frozen=True, slots=True)
class PartRow:
    """A job or a channel: what works and what does not."""

    name: str
    failures: int
    error: str
    last_good_at: datetime | None
    next_try_at: datetime | None
    permanent: bool = False
    lost: int = 0  # messages of the last week that a channel never took


_URGENCY = (
    SourceHealth.FAILING,
    SourceHealth.CHANGED,
    SourceHealth.BLOCKED,
    SourceHealth.QUIET,
    SourceHealth.SPENT,
    SourceHealth.RESTING,
    SourceHealth.WAITING,
    SourceHealth.HEALTHY,
)


@cached
def sources(now: datetime) -> tuple[SourceRow, ...]:
    """The active sources, those in trouble first."""
    with database() as session:
        rows = session.exec(select(Source).where(Source.active).order_by(col(Source.slug)).limit(500)).all()
        brands, known, mentions = _brands(session), _known(session, now), _mentions(session, now)
        turns = due_turns(session, settings(), rows, now)
        found = [_row(one, brands, known, mentions, _last_run(session, one.id or 0), turns[one.slug]) for one in rows]
    return tuple(sorted(found, key=lambda row: _URGENCY.index(row.health)))


UNHEARD = (
    SourceHealth.FAILING,
    SourceHealth.CHANGED,
    SourceHealth.BLOCKED,
    SourceHealth.SPENT,
    SourceHealth.RESTING,
)


@cached
def unheard(brand_id: int) -> tuple[int, int]:
    """How many of a brand's active sources are not heard at the moment, and how many there are."""
    mine = select(SourceBrand.source_id).where(SourceBrand.brand_id == brand_id)
    with database() as session:
        found = session.exec(select(Source.health).where(col(Source.active), col(Source.id).in_(mine))).all()
    return sum(health in UNHEARD for health in found), len(found)


def _row(
    source: Source,
    brands: dict[int, list[str]],
    known: dict[int, list[Span]],
    mentions: dict[str, int],
    last_run: RunRow | None,
    turn: tuple[datetime | None, str],
) -> SourceRow:
    number = source.id or 0
    return SourceRow(
        id=number,
        slug=source.slug,
        kind=source.kind,
        brands=tuple(brands.get(number, ())),
        health=source.health,
        failures=source.failures,
        error=source.error,
        last_good_at=source.last_good_at,
        next_try_at=turn[0],
        waits_for=turn[1],
        first_crawled_at=source.first_crawled_at,
        known=tuple(merge_spans(known.get(number, ()))),
        mentions=mentions.get(source.slug, 0),
        last_run=last_run,
    )


def _brands(session: Session) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for source_id, name in session.exec(select(SourceBrand.source_id, Brand.name).join(Brand)):
        found.setdefault(source_id, []).append(name)
    return found


def _known(session: Session, now: datetime) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = {}
    since = now - WEEK
    rows = session.exec(
        select(Coverage.source_id, Coverage.start, Coverage.end).where(Coverage.end > since, Coverage.start < now)
    )
    for source_id, start, end in rows:
        found.setdefault(source_id, []).append((max(start, since), min(end, now)))
    return found


def _mentions(session: Session, now: datetime) -> dict[str, int]:
    brand_ids = session.exec(select(Brand.id)).all()
    rows = session.exec(
        select(Count.key, func.sum(Count.mentions))
        .where(
            col(Count.brand_id).in_(brand_ids),
            Count.resolution == Resolution.HOUR,
            Count.dimension == Dimension.SOURCE,
            Count.start >= now - WEEK,
        )
        .group_by(Count.key)
    )
    return {slug: round(number) for slug, number in rows}


def _last_run(session: Session, source_id: int) -> RunRow | None:
    run = session.exec(
        select(Run)
        .where(Run.source_id == source_id, Run.outcome != RunOutcome.RUNNING)
        .order_by(col(Run.started_at).desc())
        .limit(1)
    ).first()
    return _run(run) if run else None


def _run(run: Run) -> RunRow:
    """Counters named `dropped: REASON` are drops."""
    drops: list[tuple[str, int]] = []
    others: list[tuple[str, int]] = []
    for name, number in run.counters.items():
        reason = name.removeprefix("dropped").lstrip(":/_ ")
        (drops if name.startswith("dropped") and reason else others).append((reason or name, number))
    drops.sort(key=lambda drop: -drop[1])
    return RunRow(run.started_at, run.ended_at, run.outcome, tuple(others), tuple(drops), run.error)


@cached
def jobs() -> tuple[PartRow, ...]:
    """The jobs that have run, those that fail first."""
    with database() as session:
        rows = session.exec(select(JobHealth).order_by(col(JobHealth.job)).limit(100)).all()
    found = [PartRow(row.job, row.failures, row.error, row.last_good_at, row.next_try_at) for row in rows]
    return tuple(sorted(found, key=lambda row: -row.failures))


@cached
def channels(now: datetime) -> tuple[PartRow, ...]:
    """The channels of the config that were used, those that fail first, then those that lost messages."""
    with database() as session:
        rows = session.exec(select(ChannelHealth).order_by(col(ChannelHealth.channel)).limit(100)).all()
        failed = select(Alert.channel, func.count()).where(
            col(Alert.state) == AlertState.FAILED, col(Alert.created_at) >= now - WEEK
        )
        lost = dict(session.exec(failed.group_by(col(Alert.channel))).all())
    known = {channel.id for channel in settings().channels}
    found = [
        PartRow(row.channel, row.failures, row.error, row.last_good_at, None, row.permanent, lost.get(row.channel, 0))
        for row in rows
        if row.channel in known
    ]
    return tuple(sorted(found, key=lambda row: (-row.failures, -row.lost)))
