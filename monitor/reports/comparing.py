"""Brands side by side, and the branches of one: the same figures of each, compared only where that is fair."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.reports.compare import ALIKE, Meaning, against, count_figure, share_figure
from monitor.reports.figures import Better, Figure, Group, Unit
from monitor.store.comparing import Located, Stars
from monitor.store.reports import Sums

BRANCHES_SHOWN = 20
"""The branches with the most mentions; all others are one row."""
OTHERS = "other-branches"
NOT_SHARED = "no source is watched for all of them"

MENTIONS = Meaning(
    "brand_mentions",
    "Mentions",
    "Public texts about the brand, published in the week and read, at all sources that are watched for it.",
    Unit.MENTIONS,
)
VOICE = Meaning(
    "share_of_voice",
    "Share of voice",
    "Its part of the mentions of all brands of this table, counted only at the sources that are watched for every one "
    "of them. A text about two of them counts for both.",
    Unit.SHARE,
)
NEGATIVE = Meaning(
    "brand_negative_share",
    "Share negative",
    "Expected negative mentions out of all of the brand. The range says how sure the reading is (95 %).",
    Unit.SHARE,
    Better.LESS,
)
RATING = Meaning(
    "brand_rating", "Average rating", "Mean of the week's star ratings, brought to 1 to 5 stars.", Unit.STARS,
    Better.MORE,
)  # fmt: skip
COMPLAINT = Meaning(
    "brand_top_complaint",
    "Largest complaint",
    "The theme with the most complaints: expected negative mentions with it, out of all mentions of the brand.",
    Unit.SHARE,
    Better.LESS,
)
BRANCH_MENTIONS = Meaning(
    "branch_mentions",
    "Mentions",
    "Texts that name the branch or come from its own page, published in the week and read.",
    Unit.MENTIONS,
)
BRANCH_NEGATIVE = Meaning(
    "branch_negative_share",
    "Share negative",
    "Expected negative mentions out of all of the branch. The range says how sure the reading is (95 %).",
    Unit.SHARE,
    Better.LESS,
)
BRANCH_RATING = Meaning(
    "branch_rating", "Average rating", "Mean of the week's star ratings, brought to 1 to 5 stars.", Unit.STARS,
    Better.MORE,
)  # fmt: skip
BRANCH_COMPLAINT = Meaning(
    "branch_top_complaint",
    "Largest complaint",
    "The theme with the most complaints: expected negative mentions with it, out of all mentions of the branch.",
    Unit.SHARE,
    Better.LESS,
)
BRANCH_INCIDENTS = Meaning(
    "branch_incidents",
    "Incidents",
    "Incidents opened in the week of which a quarter or more of the texts about any branch are about this one.",
    Unit.INCIDENTS,
    Better.LESS,
)


@dataclass(frozen=True, slots=True)
class Compared:
    """What was read of one brand. Sequences hold one entry per window, this week's first."""

    slug: str
    name: str
    competitor: bool
    whole: Sequence[Sums]  # every window
    heard: Sequence[float]  # every window, 0..1
    sources: Mapping[str, Sequence[Sums]]  # two windows
    themes: Mapping[str, Sequence[Sums]]  # two windows
    rated: Sequence[Stars]  # two windows
    watched: frozenset[str]  # the sources that are watched for it


@dataclass(frozen=True, slots=True)
class Branch:
    """What was read of one branch, in two windows, this week's first."""

    slug: str
    name: str
    weeks: Sequence[Located]
    incidents: Sequence[int]


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the week of a brand: other brands (itself first), and its branches."""

    brands: Sequence[Compared] = ()
    shared_heard: Sequence[float] = ()  # two windows: how much the sources that all share were heard
    branches: Sequence[Branch] = ()
    theme_names: Mapping[str, str] = field(default_factory=dict)


def shared(brands: Sequence[Compared]) -> frozenset[str]:
    """The sources that are watched for every one of them; empty without brands."""
    return frozenset.intersection(*(one.watched for one in brands)) if brands else frozenset()


def brand_groups(beside: Beside) -> tuple[Group, ...]:
    """A row per brand; nothing where there is nothing to compare with."""
    if len(beside.brands) < 2:
        return ()
    together = shared(beside.brands)
    totals = [sum(_said_at(one, together, window) for one in beside.brands) for window in (0, 1)]
    return tuple(
        Group(
            key=one.slug,
            name=one.name,
            figures=(
                count_figure(MENTIONS, [sums.mentions for sums in one.whole], one.heard),
                _voice(one, together, totals, beside.shared_heard),
                share_figure(NEGATIVE, [_parts(sums) for sums in one.whole]),
                _rating(RATING, one.rated),
                _largest(COMPLAINT, one.themes, one.whole[:2], beside.theme_names),
            ),
            note=_noted(one, together),
        )
        for one in beside.brands
    )


def _parts(sums: Sums) -> tuple[float, float, float]:
    return sums.mentions, sums.negative, sums.uncertainty


def _said_at(one: Compared, sources: frozenset[str], window: int) -> float:
    return sum(one.sources[slug][window].mentions for slug in sources if slug in one.sources)


def _voice(one: Compared, together: frozenset[str], totals: Sequence[float], heard: Sequence[float]) -> Figure:
    """Its part of what was said at the sources that all share; last week's where they were heard about as long."""
    if not together:
        return against(VOICE, None, (), NOT_SHARED)
    if totals[0] <= 0:
        return against(VOICE, None, (), "no mention to divide by" if heard[0] > 0 else "nobody listened")
    parts = [(total, _said_at(one, together, window), 0.0) for window, total in enumerate(totals)]
    if abs(heard[0] - heard[1]) > ALIKE:
        parts = parts[:1]
    return share_figure(VOICE, parts).model_copy(update={"low": None, "high": None})


