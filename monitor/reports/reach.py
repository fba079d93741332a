"""How many people the week's mentions could have reached, at least."""

from collections.abc import Sequence

from monitor.reports.compare import Meaning, against, count_figure
from monitor.reports.figures import Better, Figure, Unit
from monitor.store.report_said import Reached

REACH = Meaning(
    "reach",
    "Reach, at least",
    "People whom the week's mentions could have reached: of each author the largest of the views of a mention, where "
    "its place tells them, else the author's followers at the time. Places that tell neither count nothing: the true "
    "number is larger. Somebody who follows two authors counts twice.",
    Unit.PEOPLE,
)
NEGATIVE_REACH = Meaning(
    "negative_reach",
    "Reach of complaints, at least",
    "The same of the mentions that are held to be negative.",
    Unit.PEOPLE,
    Better.LESS,
)
UNTOLD = "no place tells views or followers"


def reach_figures(reached: Sequence[Reached], heard: Sequence[float]) -> tuple[Figure, ...]:
    """Of all mentions and of the negative ones; not known when no place of the week tells views or followers."""
    if not reached:
        return ()
    if not reached[0].known:
        return against(REACH, None, (), UNTOLD), against(NEGATIVE_REACH, None, (), UNTOLD)
    weeks = heard[: len(reached)]
    every = count_figure(REACH, [float(one.all) for one in reached], weeks)
    note = f"told of {reached[0].known:,} {'author' if reached[0].known == 1 else 'authors'}"
    every = every.model_copy(update={"note": "; ".join(part for part in (note, every.note) if part)})
    return every, count_figure(NEGATIVE_REACH, [float(one.negative) for one in reached], weeks)
