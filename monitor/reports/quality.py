"""How good the alarms were, by what people said of them: useful, noise, and what should have been told."""

from collections.abc import Iterable, Mapping, Sequence

from monitor.facts import IncidentState, Mark
from monitor.models import AlertState, Incident
from monitor.reports.compare import Meaning, against
from monitor.reports.facts import WeekFacts
from monitor.reports.figures import Better, CaseLine, Figure, Unit
from monitor.reports.weeks import Window
from monitor.store.report_said_people import Marked

MISSED_SHOWN = 6
RULES = {
    "spike": "sudden complaints",
    "review_bombing": "review bombing",
    "rating_drop": "falling rating",
    "slow_burn": "slow burn",
    "volume": "more than usual",
}
"""The detectors in words, as the dashboard calls them."""

USEFUL = Meaning(
    "incidents_useful",
    "Useful incidents",
    "Of the incidents opened in the week, those that people marked as useful to hear of.",
    Unit.INCIDENTS,
)
NOISE = Meaning(
    "incidents_noise",
    "Noise",
    "Of the incidents opened in the week, those that people marked as noise, or dismissed without marking them useful.",
    Unit.INCIDENTS,
    Better.LESS,
)
UNMARKED = Meaning(
    "incidents_unmarked",
    "Not marked",
    "Of the incidents opened in the week, those of which nobody said whether they were useful.",
    Unit.INCIDENTS,
    Better.LESS,
)
PRECISION = Meaning(
    "incidents_precision",
    "Useful, of those marked",
    "Useful incidents out of those that are marked as useful or noise; what nobody marked does not count.",
    Unit.SHARE,
    Better.MORE,
)
MISSED = Meaning(
    "missed",
    "Should have been told",
    "Incidents of the week that people marked as useful although no channel was told of them, and messages that were "
    "withheld and marked as useful.",
    Unit.ALERTS,
    Better.LESS,
)
NEARLY = Meaning(
    "nearly_raised",
    "Nearly raised",
    "What a rule found in the week and held back, because it was too weak, of too few people or over already.",
    Unit.INCIDENTS,
)
ALERTS_USEFUL = Meaning(
    "alerts_useful", "Useful messages", "Of the messages of the week, those marked as useful.", Unit.ALERTS
)
ALERTS_NOISE = Meaning(
    "alerts_noise", "Messages that were noise", "Of the messages of the week, those marked as noise.", Unit.ALERTS,
    Better.LESS,
)  # fmt: skip
ALERTS_UNMARKED = Meaning(
    "alerts_unmarked",
    "Messages not marked",
    "Of the messages of the week that a channel accepted, those that nobody marked.",
    Unit.ALERTS,
    Better.LESS,
)

OF_RULE = "Of the incidents that this rule found first in the week: useful ones out of those marked."


def verdict(incident: Incident) -> Mark | None:
    """The mark; a dismissed incident is noise unless somebody marked it otherwise, as in the back-test."""
    return incident.mark or (Mark.NOISE if incident.state is IncidentState.DISMISSED else None)


def quality_figures(facts: WeekFacts) -> tuple[Figure, ...]:
    """Incidents, then each rule by what it opened, then messages; nothing when there was nothing to judge."""
    weeks = [_opened(facts.done.incidents, window) for window in facts.windows]
    sent = [_told(week) for week in facts.learned.marked]
    if not weeks[0] and not any(facts.learned.held[:1]) and not any(sent[:1]):
        return ()
    missed = [float(len(_missed(facts, number))) for number in range(min(2, len(facts.learned.marked)))] or [0.0]
    nearly = [float(len(week)) for week in facts.learned.held] or [0.0]
    return (
        *_marked(weeks),
        against(MISSED, missed[0], missed[1:]),
        against(NEARLY, nearly[0], nearly[1:]),
        *_rules(weeks[0], weeks[1], facts),
        *_messages(facts),
    )


def _opened(incidents: Iterable[Incident], window: Window) -> list[Incident]:
    return [incident for incident in incidents if window[0] <= incident.opened_at < window[1]]


def _marked(weeks: Sequence[Sequence[Incident]]) -> tuple[Figure, ...]:
    """Weeks without an incident have no share, and are no usual week of one."""

    def counted(mark: Mark | None) -> list[float]:
        return [float(sum(verdict(one) is mark for one in week)) for week in weeks]

    useful, noise, unmarked = counted(Mark.USEFUL), counted(Mark.NOISE), counted(None)
    shares = [good / (good + bad) if good + bad else None for good, bad in zip(useful, noise, strict=True)]
    return (
        against(USEFUL, useful[0], useful[1:]),
        against(NOISE, noise[0], noise[1:]),
        against(UNMARKED, unmarked[0], unmarked[1:]),
        against(PRECISION, shares[0], shares[1:], _of(useful[0], useful[0] + noise[0])),
    )


def _of(good: float, of: float) -> str:
    return f"{good:.0f} of {of:.0f}" if of else "none is marked"


