"""Incidents with their findings, evidence and changes."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import Cell, Change, ChangeKind, Finding, IncidentFacts, IncidentState, Mark, Severity
from monitor.models import Brand, Incident, IncidentChange, IncidentMention, Mention
from monitor.models import Finding as FindingRow
from monitor.store import numbering

_ACTIVE = (IncidentState.OPEN, IncidentState.CALMED)
_PAST = (IncidentState.RESOLVED, IncidentState.DISMISSED)
_FACTS = (
    col(Incident.id),
    col(Incident.state),
    col(Incident.severity),
    col(Incident.dimension),
    col(Incident.key),
    col(Incident.started_at),
    col(Incident.opened_at),
    col(Incident.last_finding_at),
    col(Incident.calmed_at),
    col(Incident.told_size),
    col(Incident.told_sources),
    col(Incident.kind),
    col(Incident.told_amplifier),
)
_DISMISSED_LATELY = (col(Incident.state) == IncidentState.DISMISSED) & (
    col(Incident.last_finding_at) > sa.bindparam("dismissed_since")
)
_GOING_ON = (
    sa.select(*_FACTS)
    .where(col(Incident.brand_id) == sa.bindparam("brand"), sa.or_(col(Incident.state).in_(_ACTIVE), _DISMISSED_LATELY))
    .order_by(col(Incident.opened_at))
)


def lock(session: Session, brand_id: int) -> None:
    """Wait until no other process decides about the incidents of this brand, and keep others waiting until the commit.

    Call it first in a transaction: what was read before may be out of date by now. Nothing is changed; the row of the
    brand (on SQLite: the file) is held as every write holds it.
    """
    unchanged = sa.update(Brand).where(col(Brand.id) == brand_id).values(active=col(Brand.active))
    session.execute(unchanged.execution_options(synchronize_session=False))


def going_on(session: Session, brand_id: int, dismissed_since: datetime) -> list[IncidentFacts]:
    """The open and calmed incidents of a brand, oldest first, and dismissed ones that findings still belong to."""
    session.flush()
    asked = {"brand": brand_id, "dismissed_since": dismissed_since}
    return [_facts(session, row) for row in session.connection().execute(_GOING_ON, asked).fetchall()]


def _facts(session: Session, row: Any) -> IncidentFacts:
    evidence = session.exec(select(IncidentMention.mention_id).where(IncidentMention.incident_id == row.id))
    return IncidentFacts(
        id=row.id,
        state=row.state,
        severity=row.severity,
        cell=Cell(row.dimension, row.key),
        started_at=row.started_at,
        opened_at=row.opened_at,
        last_finding_at=row.last_finding_at,
        calmed_at=row.calmed_at,
        told_size=row.told_size,
        told_sources=tuple(row.told_sources),
        kind=row.kind,
        mention_ids=frozenset(evidence),
        told_amplifier=row.told_amplifier,
    )


_TROUBLED = sa.select(col(Incident.started_at), col(Incident.last_finding_at)).where(
    col(Incident.brand_id) == sa.bindparam("brand"),
    col(Incident.state) != IncidentState.DISMISSED,
    col(Incident.severity) != Severity.WATCH,
    col(Incident.last_finding_at) > sa.bindparam("since"),
)


def troubled(session: Session, brand_id: int, since: datetime) -> list[tuple[datetime, datetime]]:
    """The times of incidents that were real; notices, and what was dismissed as a false alarm, count as usual."""
    session.flush()
    found = session.connection().execute(_TROUBLED, {"brand": brand_id, "since": since})
    return [(row.started_at, row.last_finding_at) for row in found]


def apply(session: Session, brand_id: int, change: Change, told_size: float, now: datetime) -> Incident:
    """Write one change that the rules decided: incident, finding, evidence, and the change itself.

    `told_size` is how large people are told it is; it only ever grows, but begins anew when a calmed one comes back.
    What somebody dismissed in the meantime stays dismissed, and nothing is written.
    """
    incident = _find_or_open(session, brand_id, change, now)
    if incident.state in _PAST:
        return incident
    _move(incident, change.kind, now)
    incident.severity, incident.sentence = change.severity, change.sentence
    incident.kind, incident.why = change.trouble or incident.kind, change.why or incident.why
    finding_id = None
    if change.finding is not None:
        again = change.kind is ChangeKind.OPENED
        incident.told_size = told_size if again else max(incident.told_size, told_size)
        incident.told_amplifier = max(0 if again else incident.told_amplifier, change.amplifier)
        incident.told_sources = sorted({*incident.told_sources, *change.finding.sources})
        incident.last_finding_at = now
        finding_id = keep_finding(session, incident, change.finding, now)
    session.add(incident)
    session.add(
        IncidentChange(
            id=numbering.next_number(session, IncidentChange),
            incident_id=incident.id or 0,
            finding_id=finding_id,
            kind=change.kind,
            severity=change.severity,
            sentence=change.sentence,
            because=change.because,
            at=now,
        )
    )
    session.flush()
    return incident


def _find_or_open(session: Session, brand_id: int, change: Change, now: datetime) -> Incident:
    if change.incident_id is not None:
        return session.get_one(Incident, change.incident_id, populate_existing=True, with_for_update=True)
    finding = change.finding
    assert finding is not None  # noqa: S101 (only a finding opens an incident)
    incident = Incident(
        id=numbering.next_number(session, Incident),
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
        if incident.state is not IncidentState.OPEN:  # it is back: whoever saw it then has not seen this
            incident.acknowledged_at, incident.acknowledged_by = None, ""
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
        kind=finding.kind,
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
    names = (
        *("authors", "sources", "themes", "languages", "mention_ids", "video", "first_mention_id"),
        *("copies", "rating"),
    )
    values = asdict(finding)
    return {name: values[name] for name in names}


def heard_again(session: Session, incident_id: int, said: Iterable[int], now: datetime) -> None:
    """The trouble goes on: remember when, and the mentions that tell of it."""
    incident = session.get_one(Incident, incident_id, populate_existing=True)
    incident.last_finding_at = now
    session.add(incident)
    add_evidence(session, incident_id, said)


def tell_amplifier(session: Session, incident_id: int, followers: int) -> None:
    """An incident opened, and this is the largest of its voices that people are told of with it."""
    told = sa.update(Incident).where(col(Incident.id) == incident_id).values(told_amplifier=followers)
    session.execute(told.execution_options(synchronize_session=False))


def absorb(session: Session, incident_id: int, part_id: int) -> None:
    """An incident takes over the evidence of one that turned out to be a part of it, and when that began."""
    incident = session.get_one(Incident, incident_id, populate_existing=True)
    part = session.get_one(Incident, part_id, populate_existing=True)
    incident.started_at = min(incident.started_at, part.started_at)
    session.add(incident)
    told = select(IncidentMention.mention_id).where(IncidentMention.incident_id == part_id)
    add_evidence(session, incident_id, session.exec(told).all())


def add_evidence(session: Session, incident_id: int, mention_ids: Iterable[int]) -> None:
    """Add mentions to the incident's evidence."""
    known = set(session.exec(select(IncidentMention.mention_id).where(IncidentMention.incident_id == incident_id)))
    new = sorted(set(mention_ids) - known)
    session.add_all(IncidentMention(incident_id=incident_id, mention_id=number) for number in new)
    session.flush()


