"""Posts messages as signed JSON to any program: a documented shape, and a signature that its receiver can check."""

import json
import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from monitor.alerting.channel import AskedToWait, ChannelOptions
from monitor.alerting.text import clip, one_line
from monitor.clock import Duration, utcnow
from monitor.errors import DeliveryError
from monitor.facts import Message, Quote, Section
from monitor.secret import Hidden, Secret, hide
from monitor.signing import PRESETS, SHORTEST_SECRET, sign
from monitor.web import Answer, NoAnswer, ask, is_address, is_here

VERSION = 1
"""Of the body. A field that is added leaves it as it is; one that changes its meaning, or goes, makes it one more."""
_SCHEME = PRESETS["emberwatch"]
_OURS = frozenset({"content-type", "content-length", "host", "transfer-encoding", "connection", "user-agent"})
_CONFIDENTIAL = re.compile(r"auth|cookie|key|secret|token|password", re.IGNORECASE)
_PASSING = frozenset({408, 421, 423, 425})
"""Refusals that say `not now`: time-out, wrong connection, locked, too early. 429 and 503 tell how long to wait."""
_LONGEST_NAME = 200  # of an event
_MOST_ITEMS = 1000
_LONGEST_TAG = 35  # of a language (RFC 5646, 4.4.1)
_LONGEST_WAIT = timedelta(hours=1)
_USUAL_WAIT = timedelta(seconds=30)


def _sound_address(url: SecretStr) -> SecretStr:
    if not is_address(url.get_secret_value()):
        raise ValueError("the url must be an https address, without a name and password in it")
    return url


class Options(ChannelOptions):
    type: Literal["webhook"]
    url: Annotated[Hidden, AfterValidator(_sound_address)]
    secret: Secret
    headers: dict[str, Hidden] = Field(default_factory=dict, max_length=20)
    allow_private: bool = False  # the receiver is in our own network: a private address and plain http will do
    timeout: Duration = Field(default=timedelta(seconds=10), gt=timedelta())

    @model_validator(mode="before")
    @classmethod
    def _no_open_secret(cls, data: Any) -> Any:
        headers = data.get("headers") if isinstance(data, dict) else None
        for name, value in headers.items() if isinstance(headers, dict) else ():
            if isinstance(value, str) and _CONFIDENTIAL.search(str(name)):
                raise ValueError(f"headers.{name}: a secret must be written as {{env: NAME}}, not in plain text")
        return data

    @model_validator(mode="after")
    def _safe(self) -> Self:
        url = self.url.get_secret_value()
        if not (url.startswith("https://") or is_here(url) or self.allow_private):
            raise ValueError("the url must begin with https:// (http is for this machine, or with allow_private: true)")
        if len(self.secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"a secret has at least {SHORTEST_SECRET} characters: openssl rand -hex 32 makes one")
        for name, value in self.headers.items():
            _refuse_header(name, value.get_secret_value())
        return self

    @property
    def longest_send(self) -> timedelta:
        return self.timeout * 4  # connect, encrypt, ask, read

    @property
    def most_together(self) -> int:
        return _MOST_ITEMS  # each is named in the body, which many a receiver takes up to 100 kB only


def _refuse_header(name: str, value: str) -> None:
    """Refuse what could become a second header, or is ours to set."""
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}", name) or not re.fullmatch(r"[ -~]{0,4000}", value):
        raise ValueError(f"headers: {name[:100]!r} is no header of one line of plain characters")
    if name.lower() in _OURS or name.lower().startswith("x-emberwatch-"):
        raise ValueError(f"headers: {name} is set by Emberwatch itself")


def send(options: Options, message: Message) -> str:
    """Post once; what the receiver answers decides if the outbox tries again.

    The signature is of this very moment, not of the message's: hours may lie between two tries, and a receiver takes
    signatures of the last minutes only.
    """
    body = json.dumps(payload(message)).encode()
    headers = {
        **{name: value.get_secret_value() for name, value in options.headers.items()},
        **sign(options.secret.get_secret_value(), body, utcnow()),
        _SCHEME.event_header: event_of(message),
        "Content-Type": "application/json",
        "User-Agent": "Emberwatch",
    }
    return _judge(options, _asked(options, "POST", headers, body))


