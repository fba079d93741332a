"""Takes out of a message by what a customer can be reached, before it leaves for any channel."""

from collections.abc import Callable
from dataclasses import replace

from monitor.facts import Message, Quote, Row, Section


def redacted(message: Message, redact: Callable[[str], str]) -> Message:
    """The message with all its words redacted; its addresses, key and files are as they were.

    Files and the body of a report are made of figures that were redacted before.
    """
    return replace(
        message,
        subject=redact(message.subject),
        sentence=redact(message.sentence),
        facts=tuple((label, redact(value)) for label, value in message.facts),
        quotes=tuple(redacted_quote(quote, redact) for quote in message.quotes),
        next_step=redact(message.next_step),
        sections=tuple(_section(section, redact) for section in message.sections),
    )


def redacted_quote(quote: Quote, redact: Callable[[str], str]) -> Quote:
    """A quote by its words and the name beside them."""
    return replace(quote, text=redact(quote.text), author=redact(quote.author))


def _section(section: Section, redact: Callable[[str], str]) -> Section:
    rows = tuple(
        Row(redact(row.label), redact(row.value), redact(row.beside), row.tone) for row in section.rows
    )  # fmt: skip
    return replace(section, rows=rows, quotes=tuple(redacted_quote(quote, redact) for quote in section.quotes))
