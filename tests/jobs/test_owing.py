"""What is written when a change is routed: who is owed what and from when on, with everything that decided it."""

from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from monitor.facts import Amplifier, Cell, ChangeKind, Dimension, IncidentState, Severity, Spread
from monitor.jobs import alert as job
from monitor.jobs import owing
from monitor.jobs.context import Context
from monitor.models import (
    Alert,
    AlertState,
    Brand,
    Incident,
    IncidentChange,
    Location,
    Mention,
    MentionBrand,
    Silence,
    Source,
)
from monitor.store import alerts, silences
from tests.contexts import make_settings
from tests.factories import NOON, make_brand, make_change, make_finding, make_incident, make_mention, make_source

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SCREEN = {"type": "console", "id": "screen"}
BOSS = {"type": "console", "id": "boss"}
STAFF = Cell(Dimension.THEME, "staff")


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session, "karak", "Karak House")


@pytest.fixture
def source(session: Session, brand: Brand) -> Source:
    return make_source(session, brand)


@pytest.fixture
def incident(session: Session, brand: Brand) -> Incident:
    """An incident that has just opened."""
    return make_incident(session, brand)


def route_all(session: Session, minutes: float = 0, **config: Any) -> Counter[str]:
    """Route what waits, so many minutes after noon, and send nothing."""
    session.commit()
    given = make_settings(**({"channels": [SCREEN]} | config))
    context = Context(given, session, NOON + minutes * MINUTE)
    return sum((owing.route(context, number) for number in alerts.unrouted(session)), Counter())


def run(session: Session, minutes: float = 0, **config: Any) -> Counter[str]:
    """The whole job, so many minutes after noon."""
    session.commit()
    given = make_settings(**({"channels": [SCREEN]} | config))
    return job.run(Context(given, session, NOON + minutes * MINUTE))


def rows(session: Session, channel: str = "screen") -> list[Alert]:
    session.expire_all()
    return list(session.exec(select(Alert).where(Alert.channel == channel).order_by(col(Alert.id))))


def messages(session: Session, channel: str = "screen") -> int:
    """How many messages went out, whatever they stood for."""
    return len({alert.bundle_id or alert.id for alert in rows(session, channel) if alert.state is AlertState.SENT})


def happened(session: Session, incident: Incident, kind: ChangeKind, minutes: float = 0) -> IncidentChange:
    return make_change(session, incident, kind, at=NOON + minutes * MINUTE)


def silence(session: Session, hours: float = 2, **values: Any) -> int:
    given = {"up_to": Severity.HIGH, "reason": "a sale", "actor": "Amna", "starts_at": NOON, "created_at": NOON}
    return silences.add(session, Silence(**(given | values), ends_at=NOON + hours * HOUR)).id or 0


def test_what_is_told_at_once_is_due_at_once_and_goes_with_others_of_its_brand(
    session: Session, incident: Incident
) -> None:
    assert route_all(session) == {"owed new_incident": 1}
    (alert,) = rows(session)
    assert (alert.state, alert.held, alert.due_at, alert.next_try_at) == (AlertState.PENDING, "", NOON, NOON)
    assert (alert.together, alert.route, alert.silence_id) == ("karak", None, None)


def test_the_route_that_decided_is_kept_for_what_is_sent_and_withheld(session: Session, incident: Incident) -> None:
    routes = [{"channels": ["screen"], "themes": ["staff"]}, {"channels": ["screen"]}, {"channels": ["boss"]}]
    routes[2]["at_least"] = "critical"
    route_all(session, channels=[SCREEN, BOSS], routes=routes)
    (told,), (withheld,) = rows(session), rows(session, "boss")
    assert (told.reason, told.route) == ("new_incident", 2)
    assert (withheld.reason, withheld.route, withheld.due_at) == ("below_severity", 3, None)


