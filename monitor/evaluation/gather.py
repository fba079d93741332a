"""Reads the rows of a surveyed file and keeps, of each, the answer alone: 17 bytes, however long the text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from monitor.analysis.language import UNKNOWN
from monitor.analysis.scores import Answers, Scores, measure
from monitor.evaluation.source import Row, Source
from monitor.evaluation.survey import Survey
from monitor.facts import Prediction, Sentiment
from monitor.jobs.analyse import Reads
from monitor.jobs.context import Progress, silent

TEXTS_AT_ONCE = 1024
"""The model sorts what it gets by length: with fewer, more is padding."""
CHARACTERS_AT_ONCE = 4_000_000
LEAST_ROWS = 30
"""Of a language, to be compared with others: with fewer, the interval is wider than the differences."""
_NUMBERS = {sentiment: number for number, sentiment in enumerate(Sentiment)}

Labelled = tuple[Row, Sentiment]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well one model reads one file."""

    file: str
    model: str
    version: str
    survey: Survey
    whole: Scores
    by_language: dict[str, Scores]  # the given language, else the identified one; most rows first
    languages_given: int  # rows that name their language
    languages_found: int  # of these, those where the same one was identified

    @property
    def worst_language(self) -> str | None:
        """The lowest macro-F1 among the languages with enough rows."""
        known = {
            code: scores for code, scores in self.by_language.items() if code != UNKNOWN and scores.n >= LEAST_ROWS
        }
        return min(known, key=lambda code: known[code].largest.macro_f1.value, default=None)


@dataclass(slots=True)
class _Gathered:
    """Grows by one array per batch."""

    truth: list[np.ndarray] = field(default_factory=list)
    labels: list[np.ndarray] = field(default_factory=list)
    unsure: list[np.ndarray] = field(default_factory=list)
    probabilities: list[np.ndarray] = field(default_factory=list)
    languages: list[np.ndarray] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    given: int = 0
    found: int = 0

    def add(self, batch: list[Labelled], said: list[Prediction]) -> None:
        self.truth.append(np.array([_NUMBERS[meant] for _, meant in batch], np.int8))
        self.labels.append(np.array([_NUMBERS[one.label] for one in said], np.int8))
        self.unsure.append(np.array([one.unsure for one in said], np.bool_))
        self.probabilities.append(np.array([(p.negative, p.neutral, p.positive) for p in said], np.float32))
        spoken = [row.lang or one.language for (row, _), one in zip(batch, said, strict=True)]
        self.languages.append(np.array([self.codes.setdefault(code, len(self.codes)) for code in spoken], np.int16))
        self.given += sum(bool(row.lang) for row, _ in batch)
        self.found += sum(_agree(row.lang, one.language) for (row, _), one in zip(batch, said, strict=True))

    def answers(self) -> Answers:
        parts = (self.truth, self.labels, self.unsure, self.probabilities)
        return Answers(*(np.concatenate(part) for part in parts))

    def by_language(self, answers: Answers) -> dict[str, Scores]:
        spoken = np.concatenate(self.languages)
        often = np.bincount(spoken, minlength=len(self.codes))
        most_first = sorted(self.codes, key=lambda code: (-often[self.codes[code]], code))
        asked = answers.two_classes
        return {code: measure(answers.only(spoken == self.codes[code]), two_classes=asked) for code in most_first}


def evaluate(
    source: Source, found: Survey, assessor: Reads, *, most: int | None = None, progress: Progress = silent
) -> Evaluation:
    """Read the usable rows, or `most` of them evenly spaced over the file, and measure the answers."""
    gathered = _Gathered()
    wanted = min(most or found.usable, found.usable)
    rows = spaced(found.rows(source), found.usable, wanted)
    for batch in batches(progress(rows, total=wanted, label="reading")):
        gathered.add(batch, assessor.assess([row.text for row, _ in batch]))
    answers = gathered.answers()
    return Evaluation(
        file=source.name,
        model=assessor.name,
        version=assessor.version,
        survey=found,
        whole=measure(answers),
        by_language=gathered.by_language(answers),
        languages_given=gathered.given,
        languages_found=gathered.found,
    )


def _agree(given: str, identified: str) -> bool:
    """Whether it is the same language and, as far as both name one, the same script; countries are not identified."""
    language, *rest = given.split("-")
    script = next((part for part in rest if len(part) == 4), "")
    known, _, written = identified.partition("-")
    return bool(given) and language == known and (script if script == "Latn" else "") == written


def spaced(rows: Iterable[Labelled], total: int, wanted: int) -> Iterator[Labelled]:
    """As many of the `total` rows as wanted, evenly spaced, so that a sorted file keeps its make-up."""
    taken = 0
    for index, row in enumerate(rows):
        if taken < wanted and index >= taken * total // wanted:
            taken += 1
            yield row


def batches(rows: Iterable[Labelled]) -> Iterator[list[Labelled]]:
    """Neighbours, at most TEXTS_AT_ONCE, fewer of the long ones."""
    batch: list[Labelled] = []
    characters = 0
    for row in rows:
        batch.append(row)
        characters += len(row[0].text)
        if len(batch) == TEXTS_AT_ONCE or characters > CHARACTERS_AT_ONCE:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch
