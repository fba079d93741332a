"""Reads one mail as it lies in a mailbox: who wrote it, when, what it answers, and the words of its sender."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

import html_text

from monitor.doors.quoting import written

LONGEST_HTML = 200_000
MOST_PARTS = 200
LATE = timedelta(days=7)
"""A mail server tries for five days; a mail that came later than this after its date was not sent then."""
AHEAD = timedelta(minutes=10)
"""What a sender's clock may run ahead."""

_ID = re.compile(r"<([^<>\s]{1,500})>")
_PREFIX = re.compile(r"^\s*(?:(?:re|aw|sv|vs|antw|rif|res|tr|wg|fwd?|enc)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AUTOMATIC_SENDERS = ("mailer-daemon", "postmaster", "bounce", "bounces")
_NOT_OWN = (
    "//blockquote|//style|//script|//title|//*[contains(concat(' ', normalize-space(@class), ' '), ' gmail_quote ')]"
    "|//*[contains(@class, 'gmail_signature') or contains(@class, 'moz-signature')"
    " or contains(@class, 'moz-cite-prefix') or contains(@class, 'yahoo_quoted')"
    " or contains(@class, 'protonmail_quote') or contains(@class, 'gmail_attr')]"
    "|//*[@id='appendonsend' or @id='divRplyFwdMsg' or @id='Signature' or @id='ms-outlook-mobile-signature']"
)
"""What mail programs put around that which their user did not write."""
_AND_ALL_BELOW = ("appendonsend", "divRplyFwdMsg")
"""Outlook marks where the answered mail begins, not where it ends: all that follows is not of the sender."""


class Unreadable(Exception):
    """A mail that is no mention; the reason is the name of a counter."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail. `id` is its Message-ID, or a hash where it has none; `parent` and `root` are such ids, "" when absent."""

    id: str
    parent: str
    root: str
    sender: str  # address, in lower case
    name: str
    recipients: frozenset[str]  # addresses, in lower case
    subject: str
    text: str
    sent_at: datetime
    automatic: bool  # an absence note, a bounce, or what a program sends of itself


def read_letter(raw: bytes, kept_at: datetime) -> Letter:
    """Read a mail (or the beginning of one) that the mailbox keeps since that time; Unreadable says why it cannot be.

    The Date that the sender claims counts unless it lies after the mail came, or weeks before.
    """
    try:
        return _read(message_from_bytes(raw), kept_at)
    except RecursionError as error:  # parts within parts, or brackets within brackets of an address
        raise Unreadable("mail nested too deep") from error


def _read(message: Message, kept_at: datetime) -> Letter:
    text = _text(message)
    senders = _addresses(message, "From") or _addresses(message, "Sender")
    sender, name = senders[0] if senders else ("", "")
    if not text:
        raise Unreadable("mail without words of its sender" if _has_readable(message) else "mail without a text")
    sent_at = _sent_at(message, kept_at)
    subject = _PREFIX.sub("", _words(message.get("Subject")))
    parents, roots = _ids(message, "In-Reply-To"), _ids(message, "References")
    parent = next(iter(parents or roots[-1:]), "")
    return Letter(
        id=next(iter(_ids(message, "Message-ID")), "") or _hash(sender, str(message.get("Date", "")), subject, text),
        parent=parent,
        root=next(iter(roots), parent),
        sender=sender,
        name=name,
        recipients=frozenset(address for field in ("To", "Cc") for address, _ in _addresses(message, field)),
        subject=subject,
        text=text,
        sent_at=sent_at,
        automatic=_is_automatic(message, sender),
    )


def _hash(*values: str) -> str:
    return "sha256:" + hashlib.sha256("\0".join(values).encode("utf-8", "replace")).hexdigest()


def _words(value: Any) -> str:
    """A header as people read it: RFC 2047 words decoded, bytes of no known charset as well as can be."""
    if value is None:
        return ""
    try:
        pairs = decode_header(value)
    except (HeaderParseError, ValueError):
        pairs = [(str(value), None)]
    words = "".join(part if isinstance(part, str) else _decoded(part, charset) for part, charset in pairs)
    return " ".join(_UNREADABLE.sub("", words).split())


def _decoded(data: bytes, charset: str | None) -> str:
    """Bytes in the charset that they claim, else in UTF-8, else in the one of Western Windows programs."""
    for name in (charset, "utf-8"):
        try:
            return data.decode(name or "utf-8")
        except (LookupError, ValueError):  # ValueError: not in that charset, or a name with a zero byte
            continue
    return data.decode("cp1252", "replace")


def _addresses(message: Message, field: str) -> list[tuple[str, str]]:
    """(address in lower case, name) of a header; the address is "" when it is none."""
    headers = [str(value) for value in message.get_all(field, [])]
    found = getaddresses([_UNREADABLE.sub("", header.replace("\n", " ")) for header in headers[:20]])
    return [(address.strip().lower() if "@" in address else "", _words(name)) for name, address in found[:200]]


def _ids(message: Message, field: str) -> list[str]:
    return _ID.findall(" ".join(str(value) for value in message.get_all(field, [])[:5])[:20_000])


def _is_automatic(message: Message, sender: str) -> bool:
    submitted = str(message.get("Auto-Submitted", "no")).strip().lower()
    answered = str(message.get("Precedence", "")).strip().lower() == "auto_reply" or "X-Autoreply" in message
    report = message.get_content_type() == "multipart/report"
    return submitted != "no" or answered or report or sender.partition("@")[0] in _AUTOMATIC_SENDERS


def _sent_at(message: Message, kept_at: datetime) -> datetime:
    """When it was sent; a mailbox that was moved keeps every mail since the move, so what servers noted goes first."""
    received = [str(value).rpartition(";")[2] for value in message.get_all("Received", [])[:1]]
    delivered = next((at for at in map(_time, received) if at and at <= kept_at + AHEAD), None)
    claim = _time(str(message.get("Date", "")))
    came = min(delivered or kept_at, kept_at)
    if claim is None or claim > came + AHEAD or (delivered is not None and claim < delivered - LATE):
        return came
    return min(claim, kept_at)


def _time(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text.strip())
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC) if aware.year > 1990 else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _readable_parts(message: Message) -> list[Message]:
    """The parts that are meant to be read, in order; not the attached files."""
    parts: list[Message] = []
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            break
        if part.get_content_maintype() == "text" and not part.get_filename() and not part.is_multipart():
            parts.append(part)
    return [part for part in parts if part.get_content_disposition() != "attachment"]


