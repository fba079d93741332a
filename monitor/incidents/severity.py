"""How severe a finding makes its incident, and the rule that says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.facts import Finding, IncidentFacts, Kind, RatingFall, Severity, Spread
from monitor.incidents.options import IncidentOptions

TELLING = (Kind.VOLUME, Kind.SLOW_BURN, Kind.RATING_DROP, Kind.SPIKE, Kind.REVIEW_BOMBING)
"""An incident is named by the last of these among its severest findings: what most decides what to do about it."""
MOSTLY = 0.5
FILMED_SOURCES = 2
"""A film that is spoken of at so many sources spreads."""
PRINTED = 9
"""A chance is written out up to so many zeros."""


class Ground(StrEnum):
    """The rule that gave a severity."""

    NOTICE = "notice"
    VOLUME = "volume"
    SLIGHT_FALL = "slight_fall"
    STRENGTH = "strength"
    BOMBING = "bombing"
    FALL = "fall"
    SLOW_BURN = "slow_burn"
    REACH = "reach"
    CROWD = "crowd"
    FILM = "film"


@dataclass(frozen=True, slots=True)
class Judged:
    """A severity with its rule, and both in one plain sentence."""

    severity: Severity
    ground: Ground
    why: str


def judge(finding: Finding, options: IncidentOptions, spread: Spread | None = None, *, bombing: bool = False) -> Judged:
    """The severity of one finding; `spread` is that of its incident so far, `bombing` says it is part of one."""
    least = _by_kind(finding, options)
    if least.severity is Severity.WATCH:
        return least
    ground = _critical(finding, options, spread, bombing=bombing or finding.kind is Kind.REVIEW_BOMBING)
    return _judged(Severity.CRITICAL, ground, _worst_words(ground, finding, spread, options)) if ground else least


def severity(finding: Finding, options: IncidentOptions) -> Severity:
    """The same as a bare severity, by the finding alone."""
    return judge(finding, options).severity


def telling(kind: Kind) -> int:
    """How much a kind says of what to do; larger is more."""
    return TELLING.index(kind)


def is_bombing(finding: Finding, group: Sequence[Finding], incident: IncidentFacts | None) -> bool:
    """Whether a finding is (part of) a review bombing: most of its evidence is, or all of it stands at that source.

    What is said elsewhere of the same brand is judged by itself, so that nobody hides a story behind bought reviews.
    """
    bombs = [one for one in group if one.kind is Kind.REVIEW_BOMBING]
    if finding.kind is Kind.REVIEW_BOMBING or not bombs:
        known = incident is not None and incident.kind is Kind.REVIEW_BOMBING
        places = set(incident.told_sources) if incident else set()
        there = len(finding.sources) <= 1 and len(places) <= 1 and set(finding.sources) <= places
        return finding.kind is Kind.REVIEW_BOMBING or (known and there)
    evidence = {number for one in bombs for number in one.mention_ids}
    shared = sum(number in evidence for number in finding.mention_ids)
    places = {source for one in bombs for source in one.sources}
    return set(finding.sources) <= places or shared > MOSTLY * len(finding.mention_ids)


def _by_kind(finding: Finding, options: IncidentOptions) -> Judged:
    """WATCH or HIGH."""
    if finding.kind is Kind.VOLUME:
        return _judged(Severity.WATCH, Ground.VOLUME, "more is said than usual, good or bad; that alone is no trouble")
    if finding.severity is Severity.WATCH:
        words = "there are more complaints than usual, but what else is said, or copies of one text, may explain them"
        return _judged(Severity.WATCH, Ground.NOTICE, words)
    if finding.kind is Kind.RATING_DROP:
        return _fallen(finding, options)
    if finding.kind is Kind.REVIEW_BOMBING:
        words = "new authors or copied texts at one source press on its stars; however many they reach, it is no worse"
        return _judged(Severity.HIGH, Ground.BOMBING, words)
    if finding.kind is Kind.SLOW_BURN:
        words = f"complaints stay above the usual for days; {_by_chance(finding.strength)}"
        return _judged(Severity.HIGH, Ground.SLOW_BURN, words)
    return _judged(Severity.HIGH, Ground.STRENGTH, f"far above the usual; {_by_chance(finding.strength)}")


def _fallen(finding: Finding, options: IncidentOptions) -> Judged:
    """A rating drop is high when new ratings are far worse, or surely worse."""
    lost = share_lost(finding.rating) if finding.rating else 0.0
    words = f"new ratings are {lost:.0%} of the scale worse than usual; {_by_chance(finding.strength)}"
    if lost >= options.strong_fall or finding.strength >= options.strong_fall_strength:
        return _judged(Severity.HIGH, Ground.FALL, words)
    return _judged(Severity.WATCH, Ground.SLIGHT_FALL, words)


def share_lost(fall: RatingFall) -> float:
    """How much worse new ratings are than the usual one, as a share of the scale, 0..1."""
    span = fall.best - fall.worst
    return max(0.0, fall.before - fall.now) / span if span > 0 else 0.0


def _critical(finding: Finding, options: IncidentOptions, spread: Spread | None, *, bombing: bool) -> Ground | None:
    """The first rule that makes it critical. A bombing's crowd and reach are made by those who bomb.

    Authors, reach and film are those of the finding: all negative voices of a large brand reach millions in a few days.
    """
    growing = _is_growing(spread, options)
    if finding.video and (
        growing or len(finding.sources) >= FILMED_SOURCES or finding.authors >= options.filmed_authors
    ):
        return Ground.FILM
    if bombing:
        return None
    if finding.reach >= options.critical_reach:
        return Ground.REACH
    strong = finding.strength >= options.critical_strength
    return Ground.CROWD if finding.authors >= options.critical_authors and (strong or growing) else None


def _is_growing(spread: Spread | None, options: IncidentOptions) -> bool:
    return bool(spread and spread.reproduction and spread.reproduction.growing >= options.spreading)


def _worst_words(ground: Ground, finding: Finding, spread: Spread | None, options: IncidentOptions) -> str:
    more = ""
    if spread and spread.reproduction and _is_growing(spread, options):
        more = f"each voice brings about {spread.reproduction.value:.1f} more"
    if ground is Ground.REACH:
        return f"the authors have {finding.reach:,} followers together"
    if ground is Ground.CROWD:
        return f"{finding.authors} authors, and {more or _by_chance(finding.strength)}"
    several = len(finding.sources) >= FILMED_SOURCES
    where = f"it is at {len(finding.sources)} sources" if several else f"{finding.authors} authors speak of it"
    return f"there is a film of it, and {more or where}"


def _by_chance(strength: float) -> str:
    power = round(max(0.0, min(strength, 300.0)))
    return (
        f"by chance that comes once in {10**power:,} looks"
        if power <= PRINTED
        else f"by chance once in 10^{power} looks"
    )


def _judged(level: Severity, ground: Ground, words: str) -> Judged:
    return Judged(level, ground, f"{level.value.capitalize()}: {words}.")
