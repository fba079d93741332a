"""Puts the reports of brands together: a few figures of each side by side, and sentences made from them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from monitor.reports import comparing, show
from monitor.reports.compare import Meaning, against
from monitor.reports.figures import BrandWeek, Figure, Figures, Group, Sentence, TogetherFigures, Unit
from monitor.reports.weeks import Week

SAID = (comparing.MENTIONS, comparing.VOICE, comparing.NEGATIVE, comparing.RATING, comparing.COMPLAINT)
"""What is known of competitors as well, in the order of a report's own comparison."""
DONE = ("incidents_opened", "answered_in_time", "overdue")
"""What is known of our own brands only: figures of their reports."""
_WITHOUT_COMPARISON = {comparing.MENTIONS.name: "mentions", comparing.NEGATIVE.name: "negative_share",
                       comparing.RATING.name: "rating"}  # fmt: skip
"""Figures that stand for them in a report that was kept before brands were compared."""
NOT_COMPARED = "its report was kept before brands were compared"


def put_together(
    reports: Sequence[Figures], *, zone: ZoneInfo, week: Week, now: datetime, missing: Sequence[str] = ()
) -> TogetherFigures:
    """The week of all brands from the reports of each (one at least); `missing` are our brands without one.

    Nothing is counted anew: what is said here of a brand is what its own report says.
    """
    start, end = week.window(zone)
    ours, others = [_own(one) for one in reports], list(_others(reports))
    return TogetherFigures(
        zone=zone.key,
        week=str(week),
        monday=week.monday,
        start=start,
        end=min(end, now.astimezone(UTC)),
        running=now < end,
        made_at=now.astimezone(UTC).replace(microsecond=0),
        summary=tuple(_sentences(ours, others, missing)),
        brands=(*ours, *others),
        each=tuple(BrandWeek(brand=one.brand, brand_slug=one.brand_slug, summary=one.summary) for one in reports),
    )


def _own(report: Figures) -> Group:
    """A brand's own row of its report's comparison, and what was done for it."""
    known = next((one for one in report.brands if one.key == report.brand_slug), None)
    said = known.figures if known is not None else tuple(_stand_in(report, meaning) for meaning in SAID)
    return Group(
        key=report.brand_slug,
        name=report.brand,
        figures=(*said, *(report.figure(name) for name in DONE)),
        note=known.note if known is not None else "",
    )


def _stand_in(report: Figures, meaning: Meaning) -> Figure:
    name = _WITHOUT_COMPARISON.get(meaning.name)
    if name is None:
        return against(meaning, None, (), NOT_COMPARED)
    words = {"name": meaning.name, "label": meaning.label, "definition": meaning.definition}
    return report.figure(name).model_copy(update=words)


def _others(reports: Sequence[Figures]) -> Iterator[Group]:
    """Brands that a report compares with and that have none themselves, each as the first report tells of it."""
    seen = {one.brand_slug for one in reports}
    unknown = [_unknown(reports[0].figure(name)) for name in DONE]
    for group in (group for report in reports for group in report.brands):
        if group.key not in seen:
            seen.add(group.key)
            yield group.model_copy(update={"figures": (*group.figures, *unknown)})


def _unknown(figure: Figure) -> Figure:
    nothing = {"value": None, "low": None, "high": None, "last": None, "usual_low": None, "usual_high": None}
    return figure.model_copy(update={**nothing, "history": (), "note": "", "clear": None})


def _sentences(ours: Sequence[Group], others: Sequence[Group], missing: Sequence[str]) -> Iterator[Sentence]:
    """What whoever looks after all brands should know, the most important first."""
    yield from _volume(ours)
    yield from _negative(ours)
    yield from _counted(ours, "incidents_opened", "opened", "No incident was opened at any of them.")
    yield from _counted(ours, "overdue", "overdue at the end of the week", "No complaint is overdue at any of them.")
    yield from _in_common(ours)
    yield from _competing(others)
    if missing:
        verb = "has" if len(missing) == 1 else "have"
        text = f"{_listed(missing)} {verb} no report of this week: what is said here is without."
        yield Sentence(text=text, figures=tuple(f"report:{name}" for name in missing))


def _figure(group: Group, name: str) -> Figure:
    return next(figure for figure in group.figures if figure.name == name)


def _known(groups: Sequence[Group], name: str) -> list[tuple[Group, Figure]]:
    """The groups of which the figure is known."""
    found = [(group, _figure(group, name)) for group in groups]
    return [(group, figure) for group, figure in found if figure.value is not None]


