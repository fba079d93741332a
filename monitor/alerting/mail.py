"""What is in a mail: the same words as text and as HTML, and files; encoded so that every try gives the same bytes."""

import hashlib
from collections.abc import Iterable
from email.message import EmailMessage
from functools import cache
from pathlib import Path

import jinja2

from monitor.alerting.text import direction
from monitor.facts import Message, Quote

TEMPLATES = Path(__file__).parent / "templates"


def fill(mail: EmailMessage, message: Message) -> None:
    """Put the message into a mail that has headers only."""
    template = "report" if message.sections else "alert"
    shown = _shown(message)
    plain = _templates().get_template(f"{template}.txt.j2").render(shown)
    page = _templates().get_template(f"{template}.html.j2").render(shown)
    mail.set_content(plain, cte=_encoding(plain))
    mail.add_alternative(page, subtype="html", cte=_encoding(page))
    for file in message.attachments:
        maintype, _, subtype = file.media_type.partition("/")
        words = {"charset": "utf-8"} if maintype == "text" else None
        mail.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=file.name, params=words)
    _fix_boundaries(mail, message.key)


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
        "quotes": _quotes(message.quotes),
        "sections": [
            {"title": section.title, "rows": section.rows, "quotes": _quotes(section.quotes)}
            for section in message.sections
        ],
        "at": f"{message.at:%d %B %Y %H:%M %Z}",
    }


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
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=jinja2.select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
