"""Events that are posted: kept before they are answered, once, and refused in words."""

import json

from sqlmodel import select

from monitor.jobs import analyse
from monitor.jobs.context import Context
from monitor.models import DoorEvent, Mention, MentionBrand, Run, Source, SourceHealth
from monitor.signing import sign
from monitor.store import coverage
from monitor.store.database import session_of
from tests.fakes import FakeAssessor
from tests.reception.conftest import HOOK_SECRET, House

EVENT = {"id": "r1", "text": "The tea was terrible.", "rating": 1, "author": {"id": "c1", "name": "Ana"}}


def mentions(house: House) -> list[Mention]:
    with session_of(house.engine) as session:
        return list(session.exec(select(Mention).order_by(Mention.id)))


def test_a_signed_event_is_kept_when_it_is_answered(house: House):
    answer = house.post(EVENT)
    assert (answer.status, answer.json) == (200, {"ok": True, "new": 1})
    (mention,) = mentions(house)
    assert (mention.text, mention.rating_value, mention.host, mention.fresh) == (EVENT["text"], 1, "till", True)


def test_the_same_message_again_is_answered_well_and_kept_once(house: House):
    house.post(EVENT)
    assert house.post(EVENT).json == {"ok": True, "events told again": 1}
    assert len(mentions(house)) == 1


def test_an_event_with_an_id_is_one_event_whatever_it_says(house: House):
    house.post(EVENT, X_Emberwatch_Event="e1")
    assert house.post({**EVENT, "text": "Other words."}, X_Emberwatch_Event="e1").json["events told again"] == 1
    assert [mention.text for mention in mentions(house)] == [EVENT["text"]]


def test_an_edited_review_is_edited_and_a_deleted_one_loses_its_words(house: House):
    house.post(EVENT)
    assert house.post({**EVENT, "text": "It was fine after all."}).json["edited"] == 1
    assert house.post({"type": "review.deleted", "data": {"object": {"id": "r1"}}}).json["removed"] == 1
    assert [mention.text for mention in mentions(house)] == [""]


def test_a_forged_event_is_refused_and_leaves_nothing(house: House):
    answer = house.post(EVENT, secret="some-other-secret-word")
    assert (answer.status, answer.json) == (401, {"error": "the signature is not the right one"})
    assert mentions(house) == []
    with session_of(house.engine) as session:
        assert session.exec(select(DoorEvent)).all() == []


def test_a_bad_event_is_answered_with_its_reason_and_the_good_ones_are_kept(house: House):
    answer = house.post([EVENT, {"stars": "many"}])
    assert answer.status == 422
    assert answer.json["problems"] == ["event 2: the rating 'many' is not a number"]
    assert len(mentions(house)) == 1


def test_a_door_that_is_not_there_or_is_no_webhook_is_not_found(house: House):
    assert [house.post(EVENT, door=name).status for name in ("nothing", "visit", "closed")] == [404, 404, 404]


def test_when_the_database_cannot_keep_it_the_sender_is_to_come_again(house: House):
    with house.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE door_event RENAME TO away")
    answer = house.post(EVENT)
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "SQL" not in answer.text
    with house.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO door_event")
    assert house.post(EVENT).status == 200


def test_what_came_and_that_the_door_stood_open_is_written_each_minute(house: House):
    house.post(EVENT)
    house.post(EVENT, secret="some-other-secret-word")
    house.desk.tally.write(house.engine, house.now())
    with session_of(house.engine) as session:
        (run,) = session.exec(select(Run)).all()
        source = session.exec(select(Source).where(Source.slug == "till")).one()
        assert run.counters == {"new": 1, "dropped: signature": 1}
        assert source.health is SourceHealth.HEALTHY
        assert coverage.known_until(session, source.id) is not None


def test_a_posted_complaint_is_read_like_any_other(house: House):
    house.post(EVENT)
    with session_of(house.engine) as session:
        counters = analyse.run(Context(house.desk.settings, session, house.now()), FakeAssessor())
        assert counters["read"] == 1
        assert session.exec(select(MentionBrand.relevance)).one() == 1.0


def test_a_recorded_message_under_another_event_brings_nothing_back(house: House):
    event = {"id": "1", "text": "The tea was cold."}
    body = json.dumps(event).encode()
    signed = sign(HOOK_SECRET, body, house.now())
    assert house.ask("POST", "/in/till", body, **signed, X_Emberwatch_Event="a").json["new"] == 1
    assert house.post({"type": "review.deleted", "review": {"id": "1"}}, X_Emberwatch_Event="b").json["removed"] == 1
    assert house.ask("POST", "/in/till", body, **signed, X_Emberwatch_Event="c").json == {
        "ok": True,
        "events told again": 1,
    }
