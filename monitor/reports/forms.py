"""The forms a report can be given in: what each is called, where it is made, and its bytes."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TypeAlias

from monitor.errors import ConfigError
from monitor.reports import render
from monitor.reports.figures import Figures, TogetherFigures
from monitor.reports.options import TOGETHER

Reported: TypeAlias = Figures | TogetherFigures


@dataclass(frozen=True, slots=True)
class Form:
    """`extension` is that of its files, and its name in the config and on the command line."""

    media_type: str
    extension: str
    render: Callable[[Reported], bytes]


def _html(figures: Reported) -> bytes:
    return render.html(figures).encode("utf-8")


def _csv(figures: Reported) -> bytes:
    return render.csv(figures).encode("utf-8")


def _json(figures: Reported) -> bytes:
    return render.json(figures).encode("utf-8")


def _pdf(figures: Reported) -> bytes:
    """Its compiler and fonts are loaded on first use, for few processes need them."""
    made: bytes = import_module("monitor.reports.pdf").pdf(render.laid_out(figures))
    return made


def _xlsx(figures: Reported) -> bytes:
    made: bytes = import_module("monitor.reports.workbook").xlsx(figures)
    return made


FORMS: dict[str, Form] = {
    form.extension: form
    for form in (
        Form("text/html", "html", _html),
        Form("application/pdf", "pdf", _pdf),
        Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", _xlsx),
        Form("text/csv", "csv", _csv),
        Form("application/json", "json", _json),
    )
}


def render_as(figures: Reported, form: str) -> bytes:
    """A report in a form; the same figures give the same bytes. ConfigError names the forms when it is none of them."""
    if form not in FORMS:
        raise ConfigError(f"format: {form!r} is not one of {', '.join(FORMS)}")
    return FORMS[form].render(figures)


def name_of(figures: Reported) -> str:
    """What its files are called, without the extension: `rosecart-2026-W46`, `all-brands-2026-W46`."""
    slug = figures.brand_slug if isinstance(figures, Figures) else TOGETHER
    return f"{slug}-{figures.week}"
