"""Reads the small things of pages: text out of HTML, times, ratings and addresses."""

import ipaddress
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import html_text
from dateparser.date import DateDataParser

from monitor.edge import ANONYMOUS, is_web_address
from monitor.facts import Precision
from monitor.web import is_public

LONGEST_HTML = 200_000
LONGEST_DATE = 60
LONGEST_RATING = 60
DATE_LANGUAGES = ["en", "es", "fr", "de", "pt", "it", "nl", "pl", "tr", "ru", "ar", "ur", "hi", "te", "fil", "id"]
PORTS = {"http": 80, "https": 443}
MOST_WRAPPINGS = 3
PRIVATE_ENDS = frozenset({"localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa", "onion"})
TRACKING = frozenset(
    {
        "_hsenc", "_hsmi", "dclid", "fbclid", "gad_source", "gbraid", "gclid", "gclsrc", "guccounter", "igsh", "igshid",
        "mc_cid", "mc_eid", "mkt_tok", "msclkid", "ncid", "oly_anon_id", "oly_enc_id", "s_cid", "srsltid", "ttclid",
        "twclid", "vero_id", "wbraid", "wickedid", "xtor", "yclid",
    }
)  # fmt: skip
"""Parameters that say where a reader came from, in lower case, and no more."""
TRACKING_FAMILIES = ("utm_", "at_campaign", "at_medium", "at_custom", "pk_campaign", "pk_kwd", "mtm_", "matomo_")

_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML does not allow: the parser takes it and then fails while it cleans."""
_MARKUP = re.compile(r"<[a-zA-Z!/]|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
_EMOJI = re.compile(r"(?:^|\s)(?:emoji|wp-smiley|emojione|twemoji)(?:\s|$)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SLASHED = re.compile(r"(?:^|\s)\d{1,2}[/.]\d{1,2}[/.]\d{2,4}")
_CLOCK = re.compile(r"\d:\d\d")
_MAIL_DATE = re.compile(r"(?:[A-Za-z]{3},\s*)?\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d{2}:\d{2}(?::\d{2})?\s+[A-Z+-]")
_GOOGLE = re.compile(r"(?:www\.)?google\.(?:com|(?:com?\.)?[a-z]{2})")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_RATING = re.compile(r"\s*(-?\d+(?:[.,]\d+)?)\s*(%|(?:/|out\s+of|of)\s*(\d+(?:[.,]\d+)?))?\s*(?:stars?|★)?\s*", re.I)


def html_to_text(html: str) -> str:
    """The readable text of a piece of HTML, with the emoji that stand in it as pictures; plain text stays as it is."""
    if not _MARKUP.search(html):
        return html.strip()
    tree = html_text.parse_html(_UNREADABLE.sub(" ", html[:LONGEST_HTML]))
    if tree is None:
        return ""
    for image in list(tree.iter("img")):
        _say_emoji(image)
    return str(html_text.extract_text(tree)).strip()


def _say_emoji(image: Any) -> None:
    alt = image.get("alt") or ""
    named = _EMOJI.search(image.get("class") or "") or (0 < len(alt) <= 8 and not alt.isascii())
    parent = image.getparent()
    if not alt or not named or parent is None:
        return
    text = image.makeelement("span")
    text.text, text.tail = alt, image.tail
    parent.replace(image, text)


def parse_time(value: object, now: datetime) -> tuple[datetime | None, Precision]:
    """A time as pages write it, aware, with how exact it is; (None, UNKNOWN) when it is none.

    "2 days ago" is counted from `now`, when the page was read; a time without zone is taken as UTC.
    """
    text = str(value).strip() if isinstance(value, str | int | float) else ""
    if not text or len(text) > LONGEST_DATE:
        return None, Precision.UNKNOWN
    for read in (_read_iso, _read_number, _read_mail_date):
        moment = read(text)
        if moment is not None:
            return moment, Precision.DAY if _DAY.fullmatch(text) else Precision.SECOND
    return _read_words(text, now)


def _read_iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:
        return None


def _read_number(text: str) -> datetime | None:
    """Seconds or milliseconds since 1970."""
    if not re.fullmatch(r"\d{10}(?:\d{3})?(?:\.\d+)?", text):
        return None
    number = float(text)
    return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)


def _read_mail_date(text: str) -> datetime | None:
    if not _MAIL_DATE.match(text):  # the reader below takes "10:30 PM" for half past ten in the morning
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):  # the last one for a zone that is years away
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read_words(text: str, now: datetime) -> tuple[datetime | None, Precision]:
    settings: dict[str, Any] = {
        "TIMEZONE": "UTC",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "RELATIVE_BASE": now.astimezone(UTC).replace(tzinfo=None),
        "PREFER_DATES_FROM": "past",
        "REQUIRE_PARTS": [] if not _SLASHED.search(text) else ["day", "month", "year"],
    }
    try:
        found = DateDataParser(languages=DATE_LANGUAGES, settings=settings).get_date_data(text)
        moment = found.date_obj.astimezone(UTC) if found is not None and found.date_obj is not None else None
    except OverflowError:  # before the year 1 or after 9999, counted in UTC
        moment = None
    if moment is None:
        return None, Precision.UNKNOWN
    exact = _CLOCK.search(text) is not None  # "3 hours ago" moves with every look, so it tells the day only
    return moment, Precision.SECOND if exact else Precision.DAY


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating with its scale; None where the scale is not known."""

    value: float
    worst: float | None
    best: float | None