def _rules(this: Sequence[Incident], last: Sequence[Incident], facts: WeekFacts) -> tuple[Figure, ...]:
    """A share for each rule that opened something, the most incidents first."""
    found = [_by_rule(week, facts.learned.detectors) for week in (this, last)]
    names = sorted(found[0], key=lambda name: (-len(found[0][name]), name))
    return tuple(_rule(name, found[0][name], found[1].get(name, [])) for name in names)


def _by_rule(incidents: Iterable[Incident], detectors: Mapping[int, str]) -> dict[str, list[Mark | None]]:
    """What was said of the incidents of each rule; those whose findings are not kept any more are left out."""
    found: dict[str, list[Mark | None]] = {}
    for incident in incidents:
        if name := detectors.get(incident.id or 0):
            found.setdefault(name, []).append(verdict(incident))
    return found


def _rule(name: str, this: Sequence[Mark | None], last: Sequence[Mark | None]) -> Figure:
    words = RULES.get(name, name.replace("_", " "))
    meaning = Meaning(f"rule:{name}", f"Rule “{words}”: useful", OF_RULE, Unit.SHARE, Better.MORE)
    note = f"{this.count(Mark.USEFUL)} useful, {this.count(Mark.NOISE)} noise, {this.count(None)} not marked"
    return against(meaning, _useful_share(this), [_useful_share(last)], note)


def _useful_share(marks: Sequence[Mark | None]) -> float | None:
    judged = len(marks) - marks.count(None)
    return marks.count(Mark.USEFUL) / judged if judged else None


def _told(alerts: Iterable[Marked]) -> list[Marked]:
    return [one for one in alerts if one.state is AlertState.SENT]


def _messages(facts: WeekFacts) -> tuple[Figure, ...]:
    """What people said of single messages that went out, and what those were sent for."""
    weeks = [_told(week) for week in facts.learned.marked]
    if not weeks or not weeks[0]:
        return ()

    def counted(mark: Mark | None) -> list[float]:
        return [float(sum(one.mark is mark for one in week)) for week in weeks]

    useful, noise, unmarked = counted(Mark.USEFUL), counted(Mark.NOISE), counted(None)
    return (
        against(ALERTS_USEFUL, useful[0], useful[1:], _reasons(weeks[0], Mark.USEFUL, facts)),
        against(ALERTS_NOISE, noise[0], noise[1:], _reasons(weeks[0], Mark.NOISE, facts)),
        against(ALERTS_UNMARKED, unmarked[0], unmarked[1:]),
    )


def _reasons(alerts: Iterable[Marked], mark: Mark, facts: WeekFacts) -> str:
    """What the messages of that mark were sent for: `3 a new incident, 1 it got worse`."""
    found: dict[str, int] = {}
    for one in alerts:
        if one.mark is mark:
            found[one.reason] = found.get(one.reason, 0) + 1
    order = sorted(found, key=lambda reason: (-found[reason], reason))
    return ", ".join(f"{found[reason]} {facts.done.reason_words.get(reason, reason)}" for reason in order)


def missed_lines(facts: WeekFacts) -> tuple[CaseLine, ...]:
    """What people said should have been told, in the words of the incident, and why nobody was."""
    return tuple(_missed(facts, 0)[:MISSED_SHOWN]) if facts.learned.marked else ()


def _missed(facts: WeekFacts, week: int) -> list[CaseLine]:
    """Untold incidents first, then messages withheld from a channel of incidents that others were told of."""
    opened = _opened(facts.done.incidents, facts.windows[week])
    untold = {one.id: one for one in opened if one.mark is Mark.USEFUL and one.id not in facts.done.first_sent}
    alerts = facts.learned.marked[week]
    withheld = [
        one
        for one in alerts
        if one.state is AlertState.WITHHELD and one.mark is Mark.USEFUL and one.incident_id not in untold
    ]
    known = {one.id: one for one in facts.done.incidents}
    return [
        *(_line(one, _why_untold(one, alerts, facts)) for one in untold.values()),
        *(
            _line(known[one.incident_id], f"{one.channel} was not told: {_words(one.reason, facts)}")
            for one in withheld
            if one.incident_id in known
        ),
    ]


def _why_untold(incident: Incident, alerts: Iterable[Marked], facts: WeekFacts) -> str:
    reasons = dict.fromkeys(one.reason for one in alerts if one.incident_id == incident.id)
    because = "; ".join(_words(reason, facts) for reason in reasons) or "no route wanted it"
    return f"marked as useful, and nobody was told: {because}"


def _words(reason: str, facts: WeekFacts) -> str:
    return facts.done.reason_words.get(reason, reason)


def _line(incident: Incident, note: str) -> CaseLine:
    return CaseLine(
        case_id=None,
        text=incident.sentence,
        language="en",
        source=f"incident #{incident.id}",
        url="",
        published_at=incident.started_at,
        note=note,
        owner=incident.owner,
    )
