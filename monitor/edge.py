"""The edge: texts of spiders and doors are checked and cleaned here before they are stored, and written as JSON."""

import hashlib
import math
import re
import sys
from collections import Counter
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from monitor.facts import LARGEST_NUMBER, Collected, Engagement, Gone, MediaFile, Precision

LONGEST_TEXT = 20_000
LONGEST_TITLE = 500
LONGEST_NAME = 200
LONGEST_URL = 2_000
LONGEST_ID = 512
MOST_MEDIA = 20
FIRST_YEAR = 1995
"""Older dates are defaults of broken software (1970-01-01, 0001-01-01), not times of public posts."""
LAST_YEAR = 9000
ANONYMOUS = frozenset(
    {
        "",
        "-",
        "?",
        "a customer",
        "a google user",
        "anon",
        "anonym",
        "anonymous",
        "anonymous user",
        "customer",
        "guest",
        "n/a",
        "unknown",
    }
)
"""Names that many people share: to take them for one author would hide how many there are."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,4})?(?:[/?#]|$)")
_E_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,2}")


class Rejected(Exception):
    """A text that cannot be kept; the reason is the name of a counter."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check(item: object, notes: Counter[str], *, public: bool = True) -> Collected:
    """The text as it may be stored; raises Rejected, and notes what was mended.

    What is `public` stands at a web address; what came by a door (a mail, an answer, a row of a file) may have none.
    """
    if not isinstance(item, Collected):
        raise Rejected("not a text")
    clean = _clean(item) if public else _clean(_without_e_mail(item))
    if not clean.host or not clean.external_id:
        raise Rejected("no id")
    if not is_web_address(clean.url) and (public or clean.url):
        raise Rejected("no web address")
    if not clean.text and not clean.title and clean.rating_value is None:
        raise Rejected("empty")
    return _dated(_rated(clean, notes), notes)


def _without_e_mail(item: Collected) -> Collected:
    """The e-mail address in the place of a name tells persons apart, as a hash, and is kept nowhere."""
    name = item.author_name.strip()[:LONGEST_URL]
    if "@" not in name or not _E_MAIL.search(name):
        return item
    return replace(item, author_ref=item.author_ref or name.lower(), author_name="")


def _clean(item: Collected) -> Collected:
    """Without control characters, within the lengths, and with ids that fit their columns."""
    return replace(
        item,
        host=plain(item.host, 255).lower(),
        external_id=_short_id(item.external_id) or "",
        url=item.url.strip(),
        text=plain(item.text, LONGEST_TEXT),
        title=plain(item.title, LONGEST_TITLE),
        item=plain(item.item, LONGEST_TITLE),
        author_ref=plain(item.author_ref, LONGEST_URL),
        author_name=plain(item.author_name, LONGEST_NAME),
        author_followers=_count(item.author_followers),
        language=_language(item.language),
        media=tuple(_media(item.media)),
        engagement=_engagement(item.engagement),
        parent_ref=_short_id(item.parent_ref),
        root_ref=_short_id(item.root_ref),
        repost_ref=_short_id(item.repost_ref),
        quote_ref=_short_id(item.quote_ref),
    )


def named_alike(gone: Gone) -> Gone:
    """A text that is gone under the very name that it was stored under."""
    return replace(gone, host=plain(gone.host, 255).lower(), external_id=_short_id(gone.external_id) or "")


def plain(text: str, longest: int) -> str:
    """Without control characters and lone surrogates, trimmed, and cut to a length."""
    return _CONTROL.sub("", text).strip()[:longest].rstrip()


def is_web_address(url: str) -> bool:
    if len(url) > LONGEST_URL or not url.startswith(("http://", "https://")) or _CONTROL.search(url):
        return False
    if _PLAIN_ADDRESS.match(url):  # nearly all are, and taking one apart takes long
        return True
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0  # a port that is none raises
    except ValueError:
        return False


def _short_id(ref: str | None) -> str | None:
    if ref is None:
        return None
    ref = _CONTROL.sub("", ref).strip()
    return ref if len(ref) <= LONGEST_ID else "sha256:" + hashlib.sha256(ref.encode()).hexdigest()


def _language(tag: str) -> str:
    return tag[:16] if _LANGUAGE.fullmatch(tag) else ""


def _count(number: int | None) -> int | None:
    """A count that is none is not told; one beyond what every database holds is the most that one can hold."""
    return min(number, LARGEST_NUMBER) if number is not None and number >= 0 else None


def _engagement(counts: Engagement | None) -> Engagement | None:
    return counts and Engagement(**{name: _count(number) for name, number in asdict(counts).items()})


def _media(files: tuple[MediaFile, ...]) -> list[MediaFile]:
    good = {file.url: file for file in files if is_web_address(file.url)}
    return [replace(file, alt=plain(file.alt, LONGEST_TITLE)) for file in list(good.values())[:MOST_MEDIA]]


def is_finite(number: float) -> bool:
    """Whether a number can be stored as one; a whole number of JSON may be longer than any float."""
    return -sys.float_info.max <= number <= sys.float_info.max


def _rated(item: Collected, notes: Counter[str]) -> Collected:
    """A rating that is no number or lies outside its own scale is none."""
    value, worst, best = item.rating_value, item.rating_worst, item.rating_best
    if value is None:
        return item if worst is best is None else replace(item, rating_worst=None, rating_best=None)
    known = [number for number in (value, worst, best) if number is not None]
    low, high = -math.inf if worst is None else worst, math.inf if best is None else best
    if all(map(is_finite, known)) and low < high and low <= value <= high:
        return item
    notes["rating out of its scale"] += 1
    item = replace(item, rating_value=None, rating_worst=None, rating_best=None)
    if not item.text and not item.title:
        raise Rejected("empty")
    return item


def _dated(item: Collected, notes: Counter[str]) -> Collected:
    """A time without zone is taken as UTC; one that no public text can have counts as not told."""
    claim = item.published_at
    if claim is None or item.precision is Precision.UNKNOWN:
        return replace(item, published_at=None, precision=Precision.UNKNOWN)
    if not is_plausible(claim):
        notes["date impossible"] += 1
        return replace(item, published_at=None, precision=Precision.UNKNOWN)
    return item if claim.tzinfo else replace(item, published_at=claim.replace(tzinfo=UTC))


def is_plausible(claim: datetime) -> bool:
    """Whether a public text can be of that time."""
    return FIRST_YEAR <= claim.year <= LAST_YEAR


def as_json(item: Collected) -> dict[str, Any]:
    """The text as plain values for one line of JSON; what is not known is left out."""
    values = {field.name: _plain_value(getattr(item, field.name)) for field in fields(item)}
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _plain_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [{**asdict(file), "kind": file.kind.value} for file in value]
    if hasattr(value, "likes"):
        return {name: count for name, count in asdict(value).items() if count is not None}
    return value
