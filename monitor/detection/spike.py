"""Finds sudden or steady rises of negative voices in a brand, its themes, sources, languages and stories."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from monitor.clock import Duration
from monitor.detection.baseline import BaselineOptions, Usual, learn
from monitor.detection.chance import CELL_COST, Misread, Outlook, StoryUsual, outlook, rest_of, strength
from monitor.detection.counting import Weights, count, without_repeats
from monitor.detection.evidence import Hit, describe
from monitor.detection.scene import Bools, Scene, scene
from monitor.detection.screen import reached, seen_at_most, sure_at_most
from monitor.detection.voices import Floats, Heard, hear
from monitor.facts import Cell, Dimension, Finding, Held, Sensitivity, Severity, Stream

NAME = "spike"
HOUR_SECONDS = 3600.0
STILL = timedelta(minutes=10)
"""A rise goes on while its newest negative voice is in the last quarter of the window, or this young."""
WINDOW_COST = 0.3
"""Short windows are tried more often: one tenth as long costs 0.3 in strength, and ten times as long gains as much."""
NEARLY = 2
"""A rise that misses no more authors than this is held back as one of too few authors."""
WINDOW_MINUTES = (5, 10, 20, 40, 60, 90, 180, 270, 360, 540, 720, 1080, 1440)


class SpikeOptions(BaseModel):
    """When a rise of negative voices is worth a person's attention."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    THRESHOLDS: ClassVar[dict[Sensitivity, float]] = {
        Sensitivity.QUIET: 6.0,
        Sensitivity.BALANCED: 5.5,
        Sensitivity.EARLY: 4.2,
    }

    type: Literal["spike"] = "spike"
    threshold: float = Field(5.5, gt=0, description="-log10 of chance for an alarm; 4.2 is early, 6 is quiet")
    notice: float = Field(7.0, gt=0, description="the same for a notice: not allowing for the volume of all else")
    near: float = Field(1.5, ge=0, description="what is so far below the threshold is kept with the reason, unsaid")
    windows: tuple[Duration, ...] = tuple(timedelta(minutes=minutes) for minutes in WINDOW_MINUTES)
    least_authors: int = Field(4, ge=1, description="distinct authors of negative voices, at least")
    audible: float = Field(0.3, ge=0, le=1, description="P(negative) below this adds nothing")
    misread: float = Field(0.05, ge=0, le=1, description="share of praise beyond the usual that is read as negative")
    misread_spread: float = Field(0.25, gt=0, description="how uncertain that share is: its squared variation")
    weight: float = Field(0.75, gt=0, le=1, description="what a complaint weighs that was read with usual certainty")
    echo: float = Field(0.85, ge=0, le=1, description="weight of a story's reposts beside its surest voice")
    copies: float = Field(0.0, ge=0, le=1, description="weight of a text's copies that are no reposts, beside it")
    story_authors: int = Field(6, ge=1, description="the same for a story: a handful of reposts is usual")
    story_voices: float = Field(0.5, gt=0, description="negative voices a story usually brings")
    story_share: float = Field(0.01, ge=0, le=1, description="and this share of the brand's usual negative voices")
    story_spread: float = Field(1.0, gt=0, description="how uneven the sizes of stories are")
    evidence: int = Field(200, ge=1, description="mentions kept as evidence per finding, at most")
    baseline: BaselineOptions = BaselineOptions()

    @property
    def seconds(self) -> Floats:
        """The lengths of the windows, rising."""
        return np.array([window.total_seconds() for window in self.windows])

    @property
    def misreading(self) -> Misread:
        """How praise is taken for complaints."""
        return Misread(self.misread, self.misread_spread)


Options = SpikeOptions


def detect(stream: Stream, options: SpikeOptions) -> list[Finding]:
    """Every cell of the stream whose negative voices are above the usual, strongest first.

    HIGH from the threshold on. WATCH is a notice: more negative voices, but all else is up as well; its strength is
    the one before allowing for that. What is `held` is a near miss with its reason.
    """
    numbers: dict[Cell, int] = {}
    heard = hear(stream.voices, numbers)
    recent = heard[heard.at >= stream.now.timestamp() - options.seconds[-1]]
    loud = recent.fresh & (recent.negative >= options.audible)
    if loud.sum() < max(1, min(options.least_authors, options.story_authors) - NEARLY):
        return []
    usual = learn(stream.hourly, stream.now, stream.troubled, options.baseline)
    if usual is None:
        return []
    return look(recent, tuple(numbers), usual, stream.now, options)


