"""Complaints that come back week after week: which they are, with the policy behind them and the ideas for it."""

from collections.abc import Mapping, Sequence

from monitor.reports.compare import Meaning, expected_figure
from monitor.reports.facts import WeekFacts
from monitor.reports.figures import Better, IdeaFigures, RecurringTheme, Unit
from monitor.reports.learned import Learned
from monitor.reports.themes import COMPLAINT

RECURRING = 3
"""Weeks in a row: from then on the policy behind the complaint is worth a second look."""
LEAST_A_WEEK, LEAST_SHARE = 3.0, 0.2
"""A week counts for a theme that had so many complaints, and such a part of all complaints about themes.

A fifth: where complaints spread evenly over the six themes or more that most have, none stands out week after week."""
IDEAS_SHOWN = 3


def weeks_in_a_row(weekly: Mapping[str, Sequence[float]], known: Sequence[bool] = ()) -> dict[str, int]:
    """Per theme the weeks up to the last in which it was a large part of the complaints.

    `weekly` are expected complaints, the oldest week first. A week that is not `known` (nobody listened) neither counts
    nor ends the row: what was said then is unknown, not zero.
    """
    every = [sum(week) for week in zip(*weekly.values(), strict=True)]
    heard = known or [True] * len(every)
    return {slug: _run(weeks, every, heard) for slug, weeks in weekly.items()}


def _run(weeks: Sequence[float], every: Sequence[float], known: Sequence[bool]) -> int:
    length = 0
    for complaints, all_complaints, heard in zip(weeks, every, known, strict=True):
        if heard:
            large = complaints >= LEAST_A_WEEK and complaints >= LEAST_SHARE * all_complaints
            length = length + 1 if large else 0
    return length


def recurring_themes(facts: WeekFacts, heard: Sequence[float]) -> tuple[RecurringTheme, ...]:
    """The themes that were a large part of the complaints for three weeks or more up to this one, the longest first."""
    again = {slug: weeks for slug, weeks in _weeks(facts, heard).items() if weeks >= RECURRING}
    sums = facts.said.themes
    order = sorted(again, key=lambda slug: (-again[slug], -sums[slug][0].negative, slug))
    return tuple(_theme(slug, again[slug], facts, heard) for slug in order)


def _weeks(facts: WeekFacts, heard: Sequence[float]) -> dict[str, int]:
    """While the week is running, a theme that is not large yet stands as it stood at the end of the last one."""
    weekly = {slug: [one.negative for one in reversed(weeks)] for slug, weeks in facts.said.themes.items()}
    whole = zip(facts.said.whole, heard, strict=True)
    known = [sums.mentions > 0 or share > 0 for sums, share in whole][::-1]
    rows = weeks_in_a_row(weekly, known)
    if facts.windows[0][1] >= facts.week.window(facts.zone)[1]:
        return rows
    before = weeks_in_a_row({slug: weeks[:-1] for slug, weeks in weekly.items()}, known[:-1])
    return {slug: row or before[slug] for slug, row in rows.items()}


def _theme(slug: str, weeks: int, facts: WeekFacts, heard: Sequence[float]) -> RecurringTheme:
    learned, sums = facts.learned, facts.said.themes[slug]
    row = learned.themes.get(slug)
    name = row.name if row else slug
    meaning = Meaning(f"recurring:{slug}", name, COMPLAINT, Unit.MENTIONS, Better.LESS)
    figure = expected_figure(meaning, [(one.mentions, one.negative, one.uncertainty) for one in sums], heard)
    if weeks == len(sums):
        note = f"in each of the {weeks} weeks that were looked at"
        figure = figure.model_copy(update={"note": "; ".join(part for part in (note, figure.note) if part)})
    return RecurringTheme(
        slug=slug,
        name=name,
        stage=row.stage.words if row and row.stage else "",
        policy=learned.policies.get(slug, ""),
        weeks=weeks,
        figure=figure,
        ideas=_ideas(slug, learned),
    )


def _ideas(slug: str, learned: Learned) -> tuple[IdeaFigures, ...]:
    """The first ideas for a theme, in the order they were read: open ones first, those that most want."""
    mine = [idea for idea in learned.ideas if idea.theme == slug][:IDEAS_SHOWN]
    return tuple(
        IdeaFigures(text=idea.text, actor=idea.actor, votes=idea.votes, state=idea.state.value, at=idea.at)
        for idea in mine
    )
