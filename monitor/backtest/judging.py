"""Sets what a replay raised beside what was raised then, and beside what people said of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor import incidents as rules
from monitor.analysis.scores import Estimate, wilson
from monitor.backtest.desk import Episode
from monitor.facts import Cell, Kind, Mark, Severity, Voice
from monitor.incidents import IncidentOptions
from monitor.store.backtests import Past, WasRaised

NEGATIVE = 0.5
WEEK = timedelta(weeks=1)
NO_TIME = timedelta()


@dataclass(frozen=True, slots=True)
class Raised:
    """One incident of the replay. Times before something are positive when the replay was the first."""

    brand: str
    opened_at: datetime
    alarmed_at: datetime | None  # when it was high for the first time; None: it stayed a notice
    last_finding_at: datetime
    severity: Severity  # the worst it came to
    kind: Kind
    cell: Cell
    detector: str  # which opened it
    sentence: str  # of its opening
    voices: int  # negative ones that it came to
    seen_first: int  # of these, those that had arrived when it was opened
    after_first: timedelta | None  # how long after the first of them had arrived it was opened; None: it has no voices
    before_half: timedelta | None  # how long before half of them had arrived
    before_all: timedelta | None
    then: WasRaised | None  # the incident that the job opened, when it is the same trouble
    again: bool = False  # the replay has opened another incident of that trouble before
    covers: tuple[WasRaised, ...] = ()  # all that the job opened of the same trouble, `then` first

    @property
    def earlier(self) -> timedelta | None:
        """How much sooner than the job it was opened; None when the job did not raise it, or it is raised again."""
        return self.then.opened_at - self.opened_at if self.then and not self.again else None

    @property
    def mark(self) -> Mark | None:
        """What people said of the incidents of then that it covers: useful when one of them was."""
        said = {one.mark for one in self.covers}
        return next((mark for mark in Mark if mark in said), None)


@dataclass(frozen=True, slots=True)
class Compared:
    """What one replay of one brand raised, beside what the job raised in the same range."""

    brand: str
    raised: tuple[Raised, ...]
    then: tuple[WasRaised, ...]

    @property
    def missed(self) -> list[WasRaised]:
        """What the job raised and the replay did not."""
        found = {same.id for one in self.raised for same in one.covers}
        return [one for one in self.then if one.id not in found]


def compare(past: Past, episodes: Sequence[Episode], then: Sequence[WasRaised], options: IncidentOptions) -> Compared:
    """Match the incidents of a replay with those that the job opened."""
    made: list[Raised] = []
    known: set[int] = set()
    for episode in episodes:
        same = _same(episode, then, options)
        made.append(replace(_raised(past, episode, same), again=bool(same) and same[0].id in known))
        known |= {one.id for one in same}
    return Compared(past.brand, tuple(made), tuple(then))


def _raised(past: Past, episode: Episode, same: tuple[WasRaised, ...]) -> Raised:
    facts = episode.facts
    arrivals = sorted(voice.seen_at for voice in _voices(past.voices, episode))
    return Raised(
        brand=past.brand,
        opened_at=facts.opened_at,
        alarmed_at=episode.alarmed_at,
        last_finding_at=facts.last_finding_at,
        severity=episode.worst,
        kind=facts.kind,
        cell=facts.cell,
        detector=episode.first.detector,
        sentence=episode.sentence,
        voices=len(arrivals),
        seen_first=sum(at <= facts.opened_at for at in arrivals),
        after_first=facts.opened_at - arrivals[0] if arrivals else None,
        before_half=arrivals[(len(arrivals) - 1) // 2] - facts.opened_at if arrivals else None,
        before_all=arrivals[-1] - facts.opened_at if arrivals else None,
        then=same[0] if same else None,
        covers=same,
    )


def _voices(voices: Iterable[Voice], episode: Episode) -> list[Voice]:
    """The voices of an incident up to its last finding, as the rules say which they are, without those that praise."""
    facts = episode.facts
    near = [
        voice
        for voice in voices
        if facts.started_at <= voice.at <= facts.last_finding_at or voice.mention_id in facts.mention_ids
    ]
    own = rules.voices_of(facts.cell, facts.mention_ids, facts.kind, near)
    return [one for one in own if one.negative >= NEGATIVE or facts.kind is Kind.VOLUME]


def _same(episode: Episode, then: Sequence[WasRaised], options: IncidentOptions) -> tuple[WasRaised, ...]:
    """The stored incidents of the same trouble: first by evidence shared, then by the same cell at the same time.

    There may be several, as what was told in parts then may be one incident in the replay.
    """
    facts = episode.facts
    found = []
    for one in then:
        shared = _shared(facts.mention_ids, one.mention_ids)
        apart = max(facts.opened_at - one.last_finding_at, one.opened_at - facts.last_finding_at, NO_TIME)
        at_once = one.cell == facts.cell and apart <= options.calm_after
        if shared >= options.shared or at_once:
            found.append((shared, -apart, -one.id, one))
    return tuple(one for *_, one in sorted(found, reverse=True))


def _shared(some: frozenset[int], others: frozenset[int]) -> float:
    """How much of the smaller set is in the larger one, 0..1."""
    smaller = min(len(some), len(others))
    return len(some & others) / smaller if smaller else 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """What one replay, or one rule of it, comes to. Only alarms are judged: notices interrupt nobody."""

    name: str
    alarms: int
    notices: int
    useful: int  # incidents marked so that it raised as an alarm
    noise: int
    unjudged: int  # alarms that nobody marked, or that were not raised then
    missed: int  # alarms marked useful that it did not raise as an alarm
    weeks: float  # brands times weeks
    sooner: timedelta | None  # than the job, in the median of what both raised; later when below 0
    before_half: timedelta | None  # in the median

    @property
    def precision(self) -> Estimate | None:
        """The share of useful ones among the marked alarms, with its 95 % interval."""
        marked = self.useful + self.noise
        return Estimate(self.useful / marked, *wilson(self.useful, marked)) if marked else None

    @property
    def recall(self) -> Estimate | None:
        """The share of the useful incidents that it raised."""
        wanted = self.useful + self.missed
        return Estimate(self.useful / wanted, *wilson(self.useful, wanted)) if wanted else None

    @property
    def balance(self) -> float:
        """The harmonic mean of precision and recall (F1), 0..1."""
        found = 2 * self.useful + self.noise + self.missed
        return 2 * self.useful / found if found else 0.0

    @property
    def false_a_week(self) -> float:
        """Alarms marked as noise per brand and week."""
        return self.noise / self.weeks

    @property
    def most_false_a_week(self) -> float:
        """The same if all that nobody judged were noise as well."""
        return (self.noise + self.unjudged) / self.weeks


def score_then(name: str, compared: Sequence[Compared], weeks: float) -> Score:
    """The score of what the job itself raised: nothing that was marked can be missing."""
    then = [one for brand in compared for one in brand.then]
    alarms = [one for one in then if one.alarmed_at is not None]
    return Score(
        name=name,
        alarms=len(alarms),
        notices=len(then) - len(alarms),
        useful=sum(one.mark is Mark.USEFUL for one in alarms),
        noise=sum(one.mark is Mark.NOISE for one in alarms),
        unjudged=sum(one.mark is None for one in alarms),
        missed=0,
        weeks=weeks,
        sooner=None,
        before_half=None,
    )


def score(name: str, compared: Sequence[Compared], weeks: float, detector: str = "") -> Score:
    """The score of a replay over all brands, or of what one of its detectors opened.

    What one detector misses another one may have raised: nothing is missed by a single rule.
    """
    raised = [one for brand in compared for one in brand.raised if detector in ("", one.detector)]
    alarms = [one for one in raised if one.alarmed_at]
    marked = [(one.mark, (one.brand, same.id)) for one in alarms for same in one.covers if same.mark is one.mark]
    useful, noise = ({name for said, name in marked if said is mark} for mark in (Mark.USEFUL, Mark.NOISE))
    wanted = {
        (brand.brand, one.id)
        for brand in compared
        for one in brand.then
        if one.mark is Mark.USEFUL and one.alarmed_at is not None
    }
    both = [one.earlier for one in alarms if one.earlier is not None]
    return Score(
        name=name,
        alarms=len(alarms),
        notices=len(raised) - len(alarms),
        useful=len(useful),
        noise=len(noise),
        unjudged=sum(one.mark is None for one in alarms),
        missed=0 if detector else len(wanted - useful),
        weeks=weeks,
        sooner=middle(both),
        before_half=middle([one.before_half for one in alarms if one.before_half is not None]),
    )


def middle(times: Sequence[timedelta]) -> timedelta | None:
    """The median; None of nothing."""
    if not times:
        return None
    ordered = sorted(times)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
