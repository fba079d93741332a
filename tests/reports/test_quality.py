"""Tests of what people said of alarms."""

from datetime import timedelta

from monitor.facts import Dimension, Held, IncidentState, Kind, Mark
from monitor.models import AlertMark, AlertState, HeldFinding, Incident
from monitor.reports.figures import Figures
from tests.factories import make_alert, make_change, make_finding, make_incident
from tests.reports.conftest import MONDAY, Watched

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


def raised(watched: Watched, mark: Mark | None = None, *, weeks_ago: int = 0, **values: object) -> Incident:
    return make_incident(
        watched.session, watched.brand, at=MONDAY - weeks_ago * WEEK + HOUR, mark=mark, **values
    )  # fmt: skip


def told(
    watched: Watched, incident: Incident, mark: Mark | None, state: AlertState = AlertState.SENT,
    reason: str = "new_incident",
) -> None:  # fmt: skip
    alert = make_alert(
        watched.session, make_change(watched.session, incident, at=MONDAY + HOUR), "pager", state, reason
    )
    for number, said in enumerate((Mark.NOISE, mark) if mark else ()):  # the latest word counts
        row = AlertMark(
            incident_id=incident.id, alert_id=alert.id, mark=said, actor=f"person {number}",
            at=MONDAY + number * HOUR, kind=incident.kind,
        )  # fmt: skip
        watched.session.add(row)
    watched.session.flush()


def values(figures: Figures, *names: str) -> list[float | None]:
    return [figures.figure(name).value for name in names]


def test_incidents_are_useful_noise_or_not_marked(heard: Watched) -> None:
    for mark in (Mark.USEFUL, Mark.USEFUL, Mark.NOISE, None):
        raised(heard, mark)
    figures = heard.report()
    assert values(figures, "incidents_useful", "incidents_noise", "incidents_unmarked") == [2, 1, 1]
    precision = figures.figure("incidents_precision")
    assert (precision.value, precision.note) == (0.6667, "2 of 3")


def test_a_dismissed_incident_is_noise_unless_it_was_marked_otherwise(heard: Watched) -> None:
    raised(heard, state=IncidentState.DISMISSED)
    raised(heard, Mark.USEFUL, state=IncidentState.DISMISSED)
    assert values(heard.report(), "incidents_useful", "incidents_noise") == [1, 1]


def test_incidents_are_compared_with_last_week(heard: Watched) -> None:
    raised(heard, Mark.NOISE)
    raised(heard, Mark.USEFUL, weeks_ago=1)
    precision = heard.report().figure("incidents_precision")
    assert (precision.value, precision.last) == (0, 1)


def test_each_rule_is_judged_by_what_it_found_first_and_named_in_words(heard: Watched) -> None:
    raised(heard, Mark.USEFUL)
    other = raised(heard, Mark.NOISE)
    make_finding(heard.session, other).detector = "slow_burn"  # found it later
    raised(heard)
    rules = [figure for figure in heard.report().alert_quality if figure.name.startswith("rule:")]
    assert [(rule.label, rule.value, rule.note) for rule in rules] == [
        ("Rule “sudden complaints”: useful", 0.5, "1 useful, 1 noise, 1 not marked")
    ]


def test_messages_are_judged_by_the_latest_word_on_each_with_what_they_were_sent_for(heard: Watched) -> None:
    incident = raised(heard)
    for mark in (Mark.USEFUL, Mark.NOISE, None):
        told(heard, incident, mark)
    figures = heard.report()
    assert values(figures, "alerts_useful", "alerts_noise", "alerts_unmarked") == [1, 1, 1]
    assert figures.figure("alerts_useful").note.startswith("1 ")


def test_a_useful_incident_that_nobody_was_told_of_should_have_been_told(heard: Watched) -> None:
    untold, known = raised(heard, Mark.USEFUL, sentence="9 negative in 1 h."), raised(heard, Mark.USEFUL)
    told(heard, untold, None, AlertState.WITHHELD, "below_severity")
    told(heard, known, None)
    raised(heard)
    figures = heard.report()
    assert values(figures, "missed") == [1]
    assert [line.text for line in figures.missed] == ["9 negative in 1 h."]
    assert figures.missed[0].note.startswith("marked as useful, and nobody was told: ")
    assert figures.missed[0].source == f"incident #{untold.id}"


def test_a_withheld_message_that_somebody_called_useful_should_have_been_sent(heard: Watched) -> None:
    incident = raised(heard)
    told(heard, incident, None)
    told(heard, incident, Mark.USEFUL, AlertState.WITHHELD, "no such reason")
    missed = heard.report().missed
    assert [line.note for line in missed] == ["pager was not told: no such reason"]


def test_what_was_held_back_is_counted(heard: Watched) -> None:
    for last_at in (MONDAY + HOUR, MONDAY - HOUR, MONDAY - 2 * HOUR):
        row = HeldFinding(
            brand_id=heard.brand.id, detector="spike", kind=Kind.SPIKE, dimension=Dimension.ALL,
            reason=Held.FEW_AUTHORS, strength=3, seen=5, expected=1, authors=2, sentence="5 negative.",
            first_at=last_at, last_at=last_at,
        )  # fmt: skip
        heard.session.add(row)
    nearly = heard.report().figure("nearly_raised")
    assert (nearly.value, nearly.last) == (1, 2)


def test_a_quiet_week_says_nothing_of_the_quality_of_alarms(heard: Watched) -> None:
    raised(heard, Mark.USEFUL, weeks_ago=1)
    assert heard.report().alert_quality == ()
