"""What a report is laid out in, whatever its form: chapters of blocks, in the order they are read.

Every form (page, mail, PDF, workbook) draws the same blocks, so that none says more or less than another. All texts may
be from outside: each form escapes them in its own way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from monitor.reports.figures import (
    CaseLine,
    Day,
    Figure,
    IncidentFigures,
    PracticeCase,
    Quotation,
    Sentence,
    ThemeFigures,
    Unit,
)


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences of a first page, one below the other."""

    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Tiles:
    """Figures, each with its value, its comparison, its usual range and its definition."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """A bar for each day of the week; `words` say the same as the picture."""

    days: tuple[Day, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Incidents:
    incidents: tuple[IncidentFigures, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Themes:
    """Themes with a band each (`good`: compliments) and their quotes."""

    themes: tuple[ThemeFigures, ...]
    good: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; texts have no unit. `definition` is "" where the label says it all."""

    label: str
    unit: Unit | None = None
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: a number in its column's unit, a moment, a text (a line break begins a new line), or None: not known.

    `language` is that of a text from outside, `beside` what stands small below (last week's, the usual range), `tone`
    is good, bad or plain.
    """

    value: float | str | datetime | None
    beside: str = ""
    tone: str = "plain"
    language: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, one per column. Without rows `empty` is said in its place. `name` tells tables apart."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Quotes:
    quotes: tuple[Quotation, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Complaints:
    """Single complaints by their first words, with why they stand here."""

    cases: tuple[CaseLine, ...]


@dataclass(frozen=True, slots=True)
class Practice:
    cases: tuple[PracticeCase, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence of ours in between."""

    text: str


Block: TypeAlias = Sentences | Tiles | Days | Incidents | Themes | Table | Quotes | Complaints | Practice | Note


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a report under a heading; `name` is its anchor and the name of its sheet."""

    name: str
    title: str
    definition: str = ""
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """A whole report. The first chapter is the first page. `zone` is that in which times are shown."""

    title: str
    subtitle: str
    zone: str
    made_at: datetime
    chapters: tuple[Chapter, ...]
    banner: str = ""
    foot: str = ""
    about: Sequence[tuple[str, str]] = field(default=())  # metadata of the document: brand, week
