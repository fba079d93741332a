"""Posts messages to Slack by an incoming webhook, as blocks within Slack's limits, with outside text as plain text."""

import urllib.request
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr
from slack_sdk.webhook import WebhookClient, WebhookResponse

from monitor.alerting import slack_client
from monitor.alerting.blocks import body_of
from monitor.alerting.channel import AskedToWait, ChannelOptions
from monitor.alerting.text import clip, one_line
from monitor.clock import Duration
from monitor.errors import DeliveryError
from monitor.facts import Message
from monitor.secret import Secret, hide

_REFUSED_AS_EMPTY = ("no_text", "missing_text_or_fallback_or_attachments")
"""What webhooks of apps, and older ones, answer to a message without words (secret scanners tell live ones so)."""

_ADVICE = {
    "no_service": "the webhook was removed: make a new one in Slack and set it as the channel's url",
    "no_service_id": "the webhook address is incomplete: copy it from Slack again",
    "invalid_token": "the webhook address is wrong: copy it from Slack again",
    "channel_is_archived": "unarchive the Slack channel, or make a webhook for another one",
    "channel_not_found": "the Slack channel was deleted: make a webhook for another one",
    "action_prohibited": "an administrator of the workspace does not allow it: ask them",
    "posting_to_general_channel_denied": "only some people may post there: make a webhook for another channel",
    "invalid_payload": "Slack cannot read what this version sends: please report it",
    "invalid_blocks": "Slack cannot read what this version sends: please report it",
}


def _sound_address(url: SecretStr) -> SecretStr:
    """Refuse what is no webhook address, without showing it: who knows the address can post."""
    if not slack_client.is_sound_address(url.get_secret_value()):
        raise ValueError("the url must be the https:// address of an incoming webhook (http is for this machine)")
    return url


class Options(ChannelOptions):
    type: Literal["slack"]
    url: Annotated[Secret, AfterValidator(_sound_address)]
    allow_private: bool = False  # a server of our own network that speaks like Slack's, such as a Mattermost
    timeout: Duration = Field(default=timedelta(seconds=10), gt=timedelta())

    @property
    def longest_send(self) -> timedelta:
        return self.timeout * 4  # connect, encrypt, ask, read


class _Webhook(WebhookClient):
    """Slack's client as it is, but for redirects, private addresses, and answers without end."""

    allow_private = False

    def _perform_http_request_internal(self, url: str, req: urllib.request.Request) -> WebhookResponse:
        opener = slack_client.opener(url, allow_private=self.allow_private)
        with opener.open(req, timeout=self.timeout) as answer:
            body = answer.read(slack_client.MAX_ANSWER).decode("utf-8", "replace")
            return WebhookResponse(url="", status_code=answer.status, body=body, headers=dict(answer.headers))


def send(options: Options, message: Message) -> str:
    """Post once; what Slack answers decides if the outbox tries again."""
    return _judge(_post(options, payload(message)))


def probe(options: Options) -> str:
    """Post an empty text, which Slack refuses with a word that only a live webhook gives; nothing is shown there."""
    response = _post(options, {"text": ""})
    if clip(one_line(response.body or ""), 80) in _REFUSED_AS_EMPTY:
        return "the webhook is live; nothing was posted"
    return f"{_judge(response)} to an empty text: not what Slack does"


def _post(options: Options, body: dict[str, Any]) -> WebhookResponse:
    client = _Webhook(
        options.url.get_secret_value(),
        timeout=options.timeout.total_seconds(),  # type: ignore[arg-type] # a float works, urllib takes it as it is
        logger=slack_client.silent_logger(),
        retry_handlers=[],  # the outbox retries, with its own back-off
    )
    client.allow_private = options.allow_private
    try:
        return client.send_dict(body)
    except slack_client.NO_ANSWER as error:
        raise slack_client.unanswered(error) from None


def _judge(response: WebhookResponse) -> str:
    """Turn Slack's answer into a receipt or an error; see docs.slack.dev, `Handling errors` of incoming webhooks."""
    word = clip(hide(one_line(response.body or "")), 80)  # the path of the address is the secret
    status = response.status_code
    if 200 <= status < 300:
        return f"Slack answered {status} {word}".strip()
    said = f"Slack answered {status} {word}".strip()
    if status == 429:
        raise AskedToWait(said, wait=slack_client.retry_after(response.headers))
    if 400 <= status < 500 and status != 408:
        raise DeliveryError(f"{said}: {_ADVICE.get(word, 'check the url of the channel')}", permanent=True)
    raise DeliveryError(f"{said}: a redirect is not followed" if status < 400 else said, permanent=False)


def payload(message: Message) -> dict[str, Any]:
    """The body of the request."""
    return {**body_of(message), "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
