"""Sends messages as plain text through the library apprise: to Microsoft Teams, Telegram and a hundred others."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr

from monitor.alerting.channel import ChannelOptions
from monitor.alerting.rows import in_line
from monitor.alerting.text import clip, one_line
from monitor.clock import Duration
from monitor.errors import DeliveryError
from monitor.facts import Link, Message, Quote, Severity
from monitor.secret import Secret

_STEPS = 4  # of a sending: some services want a login, or look up a recipient, before they take a message
_BESIDE_TITLE = 20  # what apprise puts around a title that has to stand in the text: signs of a heading, line ends
_LEAST = 20  # characters; less of a text says nothing, so it is left out
_PASSING = frozenset({408, 421, 423, 425, 429})  # refusals that say `not now`
_GOOD_NEWS = frozenset({"calmed", "resolved", "dismissed"})
_JOINER = "\u2060"  # invisible and without width: what it stands in is no longer the markup that it was
_TWINS = str.maketrans("*~`|\\", "∗∼ˋ∣∖")  # signs of markup, and signs that look alike and are none
_LOW_LINE = "ˍ"


def _sound_address(url: SecretStr) -> SecretStr:
    """Refuse what can be no address, without showing it: who knows it can post."""
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*://\S+", url.get_secret_value(), re.IGNORECASE):
        raise ValueError("the url must be an address of apprise such as workflows://… or tgram://…")
    return url


class Options(ChannelOptions):
    type: Literal["apprise"]
    url: Annotated[Secret, AfterValidator(_sound_address)]
    timeout: Duration = Field(default=timedelta(seconds=10), gt=timedelta())  # of each step

    @property
    def longest_send(self) -> timedelta:
        return self.timeout * (_STEPS + 1)


def send(options: Options, message: Message) -> str:
    """Hand it over once, as text that fits what the service takes.

    apprise says only whether it worked; the status that a service refused with stands in what it would have logged.
    """
    apprise = _library()
    service = _service(apprise, options)
    name = _name(service)
    sender = apprise.Apprise(asset=service.asset)
    sender.add(service)
    title = inert(message.subject)
    # Where only Markdown is understood, as by Teams, a bare address would be no link and a line break no break.
    rich = service.notify_format == apprise.NotifyFormat.MARKDOWN
    result = sender.notify(
        title=title,
        body=body_of(message, service.body_maxlen - _length(title) - _BESIDE_TITLE, markdown=rich),
        body_format=apprise.NotifyFormat.MARKDOWN if rich else apprise.NotifyFormat.TEXT,
        notify_type=_kind(apprise, message),
        interpret_escapes=False,
        log_level=logging.WARNING,
    )
    if result:
        return f"{name} took it"
    raise _failure(name, " ".join(entry.message for entry in result.logs()))


def probe(options: Options) -> str:
    """Read the address. Nothing is asked: the services behind apprise offer no look that posts nothing."""
    name = _name(_service(_library(), options))
    return f"the url is one of {name}; only `emberwatch alert --test {options.id}` shows if it is taken there"


def _library() -> ModuleType:
    """apprise, loaded when the first message goes its way; DeliveryError when it is not installed."""
    try:
        import apprise
    except ImportError:
        raise DeliveryError(
            "the package apprise is missing: install it with pip install 'apprise>=2.2'", permanent=True
        ) from None
    _quieten()
    return apprise


def _quieten() -> None:
    """They log addresses, which are secrets here: what went wrong we learn from the result, by a handler of its own."""
    logger = logging.getLogger("apprise")
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    if not logger.handlers:  # without any, Python would print warnings itself
        logger.addHandler(logging.NullHandler())
    logging.getLogger("urllib3").setLevel(logging.WARNING)


def _service(apprise: ModuleType, options: Options) -> Any:
    """The service of the address, set so that it asks once, follows no redirect, and cuts what is too long."""
    seconds = options.timeout.total_seconds()
    asset = apprise.AppriseAsset(
        app_id="Emberwatch",
        app_desc="Emberwatch",
        app_url="",
        async_mode=False,
        http_redirects=False,
        allow_templates=False,  # a text is never a template
        interpret_emojis=False,
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        service_timeout=seconds * _STEPS,
        pgp_autogen=False,  # no keys are made and written unasked
        pem_autogen=False,
    )
    service = apprise.Apprise.instantiate(options.url.get_secret_value(), asset=asset, suppress_exceptions=True)
    if service is None:
        raise DeliveryError("apprise does not understand the url: compare it with its list of services", permanent=True)
    service.socket_connect_timeout = service.socket_read_timeout = seconds
    service.retry = 0  # the outbox retries, with its own back-off
    service.redirects = False
    service.overflow_mode = apprise.OverflowMode.TRUNCATE
    return service


def _name(service: Any) -> str:
    return one_line(str(service.service_name))[:80]


def _kind(apprise: ModuleType, message: Message) -> Any:
    """The colour or sign that a service gives a message."""
    kinds = apprise.NotifyType
    if message.kind in _GOOD_NEWS:
        return kinds.SUCCESS
    worst = {Severity.WATCH: kinds.INFO, Severity.HIGH: kinds.WARNING, Severity.CRITICAL: kinds.FAILURE}
    return kinds.INFO if message.kind in ("report", "digest", "test") else worst[message.severity]


def _failure(name: str, logged: str) -> DeliveryError:
    """Only numbers are taken from the log: its words may hold parts of the address."""
    codes = [int(code) for code in re.findall(r"\berror=(\d{3})\b", logged)]
    if not codes:
        return DeliveryError(f"{name} cannot be reached or did not take it", permanent=False)
    code = codes[-1]
    if 400 <= code < 500 and code not in _PASSING:
        return DeliveryError(f"{name} answered {code}: check the url of the channel", permanent=True)
    return DeliveryError(f"{name} answered {code}", permanent=False)


def body_of(message: Message, room: int, *, markdown: bool = False) -> str:
    """The message in lines of text, the most needed first, in `room` UTF-16 units; no address is halved."""
    lines: list[str] = []
    gap = "\n\n" if markdown else "\n"
    for line, may_be_cut in _lines(message, markdown):
        left = room - sum(_length(one) + len(gap) for one in lines)
        if _length(line) <= left:
            lines.append(line)
        elif may_be_cut and left >= _LEAST:
            lines.append(_fitted(line, left))
    return gap.join(lines)


def _lines(message: Message, markdown: bool) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it may be cut. The first thing that readers can do comes early, the others at the end."""
    yield inert(message.sentence), True
    if message.next_step:
        yield inert(f"Next: {message.next_step}"), True
    if message.link:
        yield _link("Open in Emberwatch", message.link, markdown), False
    yield from _ways(message.links[:1], markdown)
    yield from _told(message, markdown)
    yield from _ways(message.links[1:], markdown)


