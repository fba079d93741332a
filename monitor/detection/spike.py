"""Finds sudden or steady rises of negative voices in a brand, its themes, sources, languages and stories."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from monitor.clock import Duration
from monitor.detection.baseline import BaselineOptions, Usual, learn
from monitor.detection.chance import CELL_COST, Rest, StoryUsual, expect, rest_of, strength
from monitor.detection.evidence import Hit, describe
from monitor.detection.voices import Heard, Pairs, Weights, count, hear, newest_first, pair, without_repeats
from monitor.facts import Cell, Dimension, Finding, Severity, Stream

Floats = NDArray[np.float64]

NAME = "spike"
STILL = timedelta(minutes=10)
"""A rise goes on while its newest negative voice is in the last quarter of the window, or this young."""


WINDOW_MINUTES = (5, 10, 20, 40, 60, 90, 180, 270, 360, 540, 720, 1080, 1440)


class SpikeOptions(BaseModel):
    """When a rise of negative voices is worth a person's attention."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["spike"] = "spike"
    threshold: float = Field(4.8, gt=0, description="-log10 of chance for an alarm; 4 is early, 6 is quiet")
    notice: float = Field(7.0, gt=0, description="the same for a notice: not allowing for the volume of all else")
    windows: tuple[Duration, ...] = tuple(timedelta(minutes=minutes) for minutes in WINDOW_MINUTES)
    least_authors: int = Field(5, ge=1, description="distinct authors of negative voices, at least")
    audible: float = Field(0.3, ge=0, le=1, description="P(negative) below this adds nothing")
    misread: float = Field(0.05, ge=0, le=1, description="share of praise beyond the usual that is read as negative")
    echo: float = Field(0.8, ge=0, le=1, description="weight of a story's reposts beside its surest voice")
    copies: float = Field(0.0, ge=0, le=1, description="weight of a text's copies that are no reposts, beside it")
    story_voices: float = Field(1.0, gt=0, description="negative voices a story usually brings")
    story_share: float = Field(0.02, ge=0, le=1, description="and this share of the brand's usual negative voices")
    story_spread: float = Field(1.0, gt=0, description="how uneven the sizes of stories are")
    evidence: int = Field(200, ge=1, description="mentions kept as evidence per finding, at most")
    baseline: BaselineOptions = BaselineOptions()


Options = SpikeOptions


@dataclass(frozen=True, slots=True)
class _Moment:
    """One look: its time, what is usual, and the lengths of the windows in seconds, rising."""

    now: datetime
    usual: Usual
    windows: Floats
    options: SpikeOptions

    def age(self, heard: Heard) -> Floats:
        """Seconds since each voice; times in the future, from a clock that is ahead, are now."""
        return np.maximum(self.now.timestamp() - heard.at, 0.0)


@dataclass(frozen=True, slots=True)
class _Scores:
    """Per cell and window, shape (cells, windows); 0 where nothing may be raised."""

    usual: Floats  # usual sum of P(negative), for people
    adjusted: Floats  # strength after allowing for the volume of all else
    plain: Floats  # strength without that, and of a story with all its copies


def detect(stream: Stream, options: SpikeOptions) -> list[Finding]:
    """Every cell of the stream whose negative voices are above the usual, strongest first.

    HIGH from the threshold on. LOW is a notice: more negative voices, but all else is up as well; its strength is
    the one before allowing for that.
    """
    usual = learn(stream.hourly, stream.now, stream.troubled, options.baseline)
    if usual is None:
        return []
    numbers: dict[Cell, int] = {}
    heard = hear(stream.voices, numbers)
    return look(heard, tuple(numbers), usual, stream.now, options)


def look(heard: Heard, cells: tuple[Cell, ...], usual: Usual, now: datetime, options: SpikeOptions) -> list[Finding]:
    """The same as `detect` with voices as columns, in any order, and the usual already learnt."""
    windows = np.array([window.total_seconds() for window in options.windows])
    moment = _Moment(now, usual, windows, options)
    heard = heard[moment.age(heard) <= windows[-1]]
    loud = heard[heard.fresh & (heard.negative >= options.audible)]
    if len(loud.id) < options.least_authors:
        return []
    rest = rest_of(heard.negative, moment.age(heard), usual, now, windows)
    voices = without_repeats(newest_first(loud))
    pairs, stories = pair(voices, len(cells), options.least_authors)
    cells += tuple(Cell(Dimension.STORY, str(story)) for story in stories)
    scores = _score(moment, voices, pairs, cells, rest)
    hits = _hits(moment, scores, cells)
    findings = [_finding(moment, hit, voices, pairs, cells) for hit in hits]
    return sorted(findings, key=lambda finding: (-finding.strength, finding.cell))


def _score(moment: _Moment, voices: Heard, pairs: Pairs, cells: tuple[Cell, ...], rest: Rest) -> _Scores:
    options, windows = moment.options, moment.windows
    counts = count(voices, moment.age(voices), pairs, windows, Weights(options.echo, options.copies))
    story = StoryUsual(options.story_voices, options.story_share, options.story_spread)
    expected = expect(cells, moment.usual, story, moment.now, windows)
    still = counts.newest[:, None] <= np.maximum(windows / 4, STILL.total_seconds())
    allowed = still & (counts.authors >= options.least_authors)
    cost = np.array([[CELL_COST[cell.dimension]] for cell in cells])
    allowing = expected.certain * rest.rise + options.misread * rest.excess
    adjusted = strength(counts.certain, allowing, expected.spread) - cost
    plain = strength(counts.told, expected.certain, expected.spread) - cost
    return _Scores(expected.negative, np.where(allowed, adjusted, 0.0), np.where(allowed, plain, 0.0))


def _hits(moment: _Moment, scores: _Scores, cells: tuple[Cell, ...]) -> list[Hit]:
    """The best window of every cell that is above the usual."""
    options = moment.options
    hits = []
    for number, cell in enumerate(cells):
        high = scores.adjusted[number].max() >= options.threshold
        strengths = scores.adjusted[number] if high else scores.plain[number]
        best = int(strengths.argmax())
        if high or strengths[best] >= options.notice:
            severity = Severity.HIGH if high else Severity.WATCH
            usual = float(scores.usual[number, best])
            hits.append(Hit(cell, severity, float(strengths[best]), usual, options.windows[best]))
    return hits


def _finding(moment: _Moment, hit: Hit, voices: Heard, pairs: Pairs, cells: tuple[Cell, ...]) -> Finding:
    rows = pairs.voice[pairs.cell == cells.index(hit.cell)]
    rows = rows[moment.age(voices)[rows] <= hit.window.total_seconds()]
    return describe(NAME, hit, voices[rows], cells, moment.now, moment.options.evidence)
