"""Turns figures into the forms people get: a page that needs nothing else, a table, and JSON."""

import csv as csv_writer
import io
import json as json_writer
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from monitor.reports import charts, show
from monitor.reports.figures import Figure, Figures, ThemeFigures

COLUMNS = (
    "brand", "week", "section", "subject", "figure", "value", "unit", "low", "high", "last_week", "usual_low",
    "usual_high", "text", "definition",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?")

Row = dict[str, Any]


def html(figures: Figures) -> str:
    """One page with its style and pictures inside; the same figures give the same bytes."""
    zone = ZoneInfo(figures.zone)
    return _template().render(
        figures=figures,
        zone=zone,
        show=show,
        charts=charts,
        moment=lambda value: show.moment(value, zone),
        safe_link=safe_link,
        language_tag=language_tag,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("monitor.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("weekly.html")


def safe_link(url: str) -> str:
    """The address if a browser may be led there, else nothing: no scripts, no files."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc else ""


def language_tag(code: str) -> str:
    """The language for the page's `lang`; empty when it is not one."""
    return code if _LANGUAGE.fullmatch(code) and code != "und" else ""


def json(figures: Figures) -> str:
    """All figures as JSON, keys sorted."""
    plain = figures.model_dump(mode="json")
    return json_writer.dumps(plain, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def csv(figures: Figures) -> str:
    """A tidy table, one row per figure or text. Values are plain numbers (shares 0..1); unknown ones are empty."""
    out = io.StringIO()
    writer = csv_writer.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(figures):
        guarded = {name: guard(value) for name, value in row.items()}
        writer.writerow({"brand": guard(figures.brand), "week": figures.week} | guarded)
    return out.getvalue()


def guard(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers."""
    if isinstance(value, str):
        return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return "" if value is None else value


def _rows(figures: Figures) -> Iterator[Row]:
    for sentence in figures.summary:
        yield {"section": "summary", "figure": " ".join(sentence.figures), "text": sentence.text}
    for section in ("headline", "incident_times", "response", "alerts"):
        yield from (_figure_row(section, "", figure) for figure in getattr(figures, section))
    yield from _day_rows(figures)
    yield from _incident_rows(figures)
    yield from _theme_rows("complaints", figures.complaints)
    yield from _theme_rows("compliments", figures.compliments)
    yield from _language_rows(figures)
    yield from _source_rows(figures)
    for one in figures.alert_reasons:
        yield _value_row("alert_reasons", one.reason, one.state, one.alerts, "alerts") | {"text": one.words}


def _figure_row(section: str, subject: str, figure: Figure) -> Row:
    return {
        "section": section,
        "subject": subject,
        "figure": figure.name.split(":")[0],
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


def _value_row(section: str, subject: str, name: str, value: float | None, unit: str) -> Row:
    return {"section": section, "subject": subject, "figure": name, "value": value, "unit": unit}


def _day_rows(figures: Figures) -> Iterator[Row]:
    for day in figures.days:
        subject = day.date.isoformat()
        mentions = _value_row("days", subject, "mentions", day.mentions, "mentions")
        yield mentions | {"last_week": day.last_mentions}
        yield _value_row("days", subject, "negative", day.negative, "mentions")


def _incident_rows(figures: Figures) -> Iterator[Row]:
    for incident in figures.incidents:
        subject = f"#{incident.id} {incident.subject}"
        text = f"{incident.severity}, {incident.state}: {incident.sentence}"
        yield {"section": "incidents", "subject": subject, "figure": "sentence", "text": text}
        for step in incident.steps:
            row = _value_row("incidents", subject, step.name, step.minutes, "minutes")
            yield row | {"text": step.note}


def _theme_rows(section: str, themes: tuple[ThemeFigures, ...]) -> Iterator[Row]:
    for theme in themes:
        yield _figure_row(section, theme.name, theme.figure)
        for quote in theme.quotes:
            yield {"section": section, "subject": theme.name, "figure": "quote", "text": quote.text}


def _language_rows(figures: Figures) -> Iterator[Row]:
    for one in figures.languages:
        mentions = _value_row("languages", one.name, "mentions", one.mentions, "mentions")
        yield mentions | {"last_week": one.last_mentions}
        share = _value_row("languages", one.name, "negative_share", one.negative / one.mentions, "share")
        yield share | {"low": one.low, "high": one.high}


def _source_rows(figures: Figures) -> Iterator[Row]:
    for one in figures.sources:
        mentions = _value_row("sources", one.slug, "mentions", one.mentions, "mentions")
        yield mentions | {"last_week": one.last_mentions}
        yield _value_row("sources", one.slug, "heard", one.heard, "share") | {"text": one.health}
        yield _value_row("sources", one.slug, "not_heard", one.gap_hours, "hours") | {"text": one.error}
