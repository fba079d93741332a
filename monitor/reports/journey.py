"""Complaints and compliments by stage of the customer's journey, each mention once per stage."""

from collections.abc import Iterator, Sequence

from monitor.facts import Stage
from monitor.reports.compare import Meaning, against, expected_figure
from monitor.reports.facts import WeekFacts
from monitor.reports.figures import Better, Figure, Group, Unit
from monitor.reports.show import number
from monitor.store.report_said import Feelings

THEMES_NAMED = 3
NO_STAGE = "none"

COMPLAINTS = Meaning(
    "stage_complaints",
    "Complaints",
    "Expected number of negative mentions with a theme of this stage; each counts once, however many of its themes it "
    "has. One with themes of two stages stands in both.",
    Unit.MENTIONS,
    Better.LESS,
)
SHARE = Meaning(
    "stage_share",
    "Share of all complaints",
    "Expected negative mentions of this stage out of all of the week. Stages share mentions, so that these need not "
    "add up to 100 %.",
    Unit.SHARE,
    Better.LESS,
)
COMPLIMENTS = Meaning(
    "stage_compliments",
    "Compliments",
    "Expected number of positive mentions with a theme of this stage, counted the same way.",
    Unit.MENTIONS,
    Better.MORE,
)


def stage_groups(facts: WeekFacts, heard: Sequence[float]) -> tuple[Group, ...]:
    """The stages that a theme belongs to, in the journey's order, then what has no stage; nothing without any."""
    used = {row.stage for row in facts.learned.themes.values() if row.stage is not None}
    if not used or not facts.learned.staged:
        return ()
    return (*(_stage(stage, facts, heard) for stage in Stage if stage in used), _without_stage(facts, heard))


def _stage(stage: Stage, facts: WeekFacts, heard: Sequence[float]) -> Group:
    weeks = [staged.stages.get(stage, Feelings()) for staged in facts.learned.staged]
    return Group(
        key=stage.value,
        name=stage.words,
        figures=tuple(_figures(weeks, weeks, facts, heard)),
        note=_themes(stage, facts),
    )


def _without_stage(facts: WeekFacts, heard: Sequence[float]) -> Group:
    said, placed = facts.said, [staged.placed for staged in facts.learned.staged]
    readings = (said.reading, said.reading_before, *facts.learned.readings)
    rest = [
        Feelings(
            mentions=whole.mentions - one.mentions,
            negative=max(0.0, whole.negative - one.negative),
            negative_doubt=max(0.0, whole.uncertainty - one.negative_doubt),
        )
        for whole, one in zip(said.whole, placed, strict=False)
    ]
    pleased = [
        Feelings(
            mentions=part.mentions,
            positive=max(0.0, reading.positive - one.positive),
            positive_doubt=max(0.0, reading.uncertainty - one.positive_doubt),
        )
        for part, one, reading in zip(rest, placed, readings, strict=False)
    ]
    return Group(
        key=NO_STAGE,
        name="No stage",
        figures=tuple(_figures(rest, pleased, facts, heard)),
        note="without a theme, or with themes that belong to no stage",
    )


def _figures(
    weeks: Sequence[Feelings], pleased: Sequence[Feelings], facts: WeekFacts, heard: Sequence[float]
) -> Iterator[Figure]:
    complaints = [(one.mentions, one.negative, one.negative_doubt) for one in weeks]
    compliments = [(one.mentions, one.positive, one.positive_doubt) for one in pleased]
    shares = [
        one.negative / whole.negative if whole.negative > 0 else None
        for one, whole in zip(weeks, facts.said.whole, strict=False)
    ]
    yield expected_figure(COMPLAINTS, complaints, heard[: len(complaints)])
    yield against(SHARE, shares[0], shares[1:])
    yield expected_figure(COMPLIMENTS, compliments, heard[: len(compliments)])


def _themes(stage: Stage, facts: WeekFacts) -> str:
    """The themes with most complaints, with their numbers: `Delivery 80, Courier 12`."""
    rows, sums = facts.learned.themes, facts.said.themes
    found = {slug: sums[slug][0].negative for slug, row in rows.items() if row.stage is stage and slug in sums}
    largest = sorted((slug for slug in found if found[slug] >= 0.5), key=lambda slug: (-found[slug], slug))
    return ", ".join(f"{rows[slug].name} {number(found[slug])}" for slug in largest[:THEMES_NAMED])
