"""Keeps the incidents of one brand in memory while its stream is replayed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.facts import Change, ChangeKind, Finding, IncidentFacts, IncidentState, Severity
from monitor.incidents import IncidentOptions, assign, decide, remembered, size

QUIET_LOOKS = timedelta(minutes=30)
"""While nothing is found, one look in so long is enough to see an incident calm."""
Told = tuple[datetime, Change, bool]


@dataclass(slots=True)
class Desk:
    """The incidents that go on, and the times of those that are over."""

    options: IncidentOptions
    incidents: list[IncidentFacts] = field(default_factory=list)
    past: list[tuple[datetime, datetime]] = field(default_factory=list)
    last: datetime | None = None
    found_at: datetime | None = None

    @property
    def is_alarmed(self) -> bool:
        """Whether people have been interrupted by something that still goes on."""
        return any(one.severity.rank and one.state == IncidentState.OPEN for one in self.incidents)

    def take(self, findings: Sequence[Finding], now: datetime) -> list[Told]:
        """Apply what the rules say of one look, and of the empty looks before it; each change with its time.

        With it comes whether it is an alarm rather than an update.
        """
        told = []
        while self.incidents and self.last and self.last + QUIET_LOOKS < now:
            told += self._apply_all([], self.last + QUIET_LOOKS)
        if findings:
            self.found_at = now
        if findings or self.incidents:
            told += self._apply_all(findings, now)
        return told

    def _apply_all(self, findings: Sequence[Finding], now: datetime) -> list[Told]:
        self.last = now
        changes = decide(self.incidents, findings, now, self.options)
        for incident, group in assign(self.incidents, findings, self.options):
            if incident:
                evidence = incident.mention_ids | remembered(incident, group)
                self._put(replace(incident, last_finding_at=now, mention_ids=evidence))
        return [(now, change, self._apply(change, now)) for change in changes]

    def troubled(self) -> tuple[tuple[datetime, datetime], ...]:
        """When incidents were, which must not count as usual; notices are none."""
        going = [(one.started_at, one.last_finding_at) for one in self.incidents if one.severity.rank]
        return (*self.past, *going)

    def _put(self, incident: IncidentFacts) -> None:
        self.incidents = [one for one in self.incidents if one.id != incident.id] + [incident]

    def _apply(self, change: Change, now: datetime) -> bool:
        if change.incident_id is None:
            self._open(change, now)
            return True
        incident = next(one for one in self.incidents if one.id == change.incident_id)
        if change.kind == ChangeKind.CALMED:
            self._put(replace(incident, state=IncidentState.CALMED, calmed_at=now))
        elif change.kind == ChangeKind.RESOLVED:
            self.incidents.remove(incident)
            if incident.severity.rank:
                self.past.append((incident.started_at, incident.last_finding_at))
        else:
            return self._update(incident, change)
        return False

    def _open(self, change: Change, now: datetime) -> None:
        finding = change.finding
        if finding is None:
            raise ValueError("an incident opens with a finding")
        self._put(
            IncidentFacts(
                id=len(self.incidents) + len(self.past) + int(now.timestamp()),
                state=IncidentState.OPEN,
                severity=change.severity,
                cell=finding.cell,
                started_at=finding.window_start,
                opened_at=now,
                last_finding_at=now,
                calmed_at=None,
                told_size=size(finding),
                told_sources=finding.sources,
                kind=change.trouble or finding.kind,
                mention_ids=frozenset(finding.mention_ids),
            )
        )

    def _update(self, incident: IncidentFacts, change: Change) -> bool:
        finding = change.finding
        if finding is None:
            return False
        again = change.kind == ChangeKind.OPENED
        raised = incident.severity == Severity.WATCH and change.severity != Severity.WATCH
        self._put(
            replace(
                incident,
                state=IncidentState.OPEN,
                severity=change.severity,
                calmed_at=None,
                told_size=max(size(finding), 0.0 if again else incident.told_size),
                told_amplifier=max(change.amplifier, 0 if again else incident.told_amplifier),
                told_sources=tuple(sorted({*incident.told_sources, *finding.sources})),
                kind=change.trouble or incident.kind,
            )
        )
        return again or raised
