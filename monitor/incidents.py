"""Which findings open, worsen, calm and resolve an incident, and the sentence that says so."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from monitor.clock import Duration, spoken_duration
from monitor.facts import WHOLE, Change, ChangeKind, Dimension, Finding, IncidentFacts, IncidentState, Severity

NO_NAMES: Mapping[str, str] = {}
MOSTLY = 0.5
"""A theme is named when at least half of the voices are about it."""
PLACES = {
    Dimension.ALL: "",
    Dimension.THEME: " about {}",
    Dimension.SOURCE: " on {}",
    Dimension.LANGUAGE: " in {}",
    Dimension.STORY: " telling the same story",
}


class IncidentOptions(BaseModel):
    """How findings become incidents."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    growth: float = Field(2.0, gt=1, description="worse when this many times the size people were told of")
    least_growth: float = Field(5.0, ge=0, description="and at least this many more negative voices")
    source_growth: float = Field(1.5, ge=1, description="with a new source, this growth is enough")
    shared: float = Field(0.3, gt=0, le=1, description="findings that share this much evidence are one incident")
    calm_after: Duration = Field(timedelta(hours=6), description="calmed after so long without a finding")
    resolve_after: Duration = Field(timedelta(hours=18), description="resolved after so long calm")
    critical_reach: int = Field(1_000_000, ge=0, description="critical: followers of the authors together")
    critical_strength: float = Field(40.0, gt=0, description="critical: strength, with critical_authors")
    critical_authors: int = Field(50, ge=1, description="critical: authors, with critical_strength")


Assigned = tuple[IncidentFacts | None, tuple[Finding, ...]]


def decide(
    incidents: Sequence[IncidentFacts],
    findings: Sequence[Finding],
    now: datetime,
    options: IncidentOptions,
    names: Mapping[str, str] = NO_NAMES,
) -> list[Change]:
    """What should happen to the incidents of one brand after one look.

    `incidents` are those open, calmed, or dismissed while their findings go on (a dismissed one keeps its findings
    from opening another). `names` gives themes, sources and languages their display names. Sizes told to people are
    `size(finding)`. An OPENED change with an incident_id opens a calmed one again.
    """
    assigned = assign(incidents, findings, options)
    heard = {incident.id for incident, _ in assigned if incident}
    changes = [_change(incident, group[0], group, options, names) for incident, group in assigned]
    changes += [_quiet(incident, incident.id in heard, now, options) for incident in incidents]
    return [change for change in changes if change]


def assign(incidents: Sequence[IncidentFacts], findings: Sequence[Finding], options: IncidentOptions) -> list[Assigned]:
    """Which findings belong together, most telling first, and to which incident (None: to none yet)."""
    assigned: dict[int | None, tuple[IncidentFacts | None, list[Finding]]] = {}
    for number, group in enumerate(_groups(findings, options)):
        incident = _match(group, incidents, options)
        key = incident.id if incident else -1 - number
        assigned.setdefault(key, (incident, []))[1].extend(group)
    return [(incident, tuple(sorted(group, key=_rank))) for incident, group in assigned.values()]


def severity(finding: Finding, options: IncidentOptions) -> Severity:
    """HIGH becomes CRITICAL by reach, by strength with many authors, or by a video."""
    if finding.severity == Severity.WATCH:
        return Severity.WATCH
    large = finding.strength >= options.critical_strength and finding.authors >= options.critical_authors
    critical = large or finding.video or finding.reach >= options.critical_reach
    return Severity.CRITICAL if critical else finding.severity


def size(finding: Finding) -> float:
    """How many negative voices more than usual; windows of different lengths can be compared by it."""
    return max(0.0, finding.seen - finding.expected)


def sentence(finding: Finding, names: Mapping[str, str] = NO_NAMES) -> str:
    """The evidence in one plain line, without any text from outside.

    For example "14 negative mentions in 40 min, usually 0.6; 12 authors, 2 sources; mostly refunds".
    """
    number = max(round(finding.seen), finding.authors)
    key = finding.cell.key
    place = PLACES[finding.cell.dimension].format(names.get(key, key))
    window = spoken_duration(finding.window_end - finding.window_start)
    parts = [
        f"{_several(number, 'negative mention')}{place} in {window}, usually {_usually(finding.expected)}",
        f"{_several(finding.authors, 'author')}, {_several(len(finding.sources), 'source')}",
        _mostly(finding, names),
        "a video is among them" if finding.video else "",
        f"{_several(finding.copies, 'copy', 'copies')} not counted" if finding.copies else "",
    ]
    return "; ".join(part for part in parts if part)


def _several(number: int, noun: str, nouns: str = "") -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {nouns or noun + 's'}"


