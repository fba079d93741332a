"""A bot keeps one thread per incident, changes its first message, and understands what Slack refuses."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.alerting.channel import AskedToWait, MessageGone
from monitor.alerting.notifiers import can_update, slack_bot, update
from monitor.errors import DeliveryError
from monitor.facts import Severity
from tests.alerting.notifiers.stages import mail_options, slack_bot_options
from tests.alerting.samples import HOSTILE, hostile_message, message
from tests.alerting.slack_api import CHANNEL_ID, TOKEN, SlackApi, slack_api

FIRST = f"{CHANNEL_ID}:1503435956.000001:#complaints"


@pytest.fixture
def api() -> Iterator[SlackApi]:
    with slack_api() as api:
        yield api


@pytest.fixture
def options(api: SlackApi, monkeypatch: pytest.MonkeyPatch) -> slack_bot.Options:
    return slack_bot_options(monkeypatch, api.url)


def refusal(options: slack_bot.Options, **values: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        slack_bot.send(options, message(**values))
    return caught.value


def test_the_first_message_stands_in_the_channel_and_can_be_found_again(
    api: SlackApi, options: slack_bot.Options
) -> None:
    assert slack_bot.send(options, message()).ref == FIRST
    assert "thread_ts" not in api.posts[0]
    assert api.problems == []


def test_later_ones_are_replies_and_begin_no_thread(api: SlackApi, options: slack_bot.Options) -> None:
    first = slack_bot.send(options, message())
    reply = slack_bot.send(options, message(kind="resolved", ref=first.ref))
    assert reply.ref == ""
    assert api.posts[1]["thread_ts"] == "1503435956.000001"


@pytest.mark.parametrize(
    ("kind", "severity", "shown"),
    [
        ("worsened", Severity.CRITICAL, True),
        ("escalated", Severity.HIGH, True),
        ("reminder", Severity.HIGH, True),
        ("worsened", Severity.WATCH, False),
        ("resolved", Severity.CRITICAL, False),
    ],
)
def test_a_reply_that_calls_for_somebody_is_shown_in_the_channel_too(
    api: SlackApi, options: slack_bot.Options, kind: str, severity: Severity, shown: bool
) -> None:
    first = slack_bot.send(options, message())
    slack_bot.send(options, message(kind=kind, severity=severity, ref=first.ref))
    assert api.posts[1]["reply_broadcast"] is shown


@pytest.mark.parametrize("error", ["thread_not_found", "message_not_found", "cannot_reply_to_message"])
def test_a_reply_to_a_thread_that_is_gone_begins_a_new_one(
    api: SlackApi, options: slack_bot.Options, error: str
) -> None:
    api.errors = [error]
    receipt = slack_bot.send(options, message(kind="worsened", ref=f"{CHANNEL_ID}:1.2:#complaints"))
    assert receipt.ref == FIRST
    assert len(api.firsts) == 1


def test_after_a_move_to_another_channel_threads_begin_there(api: SlackApi, options: slack_bot.Options) -> None:
    api.channels["#care"] = "C0CARE000"
    first = slack_bot.send(options, message())
    moved = options.model_copy(update={"channel": "#care"})
    assert slack_bot.send(moved, message(kind="worsened", ref=first.ref)).ref.startswith("C0CARE000:")
    assert "thread_ts" not in api.posts[1]


def test_a_first_message_is_changed_in_place(api: SlackApi, options: slack_bot.Options) -> None:
    first = slack_bot.send(options, message())
    update(options, first.ref, message(subject="Rose Cart, Refund is over after 2 h"))
    assert len(api.messages) == 1
    assert api.firsts[0]["blocks"][0]["text"]["text"] == "Rose Cart, Refund is over after 2 h"


def test_a_changed_message_brings_no_block_id_of_its_last_version(api: SlackApi, options: slack_bot.Options) -> None:
    first = slack_bot.send(options, message())
    slack_bot.update(options, first.ref, message())
    assert "block_id" not in api.updates[0]["blocks"][0]


@pytest.mark.parametrize("ref", ["", "C024BE91L", "C024BE91L:9.9:#complaints", "console", "C1:x:y", ":::"])
def test_a_message_that_is_gone_is_told_apart(options: slack_bot.Options, ref: str) -> None:
    with pytest.raises(MessageGone):
        slack_bot.update(options, ref, message())


def test_only_channels_that_can_change_messages_say_so(options: slack_bot.Options) -> None:
    assert can_update(options)
    assert not can_update(mail_options(25))


def test_the_key_goes_along_as_metadata(api: SlackApi, options: slack_bot.Options) -> None:
    slack_bot.send(options, message())
    assert api.posts[0]["metadata"]["event_payload"] == {"id": "17:support"}


@pytest.mark.parametrize("text", [*HOSTILE.values(), "&" * 20_000, "🤬" * 20_000, "<@U1>" * 9000])
def test_hostile_text_is_taken_in_threads_and_changes_too(api: SlackApi, options: slack_bot.Options, text: str) -> None:
    first = slack_bot.send(options, hostile_message(text))
    slack_bot.send(options, replace(hostile_message(text), ref=first.ref))
    slack_bot.update(options, first.ref, hostile_message(text))
    assert api.problems == []
    assert "parse" in api.updates[0]  # without it Slack would look for names and addresses in the text


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("invalid_auth", "copy the Bot User OAuth Token"),
        ("token_revoked", "install the app"),
        ("account_inactive", "install the app"),
        ("token_expired", "token rotation"),
        ("missing_scope", "(chat:write): give the app the scope"),
        ("channel_not_found", "/invite"),
        ("not_in_channel", "chat:write.public"),
        ("is_archived", "unarchive"),
        ("restricted_action", "only some people"),
        ("ekm_access_denied", "administrator"),
        ("invalid_blocks", "please report it"),
        ("msg_blocks_too_long", "please report it"),
    ],
)
def test_refusals_for_good_say_what_to_do(api: SlackApi, options: slack_bot.Options, error: str, advice: str) -> None:
    api.error = error
    refused = refusal(options)
    assert refused.permanent
    assert advice in str(refused)


@pytest.mark.parametrize("error", ["internal_error", "fatal_error", "service_unavailable", "team_added_to_org", "new"])
def test_trouble_of_slack_and_what_nobody_knows_is_tried_again(
    api: SlackApi, options: slack_bot.Options, error: str
) -> None:
    api.error = error
    assert not refusal(options).permanent


@pytest.mark.parametrize(("status", "error"), [(429, ""), (200, "ratelimited"), (200, "rate_limited")])
def test_a_busy_slack_is_given_the_time_it_asks_for(
    api: SlackApi, options: slack_bot.Options, status: int, error: str
) -> None:
    api.status, api.error, api.headers = status, error, {"Retry-After": "17"}
    refused = refusal(options)
    assert isinstance(refused, AskedToWait)
    assert refused.wait == timedelta(seconds=17)


@pytest.mark.parametrize("raw", ["", "<html>busy</html>", "[1]", "3", "null", '"ok"', "{}", '{"ok": false}'])
def test_an_answer_that_is_none_of_slacks_is_no_receipt(api: SlackApi, options: slack_bot.Options, raw: str) -> None:
    api.raw = raw
    assert "Slack answered 200" in str(refusal(options))


@pytest.mark.parametrize("said", [f"busy {TOKEN}", "x" * 5000, "<b>\x1b[31m", "ÄÖ", 7, ["a"]])
def test_words_that_are_none_of_slacks_are_not_shown(api: SlackApi, options: slack_bot.Options, said: Any) -> None:
    api.error = said
    assert str(refusal(options)) == "Slack answered 200"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(api: SlackApi, options: slack_bot.Options, status: int) -> None:
    with slack_api() as elsewhere:
        api.status, api.raw, api.headers = status, "", {"Location": f"{elsewhere.url}chat.postMessage"}
        assert "redirect" in str(refusal(options))
        assert elsewhere.calls == []


def test_an_address_that_is_none_of_slacks_is_refused_for_good(api: SlackApi, options: slack_bot.Options) -> None:
    api.status, api.raw = 404, "not here"
    refused = refusal(options)
    assert refused.permanent
    assert "check the url" in str(refused)


def test_an_answer_that_is_slow_counts_as_not_accepted(api: SlackApi, options: slack_bot.Options) -> None:
    api.delay_seconds = 1.5
    assert "too long" in str(refusal(options))


@pytest.mark.parametrize(
    "values",
    [
        {"channel": None},
        {"channel": "complaints"},
        {"channel": "#two words"},
        {"channel": "<!channel>"},
        {"channel": ["#complaints"]},
        {"url": "http://slack.example/api/"},
        {"url": "file:///etc/passwd"},
        {"url": "https:///api"},
        {"token": "xoxb-plain-text-token"},
    ],
)
def test_what_cannot_be_right_is_refused(values: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError):
        slack_bot_options(monkeypatch, **({"url": "https://slack.com/api/"} | values))


def test_an_unquoted_name_of_a_channel_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="stands in quotes"):
        slack_bot_options(monkeypatch, "https://slack.com/api/", channel=None)


@pytest.mark.parametrize("token", ["xoxp-0123456789", "very-secret", "xoxb-a.b.c.d.e.f", "xoxb-new\nline-0000"])
def test_a_token_of_another_kind_is_refused_without_being_shown(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTHER_TOKEN", token)
    with pytest.raises(ValidationError) as caught:
        slack_bot_options(monkeypatch, "https://slack.com/api/", token={"env": "OTHER_TOKEN"})
    assert token not in str(caught.value)


def test_slacks_own_address_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_TOKEN", TOKEN)
    given = {"type": "slack_bot", "id": "team", "token": {"env": "SLACK_TOKEN"}, "channel": CHANNEL_ID}
    assert slack_bot.Options.model_validate(given).url == "https://slack.com/api/"


def test_a_probe_says_whose_token_it_is_and_that_it_may_post(api: SlackApi, options: slack_bot.Options) -> None:
    known = options.model_copy(update={"channel": CHANNEL_ID})
    assert slack_bot.probe(known) == (
        "the token is that of emberwatch in Mirchado; it may post to complaints; nothing was posted"
    )
    assert api.calls == []


def test_a_probe_of_a_name_does_not_look_it_up(options: slack_bot.Options) -> None:
    assert "if #complaints takes messages shows when one is sent" in slack_bot.probe(options)


def test_a_probe_needs_no_scope_but_that_for_posting(api: SlackApi, options: slack_bot.Options) -> None:
    api.scopes = "chat:write"
    assert "nothing was posted" in slack_bot.probe(options.model_copy(update={"channel": CHANNEL_ID}))


@pytest.mark.parametrize(
    ("state", "advice"),
    [
        ({"scopes": "channels:read"}, "without the scope chat:write"),
        ({"archived": True}, "unarchive"),
        ({"member": False}, "/invite"),
        ({"channels": {}}, "channel_not_found"),
        ({"error": "invalid_auth"}, "copy the Bot User OAuth Token"),
    ],
)
def test_a_probe_finds_what_would_stop_a_message(
    api: SlackApi, options: slack_bot.Options, state: dict[str, Any], advice: str
) -> None:
    for name, value in state.items():
        setattr(api, name, value)
    with pytest.raises(DeliveryError, match=advice) as caught:
        slack_bot.probe(options.model_copy(update={"channel": CHANNEL_ID}))
    assert caught.value.permanent


def test_an_app_that_may_post_anywhere_need_not_be_in_the_channel(api: SlackApi, options: slack_bot.Options) -> None:
    api.member, api.scopes = False, "chat:write,chat:write.public,channels:read"
    assert "it may post" in slack_bot.probe(options.model_copy(update={"channel": CHANNEL_ID}))
