"""Parts of a report as one line each, as messages and mails have room for."""

from collections.abc import Iterator

from monitor.reports import show
from monitor.reports.compare import NOBODY
from monitor.reports.figures import Figure, IncidentFigures, Unit

NOTED = ("mentions", "answered_in_time", "first_answer")
"""Figures whose note is shown: how much was listened to goes for all counts, and is said once."""


def compared(figure: Figure) -> str:
    """What a figure is compared with: `+18 %, last week 310; usually 280–420, above usual`."""
    parts = []
    if step := show.change(figure):
        last = show.amount(figure.last, figure.unit)
        parts.append("as last week" if step == "same" else f"{step}, last week {last}")
    if usual := show.usual(figure):
        standing = show.standing(figure)
        parts.append(f"usually {usual}" + (f", {standing}" if standing not in ("", "as usual") else ""))
    return "; ".join(parts)


def beside(figure: Figure) -> str:
    """What a figure is compared with, and what to keep in mind."""
    said = figure.name in NOTED or (figure.value is None and figure.note != NOBODY)
    return "; ".join(part for part in (compared(figure), figure.note if said else "") if part)


def valued(figure: Figure) -> str:
    """The value with what it is out of: `3.4 of 5`."""
    return show.value(figure) + (" of 5" if figure.unit is Unit.STARS and figure.value is not None else "")


def steps(incident: IncidentFigures) -> Iterator[str]:
    """`noticed in 12 min`, `told in 1 min`, `not answered`, and who answered or looked after it."""
    for step in incident.steps:
        if step.name == "contained":
            continue
        words = "answered" if step.name == "first answer" else step.name
        yield f"{words} in {show.amount(step.minutes, Unit.MINUTES)}" if step.minutes is not None else step.note
    if incident.answered_by:
        yield f"by {' and '.join(incident.answered_by[:2])}"
    elif incident.owner:
        yield f"looked after by {incident.owner}"


def lasted(incident: IncidentFigures) -> str:
    """`contained in 5 h`; empty when it was not."""
    contained = next((step for step in incident.steps if step.name == "contained"), None)
    if contained is None or contained.minutes is None:
        return ""
    return f"contained in {show.amount(contained.minutes, Unit.MINUTES)}"