def probe(options: Options) -> str:
    """Ask for the head of the address, which posts nothing: any answer shows that somebody is there."""
    answer = _asked(options, "HEAD", {"User-Agent": "Emberwatch"}, None)
    if answer.status >= 500:
        raise DeliveryError(f"the receiver answered {answer.status}", permanent=False)
    return f"the receiver answered {answer.status} to HEAD; nothing was posted, so the secret was not tried"


def _asked(options: Options, method: str, headers: dict[str, str], body: bytes | None) -> Answer:
    url = options.url.get_secret_value()
    private = options.allow_private or is_here(url)
    try:
        return ask(method, url, timeout=options.timeout, private=private, headers=headers, body=body)
    except NoAnswer as error:
        raise DeliveryError(f"the receiver {error}", permanent=error.permanent) from None


def event_of(message: Message) -> str:
    """The name of the event as a header can hold it: the key, the same on every try."""
    return _name(message.key)


def _name(key: str) -> str:
    return re.sub(r"[^!-~]", "_", key)[:_LONGEST_NAME]


def _judge(options: Options, answer: Answer) -> str:
    """Turn the answer into a receipt or an error (status codes: RFC 9110)."""
    status = answer.status
    said = f"the receiver answered {status} {_shown(options, answer.words)}".strip()
    if 200 <= status < 300:
        return said
    if status == 429 or (status == 503 and "retry-after" in answer.headers):
        raise AskedToWait(said, wait=_wait(answer.headers.get("retry-after", ""), utcnow()))
    if 300 <= status < 400:
        raise DeliveryError(f"{said}: a redirect is not followed: set the final url", permanent=status in (301, 308))
    if 400 <= status < 500 and status not in _PASSING:
        advice = "check the secret" if status in (401, 403) else "check the url and what the receiver takes"
        raise DeliveryError(f"{said}: {advice}", permanent=True)
    raise DeliveryError(said, permanent=False)


def _wait(told: str, now: datetime) -> timedelta:
    """What `Retry-After` asks for, in seconds or as a date (RFC 9110), up to an hour."""
    if re.fullmatch(r"\d{1,9}", told):
        return min(timedelta(seconds=int(told)), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(told)
    except (ValueError, IndexError):
        return _USUAL_WAIT
    return min(max(until - now, timedelta()), _LONGEST_WAIT) if until.tzinfo else _USUAL_WAIT


def _shown(options: Options, words: str) -> str:
    """A receiver's words may say anything, our secrets too: one short line without them, nor the path."""
    hidden = [options.secret, options.url, *options.headers.values()]
    for secret in sorted((one.get_secret_value() for one in hidden), key=len, reverse=True):
        words = words.replace(secret, "***") if secret else words
    return clip(one_line(hide(words)), 80)


def payload(message: Message) -> dict[str, Any]:
    """The body, as docs/alerts.md describes it; texts from outside stand in it as they are: its reader escapes them."""
    body: dict[str, Any] = {
        "version": VERSION,
        "id": event_of(message),
        "thread": message.thread,
        "kind": message.kind,
        "severity": message.severity.value,
        "brand": message.brand,
        "subject": message.subject,
        "sentence": message.sentence,
        "facts": [{"label": label, "value": value} for label, value in message.facts],
        "quotes": [_quote(quote) for quote in message.quotes],
        "next_step": message.next_step,
        "link": message.link,
        "links": [{"label": link.label, "url": link.url} for link in message.links],
        "items": [_name(key) for key in message.items[:_MOST_ITEMS]],
        "at": message.at.isoformat(),
    }
    return body | {"sections": [_section(section) for section in message.sections]} if message.sections else body


def _quote(quote: Quote) -> dict[str, Any]:
    return {
        "text": quote.text,
        "author": quote.author,
        "source": quote.source,
        "language": one_line(quote.language[:_LONGEST_TAG]),
        "url": quote.url,
        "negative": round(quote.negative, 4),
        "published_at": quote.published_at.isoformat(),
    }


def _section(section: Section) -> dict[str, Any]:
    rows = [{"label": r.label, "value": r.value, "beside": r.beside, "tone": r.tone} for r in section.rows]
    return {"title": section.title, "rows": rows, "quotes": [_quote(quote) for quote in section.quotes]}
