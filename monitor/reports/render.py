"""Turns figures into the forms people get: a page that needs nothing else, a table, and JSON."""

import json as json_writer

from monitor.reports import drawing, tidy
from monitor.reports.blocks import Outline
from monitor.reports.figures import Figures, TogetherFigures
from monitor.reports.outline import outline, together


def laid_out(figures: Figures | TogetherFigures) -> Outline:
    """The chapters and blocks that every form draws."""
    return outline(figures) if isinstance(figures, Figures) else together(figures)


def html(figures: Figures | TogetherFigures) -> str:
    """One page with its style and pictures inside; the same figures give the same bytes."""
    return drawing.templates().get_template("weekly.html").render(drawing.given(laid_out(figures)))


def json(figures: Figures | TogetherFigures) -> str:
    """All figures as JSON, keys sorted."""
    plain = figures.model_dump(mode="json")
    return json_writer.dumps(plain, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def csv(figures: Figures | TogetherFigures) -> str:
    """A tidy table, one row per figure or text. Values are plain numbers (shares 0..1); unknown ones are empty."""
    return tidy.csv(figures)