def test_what_happens_soon_after_a_message_waits_until_the_interval_ends(
    session: Session, brand: Brand, incident: Incident
) -> None:
    run(session)
    make_incident(session, brand, cell=STAFF, at=NOON + 2 * MINUTE)
    assert route_all(session, 2) == {"held grouped": 1}
    happened(session, incident, ChangeKind.WORSENED, 4)
    assert route_all(session, 4) == {"held grouped": 1}
    held = rows(session)[1:]
    assert {(alert.held, alert.together) for alert in held} == {("grouped", "karak")}
    assert all(5 * MINUTE <= (alert.due_at or NOON) - NOON < 5.1 * MINUTE for alert in held)
    assert run(session, 4.5) == {}
    assert run(session, 5.1) == {"sent": 2}


def test_what_is_critical_takes_with_it_what_waits(session: Session, brand: Brand, incident: Incident) -> None:
    run(session)
    make_incident(session, brand, cell=STAFF, at=NOON + 2 * MINUTE)
    run(session, 2)
    make_incident(session, brand, cell=Cell(Dimension.SOURCE, "blog"), severity=Severity.CRITICAL, at=NOON)
    assert run(session, 3) == {"owed new_incident": 1, "sent": 2}
    assert [alert.bundle_id for alert in rows(session)] == [None, 3, None]


