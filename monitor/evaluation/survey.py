"""Looks through a labelled file before anything is read by the model: what its labels mean and which rows are bad."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from monitor.errors import MonitorError
from monitor.evaluation.source import NAME_YOURS, Bad, Columns, Row, Source
from monitor.evaluation.written import Labels, normalised, understood
from monitor.facts import Sentiment

LISTED = 5
MOST_DIFFERENT = 1000
"""Labels or languages; more come from another column than was meant."""
UNKNOWN_LABEL = "unknown label"


@dataclass(frozen=True, slots=True)
class Survey:
    """What a file holds; `bad` and `left_out` are the rows that are not evaluated."""

    columns: Columns
    labels: Labels
    usable: int
    left_out: int  # as the operator said with WORD=skip
    bad: Mapping[str, int]  # by kind of mistake
    first_bad: tuple[Bad, ...]

    def rows(self, source: Source) -> Iterator[tuple[Row, Sentiment]]:
        """The rows to evaluate, in order."""
        for row in source.rows(self.columns):
            if isinstance(row, Row) and (meant := _meant(self.labels, row.label)) is not None:
                yield row, meant


@dataclass(slots=True)
class _Written:
    """One spelling of a label: how often it stands in the file, and where first."""

    line: int
    rows: int = 0


@dataclass(slots=True)
class _Seen:
    labels: dict[str, _Written] = field(default_factory=dict)
    languages: set[str] = field(default_factory=set)
    bad: Counter[str] = field(default_factory=Counter)
    first_bad: list[Bad] = field(default_factory=list)

    def add(self, row: Row | Bad) -> None:
        if isinstance(row, Bad):
            self.add_bad(row, 1)
            return
        self.languages.add(row.lang)
        self.labels.setdefault(normalised(row.label), _Written(row.line)).rows += 1
        for what, seen in (("label", self.labels), ("language", self.languages)):
            if len(seen) > MOST_DIFFERENT:
                raise MonitorError(
                    f"more than {MOST_DIFFERENT:,} different values as {what}: wrong column? {NAME_YOURS}"
                )

    def add_bad(self, bad: Bad, rows: int) -> None:
        self.bad[bad.kind] += rows
        self.first_bad = sorted([*self.first_bad, bad], key=lambda one: one.line)[:LISTED]


def survey(
    source: Source, columns: Columns, given: Mapping[str, Sentiment | None], *, skip_bad: bool = False
) -> Survey:
    """Look through the file once.

    Raises MonitorError, with the first bad lines, when there is a bad row and they are not to be skipped, or no other.
    """
    seen = _Seen()
    for row in source.rows(columns):
        seen.add(row)
    if columns.lang != Columns().lang and seen.languages == {""}:
        raise MonitorError(f"{source.name} has no language in a column {columns.lang!r}: look at --lang-column")
    labels = understood(given, seen.labels)
    usable = left_out = 0
    for spelling, written in seen.labels.items():
        try:
            meant = labels.of(spelling)
        except ValueError as error:
            seen.add_bad(Bad(written.line, UNKNOWN_LABEL, _often(str(error), written.rows)), written.rows)
            continue
        usable += written.rows if meant else 0
        left_out += 0 if meant else written.rows
    if seen.bad and (not skip_bad or not usable):
        raise MonitorError(_refusal(seen, usable, skip_bad))
    if not usable:
        raise MonitorError(f"{source.name} has no row to evaluate")
    return Survey(columns, labels, usable, left_out, seen.bad, tuple(seen.first_bad))


def told_bad(bad: Bad) -> str:
    """One bad row in words."""
    return f"line {bad.line:,}: {bad.kind}{f': {bad.detail}' if bad.detail else ''}"


def _meant(labels: Labels, written: str) -> Sentiment | None:
    try:
        return labels.of(written)
    except ValueError:
        return None


def _often(words: str, rows: int) -> str:
    return words if rows == 1 else f"{words} ({rows:,} rows)"


def _refusal(seen: _Seen, usable: int, skip_bad: bool) -> str:
    total = seen.bad.total()
    lines = [f"{total:,} of {total + usable:,} rows cannot be used:", *(f"  {told_bad(bad)}" for bad in seen.first_bad)]
    if total > len(seen.first_bad):
        lines.append("  … in all: " + ", ".join(f"{rows:,} {kind}" for kind, rows in seen.bad.most_common()))
    remedy = NAME_YOURS if skip_bad or not usable else "Mend them, or leave them out with --skip-bad"
    return "\n".join([*lines, remedy])
