"""The daily digest, on a real database: what each channel was not told of, once a day."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from monitor.alerting.stored import from_dict
from monitor.config import Settings
from monitor.facts import Dimension, Held, IncidentState, Kind, Message, Severity
from monitor.jobs import digest, owing
from monitor.jobs.context import Context
from monitor.models import Alert, AlertState, Assessment, Brand, CaseState, HeldFinding, Incident
from monitor.store import alerts
from monitor.store.database import session_of
from tests.factories import NOON, make_brand, make_case, make_incident, make_mention, make_source

HOUR = timedelta(hours=1)
MORNING = NOON - 6 * HOUR


def settings(*routes: dict[str, Any], boss: dict[str, Any] | None = None, **of: Any) -> Settings:
    """A digest for the boss at 17:00 in Karachi, which is noon."""
    return Settings(
        brands=[{"id": "rosecart", "name": "Rose Cart"}, {"id": "mirchado", "name": "Mirchado"}],
        channels=[{"type": "console", "id": "support"}, {"type": "console", "id": "boss", **(boss or {})}],
        routes=list(routes or ({"channels": ["support"]}, {"channels": ["boss"], "at_least": "critical"})),
        digest={"channels": ["boss"], "hour": 17, "time_zone": "Asia/Karachi"} | of,
    )


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session)


def opened(session: Session, brand: Brand, given: Settings, at: datetime = MORNING, **values: Any) -> Incident:
    """An incident that has opened and been routed."""
    incident = make_incident(session, brand, at=at, **values)
    session.commit()
    for number in alerts.unrouted(session):
        owing.route(Context(given, session, at), number)
    session.execute(sa.update(Alert).where(Alert.held == "", Alert.state == AlertState.PENDING).values(state="sent"))
    session.commit()
    return incident


def run(session: Session, given: Settings, at: datetime = NOON) -> Counter[str]:
    return digest.owe(Context(given, session, at))


def the_digest(session: Session) -> Alert:
    return session.exec(select(Alert).where(Alert.key.startswith("digest:")).order_by(Alert.id.desc())).first()


def said(session: Session) -> Message:
    return from_dict(the_digest(session).message)


def test_a_channel_hears_once_a_day_of_what_it_was_not_told_of(session: Session, brand: Brand) -> None:
    given = settings()
    opened(session, brand, given, owner="Amna")
    assert run(session, given, NOON - timedelta(seconds=1)) == {}
    assert run(session, given) == {"owed digest": 1}
    assert run(session, given, NOON + HOUR) == {}
    alert = the_digest(session)
    assert (alert.key, alert.channel, alert.state) == ("digest:boss:2026-03-02", "boss", AlertState.PENDING)
    assert (alert.reason, alert.together, alert.due_at, alert.next_try_at) == ("digest", "", NOON, NOON)


def test_it_says_what_happened_and_why_it_was_not_told(session: Session, brand: Brand) -> None:
    given = settings()
    mention = make_mention(session, brand, make_source(session, brand), "Where is my refund?")
    opened(session, brand, given, mentions=[mention], owner="Amna")
    run(session, given)
    (section,) = said(session).sections
    (row,) = section.rows
    assert row.label == "[high] Rose Cart: 14 negative in 40 min"
    assert "not told here: it is less severe than the routes to this channel ask for" in row.beside
    assert section.quotes[0].text == "Where is my refund?"


def test_what_the_channel_was_told_of_is_not_told_again(session: Session, brand: Brand) -> None:
    given = settings()
    opened(session, brand, given, severity=Severity.CRITICAL, owner="Amna")
    assert run(session, given) == {"withheld nothing_to_tell": 1}
    assert run(session, given, NOON + HOUR) == {}
    assert the_digest(session).state is AlertState.WITHHELD


def test_what_goes_on_and_nobody_looks_after_is_told_every_day(session: Session, brand: Brand) -> None:
    given = settings()
    incident = opened(session, brand, given, severity=Severity.CRITICAL)
    for day in range(3):
        assert run(session, given, NOON + timedelta(days=day)) == {"owed digest": 1}
    incident.owner = "Amna"
    session.commit()
    assert run(session, given, NOON + timedelta(days=3)) == {"withheld nothing_to_tell": 1}


def test_each_digest_begins_where_the_last_one_ended(session: Session, brand: Brand) -> None:
    given = settings()
    opened(session, brand, given, MORNING, owner="Amna")
    run(session, given)
    opened(session, brand, given, NOON + HOUR, owner="Amna", sentence="new")
    tomorrow = NOON + timedelta(days=1)
    assert run(session, given, tomorrow) == {"owed digest": 1}
    assert len(said(session).sections[0].rows) == 1
    assert "since 2 Mar 17:00 PKT" in said(session).sentence


def test_days_that_are_left_out_are_told_on_the_next_one(session: Session, brand: Brand) -> None:
    given = settings(weekdays=[1, 5])
    run(session, given)
    opened(session, brand, given, NOON + timedelta(days=1), owner="Amna")
    assert run(session, given, NOON + timedelta(days=2)) == {}
    assert run(session, given, NOON + timedelta(days=4)) == {"owed digest": 1}


def test_a_digest_that_was_missed_is_made_later_on_the_same_day(session: Session, brand: Brand) -> None:
    given = settings()
    opened(session, brand, given, owner="Amna")
    assert run(session, given, NOON + 6 * HOUR) == {"owed digest": 1}


def test_what_could_not_be_delivered_is_told_with_its_reason(session: Session, brand: Brand) -> None:
    given = settings({"channels": ["boss"]})
    lost = opened(session, brand, given, owner="Ravi")
    session.execute(sa.update(Alert).where(Alert.incident_id == lost.id).values(state=AlertState.FAILED))
    session.commit()
    assert run(session, given) == {"owed digest": 1}
    (row,) = said(session).sections[0].rows
    assert row.beside == "Ravi looks after it; not told here: the message could not be delivered"


def test_what_still_waits_to_be_told_is_told_with_its_reason(session: Session, brand: Brand) -> None:
    given = settings({"channels": ["boss"]}, boss={"on_call": ["20:00-21:00"]})
    opened(session, brand, given, owner="Amna")
    run(session, given)
    (row,) = said(session).sections[0].rows
    assert row.beside.endswith("not told here: the channel is not on call at that time")


def test_what_is_on_its_way_counts_as_told(session: Session, brand: Brand) -> None:
    given = settings({"channels": ["boss"]}, boss={"on_call": ["09:00-20:00"]})
    opened(session, brand, given, owner="Amna")  # at 6, so that it is held until 9
    assert run(session, given) == {"withheld nothing_to_tell": 1}


def test_a_channel_hears_only_of_brands_and_trouble_that_its_routes_are_for(session: Session, brand: Brand) -> None:
    given = settings({"channels": ["boss"], "brands": ["mirchado"], "themes": ["delivery"]})
    other = make_brand(session, "mirchado", "Mirchado")
    opened(session, brand, given, owner="Amna")
    opened(session, other, given, owner="Amna")
    assert run(session, given) == {"withheld nothing_to_tell": 1}


def test_a_channel_without_routes_hears_of_all_brands(session: Session, brand: Brand) -> None:
    given = settings({"channels": ["support"]})
    other = make_brand(session, "mirchado", "Mirchado")
    opened(session, brand, given, owner="Amna")
    opened(session, other, given, owner="Amna")
    run(session, given)
    assert [section.title for section in said(session).sections] == ["Rose Cart", "Mirchado"]


def test_what_waits_is_told_though_nothing_happened(session: Session, brand: Brand) -> None:
    given = settings()
    source = make_source(session, brand)
    late = make_mention(session, brand, source, at=NOON - 48 * HOUR)
    make_case(session, late, at=NOON - 6 * HOUR)
    make_case(
        session, make_mention(session, brand, source, at=NOON - 48 * HOUR), at=NOON - 48 * HOUR, state=CaseState.SOLVED
    )
    make_mention(session, brand, source, at=MORNING, unsure=True)
    make_mention(session, brand, source, at=NOON - 48 * HOUR, unsure=True)
    corrected = make_mention(session, brand, source, at=MORNING, unsure=True)
    session.exec(select(Assessment).where(Assessment.mention_id == corrected.id)).one().is_current = False
    session.add(nearly(brand, strength=3.0, sentence="6 negative in 2 h.", last_at=MORNING))
    session.add(nearly(brand, strength=2.0, sentence="4 negative in 2 h.", last_at=MORNING))
    session.add(nearly(brand, strength=9.0, sentence="long ago", last_at=NOON - 30 * HOUR))
    session.commit()
    assert run(session, given) == {"owed digest": 1}
    told = {row.label: (row.value, row.beside) for row in said(session).sections[0].rows}
    assert told == {
        "Complaints waiting too long": ("1", "the longest is late by 5 h"),
        "Nearly an incident": ("2", "the strongest: 6 negative in 2 h."),
        "Texts to check": ("1", "the model was not sure of them"),
    }


def nearly(brand: Brand, *, strength: float, sentence: str, last_at: datetime) -> HeldFinding:
    return HeldFinding(
        brand_id=brand.id, detector="spike", kind=Kind.SPIKE, dimension=Dimension.ALL, reason=Held.BELOW, seen=6,
        expected=1, authors=5, first_at=last_at, strength=strength, sentence=sentence, last_at=last_at,
    )  # fmt: skip


def test_quiet_hours_keep_a_digest_until_they_end(session: Session, brand: Brand) -> None:
    given = settings(boss={"quiet": ["11:00-14:00"], "time_zone": "UTC"})
    opened(session, brand, given, owner="Amna")
    run(session, given)
    alert = the_digest(session)
    assert (alert.held, alert.due_at) == ("quiet_hours", NOON + 2 * HOUR)


def test_a_channel_that_is_off_gets_none_and_a_config_without_digests_makes_none(
    session: Session, brand: Brand
) -> None:
    opened(session, brand, settings(), owner="Amna")
    assert run(session, settings(boss={"enabled": False})) == {}
    assert run(session, settings(channels=[])) == {}


def test_what_is_over_says_how_long_it_lasted(session: Session, brand: Brand) -> None:
    given = settings()
    incident = opened(session, brand, given)
    incident.state, incident.resolved_at = IncidentState.RESOLVED, MORNING + 2 * HOUR
    session.commit()
    run(session, given)
    (row,) = said(session).sections[0].rows
    assert row.value == "over after 2 h 40 min"


def test_two_processes_make_one_digest(session: Session, brand: Brand, engine: sa.Engine) -> None:
    given = settings()
    opened(session, brand, given, owner="Amna")
    together = Barrier(4)

    def work(_: int) -> Counter[str]:
        with session_of(engine) as own:
            together.wait()
            return run(own, given)

    with ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(work, range(4)), Counter())
    assert done == {"owed digest": 1}
