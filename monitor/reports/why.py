"""Why complaints rose or fell: which theme, branch, source or language the change came with most."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from monitor.languages import language_name
from monitor.reports.compare import ALIKE, CONFIDENCE, Meaning, against
from monitor.reports.facts import WeekFacts
from monitor.reports.figures import Better, Figure, Group, Unit
from monitor.reports.listening import heard_share
from monitor.store.reports import Sums

LEAST_STEP = 3.0
"""A smaller change is not worth a word, as on the Themes page."""
LEAST_PART, LEAST_LIFT = 0.3, 0.15
"""Named is what made such a part of the change, and so much more of it than it had of the complaints before.

A source that always has all complaints also has all of the change: that explains nothing."""
SHOWN = 3
NOUNS = {"theme": "the theme", "branch": "the branch", "source": "the source", "language": "texts in"}

NEGATIVE = Meaning(
    "why_negative",
    "Negative mentions",
    "Expected number of negative mentions of this part.",
    Unit.MENTIONS,
    Better.LESS,
)
PART = Meaning(
    "why_part",
    "Part of the change",
    "How much of the change in negative mentions since last week came with this part. Parts overlap: a mention has a "
    "theme, a source and a language.",
    Unit.SHARE,
)


@dataclass(frozen=True, slots=True)
class Change:
    """How one part of the complaints changed: its part of all of the change, and of last week's complaints."""

    dimension: str
    key: str
    name: str
    now: Sums
    before: Sums
    part: float
    had: float

    @property
    def lift(self) -> float:
        return self.part - self.had


def is_clear(now: Sums, before: Sums) -> bool:
    """Whether two expected numbers of complaints differ by more than chance (Poisson) and reading explain, at 95 %."""
    spread = now.negative + before.negative + now.uncertainty + before.uncertainty
    return abs(now.negative - before.negative) >= max(LEAST_STEP, CONFIDENCE * sqrt(max(0.0, spread)))


def reasons(facts: WeekFacts, negative: Figure) -> tuple[Group, ...]:
    """The parts that the change came with most, one of each kind, the most telling first.

    Nothing when the weeks cannot be compared, or when the change is no more than chance and reading explain.
    """
    this, last = facts.said.whole[:2]
    if not negative.clear:
        return ()
    found = [best for kind in _kinds(facts) if (best := _best(*kind, this, last)) is not None]
    found.sort(key=lambda one: -round(one.lift, 6))
    return tuple(_group(one, facts) for one in found[:SHOWN])


def _kinds(facts: WeekFacts) -> Iterator[tuple[str, Mapping[str, Sequence[Sums]], Mapping[str, str]]]:
    """What the complaints can be cut by: kind, sums of this week and the last by key, and names."""
    said, branches = facts.said, facts.learned.branches
    yield "theme", said.themes, said.theme_names
    if len(branches) > 1:
        names = sorted(branches[0].keys() | branches[1].keys())
        yield "branch", {name: [part.get(name, Sums()) for part in branches] for name in names}, {}
    yield "source", said.sources, {}
    yield "language", said.languages, {code: language_name(code) for code in said.languages}


def _best(
    kind: str, parts: Mapping[str, Sequence[Sums]], names: Mapping[str, str], this: Sums, last: Sums
) -> Change | None:  # fmt: skip
    """The part that the change came with most: it must have changed clearly itself, in the same direction."""
    whole = this.negative - last.negative
    found = []
    for key in sorted(parts):
        now, before = parts[key][:2]
        part = (now.negative - before.negative) / whole
        had = before.negative / last.negative if last.negative > 0 else 0.0
        change = Change(kind, key, names.get(key, key), now, before, part, had)
        if part >= LEAST_PART and change.lift >= LEAST_LIFT and is_clear(now, before):
            found.append(change)
    return max(found, key=lambda one: (round(one.lift, 6), one.key), default=None)


def _group(change: Change, facts: WeekFacts) -> Group:
    return Group(
        key=f"{change.dimension}:{change.key}",
        name=f"{NOUNS[change.dimension]} {change.name}",
        figures=(
            against(NEGATIVE, change.now.negative, [change.before.negative]),
            against(PART, min(1.0, change.part), ()),
        ),
        note=_newly_heard(change, facts),
    )


def _newly_heard(change: Change, facts: WeekFacts) -> str:
    """A source that was not listened to last week brings what was said there before, too."""
    spans = [item.spans for item in facts.listening if item.source.slug == change.key and change.dimension == "source"]
    shares = [(heard_share(one, facts.windows[0]), heard_share(one, facts.windows[1])) for one in spans]
    if not shares or shares[0][0] - shares[0][1] <= ALIKE:
        return ""
    return f"heard {shares[0][1] * 100:.0f} % of last week, {shares[0][0] * 100:.0f} % of this one"
