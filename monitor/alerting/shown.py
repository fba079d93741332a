"""Makes a message safe to hand to any notifier: clean text of bounded length, and addresses people may open."""

import re
from dataclasses import replace

from monitor.alerting.text import clean, clip, one_line, web_address
from monitor.facts import Attachment, Link, Message, Quote, Row, Section

MAX_QUOTES = 3
QUOTE_LENGTH = 280  # code points; enough to judge a complaint, short enough for a phone
SUBJECT_LENGTH = 150  # Slack's headers take no more, mail programs show less
SENTENCE_LENGTH = 1000
LABEL_LENGTH = 80
VALUE_LENGTH = 300
MAX_FACTS = 20
MAX_SECTIONS = 12
MAX_ROWS = 15
MAX_LINKS = 5
MAX_ATTACHED = 5_000_000  # bytes of all files together; mail servers take 10 MB and more, after a third is added
ENOUGH = 10_000  # code points looked at; no text that is shown is longer, and cleaning more only costs time
_LOOKED_AT = 16  # times as many as are shown, of a line
_FILE_NAME = re.compile(r"[^A-Za-z0-9._-]")


def presentable(message: Message) -> Message:
    """The message with clean text of bounded length and safe addresses only, as all notifiers get it.

    What is markup in a notifier's own form (HTML, `&<>` for Slack) is still text here: escaping it is their part.
    """
    return replace(
        message,
        subject=_line(message.subject, SUBJECT_LENGTH),
        brand=_line(message.brand, LABEL_LENGTH),
        sentence=clip(clean(message.sentence[:ENOUGH]), SENTENCE_LENGTH),
        facts=tuple(
            (_line(label, LABEL_LENGTH), _line(value, VALUE_LENGTH)) for label, value in message.facts[:MAX_FACTS]
        ),
        quotes=tuple(_presentable_quote(quote) for quote in message.quotes[:MAX_QUOTES]),
        link=web_address(message.link),
        next_step=_line(message.next_step, VALUE_LENGTH),
        sections=tuple(_presentable_section(section) for section in message.sections[:MAX_SECTIONS]),
        attachments=_within_size(message.attachments),
        links=_presentable_links(message.links),
    )


def _presentable_links(links: tuple[Link, ...]) -> tuple[Link, ...]:
    kept = [Link(_line(link.label, LABEL_LENGTH), web_address(link.url)) for link in links]
    return tuple(link for link in kept if link.label and link.url)[:MAX_LINKS]


def _presentable_section(section: Section) -> Section:
    return replace(
        section,
        title=_line(section.title, LABEL_LENGTH),
        rows=tuple(_presentable_row(row) for row in section.rows[:MAX_ROWS]),
        quotes=tuple(_presentable_quote(quote) for quote in section.quotes[:MAX_QUOTES]),
    )


def _presentable_row(row: Row) -> Row:
    return replace(
        row,
        label=_line(row.label, VALUE_LENGTH),
        value=_line(row.value, LABEL_LENGTH),
        beside=_line(row.beside, VALUE_LENGTH),
    )


def _within_size(files: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """The files in order, as far as all of them together are small enough for a mail server."""
    kept: list[Attachment] = []
    for file in files:
        if sum(len(one.content) for one in (*kept, file)) <= MAX_ATTACHED:
            kept.append(replace(file, name=_FILE_NAME.sub("_", file.name)[-LABEL_LENGTH:]))
    return tuple(kept)


def _presentable_quote(quote: Quote) -> Quote:
    return replace(
        quote,
        text=clip(clean(quote.text[:ENOUGH]), QUOTE_LENGTH) or "(no text)",
        author=_line(quote.author, LABEL_LENGTH),
        source=_line(quote.source, LABEL_LENGTH),
        url=web_address(quote.url),
    )


def _line(text: str, limit: int) -> str:
    return clip(one_line(text[: min(ENOUGH, limit * _LOOKED_AT)]), limit)