def look(heard: Heard, cells: tuple[Cell, ...], usual: Usual, now: datetime, options: SpikeOptions) -> list[Finding]:
    """The same as `detect` with voices as columns, in any order, and the usual already learnt."""
    at = now.timestamp()
    lookout = Lookout.of(prepare(heard, np.full(len(heard.id), at), cells, options), usual, options)
    return lookout.look(at, lookout.worth(np.array([at]), near=True).any_of(0))


def prepare(heard: Heard, seen: Floats, cells: tuple[Cell, ...], options: SpikeOptions) -> Scene:
    """Voices arranged for looks at them; `seen` is when each was collected (Unix seconds)."""
    return scene(heard, seen, cells, options.audible, max(1, options.story_authors - NEARLY))


@dataclass(frozen=True, slots=True)
class Worth:
    """Which cells are worth a full look, shape (looks, cells): nothing is found in the others."""

    alarm: Bools
    notice: Bools

    def any_of(self, look: int) -> Bools:
        """The cells of one look."""
        cells: Bools = self.alarm[look] | self.notice[look]
        return cells


@dataclass(frozen=True, slots=True)
class Lookout:
    """Looks at one scene while the usual is not learnt anew."""

    scene: Scene
    outlook: Outlook
    cost: Floats  # (cells, windows): what many trials take off the strength
    authors: NDArray[np.intp]  # (cells, 1): distinct authors, at least
    options: SpikeOptions

    @classmethod
    def of(cls, scene: Scene, usual: Usual, options: SpikeOptions) -> "Lookout":
        cells = scene.arranged.cells
        story = StoryUsual(options.story_voices, options.story_share, options.story_spread)
        cost = np.array([CELL_COST[cell.dimension] for cell in cells]).reshape(-1, 1)
        cost = cost + WINDOW_COST * np.log10(HOUR_SECONDS / options.seconds)
        told = [cell.dimension == Dimension.STORY for cell in cells]
        authors = np.where(told, options.story_authors, options.least_authors).reshape(-1, 1)
        return cls(scene, outlook(cells, usual, story, options.seconds), cost, authors, options)

    def worth(self, now: Floats, *, near: bool) -> Worth:
        """Which cells may be found at each of many looks (Unix seconds), with near misses or without."""
        windows, options = self.outlook.windows, self.options
        expected = self.outlook.at(now)
        plain = (expected.certain, expected.spread)
        usual, level, least = plain, options.threshold - options.near, self.authors - NEARLY
        if not near:
            rest = rest_of(self.scene.least_calm(now, windows), self.outlook.usual, now, windows)
            mean, _ = options.misreading.among(expected, rest)
            usual = (mean, options.misreading.least_spread(expected.spread))
            level, least = options.threshold, self.authors
        seen = seen_at_most(self.scene, now, windows) / options.weight
        asked = sure_at_most(self.scene, now, windows) >= least
        if not near:
            asked &= sure_at_most(self.scene, now, _still(windows)) > 0

        def found(usual: tuple[Floats, Floats], level: float) -> Bools:
            where = reached(seen, usual[0] / options.weight, usual[1], self.cost + level, asked)
            return np.asarray(where.any(axis=2), bool)

        return Worth(found(usual, level), found(plain, options.notice))

    def look(self, now: float, cells: Bools, *, near: bool = True) -> list[Finding]:
        """What is found in some of the cells by what was collected until `now` (Unix seconds), strongest first."""
        if not cells.any():
            return []
        arranged = self.scene.arranged
        age = np.maximum(now - arranged.voices.at, 0.0)
        heard = (self.scene.seen <= now) & (age <= self.outlook.windows[-1])
        kept = without_repeats(arranged, heard)
        scores = self._score(now, kept, age, cells)
        hits = _hits(scores, arranged.cells, self.options, near=near)
        findings = [self._finding(now, hit, kept, age) for hit in hits]
        return sorted(findings, key=lambda finding: (-finding.strength, finding.cell))

    def _score(self, now: float, kept: Bools, age: Floats, cells: Bools) -> "_Scores":
        options, windows = self.options, self.outlook.windows
        weights = Weights(options.echo, options.copies)
        counts = count(self.scene.arranged, kept, age, windows, weights)
        time = np.array(now)
        expected = self.outlook[cells].at(time)
        rest = rest_of(self.scene.calm_at(now, windows), self.outlook.usual, time, windows)
        mean, spread = options.misreading.among(expected, rest)

        def strong(seen: Floats, mean: Floats, spread: Floats) -> Floats:
            strengths: Floats = strength(seen[cells] / options.weight, mean / options.weight, spread) - self.cost[cells]
            return strengths

        plain = strong(counts.told, expected.certain, expected.spread)
        own = plain if counts.told is counts.certain else strong(counts.certain, expected.certain, expected.spread)
        return _Scores(
            numbers=np.nonzero(cells)[0],
            usual=expected.negative,
            # What is doubted less may look stranger; but that all else is up never makes a rise stronger.
            adjusted=np.minimum(strong(counts.certain, mean, spread), own),
            own=own,
            plain=plain,
            still=counts.newest[cells][:, None] <= _still(windows),
            missing=self.authors[cells] - counts.authors[cells],
        )

    def _finding(self, now: float, hit: Hit, kept: Bools, age: Floats) -> Finding:
        arranged = self.scene.arranged
        rows = arranged.voice[arranged.cell == arranged.cells.index(hit.cell)]
        rows = rows[kept[rows] & (age[rows] <= hit.window.total_seconds())]
        moment = datetime.fromtimestamp(now, UTC)
        return describe(NAME, hit, arranged.voices[rows], arranged.cells, moment, self.options.evidence)


