"""An outline as plain values, each already in the words that are read: the template only draws."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from monitor.reports import charts, drawing, show
from monitor.reports.blocks import (
    Block,
    Chapter,
    Complaints,
    Days,
    Incidents,
    Note,
    Outline,
    Practice,
    Quotes,
    Sentences,
    Themes,
    Tiles,
)
from monitor.reports.blocks import Table as TableBlock
from monitor.reports.figures import CaseLine, Day, Figure, IncidentFigures, PracticeCase, Quotation, ThemeFigures, Unit
from monitor.reports.pdf.tables import table

Plain = dict[str, Any]


def plain(outline: Outline) -> Plain:
    """What the template reads; shares and widths are numbers, everything else is text."""
    zone = ZoneInfo(outline.zone)
    return {
        "title": outline.title,
        "subtitle": outline.subtitle,
        "banner": outline.banner,
        "foot": outline.foot,
        "made": f"Made {show.moment(outline.made_at, zone)}",
        "about": [f"{name}: {value}" for name, value in outline.about],
        "chapters": [_chapter(one, zone) for one in outline.chapters],
    }


def _chapter(chapter: Chapter, zone: ZoneInfo) -> Plain:
    blocks = [_DRAWN[type(one)](one, zone) | {"kind": drawing.kind(one)} for one in chapter.blocks]
    return {"title": chapter.title, "definition": chapter.definition, "blocks": blocks}


def _sentences(block: Sentences, _zone: ZoneInfo) -> Plain:
    return {"sentences": [one.text for one in block.sentences]}


def _tiles(block: Tiles, _zone: ZoneInfo) -> Plain:
    return {"figures": [_figure(one) for one in block.figures]}


def _figure(figure: Figure) -> Plain:
    known = figure.value is not None
    value = show.value(figure)
    spread = show.spread(figure)
    return {
        "label": figure.label,
        "value": value,
        "known": known,
        "of": " of 5" if known and figure.unit is Unit.STARS else "",
        "spread": spread if known and spread != value else "",
        "definition": figure.definition,
        "note": figure.note,
        "spark": _spark(figure),
        **_comparison(figure),
    }


def _comparison(figure: Figure) -> Plain:
    known = figure.value is not None
    return {
        "change": show.change(figure),
        "tone": show.tone(figure),
        "last": show.amount(figure.last, figure.unit) if known and figure.last is not None else "",
        "usual": show.usual(figure) if known else "",
        "standing": show.standing(figure),
    }


def _spark(figure: Figure) -> Plain | None:
    """Heights 0..1, this week's last; nothing where charts.spark draws nothing either."""
    values = [*figure.history, figure.value]
    known = [value for value in values if value is not None]
    if not charts.spark(figure):
        return None
    top = max(known) or 1.0
    return {
        "heights": [None if value is None else max(value, 0.0) / top for value in values],
        "words": charts.spark_in_words(figure),
    }


def _days(block: Days, zone: ZoneInfo) -> Plain:
    values = [value for day in block.days for value in (day.mentions, day.last_mentions) if value is not None]
    top = charts.round_up(max(values, default=0.0))
    return {
        "days": [_day(one, top) for one in block.days],
        "scale": [show.number(top), show.number(top / 2), "0"],
        "words": block.words,
        "where": f"Local days, {zone.key}.",
    }


def _day(day: Day, top: float) -> Plain:
    return {
        "name": show.weekday(day.date),
        "number": day.date.day,
        "mentions": _part(day.mentions, top),
        "said": show.number(day.mentions),
        "negative": _part(day.negative, top),
        "last": _part(day.last_mentions, top),
    }


def _part(value: float | None, top: float) -> float | None:
    return None if value is None else min(max(value / top, 0.0), 1.0)


def _themes(block: Themes, zone: ZoneInfo) -> Plain:
    top = max(charts.largest([one.figure for one in block.themes]), 1.0)
    return {"good": block.good, "themes": [_theme(one, top, zone) for one in block.themes]}


