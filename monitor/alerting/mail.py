"""What is in a mail: the same words as text and as HTML, and files; encoded so that every try gives the same bytes."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from email.message import EmailMessage
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from monitor.alerting.rows import in_line
from monitor.alerting.text import direction
from monitor.facts import Message, Quote, Severity

LARGEST_PAGE = 102_000
"""Bytes; Gmail cuts what is longer. A body that is too long makes way for the sections."""
TEMPLATES = Path(__file__).parent / "templates"
_CALM = {
    "calmed": "#1b6e3c", "resolved": "#1b6e3c", "dismissed": "#1b6e3c", "report": "#c8441b", "digest": "#c8441b",
    "test": "#4a5568",
}  # fmt: skip
"""Colours of messages that are no trouble, by kind."""
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_RTL_RUN = re.compile(f"([{_RTL}](?:[^{_RTL}A-Za-z]*[{_RTL}])*)")
"""From the first letter of a right-to-left script to the last one before a Latin letter."""


def fill(mail: EmailMessage, message: Message) -> None:
    """Put the message into a mail that has headers only."""
    plain, page = _written(message)
    if message.body is not None and len(page.encode("utf-8", "replace")) > LARGEST_PAGE:
        plain, page = _written(replace(message, body=None))
    mail.set_content(plain, cte=_encoding(plain))
    mail.add_alternative(page, subtype="html", cte=_encoding(page))
    for file in message.attachments:
        maintype, _, subtype = file.media_type.partition("/")
        words = {"charset": "utf-8"} if maintype == "text" else None
        mail.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=file.name, params=words)
    _fix_boundaries(mail, message.key)


def _written(message: Message) -> tuple[str, str]:
    """The words as text and as HTML."""
    template, shown = _template(message), _shown(message)
    plain = _templates().get_template(f"{template}.txt.j2").render(shown)
    return plain, _templates().get_template(f"{template}.html.j2").render(shown)


def _template(message: Message) -> str:
    if not message.sections:
        return "alert"
    return "report" if message.kind == "report" else "several"


def _encoding(text: str) -> str:
    """Never 8-bit, which some servers refuse; base64 where more than every sixth byte would need three in the other."""
    size = len(text.encode("utf-8", "replace"))
    return "base64" if (size - sum(char.isascii() for char in text)) * 6 > size else "quoted-printable"


def _fix_boundaries(mail: EmailMessage, key: str) -> None:
    """Boundaries made of the key. No text can hold one: `=_` stands in none of the two encodings (RFC 2045, 6.7)."""
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary("=_" + hashlib.sha256(f"{number}:{key}".encode("utf-8", "replace")).hexdigest()[:40])


def _shown(message: Message) -> dict[str, object]:
    """What the templates show; the HTML ones escape it."""
    return {
        "message": message,
        "accent": _accent(message),
        "quotes": _quotes(message.quotes),
        "sections": [
            {"title": section.title, "rows": section.rows, "quotes": _quotes(section.quotes)}
            for section in message.sections
        ],
        "at": f"{message.at:%d %B %Y %H:%M %Z}",
    }


def _accent(message: Message) -> str:
    """The colour of the edge and of the first button: white on it is read with ease (WCAG 2.2, contrast 4.5)."""
    if message.kind in _CALM:
        return _CALM[message.kind]
    return {Severity.WATCH: "#8a6100", Severity.HIGH: "#b3261e", Severity.CRITICAL: "#7a0010"}[message.severity]


def isolated(text: str) -> Markup:
    """The text as HTML, in which words written from right to left do not turn around what stands beside them."""
    parts = [f"<bdi>{escape(part)}</bdi>" if i % 2 else escape(part) for i, part in enumerate(_RTL_RUN.split(text))]
    return Markup("").join(map(Markup, parts))


def _quotes(quotes: Iterable[Quote]) -> list[dict[str, str]]:
    return [
        {
            "text": quote.text,
            "where": ", ".join(filter(None, (quote.author, quote.source, f"{quote.published_at:%d %b %H:%M}"))),
            "url": quote.url,
            "dir": direction(quote.text, quote.language),
        }
        for quote in quotes
    ]


@cache
def _templates() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=jinja2.select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"isolated": isolated, "in_line": in_line}
    return made
