"""Posts messages to Slack by an incoming webhook, as blocks within Slack's limits, with outside text as plain text."""

import logging
import re
import urllib.request
from datetime import timedelta
from http.client import HTTPException
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from slack_sdk.webhook import WebhookClient, WebhookResponse

from monitor.alerting.channel import AskedToWait, ChannelOptions
from monitor.alerting.text import clip, one_line
from monitor.clock import Duration
from monitor.errors import DeliveryError
from monitor.facts import Message, Quote
from monitor.secret import Secret

# Limits as documented at https://docs.slack.dev/reference/block-kit (blocks) and .../composition-objects.
MAX_BLOCKS = 50
MAX_HEADER = 150
MAX_SECTION = 3000
MAX_FIELDS = 10
MAX_FIELD = 2000
MAX_BUTTON = 75
MAX_BLOCK_ID = 255
_MAX_ANSWER = 10_000  # bytes of the answer we care to read
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
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
    if not re.fullmatch(r"https?://[!-~]+", url.get_secret_value()):
        raise ValueError("the url must be the https address of an incoming webhook")
    parts = urlsplit(url.get_secret_value())
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise ValueError("the url must begin with https:// (http is for receivers on this machine only)")
    return url


class Options(ChannelOptions):
    type: Literal["slack"]
    url: Annotated[Secret, AfterValidator(_sound_address)]
    timeout: Duration = Field(default=timedelta(seconds=10), gt=timedelta())

    @property
    def longest_send(self) -> timedelta:
        return self.timeout * 4  # connect, encrypt, ask, read


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Follow none: a message must not wander to an address that nobody configured."""


class _Webhook(WebhookClient):
    """Slack's client as it is, but for redirects and for answers without end."""

    def _perform_http_request_internal(self, url: str, req: urllib.request.Request) -> WebhookResponse:
        with urllib.request.build_opener(_NoRedirects).open(req, timeout=self.timeout) as answer:
            body = answer.read(_MAX_ANSWER).decode("utf-8", "replace")
            return WebhookResponse(url="", status_code=answer.status, body=body, headers=dict(answer.headers))


def _silent_logger() -> logging.Logger:
    """Slack's client logs errors itself, with more of the address than we want in a log."""
    logger = logging.getLogger("monitor.alerting.slack_webhook")
    logger.setLevel(logging.CRITICAL)
    return logger


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
        logger=_silent_logger(),
        retry_handlers=[],  # the outbox retries, with its own back-off
    )
    try:
        return client.send_dict(body)
    except (OSError, HTTPException, ValueError, LookupError) as error:
        # Neither the text nor the cause of these errors is passed on: some carry the address.
        reason = "took too long to answer" if _is_timeout(error) else f"cannot be reached ({_kind(error)})"
        raise DeliveryError(f"Slack {reason}", permanent=False) from None


def _is_timeout(error: Exception) -> bool:
    return isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError)


def _kind(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    return type(reason if isinstance(reason, Exception) else error).__name__


def _judge(response: WebhookResponse) -> str:
    """Turn Slack's answer into a receipt or an error; see docs.slack.dev, `Handling errors` of incoming webhooks."""
    word = clip(one_line(response.body or ""), 80)
    status = response.status_code
    if 200 <= status < 300:
        return f"Slack answered {status} {word}".strip()
    said = f"Slack answered {status} {word}".strip()
    if status == 429:
        raise AskedToWait(said, wait=_retry_after(response))
    if 400 <= status < 500 and status != 408:
        raise DeliveryError(f"{said}: {_ADVICE.get(word, 'check the url of the channel')}", permanent=True)
    raise DeliveryError(f"{said}: a redirect is not followed" if status < 400 else said, permanent=False)


def _retry_after(response: WebhookResponse) -> timedelta:
    value = {key.lower(): value for key, value in response.headers.items()}.get("retry-after", "")
    return timedelta(seconds=min(int(value), 3600)) if re.fullmatch(r"\d{1,9}", value) else timedelta(seconds=30)


def payload(message: Message) -> dict[str, Any]:
    """The body of the request. `text` is what notifications and screen readers show."""
    return {
        "text": _inert(_escaped(f"{message.subject}. {message.sentence}", MAX_SECTION // 2)),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": _blocks(message),
    }


def _blocks(message: Message) -> list[dict[str, Any]]:
    head: list[dict[str, Any]] = [
        {
            "type": "header",
            "block_id": clip(message.key, MAX_BLOCK_ID // 2),
            "text": _plain(message.subject, MAX_HEADER),
        },
        {"type": "section", "text": _plain(message.sentence, MAX_SECTION)},
    ]
    fields = [_plain(f"{label}\n{value}", MAX_FIELD) for label, value in message.facts]
    facts = [{"type": "section", "fields": fields[i : i + MAX_FIELDS]} for i in range(0, len(fields), MAX_FIELDS)]
    quotes = [block for quote in message.quotes for block in _quote_blocks(quote)]
    tail = _tail(message)
    return [*head, *facts, *quotes][: MAX_BLOCKS - len(tail)] + tail


def _quote_blocks(quote: Quote) -> list[dict[str, Any]]:
    section: dict[str, Any] = {"type": "section", "text": _plain(f"“{quote.text}”", MAX_SECTION)}
    if quote.url:
        section["accessory"] = _button("Read it there", quote.url)
    where = " · ".join(filter(None, (quote.author, quote.source, f"{quote.published_at:%d %b %H:%M}")))
    return [section, {"type": "context", "elements": [_plain(where, MAX_FIELD)]}]


def _tail(message: Message) -> list[dict[str, Any]]:
    tail: list[dict[str, Any]] = []
    if message.next_step:
        tail.append({"type": "section", "text": _plain(f"Next: {message.next_step}", MAX_SECTION)})
    if message.link:
        tail.append({"type": "actions", "elements": [_button("Open in Emberwatch", message.link, style="primary")]})
    return tail


def _button(label: str, url: str, **more: str) -> dict[str, Any]:
    return {"type": "button", "text": _plain(label, MAX_BUTTON), "url": url, **more}


def _plain(text: str, limit: int) -> dict[str, Any]:
    """A text object in which Slack reads no markup, no mentions and no :emoji: names."""
    return {"type": "plain_text", "text": _escaped(text or "–", limit), "emoji": False}


def _escaped(text: str, limit: int) -> str:
    """Text with `&<>` escaped and group mentions broken, cut before escaping so that no entity is ever halved."""
    room = limit
    while (size := _length(out := _escape(clip(text, room)))) > limit:
        room = room * limit // size - 1
    return out


def _escape(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"@(?=here|channel|everyone|group)", "@\u2060", text, flags=re.IGNORECASE)


def _length(text: str) -> int:
    """Length in UTF-16 units: the largest that Slack may count, an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def _inert(text: str) -> str:
    """Keep `*bold*`, `_italics_`, `~struck~` and `code` from being read as markup, by an invisible word joiner."""
    return re.sub(r"([*_~`])", "\u2060\\1", text)
