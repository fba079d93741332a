"""First messages at Slack follow their incidents, whatever the receiver does, and cost no alert."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from monitor.alerting import notifiers
from monitor.alerting.stored import to_dict
from monitor.facts import ChangeKind, Gone, IncidentState
from monitor.jobs import alert, wording
from monitor.jobs import threads as job
from monitor.jobs.context import Context
from monitor.jobs.sending import Sends
from monitor.models import Alert, AlertState, AlertThread, Brand, ChannelHealth, Incident, IncidentChange, Mention
from monitor.store import removal, threads
from tests.alerting.slack_api import TOKEN, SlackApi, slack_api
from tests.contexts import make_context
from tests.factories import (
    NOON,
    count_rows,
    database_session,
    make_alert,
    make_brand,
    make_change,
    make_incident,
    make_mention,
    make_source,
)

LATER = NOON + timedelta(hours=2)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackApi]:
    monkeypatch.setenv("SLACK_TOKEN", TOKEN)
    with slack_api() as api:
        yield api


def context(session: Session, api: SlackApi, **values: Any) -> Context:
    bot = {"type": "slack_bot", "id": "team", "token": {"env": "SLACK_TOKEN"}, "channel": "#complaints"}
    bot |= {"url": api.url, "timeout": "1s"}
    reception = {"url": "https://act.karak.example/"}
    now = values.pop("now", LATER)
    return make_context(session, now, channels=[bot | values], reception=reception)


def told(session: Session, api: SlackApi, brand: Brand | None = None) -> Incident:
    """An incident, and a channel that was told when it opened."""
    brand = brand or make_brand(session)
    mention = make_mention(
        session, brand, make_source(session, brand, f"reviews-{brand.slug}"), url="https://a.example"
    )
    incident = make_incident(session, brand, [mention])
    change = session.exec(select(IncidentChange).where(IncidentChange.incident_id == incident.id)).one()
    given = context(session, api)
    owed = make_alert(session, change, "team")
    message = wording.message_of(session, given.settings, change, incident, brand, key=owed.key)
    owed.message = to_dict(message)
    threads.keep(session, owed, owed.message, notifiers.send(given.settings.channels[0], message).ref, NOON)
    session.commit()
    return incident


def acknowledge(session: Session, incident: Incident) -> None:
    incident.acknowledged_at, incident.acknowledged_by = NOON, "Amna"
    make_change(session, incident, ChangeKind.ACKNOWLEDGED, actor="Amna")
    session.commit()


def resolve(session: Session, incident: Incident) -> None:
    incident.state, incident.resolved_at = IncidentState.RESOLVED, LATER
    make_change(session, incident, ChangeKind.RESOLVED, LATER)
    session.commit()


def shown(api: SlackApi) -> str:
    """All texts of the one first message, as it looks now."""
    (first,) = api.firsts
    return str(first["blocks"])


def row_of(session: Session) -> AlertThread:
    session.expire_all()
    return session.exec(select(AlertThread)).one()


def test_nothing_is_changed_while_nothing_happens(session: Session, api: SlackApi) -> None:
    told(session, api)
    assert job.refresh(context(session, api)) == {}
    assert api.updates == []


def test_who_acknowledged_it_is_shown_and_nobody_else_is_asked_to(session: Session, api: SlackApi) -> None:
    incident = told(session, api)
    acknowledge(session, incident)
    assert job.refresh(context(session, api)) == {"up to date": 1}
    assert "goes on; acknowledged by Amna, 02 Mar 17:00 PKT" in shown(api)
    assert "'Acknowledge'" not in shown(api)
    assert "'I look after it'" in shown(api)


def test_who_has_it_is_shown_and_nobody_else_is_asked_to_take_it(session: Session, api: SlackApi) -> None:
    incident = told(session, api)
    incident.owner = "Ravi"
    make_change(session, incident, ChangeKind.OWNED, actor="Ravi")
    session.commit()
    job.refresh(context(session, api))
    assert "goes on; Ravi looks after it" in shown(api)
    assert "'I look after it'" not in shown(api)


def test_what_got_worse_shows_how_bad_it_is_now(session: Session, api: SlackApi) -> None:
    incident = told(session, api)
    make_change(session, incident, ChangeKind.WORSENED, LATER, "200 negative in 2 h, usually 1.2.")
    session.commit()
    job.refresh(context(session, api))
    assert "is getting worse" in shown(api)
    assert "200 negative in 2 h" in shown(api)


def test_what_is_over_says_after_how_long(session: Session, api: SlackApi) -> None:
    resolve(session, told(session, api))
    job.refresh(context(session, api))
    assert "Rose Cart is over after 2 h 40 min" in shown(api)
    assert "over since 02 Mar 19:00 PKT" in shown(api)
    assert "The parcel never came" not in shown(api)


def test_it_is_done_once(session: Session, api: SlackApi) -> None:
    resolve(session, told(session, api))
    job.refresh(context(session, api))
    assert job.refresh(context(session, api)) == {}
    assert len(api.updates) == 1
    assert api.problems == []


def test_two_processes_change_a_message_once(session: Session, database_url: str, api: SlackApi) -> None:
    resolve(session, told(session, api))
    (found,) = threads.stale(session, LATER, ("team",))
    with database_session(database_url) as other:
        threads.claim(other, found, LATER, LATER + MINUTE)
        other.commit()
        assert job.refresh(context(session, api)) == {}
    assert job.refresh(context(session, api, now=LATER + MINUTE)) == {"up to date": 1}


def test_a_busy_slack_is_asked_again_later_and_no_alert_is_lost(session: Session, api: SlackApi) -> None:
    resolve(session, told(session, api))
    api.errors = ["ratelimited"]
    assert job.refresh(context(session, api)) == {"to be tried again": 1}
    assert job.refresh(context(session, api)) == {}
    assert job.refresh(context(session, api, now=LATER + MINUTE)) == {"up to date": 1}
    assert session.exec(select(Alert.state)).all() == [AlertState.SENT]
    assert count_rows(session, ChannelHealth) == 0


def test_one_failure_spares_the_others_of_its_channel(session: Session, api: SlackApi) -> None:
    for slug in ("rosecart", "karak-two", "mirchado"):
        resolve(session, told(session, api, make_brand(session, slug)))
    api.errors = ["internal_error"]
    assert job.refresh(context(session, api)) == {"to be tried again": 1}
    assert len(api.updates) == 1
    assert job.refresh(context(session, api, now=LATER + MINUTE)) == {"up to date": 3}


def test_what_slack_refuses_for_good_is_left_until_the_next_change(session: Session, api: SlackApi) -> None:
    incident = told(session, api)
    acknowledge(session, incident)
    api.errors = ["edit_window_closed"]
    assert job.refresh(context(session, api)) == {"given up": 1}
    assert "messages of this age" in row_of(session).error
    assert job.refresh(context(session, api)) == {}
    resolve(session, incident)
    assert job.refresh(context(session, api)) == {"up to date": 1}


def test_a_message_that_somebody_deleted_is_forgotten(session: Session, api: SlackApi) -> None:
    resolve(session, told(session, api))
    api.messages.clear()
    assert job.refresh(context(session, api)) == {"gone": 1}
    assert count_rows(session, AlertThread) == 0


def test_channels_that_are_off_or_gone_are_left_alone(session: Session, api: SlackApi) -> None:
    resolve(session, told(session, api))
    assert job.refresh(context(session, api, enabled=False)) == {}
    assert job.refresh(make_context(session, LATER, channels=[{"type": "console", "id": "team"}])) == {}
    assert api.updates == []


def test_it_stops_when_the_process_is_to_stop(session: Session, api: SlackApi) -> None:
    resolve(session, told(session, api))
    given = context(session, api)
    assert job.refresh(Context(given.settings, session, LATER, stopping=lambda: True)) == {}
    assert job.refresh(given) == {"up to date": 1}


def test_a_text_that_is_gone_at_its_source_leaves_the_message_too(session: Session, api: SlackApi) -> None:
    told(session, api)
    assert "The parcel never came" in shown(api)
    mention = session.exec(select(Mention)).one()
    gone = Gone(kind=mention.kind, host=mention.host, external_id=mention.external_id)
    removal.remove(session, [gone], LATER)
    session.commit()
    assert job.refresh(context(session, api)) == {"up to date": 1}
    assert "The parcel never came" not in shown(api)


def test_an_incident_is_one_thread_from_its_first_alert_to_its_end(session: Session, api: SlackApi) -> None:
    incident = make_incident(session, make_brand(session))
    session.commit()
    alert.run(context(session, api, now=NOON))
    make_change(session, incident, ChangeKind.WORSENED, NOON + MINUTE, "200 negative in 2 h, usually 1.2.")
    session.commit()
    alert.run(context(session, api, now=NOON + timedelta(minutes=30)))
    resolve(session, incident)
    alert.run(context(session, api))
    assert "is over after" in shown(api)
    assert [bool(post.get("thread_ts")) for post in api.posts] == [False, True, True]
    assert api.problems == []


def test_an_update_that_hangs_is_left_behind_and_settled_by_a_later_look(session: Session, api: SlackApi) -> None:
    resolve(session, told(session, api))
    api.delay_seconds, given, updates = 0.7, context(session, api), Sends[job.Update]()
    began = time.monotonic()
    assert job.refresh(given, updates) == {}
    assert time.monotonic() - began < 0.5
    assert wait_for(lambda: updates.has_ended)
    assert job.refresh(given, updates) == {"up to date": 1}


def wait_for(is_so: Callable[[], bool]) -> bool:
    until = time.monotonic() + 5
    while not is_so() and time.monotonic() < until:
        time.sleep(0.02)
    return is_so()
