"""The first page: a week in one minute, each sentence made from named figures."""

from collections.abc import Sequence

from monitor.facts import Severity
from monitor.reports import show
from monitor.reports.figures import (
    Figure,
    FoundFigures,
    Group,
    IncidentFigures,
    PraisedPerson,
    RecurringTheme,
    Sentence,
    SourceFigures,
    ThemeFigures,
    Unit,
)

LITTLE_HEARD = show.LITTLE_HEARD
IDEA_LENGTH = 90


def volume(mentions: Figure) -> Sentence:
    """How much was said."""
    if mentions.value is None:
        text = "Nobody listened to this week: 0 % of its time is known, so nothing can be said of it."
        return Sentence(text=text, figures=(mentions.name,))
    parts = [f"{show.counted(mentions.value, Unit.MENTIONS)}"]
    if mentions.last is not None:
        parts.append(f", {_against_last(mentions)}")
    parts.append(_against_usual(mentions))
    return Sentence(text="".join(parts) + ".", figures=(mentions.name,))


def _against_last(figure: Figure) -> str:
    step, last = show.change(figure), show.amount(figure.last, figure.unit)
    return f"as many as last week ({last})" if step == "same" else f"{step} against last week ({last})"


def _against_usual(figure: Figure) -> str:
    standing = show.standing(figure)
    return f"; {standing} ({show.usual(figure)})" if standing else ""


def sentiment(negative: Figure, share: Figure, *, clear: bool) -> Sentence | None:
    """How much of it was negative; `clear`: the step from last week is more than reading and chance explain."""
    if share.value is None or negative.value is None:
        return None
    text = f"About {show.number(negative.value)} of them negative: {show.percent(share.value)}"
    if show.spread(share) not in {"", show.percent(share.value)}:
        text += f" (between {show.spread(share).replace('–', ' and ')})"
    if share.last is not None:
        text += _than_last(share, clear=clear)
    return Sentence(text=f"{text}{_against_usual(share)}.", figures=(negative.name, share.name))


def _than_last(share: Figure, *, clear: bool) -> str:
    last = show.percent(share.last)
    if not clear:
        return f", not clearly different from last week ({last})"
    return f", {'up' if (share.value or 0) > (share.last or 0) else 'down'} from {last} last week"


def incidents(opened: Figure, rows: Sequence[IncidentFigures], times: Sequence[Figure]) -> list[Sentence]:
    """How many incidents there were, and the worst one."""
    if opened.value is None:
        return []
    if not rows:
        return [Sentence(text="No incident was opened.", figures=(opened.name,))]
    text = show.counted(opened.value, Unit.INCIDENTS) + " opened"
    critical = sum(row.severity == Severity.CRITICAL for row in rows)
    text += _critical(critical, len(rows))
    steps = [(words, figure) for words, figure in zip(_STEPS, times, strict=False) if figure.value is not None]
    if steps:
        durations = (f"{words} {show.amount(figure.value, Unit.MINUTES)}" for words, figure in steps)
        text += f"; typically {', '.join(durations)}"
    names = (opened.name, *(figure.name for _, figure in steps))
    worst = rows[0]
    return [
        Sentence(text=f"{text}.", figures=names),
        Sentence(text=f"The worst, on {worst.subject}: {worst.sentence}", figures=(f"incident:{worst.id}",)),
    ]


def _critical(critical: int, rows: int) -> str:
    if not critical:
        return ""
    return ", critical" if rows == 1 else f", {critical} of them critical"


_STEPS = ("noticed in", "told in", "first answered in", "contained in")


def themes(complaints: Sequence[ThemeFigures], compliments: Sequence[ThemeFigures]) -> list[Sentence]:
    """What people complained of and praised most."""
    out = []
    for words, found in (("Most complaints: ", complaints), ("Most praise: ", compliments)):
        if found:
            parts = [_theme(theme) for theme in found[:3]]
            names = tuple(theme.figure.name for theme in found[:3])
            out.append(Sentence(text=f"{words}{'; '.join(parts)}.", figures=names))
    return out


