"""Incidents with their evidence, their history, and what was sent to whom and why."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from dashboard.data.alert_rows import AlertRow
from dashboard.data.alert_rows import rows as alert_rows
from dashboard.data.opening import cached, database
from dashboard.data.texts import TextRow, texts
from monitor.facts import Cell, ChangeKind, IncidentState, Kind, Mark, RatingFall, Severity, Spread
from monitor.models import (
    Alert,
    Brand,
    Case,
    CaseState,
    Finding,
    Incident,
    IncidentChange,
    IncidentMention,
    Mention,
)
from monitor.store import cases, spreads

MOST_SHOWN = 50
MOST_MARKS = 2000
"""Voices of a story drawn as a chart."""


@dataclass(frozen=True, slots=True)
class IncidentRow:
    id: int
    brand_id: int
    brand: str
    brand_slug: str
    time_zone: str
    state: IncidentState
    severity: Severity
    cell: Cell
    sentence: str
    started_at: datetime
    opened_at: datetime
    last_finding_at: datetime
    ended_at: datetime | None  # calmed, resolved or dismissed
    contained_at: datetime | None  # calmed or resolved
    owner: str
    acknowledged_by: str
    acknowledged_at: datetime | None
    dismissed_reason: str
    kind: Kind
    why: str
    spread: Spread | None
    spread_at: datetime | None
    mark: Mark | None
    marked_by: str
    marked_at: datetime | None

    @property
    def active(self) -> bool:
        return self.state in (IncidentState.OPEN, IncidentState.CALMED)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """The figures of the latest finding; see `monitor.facts.Finding`."""

    seen: float
    expected: float
    strength: float
    growth: float
    authors: int
    reach: int
    minutes: int  # length of the window
    sources: tuple[str, ...]
    themes: tuple[tuple[str, float], ...]
    languages: tuple[tuple[str, float], ...]
    kind: Kind
    rating: RatingFall | None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    at: datetime
    kind: ChangeKind
    severity: Severity
    sentence: str
    actor: str


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    text: TextRow
    case_id: int | None
    case_state: CaseState | None
    case_owner: str


def _row(incident: Incident, brand: Brand) -> IncidentRow:
    return IncidentRow(
        id=incident.id or 0,
        brand_id=incident.brand_id,
        brand=brand.name,
        brand_slug=brand.slug,
        time_zone=brand.time_zone,
        state=incident.state,
        severity=incident.severity,
        cell=Cell(incident.dimension, incident.key),
        sentence=incident.sentence,
        started_at=incident.started_at,
        opened_at=incident.opened_at,
        last_finding_at=incident.last_finding_at,
        ended_at=incident.dismissed_at or incident.resolved_at or incident.calmed_at,
        contained_at=_contained_at(incident),
        owner=incident.owner,
        acknowledged_by=incident.acknowledged_by,
        acknowledged_at=incident.acknowledged_at,
        dismissed_reason=incident.dismissed_reason,
        kind=incident.kind,
        why=incident.why,
        spread=spreads.read(incident.spread),
        spread_at=incident.spread_at,
        mark=incident.mark,
        marked_by=incident.marked_by,
        marked_at=incident.marked_at,
    )


def _contained_at(incident: Incident) -> datetime | None:
    """When it stopped growing, as the weekly report counts it."""
    if incident.state not in (IncidentState.CALMED, IncidentState.RESOLVED):
        return None
    return incident.calmed_at or incident.resolved_at


@cached
def active_incidents(brand_id: int) -> tuple[IncidentRow, ...]:
    """The open and calmed incidents of a brand: open ones first, then the most severe, then the newest."""
    return _list(brand_id, (IncidentState.OPEN, IncidentState.CALMED))


@cached
def past_incidents(brand_id: int) -> tuple[IncidentRow, ...]:
    """The last incidents of a brand that are over."""
    return _list(brand_id, (IncidentState.RESOLVED, IncidentState.DISMISSED))


def _list(brand_id: int, states: tuple[IncidentState, ...]) -> tuple[IncidentRow, ...]:
    with database() as session:
        found = session.exec(
            select(Incident, Brand)
            .join(Brand)
            .where(Incident.brand_id == brand_id, col(Incident.state).in_(states))
            .order_by(col(Incident.opened_at).desc())
            .limit(MOST_SHOWN)
        ).all()
    rows = [_row(incident, brand) for incident, brand in found]
    return tuple(sorted(rows, key=lambda row: (row.state is not IncidentState.OPEN, -row.severity.rank)))


@cached
def incident(incident_id: int) -> IncidentRow | None:
    with database() as session:
        found = session.exec(select(Incident, Brand).join(Brand).where(Incident.id == incident_id)).first()
    return _row(*found) if found else None


@cached
def latest_finding(incident_id: int) -> FindingRow | None:
    with database() as session:
        row = session.exec(
            select(Finding).where(Finding.incident_id == incident_id).order_by(col(Finding.id).desc()).limit(1)
        ).first()
    if row is None:
        return None
    return FindingRow(
        seen=row.seen,
        expected=row.expected,
        strength=row.strength,
        growth=row.growth,
        authors=row.authors,
        reach=row.reach,
        minutes=round((row.window_end - row.window_start).total_seconds() / 60),
        sources=tuple(row.evidence.get("sources", ())),
        themes=tuple((name, share) for name, share in row.evidence.get("themes", ())),
        languages=tuple((name, share) for name, share in row.evidence.get("languages", ())),
        kind=row.kind,
        rating=RatingFall(**rating) if (rating := row.evidence.get("rating")) else None,
    )


@cached
def changes(incident_id: int) -> tuple[ChangeRow, ...]:
    """What happened to an incident, newest first."""
    with database() as session:
        rows = session.exec(
            select(IncidentChange)
            .where(IncidentChange.incident_id == incident_id)
            .order_by(col(IncidentChange.at).desc(), col(IncidentChange.id).desc())
            .limit(MOST_SHOWN)
        ).all()
    return tuple(ChangeRow(row.at, row.kind, row.severity, row.sentence, row.actor) for row in rows)


@cached
def alerts(incident_id: int) -> tuple[AlertRow, ...]:
    """What was sent to whom and why, waits or was withheld and why, newest first."""
    with database() as session:
        ids = session.exec(
            select(Alert.id)
            .where(Alert.incident_id == incident_id)
            .order_by(col(Alert.created_at).desc(), col(Alert.id).desc())
            .limit(MOST_SHOWN)
        ).all()
        return alert_rows(session, [number for number in ids if number is not None])


@cached
def evidence(incident_id: int, limit: int) -> tuple[EvidenceRow, ...]:
    """The texts behind an incident, the most certain complaints first."""
    with database() as session:
        found = texts(
            session,
            sa.select(col(IncidentMention.mention_id)).where(col(IncidentMention.incident_id) == incident_id),
            limit,
        )
        known = _cases(session, [text.mention_id for text in found])
    return tuple(_evidence(text, known.get(text.mention_id)) for text in found)


def _cases(session: Session, mention_ids: list[int]) -> dict[int, Case]:
    rows = session.exec(select(Case).where(col(Case.mention_id).in_(mention_ids)))
    return {case.mention_id: case for case in rows}


def _evidence(text: TextRow, case: Case | None) -> EvidenceRow:
    if case is None:
        return EvidenceRow(text, None, None, "")
    return EvidenceRow(text, case.id, case.state, case.owner)


@cached
def evidence_size(incident_id: int) -> tuple[int, int]:
    """How many texts are behind an incident, and how many of them still have their words."""
    count = sa.select(func.count(), func.sum(sa.case((col(Mention.deleted_at).is_(None), 1), else_=0)))
    joined = count.select_from(IncidentMention).join(Mention, col(Mention.id) == col(IncidentMention.mention_id))
    with database() as session:
        number, kept = session.execute(joined.where(col(IncidentMention.incident_id) == incident_id)).one()
    return number, kept or 0


@cached
def without_case(incident_id: int) -> int:
    """How many complaints among its texts have no case."""
    with database() as session:
        return cases.count_without_case(session, incident_id)


@cached
def evidence_times(incident_id: int) -> tuple[datetime, ...]:
    """When the newest `MOST_MARKS` voices of an incident spoke, in order: stories have no counts of their own."""
    with database() as session:
        rows = session.exec(
            select(Mention.published_at)
            .join(IncidentMention, col(IncidentMention.mention_id) == Mention.id)
            .where(IncidentMention.incident_id == incident_id)
            .order_by(col(Mention.published_at).desc())
            .limit(MOST_MARKS)
        ).all()
    return tuple(reversed(rows))
