"""Which findings and voices belong to one episode."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from monitor.facts import WHOLE, Cell, Dimension, Finding, Held, IncidentFacts, IncidentState, Kind, Voice
from monitor.incidents.options import IncidentOptions
from monitor.incidents.severity import severity, telling

_Told = tuple[Finding, frozenset[int]]  # a finding with its evidence as a set
Assigned = tuple[IncidentFacts | None, tuple[Finding, ...]]
NEGATIVE = 0.5
"""A voice of the incident's cell is one of the incident's from this P(negative) on."""
_ACTIVE = (IncidentState.OPEN, IncidentState.CALMED)
_UNSIZED = (Kind.VOLUME, Kind.RATING_DROP)


def size(finding: Finding) -> float:
    """How many negative voices more than usual; windows of different lengths can be compared by it.

    0 for what does not count negative voices: falls of a rating and mere volume.
    """
    return 0.0 if finding.kind in _UNSIZED else max(0.0, finding.seen - finding.expected)


def assign(incidents: Sequence[IncidentFacts], findings: Sequence[Finding], options: IncidentOptions) -> list[Assigned]:
    """Which findings belong together, most telling first, and to which incident (None: to none yet).

    Held findings belong to none. Neither does mere volume beside an incident of another kind: that more is said about
    a known trouble is no second one, and does not keep it awake.
    """
    raising = [one for one in findings if one.held is None]
    quieted = _quieted(incidents, raising, options)
    assigned: dict[int | None, tuple[IncidentFacts | None, list[Finding]]] = {}
    for finding, dismissed in quieted:
        assigned.setdefault(dismissed.id, (dismissed, []))[1].append(finding)
    told = {id(finding) for finding, _ in quieted}
    active = [one for one in incidents if one.state in _ACTIVE]
    for number, group in enumerate(_groups([one for one in raising if id(one) not in told], options)):
        incident = _match(group, active, options)
        if incident and incident.kind is not Kind.VOLUME and all(one.kind is Kind.VOLUME for one in group):
            continue
        key = incident.id if incident else -1 - number
        assigned.setdefault(key, (incident, []))[1].extend(group)
    return [(incident, _ranked(group, options)) for incident, group in assigned.values()]


def absorbed(
    incidents: Sequence[IncidentFacts], findings: Sequence[Finding], options: IncidentOptions
) -> dict[int, int]:
    """Open or calmed incidents that turn out to be a part of another open one, and of which one.

    Findings link what was two troubles before; they go to one of the two, and the other one would seem to be over.
    """
    if sum(one.state in _ACTIVE for one in incidents) < 2:
        return {}
    found: dict[int, int] = {}
    assigned = assign(incidents, findings, options)
    for incident, group in assigned:
        if incident and incident.state is IncidentState.OPEN:
            parts = [one for one in incidents if one.state in _ACTIVE and _is_part(one, group, options)]
            found |= {one.id: incident.id for one in parts if one.id != incident.id}
    heard = {incident.id for incident, _ in assigned if incident}
    return {part: whole for part, whole in found.items() if part not in heard}


def _is_part(incident: IncidentFacts, group: Sequence[Finding], options: IncidentOptions) -> bool:
    return any(_shared(one.mention_ids, incident.mention_ids) >= options.shared for one in group)


def is_news(incident: IncidentFacts, finding: Finding, options: IncidentOptions) -> bool:
    """Whether a calmed or dismissed incident explains a finding no more: most of its evidence is new.

    A rating that a page shows has none; it is news when all of its ratings came after the incident had calmed.
    """
    if not finding.mention_ids:
        return incident.calmed_at is not None and finding.window_start > incident.calmed_at
    new = sum(number not in incident.mention_ids for number in finding.mention_ids)
    return new >= max(options.least_growth, len(finding.mention_ids) / 2)


def remembered(incident: IncidentFacts, group: Sequence[Finding]) -> frozenset[int]:
    """The evidence that one look adds to an incident that goes on.

    None to a calmed one: what comes while it is calm is what may open it again, however slowly it comes.
    """
    if incident.state is IncidentState.CALMED:
        return frozenset()
    return frozenset(number for finding in group for number in finding.mention_ids)


def near_misses(
    incidents: Sequence[IncidentFacts], findings: Sequence[Finding], options: IncidentOptions
) -> list[Finding]:
    """What is to be kept of this look although it raised nothing: one finding of each group, with its reason.

    What belongs to an incident that goes on is part of it, not nearly another one; findings of a dismissed incident
    were held by a person.
    """
    quieted = _quieted(incidents, [one for one in findings if one.held is None], options)
    swallowed: dict[int, list[Finding]] = {}
    for finding, dismissed in quieted:
        swallowed.setdefault(dismissed.id, []).append(finding)
    missed = [replace(_ranked(group, options)[0], held=Held.DISMISSED) for group in swallowed.values()]
    active = [one for one in incidents if one.state in _ACTIVE]
    held = [group for group in _groups(findings, options) if all(one.held for one in group)]
    beside = [group for group in held if _match(group, active, options) is None]
    return missed + [max(group, key=lambda one: one.strength) for group in beside]


def _quieted(
    incidents: Sequence[IncidentFacts], raising: Sequence[Finding], options: IncidentOptions
) -> list[tuple[Finding, IncidentFacts]]:
    """The findings that belong to incidents which people dismissed: by most of their evidence, not by their cell alone,
    so that nothing else is kept quiet with them.
    """
    if all(one.state is not IncidentState.DISMISSED for one in incidents):
        return []
    matched = ((finding, _match([finding], incidents, options)) for finding in raising)
    return [
        (finding, incident) for finding, incident in matched if incident and incident.state is IncidentState.DISMISSED
    ]


def voices_of(cell: Cell, evidence: Collection[int], kind: Kind, voices: Iterable[Voice]) -> tuple[Voice, ...]:
    """The voices of an episode, of those given: its evidence, all that tell the same stories, and the negative ones of
    its cell since the first of these (all of the cell, when it is about volume).
    """
    heard = tuple(voices)
    told = [voice for voice in heard if voice.mention_id in evidence]
    if not told:
        return ()
    since, stories = min(voice.at for voice in told), {voice.story for voice in told}
    least = 0.0 if kind is Kind.VOLUME else NEGATIVE
    return tuple(
        voice
        for voice in heard
        if voice.mention_id in evidence
        or (voice.at >= since and (voice.story in stories or (voice.negative >= least and _is_in(voice, cell))))
    )


def _is_in(voice: Voice, cell: Cell) -> bool:
    match cell.dimension:
        case Dimension.ALL:
            return True
        case Dimension.THEME:
            return cell.key in voice.themes
        case Dimension.SOURCE:
            return cell.key == voice.source
        case Dimension.LANGUAGE:
            return cell.key == voice.language
        case Dimension.STORY:
            return cell.key == str(voice.story)


def _ranked(group: Sequence[Finding], options: IncidentOptions) -> tuple[Finding, ...]:
    """The severest first, then the most telling kind, then the strongest."""

    def rank(finding: Finding) -> tuple[int, int, float]:
        return -severity(finding, options).rank, -telling(finding.kind), -finding.strength

    return tuple(sorted(group, key=rank))


def _groups(findings: Sequence[Finding], options: IncidentOptions) -> list[list[Finding]]:
    """Findings that share a cell or evidence, directly or through others; mere volume links nothing by itself."""
    groups: list[list[_Told]] = []
    for finding in sorted(findings, key=lambda one: one.kind is Kind.VOLUME):
        told = finding, frozenset(finding.mention_ids)
        near = [any(_related(told, other, options) for other in group) for group in groups]
        if finding.kind is Kind.VOLUME:
            near = [close and not any(near[:number]) for number, close in enumerate(near)]
        joined = [other for group, close in zip(groups, near, strict=True) if close for other in group]
        groups = [group for group, close in zip(groups, near, strict=True) if not close]
        groups.append([told, *joined])
    return [[finding for finding, _ in group] for group in groups]


def _related(one: _Told, other: _Told, options: IncidentOptions) -> bool:
    (left, some), (right, others) = one, other
    if WHOLE in (left.cell, right.cell) or left.cell == right.cell:
        return True
    if not some or not others:  # a rating that a page shows has no texts: its place tells
        return bool(set(left.sources) & set(right.sources))
    return _shared(some, others) >= options.shared


def _shared(some: Collection[int], others: frozenset[int]) -> float:
    """How much of the smaller set is in the larger one, 0..1."""
    smaller = min(len(some), len(others))
    return len(others.intersection(some)) / smaller if smaller else 0.0


def _match(
    group: Sequence[Finding], incidents: Sequence[IncidentFacts], options: IncidentOptions
) -> IncidentFacts | None:
    """The incident that the findings go on with: most evidence shared, then still open, then newest."""
    cells = {finding.cell for finding in group}
    found = []
    for incident in incidents:
        shared = max(_shared(finding.mention_ids, incident.mention_ids) for finding in group)
        same = incident.cell in cells or WHOLE in cells or incident.cell == WHOLE or _same_place(group, incident)
        if _covers(incident, group, options) and (same or shared >= options.shared):
            is_open = incident.state == IncidentState.OPEN
            found.append((shared >= options.shared, is_open, incident.opened_at, incident.id, incident))
    return max(found)[-1] if found else None


def _covers(incident: IncidentFacts, group: Sequence[Finding], options: IncidentOptions) -> bool:
    """A resolved one is past; a dismissed one covers what it was: neither other voices, nor complaints if it was mere
    volume."""
    if incident.state is IncidentState.DISMISSED:
        volume = incident.kind is not Kind.VOLUME or all(one.kind is Kind.VOLUME for one in group)
        return volume and not any(is_news(incident, one, options) for one in group)
    return incident.state is not IncidentState.RESOLVED


def _same_place(group: Sequence[Finding], incident: IncidentFacts) -> bool:
    """Whether one of the two has no texts to share, and both are about one source."""
    told = set(incident.told_sources)
    return any(told & set(finding.sources) for finding in group if not (finding.mention_ids and incident.mention_ids))