def parse_rating(value: object, worst: object = None, best: object = None) -> Rating | None:
    """`4`, `"4,5"`, `"80%"`, `"4/5"`, `"4 out of 5 stars"` with the scale given beside it; None when it is no number.

    Without a scale 1 to 5 is meant (schema.org's default), unless the value does not fit in there.
    """
    text = str(value) if isinstance(value, str | int | float) else ""
    match = _RATING.fullmatch(text) if len(text) <= LONGEST_RATING else None
    if match is None:
        return None
    number, low, high = _number(match[1]), _number(worst), _number(best)
    if number is None:
        return None
    if match[2] == "%":
        return Rating(number, 0.0, 100.0)
    high = _number(match[3]) if match[3] else high
    if high is None and 1 <= number <= 5:
        high = 5.0
    if low is None and high is not None:
        low = 1.0 if number >= 1 and high > 1 else 0.0
    return Rating(number, low, high)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(str(value).strip().replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def host_of(url: str) -> str:
    """The host that a place's ids belong to: with its port unless that is the usual one."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    return host if parts.port in (None, PORTS.get(parts.scheme)) else f"{host}:{parts.port}"


def absolute(base: str, link: object) -> str:
    """A link made whole; "" when it is not one of the web."""
    if not isinstance(link, str) or not link.strip():
        return ""
    try:
        url = urljoin(base, link.strip())
    except ValueError:
        return ""
    return url if is_web_address(url) else ""


def same_host(one: str, other: str) -> bool:
    return host_of(one) == host_of(other)


def page_of(url: str) -> str:
    """The address without its fragment."""
    return urldefrag(url).url


def unwrap(url: str) -> str:
    """The address behind a link of Google Alerts (`https://www.google.com/url?…&url=REAL&…`), also a wrapped one.

    What is no address of the public web stays wrapped: nobody shall be led into their own network.
    """
    for _ in range(MOST_WRAPPINGS):
        inside = _wrapped(url)
        if not inside:
            break
        url = inside
    return url


def _wrapped(url: str) -> str:
    """The address that a link of Google's leads to; "" when it is none, or not one to be led to."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if not _GOOGLE.fullmatch(host) or parts.path.rstrip("/") != "/url":
        return ""
    query = parse_qs(parts.query)
    found = (value.strip() for name in ("url", "q") for value in query.get(name, []))
    return next((value for value in found if is_web_address(value) and _is_public_host(value)), "")


def _is_public_host(url: str) -> bool:
    """Whether the host, as far as its name tells, is one of the public web; numbers in any notation are addresses."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return is_public(ipaddress.ip_address(host))
    except ValueError:
        end = host.rpartition(".")[2]
        return "." in host and end not in PRIVATE_ENDS and not _NUMBER.fullmatch(end)


def canonical(url: str) -> str:
    """The address without what only tells where a reader came from; all else stays byte for byte.

    It is the identity of texts that have no id: the same article must not come again under each campaign's link.
    """
    page, mark, fragment = url.partition("#")
    start, _, query = page.partition("?")
    told = query.split("&")
    kept = [part for part in told if not _is_tracking(part.partition("=")[0])]
    if len(kept) < len(told):
        page = f"{start}?{'&'.join(kept)}" if kept else start
    return page if _is_tracking(fragment.partition("=")[0]) else page + mark + fragment


def _is_tracking(name: str) -> bool:
    name = name.lower()
    return name in TRACKING or name.startswith(TRACKING_FAMILIES)


def is_anonymous(name: str) -> bool:
    """Whether a name says nothing about who wrote."""
    return name.strip().casefold() in ANONYMOUS