class Judged(NamedTuple):
    """An incident and what people said of it; `detector` is that of its first finding, "" when none is kept."""

    incident: IncidentFacts
    detector: str
    mark: Mark | None
    dismissed: bool

    @property
    def verdict(self) -> Mark | None:
        """The mark; a dismissed incident is noise unless somebody marked it otherwise."""
        return self.mark or (Mark.NOISE if self.dismissed else None)


_FIRST_DETECTOR = (
    sa.select(col(FindingRow.detector))
    .where(col(FindingRow.incident_id) == col(Incident.id))
    .order_by(col(FindingRow.id))
    .limit(1)
    .scalar_subquery()
)


def judged(session: Session, brand_id: int | None, since: datetime) -> list[Judged]:
    """The incidents opened from `since` on, of one brand or of all, oldest first, with what people said of each."""
    query = sa.select(*_FACTS, col(Incident.mark), _FIRST_DETECTOR.label("detector"))
    query = query.where(col(Incident.opened_at) >= since).order_by(col(Incident.opened_at), col(Incident.id))
    if brand_id is not None:
        query = query.where(col(Incident.brand_id) == brand_id)
    return [
        Judged(_facts(session, row), row.detector or "", row.mark, row.state is IncidentState.DISMISSED)
        for row in session.execute(query).all()
    ]


def mark(session: Session, incident_id: int, said: Mark | None, actor: str, now: datetime) -> bool:
    """Write what a person says of an incident, None to take it back; False when there is no such incident."""
    by, at = (actor, now) if said else ("", None)
    changed = sa.update(Incident).where(col(Incident.id) == incident_id).values(mark=said, marked_by=by, marked_at=at)
    found = session.execute(changed.execution_options(synchronize_session=False))
    return bool(found.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts its rows
