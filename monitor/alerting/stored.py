"""Keeps a message as JSON in the outbox, and reads it back."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from monitor.alerting import overdue
from monitor.errors import MonitorError
from monitor.facts import Link, Message, Quote, Row, Section, Severity

_WITH_LINKS = (overdue.KIND,)
"""Kinds whose links are addresses of pages that anybody may know, and do nothing."""


def to_dict(message: Message) -> dict[str, Any]:
    """The message as JSON can hold it, without files, body and links that act: those are made when it is sent."""
    data = asdict(replace(message, attachments=(), links=(), body=None))
    for name in ("attachments", "links", "body", "only_for", "ref"):
        del data[name]
    if message.kind in _WITH_LINKS:
        data["links"] = [asdict(link) for link in message.links]
    data["at"] = message.at.isoformat()
    data["quotes"] = [_quote_to_dict(quote) for quote in message.quotes]
    data["sections"] = [
        asdict(replace(section, quotes=())) | {"quotes": [_quote_to_dict(quote) for quote in section.quotes]}
        for section in message.sections
    ]
    return data


def _quote_to_dict(quote: Quote) -> dict[str, Any]:
    return asdict(quote) | {"published_at": quote.published_at.isoformat()}


def from_dict(data: dict[str, Any]) -> Message:
    """The inverse of `to_dict`, also after a round trip through JSON; MonitorError when another version wrote it."""
    try:
        return _from_dict(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MonitorError(
            f"the message was stored by another version and cannot be read ({type(error).__name__})"
        ) from error


def _from_dict(data: dict[str, Any]) -> Message:
    return Message(
        **{
            **data,
            "severity": Severity(data["severity"]),
            "facts": tuple((label, value) for label, value in data["facts"]),
            "quotes": tuple(_quote_from_dict(quote) for quote in data["quotes"]),
            "at": datetime.fromisoformat(data["at"]),
            "sections": tuple(_section_from_dict(section) for section in data.get("sections", ())),
            "only_for": tuple(data.get("only_for", ())),
            "items": tuple(data.get("items", ())),
            "links": tuple(Link(**link) for link in data.get("links", ())),
        }
    )


def _quote_from_dict(data: dict[str, Any]) -> Quote:
    return Quote(**{**data, "published_at": datetime.fromisoformat(data["published_at"])})


def _section_from_dict(data: dict[str, Any]) -> Section:
    rows, quotes = data["rows"], data["quotes"]
    return Section(data["title"], tuple(Row(**row) for row in rows), tuple(_quote_from_dict(quote) for quote in quotes))
