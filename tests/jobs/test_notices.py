"""The operator hears of a source in trouble once, and again when it is well."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from monitor.clock import utcnow
from monitor.errors import DeliveryError
from monitor.facts import Severity
from monitor.jobs import alert as alert_job
from monitor.jobs import crawl, notices, receive
from monitor.jobs.context import Context
from monitor.models import Alert, ChannelHealth, RunOutcome, Source
from monitor.store import doors, sources, telling
from tests.contexts import make_context
from tests.factories import NOON, make_run

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CONSOLE = {"type": "console", "id": "screen"}
OTHER = {"type": "console", "id": "other"}


def look(session: Session, at: timedelta = timedelta(), **changes: Any) -> Context:
    """A look for sources in trouble, so long after noon; with one channel unless told otherwise."""
    context = make_context(session, NOON + at, **{"channels": [CONSOLE], **changes})
    notices.tell_operator_of_sources(context)
    return context


@pytest.fixture
def source(session: Session) -> Source:
    make_context(session, NOON)
    found = sources.by_slug(session, "news")
    assert found is not None
    sources.record_good(session, found, now=NOON - 5 * HOUR)
    return found


def fail(session: Session, source: Source, times: int = 1) -> None:
    for _ in range(times):
        sources.record_failure(session, source, "https://news.example/feed: the server answers 503", now=NOON)
    session.commit()


def told(session: Session) -> list[str]:
    session.expire_all()
    return [alert.message["subject"] for alert in session.exec(select(Alert).order_by(Alert.id))]


def message(session: Session) -> dict[str, Any]:
    return session.exec(select(Alert).order_by(Alert.id.desc())).first().message


def test_a_source_that_fails_three_times_in_a_row_is_told_and_not_before(session: Session, source: Source):
    fail(session, source, 2)
    look(session)
    assert told(session) == []
    fail(session, source)
    look(session, MINUTE)
    assert told(session) == ["Emberwatch: the source news failed 3 times in a row"]


def test_the_message_says_which_since_when_why_and_what_to_do(session: Session, source: Source):
    fail(session, source, 3)
    look(session)
    found = message(session)
    assert dict(found["facts"]) == {
        "Source": "news",
        "Kind": "feed",
        "Since": "2 Mar 07:00 UTC (5 h ago)",
        "Error": "https://news.example/feed: the server answers 503",
    }
    assert "emberwatch check" in found["next_step"]
    assert found["link"] == "http://127.0.0.1:8501/sources"


def test_one_trouble_is_told_once(session: Session, source: Source):
    fail(session, source, 3)
    for minutes in range(5):
        fail(session, source)
        look(session, minutes * MINUTE)
    assert len(told(session)) == 1


def test_a_source_that_is_well_again_is_told_once_and_its_next_trouble_too(session: Session, source: Source):
    fail(session, source, 3)
    look(session)
    sources.record_good(session, source, now=NOON)
    session.commit()
    look(session, MINUTE)
    look(session, 2 * MINUTE)
    assert told(session)[1:] == ["Emberwatch: the source news is well again"]
    assert message(session)["severity"] == Severity.WATCH
    fail(session, source, 3)
    look(session, HOUR)
    assert len(told(session)) == 3


def test_a_source_that_was_never_told_of_is_not_told_well(session: Session, source: Source):
    fail(session, source)
    sources.record_good(session, source, now=NOON)
    look(session)
    assert told(session) == []


def test_a_blocked_source_is_told_once_it_was_looked_at_twice(session: Session, source: Source):
    for minutes in range(4):
        sources.record_blocked(session, source, "robots.txt of news.example does not allow /feed", now=NOON)
        look(session, minutes * MINUTE)
        assert len(told(session)) == (1 if minutes else 0)
    assert "Ask the site" in message(session)["next_step"]


def test_a_quiet_source_is_told_at_once_with_its_usual(session: Session, source: Source):
    sources.record_quiet(session, source, "no new text since 1 Mar; usually 14 a day", since=NOON - 30 * HOUR)
    look(session)
    found = message(session)
    assert "the source news is quiet" in found["subject"]
    assert dict(found["facts"])["Since"] == "1 Mar 06:00 UTC (30 h ago)"
    assert dict(found["facts"])["Error"] == "no new text since 1 Mar; usually 14 a day"


def test_a_trouble_that_changes_its_kind_is_one_trouble(session: Session, source: Source):
    sources.record_quiet(session, source, "no new text", since=NOON)
    look(session)
    fail(session, source, 3)
    look(session, MINUTE)
    assert len(told(session)) == 1


def test_many_sources_in_trouble_are_one_message(session: Session, source: Source):
    more = [{"id": f"s{i:02}", "type": "feed", "brands": ["karak"], "params": {}} for i in range(20)]
    make_context(session, NOON, sources=more)
    for row in session.exec(select(Source).where(Source.active)):
        fail(session, row, 3)
    look(session, sources=more)
    found = message(session)
    assert told(session) == ["Emberwatch: 20 sources need care"]
    assert found["facts"][0][0] == "s00"
    assert tuple(found["facts"][-1]) == ("And", "5 more")
    for row in session.exec(select(Source).where(Source.active)):
        sources.record_good(session, row, now=NOON)
    look(session, HOUR, sources=more)
    assert told(session)[1:] == ["Emberwatch: 20 sources are well again"]


def test_a_source_that_left_the_config_is_not_told(session: Session, source: Source):
    fail(session, source, 3)
    other = {"id": "other", "type": "feed", "brands": ["karak"], "params": {}}
    look(session, sources=[other])
    assert told(session) == []


def test_an_error_from_outside_cannot_forge_the_message(session: Session, source: Source):
    for _ in range(3):
        sources.record_failure(session, source, "x\r\nBcc: a@b.example\n\u202e<b>", now=NOON)
    look(session)
    assert dict(message(session)["facts"])["Error"] == "x Bcc: a@b.example <b>"


def test_the_operator_channel_is_used_unless_it_fails_itself(session: Session, source: Source):
    fail(session, source, 3)
    changes: dict[str, Any] = {"channels": [CONSOLE, OTHER], "operator_channel": "other"}
    look(session, **changes)
    assert session.exec(select(Alert)).one().channel == "other"
    session.add(ChannelHealth(channel="other", permanent=True))
    sources.record_good(session, source, now=NOON)
    session.commit()
    look(session, MINUTE, **changes)
    assert {alert.channel for alert in session.exec(select(Alert))} == {"other", "screen"}


def test_without_a_channel_that_works_the_duty_stays(session: Session, source: Source):
    fail(session, source, 3)
    look(session, channels=[])
    session.add(ChannelHealth(channel="screen", permanent=True))
    session.commit()
    look(session, MINUTE)
    assert told(session) == []
    assert telling.untold(session) == [source]


def test_an_operator_who_was_not_reached_is_told_again(
    session: Session, source: Source, monkeypatch: pytest.MonkeyPatch
):
    fail(session, source, 3)
    context = look(session, channels=[CONSOLE, OTHER])
    monkeypatch.setattr(alert_job.notifiers, "send", _refuse)
    alert_job.run(context)
    assert telling.untold(session) == [source]
    assert {row.channel for row in session.exec(select(ChannelHealth))} <= {"screen", "other"}


def _refuse(*_: object) -> str:
    raise DeliveryError("no such channel", permanent=True)


def test_a_message_is_owed_in_the_outbox_and_sent_under_its_key(session: Session, source: Source):
    fail(session, source, 3)
    context = look(session)
    owed = session.exec(select(Alert)).one()
    assert (owed.key, owed.reason) == (owed.message["key"], "operator")
    assert alert_job.run(context)["sent"] == 1


def test_the_crawl_job_looks_once_a_minute(session: Session, source: Source):
    sources.record_start(session, source, now=NOON)
    pool = crawl.Pool()
    looks = [pool.is_time_to_tell(NOON + seconds * timedelta(seconds=1)) for seconds in range(0, 130, 10)]
    assert [number for number, asked in enumerate(looks) if asked] == [0, 6, 12]


def test_the_crawl_job_tells_the_operator(session: Session, source: Source):
    fail(session, source, 3)
    source.next_try_at = NOON + HOUR
    session.commit()
    context = make_context(session, NOON, channels=[CONSOLE])
    assert crawl.run(context, crawl.Pool()) == {"operator told of sources": 1}
    assert crawl.run(context, crawl.Pool()) == {}


def test_a_source_whose_format_changed_is_told_at_its_second_look_with_the_field(session: Session, source: Source):
    error = "https://news.example/list: of 20 entries none can be read: the field 'body' has vanished"
    for minutes in range(3):
        sources.record_changed(session, source, error, now=NOON)
        look(session, minutes * MINUTE)
        assert told(session) == (["Emberwatch: the source news has changed its format"] if minutes else [])
    assert "the field 'body' has vanished" in dict(message(session)["facts"])["Error"]
    assert "Update Emberwatch" in message(session)["next_step"]


def test_a_quota_that_is_spent_for_hours_is_told_with_when_it_ends(session: Session, source: Source):
    sources.record_spent(session, source, "the quota of 100 requests a day (search) is spent", until=NOON + 9 * HOUR)
    look(session)
    assert told(session) == ["Emberwatch: the source news has used up its quota"]
    facts = dict(message(session)["facts"])
    assert (facts["Asked again"], facts["Last heard"]) == ("2 Mar 21:00 UTC", "2 Mar 07:00 UTC (5 h ago)")
    assert "raise every" in message(session)["next_step"]


def test_a_wait_of_a_few_hours_is_nobodys_trouble(session: Session, source: Source):
    sources.record_spent(session, source, "news.example asks us to wait", until=NOON + 5 * HOUR)
    look(session)
    assert told(session) == []


def test_a_host_that_always_asks_for_a_few_minutes_more_is_told_after_hours(session: Session, source: Source):
    for minutes in range(0, 7 * 60, 30):
        now = NOON + minutes * MINUTE
        make_run(session, source, at=now, outcome=RunOutcome.SPENT)
        sources.record_spent(session, source, "news.example asks us to wait", until=now + 5 * MINUTE)
        look(session, minutes * MINUTE)
        assert bool(told(session)) == (minutes >= 6 * 60)
    assert told(session) == ["Emberwatch: the source news has used up its quota"]


def test_a_quota_that_is_spent_every_day_is_told_once_a_week_and_never_well(session: Session, source: Source):
    for day in range(9):
        now = NOON + day * 24 * HOUR
        sources.record_spent(session, source, "the quota is spent", until=now + 12 * HOUR)
        look(session, day * 24 * HOUR)
        sources.record_good(session, source, now=now + 13 * HOUR)
        look(session, day * 24 * HOUR + 13 * HOUR)
    assert told(session) == ["Emberwatch: the source news has used up its quota"] * 2


def test_a_spent_quota_does_not_hide_a_trouble(session: Session, source: Source):
    sources.record_spent(session, source, "the quota is spent", until=NOON + 9 * HOUR)
    look(session)
    fail(session, source, 3)
    look(session, MINUTE)
    assert told(session)[1:] == ["Emberwatch: the source news failed 3 times in a row"]


def test_a_wall_is_not_called_robots_txt(session: Session, source: Source):
    for _ in range(2):
        sources.record_blocked(session, source, "https://news.example: a captcha instead of the answer", now=NOON)
    look(session)
    assert told(session) == ["Emberwatch: the source news is blocked"]
    assert "robots" not in message(session)["sentence"]


def test_an_operator_who_was_not_reached_is_told_of_the_quota_again(
    session: Session, source: Source, monkeypatch: pytest.MonkeyPatch
):
    sources.record_spent(session, source, "the quota is spent", until=NOON + 9 * HOUR)
    context = look(session)
    monkeypatch.setattr(alert_job.notifiers, "send", _refuse)
    alert_job.run(context)
    session.expire_all()
    assert source.spent_told_at is None


@dataclass(frozen=True)
class Drop:
    """A door whose folder files are dropped into."""

    session: Session
    folder: Path

    @property
    def door(self) -> dict[str, Any]:
        return {"id": "drop", "type": "folder", "brands": ["karak"], "path": str(self.folder), "settle": "0s"}

    def file(self, content: str, at: timedelta = timedelta()) -> None:
        """A file is dropped, and looked at."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "march.csv").write_text(content, encoding="utf-8")
        receive.run(make_context(self.session, utcnow() + MINUTE + at, doors=[self.door]))

    def look(self, at: timedelta = timedelta()) -> list[str]:
        look(self.session, at, doors=[self.door])
        return told(self.session)


