"""Posts to Slack as a bot: one thread per incident, and its first message is changed to show how things stand."""

import json
import re
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Annotated, Any, Literal, NamedTuple
from urllib.error import HTTPError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from monitor.alerting import slack_client
from monitor.alerting.blocks import body_of
from monitor.alerting.channel import AskedToWait, ChannelOptions, MessageGone, Receipt
from monitor.alerting.text import clip, one_line
from monitor.clock import Duration
from monitor.errors import DeliveryError
from monitor.facts import Message, Severity
from monitor.secret import Secret, hide

_CALLS = frozenset({"opened", "worsened", "escalated", "reminder"})
"""Kinds that want somebody now: in a thread, only those who follow it would be told."""
_GONE = frozenset({"message_not_found", "thread_not_found", "cannot_reply_to_message"})
_LIMITED = frozenset({"ratelimited", "rate_limited"})
_LONGEST_KEY = 200
_PUBLIC = "chat:write.public"

_REPORT_IT = "Slack cannot read what this version sends: please report it"
_ASK = "an administrator of the workspace does not allow it: ask them"
_AGAIN = "install the app into the workspace again and set its new Bot User OAuth Token"
_ADVICE = {
    "invalid_auth": "the token is wrong, or this machine's address is not allowed: copy the Bot User OAuth Token again",
    "not_authed": "the token is missing: copy the Bot User OAuth Token again",
    "account_inactive": f"the app was removed: {_AGAIN}",
    "token_revoked": f"the app was removed: {_AGAIN}",
    "token_expired": "the app changes its tokens: make an app without token rotation",
    "not_allowed_token_type": "the token must be a Bot User OAuth Token, which begins with xoxb-",
    "missing_scope": f"give the app the scope, then {_AGAIN}",
    "no_permission": "invite the app to the Slack channel: /invite and its name",
    "channel_not_found": "check the channel; to a private one the app must be invited: /invite and its name",
    "not_in_channel": f"invite the app to the Slack channel (/invite and its name), or give it the scope {_PUBLIC}",
    "is_archived": "unarchive the Slack channel, or set another one",
    "is_inactive": "unarchive the Slack channel, or set another one",
    "restricted_action": "only some people may post there: set another channel, or ask an administrator",
    "restricted_action_read_only_channel": "nobody may post there: set another channel",
    "restricted_action_thread_only_channel": "only replies may be posted there: set another channel",
    "restricted_action_non_threadable_channel": "no replies may be posted there: set another channel",
    "ekm_access_denied": _ASK,
    "access_denied": _ASK,
    "accesslimited": _ASK,
    "team_access_not_granted": _ASK,
    "enterprise_is_restricted": _ASK,
    "two_factor_setup_required": _ASK,
    "cant_update_message": "another app wrote that message, so this one may not change it",
    "edit_window_closed": "the workspace lets nobody change messages of this age",
    "no_text": _REPORT_IT,
    "invalid_blocks": _REPORT_IT,
    "invalid_blocks_format": _REPORT_IT,
    "invalid_arguments": _REPORT_IT,
    "msg_too_long": _REPORT_IT,
    "msg_blocks_too_long": _REPORT_IT,
    "invalid_metadata_format": _REPORT_IT,
    "invalid_metadata_schema": _REPORT_IT,
    "metadata_too_large": _REPORT_IT,
    "metadata_must_be_sent_from_app": _REPORT_IT,
}
"""Refusals for good, and what to do about them. All others are tried again: a lost warning is worse than a late one."""


def _sound_token(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"xoxb-[A-Za-z0-9-]{8,}", token.get_secret_value()):
        raise ValueError("the token must be a Bot User OAuth Token, which begins with xoxb-")
    return token


def _sound_channel(value: Any) -> Any:
    """Refuse what is no channel; an unquoted # begins a comment in YAML and leaves nothing."""
    if value is None:
        raise ValueError("the name of a channel stands in quotes: channel: '#complaints'")
    if not re.fullmatch(r"[CDGU][A-Z0-9]{6,20}|#[^\s#,<>@]{1,80}", str(value)):
        raise ValueError("the channel must be an id such as C024BE91L or a name such as '#complaints'")
    return value


