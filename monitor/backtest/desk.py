"""The incidents of one brand during a replay: the job's rules, with memory in the place of the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor import incidents as rules
from monitor.facts import Change, ChangeKind, Finding, IncidentFacts, IncidentState, Severity, Spread, Voice
from monitor.incidents import IncidentOptions
from monitor.store.backtests import Span

NO_GAPS: Mapping[int, Sequence[Span]] = {}
_GOING_ON = (IncidentState.OPEN, IncidentState.CALMED)


@dataclass(slots=True)
class Episode:
    """One incident that the replay raised, with all that happened to it."""

    facts: IncidentFacts
    first: Finding
    sentence: str  # of its opening
    detectors: set[str]
    changes: list[tuple[datetime, Change]] = field(default_factory=list)
    alarmed_at: datetime | None = None  # when it was high for the first time
    worst: Severity = Severity.WATCH


class Desk:
    """Takes the findings of look after look, as `monitor.jobs.detect` does, and keeps the episodes."""

    def __init__(self, options: IncidentOptions, troubled: Sequence[Span] = ()) -> None:
        self.episodes: list[Episode] = []
        self._options, self._before = options, tuple(troubled)
        self._going: dict[int, Episode] = {}

    def take(
        self,
        findings: Sequence[Finding],
        now: datetime,
        names: Mapping[str, str],
        voices: Mapping[int, Voice],
        spreads: Mapping[int, Spread] = rules.NO_SPREADS,
        *,
        unheard: Mapping[int, Sequence[Span]] = NO_GAPS,
    ) -> None:
        """Decide and apply.

        `voices` give the time of a finding's first mention, `spreads` how far incidents went, `unheard` when the
        places of those that are quiet were not listened to.
        """
        known = self.going()
        if not known and not findings:
            return
        assigned, parts = rules.assign(known, findings, self._options), rules.absorbed(known, findings, self._options)
        changes = rules.decide(known, findings, now, self._options, names, spreads, unheard=unheard)
        for incident, group in assigned:
            if incident:
                self._hear(self._going[incident.id], group, now)
        for part, whole in parts.items():
            self._absorb(self._going[whole], self._going[part].facts)
        for change in changes:
            number = self._apply(change, rules.size_told(change, assigned), now, voices)
            if change.kind is ChangeKind.OPENED:
                group = rules.group_of(change, assigned)
                self._add(number, (one for finding in group for one in finding.mention_ids))

    def tell(self, spreads: Mapping[int, Spread]) -> None:
        """These incidents opened at the last look, and people are told of the largest voices among theirs."""
        for number, found in spreads.items():
            episode = self._going[number]
            episode.facts = replace(episode.facts, told_amplifier=rules.loudest(found))

    def going(self) -> list[IncidentFacts]:
        """The open and calmed incidents, oldest first."""
        return [episode.facts for episode in self._going.values()]

    def troubled(self, since: datetime) -> tuple[Span, ...]:
        """The times of incidents that were more than a notice and went on after `since`."""
        mine = ((one.facts.started_at, one.facts.last_finding_at) for one in self.episodes if one.facts.severity.rank)
        return tuple(span for span in (*self._before, *mine) if span[1] > since)

    def heard_at(self, now: datetime) -> bool:
        """Whether a finding of this very look belongs to an incident that goes on."""
        return any(one.last_finding_at == now for one in self.going())

    def due(self) -> datetime | None:
        """When the next incident calms or is over, if nothing is heard of it until then."""
        options = self._options
        times = []
        for one in self.going():
            quiet = one.last_finding_at + options.calm_after
            times.append(quiet if one.calmed_at is None else max(quiet, one.calmed_at + options.resolve_after))
        return min(times, default=None)

    def _hear(self, episode: Episode, group: Sequence[Finding], now: datetime) -> None:
        evidence = episode.facts.mention_ids | rules.remembered(episode.facts, group)
        episode.facts = replace(episode.facts, last_finding_at=now, mention_ids=evidence)
        episode.detectors.update(finding.detector for finding in group)

    def _absorb(self, episode: Episode, part: IncidentFacts) -> None:
        self._add(episode.facts.id, part.mention_ids)
        episode.facts = replace(episode.facts, started_at=min(episode.facts.started_at, part.started_at))

    def _add(self, number: int, evidence: Iterable[int]) -> None:
        facts = self._going[number].facts
        self._going[number].facts = replace(facts, mention_ids=facts.mention_ids.union(evidence))

    def _apply(self, change: Change, told: float, now: datetime, voices: Mapping[int, Voice]) -> int:
        """The number of its incident; `told` is how large people are told it is."""
        known = change.incident_id
        episode = self._open(change, now, voices) if known is None else self._going[known]
        named = replace(episode.facts, severity=change.severity, kind=change.trouble or episode.facts.kind)
        episode.facts = _moved(named, change, told, now)
        episode.changes.append((now, change))
        episode.worst = max(episode.worst, change.severity, key=lambda one: one.rank)
        if episode.alarmed_at is None and change.severity.rank:
            episode.alarmed_at = now
        if episode.facts.state not in _GOING_ON:
            del self._going[episode.facts.id]
        return episode.facts.id

    def _open(self, change: Change, now: datetime, voices: Mapping[int, Voice]) -> Episode:
        finding = change.finding
        assert finding is not None  # noqa: S101 (only a finding opens an incident)
        first = voices.get(finding.first_mention_id or 0)
        facts = IncidentFacts(
            id=len(self.episodes) + 1,
            state=IncidentState.OPEN,
            severity=change.severity,
            cell=finding.cell,
            started_at=first.at if first else finding.window_start,
            opened_at=now,
            last_finding_at=now,
            calmed_at=None,
            told_size=0.0,
            told_sources=(),
            kind=change.trouble or finding.kind,
        )
        episode = Episode(facts, finding, change.sentence, {finding.detector})
        self.episodes.append(episode)
        self._going[facts.id] = episode
        return episode


def _moved(facts: IncidentFacts, change: Change, told: float, now: datetime) -> IncidentFacts:
    """The incident after a change; how large people are told it is only grows, until it comes back."""
    finding, again = change.finding, change.kind is ChangeKind.OPENED
    if finding is not None:
        facts = replace(
            facts,
            told_size=max(0.0 if again else facts.told_size, told),
            told_amplifier=max(0 if again else facts.told_amplifier, change.amplifier),
            told_sources=tuple(sorted({*facts.told_sources, *finding.sources})),
            last_finding_at=now,
            mention_ids=facts.mention_ids.union(finding.mention_ids),
        )
    if change.kind is ChangeKind.CALMED:
        return replace(facts, state=IncidentState.CALMED, calmed_at=now)
    if change.kind is ChangeKind.RESOLVED:
        return replace(facts, state=IncidentState.RESOLVED)
    return replace(facts, state=IncidentState.OPEN, calmed_at=None)
