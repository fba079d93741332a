"""The report of all brands as a message: each brand's week in a line, and the first sentences of each."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from monitor.facts import Message, Row, Section, Severity
from monitor.reports import lines
from monitor.reports.figures import Group, TogetherFigures

SENTENCES_SHOWN = 3
"""Of each brand; its own report has the others."""
FACTS_SHOWN = 10


def message(figures: TogetherFigures, *, key: str, link: str) -> Message:
    """Without files, links and body: those are the same for every report."""
    return Message(
        key=key,
        thread=f"report:all:{figures.week}",
        subject=subject(figures),
        severity=Severity.WATCH,
        kind="report",
        brand="All brands",
        sentence=" ".join(sentence.text for sentence in figures.summary[:2]),
        facts=tuple((one.name, _week_of(one)) for one in figures.brands[:FACTS_SHOWN]),
        quotes=(),
        link=link,
        next_step="Begin with the brand that got worse; its own report says why.",
        at=figures.made_at.astimezone(ZoneInfo(figures.zone)),
        sections=tuple(section for section in _sections(figures) if section.rows),
    )


def subject(figures: TogetherFigures) -> str:
    """`All brands, week 46: 3 brands and 2 competitors side by side`."""
    own = len(figures.each)
    others = len(figures.brands) - own
    parts = [f"{own} brand{'' if own == 1 else 's'}"]
    if others > 0:
        parts.append(f"{others} competitor{'' if others == 1 else 's'}")
    running = " so far" if figures.running else ""
    return f"All brands, week {int(figures.week[-2:])}{running}: {' and '.join(parts)} side by side"


def _week_of(group: Group) -> str:
    """`Mentions 1,204 (+18 %, last week 1,020); Share negative 22 %`."""
    return "; ".join(
        f"{one.label} {lines.valued(one)}" + (f" ({said})" if (said := lines.compared(one)) else "")
        for one in group.figures
        if one.value is not None
    )


def _sections(figures: TogetherFigures) -> Iterator[Section]:
    yield Section("Side by side", tuple(Row(one.name, "", _week_of(one) or "not known") for one in figures.brands))
    for one in figures.each:
        yield Section(one.brand, tuple(Row(sentence.text) for sentence in one.summary[:SENTENCES_SHOWN]))
