"""Following up, on a real database: escalations, reminders, and held messages whose time has come or has gone."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from monitor.config import Settings
from monitor.facts import ChangeKind, IncidentState, Severity
from monitor.jobs import alert as job
from monitor.jobs import follow_up, owing
from monitor.jobs.context import Context
from monitor.models import Alert, AlertState, Brand, Incident, IncidentChange, Location, MentionBrand, Silence
from monitor.store import alerts, silences
from monitor.store.database import session_of
from tests.factories import NOON, make_brand, make_change, make_incident, make_mention, make_source

MINUTE = timedelta(minutes=1)
NIGHT = datetime(2026, 3, 2, 22, tzinfo=NOON.tzinfo)
STEPS = [{"after": "15m", "channels": ["boss"]}]
ROUTE = {"channels": ["support"], "escalate": STEPS}


def settings(*routes: dict[str, Any], **channels: dict[str, Any]) -> Settings:
    names = ("support", "care", "boss", "owner")
    return Settings(
        brands=[{"id": "rosecart", "name": "Rose Cart", "time_zone": "Asia/Karachi"}],
        channels=[{"type": "console", "id": name, **channels.get(name, {})} for name in names],
        routes=list(routes or (ROUTE,)),
    )


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session)


def opened(session: Session, brand: Brand, given: Settings, at: datetime = NOON, **values: Any) -> Incident:
    """An incident that has opened and been routed."""
    incident = make_incident(session, brand, at=at, **values)
    session.commit()
    route(session, given, at)
    return incident


def changed(session: Session, incident: Incident, kind: ChangeKind, given: Settings, at: datetime) -> None:
    """The incident as it is after a change, which has been routed."""
    incident.state = {ChangeKind.CALMED: IncidentState.CALMED, ChangeKind.RESOLVED: IncidentState.RESOLVED}.get(
        kind, incident.state
    )
    make_change(session, incident, kind, at)
    session.commit()
    route(session, given, at)


def route(session: Session, given: Settings, at: datetime) -> None:
    for number in alerts.unrouted(session):
        owing.route(Context(given, session, at), number)


def run(session: Session, given: Settings, at: datetime) -> Counter[str]:
    return follow_up.run(Context(given, session, at))


def rows(session: Session) -> dict[str, Alert]:
    """The newest alert of each channel that is not withheld for want of a route."""
    query = select(Alert).where(Alert.reason != "no_route").order_by(Alert.id)
    return {alert.channel: alert for alert in session.exec(query.execution_options(populate_existing=True))}


def sent(session: Session, at: datetime = NOON, state: AlertState = AlertState.SENT) -> None:
    """All that is pending became of that kind."""
    given = {"state": state, "sent_at": at if state is AlertState.SENT else None, "attempts": 1}
    session.execute(sa.update(Alert).where(Alert.state == AlertState.PENDING).values(**given))
    session.commit()


def test_nobody_acknowledges_and_the_next_channel_is_called(session: Session, brand: Brand) -> None:
    given = settings()
    incident = opened(session, brand, given)
    sent(session)
    assert run(session, given, NOON + 14 * MINUTE) == {}
    assert run(session, given, NOON + 15 * MINUTE) == {"owed escalated": 1}
    boss = rows(session)["boss"]
    assert (boss.state, boss.reason, boss.due_at, boss.route) == (
        AlertState.PENDING, "escalated", NOON + 15 * MINUTE, 1,
    )  # fmt: skip
    assert boss.key == f"escalation:{incident.id}:{boss.change_id}:boss"
    assert boss.together == ""


def test_a_call_says_what_is_known_now(session: Session, brand: Brand) -> None:
    given = settings({**ROUTE, "tell": ["opened"]})
    incident = opened(session, brand, given)
    sent(session)
    make_change(session, incident, ChangeKind.WORSENED, NOON + 5 * MINUTE, sentence="40 negative by now.")
    session.commit()
    run(session, given, NOON + 15 * MINUTE)
    said = rows(session)["boss"].message
    assert said["kind"] == "escalated"
    assert "nobody has acknowledged it for 15 min" in said["subject"]
    assert said["sentence"].endswith("40 negative by now.")


def test_a_call_is_written_once(session: Session, brand: Brand) -> None:
    given = settings()
    opened(session, brand, given)
    sent(session)
    run(session, given, NOON + 15 * MINUTE)
    assert run(session, given, NOON + 16 * MINUTE) == {}
    sent(session)
    assert run(session, given, NOON + 160 * MINUTE) == {}


@pytest.mark.parametrize(
    "values",
    [
        {"acknowledged_at": NOON, "acknowledged_by": "Amna"},
        {"owner": "Amna"},
        {"state": IncidentState.CALMED},
        {"state": IncidentState.DISMISSED},
    ],
)
def test_what_somebody_took_up_or_is_over_calls_nobody(session: Session, brand: Brand, values: dict[str, Any]) -> None:
    given = settings()
    incident = opened(session, brand, given)
    sent(session)
    for name, value in values.items():
        setattr(incident, name, value)
    session.commit()
    assert run(session, given, NOON + 60 * MINUTE) == {}


def test_a_message_that_was_lost_calls_the_next_channel_at_once(session: Session, brand: Brand) -> None:
    given = settings()
    opened(session, brand, given)
    sent(session, state=AlertState.FAILED)
    assert run(session, given, NOON + MINUTE) == {"owed escalated": 1}
    assert "support could not be reached" in rows(session)["boss"].message["subject"]


def test_a_channel_that_is_off_is_withheld_with_its_reason(session: Session, brand: Brand) -> None:
    given = settings(boss={"enabled": False})
    opened(session, brand, given)
    sent(session)
    assert run(session, given, NOON + 15 * MINUTE) == {"withheld channel_disabled": 1}
    assert rows(session)["boss"].state is AlertState.WITHHELD
    assert run(session, given, NOON + 16 * MINUTE) == {}


def test_a_call_waits_for_the_end_of_quiet_hours_and_is_told_in_the_words_of_then(
    session: Session, brand: Brand
) -> None:
    given = settings(boss={"quiet": ["11:00-14:00"]})
    opened(session, brand, given)
    sent(session)
    assert run(session, given, NOON + 15 * MINUTE) == {"held quiet_hours": 1}
    assert rows(session)["boss"].due_at == NOON + 120 * MINUTE
    assert run(session, given, NOON + 16 * MINUTE) == {}
    assert run(session, given, NOON + 120 * MINUTE) == {"owed escalated": 1}
    boss = rows(session)["boss"]
    assert (boss.state, boss.due_at) == (AlertState.PENDING, NOON + 120 * MINUTE)
    assert "for 2 h" in boss.message["subject"]


def test_a_held_call_goes_out_at_once_when_the_trouble_becomes_critical(session: Session, brand: Brand) -> None:
    given = settings(boss={"quiet": ["11:00-14:00"]})
    incident = opened(session, brand, given)
    sent(session)
    run(session, given, NOON + 15 * MINUTE)
    incident.severity = Severity.CRITICAL
    changed(session, incident, ChangeKind.WORSENED, given, NOON + 30 * MINUTE)
    assert run(session, given, NOON + 30 * MINUTE)["owed escalated"] == 1
    assert rows(session)["boss"].due_at == NOON + 30 * MINUTE


def test_a_call_that_waits_is_not_made_when_somebody_acknowledged_meanwhile(session: Session, brand: Brand) -> None:
    given = settings(boss={"quiet": ["11:00-14:00"]})
    incident = opened(session, brand, given)
    sent(session)
    run(session, given, NOON + 15 * MINUTE)
    incident.acknowledged_at = NOON + 20 * MINUTE
    session.commit()
    assert run(session, given, NOON + 21 * MINUTE) == {"withheld acknowledged": 1}
    assert rows(session)["boss"].state is AlertState.WITHHELD


def test_who_acknowledges_while_it_is_decided_is_in_time(session: Session, brand: Brand, engine: sa.Engine) -> None:
    given = settings()
    incident = opened(session, brand, given)
    sent(session)

    def acknowledged() -> bool:
        with session_of(engine) as other:
            other.get_one(Incident, incident.id).acknowledged_at = NOON
            other.commit()
        return False

    assert follow_up.run(Context(given, session, NOON + 15 * MINUTE, stopping=acknowledged)) == {}


def test_a_call_takes_along_what_its_channel_has_not_been_told_yet(session: Session, brand: Brand) -> None:
    route_of_boss = {"channels": ["support", "boss"], "tell": ["opened"], "escalate": STEPS}
    given = settings(route_of_boss, boss={"quiet": ["11:00-14:00"]})
    incident = opened(session, brand, given)
    assert rows(session)["boss"].due_at == NOON + 120 * MINUTE
    incident.severity = Severity.CRITICAL
    changed(session, incident, ChangeKind.WORSENED, given, NOON + 5 * MINUTE)
    run(session, given, NOON + 15 * MINUTE)
    owed = session.exec(select(Alert.due_at).where(Alert.channel == "boss", Alert.state == AlertState.PENDING)).all()
    assert owed == [NOON + 15 * MINUTE] * 2


def test_only_a_route_that_the_trouble_belongs_to_calls(session: Session, brand: Brand) -> None:
    given = settings(
        {"channels": ["support"]},
        {"channels": ["support"], "themes": ["delivery"], "escalate": [{"after": "5m", "channels": ["owner"]}]},
        {"channels": ["support"], "themes": ["refund"], "escalate": STEPS},
    )
    opened(session, brand, given)
    sent(session)
    run(session, given, NOON + 60 * MINUTE)
    assert set(rows(session)) == {"support", "boss"}


def test_a_route_of_a_location_calls_for_trouble_of_that_location(session: Session, brand: Brand) -> None:
    given = settings(ROUTE, {**ROUTE, "escalate": [{"after": "15m", "channels": ["owner"]}]})
    given = given.model_copy(update={"routes": tuple(
        route.model_copy(update={"locations": (place,)})
        for route, place in zip(given.routes, ("clifton", "saddar"), strict=True)
    )})  # fmt: skip
    mention = make_mention(session, brand, make_source(session, brand))
    session.add(saddar := Location(brand_id=brand.id, slug="saddar", name="Saddar"))
    session.flush()
    session.exec(select(MentionBrand)).one().location_id = saddar.id
    incident = make_incident(session, brand, [mention])
    finding = alerts.finding_behind(session, session.exec(select(IncidentChange)).one())
    finding.evidence = {**finding.evidence, "mention_ids": [mention.id]}
    session.commit()
    route(session, given, NOON)
    sent(session)
    run(session, given, NOON + 60 * MINUTE)
    assert rows(session)["owner"].incident_id == incident.id
    assert "boss" not in rows(session)


def test_a_route_that_asks_for_more_severe_trouble_counts_from_when_it_got_there(
    session: Session, brand: Brand
) -> None:
    given = settings({"channels": ["support"]}, {**ROUTE, "at_least": "critical"})
    incident = opened(session, brand, given)
    sent(session)
    incident.severity = Severity.CRITICAL
    changed(session, incident, ChangeKind.WORSENED, given, NOON + 30 * MINUTE)
    sent(session, NOON + 30 * MINUTE)
    assert run(session, given, NOON + 44 * MINUTE) == {}
    assert run(session, given, NOON + 45 * MINUTE) == {"owed escalated": 1}


def test_reminders_come_while_nobody_acknowledges(session: Session, brand: Brand) -> None:
    given = settings({"channels": ["support"], "repeat": "1h"})
    incident = opened(session, brand, given)
    sent(session)
    assert run(session, given, NOON + 60 * MINUTE) == {"owed reminder": 1}
    assert rows(session)["support"].key == f"reminder:{incident.id}:support:1"
    assert run(session, given, NOON + 61 * MINUTE) == {}
    sent(session, NOON + 61 * MINUTE)
    assert run(session, given, NOON + 121 * MINUTE) == {"owed reminder": 1}
    incident.owner = "Amna"
    session.commit()
    assert run(session, given, NOON + 122 * MINUTE) == {"withheld owned": 1}


def test_two_processes_call_once(session: Session, brand: Brand, engine: sa.Engine) -> None:
    given = settings({**ROUTE, "repeat": "10m", "cooldown": "0s"})
    for minutes in range(5):
        opened(session, brand, given, NOON + minutes * MINUTE)
    sent(session)
    together = Barrier(4)

    def work(_: int) -> Counter[str]:
        with session_of(engine) as own:
            together.wait()
            return run(own, given, NOON + 60 * MINUTE)

    with ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(work, range(4)), Counter())
    assert done == {"owed escalated": 5, "owed reminder": 5}
    keys = session.exec(select(Alert.key).where(Alert.state == AlertState.PENDING)).all()
    assert len(keys) == 10


def test_what_was_off_duty_is_not_told_when_it_is_over(session: Session, brand: Brand) -> None:
    given = settings({"channels": ["support"]}, support={"on_call": ["09:00-18:00"]})
    incident = opened(session, brand, given, NIGHT)
    assert rows(session)["support"].held == "off_duty"
    changed(session, incident, ChangeKind.RESOLVED, given, NIGHT + 60 * MINUTE)
    assert run(session, given, NIGHT + 60 * MINUTE) == {"withheld over_meanwhile": 1, "withheld not_told_of_opening": 1}
    assert {alert.state for alert in rows(session).values()} == {AlertState.WITHHELD}


def test_what_was_off_duty_is_told_when_it_goes_on(session: Session, brand: Brand) -> None:
    given = settings({"channels": ["support"]}, support={"on_call": ["09:00-18:00"]})
    opened(session, brand, given, NIGHT)
    morning = NIGHT + timedelta(hours=11)
    assert run(session, given, morning) == {}
    alert = rows(session)["support"]
    assert (alert.state, alert.next_try_at) == (AlertState.PENDING, morning)


def test_what_quiet_hours_kept_is_told_also_when_it_is_over(session: Session, brand: Brand) -> None:
    given = settings({"channels": ["support"]}, support={"quiet": ["21:00-07:00"]})
    incident = opened(session, brand, given, NIGHT)
    changed(session, incident, ChangeKind.RESOLVED, given, NIGHT + 60 * MINUTE)
    assert run(session, given, NIGHT + 60 * MINUTE) == {}
    assert run(session, given, NIGHT + timedelta(hours=9)) == {}
    states = session.exec(select(Alert.state).where(Alert.channel == "support")).all()
    assert states == [AlertState.PENDING, AlertState.PENDING]


def silence(session: Session, until: datetime, **values: Any) -> Silence:
    given = {"up_to": Severity.CRITICAL, "starts_at": NOON, "reason": "a sale", "actor": "Amna", "created_at": NOON}
    made = silences.add(session, Silence(**given, ends_at=until, **values))
    session.commit()
    return made


def test_a_silence_that_is_ended_early_lets_its_messages_go(session: Session, brand: Brand) -> None:
    given = settings({"channels": ["support"]})
    made = silence(session, NOON + 120 * MINUTE)
    opened(session, brand, given)
    assert rows(session)["support"].due_at == NOON + 120 * MINUTE
    assert run(session, given, NOON + 30 * MINUTE) == {}
    silences.end(session, made.id, "Ravi", NOON + 30 * MINUTE)
    session.commit()
    assert run(session, given, NOON + 30 * MINUTE) == {"no longer held": 1}
    alert = rows(session)["support"]
    assert (alert.due_at, alert.next_try_at, alert.held) == (NOON + 30 * MINUTE, NOON + 30 * MINUTE, "silenced")


def test_a_silence_that_is_ended_at_night_leaves_its_messages_to_the_quiet_hours(
    session: Session, brand: Brand
) -> None:
    given = settings({"channels": ["support"]}, support={"quiet": ["13:00-15:00"]})
    made = silence(session, NOON + 240 * MINUTE)
    opened(session, brand, given)
    silences.end(session, made.id, "Ravi", NOON + 90 * MINUTE)
    session.commit()
    assert run(session, given, NOON + 90 * MINUTE) == {"held quiet_hours": 1}
    assert rows(session)["support"].due_at == NOON + 180 * MINUTE
    assert run(session, given, NOON + 91 * MINUTE) == {}


def test_what_a_silence_kept_goes_out_in_order(session: Session, brand: Brand) -> None:
    given = settings({"channels": ["support"]}, support={"quiet": ["13:00-15:00"]})
    made = silence(session, NOON + 240 * MINUTE)
    incident = opened(session, brand, given)
    incident.severity = Severity.CRITICAL
    changed(session, incident, ChangeKind.WORSENED, given, NOON + 10 * MINUTE)
    silences.end(session, made.id, "Ravi", NOON + 90 * MINUTE)
    session.commit()
    assert run(session, given, NOON + 90 * MINUTE) == {"no longer held": 1}
    due = session.exec(select(Alert.due_at).where(Alert.channel == "support")).all()
    assert due == [NOON + 90 * MINUTE] * 2  # though the first alone would have waited for the end of the quiet hours


def test_what_a_silence_kept_until_the_quiet_hours_is_not_told_when_it_is_over(session: Session, brand: Brand) -> None:
    given = settings({"channels": ["support"]}, support={"quiet": ["12:30-15:00"]})
    silence(session, NOON + 60 * MINUTE)
    incident = opened(session, brand, given)
    assert rows(session)["support"].held == "quiet_hours"
    changed(session, incident, ChangeKind.CALMED, given, NOON + 20 * MINUTE)
    assert run(session, given, NOON + 20 * MINUTE) == {"withheld over_meanwhile": 1}


def test_a_new_silence_keeps_what_was_to_be_told_now(session: Session, brand: Brand) -> None:
    given = settings({"channels": ["support"]}, support={"quiet": ["11:00-13:00"]})
    opened(session, brand, given)
    silence(session, NOON + 120 * MINUTE)
    assert run(session, given, NOON + 60 * MINUTE) == {"held silenced": 1}
    assert rows(session)["support"].due_at == NOON + 120 * MINUTE


def test_a_silence_keeps_others_from_being_called(session: Session, brand: Brand) -> None:
    given = settings()
    opened(session, brand, given)
    sent(session)
    silence(session, NOON + 60 * MINUTE)
    assert run(session, given, NOON + 15 * MINUTE) == {"held silenced": 1}
    assert run(session, given, NOON + 60 * MINUTE) == {"owed escalated": 1}


def test_critical_news_takes_along_what_quiet_hours_kept(session: Session, brand: Brand) -> None:
    given = settings({"channels": ["support"]}, support={"quiet": ["11:00-14:00"]})
    incident = opened(session, brand, given)
    incident.severity = Severity.CRITICAL
    changed(session, incident, ChangeKind.WORSENED, given, NOON + 10 * MINUTE)
    assert run(session, given, NOON + 10 * MINUTE) == {}
    due = session.exec(select(Alert.due_at).where(Alert.channel == "support")).all()
    assert set(due) == {NOON + 10 * MINUTE}


def test_a_wish_to_stop_leaves_the_rest_for_later(session: Session, brand: Brand) -> None:
    given = settings()
    opened(session, brand, given)
    sent(session)
    stopped = Context(given, session, NOON + 60 * MINUTE, stopping=lambda: True)
    assert follow_up.run(stopped) == {}


def test_a_whole_episode_is_told_to_those_who_were_called_as_well(session: Session, brand: Brand) -> None:
    given = settings({**ROUTE, "interval": "0s"})
    incident = make_incident(session, brand)
    session.commit()
    job.run(Context(given, session, NOON))
    job.run(Context(given, session, NOON + 15 * MINUTE))
    incident.state, incident.resolved_at = IncidentState.RESOLVED, NOON + 60 * MINUTE
    make_change(session, incident, ChangeKind.RESOLVED, NOON + 60 * MINUTE)
    session.commit()
    job.run(Context(given, session, NOON + 60 * MINUTE))
    query = select(Alert.channel, Alert.reason).where(Alert.state == AlertState.SENT).order_by(Alert.id)
    assert session.exec(query).all() == [
        ("support", "new_incident"),
        ("boss", "escalated"),
        ("support", "resolved"),
        ("boss", "resolved"),
    ]
