"""A backtest as one page that needs nothing else: style and pictures are inside, and no script."""

from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from monitor.backtest import charts, figures
from monitor.backtest.running import Outcome

MOST_LISTED = 200
"""Incidents on a page; with more nobody reads them, and all are in the JSON."""


def html(outcome: Outcome, made_at: datetime) -> str:
    """The page; the same backtest made at the same time gives the same bytes."""
    raised = sorted((one for brand in outcome.brands for one in brand.raised), key=lambda one: one.opened_at)
    missed = sorted(
        ((brand.brand, one) for brand in outcome.brands for one in brand.missed), key=lambda pair: pair[1].opened_at
    )
    return _template().render(
        outcome=outcome,
        made_at=made_at,
        raised=raised[:MOST_LISTED],
        left_out=max(0, len(raised) - MOST_LISTED),
        missed=missed[:MOST_LISTED],
        missed_left_out=max(0, len(missed) - MOST_LISTED),
        days={one.brand: one for one in outcome.days},
        shown=[brand for brand in outcome.brands if brand.raised or brand.then],
        scores=[outcome.then, outcome.whole, *(tried for _, tried in outcome.suggestion.tried)],
        charts=charts,
        figures=figures,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("monitor.backtest"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = lambda at: f"{at:%Y-%m-%d %H:%M}"
    environment.filters["share"] = figures.share_words
    return environment.get_template("backtest.html")
