"""What is told to people: messages, their parts and what goes with them."""

from dataclasses import dataclass
from datetime import datetime

from monitor.facts.episodes import Severity


@dataclass(frozen=True, slots=True)
class Quote:
    """One mention as shown in a message. Text from outside: renderers must escape it."""

    text: str
    author: str
    source: str
    language: str
    url: str
    negative: float
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a section; `beside` is what it is compared with, `tone` is `good`, `bad` or `plain` news."""

    label: str
    value: str = ""
    beside: str = ""
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a long message under its own heading."""

    title: str
    rows: tuple[Row, ...]
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message, where the channel takes files."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """What a long message says in a mail, made ready by its writer: HTML in which texts from outside are escaped.

    `first` is what everybody should read, `rest` the details; the plain ones say the same.
    """

    first: str
    rest: str
    plain_first: str
    plain_rest: str


@dataclass(frozen=True, slots=True)
class Link:
    """Something that a reader can do at once: a page with a button, for opening it changes nothing."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be told to one channel; notifiers turn it into their own form and escape it.

    `facts` are the whole of it in brief. `sections` (reports have them) say more, for channels with room: they stand
    in the place of facts and quotes. A `body` (reports have one) says still more, for mail only, in the
    place of them all.
    """

    key: str  # idempotency key, the same on every retry; e-mail makes its Message-ID of it
    thread: str  # messages of one incident share it
    subject: str
    severity: Severity
    kind: str  # a ChangeKind, `escalated`, `reminder`, `several`, `overdue`, `digest`, `report`, `test` or `operator`
    brand: str
    sentence: str
    facts: tuple[tuple[str, str], ...]  # label and value, in order
    quotes: tuple[Quote, ...]
    link: str  # the page of the dashboard, "" when unknown
    next_step: str
    at: datetime
    sections: tuple[Section, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    only_for: tuple[str, ...] = ()  # recipients who still wait for it, when others have it; empty: all of the channel
    links: tuple[Link, ...] = ()  # acknowledge it, take it, say if it was useful; signed, and made when it is sent
    items: tuple[str, ...] = ()  # keys of the messages that this one stands for; empty: it stands for itself
    body: Body | None = None
    ref: str = ""  # the receiver's own id of the thread's first message, where there is one and it was told
