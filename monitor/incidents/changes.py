"""What should happen to the incidents of one brand after one look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.clock import spoken_duration
from monitor.facts import (
    Amplifier,
    Change,
    ChangeKind,
    Finding,
    IncidentFacts,
    IncidentState,
    Kind,
    Severity,
    Spread,
    Worse,
)
from monitor.incidents.grouping import Assigned, absorbed, assign, is_news, size
from monitor.incidents.options import IncidentOptions
from monitor.incidents.severity import Judged, is_bombing, judge, telling
from monitor.incidents.words import NO_NAMES, sentence

NO_SPREADS: Mapping[int, Spread] = {}
Span = tuple[datetime, datetime]
NO_GAPS: Mapping[int, Sequence[Span]] = {}
MOST_UNHEARD = timedelta(days=3)
"""A place that was not heard for longer is not waited for: an incident has to end."""
LOUDER = 2
"""A voice is news when it has more than so many times the followers of the largest one told of."""
_RENAMED = {
    Kind.REVIEW_BOMBING: "More is known now",
    Kind.SPIKE: "Faster now",
    Kind.RATING_DROP: "The stars fall too",
    Kind.SLOW_BURN: "Complaints rise too",
}


@dataclass(frozen=True, slots=True)
class Level:
    """How severe findings make their incident, by which rule, and which of them tells it."""

    finding: Finding
    judged: Judged

    @property
    def kind(self) -> Kind:
        return self.finding.kind


def decide(
    incidents: Sequence[IncidentFacts],
    findings: Sequence[Finding],
    now: datetime,
    options: IncidentOptions,
    names: Mapping[str, str] = NO_NAMES,
    spreads: Mapping[int, Spread] = NO_SPREADS,
    *,
    unheard: Mapping[int, Sequence[Span]] = NO_GAPS,
) -> list[Change]:
    """What should happen to the incidents of one brand after one look.

    `incidents` are those open, calmed, or dismissed while their findings go on (a dismissed one keeps its findings
    from opening another). `names` gives themes and languages their display names, `spreads` how far an
    incident has gone, `unheard` when its place was not listened to: that time is not quiet. Sizes told to people are
    `size(finding)`. An OPENED change with an incident_id opens a calmed one again.
    """
    assigned, parts = assign(incidents, findings, options), absorbed(incidents, findings, options)
    heard = {incident.id for incident, _ in assigned if incident} | parts.keys()
    changes = [_change(incident, group, options, names, spreads) for incident, group in assigned]
    changes += [_part(incident, parts[incident.id]) for incident in incidents if incident.id in parts]
    silent = [incident for incident in incidents if incident.id not in heard]
    changes += [_quiet(incident, unheard.get(incident.id, ()), now, options) for incident in silent]
    return [change for change in changes if change]


def group_of(change: Change, assigned: Sequence[Assigned]) -> tuple[Finding, ...]:
    """All findings behind a change: they open an incident together, not only the one that it is named by."""
    return next((group for _, group in assigned if any(one is change.finding for one in group)), ())


def size_told(change: Change, assigned: Sequence[Assigned]) -> float:
    """How large people are told it is; of one that is back, with what is still found of before, which is no growth."""
    told = [change.finding] if change.finding else []
    if change.kind is ChangeKind.OPENED and change.incident_id is not None:
        told += group_of(change, assigned)
    return max((size(one) for one in told), default=0.0)


def loudest(spread: Spread | None) -> int:
    """The followers of the largest of the voices that carry an incident; 0 when none stands out."""
    return max((voice.followers for voice in spread.amplifiers), default=0) if spread else 0


def amplifiers(spread: Spread | None, options: IncidentOptions) -> list[Amplifier]:
    """The voices that carry an incident, the worst first: the large ones by their followers, then the most telling."""
    voices = spread.amplifiers if spread else ()
    large = [voice for voice in voices if voice.followers >= options.big_amplifier]
    return [*sorted(large, key=lambda voice: -voice.followers), *(voice for voice in voices if voice not in large)]


def judge_all(
    group: Sequence[Finding],
    incident: IncidentFacts | None,
    options: IncidentOptions,
    spreads: Mapping[int, Spread] = NO_SPREADS,
) -> Level:
    """The level of findings that belong together: the severest decides, of equals the most telling kind."""
    spread = spreads.get(incident.id) if incident else None
    levels = [Level(one, judge(one, options, spread, bombing=is_bombing(one, group, incident))) for one in group]
    return max(levels, key=lambda level: (level.judged.severity.rank, telling(level.kind), level.finding.strength))


def _change(
    incident: IncidentFacts | None,
    group: Sequence[Finding],
    options: IncidentOptions,
    names: Mapping[str, str],
    spreads: Mapping[int, Spread],
) -> Change | None:
    if incident and incident.state == IncidentState.DISMISSED:
        return None
    if incident and incident.state == IncidentState.CALMED:
        return _again(incident, group, options, names)
    level = judge_all(group, incident, options, spreads)
    told = sentence(level.finding, names)
    if incident is None:
        judged = level.judged
        return Change(ChangeKind.OPENED, None, judged.severity, told, level.finding, level.kind, judged.why)
    return _worsened(incident, level, options, told, loudest(spreads.get(incident.id)))


def _again(
    incident: IncidentFacts, group: Sequence[Finding], options: IncidentOptions, names: Mapping[str, str]
) -> Change | None:
    """A calmed incident is back, by new evidence rather than by a long window that still holds the old.

    A detector's notice does not bring back what was more: people would see an alarm turn into less.
    """
    notice = incident.severity is Severity.WATCH
    raising = [finding for finding in group if notice or finding.severity is not Severity.WATCH]
    news = [finding for finding in raising if is_news(incident, finding, options)]
    if not news:
        return None
    # Named and judged by all that is found, or the rest would be told at the next look as if it had come on top.
    level, newest = judge_all(raising, incident, options), judge_all(news, incident, options).finding
    judged, told = level.judged, f"Back again: {sentence(newest, names)}"
    return Change(ChangeKind.OPENED, incident.id, judged.severity, told, newest, level.kind, judged.why)


def _worsened(
    incident: IncidentFacts, level: Level, options: IncidentOptions, told: str, amplifier: int
) -> Change | None:
    """An open incident never becomes less severe or gets a less telling name; it calms."""
    risen = level.judged.severity.rank > incident.severity.rank
    named = level.kind if risen or _tells_more(incident, level) else None
    worse = _worse(incident, level, options, amplifier)
    if worse is None:
        return None
    because, reason = worse
    worst = level.judged.severity if risen else incident.severity
    why = level.judged.why if named and _is_as_severe(incident, level) else ""
    said = f"{reason}: {told}"
    return Change(ChangeKind.WORSENED, incident.id, worst, said, level.finding, named, why, amplifier, because)


def _tells_more(incident: IncidentFacts, level: Level) -> bool:
    """A more telling kind, as severe; or a bombing where all of the incident stood, which explains its crowd."""
    explained = level.kind is Kind.REVIEW_BOMBING and set(incident.told_sources) <= set(level.finding.sources)
    explained = explained and level.judged.severity is not Severity.WATCH
    return telling(level.kind) > telling(incident.kind) and (explained or _is_as_severe(incident, level))


def _is_as_severe(incident: IncidentFacts, level: Level) -> bool:
    return level.judged.severity.rank >= incident.severity.rank


def _worse(incident: IncidentFacts, level: Level, options: IncidentOptions, amplifier: int) -> tuple[Worse, str] | None:
    """Why people should hear of the incident again, also in words; or None."""
    finding = level.finding
    if level.judged.severity.rank > incident.severity.rank:
        return Worse.SEVERER, f"Now {level.judged.severity}"
    if _tells_more(incident, level):
        return Worse.RENAMED, _RENAMED[level.kind]
    if amplifier >= options.big_amplifier and amplifier > LOUDER * incident.told_amplifier:
        return Worse.AMPLIFIED, f"Somebody with {amplifier:,} followers joined in"
    grown = size(finding) - incident.told_size >= options.least_growth
    times = size(finding) / max(incident.told_size, 1.0)
    if grown and times >= options.growth:
        return Worse.GROWING, "Growing"
    if grown and times >= options.source_growth and set(finding.sources) - set(incident.told_sources):
        return Worse.NEW_SOURCE, "Reached another source"
    return None


def _part(incident: IncidentFacts, whole: int) -> Change | None:
    """An incident that goes on within another one is not told of on its own any more."""
    if incident.state is not IncidentState.OPEN:
        return None
    return Change(
        ChangeKind.CALMED, incident.id, incident.severity, f"Goes on as a part of incident {whole}", finding=None
    )


def _quiet(incident: IncidentFacts, unheard: Sequence[Span], now: datetime, options: IncidentOptions) -> Change | None:
    """Calmed or resolved, when nothing was said for long enough, and somebody listened."""
    quiet = _listened(incident.last_finding_at, now, unheard)
    if incident.state == IncidentState.OPEN and quiet >= options.calm_after:
        words = f"Calmer: nothing unusual for {spoken_duration(quiet)}"
        return Change(ChangeKind.CALMED, incident.id, incident.severity, words, None)
    if incident.state == IncidentState.CALMED and incident.calmed_at and quiet >= options.calm_after:
        calm = _listened(incident.calmed_at, now, unheard)
        if calm >= options.resolve_after:
            words = f"Over: calm for {spoken_duration(calm)}"
            return Change(ChangeKind.RESOLVED, incident.id, incident.severity, words, None)
    return None


def _listened(since: datetime, now: datetime, unheard: Sequence[Span]) -> timedelta:
    """How much of the time since then was listened to; gaps do not overlap."""
    gaps = [min(last, now) - max(first, since) for first, last in unheard if first < now and last > since]
    return now - since - min(sum(gaps, timedelta()), MOST_UNHEARD)