@dataclass(frozen=True, slots=True)
class _Scores:
    """Per cell and window, shape (cells, windows); `numbers` are those of the cells."""

    numbers: NDArray[np.intp]
    usual: Floats  # usual sum of P(negative), for people
    adjusted: Floats  # strength after allowing for the volume of all else
    own: Floats  # strength without that
    plain: Floats  # the same, and of a story with all its copies
    still: Bools  # whether the newest voice is new enough
    missing: Floats  # how many authors are missing; 0 or less when there are enough


def _still(windows: Floats) -> Floats:
    """Within what time of each window something must still be said, in seconds."""
    return np.maximum(windows / 4, STILL.total_seconds())


def _hits(scores: _Scores, cells: tuple[Cell, ...], options: SpikeOptions, *, near: bool) -> list[Hit]:
    """The best window of every cell that is above the usual, or nearly."""
    hits = []
    for row, number in enumerate(scores.numbers.tolist()):
        for rule in _rules(scores, row, options, near=near):
            strengths = np.where(rule.where, rule.strengths, 0.0)
            best = int(strengths.argmax())
            if strengths[best] >= rule.least:
                usual, window = float(scores.usual[row, best]), options.windows[best]
                hits.append(Hit(cells[number], rule.severity, float(strengths[best]), usual, window, rule.held))
                break
    return hits


@dataclass(frozen=True, slots=True)
class _Rule:
    """What one cell may be found as: from which strength on, in which windows."""

    strengths: Floats
    where: Bools
    least: float
    severity: Severity
    held: Held | None = None


def _rules(scores: _Scores, row: int, options: SpikeOptions, *, near: bool) -> Iterator[_Rule]:
    """An alarm, else a notice, else a near miss with what held it back, the most telling first."""
    adjusted, plain, still = scores.adjusted[row], scores.plain[row], scores.still[row]
    enough = scores.missing[row] <= 0
    threshold, high = options.threshold, Severity.HIGH
    yield _Rule(adjusted, still & enough, threshold, high)
    yield _Rule(plain, still & enough, options.notice, Severity.WATCH)
    if near:
        nearly = scores.missing[row] <= NEARLY
        yield _Rule(scores.own[row], still & enough, threshold, high, Held.ALL_UP)
        yield _Rule(plain, still & enough, threshold, high, Held.COPIES)
        yield _Rule(adjusted, still & nearly, threshold, high, Held.FEW_AUTHORS)
        yield _Rule(adjusted, enough, threshold, high, Held.OVER)
        yield _Rule(adjusted, still & enough, threshold - options.near, high, Held.BELOW)
