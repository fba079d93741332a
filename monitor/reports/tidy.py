"""All that a report says as one tidy table, a row per figure or text: the CSV, and a sheet of the workbook."""

import csv as csv_writer
import io
from collections.abc import Iterator, Sequence
from typing import TypedDict

from monitor.reports.figures import (
    CaseLine,
    Figure,
    Figures,
    Group,
    Quotation,
    Sentence,
    ThemeFigures,
    TogetherFigures,
    Unit,
)
from monitor.spreadsheet import guard

COLUMNS = (
    "brand", "week", "section", "subject", "figure", "label", "value", "unit", "low", "high", "last_week", "usual_low",
    "usual_high", "text", "definition",
)  # fmt: skip
GROUPS = ("why", "stages", "channels", "people", "brands", "locations")
FIGURES = ("headline", "incident_times", "response", "silent", "follow_ups", "alerts", "alert_quality", "reading")
HOURS = "hours"


class Row(TypedDict, total=False):
    """One row; what is not there is empty. Values are plain: shares 0..1, durations in minutes."""

    section: str
    subject: str
    figure: str
    label: str
    value: float | None
    unit: str
    low: float | None
    high: float | None
    last_week: float | None
    usual_low: float | None
    usual_high: float | None
    text: str
    definition: str


def csv(figures: Figures | TogetherFigures) -> str:
    """The table as CSV (RFC 4180) without formulas; unknown values are empty."""
    brand = figures.brand if isinstance(figures, Figures) else "All brands"
    out = io.StringIO()
    writer = csv_writer.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in rows(figures):
        guarded = {name: guard(value) for name, value in row.items()}
        writer.writerow({"brand": guard(brand), "week": figures.week} | guarded)
    return out.getvalue()


def rows(figures: Figures | TogetherFigures) -> Iterator[Row]:
    """In the order of the report: what was said, what was done, what to learn, how it is known."""
    if isinstance(figures, TogetherFigures):
        yield from _together(figures)
        return
    yield from _sentences("summary", "", figures.summary)
    for section in FIGURES:
        yield from (_figure(section, "", figure) for figure in getattr(figures, section))
    yield from _days(figures)
    yield from _incidents(figures)
    yield from _themes("complaints", figures.complaints)
    yield from _themes("compliments", figures.compliments)
    for section in GROUPS:
        yield from _groups(section, getattr(figures, section))
    yield from _learned(figures)
    yield from _lines(figures)
    yield from _languages(figures)
    yield from _sources(figures)
    for one in figures.alert_reasons:
        yield _value("alert_reasons", one.reason, one.state, one.alerts, Unit.ALERTS) | {"text": one.words}
    for fix in figures.corrections:
        yield _value("corrections", f"{fix.read_as} is {fix.is_really}", "mentions", fix.mentions, Unit.MENTIONS)


def _together(figures: TogetherFigures) -> Iterator[Row]:
    yield from _sentences("summary", "", figures.summary)
    yield from _groups("brands", figures.brands)
    for one in figures.each:
        yield from _sentences("summary", one.brand, one.summary)


def _sentences(section: str, subject: str, sentences: Sequence[Sentence]) -> Iterator[Row]:
    for one in sentences:
        yield {"section": section, "subject": subject, "figure": " ".join(one.figures), "text": one.text}


def _figure(section: str, subject: str, figure: Figure) -> Row:
    return {
        "section": section,
        "subject": subject,
        "figure": figure.name.split(":")[0],
        "label": figure.label,
        "value": figure.value,
        "unit": figure.unit.value,
        "low": figure.low,
        "high": figure.high,
        "last_week": figure.last,
        "usual_low": figure.usual_low,
        "usual_high": figure.usual_high,
        "text": figure.note,
        "definition": figure.definition,
    }


def _value(section: str, subject: str, name: str, value: float | None, unit: str) -> Row:
    return {"section": section, "subject": subject, "figure": name, "value": value, "unit": unit}


def _text(section: str, subject: str, name: str, text: str) -> Row:
    return {"section": section, "subject": subject, "figure": name, "text": text}


