"""What stands on the sheets of a report's workbook: typed columns and rows, and which of them are drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from monitor.reports import blocks, show, tidy
from monitor.reports.blocks import Block, Chapter, Outline
from monitor.reports.figures import (
    CaseLine,
    Figures,
    IncidentFigures,
    PracticeCase,
    Quotation,
    ThemeFigures,
    TogetherFigures,
    Unit,
)
from monitor.spreadsheet import web_address

Value: TypeAlias = str | float | date | datetime | None
WIDE, NARROW = 60, 12


@dataclass(frozen=True, slots=True)
class Typed:
    """A value whose unit is not that of its column."""

    value: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Column:
    """`unit` says how its numbers look; texts have none. `definition` is a comment on the head."""

    label: str
    unit: str = ""
    width: int = 18
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart of columns of numbers (by place) against the first; `words` say the same as the picture."""

    title: str
    series: tuple[int, ...]
    words: str
    lying: bool = False  # bars that lie, for names; else they stand, for days


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value | Typed, ...], ...]
    charts: tuple[Chart, ...] = field(default=())


def sheets(figures: Figures | TogetherFigures, outline: Outline) -> Iterator[Sheet]:
    """All sheets behind the first: every figure in one, then one for each table; empty ones are left out."""
    yield _every_figure(figures)
    for chapter in outline.chapters:
        for block in chapter.blocks:
            sheet = _of_block(chapter, block)
            if sheet is not None and sheet.rows:
                yield sheet
    quotes = tuple(_quotes(outline))
    if quotes:
        yield Sheet("Quotes", (Column("About"), *_QUOTED), quotes)


def _every_figure(figures: Figures | TogetherFigures) -> Sheet:
    """The tidy table; the unit of each row says how its numbers look."""
    names = ("section", "subject", "figure", "label")
    numbers = ("value", "low", "high", "last_week", "usual_low", "usual_high")
    heads = {"last_week": "last week", "usual_low": "usually from", "usual_high": "usually to"}
    columns = (
        *(Column(name) for name in names),
        *(Column(heads.get(name, name), width=NARROW) for name in numbers),
        Column("unit", width=NARROW),
        Column("text", width=WIDE),
        Column("definition", width=WIDE),
    )
    found: list[tuple[Value | Typed, ...]] = []
    for row in tidy.rows(figures):
        told, unit = {**row}, row.get("unit", "")
        typed = (Typed(told.get(name), unit) for name in numbers)  # type: ignore[arg-type]  # these are numbers
        texts = (str(told.get(name) or "") for name in names)
        found.append((*texts, *typed, unit, row.get("text", ""), row.get("definition", "")))
    return Sheet("All figures", columns, tuple(found))


def _of_block(chapter: Chapter, block: Block) -> Sheet | None:
    """The sheet of a block that is a table; figures and quotes have a sheet of their own for all chapters."""
    match block:
        case blocks.Table():
            return _table(chapter, block)
        case blocks.Days():
            return _days(block)
        case blocks.Incidents():
            return _incidents(block.incidents)
        case blocks.Themes():
            return _themes(chapter, block)
        case blocks.Complaints():
            return Sheet(f"{_name(chapter)}, cases", _CASES, tuple(_case(one) for one in block.cases))
        case blocks.Practice():
            return Sheet(_name(chapter), _PRACTICE, tuple(_practice(one) for one in block.cases))
        case _:
            return None


def _name(chapter: Chapter) -> str:
    return chapter.name.replace("-", " ").capitalize()


def _table(chapter: Chapter, table: blocks.Table) -> Sheet:
    """A column that has something beside its values gets a second one for it."""
    beside = [any(row[place].beside for row in table.rows) for place in range(len(table.columns))]
    columns: list[Column] = []
    for one, also in zip(table.columns, beside, strict=True):
        columns.append(Column(one.label, one.unit or "", 18 if one.unit else 26, one.definition))
        if also:
            columns.append(Column(f"{one.label}: {'compared' if one.unit else 'more'}", width=34))
    rows = tuple(tuple(_cells(row, beside)) for row in table.rows)
    counts = [i for i, column in enumerate(columns) if column.unit and column.unit != Unit.MINUTES]
    charts = _bars(columns, rows, counts[0], chapter.title) if counts else ()
    several = sum(isinstance(block, blocks.Table) for block in chapter.blocks) > 1
    name = f"{_name(chapter)}, {table.columns[0].label.lower()}" if several else _name(chapter)
    return Sheet(name, tuple(columns), rows, charts)


def _cells(row: Sequence[blocks.Cell], beside: Sequence[bool]) -> Iterator[Value]:
    for cell, also in zip(row, beside, strict=True):
        yield cell.value
        if also:
            yield cell.beside