def _theme(theme: ThemeFigures) -> str:
    value, last = theme.figure.value, theme.figure.last
    beside = "" if last is None else f", last week {show.number(last)}"
    return f"{theme.name} ({show.number(value)}{beside})"


def why(negative: Figure, parts: Sequence[Group]) -> Sentence | None:
    """What the change in complaints came with; nothing when it is not clear, or spreads over everything."""
    if not parts or negative.value is None or negative.last is None:
        return None
    step = negative.value - negative.last
    told = " and with ".join(f"{part.name} ({_came(part)})" for part in parts[:2])
    moved = f"{'rise' if step > 0 else 'fall'} of {show.number(abs(step))} negative mentions"
    text = f"The {moved} came mostly with {told}."
    return Sentence(text=text, figures=(negative.name, *(f"why:{part.key}" for part in parts[:2])))


def _came(part: Group) -> str:
    negative, share = part.figures[:2]
    moved = f"from {show.number(negative.last)} to {show.number(negative.value)}, {show.percent(share.value)} of it"
    return f"{moved}; {part.note}" if part.note else moved


def response(figures: Sequence[Figure], *, running: bool = False) -> Sentence | None:
    """How complaints were answered; nothing when there were none."""
    by_name = {figure.name: figure for figure in figures}
    opened, in_time, overdue = (by_name[name] for name in ("cases_opened", "answered_in_time", "overdue"))
    solved = by_name["cases_solved"]
    if not opened.value and not overdue.value and not solved.value:
        return None
    noun = "complaint" if round(opened.value or 0) == 1 else "complaints"
    parts = [f"{show.number(opened.value)} {noun} taken up, {show.number(solved.value)} solved"]
    if in_time.value is not None:
        beside = f" ({in_time.note})" if in_time.note else ""
        parts.append(f"{show.percent(in_time.value)} answered in time{beside}")
    known = [by_name[name] for name in _HOW if name in by_name and by_name[name].value is not None]
    parts += [_HOW[figure.name] % show.amount(figure.value, figure.unit) + _of_how_many(figure) for figure in known]
    parts.append(f"{show.number(overdue.value)} overdue {'now' if running else 'at the end'}")
    used = (opened, solved, in_time, *known, overdue)
    return Sentence(text="; ".join(parts) + ".", figures=tuple(figure.name for figure in used))


def _of_how_many(figure: Figure) -> str:
    """A share says of what: nearly all of the few that are solved may be few of all."""
    return f" ({figure.note})" if figure.unit is Unit.SHARE and figure.note else ""


_HOW = {"first_answer": "first answer typically in %s", "first_contact": "%s solved at first contact"}


def recurring(themes: Sequence[RecurringTheme]) -> Sentence | None:
    """Which policy deserves a second look: of the complaint that has come back for longest."""
    if not themes:
        return None
    first, *others = themes
    policy = f"the policy “{first.policy}”" if first.policy else "the policy behind it"
    weeks, now = show.counted(first.weeks, Unit.WEEKS), show.number(first.figure.value)
    parts = [
        f"{first.name} was a large part of the complaints for {weeks} in a row ({now} now): "
        f"{policy} deserves a second look",
        *_most_wanted(first),
        *(f"so was {one.name} for {show.counted(one.weeks, Unit.WEEKS)}" for one in others[:1]),
    ]
    return Sentence(text="; ".join(parts) + ".", figures=tuple(theme.figure.name for theme in themes[:2]))


def _most_wanted(theme: RecurringTheme) -> list[str]:
    """What those who answer propose; what is done already is no proposal any more."""
    idea = next((one for one in theme.ideas if one.state != "done"), None)
    if idea is None:
        return []
    line = " ".join(idea.text.split()).removesuffix(".")
    words = line if len(line) <= IDEA_LENGTH else line[: IDEA_LENGTH - 1].rsplit(" ", 1)[0] + "…"
    votes = f", and {idea.votes} more {'wants' if idea.votes == 1 else 'want'} it" if idea.votes else ""
    return [f"{idea.actor} proposes “{words}”{votes}"]


