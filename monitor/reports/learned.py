"""What was read from the store to learn from: stages, reach, praise by name, ideas, marks of alerts, corrections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.models import HeldFinding
from monitor.store.report_said import Certain, Reached, Staged, ThemeRow
from monitor.store.report_said_people import Checked, Marked, Proposed
from monitor.store.reports import Candidate, Reading, Sums

READ_AGAIN = 300_000
"""Mentions of the weeks before that are read again for a usual range, as many weeks as fit in; the last week always."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Sequences over weeks hold this week's entry first; those read again end where the weeks became too many."""

    themes: Mapping[str, ThemeRow] = field(default_factory=dict)
    policies: Mapping[str, str] = field(default_factory=dict)  # of a theme, as the config names it
    staged: Sequence[Staged] = ()  # weeks read again
    reached: Sequence[Reached] = ()  # weeks read again
    praise: Sequence[Mapping[str, tuple[float, float]]] = ()  # weeks read again, from the third on: see Said.praise
    readings: Sequence[Reading] = ()  # weeks read again, from the third on: see Said.reading
    certain: Sequence[Certain] = ()  # two weeks
    branches: Sequence[Mapping[str, Sums]] = ()  # two weeks, by the branch's name
    praised: Mapping[str, Sequence[int]] = field(default_factory=dict)  # every week
    praise_quotes: Sequence[Candidate] = ()  # `theme` is the person
    ideas: Sequence[Proposed] = ()
    detectors: Mapping[int, str] = field(default_factory=dict)  # which rule found an incident first
    marked: Sequence[Sequence[Marked]] = ()  # two weeks
    held: Sequence[Sequence[HeldFinding]] = ()  # two weeks
    checked: Sequence[Checked] = ()  # two weeks


def read_again(mentions: Sequence[float]) -> int:
    """How many weeks are read mention by mention, of those with so many mentions (this one first): two at least."""
    total = sum(mentions[:2])
    weeks = min(2, len(mentions))
    for number in mentions[2:]:
        total += number
        if total > READ_AGAIN:
            break
        weeks += 1
    return weeks