def _rating(meaning: Meaning, weeks: Sequence[Stars]) -> Figure:
    means = [week.stars / week.ratings if week.ratings else None for week in weeks]
    ratings = weeks[0].ratings
    note = f"of {ratings} {'rating' if ratings == 1 else 'ratings'}" if ratings else "no rating in the week"
    return against(meaning, means[0], means[1:], note)


def _largest(
    meaning: Meaning, themes: Mapping[str, Sequence[Sums]], whole: Sequence[Sums], names: Mapping[str, str]
) -> Figure:
    """The theme with the most complaints this week, named in the note."""
    complained = [slug for slug, weeks in themes.items() if weeks[0].negative >= 0.5]
    if not complained or whole[0].mentions <= 0:
        return against(meaning, None, (), "no complaint about any theme" if whole[0].mentions > 0 else "")
    slug = min(complained, key=lambda one: (-themes[one][0].negative, one))
    parts = [(all_.mentions, part.negative, part.uncertainty) for all_, part in zip(whole, themes[slug], strict=False)]
    return share_figure(meaning, parts).model_copy(update={"note": names.get(slug, slug)})


def _noted(one: Compared, together: frozenset[str]) -> str:
    """What tells it from the others: whose it is, and how many of its sources are watched for it and not for all."""
    notes = ["competitor"] if one.competitor else []
    alone = len(one.watched - together)
    if alone and together:
        notes.append(f"{alone} of its {len(one.watched)} sources {'is' if alone == 1 else 'are'} not watched for all")
    return "; ".join(notes)


def branch_groups(beside: Beside, heard: Sequence[float]) -> tuple[Group, ...]:
    """A row per branch, those with the most mentions first; the rest in one. `heard`: of the brand, per window."""
    spoken = [one for one in beside.branches if one.weeks[0].whole.mentions or one.weeks[1].whole.mentions]
    spoken.sort(key=lambda one: (-one.weeks[0].whole.mentions, one.name, one.slug))
    return tuple(
        Group(key=one.slug, name=one.name, figures=tuple(_of_branch(one, beside, heard[:2])))
        for one in (*spoken[:BRANCHES_SHOWN], *_rest(spoken[BRANCHES_SHOWN:]))
    )


def _of_branch(one: Branch, beside: Beside, heard: Sequence[float]) -> Iterator[Figure]:
    whole = [week.whole for week in one.weeks]
    slugs = {slug for week in one.weeks for slug in week.themes}
    themes = {slug: [week.themes.get(slug, Sums()) for week in one.weeks] for slug in slugs}
    yield count_figure(BRANCH_MENTIONS, [sums.mentions for sums in whole], heard)
    yield share_figure(BRANCH_NEGATIVE, [_parts(sums) for sums in whole])
    yield _rating(BRANCH_RATING, [week.rated for week in one.weeks])
    yield _largest(BRANCH_COMPLAINT, themes, whole, beside.theme_names)
    yield count_figure(BRANCH_INCIDENTS, [float(number) for number in one.incidents], heard)


def _rest(branches: Sequence[Branch]) -> Iterator[Branch]:
    """The others as one. What is about two of them counts once for each, as everywhere."""
    if not branches:
        return
    weeks = [_added([one.weeks[window] for one in branches]) for window in (0, 1)]
    incidents = [sum(one.incidents[window] for one in branches) for window in (0, 1)]
    yield Branch(OTHERS, f"{len(branches)} more", weeks, incidents)


def _added(parts: Sequence[Located]) -> Located:
    slugs = {slug for part in parts for slug in part.themes}
    return Located(
        whole=_sum([part.whole for part in parts]),
        rated=Stars(sum(part.rated.ratings for part in parts), sum(part.rated.stars for part in parts)),
        themes={slug: _sum([part.themes.get(slug, Sums()) for part in parts]) for slug in sorted(slugs)},
    )


def _sum(parts: Sequence[Sums]) -> Sums:
    return Sums(
        sum(part.mentions for part in parts),
        sum(part.negative for part in parts),
        sum(part.uncertainty for part in parts),
    )