def _days(figures: Figures) -> Iterator[Row]:
    for day in figures.days:
        subject = day.date.isoformat()
        yield _value("days", subject, "mentions", day.mentions, Unit.MENTIONS) | {"last_week": day.last_mentions}
        yield _value("days", subject, "negative", day.negative, Unit.MENTIONS)


def _incidents(figures: Figures) -> Iterator[Row]:
    for one in figures.incidents:
        subject = f"#{one.id} {one.subject}"
        yield _text("incidents", subject, "sentence", f"{one.severity}, {one.state}: {one.sentence}")
        for step in one.steps:
            yield _value("incidents", subject, step.name, step.minutes, Unit.MINUTES) | {"text": step.note}
        for name, text in (("owner", one.owner), ("answered_by", ", ".join(one.answered_by))):
            if text:
                yield _text("incidents", subject, name, text)


def _themes(section: str, themes: Sequence[ThemeFigures]) -> Iterator[Row]:
    for one in themes:
        yield _figure(section, one.name, one.figure)
        yield from _quotes(section, one.name, one.quotes)


def _quotes(section: str, subject: str, quotes: Sequence[Quotation]) -> Iterator[Row]:
    for one in quotes:
        yield _text(section, subject, "quote", one.text)


def _groups(section: str, groups: Sequence[Group]) -> Iterator[Row]:
    for one in groups:
        yield from (_figure(section, one.name, figure) for figure in one.figures)
        if one.note:
            yield _text(section, one.name, "note", one.note)


def _learned(figures: Figures) -> Iterator[Row]:
    for one in figures.recurring:
        yield _figure("recurring", one.name, one.figure)
        yield _value("recurring", one.name, "weeks", one.weeks, Unit.WEEKS)
        for name, text in (("stage", one.stage), ("policy", one.policy)):
            if text:
                yield _text("recurring", one.name, name, text)
        for idea in one.ideas:
            votes = _value("recurring", one.name, f"idea of {idea.actor}, {idea.state}", idea.votes, Unit.PEOPLE)
            yield votes | {"text": idea.text}
    for found in figures.found:
        yield _figure("found", found.name, found.figure) | {"text": ", ".join(found.words)}
        yield _value("found", found.name, "weeks", found.weeks, Unit.WEEKS)
        yield from _quotes("found", found.name, found.quotes)
    for praised in figures.praised:
        yield _figure("praised", praised.person, praised.figure)
        yield from _quotes("praised", praised.person, praised.quotes)


def _lines(figures: Figures) -> Iterator[Row]:
    """Single complaints, and those to practise with."""
    for section in ("silent_cases", "follow_up_cases", "missed"):
        cases: Sequence[CaseLine] = getattr(figures, section)
        for one in cases:
            subject = "" if one.case_id is None else f"case {one.case_id}"
            yield _text(section, subject, one.note, one.text)
    for number, case in enumerate(figures.practice, 1):
        subject = f"{number} {case.theme}".rstrip()
        yield _text("practice", subject, "complaint", case.complaint)
        yield _text("practice", subject, "answer", case.answer)
        yield _value("practice", subject, "minutes", case.minutes, Unit.MINUTES) | {"text": case.outcome}
        if case.lessons:
            yield _text("practice", subject, "lessons", ", ".join(case.lessons))


def _languages(figures: Figures) -> Iterator[Row]:
    for one in figures.languages:
        yield _value("languages", one.name, "mentions", one.mentions, Unit.MENTIONS) | {"last_week": one.last_mentions}
        share = one.negative / one.mentions if one.mentions else None
        yield _value("languages", one.name, "negative_share", share, Unit.SHARE) | {"low": one.low, "high": one.high}


def _sources(figures: Figures) -> Iterator[Row]:
    for one in figures.sources:
        yield _value("sources", one.slug, "mentions", one.mentions, Unit.MENTIONS) | {"last_week": one.last_mentions}
        yield _value("sources", one.slug, "heard", one.heard, Unit.SHARE) | {"text": one.health}
        yield _value("sources", one.slug, "not_heard", one.gap_hours, HOURS) | {"text": one.error}
