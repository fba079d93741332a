"""Tasks on a real queue: what they put in, and that they do what the jobs do."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import select

from monitor.alerting.routing import Reason
from monitor.clock import utcnow
from monitor.models import Alert, AlertState, Brand, Incident, JobHealth, Source
from monitor.store import sources
from monitor.store.database import session_of
from monitor.worker import Hands, tasks
from monitor.worker.line import Line
from tests.factories import make_coverage, make_mention
from tests.worker.conftest import Make, hear, jobs

ONE_HOST = [
    {"id": name, "type": "feed", "brands": ["karak"], "params": {"url": f"https://{host}/{name}"}}
    for name, host in (("news", "a.example"), ("blog", "a.example"), ("shop", "b.example"))
]
MANY = [{"id": f"brand{i}", "name": f"Brand {i}"} for i in range(3)]
FEED = {"id": "news", "type": "feed", "brands": [f"brand{i}" for i in range(3)], "params": {"url": "https://n.example"}}


def test_a_job_with_the_same_key_waits_once(line: Line) -> None:
    assert line.put("analyse.read", key="analyse:0")
    assert not line.put("analyse.read", key="analyse:0")


def test_of_sources_with_one_host_one_is_put_in(make_hands: Make, database: sa.Engine) -> None:
    hands = make_hands(sources=ONE_HOST)
    tasks.crawl_plan(hands)
    tasks.crawl_plan(hands)
    put = jobs(database, "crawl.source")
    assert sorted(job["args"]["hosts"][0] for job in put) == ["a.example", "b.example"]
    assert {job["lock"] for job in put} == {"host:a.example", "host:b.example"}


def test_a_source_is_claimed_once_by_two_that_saw_it_due(make_hands: Make) -> None:
    hands, now = make_hands(), utcnow()
    with session_of(hands.engine) as one, session_of(hands.engine) as other:
        seen = [sources.by_slug(session, "news") for session in (one, other)]
        assert sources.claim(one, seen[0] or Source(slug="", kind=""), now=now)
        one.commit()
        assert not sources.claim(other, seen[1] or Source(slug="", kind=""), now=now)


def test_each_brand_has_one_look_that_waits_and_looks_are_not_put_in_twice(
    make_hands: Make, database: sa.Engine
) -> None:
    hands = make_hands(brands=MANY, sources=[FEED])
    tasks.detect_plan(hands)
    tasks.detect_plan(hands)
    assert [job["args"]["slug"] for job in jobs(database, "detect.brand")] == ["brand0", "brand1", "brand2"]


def test_a_brand_of_which_a_complaint_was_read_is_looked_at_soon(make_hands: Make, database: sa.Engine) -> None:
    hands = make_hands()
    with session_of(database) as session:
        hear(session, hands, 3)
    tasks.analyse_read(hands)
    (look,) = jobs(database, "detect.brand")
    assert look["args"] == {"slug": "karak", "soon": True}
    assert look["scheduled_at"] - utcnow() < tasks.SOON + timedelta(seconds=1)


def test_praise_makes_nobody_look_sooner(make_hands: Make, database: sa.Engine) -> None:
    hands = make_hands()
    with session_of(database) as session:
        hear(session, hands, 3, "Karak House: lovely tea")
    tasks.analyse_read(hands)
    assert not jobs(database, "detect.brand")


def owe(hands: Hands, *channels: str) -> None:
    now = utcnow()
    with session_of(hands.engine) as session:
        for channel in channels:
            told = {"channel": channel, "reason": Reason.OPERATOR, "message": {}, "created_at": now}
            session.add(Alert(key=channel, due_at=now, next_try_at=now, **told))
        session.commit()


def test_each_channel_has_a_job_of_its_own_so_that_a_slow_one_holds_up_no_other(
    make_hands: Make, database: sa.Engine
) -> None:
    hands = make_hands()
    owe(hands, "desk", "night")
    tasks.alert_decide(hands)
    sends = jobs(database, "alert.send")
    assert [(job["args"]["channel"], job["lock"]) for job in sends] == [("desk", "send:desk"), ("night", "send:night")]


def test_sending_for_one_channel_leaves_the_others_alone(make_hands: Make, database: sa.Engine) -> None:
    hands = make_hands()
    owe(hands, "desk", "night")
    tasks.alert_decide(hands)
    desk = next(job for job in hands.line.going("alert.send") if job.task_kwargs["channel"] == "desk")
    tasks.alert_send(hands, desk)  # it is no longer in the config, and given up
    with session_of(database) as session:
        states = dict(session.exec(select(Alert.channel, Alert.state)).all())
    assert states == {"desk": AlertState.FAILED, "night": AlertState.PENDING}


def test_what_fails_for_one_brand_is_put_off_for_it_alone(make_hands: Make, database: sa.Engine) -> None:
    hands = make_hands(brands=MANY, sources=[FEED])

    def fails(_context: object) -> None:
        raise ValueError("broken")

    hands.run("detect", fails, part="brand0")  # type: ignore[arg-type]
    assert hands.run("detect", fails, part="brand0")[1] is not None  # type: ignore[arg-type]
    with session_of(database) as session:
        health = session.get_one(JobHealth, "detect:brand0")
    assert (health.failures, hands.looking.put_off_until("detect", "brand1", utcnow())) == (1, None)


def test_no_more_jobs_of_reading_are_put_in_than_there_is_work_for(make_hands: Make, database: sa.Engine) -> None:
    hands = make_hands()
    with session_of(database) as session:
        hear(session, hands, 600)
    tasks.analyse_plan(hands)
    tasks.analyse_plan(hands)
    assert [job["queueing_lock"] for job in jobs(database, "analyse.read")] == ["analyse:0", "analyse:1"]


def test_a_look_of_one_brand_opens_its_incident_and_wakes_the_alerts(make_hands: Make, database: sa.Engine) -> None:
    hands, now = make_hands(), utcnow()
    with session_of(database) as session:
        brand, source = session.exec(select(Brand)).one(), session.exec(select(Source)).one()
        make_coverage(session, source, now - timedelta(days=14), now)
        for number in range(12):
            at = now - timedelta(minutes=number + 1)
            make_mention(session, brand, source, f"complaint {number}", at=at, negative=0.9)
        session.commit()
    tasks.look_at(hands, "karak", after=timedelta())
    (look,) = hands.line.going("detect.brand")
    tasks.detect_brand(hands, look)
    with session_of(database) as session:
        assert session.exec(select(Incident.sentence)).one().startswith("12 negative mentions")
    assert len(jobs(database, "alert.decide")) == 1
