"""What routing reads of the store: changes that wait, what channels were told, and quotes of the evidence."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.alerting.reasons import HOLDS
from monitor.facts import Cell, ChangeKind, Dimension
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
    assert len(alerts.told(session, new, NOON - MINUTE)) == 1
    assert alerts.told(session, new, NOON) == []
    assert len(alerts.told(session, incident, NOON + MINUTE)) == 1
    assert alerts.told(session, elsewhere, NOON - MINUTE) == []


def test_of_another_cell_only_the_times_are_known(session: Session, brand: Brand, incident: Incident) -> None:
    owe(session, incident, together="rosecart", held="grouped", due_at=NOON + 5 * MINUTE)
    owe(session, incident, "b", together="rosecart", state=AlertState.SENT).sent_at = NOON + MINUTE
    owe(session, incident, "alone")
    other = make_incident(session, brand, cell=Cell(Dimension.THEME, "staff"))
    assert alerts.told(session, other, NOON - MINUTE) == []
    found = alerts.lately(session, brand.id or 0, NOON)
    assert sorted((one.channel, one.held, one.out_at, one.is_sent) for one in found) == [
        ("a", "grouped", NOON + 5 * MINUTE, False),
        ("b", "", NOON + MINUTE, True),
    ]
    assert [one.channel for one in alerts.lately(session, brand.id or 0, NOON + MINUTE)] == ["a"]


def test_many_messages_that_go_out_together_are_known_as_one(session: Session, brand: Brand) -> None:
    for number in range(20):
        incident = make_incident(session, brand, cell=Cell(Dimension.THEME, f"theme-{number}"))
        owe(session, incident, together="rosecart", held="grouped", due_at=NOON + 5 * MINUTE)
    assert len(alerts.lately(session, brand.id or 0, NOON)) == 1


def test_told_goes_by_when_a_channel_heard_of_it(session: Session, incident: Incident, brand: Brand) -> None:
    held = owe(session, incident, due_at=NOON + 60 * MINUTE, held="quiet_hours")
    new = make_incident(session, brand, at=NOON + 61 * MINUTE)
    assert [heard.due_at for heard in alerts.told(session, new, NOON + 50 * MINUTE)] == [NOON + 60 * MINUTE]
    held.state, held.sent_at = AlertState.SENT, NOON + 70 * MINUTE
    session.flush()
    assert [heard.held for heard in alerts.told(session, new, NOON + 65 * MINUTE)] == ["quiet_hours"]
    assert alerts.told(session, new, NOON + 75 * MINUTE) == []


def test_told_knows_how_large_the_trouble_was(session: Session, incident: Incident) -> None:
    finding = make_finding(session, incident, seen=31.0, sources=("blog", "reviews"))
    incident.told_size, incident.told_sources, incident.told_amplifier = 14.0, ["reviews"], 5_000
    for number in (finding.id, None):
        change = make_change(session, incident)
        change.finding_id = number
        make_alert(session, change)
    found = alerts.told(session, incident, NOON)
    assert [(heard.seen, heard.sources) for heard in found] == [(31.0, ["blog", "reviews"]), (None, None)]
    assert {(heard.told_size, tuple(heard.told_sources), heard.told_amplifier) for heard in found} == {
        (14.0, ("reviews",), 5_000)
    }


LATER = {"due_at": NOON + 60 * MINUTE, "next_try_at": NOON + 60 * MINUTE, "held": "quiet_hours"}


@pytest.mark.parametrize(
    ("values", "hastened"),
    [
        (LATER, True),
        (LATER | {"held": "silenced"}, True),
        (LATER | {"held": ""}, False),
        (LATER | {"state": AlertState.SENT}, False),
        (LATER | {"due_at": NOON, "next_try_at": NOON + MINUTE}, False),
        (LATER | {"channel": "b"}, False),
    ],
)
def test_what_waits_of_an_incident_goes_out_no_later_than_what_is_told_of_it_then(
    session: Session, incident: Incident, values: dict[str, object], *, hastened: bool
) -> None:
    alert = owe(session, incident, **values)
    other = owe(session, make_incident(session, make_brand(session, "other", "Other")), **LATER)
    alerts.hasten(session, incident.id or 0, "a", NOON + 5 * MINUTE)
    session.expire_all()
    assert (alert.due_at == alert.next_try_at == NOON + 5 * MINUTE) is hastened
    assert other.due_at == NOON + 60 * MINUTE


@pytest.mark.parametrize(
    ("values", "over"),
    [
        ({"held": "silenced"}, True),
        ({"held": ""}, False),
        ({"held": "grouped"}, False),
        ({"held": "silenced", "attempts": 1}, False),
        ({"held": "silenced", "next_try_at": NOON + MINUTE}, False),
        ({"held": "silenced", "state": AlertState.WITHHELD}, False),
    ],
)
def test_whether_a_hold_is_over(session: Session, incident: Incident, values: dict[str, object], *, over: bool) -> None:
    owe(session, incident, **values)
    assert alerts.is_a_hold_over(session, HOLDS, NOON) is over


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
