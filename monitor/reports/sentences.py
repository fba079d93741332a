"""The first page: a week in one minute, each sentence made from named figures."""

from collections.abc import Sequence

from monitor.facts import Severity
from monitor.reports import show
from monitor.reports.figures import Figure, IncidentFigures, Sentence, SourceFigures, ThemeFigures, Unit

LITTLE_HEARD = 0.9


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


def response(figures: Sequence[Figure]) -> Sentence | None:
    """How complaints were answered; nothing when there were none."""
    by_name = {figure.name: figure for figure in figures}
    opened, in_time, overdue = (by_name[name] for name in ("cases_opened", "answered_in_time", "overdue"))
    solved = by_name["cases_solved"]
    if not opened.value and not overdue.value and not solved.value:
        return None
    parts = [f"{show.number(opened.value)} complaints taken up, {show.number(solved.value)} solved"]
    if in_time.value is not None:
        parts.append(f"{show.percent(in_time.value)} answered in time ({in_time.note})")
    parts.append(f"{show.number(overdue.value)} overdue at the end")
    used = (opened, solved, in_time, overdue)
    return Sentence(text="; ".join(parts) + ".", figures=tuple(figure.name for figure in used))


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
