"""Slack messages stay within the documented limits, ping nobody, and its answers are understood."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.alerting.channel import AskedToWait
from monitor.alerting.notifiers import slack
from monitor.alerting.shown import presentable
from monitor.errors import DeliveryError
from tests.alerting.notifiers.stages import slack_options
from tests.alerting.receivers import SlackReceiver, slack_problems, slack_receiver
from tests.alerting.samples import HOSTILE, LINKS, hostile_message, message, quote, several


@pytest.fixture
def receiver() -> Iterator[SlackReceiver]:
    with slack_receiver() as receiver:
        yield receiver


@pytest.fixture
def options(receiver: SlackReceiver, monkeypatch: pytest.MonkeyPatch) -> slack.Options:
    return slack_options(monkeypatch, receiver.url)


def refusal(options: slack.Options) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        slack.send(options, message())
    return caught.value


def text_parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "text" in value and isinstance(value["text"], str) and "type" in value:
            yield value
        for part in value.values():
            yield from text_parts(part)
    elif isinstance(value, list):
        for part in value:
            yield from text_parts(part)


@pytest.mark.parametrize("text", [*HOSTILE.values(), "&" * 20_000, "🤬" * 20_000, "*" * 20_000, "<@U1>" * 9000])
def test_hostile_text_stays_within_the_limits(text: str) -> None:
    body = slack.payload(hostile_message(text))
    assert slack_problems(body) == []
    assert {part["type"] for part in text_parts(body["blocks"])} == {"plain_text"}


def test_nobody_is_pinged() -> None:
    body = json.dumps(slack.payload(hostile_message(HOSTILE["pings"])), ensure_ascii=False)
    assert not any(ping in body for ping in ("<!", "<@", "<#", "@here", "@channel", "@everyone"))
    assert "&lt;!channel&gt;" in body


def test_the_notification_text_carries_no_markup() -> None:
    body = slack.payload(message(subject="*bold* _it_ `code`", sentence="~no~"))
    assert body["text"] == "⁠*bold⁠* ⁠_it⁠_ ⁠`code⁠`. ⁠~no⁠~"
    assert body["mrkdwn"] is False


def test_the_limits_hold_even_for_what_was_not_made_presentable() -> None:
    text = "&<>🤬 " * 20_000
    facts, quotes = (("label", text),) * 80, (quote(text, url=""),) * 80
    body = slack.payload(message(key=text, subject=text, sentence=text, facts=facts, quotes=quotes, next_step=text))
    assert slack_problems(body) == []
    assert body["blocks"][-1]["type"] == "actions"


def test_a_cut_never_halves_an_entity() -> None:
    for length in range(130, 152):
        header = slack.payload(message(subject="x" * length + "&&&&&&"))["blocks"][0]
        assert slack_problems({"text": "x", "blocks": [header]}) == []


def test_a_message_reads_from_the_top_down() -> None:
    blocks = slack.payload(message())["blocks"]
    kinds = [block["type"] for block in blocks]
    assert kinds == ["header", "section", "section", *["section", "context"] * 3, "section", "actions"]
    assert blocks[-1]["elements"][0]["url"] == "https://watch.example/incident?id=7"
    assert blocks[3]["accessory"]["url"] == "https://shop.example/reviews/7"


def test_links_that_are_no_web_pages_get_no_button() -> None:
    sent = presentable(message(quotes=(quote(url="javascript:alert(1)"),), link="ftp://x"))
    blocks = slack.payload(sent)["blocks"]
    assert "url" not in json.dumps(blocks)


def test_the_key_goes_along_and_is_the_same_on_every_try(receiver: SlackReceiver, options: slack.Options) -> None:
    slack.send(options, message())
    slack.send(options, message())
    assert receiver.keys == ["17:support", "17:support"]
    assert receiver.problems == []


@pytest.mark.parametrize(
    ("status", "answer", "advice"),
    [
        (400, "invalid_payload", "please report it"),
        (404, "no_service", "make a new one"),
        (410, "channel_is_archived", "unarchive"),
        (403, "action_prohibited", "administrator"),
        (401, "<b>who?</b>\x1b[31m" + "x" * 9000, "check the url"),
    ],
)
def test_refusals_for_good_say_what_to_do(
    receiver: SlackReceiver, options: slack.Options, status: int, answer: str, advice: str
) -> None:
    receiver.status, receiver.answer = status, answer
    error = refusal(options)
    assert error.permanent
    assert advice in str(error)
    assert len(str(error)) < 250


@pytest.mark.parametrize("status", [408, 500, 502, 503])
def test_a_broken_slack_is_tried_again(receiver: SlackReceiver, options: slack.Options, status: int) -> None:
    receiver.status = status
    assert not refusal(options).permanent


@pytest.mark.parametrize(("header", "seconds"), [("17", 17), ("999999", 3600), ("soon", 30), ("-1", 30)])
def test_a_busy_slack_is_given_the_time_it_asks_for(
    receiver: SlackReceiver, options: slack.Options, header: str, seconds: int
) -> None:
    receiver.status, receiver.answer, receiver.headers = 429, "rate_limited", {"Retry-After": header}
    error = refusal(options)
    assert isinstance(error, AskedToWait)
    assert error.wait == timedelta(seconds=seconds)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(receiver: SlackReceiver, options: slack.Options, status: int) -> None:
    with slack_receiver() as elsewhere:
        receiver.status, receiver.headers = status, {"Location": elsewhere.url}
        assert "redirect" in str(refusal(options))
        assert elsewhere.received == []


def test_an_answer_that_is_slow_counts_as_not_accepted(receiver: SlackReceiver, options: slack.Options) -> None:
    receiver.delay_seconds = 1.5
    assert "too long" in str(refusal(options))


@pytest.mark.parametrize(
    "url", ["http://hooks.slack.example/services/T0", "ftp://127.0.0.1/x", "hooks", "https://a/\r\nHost: b"]
)
def test_a_bad_address_is_refused_without_being_shown(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError) as caught:
        slack_options(monkeypatch, url)
    assert url not in str(caught.value)


def test_an_address_in_plain_text_is_refused_without_being_shown() -> None:
    with pytest.raises(ValidationError, match="env: NAME") as caught:
        slack.Options.model_validate({"type": "slack", "id": "team", "url": "https://hooks.example/secret"})
    assert "hooks.example" not in str(caught.value)


@pytest.mark.parametrize("word", ["no_text", "missing_text_or_fallback_or_attachments"])
def test_a_probe_knows_a_live_webhook_by_its_refusal_of_an_empty_text(
    receiver: SlackReceiver, options: slack.Options, word: str
) -> None:
    receiver.refusal = word
    assert slack.probe(options) == "the webhook is live; nothing was posted"
    assert receiver.received == []


def test_a_probe_of_a_removed_webhook_says_what_to_do(receiver: SlackReceiver, options: slack.Options) -> None:
    receiver.status, receiver.answer = 404, "no_service"
    with pytest.raises(DeliveryError, match="make a new one in Slack") as caught:
        slack.probe(options)
    assert caught.value.permanent


def test_a_probe_says_that_a_receiver_is_not_slack(receiver: SlackReceiver, options: slack.Options) -> None:
    receiver.is_slack = False
    assert slack.probe(options) == "Slack answered 200 ok to an empty text: not what Slack does"


def test_what_readers_can_do_are_buttons_that_open_pages() -> None:
    blocks = slack.payload(presentable(message(links=LINKS)))["blocks"]
    assert [(button["text"]["text"], button["url"]) for button in blocks[-1]["elements"]] == [
        ("Open in Emberwatch", "https://watch.example/incident?id=7"),
        *((link.label, link.url) for link in LINKS),
    ]


def test_a_row_of_buttons_has_five_at_most() -> None:
    links = tuple(replace(LINKS[0], label=f"way {i}") for i in range(9))
    blocks = slack.payload(presentable(message(links=links)))["blocks"]
    assert [len(block["elements"]) for block in blocks if block["type"] == "actions"] == [5, 1]


@pytest.mark.parametrize("kind", ["several", "digest"])
def test_sections_are_told_one_after_the_other(kind: str) -> None:
    blocks = slack.payload(several(kind))["blocks"]
    titles = [block["text"]["text"] for block in blocks if block["type"] == "header"]
    assert titles[1:] == ["[critical] Rose Cart, Refund", "Rose Cart, Staff is over after 3 h"]
    assert blocks[3]["text"]["text"].splitlines() == [
        "• Getting worse: critical (38 negative in 40 min, usually 0.6)",
        "• Owner: nobody yet",
    ]


def test_a_report_is_told_in_brief() -> None:
    blocks = slack.payload(several("report"))["blocks"]
    assert [block["type"] for block in blocks].count("header") == 1


def test_a_message_that_is_too_long_as_a_whole_is_cut_everywhere_alike() -> None:
    facts = tuple((f"label {i}", "&" * 300) for i in range(20))
    body = slack.payload(presentable(message(sentence="&" * 1000, facts=facts)))
    assert slack_problems(body) == []
    assert len([block for block in body["blocks"] if "fields" in block]) == 2
    assert len(json.dumps(body["blocks"], ensure_ascii=False)) <= 10_000