@pytest.fixture
def drop(session: Session, tmp_path: Path) -> Drop:
    return Drop(session, tmp_path / "drop")


BAD, GOOD = "Review,Stars\nCold tea,nine\n", "Review,Stars\nCold tea,2\n"


def test_a_refused_file_is_told_once_with_its_reason(session: Session, drop: Drop):
    drop.file(BAD)
    assert [drop.look(), drop.look(MINUTE)] == 2 * [["Emberwatch: a file was refused at the door drop"]]
    ((door, why),) = message(session)["facts"]
    assert (door, why[:23]) == ("drop", "march.csv: 1 row, 1 bad")


def test_a_file_that_is_refused_again_is_told_again(drop: Drop):
    for hours in (0, 1):
        drop.file(BAD, hours * HOUR)
        drop.look(hours * HOUR)
    assert len(drop.look(2 * HOUR)) == 2


def test_a_refusal_that_nobody_heard_of_is_told_again(session: Session, drop: Drop):
    drop.file(BAD)
    drop.look()
    notices.not_reached(session, session.exec(select(Alert)).one())
    assert len(drop.look(MINUTE)) == 2


def test_a_file_that_is_taken_in_is_not_told(drop: Drop):
    drop.file(GOOD)
    assert drop.look() == []


def test_what_was_told_long_ago_is_forgotten(session: Session, drop: Drop):
    drop.file(BAD)
    drop.look()
    assert [doors.forget_told(session, NOON + minutes * MINUTE) for minutes in (0, 1)] == [0, 1]


def test_a_mailbox_that_cannot_be_opened_is_told_as_a_door(session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EMBERWATCH_TEST_MAIL", "word")
    mailbox = {"id": "mail", "type": "imap", "brands": ["karak"], "host": "127.0.0.1", "port": 1, "tls": "none"}
    mailbox |= {"user": "ana", "password": {"env": "EMBERWATCH_TEST_MAIL"}}
    for hours in range(3):
        receive.run(make_context(session, NOON + hours * HOUR, doors=[mailbox]))
    look(session, 3 * HOUR, doors=[mailbox])
    assert told(session) == ["Emberwatch: the door mail failed 3 times in a row"]
    assert dict(message(session)["facts"])["Door"] == "mail"
    assert "mailbox" in message(session)["next_step"]
