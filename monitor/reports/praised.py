"""People of the team whom customers praised by name."""

from collections.abc import Mapping, Sequence

from monitor.reports.compare import Meaning, count_figure
from monitor.reports.figures import Better, PraisedPerson, Unit
from monitor.reports.learned import Learned
from monitor.reports.themes import choose_quotes

PEOPLE_SHOWN = 8

PRAISED = (
    "Positive mentions of the week that name this person of the team. One that somebody corrected to be no praise does "
    "not count."
)


def most_praised(praised: Mapping[str, Sequence[int]]) -> list[str]:
    """Who is shown: those praised this week, the most often first."""
    order = sorted(
        (person for person in praised if praised[person][0]), key=lambda person: (-praised[person][0], person)
    )
    return order[:PEOPLE_SHOWN]


def praised_people(learned: Learned, heard: Sequence[float]) -> tuple[PraisedPerson, ...]:
    """Each with how often, last week and usually, and two quotes in their own script."""
    people = most_praised(learned.praised)
    quotes = choose_quotes(learned.praise_quotes, people)
    return tuple(
        PraisedPerson(
            person=person,
            figure=count_figure(
                Meaning(f"praised:{person}", person, PRAISED, Unit.MENTIONS, Better.MORE),
                [float(number) for number in learned.praised[person]],
                heard,
            ),
            quotes=quotes[person],
        )
        for person in people
    )