def _told(message: Message, markdown: bool) -> Iterator[tuple[str, bool]]:
    """The news itself: a report is told in brief, by its quotes and figures."""
    if message.sections and message.kind != "report":
        for section in message.sections:
            yield inert(section.title), True
            yield from ((f"• {inert(in_line(row))}", True) for row in section.rows)
            yield from _quotes(section.quotes, markdown)
        return
    yield from _quotes(message.quotes, markdown)
    for label, value in message.facts:
        yield inert(f"{label}: {value}"), True


def _ways(links: tuple[Link, ...], markdown: bool) -> Iterator[tuple[str, bool]]:
    for link in links:
        label = inert(link.label)
        yield _link(label, link.url, markdown) if markdown else f"{label}: {address(link.url)}", False


def _quotes(quotes: tuple[Quote, ...], markdown: bool) -> Iterator[tuple[str, bool]]:
    for quote in quotes:
        yield inert(_quoted(quote)), True
        if quote.url:
            yield _link("Read it there", quote.url, markdown), False


def _link(label: str, url: str, markdown: bool) -> str:
    return f"[{label}]({address(url)})" if markdown else address(url)


def _quoted(quote: Quote) -> str:
    where = ", ".join(filter(None, (quote.author, quote.source)))
    return f"“{one_line(quote.text)}” – {where}"


def inert(text: str) -> str:
    """One line that no service reads as markup, as a mention of people or as a link.

    Services differ in what they read (Markdown, mrkdwn, HTML), apprise escapes for some of them only, and a backslash
    would be seen at the others: signs of emphasis give way to their look-alikes, others are kept apart by an invisible
    sign. A low line within a word is no markup anywhere and stays.
    """
    text = one_line(text).translate(_TWINS)
    text = re.sub(r"(?<![^\W_])_|_(?![^\W_])", _LOW_LINE, text)
    text = re.sub(r"([<@\[])(?=\S)|(&)(?=[#\w])", rf"\g<0>{_JOINER}", text)
    text = re.sub(r"\](?=[(\[:])", f"]{_JOINER}", text)
    text = re.sub(r"://", f":{_JOINER}//", text)
    return re.sub(r"^(?=[#>+=-]|\d+[.)])", _JOINER, text)


def address(url: str) -> str:
    """An address in which no service reads markup or a mention; percent signs lead to the same page (RFC 3986)."""
    return re.sub(r"[@*~()\[\]'!|]", lambda match: f"%{ord(match[0]):02X}", url)


def _length(text: str) -> int:
    """In UTF-16 units: the largest that a service may count."""
    return len(text.encode("utf-16-le", "replace")) // 2


def _fitted(text: str, room: int) -> str:
    limit = room
    while _length(cut := clip(text, limit)) > room:
        limit -= max(1, _length(cut) - room)
    return cut