def _has_readable(message: Message) -> bool:
    return any(_payload(part).strip() for part in _readable_parts(message))


def _text(message: Message) -> str:
    """What the sender wrote, from the plain parts, or from the HTML ones when those say nothing."""
    parts = _readable_parts(message)
    plain = [_unflowed(part) for part in parts if part.get_content_type() != "text/html"]
    text = written("\n\n".join(words for words in plain if words.strip()))
    if text:
        return text
    pages = (_payload(part) for part in parts if part.get_content_type() == "text/html")
    return "\n\n".join(words for words in map(_text_of_html, pages) if words)


def _payload(part: Message) -> str:
    payload = part.get_payload(decode=True)
    charset = part.get_content_charset()
    return _UNREADABLE.sub("", _decoded(payload, charset)) if isinstance(payload, bytes) else ""


def _unflowed(part: Message) -> str:
    """Plain text with its paragraphs whole, where the mail program says that it broke them (RFC 3676)."""
    text = _payload(part).replace("\r\n", "\n")
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    joint = "" if str(part.get_param("delsp", "")).lower() == "yes" else " "
    return re.sub(r"(?m)^(?!>|-- $)(.*\S) \n(?!>|-- \n|\s)", rf"\1{joint}", text)


def _text_of_html(html: str) -> str:
    tree = html_text.parse_html(html[:LONGEST_HTML]) if html.strip() else None
    if tree is None:
        return ""
    whole = str(html_text.extract_text(tree))
    for node in tree.xpath(_NOT_OWN):
        _take_out(node)
    return written(str(html_text.extract_text(tree))) or written(whole)


def _take_out(node: Any) -> None:
    parent = node.getparent()
    if parent is None:
        return
    if node.get("id") in _AND_ALL_BELOW:
        for below in list(node.itersiblings()):
            parent.remove(below)
        node.tail = None
    node.drop_tree() if hasattr(node, "drop_tree") else parent.remove(node)
