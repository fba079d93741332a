"""How certain the model was of what it read, and how often people said that it read wrongly."""

from collections import Counter
from collections.abc import Sequence

from monitor.reports.compare import Meaning, against
from monitor.reports.figures import Better, Correction, Figure, Unit
from monitor.reports.learned import Learned
from monitor.store.report_said import Certain
from monitor.store.report_said_people import Checked

CERTAINTY = Meaning(
    "certainty",
    "Certainty of the reading",
    "How probable the model held what it read, on average over the week's mentions: the largest of its three "
    "probabilities. Chance alone would give 33 %.",
    Unit.SHARE,
    Better.MORE,
)
UNSURE = Meaning(
    "unsure",
    "Unsure readings",
    "Of the week's mentions, those that the model was not certain enough of: a person should look.",
    Unit.SHARE,
    Better.LESS,
)
LOOKED_AT = Meaning(
    "looked_at",
    "Looked at by people",
    "Mentions of which people said in the week how they are to be read, or whose case somebody did something about.",
    Unit.MENTIONS,
    Better.MORE,
)
CORRECTED = Meaning(
    "corrected",
    "Corrected by people",
    "Mentions of which people said in the week that they were read wrongly.",
    Unit.MENTIONS,
    Better.LESS,
)
CORRECTED_SHARE = Meaning(
    "corrected_share",
    "Read wrongly, of those looked at",
    "Corrected mentions out of those that people looked at in the week. People look at complaints and doubtful ones "
    "first: of all mentions fewer are read wrongly.",
    Unit.SHARE,
    Better.LESS,
)


def reading_figures(learned: Learned) -> tuple[Figure, ...]:
    """This week beside last week."""
    sure = [_share(one.certainty, one.mentions) for one in learned.certain] or [None]
    doubtful = [_share(one.unsure, one.mentions) for one in learned.certain] or [None]
    looked = [float(one.looked_at) for one in learned.checked] or [0.0]
    wrong = [float(_wrong(one)) for one in learned.checked] or [0.0]
    shares = [_share(number, of) for number, of in zip(wrong, looked, strict=True)]
    return (
        against(CERTAINTY, sure[0], sure[1:], _nothing_read(learned.certain)),
        against(UNSURE, doubtful[0], doubtful[1:], _nothing_read(learned.certain)),
        against(LOOKED_AT, looked[0], looked[1:]),
        against(CORRECTED, wrong[0], wrong[1:]),
        against(CORRECTED_SHARE, shares[0], shares[1:], _of(wrong[0], looked[0])),
    )


def _share(part: float, of: float) -> float | None:
    return part / of if of else None


def _wrong(checked: Checked) -> int:
    return sum(word.read_as is not word.is_really for word in checked.words)


def _nothing_read(certain: Sequence[Certain]) -> str:
    return "" if certain and certain[0].mentions else "no mention was read"


def _of(wrong: float, looked: float) -> str:
    return f"{wrong:,.0f} of {looked:,.0f}" if looked else "nobody looked"


def corrections(learned: Learned) -> tuple[Correction, ...]:
    """What the texts that were corrected in the week had been read as, and what they are, the most frequent first."""
    words = learned.checked[0].words if learned.checked else ()
    found = Counter((word.read_as.value, word.is_really.value) for word in words if word.read_as is not word.is_really)
    return tuple(
        Correction(read_as=read_as, is_really=is_really, mentions=mentions)
        for (read_as, is_really), mentions in sorted(found.items(), key=lambda one: (-one[1], one[0]))
    )