def _bars(
    columns: Sequence[Column], rows: Sequence[tuple[Value | Typed, ...]], place: int, title: str
) -> tuple[Chart, ...]:
    """Lying bars of one column; of one row there is nothing to compare."""
    if len(rows) < 2:
        return ()
    unit = Unit(columns[place].unit)
    told = ((str(row[0] or ""), row[place]) for row in rows)
    words = "; ".join(
        f"{name}: {show.amount(value, unit)}" for name, value in told if value is None or isinstance(value, float | int)
    )
    return (Chart(f"{title}: {columns[place].label}", (place,), words, lying=True),)


def _days(block: blocks.Days) -> Sheet:
    columns = (
        Column("Day", width=14),
        Column("Mentions", Unit.MENTIONS),
        Column("Of these negative", Unit.MENTIONS),
        Column("Mentions a week before", Unit.MENTIONS, 24),
    )
    rows = tuple((day.date, day.mentions, day.negative, day.last_mentions) for day in block.days)
    return Sheet("Days", columns, rows, (Chart("Mentions by day", (1, 2), block.words),))


def _incidents(incidents: Sequence[IncidentFigures]) -> Sheet:
    steps = tuple(dict.fromkeys(step.name for one in incidents for step in one.steps))
    columns = (
        Column("Incident", Unit.INCIDENTS, NARROW),
        Column("Severity", width=NARROW),
        Column("State", width=NARROW),
        Column("About"),
        Column("What happened", width=WIDE),
        Column("Began"),
        Column("Opened"),
        *(Column(name[:1].upper() + name[1:], Unit.MINUTES, 16) for name in steps),
        Column("Looked after by"),
        Column("Answered by"),
    )
    return Sheet("Incidents", columns, tuple(_incident(one, steps) for one in incidents))


def _incident(one: IncidentFigures, steps: Sequence[str]) -> tuple[Value, ...]:
    took = {step.name: step.minutes for step in one.steps}
    head = (one.id, one.severity, one.state, one.subject, one.sentence, one.started_at, one.opened_at)
    return (*head, *(took.get(name) for name in steps), one.owner, ", ".join(one.answered_by))


_THEMES = (
    Column("Theme", width=26),
    Column("This week", Unit.MENTIONS),
    Column("Low", Unit.MENTIONS, NARROW),
    Column("High", Unit.MENTIONS, NARROW),
    Column("Last week", Unit.MENTIONS),
    Column("Usually from", Unit.MENTIONS),
    Column("Usually to", Unit.MENTIONS),
    Column("Note", width=40),
)


def _themes(chapter: Chapter, block: blocks.Themes) -> Sheet:
    rows = tuple(_theme(one) for one in block.themes)
    return Sheet(_name(chapter), _THEMES, rows, _bars(_THEMES, rows, 1, chapter.title))


def _theme(one: ThemeFigures) -> tuple[Value, ...]:
    figure = one.figure
    numbers = (figure.value, figure.low, figure.high, figure.last, figure.usual_low, figure.usual_high)
    return (one.name, *numbers, figure.note)


_QUOTED = (
    Column("Text", width=WIDE),
    Column("Language", width=NARROW),
    Column("Source"),
    Column("Published"),
    Column("Address", width=40),
)
_CASES = (
    Column("Case", Unit.CASES, NARROW),
    *_QUOTED,
    Column("Why it stands here", width=34),
    Column("Owner"),
)
_PRACTICE = (
    Column("Theme"),
    Column("Kind of place"),
    Column("Language", width=NARROW),
    Column("Complaint", width=WIDE),
    Column("Answer", width=WIDE),
    Column("Answered after", Unit.MINUTES),
    Column("Outcome", width=34),
    Column("What the answer did", width=40),
)


def _quotes(outline: Outline) -> Iterator[tuple[Value, ...]]:
    for chapter in outline.chapters:
        for block in chapter.blocks:
            if isinstance(block, blocks.Themes):
                for theme in block.themes:
                    yield from (_quote(f"{chapter.title}: {theme.name}", one) for one in theme.quotes)
            elif isinstance(block, blocks.Quotes):
                about = f"{chapter.title}: {block.title}" if block.title else chapter.title
                yield from (_quote(about, one) for one in block.quotes)


def _quote(about: str, one: Quotation) -> tuple[Value, ...]:
    return (about, one.text, one.language, one.source, one.published_at, web_address(one.url))


def _case(one: CaseLine) -> tuple[Value, ...]:
    told = (one.text, one.language, one.source, one.published_at, web_address(one.url))
    return (one.case_id, *told, one.note, one.owner)


def _practice(one: PracticeCase) -> tuple[Value, ...]:
    place = (one.theme, one.kind, one.language)
    return (*place, one.complaint, one.answer, one.minutes, one.outcome, ", ".join(one.lessons))
