"""The incidents of a week: how many, and how long it took to notice, tell, answer and contain them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from statistics import median

from monitor.clock import spoken_duration
from monitor.facts import Dimension, IncidentState
from monitor.languages import language_name
from monitor.models import AlertState, Incident
from monitor.reports.compare import Meaning, against, count_figure
from monitor.reports.facts import Done, WeekFacts
from monitor.reports.figures import Better, Figure, IncidentFigures, ReasonCount, Step, Unit
from monitor.reports.weeks import Window

INCIDENTS_SHOWN = 12

OPENED = Meaning(
    "incidents_opened",
    "Incidents opened",
    "Episodes of unusually many negative mentions that were opened in the week.",
    Unit.INCIDENTS,
    Better.LESS,
)
DISMISSED = Meaning(
    "incidents_dismissed",
    "Dismissed by people",
    "Of the incidents opened in the week, those that someone dismissed.",
    Unit.INCIDENTS,
    Better.LESS,
)
DETECT = Meaning(
    "time_to_detect",
    "Time to notice",
    "From the first mention of an incident to its opening; median of the incidents opened in the week.",
    Unit.MINUTES,
    Better.LESS,
)
ALERT = Meaning(
    "time_to_alert",
    "Time to tell",
    "From the opening to the first alert that a channel accepted; median of the incidents that had one.",
    Unit.MINUTES,
    Better.LESS,
)
ANSWER = Meaning(
    "time_to_answer",
    "Time to first answer",
    "From the opening to the first answer to one of its complaints; median of the incidents that had one.",
    Unit.MINUTES,
    Better.LESS,
)
CONTAIN = Meaning(
    "time_to_contain",
    "Time to contain",
    "From the opening until it calmed down or was over; median of those that did. Dismissed ones do not count.",
    Unit.MINUTES,
    Better.LESS,
)
SENT = Meaning("alerts_sent", "Alerts sent", "Messages made in the week that a channel accepted.", Unit.ALERTS)
WITHHELD = Meaning(
    "alerts_withheld",
    "Alerts withheld",
    "Messages that the routes did not ask for or that would have repeated one; the reasons are below.",
    Unit.ALERTS,
)
FAILED = Meaning(
    "alerts_failed",
    "Alerts not delivered",
    "Messages made in the week that no try could deliver, or that still wait.",
    Unit.ALERTS,
    Better.LESS,
)


def opened_figure(facts: WeekFacts, heard: Sequence[float]) -> Figure:
    counts = [float(len(_opened(facts.done, window))) for window in facts.windows]
    return count_figure(OPENED, counts, heard)


def time_figures(facts: WeekFacts) -> tuple[Figure, ...]:
    """The medians of this week beside last week's, and how many incidents were dismissed."""
    done = facts.done
    this, last = (_opened(done, window) for window in facts.windows[:2])
    figures = [
        _median(DETECT, _detect, this, last),
        _median(ALERT, lambda incident: _since(incident, done.first_sent), this, last),
        _median(ANSWER, lambda incident: _since(incident, done.first_answered), this, last),
        _median(CONTAIN, _contain, this, last),
    ]
    dismissed = [float(sum(i.state is IncidentState.DISMISSED for i in week)) for week in (this, last)]
    return (*figures, against(DISMISSED, dismissed[0], dismissed[1:]))


def _opened(done: Done, window: Window) -> list[Incident]:
    return [incident for incident in done.incidents if window[0] <= incident.opened_at < window[1]]


def _median(
    meaning: Meaning,
    minutes: Callable[[Incident], float | None],
    this: Sequence[Incident],
    last: Sequence[Incident],
) -> Figure:
    now, before = ([m for i in week if (m := minutes(i)) is not None] for week in (this, last))
    note = f"longest {spoken_duration(timedelta(minutes=max(now)))}" if len(now) > 1 else ""
    if not now:
        note = "none yet" if this else "no incident"
    return against(meaning, median(now) if now else None, [median(before) if before else None], note)


def _minutes(start: datetime, end: datetime | None) -> float | None:
    """An answer given before the incident was opened took no time."""
    return None if end is None else max(0.0, round((end - start).total_seconds() / 60, 1))


def _detect(incident: Incident) -> float | None:
    return _minutes(incident.started_at, incident.opened_at)


def _since(incident: Incident, times: dict[int, datetime]) -> float | None:
    return _minutes(incident.opened_at, times.get(incident.id or 0))


def _contain(incident: Incident) -> float | None:
    if incident.state not in {IncidentState.CALMED, IncidentState.RESOLVED}:
        return None
    return _minutes(incident.opened_at, incident.calmed_at or incident.resolved_at)


def incident_figures(facts: WeekFacts) -> tuple[tuple[IncidentFigures, ...], int]:
    """The incidents opened in the week, the most severe first, and how many are left out."""
    opened = sorted(_opened(facts.done, facts.windows[0]), key=lambda i: (-i.severity.rank, i.opened_at))
    shown = [_incident(incident, facts) for incident in opened[:INCIDENTS_SHOWN]]
    return tuple(shown), max(0, len(opened) - INCIDENTS_SHOWN)


def _incident(incident: Incident, facts: WeekFacts) -> IncidentFigures:
    return IncidentFigures(
        id=incident.id or 0,
        severity=incident.severity.value,
        state=incident.state.value,
        subject=_subject(incident, facts.said.theme_names),
        sentence=incident.sentence,
        started_at=incident.started_at,
        opened_at=incident.opened_at,
        steps=_steps(incident, facts.done),
        owner=incident.owner,
        answered_by=facts.done.answered_by.get(incident.id or 0, ()),
    )


def _subject(incident: Incident, theme_names: dict[str, str]) -> str:
    match incident.dimension:
        case Dimension.THEME:
            return theme_names.get(incident.key, incident.key)
        case Dimension.LANGUAGE:
            return language_name(incident.key)
        case Dimension.SOURCE:
            return incident.key
        case Dimension.STORY:
            return "one story"
        case _:
            return "the whole brand"


def _steps(incident: Incident, done: Done) -> tuple[Step, ...]:
    dismissed = incident.state is IncidentState.DISMISSED
    open_still = f"dismissed: {incident.dismissed_reason}" if dismissed else "still open"
    return (
        _step("noticed", _detect(incident), ""),
        _step("told", _since(incident, done.first_sent), "no alert sent"),
        _step("first answer", _since(incident, done.first_answered), "not answered"),
        _step("contained", _contain(incident), open_still.removesuffix(": ")),
    )


def _step(name: str, minutes: float | None, otherwise: str) -> Step:
    return Step(name=name, minutes=minutes, note=otherwise if minutes is None else "")


def alert_figures(done: Done) -> tuple[Figure, ...]:
    """Sent, withheld and not delivered, beside last week's."""
    weeks = (done.alerts, done.alerts_before)

    def counted(*states: AlertState) -> list[float]:
        return [float(sum(one.alerts for one in week if one.state in states)) for week in weeks]

    sent, withheld = counted(AlertState.SENT), counted(AlertState.WITHHELD)
    stuck = counted(AlertState.FAILED, AlertState.PENDING, AlertState.SENDING)
    return (
        against(SENT, sent[0], sent[1:]),
        against(WITHHELD, withheld[0], withheld[1:]),
        against(FAILED, stuck[0], stuck[1:]),
    )


def alert_reasons(done: Done) -> tuple[ReasonCount, ...]:
    return tuple(
        ReasonCount(
            state=one.state.value,
            reason=one.reason,
            words=done.reason_words.get(one.reason, one.reason),
            alerts=one.alerts,
        )
        for one in done.alerts
    )
