"""Complaints that were found outside of the themes of the config: how many, since when, in their own words."""

from collections.abc import Sequence

from monitor.reports.compare import Meaning, count_figure
from monitor.reports.figures import Better, FoundFigures, Quotation, Unit
from monitor.reports.themes import CANDIDATES_EACH, choose_quotes
from monitor.store.report_found import FoundFacts

SHOWN = 6
QUOTABLE = CANDIDATES_EACH
DEFINITION = (
    "Negative mentions without a theme that resemble each other, put into one group by how the model reads them. A "
    "group has texts by three people or more in two weeks or more; its name is made of the words they use more than "
    "others do."
)


def found_figures(found: Sequence[FoundFacts], heard: Sequence[float]) -> tuple[FoundFigures, ...]:
    """`heard` are the shares of the windows listened to, this week's first."""
    quotes = choose_quotes([text for one in found for text in one.quotable], [str(one.id) for one in found])
    return tuple(_figures(one, heard, quotes) for one in found)


def _figures(one: FoundFacts, heard: Sequence[float], quotes: dict[str, tuple[Quotation, ...]]) -> FoundFigures:
    meaning = Meaning(f"found:{one.id}", one.name, DEFINITION, Unit.MENTIONS, Better.LESS)
    figure = count_figure(meaning, one.counts, heard)
    if one.per_hour is not None:
        sample = f"counted in a sample: the first {one.per_hour} mentions of each hour"
        figure = figure.model_copy(update={"note": "; ".join(filter(None, (figure.note, sample)))})
    return FoundFigures(
        id=one.id,
        name=one.name,
        words=one.words,
        figure=figure,
        weeks=sum(count > 0 for count in one.counts),
        quotes=quotes[str(one.id)],
    )