def test_hundred_incidents_at_once_are_one_message(
    session: Session, brand: Brand, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(100):
        make_incident(session, brand, cell=Cell(Dimension.THEME, f"theme-{number}"))
    assert run(session)["sent"] == 100
    assert capsys.readouterr().err.count("100 incidents") >= 1
    assert [alert.bundle_id for alert in rows(session)] == [None, *[1] * 99]


def test_a_silence_holds_its_trouble_and_tells_it_when_it_goes_on(session: Session, incident: Incident) -> None:
    number = silence(session, brand="karak")
    assert run(session) == {"held silenced": 1}
    (alert,) = rows(session)
    assert (alert.held, alert.due_at, alert.silence_id) == ("silenced", NOON + 2 * HOUR, number)
    assert run(session, 119) == {}
    assert run(session, 120) == {"sent": 1}


def test_what_was_over_before_the_silence_ended_is_never_told(session: Session, incident: Incident) -> None:
    silence(session)
    run(session)
    incident.state = IncidentState.RESOLVED
    happened(session, incident, ChangeKind.RESOLVED, 30)
    counters = run(session, 30) + run(session, 130)
    assert counters["sent"] == 0
    assert [(alert.state, alert.reason) for alert in rows(session)] == [
        (AlertState.WITHHELD, "over_meanwhile"),
        (AlertState.WITHHELD, "not_told_of_opening"),
    ]


def test_a_silence_that_is_ended_lets_go_what_it_held(session: Session, incident: Incident) -> None:
    number = silence(session)
    run(session)
    silences.end(session, number, "Ravi", NOON + 30 * MINUTE)
    assert run(session, 30)["sent"] == 1


def test_quiet_hours_hold_both_ends_of_an_incident_until_the_morning(session: Session, incident: Incident) -> None:
    quiet = [SCREEN | {"quiet": ["11:00-18:00"]}]
    assert run(session, channels=quiet) == {"held quiet_hours": 1}
    incident.state = IncidentState.RESOLVED
    happened(session, incident, ChangeKind.RESOLVED, 60)
    assert run(session, 60, channels=quiet) == {"held quiet_hours": 1}
    assert {alert.due_at for alert in rows(session)} == {NOON + 6 * HOUR}
    assert run(session, 361, channels=quiet)["sent"] == 2


def test_what_becomes_critical_in_quiet_hours_is_told_at_once_with_how_it_began(
    session: Session, incident: Incident
) -> None:
    quiet = [SCREEN | {"quiet": ["11:00-18:00"]}]
    run(session, channels=quiet)
    incident.severity = Severity.CRITICAL
    happened(session, incident, ChangeKind.WORSENED, 60)
    assert run(session, 60, channels=quiet) == {"owed worsened": 1, "sent": 2}


def test_what_breaks_through_quiet_hours_and_all_that_waited_of_it_is_one_message(
    session: Session, incident: Incident
) -> None:
    quiet = [SCREEN | {"quiet": ["11:00-18:00"]}]
    for minutes in (0, 10):
        happened(session, incident, ChangeKind.WORSENED, minutes)
        run(session, minutes, channels=quiet)
    incident.severity = Severity.CRITICAL
    happened(session, incident, ChangeKind.WORSENED, 60)
    assert run(session, 60, channels=quiet) == {"owed worsened": 1, "sent": 4}
    assert messages(session) == 1


def test_all_that_quiet_hours_held_of_a_brand_is_one_message_in_the_morning(
    session: Session, brand: Brand, incident: Incident
) -> None:
    quiet = [SCREEN | {"quiet": ["11:00-18:00"]}]
    make_incident(session, brand, cell=STAFF)
    run(session, channels=quiet)
    happened(session, incident, ChangeKind.WORSENED, 60)
    run(session, 60, channels=quiet)
    assert run(session, 361, channels=quiet)["sent"] == 3
    assert messages(session) == 1


def test_who_is_off_duty_is_told_when_on_call_again_and_the_other_at_once(session: Session, incident: Incident) -> None:
    day, night = SCREEN | {"on_call": ["09:00-18:00"]}, BOSS | {"on_call": ["18:00-09:00"]}
    run(session, channels=[day, night])
    assert [alert.state for alert in rows(session)] == [AlertState.SENT]
    assert [(alert.held, alert.due_at) for alert in rows(session, "boss")] == [("off_duty", NOON + 6 * HOUR)]


def test_a_route_may_be_for_one_location(session: Session, brand: Brand, source: Source) -> None:
    place = Location(brand_id=brand.id, slug="mall", name="The Mall")
    session.add(place)
    session.flush()
    mentions = [make_mention(session, brand, source, f"text {number}") for number in range(4)]
    _say_they_are_about(session, mentions[:2], place)
    incident = make_incident(session, brand, mentions)
    change = happened(session, incident, ChangeKind.WORSENED)
    finding = make_finding(session, incident)
    finding.evidence = finding.evidence | {"mention_ids": [mention.id for mention in mentions]}
    change.finding_id = finding.id
    locations = [{"id": "mall", "name": "The Mall"}, {"id": "pier", "name": "The Pier"}]
    known = {"brands": [{"id": "karak", "name": "Karak House", "locations": locations}]}
    routes = [{"channels": ["screen"], "locations": ["mall"]}, {"channels": ["boss"], "locations": ["pier"]}]
    route_all(session, channels=[SCREEN, BOSS], routes=routes, **known)
    assert [alert.reason for alert in rows(session)] == ["new_incident", "worsened"]
    assert [alert.reason for alert in rows(session, "boss")] == ["no_route", "no_route"]


def _say_they_are_about(session: Session, mentions: list[Mention], place: Location) -> None:
    for mention in mentions:
        link = session.exec(select(MentionBrand).where(MentionBrand.mention_id == mention.id)).one()
        link.location_id = place.id


@pytest.mark.parametrize(
    ("seen", "sources", "followers", "reason"),
    [
        (20.0, ("reviews",), 10, "cooldown"),
        (28.0, ("reviews",), 10, "new_incident"),
        (20.0, ("reviews", "forum"), 10, "new_incident"),
        (20.0, ("reviews",), 200_000, "new_incident"),
    ],
)
def test_trouble_that_opens_again_is_told_within_the_cool_down_only_when_it_is_worse(
    session: Session,
    brand: Brand,
    incident: Incident,
    seen: float,
    sources: tuple[str, ...],
    followers: int,
    reason: str,
) -> None:
    incident.told_size, incident.told_sources, incident.told_amplifier = 14.0, ["reviews", "blog"], 900
    run(session)
    incident.state = IncidentState.RESOLVED
    again = make_incident(session, brand, at=NOON + 10 * MINUTE)
    spread = Spread(60, 12.0, 40, 900, 1, 1, video=False, amplifiers=(Amplifier(1, followers, 3),))
    again.spread = asdict(spread)
    finding = make_finding(session, again, NOON + 10 * MINUTE, seen=seen, sources=sources)
    session.exec(select(IncidentChange).where(IncidentChange.incident_id == again.id)).one().finding_id = finding.id
    route_all(session, 10)
    assert rows(session)[-1].reason == reason


def test_that_somebody_acknowledged_it_is_told_where_the_route_asks_for_it(
    session: Session, incident: Incident
) -> None:
    routes = [{"channels": ["screen"], "tell": ["opened", "acknowledged", "owned"]}, {"channels": ["boss"]}]
    channels = [SCREEN, BOSS]
    run(session, channels=channels, routes=routes)
    happened(session, incident, ChangeKind.ACKNOWLEDGED, 10)
    run(session, 10, channels=channels, routes=routes)
    assert [(alert.reason, alert.state) for alert in rows(session)][1] == ("acknowledged", AlertState.SENT)
    assert rows(session, "boss")[1].reason == "not_asked_for"


def test_who_was_called_in_the_end_hears_that_it_is_over(session: Session, incident: Incident) -> None:
    routes = [{"channels": ["screen"], "escalate": [{"after": "15m", "channels": ["boss"]}]}]
    channels = [SCREEN, BOSS]
    run(session, channels=channels, routes=routes)
    run(session, 16, channels=channels, routes=routes)
    incident.state = IncidentState.RESOLVED
    happened(session, incident, ChangeKind.RESOLVED, 60)
    run(session, 60, channels=channels, routes=routes)
    assert [alert.reason for alert in rows(session, "boss") if alert.state is AlertState.SENT] == [
        "escalated",
        "resolved",
    ]


def test_what_was_sent_by_a_process_that_is_ahead_counts_as_told_now(
    session: Session, brand: Brand, incident: Incident
) -> None:
    run(session)
    (alert,) = rows(session)
    alert.sent_at = NOON + 3 * MINUTE
    session.add(alert)
    make_incident(session, brand, at=NOON + MINUTE)
    assert route_all(session, 1) == {"withheld cooldown": 1}


def test_whoever_looks_often_follows_up_every_ten_seconds() -> None:
    looks = job.Looks()
    seconds = (0, 2, 9, 10, 12, 5)  # then the clock was set back
    assert [looks.follow_up_is_due(NOON + timedelta(seconds=one)) for one in seconds] == [
        True,
        False,
        False,
        True,
        False,
        True,
    ]


def test_a_hold_that_is_over_is_looked_at_at_once(session: Session, incident: Incident) -> None:
    silence(session)
    session.commit()
    looks, given = job.Looks(), make_settings(channels=[SCREEN])
    job.run(Context(given, session, NOON + 2 * HOUR - MINUTE / 60), looks)
    incident.state = IncidentState.RESOLVED
    session.commit()
    assert job.run(Context(given, session, NOON + 2 * HOUR), looks) == {"withheld over_meanwhile": 1}


def test_the_first_that_a_channel_hears_of_is_not_that_it_got_worse(session: Session, brand: Brand) -> None:
    incident = make_incident(session, brand, severity=Severity.WATCH)
    route_all(session)
    incident.severity = Severity.HIGH
    make_change(session, incident, ChangeKind.WORSENED, at=NOON + MINUTE)
    route_all(session, 1)
    make_change(session, incident, ChangeKind.WORSENED, at=NOON + 2 * MINUTE)
    route_all(session, 2)
    told = session.exec(select(Alert).where(Alert.state == AlertState.PENDING).order_by(col(Alert.id))).all()
    assert [(one.reason, one.message["kind"]) for one in told] == [("worsened", "opened"), ("worsened", "worsened")]
    assert "worse" not in told[0].message["subject"]