def _usually(expected: float) -> str:
    if expected < 0.05:
        return "none"
    return f"{expected:.1f}".removesuffix(".0") if expected < 9.95 else str(round(expected))


def _mostly(finding: Finding, names: Mapping[str, str]) -> str:
    """The themes of at least half of the voices, except the one that the finding is about."""
    own = finding.cell.key if finding.cell.dimension == Dimension.THEME else None
    themes = [names.get(theme, theme) for theme, share in finding.themes if share >= MOSTLY and theme != own]
    return "mostly " + " and ".join(themes[:2]) if themes else ""


def _rank(finding: Finding) -> tuple[int, float]:
    return (-finding.severity.rank, -finding.strength)


def _groups(findings: Sequence[Finding], options: IncidentOptions) -> list[list[Finding]]:
    """Findings that share a cell or evidence, directly or through others."""
    groups: list[list[Finding]] = []
    for finding in findings:
        near = [group for group in groups if any(_related(finding, other, options) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([finding, *(other for group in near for other in group)])
    return groups


def _related(one: Finding, other: Finding, options: IncidentOptions) -> bool:
    if WHOLE in (one.cell, other.cell) or one.cell == other.cell:
        return True
    return _shared(one.mention_ids, frozenset(other.mention_ids)) >= options.shared


def _shared(some: Sequence[int], others: frozenset[int]) -> float:
    """How much of the smaller set is in the larger one, 0..1."""
    smaller = min(len(some), len(others))
    return sum(number in others for number in some) / smaller if smaller else 0.0


def _match(
    group: Sequence[Finding], incidents: Sequence[IncidentFacts], options: IncidentOptions
) -> IncidentFacts | None:
    """The incident that the findings go on with: most evidence shared, then still open, then newest."""
    cells = {finding.cell for finding in group}
    found = []
    for incident in incidents:
        shared = max(_shared(finding.mention_ids, incident.mention_ids) for finding in group)
        same = incident.cell in cells or WHOLE in cells or incident.cell == WHOLE
        if incident.state != IncidentState.RESOLVED and (same or shared >= options.shared):
            is_open = incident.state == IncidentState.OPEN
            found.append((shared >= options.shared, is_open, incident.opened_at, incident.id, incident))
    return max(found)[-1] if found else None


def _change(
    incident: IncidentFacts | None,
    finding: Finding,
    group: Sequence[Finding],
    options: IncidentOptions,
    names: Mapping[str, str],
) -> Change | None:
    told = sentence(finding, names)
    level = max((severity(other, options) for other in group), key=lambda one: one.rank)
    if incident and incident.state == IncidentState.DISMISSED:
        return None
    if incident is None:
        return Change(ChangeKind.OPENED, None, level, told, finding)
    if incident.state == IncidentState.CALMED:
        if not _news(incident, finding, options):
            return None
        return Change(ChangeKind.OPENED, incident.id, level, f"Back again: {told}", finding)
    worst = max(level, incident.severity, key=lambda one: one.rank)
    reason = _worse(incident, finding, worst, options)
    return Change(ChangeKind.WORSENED, incident.id, worst, f"{reason}: {told}", finding) if reason else None


def _news(incident: IncidentFacts, finding: Finding, options: IncidentOptions) -> bool:
    """Whether a calmed incident is back: mostly by new evidence, not by a long window that still holds the old."""
    new = sum(number not in incident.mention_ids for number in finding.mention_ids)
    return new >= max(options.least_growth, len(finding.mention_ids) / 2)


def _worse(incident: IncidentFacts, finding: Finding, level: Severity, options: IncidentOptions) -> str | None:
    """Why people should hear of the incident again, or None."""
    if level.rank > incident.severity.rank:
        return f"Now {level}"
    grown = size(finding) - incident.told_size >= options.least_growth
    times = size(finding) / max(incident.told_size, 1.0)
    if grown and times >= options.growth:
        return "Growing"
    if grown and times >= options.source_growth and set(finding.sources) - set(incident.told_sources):
        return "Reached another source"
    return None


def _quiet(incident: IncidentFacts, heard: bool, now: datetime, options: IncidentOptions) -> Change | None:
    """Calmed or resolved, when nothing was heard of the incident for long enough."""
    if incident.state == IncidentState.OPEN and not heard:
        quiet = now - incident.last_finding_at
        if quiet >= options.calm_after:
            words = f"Calmer: nothing unusual for {spoken_duration(quiet)}"
            return Change(ChangeKind.CALMED, incident.id, incident.severity, words, None)
    if incident.state == IncidentState.CALMED and incident.calmed_at:
        calm = now - incident.calmed_at
        if calm >= options.resolve_after:
            words = f"Over: calm for {spoken_duration(calm)}"
            return Change(ChangeKind.RESOLVED, incident.id, incident.severity, words, None)
    return None
