"""Events of other programs: read by what is told of them or by their common shapes, and bad ones named."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from monitor.doors.events import MOST_TEXTS, BadEvent, Reading, event_id, read_message
from monitor.doors.webhook import Options, Posted, Refused, open_message
from monitor.facts import Collected, MentionKind
from monitor.signing import sign

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECRET = "a-secret-of-some-length"
HOOK = {"type": "webhook", "id": "till", "brands": ["karak"], "secret": {"env": "HOOK_SECRET"}}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    monkeypatch.setenv("OLD_SECRET", "the-secret-before-it")
    monkeypatch.setenv("SHORT_SECRET", "short")


def door(**changes: Any) -> Options:
    return Options.model_validate({**HOOK, **changes})


def read(event: Any, **changes: Any) -> Reading:
    return read_message(json.dumps(event).encode(), door(**changes).shape, NOW)


def one(event: Any, **changes: Any) -> Collected:
    (text,) = read(event, **changes).texts
    return text


TRUSTPILOT = {
    "events": [
        {
            "eventName": "service-review-created",
            "version": "1",
            "eventData": {
                "id": "r1", "language": "en", "title": "Cold", "text": "The tea was cold.", "stars": 2,
                "createdAt": "2026-03-01T09:34:44.000Z", "link": "https://reviews.example/r1",
                "consumer": {"id": "c1", "name": "Ana", "link": "https://reviews.example/c1"},
                "tags": [{"group": "Generic", "value": "Tag"}],
            },
        }
    ]
}  # fmt: skip
ISSUE_COMMENT = {
    "action": "created",
    "issue": {"id": 1, "title": "Crash", "body": "It crashes."},
    "comment": {
        "id": 77, "body": "Same here.", "html_url": "https://code.example/1#77", "created_at": "2026-03-01T09:00:00Z",
        "user": {"login": "ana", "id": 5, "html_url": "https://code.example/ana"},
    },
    "repository": {"id": 9, "name": "app", "description": "An app"},
}  # fmt: skip
FORM = {
    "data": {"id": "f1", "comment": "Late again", "rating": "4/10", "customer": {"email": "a@b.example"}},
    "type": "form.submitted",
}


def test_a_review_service_is_understood_without_being_told():
    text = one(TRUSTPILOT)
    assert (text.external_id, text.title, text.text) == ("r1", "Cold", "The tea was cold.")
    assert (text.rating_value, text.rating_worst, text.rating_best) == (2, 1, 5)
    assert (text.author_name, text.author_ref, text.url) == ("Ana", "c1", "https://reviews.example/r1")
    assert text.published_at == datetime(2026, 3, 1, 9, 34, 44, tzinfo=UTC)
    assert (text.kind, text.host) == (MentionKind.REVIEW, "till")


def test_a_comment_on_an_issue_is_the_comment_and_not_the_issue():
    text = one(ISSUE_COMMENT, kind="comment")
    assert (text.external_id, text.text, text.author_name) == ("77", "Same here.", "ana")
    assert text.url == "https://code.example/1#77"


def test_a_form_service_is_understood_without_being_told():
    text = one(FORM)
    assert (text.external_id, text.text, text.author_ref) == ("f1", "Late again", "a@b.example")
    assert (text.rating_value, text.rating_worst, text.rating_best) == (4, 0, 10)
    assert text.published_at == NOW


def test_what_is_told_goes_before_what_is_guessed():
    paths = {"list": "batch.rows", "item": "doc", "id": "keys[1]", "text": "said.it", "rating": "points", "time": "at"}
    event = {
        "batch": {
            "rows": [
                {"doc": {"keys": ["a", "b"], "said": {"it": "Cold."}, "text": "no", "points": 70, "at": 1772000000}}
            ]
        }
    }
    text = one(event, map=paths, best=100)
    assert (text.external_id, text.text, text.rating_best) == ("b", "Cold.", 100)
    assert text.published_at == datetime.fromtimestamp(1772000000, UTC)


@pytest.mark.parametrize(
    "event", [[{"id": 1, "text": "a"}, {"id": 2, "text": "b"}], {"items": [{"text": "a"}, {"text": "b"}]}]
)
def test_lists_are_read_event_by_event(event: Any):
    assert [text.text for text in read(event).texts] == ["a", "b"]


@pytest.mark.parametrize(
    ("said", "scale"),
    [
        (5, (5, 1, 5)), ("3", (3, 1, 5)), ("4,5", (4.5, 1, 5)), (0, (0, 0, 5)), (8, (8, 0, 10)), (55, (55, 0, 100)),
        ("FIVE", (5, 1, 5)), ("4 out of 5 stars", (4, 1, 5)), ("80%", (80, 0, 100)), ("great", (None, None, None)),
    ],
)  # fmt: skip
def test_ratings_come_with_their_scale(said: Any, scale: tuple[float | None, ...]):
    text = one({"text": "x", "rating": said})
    assert (text.rating_value, text.rating_worst, text.rating_best) == scale


def test_a_text_without_an_id_is_the_same_text_each_time():
    event = {"text": "Cold.", "author": "Ana", "date": "2026-03-01"}
    assert one(event).external_id == one(event).external_id != one({**event, "text": "Hot."}).external_id


@pytest.mark.parametrize(
    ("event", "changes"),
    [
        ({"eventName": "service-review-deleted", "eventData": {"id": "r1"}}, {}),
        ({"action": "deleted", "comment": {"id": "r1", "body": "x"}}, {}),
        ({"id": "event 9", "type": "review.deleted", "data": {"object": {"id": "r1"}}}, {}),
        ({"state": "hidden", "id": "r1", "text": "x"}, {"deleted": {"path": "state", "values": ["hidden"]}}),
    ],
)
def test_what_was_deleted_is_gone(event: Any, changes: Any):
    reading = read(event, **changes)
    assert [gone.external_id for gone in reading.gone] == ["r1"]
    assert reading.texts == ()


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"hello": "world"}, "no text and no rating"),
        ({"zen": "Keep it simple", "hook": {"type": "Repository"}}, "no text and no rating"),
        ({"text": "x", "date": "tomorrow"}, "the time 'tomorrow' is not one"),
        ({"rating": "great"}, "'great' is not a number"),
        ({"eventName": "review-deleted", "eventData": {"reason": "x"}}, "not its id"),
        ("text", "not an object"),
    ],
)
def test_a_bad_event_is_named_with_its_reason(event: Any, words: str):
    reading = read([event])
    assert (reading.bad, reading.texts) == (1, ())
    assert words in reading.problems[0]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"1" * 5000])
def test_what_is_no_json_is_refused(body: bytes):
    with pytest.raises(BadEvent):
        raise_if_read(read_message(body, door().shape, NOW))


def raise_if_read(reading: Reading) -> None:
    if reading.bad:
        raise BadEvent(reading.problems[0])


def test_too_many_events_in_one_message_are_refused():
    with pytest.raises(BadEvent, match="are the most"):
        read([{"text": "x"}] * (MOST_TEXTS + 1))


def test_good_events_are_taken_and_a_message_with_a_bad_one_may_come_again():
    body = json.dumps([{"id": 1, "text": "good"}, {"bad": True}]).encode()
    posted = open_message(door(), lower(sign(SECRET, body, NOW)), body, NOW)
    assert isinstance(posted, Posted)
    assert [text.text for text in posted.taken.texts] == ["good"]
    assert posted.taken.event == ""
    assert posted.taken.counters == {"dropped: event not understood": 1}


@pytest.mark.parametrize(
    ("headers", "changes", "event"),
    [
        ({"X-Emberwatch-Event": "e1"}, {}, "e1"),
        ({}, {"event_id": "meta.id"}, "m1"),
        ({}, {}, "sha256:"),
    ],
)
def test_a_message_is_named_by_its_sender_or_by_its_words(headers: dict[str, str], changes: Any, event: str):
    body = json.dumps({"text": "x", "meta": {"id": "m1"}}).encode()
    posted = open_message(door(**changes), lower(sign(SECRET, body, NOW) | headers), body, NOW)
    assert isinstance(posted, Posted)
    assert posted.taken.event.startswith(event)


def test_a_forged_message_is_not_even_read():
    refused = open_message(door(), {"x-emberwatch-signature": "sha256=0"}, b"no json", NOW)
    assert isinstance(refused, Refused)
    assert refused.status == 401


def test_the_secret_before_the_present_one_is_still_good():
    body = b'{"text": "x"}'
    options = door(previous_secret={"env": "OLD_SECRET"})
    assert isinstance(open_message(options, lower(sign("the-secret-before-it", body, NOW)), body, NOW), Posted)


def test_weak_secrets_and_unknown_schemes_are_refused():
    with pytest.raises(ValidationError, match="at least 16 characters"):
        door(secret={"env": "SHORT_SECRET"})
    with pytest.raises(ValidationError, match="is not one of emberwatch, github"):
        door(signature="telepathy")


def lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "text", "rating", "events", "data", "review", "user", "type", "date", "author"]),
            inner,
        )
    ),
    max_leaves=25,
)


@settings(deadline=None)  # a busy machine is no mistake
@given(ANY_JSON)
def test_any_json_is_read_or_refused_in_words(event: Any):
    try:
        reading = read(event)
    except BadEvent:
        return
    assert all(text.external_id and text.published_at is not None for text in reading.texts)
    assert len(reading.problems) <= reading.bad or reading.bad == len(reading.problems)


@pytest.mark.parametrize("name", ["\ud800", "a\x00b"])
def test_the_id_of_an_event_can_be_stored(name: str):
    found = event_id({}, "", json.dumps({"id": name}).encode(), "id")
    assert found.isprintable()
    assert found


def test_how_likely_one_recommends_is_of_ten_whatever_the_number():
    found = one({"nps": 4, "comment": "no"})
    assert (found.rating_value, found.rating_worst, found.rating_best) == (4, 0, 10)
