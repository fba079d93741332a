"""Tests of what the Alerts page knows of silences."""

from datetime import timedelta

from dashboard.data import opening, silences
from dashboard.data.opening import config_path
from monitor.facts import Severity
from monitor.models import Alert, AlertState, Brand, Silence
from tests.dashboard.scenario import Scene
from tests.factories import database_session, make_brand, make_source

HOUR = timedelta(hours=1)


def _silence(reason: str, ends: float, brand: str = "rosecart", begins: float = -100) -> Silence:
    now = opening.now()
    return Silence(
        brand=brand, up_to=Severity.HIGH, starts_at=now + begins * HOUR, ends_at=now + ends * HOUR, reason=reason,
        actor="Sana", created_at=now,
    )  # fmt: skip


def test_those_that_hold_come_first_and_those_of_long_ago_are_left_out(empty: str):
    with database_session(empty) as session:
        session.add_all([_silence("over", -1), _silence("long ago", -24 * 8), _silence("holds", 2)])
        session.add(_silence("to come", 90, begins=80))
        session.commit()
    found = silences.silences("rosecart", opening.now())
    assert [row.reason for row in found] == ["holds", "to come", "over"]
    assert [row.holds(opening.now()) for row in found] == [True, False, False]


def test_a_brand_sees_its_own_and_those_of_all_brands(empty: str):
    with database_session(empty) as session:
        make_brand(session, "acme", "Acme")
        session.add_all([_silence("ours", 3), _silence("of all", 2, brand=""), _silence("theirs", 1, brand="acme")])
        session.commit()
    assert [row.reason for row in silences.silences("rosecart", opening.now())] == ["ours", "of all"]
    assert [row.brand_name for row in silences.silences("", opening.now())] == ["Rose Cart", "", "Acme"]


def test_it_is_counted_how_many_messages_each_held_back(full: tuple[str, Scene]):
    found = silences.silences("", opening.now())
    held = silences.held(found)
    assert [held.get(row.id, 0) for row in found] == [1, 0, 0]


def test_messages_to_channels_that_are_gone_count_too(empty: str):
    with database_session(empty) as session:
        silence = _silence("holds", 2)
        session.add(silence)
        session.flush()
        common = {"reason": "worsened", "held": "silenced", "silence_id": silence.id, "created_at": opening.now()}
        for key, channel in (("a", "removed"), ("b", "mail-lead")):
            session.add(Alert(key=key, channel=channel, state=AlertState.SENT, **common))
        session.commit()
        number = silence.id
    assert silences.held(silences.silences("", opening.now())) == {number: 2}


def test_the_active_sources_of_a_brand_can_be_silenced(empty: str):
    with database_session(empty) as session:
        make_source(session, session.get_one(Brand, 1), "reviews")
        make_source(session, session.get_one(Brand, 1), "gone", active=False)
        make_source(session, make_brand(session, "acme", "Acme"), "theirs")
        session.commit()
    assert silences.source_slugs(1) == ("reviews",)


def test_locations_are_those_of_the_config(empty: str):
    path = config_path()
    path.write_text(path.read_text().replace("Asia/Karachi}", "Asia/Karachi, locations: [{id: dha, name: Defence}]}"))
    assert silences.locations("rosecart") == {"dha": "Defence"}
    assert silences.locations("gone") == {}
