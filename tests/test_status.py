"""`emberwatch status`: figures from the database alone, cheap at any size, and 1 only when a person is needed."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from sqlmodel import Session

from monitor.clock import utcnow
from monitor.facts import ChangeKind, Severity
from monitor.jobs import JOBS
from monitor.models import (
    AlertState,
    Brand,
    ChannelHealth,
    IncidentChange,
    JobHealth,
    Mention,
    ReadState,
    Reply,
    ReplyState,
    RunOutcome,
    Silence,
    Source,
    SourceHealth,
)
from monitor.status import Status, as_json, gather, verdicts
from monitor.store import assessments, backlog, hosts, sources
from monitor.verdict import State
from tests.commands import emberwatch
from tests.contexts import BRAND, make_context, make_settings
from tests.factories import (
    NOON,
    make_alert,
    make_brand,
    make_case,
    make_change,
    make_coverage,
    make_incident,
    make_mention,
    make_run,
    make_source,
)


def look(session: Session, **changes: Any) -> Status:
    session.flush()
    return gather(session, make_settings(**changes), "0006", NOON)


def states(status: Status) -> dict[str, State]:
    return {verdict.subject: verdict.state for verdict in verdicts(status)}


def run_all_jobs(session: Session, **values: Any) -> None:
    for job in JOBS:
        session.add(JobHealth(job=job, last_good_at=NOON - timedelta(seconds=30), **values))


def make_unread(session: Session, brand: Brand, source: Source, state: ReadState, at: datetime = NOON) -> Mention:
    """A mention that waits or was set aside, collected at that time."""
    mention = make_mention(session, brand, source, at=at)
    mention.read_state = state
    return mention


def healthy(status: Status) -> bool:
    return State.FAILS not in states(status).values()


def test_a_monitor_that_works_needs_nobody(session: Session):
    run_all_jobs(session)
    make_source(session, make_brand(session, "karak"))
    assert healthy(look(session))
    assert as_json(look(session))["last_life_age_seconds"] == 30


def test_a_monitor_that_never_ran_needs_somebody(session: Session):
    assert states(look(session))["monitor"] is State.FAILS


def test_a_monitor_that_stopped_needs_somebody(session: Session):
    session.add(JobHealth(job="crawl", last_good_at=NOON - timedelta(minutes=6)))
    assert states(look(session))["monitor"] is State.FAILS


def test_a_crawl_that_began_is_a_sign_of_life(session: Session):
    session.add(JobHealth(job="crawl", last_good_at=NOON - timedelta(hours=6)))
    make_run(session, make_source(session, make_brand(session)), at=NOON - timedelta(minutes=1))
    assert look(session).is_running


def test_a_crash_of_today_is_told(session: Session):
    run_all_jobs(session)
    make_run(session, None, job="run", at=NOON - timedelta(days=2), outcome=RunOutcome.FAILED)
    assert look(session).last_crash is None
    make_run(session, None, job="run", at=NOON - timedelta(hours=1), outcome=RunOutcome.FAILED)
    assert states(look(session))["crash"] is State.WARNING


@pytest.mark.parametrize(("failures", "state"), [(0, State.OK), (2, State.WARNING), (3, State.FAILS)])
def test_a_job_needs_somebody_when_it_failed_three_times(session: Session, failures: int, state: State):
    session.add(JobHealth(job="detect", last_good_at=NOON, failures=failures, error="disk", next_try_at=NOON))
    assert states(look(session))["job detect"] is state


def test_mentions_that_wait_are_counted_with_the_age_of_the_one_that_waits_longest(session: Session):
    brand = make_brand(session)
    source = make_source(session, brand)
    edited = make_unread(session, brand, source, ReadState.WAITING, NOON - timedelta(days=90))
    edited.edited_at = NOON - timedelta(minutes=2)
    make_unread(session, brand, source, ReadState.WAITING, NOON - timedelta(minutes=5))
    told = as_json(look(session))
    assert (told["mentions_waiting"], told["mentions_waiting_age_seconds"]) == (2, 300)


@pytest.mark.parametrize(("number", "state"), [(1, State.WARNING), (10, State.FAILS)])
def test_texts_that_were_set_aside_are_told_and_many_need_somebody(session: Session, number: int, state: State):
    brand = make_brand(session)
    source = make_source(session, brand)
    for _ in range(number):
        make_unread(session, brand, source, ReadState.FAILED)
    assert states(look(session))["set aside"] is state
    assert as_json(look(session))["mentions_set_aside"] == number


def test_what_was_set_aside_waits_again_with_all_its_tries(session: Session):
    brand = make_brand(session)
    mention = make_unread(session, brand, make_source(session, brand), ReadState.FAILED)
    mention.read_attempts, mention.read_error = 3, "set aside"
    session.flush()
    assert assessments.wait_again(session) == 1
    session.refresh(mention)
    assert (mention.read_state, mention.read_attempts, mention.read_error) == (ReadState.WAITING, 0, "")


def test_messages_that_are_owed_and_given_up_are_told(session: Session):
    change = make_change(session, make_incident(session, make_brand(session)), ChangeKind.OPENED, NOON)
    change.routed_at = NOON
    for channel, state, age in (
        ("a", AlertState.PENDING, timedelta(hours=1)),
        ("b", AlertState.FAILED, timedelta(days=1)),
        ("c", AlertState.FAILED, timedelta(days=30)),
    ):
        make_alert(session, change, channel, state).created_at = NOON - age
    status = look(session)
    assert (status.outbox.owed, status.outbox.failed, status.outbox.unrouted) == (1, 1, 1)  # the incident opened
    assert states(status)["telling"] is State.WARNING
    assert states(status)["given up"] is State.FAILS


def test_messages_that_are_held_back_are_told_apart_from_those_that_are_late(session: Session):
    change = make_change(session, make_incident(session, make_brand(session)), ChangeKind.OPENED, NOON)
    for channel, held, due in (("a", "quiet_hours", 7), ("b", "silenced", 9), ("c", "grouped", -1)):
        values = {"held": held, "due_at": NOON + timedelta(hours=due)}
        make_alert(session, change, channel, AlertState.PENDING, **values).created_at = NOON - timedelta(hours=2)
    status = look(session)
    assert (status.outbox.held, status.outbox.owed) == (2, 1)
    assert (status.outbox.held_until, status.outbox.owed_since) == (
        NOON + timedelta(hours=7),
        NOON - timedelta(hours=1),
    )
    assert states(status)["waiting"] is State.OK
    assert as_json(status)["alerts_held_until"] == "2026-03-02T19:00:00+00:00"


def test_a_message_that_is_sent_again_is_late_from_then_on(session: Session):
    change = make_change(session, make_incident(session, make_brand(session)), ChangeKind.OPENED, NOON)
    change.routed_at = NOON
    for row in session.exec(sa.select(IncidentChange)).scalars():
        row.routed_at = NOON
    again = make_alert(session, change, "a", AlertState.PENDING, due_at=NOON)
    again.created_at = NOON - timedelta(days=3)
    assert states(look(session))["telling"] is State.OK


@pytest.mark.parametrize(
    ("ago", "attempts", "told"),
    [
        (timedelta(minutes=20), 4, {}),
        (timedelta(hours=1), 5, {"poster blog": State.WARNING}),
        (timedelta(hours=3), 7, {"poster blog": State.FAILS}),
        (timedelta(hours=3), 0, {}),
    ],
)
def test_answers_that_do_not_get_out_are_told(session: Session, ago: timedelta, attempts: int, told: dict[str, State]):
    brand = make_brand(session)
    case = make_case(session, make_mention(session, brand, make_source(session, brand)))
    owed = {"actor": "Ana", "text": "We are sorry.", "poster": "blog", "error": "the site answers 502"}
    for state in (ReplyState.OWED, ReplyState.FAILED, ReplyState.POSTED):
        session.add(Reply(case_id=case.id, state=state, written_at=NOON - ago, attempts=attempts, **owed))
    status = look(session)
    assert {subject: state for subject, state in states(status).items() if "poster" in subject} == told
    assert [one["error"] for one in as_json(status)["answers_unposted"]] == ["the site answers 502"] * len(told)


def test_what_is_kept_quiet_is_told_with_who_and_why(session: Session):
    times = {"starts_at": NOON - timedelta(hours=1), "created_at": NOON}
    made = {"up_to": Severity.HIGH, "actor": "Ravi", "reason": "We move", **times}
    session.add(Silence(brand="karak", theme="refund", ends_at=NOON + timedelta(hours=2), **made))
    session.add(Silence(ends_at=NOON, **made))
    status = look(session)
    found = {verdict.subject: verdict.found for verdict in verdicts(status)}
    assert found["silence"] == "karak, refund, 2 h more, by Ravi: We move"
    assert as_json(status)["silences"][0]["until"] == "2026-03-02T14:00:00+00:00"


@pytest.mark.parametrize(
    ("health", "failures", "state"),
    [
        (SourceHealth.FAILING, 1, State.WARNING),
        (SourceHealth.FAILING, 3, State.FAILS),
        (SourceHealth.BLOCKED, 3, State.FAILS),
        (SourceHealth.CHANGED, 1, State.WARNING),
        (SourceHealth.CHANGED, 3, State.FAILS),
        (SourceHealth.SPENT, 0, State.WARNING),
        (SourceHealth.RESTING, 0, State.WARNING),
        (SourceHealth.QUIET, 0, State.WARNING),
    ],
)
def test_each_source_in_trouble_has_its_line(session: Session, health: SourceHealth, failures: int, state: State):
    brand = make_brand(session)
    make_source(session, brand, "fine")
    make_source(session, brand, "bad", health=health, failures=failures, error="the server answers 500")
    make_source(session, brand, "gone", health=SourceHealth.FAILING, failures=9, active=False)
    status = look(session)
    assert states(status)["source bad"] is state
    assert status.sources == {"healthy": 1, health.value: 1}


def test_a_changed_format_and_a_spent_quota_are_told_apart(session: Session):
    brand = make_brand(session)
    make_source(session, brand, "new", health=SourceHealth.CHANGED, failures=3, error="the field 'body' has vanished")
    later = NOON + timedelta(hours=9)
    make_source(session, brand, "dear", health=SourceHealth.SPENT, next_try_at=later, error="100 requests a day")
    found = {verdict.subject: verdict for verdict in verdicts(look(session))}
    assert "format changed, tried 3 times" in found["source new"].found
    assert "update Emberwatch" in found["source new"].remedy
    assert found["source dear"].found.startswith("quota spent: 100 requests a day; last good never, asked again in 9 h")


def test_a_source_whose_host_rests_is_asked_again_when_the_host_may_be(session: Session):
    feed = {"id": "news", "type": "feed", "params": {"url": "https://news.example/feed"}, "brands": [BRAND["id"]]}
    context = make_context(session, NOON, sources=[feed])
    source = sources.by_slug(session, "news")
    assert source is not None
    sources.record_rest(session, source, "news.example asks us to wait until 14:00 UTC", until=NOON)
    hosts.note_rest(session, "news.example", NOON + timedelta(hours=2), "it answers 429", NOON)
    found = {verdict.subject: verdict.found for verdict in verdicts(gather(session, context.settings, "0001", NOON))}
    assert found["source news"].startswith("resting: news.example asks us to wait")
    assert found["source news"].endswith("asked again in 2 h")


def test_a_channel_that_refuses_needs_somebody_while_it_is_in_the_config(session: Session):
    session.add(ChannelHealth(channel="console", failures=1, permanent=True, error="no"))
    session.add(ChannelHealth(channel="old", failures=9))
    assert {subject for subject in states(look(session)) if "channel" in subject} == {"channel console"}
    assert states(look(session))["channel console"] is State.FAILS


def test_a_report_that_is_due_and_missing_is_named(session: Session):
    brand = make_brand(session, "karak")
    source = make_source(session, brand)
    assert look(session).reports_due == ()
    make_coverage(session, source, NOON - timedelta(days=20), NOON)
    assert look(session).reports_due == ("karak",)


def test_the_figures_are_plain_json_with_units_in_their_names(session: Session):
    run_all_jobs(session, failures=1, next_try_at=NOON)
    told = json.loads(json.dumps(as_json(look(session))))
    assert told["healthy"]
    assert told["database_bytes"] > 10_000
    assert [job["job"] for job in told["jobs"]] == list(JOBS)
    assert told["jobs"][0]["next_try_at"] == NOON.isoformat()


@pytest.mark.sqlite("reads SQLite's query plans")
def test_no_query_reads_all_mentions_or_all_runs(session: Session):
    """Whatever the size: each look at a large table goes through an index."""
    asked: list[str] = []
    engine = session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]) or None)
    statements = [text for text in recorded(session, asked) if text.lstrip().upper().startswith("SELECT")]
    assert len(statements) > 8
    assert [step for text in statements for step in plan(session, text) if is_scan_of_large(step)] == []


def recorded(session: Session, asked: list[str]) -> list[str]:
    run_all_jobs(session)
    look(session)
    return [text for text in asked if " FROM " in text.replace("\n", " ")]


def plan(session: Session, statement: str) -> list[str]:
    connection = session.connection().connection.driver_connection
    assert connection is not None
    values = (1,) * statement.count("?")
    return [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]


def is_scan_of_large(step: str) -> bool:
    large = ("mention", "alert", "incident_change", "run", "assessment", "coverage")
    return step.startswith("SCAN") and step.split()[1] in large and "INDEX" not in step and "rowid" not in step.lower()


def configured(folder: Path, url: str = "") -> Path:
    config = folder / "c.yaml"
    settings = {"brands": [BRAND], "database": {"url": url or f"sqlite:///{folder}/e.db"}}
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return config


def test_without_a_database_it_says_which_command_makes_one_and_makes_none(tmp_path: Path):
    done = emberwatch("status", "--config", configured(tmp_path))
    assert (done.returncode, "`emberwatch run` makes it" in done.stderr) == (1, True)
    assert not (tmp_path / "e.db").exists()


def test_on_an_old_schema_it_says_which_command_mends_it(tmp_path: Path):
    (tmp_path / "e.db").touch()
    done = emberwatch("status", "--config", configured(tmp_path), "--json")
    assert done.returncode == 1
    assert "emberwatch upgrade" in json.loads(done.stdout)["problem"]


def test_it_serves_as_a_health_check(session: Session, database_url: str, tmp_path: Path):
    now = utcnow()
    session.add_all(JobHealth(job=job, last_good_at=now) for job in JOBS)
    make_source(session, make_brand(session, "karak"))
    session.commit()
    done = emberwatch("status", "--config", configured(tmp_path, database_url))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\x1b" not in done.stdout
    assert done.stdout.splitlines()[-1] == "all is well"


def test_analyse_again_reads_what_was_set_aside(session: Session, database_url: str, tmp_path: Path):
    brand = make_brand(session, "karak")
    make_unread(session, brand, make_source(session, brand), ReadState.FAILED)
    session.commit()
    done = emberwatch("analyse", "--again", "--config", configured(tmp_path, database_url))
    assert "1 set aside: now waiting again" in done.stderr
    session.expire_all()
    assert backlog.unread(session).set_aside == 0
