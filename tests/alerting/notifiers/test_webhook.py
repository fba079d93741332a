"""A signed webhook: its shape, its signature as our own door checks it, and what the receiver's answers mean."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.alerting.channel import AskedToWait
from monitor.alerting.notifiers import send, webhook
from monitor.clock import utcnow
from monitor.doors import webhook as door
from monitor.errors import DeliveryError
from monitor.facts import Row, Section
from monitor.signing import PRESETS, refusal
from monitor.web import NoAnswer, ask
from tests.alerting.notifiers.stages import SECRET, WEBHOOK_SECRET, webhook_options
from tests.alerting.receivers import HttpReceiver, http_receiver
from tests.alerting.samples import HOSTILE, LINKS, NOON, message, quote, raw_hostile_message, several


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with http_receiver() as receiver:
        yield receiver


@pytest.fixture
def options(receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch) -> webhook.Options:
    return webhook_options(monkeypatch, receiver.url)


def refused(options: webhook.Options) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        webhook.send(options, message())
    return caught.value


def mistakes(patch: pytest.MonkeyPatch, **values: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        webhook_options(patch, values.pop("url", "https://hooks.example/in"), **values)
    return str(caught.value)


def test_the_body_has_the_documented_shape(options: webhook.Options, receiver: HttpReceiver) -> None:
    webhook.send(options, message(quotes=(quote(),)))
    assert json.loads(receiver.posts[0].body) == {
        "version": 1,
        "id": "17:support",
        "thread": "incident:7",
        "kind": "opened",
        "severity": "high",
        "brand": "Rose Cart",
        "subject": "[high] Rose Cart, Refund: 14 negative in 40 min",
        "sentence": "14 negative mentions in 40 min, usually 0.6; 12 authors, 2 sources; mostly refund",
        "facts": [{"label": "Severity", "value": "high"}, {"label": "Owner", "value": "nobody yet"}],
        "quotes": [
            {
                "text": "The parcel never came.",
                "author": "author 3f9c2a",
                "source": "reviews",
                "language": "en",
                "url": "https://shop.example/reviews/7",
                "negative": 0.97,
                "published_at": (NOON - timedelta(minutes=9)).isoformat(),
            }
        ],
        "next_step": "Open the incident, take it, and answer the first complaints.",
        "link": "https://watch.example/incident?id=7",
        "links": [],
        "items": [],
        "at": NOON.isoformat(),
    }


def test_what_readers_can_do_and_what_it_stands_for_go_along(options: webhook.Options, receiver: HttpReceiver) -> None:
    webhook.send(options, several(links=LINKS[:1]))
    posted = json.loads(receiver.posts[0].body)
    assert posted["links"] == [{"label": "Acknowledge", "url": "https://watch.example/act/AQ?do=ack"}]
    assert posted["items"] == ["17:support", "18:support", "19:support"]
    assert posted["sections"][0]["title"] == "[critical] Rose Cart, Refund"


def test_a_program_is_told_of_a_thousand_messages_at_most() -> None:
    assert len(webhook.payload(several(items=("17:support",) * 5000))["items"]) == 1000


def test_a_report_brings_its_sections(options: webhook.Options, receiver: HttpReceiver) -> None:
    webhook.send(options, message(kind="report", sections=(Section("Figures", (Row("Mentions", "12", "9"),)),)))
    sections = json.loads(receiver.posts[0].body)["sections"]
    row = {"label": "Mentions", "value": "12", "beside": "9", "tone": "plain"}
    assert sections == [{"title": "Figures", "rows": [row], "quotes": []}]


def test_the_signature_is_the_one_that_our_own_door_checks(options: webhook.Options, receiver: HttpReceiver) -> None:
    webhook.send(options, message())
    post, scheme = receiver.posts[0], PRESETS["emberwatch"]
    assert refusal(scheme, [WEBHOOK_SECRET], post.headers, post.body, utcnow()) == ""
    assert refusal(scheme, ["another secret than ours"], post.headers, post.body, utcnow()) != ""
    assert refusal(scheme, [WEBHOOK_SECRET], post.headers, post.body + b" ", utcnow()) != ""


def test_the_door_of_another_emberwatch_takes_it(
    options: webhook.Options, receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook.send(options, message())
    given = {"type": "webhook", "id": "other", "brands": ["rose"], "secret": {"env": "WEBHOOK_SECRET"}}
    other = door.Options.model_validate(given | {"map": {"text": "sentence"}})
    opened = door.open_message(other, receiver.posts[0].headers, receiver.posts[0].body, utcnow())
    assert isinstance(opened, door.Posted)
    assert opened.taken.event == "17:support"
    assert [text.text for text in opened.taken.texts] == [message().sentence]


def test_a_second_try_has_the_same_id(options: webhook.Options, receiver: HttpReceiver) -> None:
    receiver.status = 503
    refused(options)
    receiver.status = 200
    webhook.send(options, message())
    assert [post.headers["x-emberwatch-event"] for post in receiver.posts] == ["17:support"] * 2
    assert receiver.posts[0].body == receiver.posts[1].body


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_valid_json_of_bounded_length(
    options: webhook.Options, receiver: HttpReceiver, name: str
) -> None:
    send(options, raw_hostile_message(HOSTILE[name]))
    assert json.loads(receiver.posts[0].body)["version"] == 1
    assert len(receiver.posts[0].body) < 200_000


def test_a_key_cannot_add_a_header(options: webhook.Options, receiver: HttpReceiver) -> None:
    webhook.send(options, message(key="17\r\nX-Evil: yes"))
    assert "x-evil" not in receiver.posts[0].headers
    assert receiver.posts[0].headers["x-emberwatch-event"] == "17__X-Evil:_yes"


def test_headers_of_the_operator_go_with_it(receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_TOKEN", f"Bearer {SECRET}")
    headers = {"X-Team": "care", "Authorization": {"env": "HOOK_TOKEN"}}
    options = webhook_options(monkeypatch, receiver.url, headers=headers)
    webhook.send(options, message())
    assert receiver.posts[0].headers["x-team"] == "care"
    assert receiver.posts[0].headers["authorization"] == f"Bearer {SECRET}"
    assert SECRET not in f"{options!r} {options.model_dump_json()}"


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"X-Team": "a\r\nX-Evil: b"}, "no header of one line"),
        ({"X Team": "a"}, "no header of one line"),
        ({"Host": "evil.example"}, "set by Emberwatch itself"),
        ({"x-emberwatch-signature": "a"}, "set by Emberwatch itself"),
        ({"X-Api-Key": "abc"}, "must be written as {env: NAME}"),
    ],
)
def test_unsafe_headers_are_refused(monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], words: str) -> None:
    assert words in mistakes(monkeypatch, headers=headers)


def test_the_address_may_be_a_secret_too(receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_URL", receiver.url)
    assert webhook.send(webhook_options(monkeypatch, {"env": "HOOK_URL"}), message())


@pytest.mark.parametrize("url", ["http://hooks.example/in", "ftp://hooks.example", "hooks.example", "https://a b/", ""])
def test_addresses_that_are_not_safe_are_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert "the url must be" in mistakes(monkeypatch, url=url)


def test_a_name_and_password_in_the_address_are_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert SECRET not in mistakes(monkeypatch, url=f"https://user:{SECRET}@hooks.example/in")


def test_a_short_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHORT", "short")
    assert "at least 16 characters" in mistakes(monkeypatch, secret={"env": "SHORT"})


def test_plain_http_is_for_this_machine_and_for_networks_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert webhook_options(monkeypatch, "http://10.0.0.9:5678/in", allow_private=True).allow_private


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_a_private_address_is_asked_only_where_the_config_allows(receiver: HttpReceiver, host: str) -> None:
    url = receiver.url.replace("127.0.0.1", host) if host == "127.0.0.1" else "http://[::1]:9/"
    with pytest.raises(NoAnswer):
        ask("POST", url, timeout=timedelta(seconds=1), private=False, body=b"{}")
    assert receiver.posts == []


def test_a_name_that_leads_to_a_private_address_is_refused_for_good(
    receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = webhook_options(monkeypatch, receiver.url.replace("127.0.0.1", "127.1"), allow_private=True)
    error = refused(elsewhere.model_copy(update={"allow_private": False}))
    assert error.permanent
    assert "private address" in str(error)
    assert receiver.posts == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(options: webhook.Options, receiver: HttpReceiver, status: int) -> None:
    receiver.status, receiver.headers = status, {"Location": receiver.url + "/elsewhere"}
    assert "a redirect is not followed" in str(refused(options))
    assert len(receiver.posts) == 1


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (401, True), (403, True), (404, True), (410, True), (422, True), (301, True), (302, False),
     (408, False), (425, False), (500, False), (502, False), (503, False)],
)  # fmt: skip
def test_what_a_refusal_means(options: webhook.Options, receiver: HttpReceiver, status: int, permanent: bool) -> None:
    receiver.status = status
    assert refused(options).permanent is permanent


@pytest.mark.parametrize(
    ("status", "told", "seconds"), [(429, "90", 90), (503, "90", 90), (429, "soon", 30), (429, "99999", 3600)]
)
def test_a_receiver_that_asks_for_time_gets_it(
    options: webhook.Options, receiver: HttpReceiver, status: int, told: str, seconds: int
) -> None:
    receiver.status, receiver.headers = status, {"Retry-After": told}
    error = refused(options)
    assert isinstance(error, AskedToWait)
    assert error.wait == timedelta(seconds=seconds)


def test_a_time_to_come_back_may_be_a_date(options: webhook.Options, receiver: HttpReceiver) -> None:
    until = datetime.now(UTC) + timedelta(minutes=10)  # noqa: TID251 (the receiver's clock)
    receiver.status, receiver.headers = 429, {"Retry-After": format_datetime(until, usegmt=True)}
    error = refused(options)
    assert isinstance(error, AskedToWait)
    assert timedelta(minutes=9) < error.wait <= timedelta(minutes=10)


def test_a_receiver_that_repeats_our_secrets_is_not_quoted(options: webhook.Options, receiver: HttpReceiver) -> None:
    receiver.status, receiver.answer = 403, f"bad secret {WEBHOOK_SECRET} at {receiver.url}"
    shown = str(refused(options))
    assert "403 bad secret *** at ***" in shown
    assert SECRET not in shown
