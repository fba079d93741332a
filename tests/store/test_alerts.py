"""The outbox in the database: claims, leases, order, quotes, and how channels do."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.facts import ChangeKind
from monitor.models import Alert, AlertState, Brand, Incident, Source, Story
from monitor.store import alerts
from monitor.store.database import session_of
from tests.factories import NOON, make_alert, make_brand, make_change, make_finding, make_incident, make_mention
from tests.factories import make_source as new_source

MINUTE = timedelta(minutes=1)
LEASE = timedelta(minutes=5)


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session)


@pytest.fixture
def source(session: Session, brand: Brand) -> Source:
    return new_source(session, brand)


@pytest.fixture
def incident(session: Session, brand: Brand) -> Incident:
    return make_incident(session, brand)


def owe(session: Session, incident: Incident, channel: str = "a", **values: object) -> Alert:
    change = make_change(session, incident)
    given = {"state": AlertState.PENDING, "next_try_at": NOON} | values
    return make_alert(session, change, channel, **given)


def test_a_change_is_routed_by_one_process_only(session: Session, engine: sa.Engine, incident: Incident) -> None:
    session.commit()
    (change_id,) = alerts.unrouted(session)
    assert alerts.claim_change(session, change_id, NOON)
    session.commit()
    with session_of(engine) as other:
        assert not alerts.claim_change(other, change_id, NOON)
        assert alerts.unrouted(other) == []


def test_a_claimed_alert_is_not_due_until_its_lease_ends(session: Session, incident: Incident) -> None:
    number = owe(session, incident).id or 0
    claimed = alerts.claim(session, number, NOON, NOON + LEASE)
    assert claimed is not None
    assert (claimed.state, claimed.attempts, claimed.leased_until) == (AlertState.SENDING, 1, NOON + LEASE)
    assert alerts.claim(session, number, NOON, NOON + LEASE) is None
    assert alerts.due(session, NOON + LEASE - MINUTE) == []
    assert alerts.due(session, NOON + LEASE) == [number]


def test_what_is_not_due_or_rests_is_left_alone(session: Session, incident: Incident) -> None:
    first = owe(session, incident, "a")
    owe(session, incident, "b", next_try_at=NOON + MINUTE)
    owe(session, incident, "c", state=AlertState.FAILED)
    assert alerts.due(session, NOON) == [first.id]
    assert alerts.due(session, NOON, {"a"}) == []


def test_a_channel_hears_of_an_incident_in_order(session: Session, brand: Brand, incident: Incident) -> None:
    first = owe(session, incident, next_try_at=NOON + MINUTE)
    second = owe(session, incident)
    elsewhere = owe(session, incident, "b")
    other = owe(session, make_incident(session, brand))
    assert alerts.due(session, NOON) == [elsewhere.id, other.id]
    alerts.claim(session, first.id or 0, NOON + MINUTE, NOON + LEASE)
    session.refresh(first)
    alerts.sent(session, first, NOON + MINUTE)
    assert second.id in alerts.due(session, NOON + MINUTE)


def test_a_late_failure_does_not_undo_what_another_process_took_over(session: Session, incident: Incident) -> None:
    number = owe(session, incident).id or 0
    slow = alerts.claim(session, number, NOON, NOON + LEASE)
    assert slow is not None
    stale = Alert(**slow.model_dump())
    quick = alerts.claim(session, number, NOON + LEASE, NOON + 2 * LEASE)
    assert quick is not None
    alerts.give_up(session, stale, "too slow")
    session.refresh(quick)
    assert quick.state is AlertState.SENDING
    alerts.sent(session, stale, NOON)
    session.refresh(quick)
    assert quick.state is AlertState.SENT


def test_told_leaves_out_what_was_withheld_or_failed(session: Session, brand: Brand, incident: Incident) -> None:
    states = (AlertState.SENT, AlertState.PENDING, AlertState.WITHHELD, AlertState.FAILED)
    for number, state in enumerate(states):
        owe(session, incident, f"c{number}", state=state)
    found = alerts.told(session, incident, NOON)
    assert {heard.channel for heard in found} == {"c0", "c1"}


def test_told_knows_other_incidents_of_the_brand_for_as_long_as_asked(
    session: Session, brand: Brand, incident: Incident
) -> None:
    owe(session, incident, state=AlertState.SENT)
    new = make_incident(session, brand, at=NOON + MINUTE)
    elsewhere = make_incident(session, make_brand(session, "other", "Other"))
    assert len(alerts.told(session, new, NOON)) == 1
    assert alerts.told(session, new, NOON + MINUTE) == []
    assert len(alerts.told(session, incident, NOON + MINUTE)) == 1
    assert alerts.told(session, elsewhere, NOON) == []


def test_quotes_are_of_different_stories_in_the_order_of_the_evidence(
    session: Session, brand: Brand, source: Source, incident: Incident
) -> None:
    story = Story(fingerprint="f", first_seen_at=NOON)
    session.add(story)
    session.flush()
    rows = [make_mention(session, brand, source, f"text {i}", negative=0.5 + i / 10) for i in range(4)]
    rows[0].story_id = rows[1].story_id = story.id
    rows[3].deleted_at = NOON
    numbers = [row.id or 0 for row in rows]
    found = alerts.quotes(session, incident.id or 0, [numbers[1], numbers[0], numbers[2], numbers[3]])
    assert [quote.text for quote in found] == ["text 1", "text 2"]
    assert found[0].author.startswith("author ")
    assert (found[0].source, found[0].language, found[0].negative) == ("reviews", "en", 0.6)


def test_without_evidence_of_its_own_the_most_negative_mentions_are_quoted(
    session: Session, brand: Brand, source: Source
) -> None:
    rows = [make_mention(session, brand, source, f"text {i}", negative=0.5 + i / 10, title="T") for i in range(3)]
    incident = make_incident(session, brand, rows)
    assert [quote.text for quote in alerts.quotes(session, incident.id or 0, [], 2)] == ["T. text 2", "T. text 1"]


def test_the_finding_of_an_end_is_the_last_before_it(session: Session, incident: Incident) -> None:
    last = make_finding(session, incident, at=NOON + MINUTE)
    make_finding(session, incident, at=NOON + 9 * MINUTE)
    over = make_change(session, incident, ChangeKind.RESOLVED, at=NOON + 5 * MINUTE)
    assert alerts.finding_behind(session, over) == last


def test_trouble_of_a_channel_is_counted_told_once_and_forgotten_when_it_works(session: Session) -> None:
    alerts.fails(session, "a", "away", permanent=False)
    assert alerts.fails(session, "a", "away", permanent=False).failures == 2
    assert alerts.claim_telling(session, "a", NOON)
    assert not alerts.claim_telling(session, "a", NOON)
    assert alerts.troubled(session, 2) == {"a"}
    alerts.works(session, "a", NOON)
    good = alerts.health(session, "a")
    assert (good.failures, good.error, good.told_at, good.last_good_at) == (0, "", None, NOON)
    assert alerts.troubled(session, 2) == frozenset()


def test_a_permanent_failure_is_trouble_at_once(session: Session) -> None:
    alerts.fails(session, "a", "x" * 9000, permanent=True)
    assert alerts.troubled(session, 3) == {"a"}
    assert len(alerts.health(session, "a").error) == alerts.LONGEST_ERROR
