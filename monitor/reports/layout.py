"""The tables of a report: their columns and cells, made from the figures."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from monitor.reports import show
from monitor.reports.blocks import Cell, Column, Table
from monitor.reports.figures import (
    Correction,
    Figure,
    FoundFigures,
    Group,
    IdeaFigures,
    LanguageFigures,
    PraisedPerson,
    ReasonCount,
    RecurringTheme,
    SourceFigures,
    Unit,
)


def groups(name: str, head: str, rows: Sequence[Group]) -> Table:
    """A row per group, a column per figure; groups of one table have figures of the same names."""
    first = rows[0].figures if rows else ()
    columns = (Column(head), *(Column(one.label, one.unit, one.definition) for one in first))
    cells = tuple((Cell(row.name, beside=row.note), *(figure(one) for one in row.figures)) for row in rows)
    return Table(name, columns, cells)


def figure(one: Figure) -> Cell:
    """A value beside last week's; what it has to be remembered with stands there too."""
    parts = []
    if show.spread(one):
        parts.append(show.spread(one))
    if one.last is not None:
        parts.append(f"last week {show.amount(one.last, one.unit)}")
    if show.standing(one) not in ("", "as usual"):
        parts.append(show.standing(one))
    if one.note:
        parts.append(one.note)
    return Cell(one.value, beside="; ".join(parts), tone=show.tone(one))


def recurring(themes: Sequence[RecurringTheme]) -> Table:
    columns = (
        Column("Theme"),
        Column("Weeks in a row", Unit.WEEKS),
        Column("Complaints this week", Unit.MENTIONS),
        Column("The policy behind it"),
        Column("Ideas of those who answer"),
    )
    rows = tuple(
        (
            Cell(one.name, beside=one.stage),
            Cell(one.weeks),
            figure(one.figure),
            Cell(one.policy or None),
            Cell("\n".join(idea(each) for each in one.ideas) or None),
        )
        for one in themes
    )
    return Table("recurring", columns, rows)


def idea(one: IdeaFigures) -> str:
    """`“Call before the courier comes.” Sana, 3 more want it, planned`."""
    wanted = f", {one.votes} more {'wants' if one.votes == 1 else 'want'} it" if one.votes else ""
    return f"“{one.text}” {one.actor}{wanted}, {one.state}"


def found(themes: Sequence[FoundFigures]) -> Table:
    columns = (
        Column("Its own words"),
        Column("Complaints this week", Unit.MENTIONS),
        Column("Weeks heard", Unit.WEEKS, "Of the weeks looked at, those in which it was heard."),
    )
    rows = tuple((Cell(one.name, beside=", ".join(one.words)), figure(one.figure), Cell(one.weeks)) for one in themes)
    return Table("found", columns, rows)


def praised(people: Sequence[PraisedPerson]) -> Table:
    columns = (Column("Person"), Column("Praised by name", Unit.MENTIONS))
    return Table("praised", columns, tuple((Cell(one.person), figure(one.figure)) for one in people))


def languages(rows: Sequence[LanguageFigures]) -> Table:
    columns = (
        Column("Language", definition="The language each text was recognised as; “Roman” is written in Latin letters."),
        Column("Mentions", Unit.MENTIONS),
        Column("Share negative", Unit.SHARE, "The expected share of its mentions, and how sure the reading is."),
    )
    cells = tuple(
        (Cell(one.name), Cell(one.mentions, beside=_last_week(one.last_mentions)), _share(one)) for one in rows
    )
    return Table("languages", columns, cells, empty="No mention was read.")


def _share(one: LanguageFigures) -> Cell:
    share = one.negative / one.mentions if one.mentions else None
    low, high = show.percent(one.low), show.percent(one.high)
    return Cell(share, beside="" if low == high else f"{low}–{high}")


def _last_week(mentions: float | None) -> str:
    return "" if mentions is None else f"last week {show.number(mentions)}"


def sources(rows: Sequence[SourceFigures], zone: str) -> Table:
    columns = (
        Column("Source"),
        Column("Mentions", Unit.MENTIONS),
        Column("Negative", Unit.MENTIONS),
        Column("Heard", Unit.SHARE, "The share of the week's time that is known of it."),
        Column("How it is"),
        Column("Not heard"),
    )
    return Table(
        "sources",
        columns,
        tuple(_source(one, ZoneInfo(zone)) for one in rows),
        empty="No source is watched for this brand.",
    )


def _source(one: SourceFigures, zone: ZoneInfo) -> tuple[Cell, ...]:
    last_good = f"last good {show.moment(one.last_good_at, zone)}" if one.last_good_at else "never crawled well"
    gaps = "\n".join(f"{show.moment(gap.start, zone)} to {show.moment(gap.end, zone)}" for gap in one.gaps)
    return (
        Cell(one.slug, beside=one.kind),
        Cell(one.mentions, beside=_last_week(one.last_mentions)),
        Cell(one.negative),
        Cell(one.heard, tone="bad" if one.heard < show.LITTLE_HEARD else "plain"),
        Cell(one.health, beside="; ".join(part for part in (last_good, one.error) if part)),
        Cell(gaps or None, beside=f"{one.gap_hours} h in all" if one.gaps else ""),
    )


def reasons(rows: Sequence[ReasonCount]) -> Table:
    columns = (Column("What became of them"), Column("Because"), Column("Alerts", Unit.ALERTS))
    return Table("reasons", columns, tuple((Cell(one.state), Cell(one.words), Cell(one.alerts)) for one in rows))


def corrections(rows: Sequence[Correction]) -> Table:
    columns = (Column("Read as"), Column("Is really"), Column("Mentions", Unit.MENTIONS))
    cells = tuple((Cell(one.read_as), Cell(one.is_really), Cell(one.mentions)) for one in rows)
    return Table("corrections", columns, cells)