def _sound_address(url: str) -> str:
    if not slack_client.is_sound_address(url):
        raise ValueError("the url must begin with https:// (http is for receivers on this machine only)")
    return url


class Options(ChannelOptions):
    type: Literal["slack_bot"]
    token: Annotated[Secret, AfterValidator(_sound_token)]
    channel: Annotated[str, BeforeValidator(_sound_channel)]
    url: Annotated[str, AfterValidator(_sound_address)] = WebClient.BASE_URL  # other workspaces: slack-gov.com
    allow_private: bool = False  # the url leads to a server of our own network
    timeout: Duration = Field(default=timedelta(seconds=10), gt=timedelta())

    @property
    def longest_send(self) -> timedelta:
        return self.timeout * 8  # connect, encrypt, ask, read; and once more when the thread is gone


class _Place(NamedTuple):
    """Where a message stands: the id of the channel, and the time that Slack knows it by."""

    channel: str
    ts: str


class _Client(WebClient):
    """Slack's client as it is, but for redirects, private addresses, and answers without end or none of Slack's."""

    allow_private = False

    def _perform_urllib_http_request_internal(self, url: str, req: urllib.request.Request) -> dict[str, Any]:
        opener = slack_client.opener(url, allow_private=self.allow_private)
        try:
            answer = opener.open(req, timeout=self.timeout)
        except HTTPError as error:
            answer = error
        with answer:
            said = answer.read(slack_client.MAX_ANSWER).decode("utf-8", "replace")
            return {"status": answer.status, "headers": answer.headers, "body": _object_of(said)}


def _object_of(said: str) -> str:
    """The answer if it is an object of JSON, as all of Slack's are; else an empty one, which counts as a refusal."""
    try:
        return said if isinstance(json.loads(said), dict) else "{}"
    except ValueError:
        return "{}"


def send(options: Options, message: Message) -> Receipt:
    """Post once: into the thread of the incident if there is one, else as its first message.

    Slack does not recognise a repeat by itself; the key goes along as metadata, which apps can read.
    """
    place = _place_of(options, message.ref)
    if place is not None:
        with suppress(MessageGone):
            _post(options, message, place.channel, thread_ts=place.ts, reply_broadcast=_calls(message))
            return Receipt("Slack took it as a reply in the incident's thread")
    return _first(options, message)


def _calls(message: Message) -> bool:
    """Whether a reply is shown in the channel too."""
    return message.kind in _CALLS and message.severity is not Severity.WATCH


def _first(options: Options, message: Message) -> Receipt:
    answer = _post(options, message, options.channel)
    channel, ts = str(answer.get("channel", "")), str(answer.get("ts", ""))
    # The channel as it is configured goes along: after a move to another one threads begin there anew.
    ref = f"{channel}:{ts}:{options.channel}" if _is_place(channel, ts) else ""
    return Receipt("Slack took it as a message of its own", ref)


def update(options: Options, ref: str, message: Message) -> None:
    """Change a first message; MessageGone when it was deleted, DeliveryError as with `send`."""
    place = _parsed(ref)
    if place is None:
        raise MessageGone("this is no message of Slack")
    body = body_of(message)
    del body["blocks"][0]["block_id"]  # Slack wants another one for each version, and makes it itself
    _ask(
        options,
        lambda client: client.chat_update(
            channel=place.channel, ts=place.ts, **body, parse="none", link_names=False
        ),
    )  # fmt: skip


def probe(options: Options) -> str:
    """Ask who the token is of and, where its scopes allow it, if it may post to the channel; nothing is posted."""
    answer = _ask(options, lambda client: client.auth_test())
    who = f"the token is that of {_shown(answer.get('user'))} in {_shown(answer.get('team'))}"
    scopes = _scopes(answer)
    if scopes and "chat:write" not in scopes:
        raise DeliveryError(f"{who}, without the scope chat:write: {_ADVICE['missing_scope']}", permanent=True)
    return f"{who}; {_looked_at(options, scopes)}; nothing was posted"