def _names(found: Sequence[tuple[Group, Figure]]) -> tuple[str, ...]:
    return tuple(f"{group.key}:{figure.name}" for group, figure in found)


def _listed(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _volume(ours: Sequence[Group]) -> Iterator[Sentence]:
    known = _known(ours, comparing.MENTIONS.name)
    if not known:
        yield Sentence(text="Nobody listened to any of the brands this week.", figures=_names_of(ours))
        return
    total = sum(figure.value or 0.0 for _, figure in known)
    parts = [f"{show.name(group.name)} {show.number(figure.value)}{_step(figure)}" for group, figure in known]
    many = "1 brand" if len(ours) == 1 else f"{len(ours)} brands"
    yield Sentence(text=f"{many}, {show.counted(total, Unit.MENTIONS)}: {', '.join(parts)}.", figures=_names(known))


def _names_of(groups: Sequence[Group]) -> tuple[str, ...]:
    return _names([(group, _figure(group, comparing.MENTIONS.name)) for group in groups])


def _step(figure: Figure) -> str:
    """` (+18 %)`; nothing where it cannot be compared."""
    step = show.change(figure)
    return f" ({step})" if step not in ("", "same") else ""


def _negative(ours: Sequence[Group]) -> Iterator[Sentence]:
    """The largest share of negative mentions, and the smallest where the reading tells the two apart for certain."""
    known = sorted(_known(ours, comparing.NEGATIVE.name), key=lambda one: (-(one[1].value or 0.0), one[0].key))
    if not known:
        return
    (most, high), (least, low) = known[0], known[-1]
    text = f"The largest part is negative at {show.name(most.name)}: {show.percent(high.value)}"
    if high.last is not None:
        text += f" (last week {show.percent(high.last)})"
    if len(known) == 1:
        yield Sentence(text=f"{text}.", figures=_names(known))
        return
    apart = (high.low or 0.0) > (low.high if low.high is not None else 1.0)
    text += (
        f"; the smallest at {show.name(least.name)}: {show.percent(low.value)}."
        if apart
        else f"; {show.name(least.name)} at {show.percent(low.value)} is not clearly better."
    )
    yield Sentence(text=text, figures=_names([known[0], known[-1]]))


def _counted(ours: Sequence[Group], name: str, what: str, nothing: str) -> Iterator[Sentence]:
    """How many there were in all, and where."""
    known = _known(ours, name)
    some = [(group, figure) for group, figure in known if round(figure.value or 0.0)]
    if not known:
        return
    if not some:
        yield Sentence(text=nothing, figures=_names(known))
        return
    some.sort(key=lambda one: -(one[1].value or 0.0))
    total = show.counted(sum(figure.value or 0.0 for _, figure in some), some[0][1].unit)
    parts = ", ".join(f"{show.name(group.name)} {show.number(figure.value)}" for group, figure in some)
    yield Sentence(text=f"{total} {what}: {parts}.", figures=_names(some))


def _in_common(ours: Sequence[Group]) -> Iterator[Sentence]:
    """A theme that is the largest complaint of several brands: one policy may be behind it."""
    known = _known(ours, comparing.COMPLAINT.name)
    themes = Counter(figure.note for _, figure in known)
    for theme, number in themes.most_common(1):
        if number > 1:
            of = [(group, figure) for group, figure in known if figure.note == theme]
            parts = ", ".join(
                f"{show.name(group.name)} {show.percent(figure.value)} of its mentions" for group, figure in of
            )
            text = (
                f"{theme} is the largest complaint of {_listed([show.name(group.name) for group, _ in of])}: {parts}."
            )
            yield Sentence(text=text, figures=_names(of))


def _competing(others: Sequence[Group]) -> Iterator[Sentence]:
    known = _known(others, comparing.MENTIONS.name)
    if not known:
        return
    parts = []
    for group, figure in known:
        negative = _figure(group, comparing.NEGATIVE.name)
        share = f", {show.percent(negative.value)} negative" if negative.value is not None else ""
        parts.append(f"{show.name(group.name)} {show.counted(figure.value or 0.0, Unit.MENTIONS)}{share}")
    used = (*known, *_known([group for group, _ in known], comparing.NEGATIVE.name))
    yield Sentence(text=f"Beside them: {'; '.join(parts)}.", figures=_names(used))
