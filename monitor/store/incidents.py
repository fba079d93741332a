"""Incidents with their findings, evidence and changes."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from monitor.facts import Cell, Change, ChangeKind, Finding, IncidentFacts, IncidentState, Severity
from monitor.models import Finding as FindingRow
from monitor.models import Incident, IncidentChange, IncidentMention, Mention

_ACTIVE = (IncidentState.OPEN, IncidentState.CALMED)


def going_on(session: Session, brand_id: int, dismissed_since: datetime) -> list[Incident]:
    """The open and calmed incidents of a brand, oldest first, and dismissed ones that findings still belong to."""
    still = (col(Incident.state) == IncidentState.DISMISSED) & (Incident.last_finding_at > dismissed_since)
    return list(
        session.exec(
            select(Incident)
            .where(Incident.brand_id == brand_id, or_(col(Incident.state).in_(_ACTIVE), still))
            .order_by(col(Incident.opened_at))
        )
    )


def facts_of(session: Session, incidents: Iterable[Incident]) -> list[IncidentFacts]:
    """The incidents as the rules see them."""
    return [_facts(session, incident) for incident in incidents]


def _facts(session: Session, incident: Incident) -> IncidentFacts:
    assert incident.id is not None  # noqa: S101 (rows read from the store have an id)
    evidence = session.exec(select(IncidentMention.mention_id).where(IncidentMention.incident_id == incident.id))
    return IncidentFacts(
        id=incident.id,
        state=incident.state,
        severity=incident.severity,
        cell=Cell(incident.dimension, incident.key),
        started_at=incident.started_at,
        opened_at=incident.opened_at,
        last_finding_at=incident.last_finding_at,
        calmed_at=incident.calmed_at,
        told_size=incident.told_size,
        told_sources=tuple(incident.told_sources),
        mention_ids=frozenset(evidence),
    )


def troubled(session: Session, brand_id: int, since: datetime) -> list[tuple[datetime, datetime]]:
    """The times of incidents that were real; notices, and what was dismissed as a false alarm, count as usual."""
    found = session.exec(
        select(Incident.started_at, Incident.last_finding_at).where(
            Incident.brand_id == brand_id,
            col(Incident.state) != IncidentState.DISMISSED,
            col(Incident.severity) != Severity.LOW,
            Incident.last_finding_at > since,
        )
    )
    return list(found.all())


def apply(session: Session, brand_id: int, change: Change, told_size: float, now: datetime) -> Incident:
    """Write one change that the rules decided: incident, finding, evidence, and the change itself.

    `told_size` is how large people are told it is; it only ever grows.
    """
    incident = _find_or_open(session, brand_id, change, now)
    _move(incident, change.kind, now)
    incident.severity, incident.sentence = change.severity, change.sentence
    finding_id = None
    if change.finding is not None:
        incident.told_size = max(incident.told_size, told_size)
        incident.told_sources = sorted({*incident.told_sources, *change.finding.sources})
        incident.last_finding_at = now
        finding_id = keep_finding(session, incident, change.finding, now)
    session.add(incident)
    session.add(
        IncidentChange(
            incident_id=incident.id or 0,
            finding_id=finding_id,
            kind=change.kind,
            severity=change.severity,
            sentence=change.sentence,
            at=now,
        )
    )
    session.flush()
    return incident


def _find_or_open(session: Session, brand_id: int, change: Change, now: datetime) -> Incident:
    if change.incident_id is not None:
        return session.get_one(Incident, change.incident_id)
    finding = change.finding
    assert finding is not None  # noqa: S101 (only a finding opens an incident)
    incident = Incident(
        brand_id=brand_id,
        severity=change.severity,
        dimension=finding.cell.dimension,
        key=finding.cell.key,
        sentence=change.sentence,
        started_at=_first_told(session, finding),
        opened_at=now,
        last_finding_at=now,
    )
    session.add(incident)
    session.flush()
    return incident


def _first_told(session: Session, finding: Finding) -> datetime:
    """The event time of the finding's first mention; the window begins before it."""
    first = session.get(Mention, finding.first_mention_id) if finding.first_mention_id else None
    return first.published_at if first else finding.window_start


def _move(incident: Incident, kind: ChangeKind, now: datetime) -> None:
    if kind in (ChangeKind.OPENED, ChangeKind.WORSENED):
        incident.state, incident.calmed_at = IncidentState.OPEN, None
    elif kind is ChangeKind.CALMED:
        incident.state, incident.calmed_at = IncidentState.CALMED, now
    elif kind is ChangeKind.RESOLVED:
        incident.state, incident.resolved_at = IncidentState.RESOLVED, now
    else:
        incident.state, incident.dismissed_at = IncidentState.DISMISSED, now


def keep_finding(session: Session, incident: Incident, finding: Finding, now: datetime) -> int:
    """Store a finding with its evidence under its incident; the row's id."""
    row = FindingRow(
        incident_id=incident.id or 0,
        detector=finding.detector,
        looked_at=now,
        dimension=finding.cell.dimension,
        key=finding.cell.key,
        severity=finding.severity,
        window_start=finding.window_start,
        window_end=finding.window_end,
        seen=finding.seen,
        expected=finding.expected,
        strength=finding.strength,
        growth=finding.growth,
        authors=finding.authors,
        reach=finding.reach,
        evidence=evidence_of(finding),
    )
    session.add(row)
    session.flush()
    add_evidence(session, incident.id or 0, finding.mention_ids)
    return row.id or 0


def evidence_of(finding: Finding) -> dict[str, Any]:
    """The part of a finding that is kept as JSON."""
    names = ("authors", "sources", "themes", "languages", "mention_ids", "video", "first_mention_id")
    values = asdict(finding)
    return {name: values[name] for name in names}


def heard_again(session: Session, incident_id: int, findings: Iterable[Finding], now: datetime) -> None:
    """The trouble goes on: remember when, and what was said."""
    incident = session.get_one(Incident, incident_id)
    incident.last_finding_at = now
    session.add(incident)
    for finding in findings:
        add_evidence(session, incident_id, finding.mention_ids)


def add_evidence(session: Session, incident_id: int, mention_ids: Iterable[int]) -> None:
    """Add mentions to the incident's evidence."""
    known = set(session.exec(select(IncidentMention.mention_id).where(IncidentMention.incident_id == incident_id)))
    new = sorted(set(mention_ids) - known)
    session.add_all(IncidentMention(incident_id=incident_id, mention_id=number) for number in new)
    session.flush()