def _looked_at(options: Options, scopes: frozenset[str]) -> str:
    unseen = f"if {options.channel} takes messages shows when one is sent"
    if options.channel.startswith("#"):  # only ids can be looked up
        return unseen
    try:
        answer = _ask(options, lambda client: client.conversations_info(channel=options.channel))
    except DeliveryError as error:
        if "missing_scope" in str(error):  # it is not needed for posting
            return unseen
        raise
    channel = answer.get("channel") or {}
    if channel.get("is_archived"):
        raise DeliveryError(f"the channel is archived: {_ADVICE['is_archived']}", permanent=True)
    if channel.get("is_member") is False and _PUBLIC not in scopes:
        raise DeliveryError(f"the app is not in the channel: {_ADVICE['not_in_channel']}", permanent=True)
    return f"it may post to {_shown(channel.get('name'))}"


def _scopes(answer: SlackResponse) -> frozenset[str]:
    """What the token is allowed to do, as Slack tells with every answer; empty when it does not."""
    told = {name.lower(): str(value) for name, value in answer.headers.items()}.get("x-oauth-scopes", "")
    return frozenset(filter(None, (scope.strip() for scope in told.split(","))))


def _post(options: Options, message: Message, channel: str, **more: Any) -> SlackResponse:
    key = {"event_type": "emberwatch_message", "event_payload": {"id": message.key[:_LONGEST_KEY]}}
    return _ask(
        options,
        lambda client: client.chat_postMessage(
            channel=channel, **body_of(message), metadata=key, mrkdwn=False, unfurl_links=False, unfurl_media=False,
            parse="none", link_names=False, **more,
        ),
    )  # fmt: skip


def _ask(options: Options, call: Callable[[WebClient], SlackResponse]) -> SlackResponse:
    client = _Client(
        options.token.get_secret_value(),
        base_url=options.url,
        timeout=options.timeout.total_seconds(),  # type: ignore[arg-type] # a float works, urllib takes it as it is
        logger=slack_client.silent_logger(),
        retry_handlers=[],  # the outbox retries, with its own back-off
    )
    client.allow_private = options.allow_private
    try:
        return call(client)
    except SlackApiError as error:
        raise _refusal(error.response) from None
    except slack_client.NO_ANSWER as error:
        raise slack_client.unanswered(error) from None


def _refusal(response: SlackResponse) -> DeliveryError:
    """What Slack said, and whether it means it for good; words as documented at chat.postMessage and chat.update."""
    word, status = _word(response.get("error")), response.status_code
    said = f"Slack answered {word or status}"
    if status == 429 or word in _LIMITED:
        return AskedToWait(said, wait=slack_client.retry_after(response.headers))
    if word in _GONE:
        return MessageGone(said)
    if word in _ADVICE:
        needed = f" ({_word(response.get('needed'))})" if response.get("needed") else ""
        return DeliveryError(f"{said}{needed}: {_ADVICE[word]}", permanent=True)
    if 300 <= status < 400:
        return DeliveryError(f"{said}: a redirect is not followed", permanent=False)
    refused = 400 <= status < 500 and status != 408 and not word
    return DeliveryError(f"{said}: check the url of the channel" if refused else said, permanent=refused)


def _word(value: object) -> str:
    """A word of Slack's; anything else is not shown, it might be of any length and hold our token."""
    return str(value) if re.fullmatch(r"[a-z][a-z0-9_.:,]{0,80}", str(value or "")) else ""


def _shown(value: object) -> str:
    return clip(hide(one_line(str(value or "?"))), 80)


def _place_of(options: Options, ref: str) -> _Place | None:
    """The thread to reply in; None when there is none, or it is in a channel that is no longer the configured one."""
    _, _, configured = ref.partition(":")[2].partition(":")
    return _parsed(ref) if configured in ("", options.channel) else None


def _parsed(ref: str) -> _Place | None:
    channel, _, rest = ref.partition(":")
    ts = rest.partition(":")[0]
    return _Place(channel, ts) if _is_place(channel, ts) else None


def _is_place(channel: str, ts: str) -> bool:
    return bool(re.fullmatch(r"[A-Z0-9]{1,30}", channel) and re.fullmatch(r"\d{1,20}\.\d{1,20}", ts))