def found(themes: Sequence[FoundFigures]) -> Sentence | None:
    """The largest complaint that no theme tells of."""
    if not themes or not themes[0].figure.value:
        return None
    first = themes[0]
    text = (
        f"A complaint that no theme tells of: “{first.name}” ({show.number(first.figure.value)} this week, heard in "
        f"{show.counted(first.weeks, Unit.WEEKS)})."
    )
    return Sentence(text=text, figures=(first.figure.name,))


def praised(people: Sequence[PraisedPerson]) -> Sentence | None:
    """Who did well."""
    if not people:
        return None
    told = []
    for one in people[:3]:
        beside = "" if one.figure.last is None else f", last week {show.number(one.figure.last)}"
        told.append(f"{one.person} ({show.number(one.figure.value)}{beside})")
    more = f" and {len(people) - 3} more" if len(people) > 3 else ""
    text = f"Praised by name: {', '.join(told)}{more}. Tell them."
    return Sentence(text=text, figures=tuple(one.figure.name for one in people[:3]))


def silent(figures: Sequence[Figure]) -> Sentence | None:
    """Who may leave without a word; nothing when nobody is at risk."""
    return _listed("At risk of leaving in silence: ", figures)


def follow_ups(figures: Sequence[Figure]) -> Sentence | None:
    """Whom we owe another word."""
    return _listed("Of follow-ups ", figures)


_LISTED = {
    "unanswered": ("complaint that nobody answers", "complaints that nobody answers"),
    "complained_twice": ("customer who complained twice", "customers who complained twice"),
    "first_time_let_down": ("first-time customer let down", "first-time customers let down"),
    "follow_ups_due": ("was due", "were due"),
    "follow_ups_done": ("was done", "were done"),
    "follow_ups_overdue": ("is overdue", "are overdue"),
}


def _listed(head: str, figures: Sequence[Figure]) -> Sentence | None:
    """The figures that have words here and are not zero: `12 complaints that nobody answers (last week 9)`."""
    told = [figure for figure in figures if figure.name in _LISTED and round(figure.value or 0)]
    if not told:
        return None
    return Sentence(text=f"{head}{', '.join(map(_one_of, told))}.", figures=tuple(figure.name for figure in told))


def _one_of(figure: Figure) -> str:
    words = _LISTED[figure.name][0 if round(figure.value or 0) == 1 else 1]
    beside = "" if figure.last is None else f" (last week {show.number(figure.last)})"
    return f"{show.number(figure.value)} {words}{beside}"


def missed(figures: Sequence[Figure]) -> Sentence | None:
    """What people said should have been told."""
    figure = next((one for one in figures if one.name == "missed" and one.value), None)
    if figure is None:
        return None
    verb = "was" if round(figure.value or 0) == 1 else "were"
    text = f"{show.counted(figure.value or 0, Unit.ALERTS)} that people called useful {verb} not sent."
    return Sentence(text=text, figures=(figure.name,))


def not_heard(sources: Sequence[SourceFigures]) -> Sentence | None:
    """What was missed; nothing when every source was heard most of the time."""
    missed = [source for source in sources if source.heard < LITTLE_HEARD]
    if not missed:
        return None
    worst = sorted(missed, key=lambda source: (source.heard, source.slug))
    names = ", ".join(f"{source.slug} ({show.percent(source.heard)} of the time)" for source in worst[:3])
    more = f" and {len(worst) - 3} more" if len(worst) > 3 else ""
    text = f"Not fully heard: {names}{more}. What was written there meanwhile is unknown."
    return Sentence(text=text, figures=tuple(f"source:{source.slug}" for source in worst[:3]))


def unread(figure: Figure) -> Sentence | None:
    """What waits to be read; nothing when all was."""
    if not figure.value:
        return None
    verbs = "waits to be read and is" if round(figure.value) == 1 else "wait to be read and are"
    text = f"{show.counted(figure.value, Unit.MENTIONS)} of the week {verbs} not in the figures."
    return Sentence(text=text, figures=(figure.name,))