def _theme(theme: ThemeFigures, top: float, zone: ZoneInfo) -> Plain:
    figure = theme.figure
    comparison = _comparison(figure)
    band = {
        "value": _part(figure.value, top),
        "last": _part(figure.last, top),
        "low": _part(figure.usual_low, top),
        "high": _part(figure.usual_high, top),
        "words": charts.band_in_words(figure),
    }
    quotes = [_quotation(one, zone) for one in theme.quotes]
    return {"name": theme.name, "value": show.value(figure), "band": band, "quotes": quotes, **comparison}


def _quotation(one: Quotation, zone: ZoneInfo) -> Plain:
    return {"text": one.text, **_language(one.language), **_origin(one, zone)}


def _origin(one: Quotation | CaseLine, zone: ZoneInfo) -> Plain:
    return {
        "source": one.source,
        "url": drawing.safe_link(one.url),
        "when": show.moment(one.published_at, zone),
    }


def _language(code: str) -> Plain:
    """Two or three letters, as the PDF's language wants them."""
    return {"lang": drawing.language_tag(code).split("-")[0].lower()}


def _quotes(block: Quotes, zone: ZoneInfo) -> Plain:
    return {"title": block.title, "quotes": [_quotation(one, zone) for one in block.quotes]}


def _incidents(block: Incidents, zone: ZoneInfo) -> Plain:
    left_out = drawing.left_out(block.left_out) if block.left_out else ""
    return {"incidents": [_incident(one, zone) for one in block.incidents], "left_out": left_out}


def _incident(one: IncidentFigures, zone: ZoneInfo) -> Plain:
    people = [f"Answered by {', '.join(one.answered_by)}."] if one.answered_by else []
    people += [f"Looked after by {one.owner}."] if one.owner else []
    return {
        "severity": one.severity,
        "state": one.state,
        "subject": one.subject,
        "sentence": one.sentence,
        "opened": f"#{one.id}, opened {show.moment(one.opened_at, zone)}",
        "people": " ".join(people),
        "steps": [
            {
                "name": step.name,
                "known": step.minutes is not None,
                "took": step.note if step.minutes is None else show.amount(step.minutes, Unit.MINUTES),
            }
            for step in one.steps
        ],
    }


def _complaints(block: Complaints, zone: ZoneInfo) -> Plain:
    return {"cases": [_case(one, zone) for one in block.cases]}


def _case(one: CaseLine, zone: ZoneInfo) -> Plain:
    beside = [f"case {one.case_id}"] if one.case_id else []
    beside += [one.owner] if one.owner else []
    return {
        "text": one.text,
        "note": one.note,
        "beside": " · ".join(beside),
        **_language(one.language),
        **_origin(one, zone),
    }


def _practice(block: Practice, _zone: ZoneInfo) -> Plain:
    return {"cases": [_practised(one) for one in block.cases]}


def _practised(one: PracticeCase) -> Plain:
    answered = "" if one.minutes is None else f" · answered in {show.amount(one.minutes, Unit.MINUTES)}"
    return {
        "theme": one.theme,
        "beside": f"{one.kind}{answered}",
        "complaint": {"text": one.complaint, **_language(one.language)},
        "answer": {"text": one.answer, **_language(one.answer_language)},
        "outcome": one.outcome,
        "lessons": list(one.lessons),
    }


def _note(block: Note, _zone: ZoneInfo) -> Plain:
    return {"text": block.text}


_DRAWN: dict[type[Block], Callable[[Any, ZoneInfo], Plain]] = {
    Sentences: _sentences,
    Tiles: _tiles,
    Days: _days,
    Incidents: _incidents,
    Themes: _themes,
    TableBlock: table,
    Quotes: _quotes,
    Complaints: _complaints,
    Practice: _practice,
    Note: _note,
}
