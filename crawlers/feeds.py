"""Reads RSS, Atom (through feedparser) and JSON Feed into texts."""

import hashlib
import io
import json
import re
from calendar import timegm
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time
from typing import Any

import feedparser

from crawlers.base import NotUnderstood
from crawlers.extract import absolute, canonical, host_of, html_to_text, is_anonymous, parse_rating, parse_time, unwrap
from monitor.facts import Collected, Engagement, MediaFile, MediaKind, MentionKind, Precision

MOST_ENTRIES = 1_000
_HALF_SIGN = re.compile(
    rb"&#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*5(?:529[6-9]|5[3-9]\d{2}|6\d{3}|7[0-2]\d{2}|73[0-3]\d|734[0-3]));"
)
"""A reference to half of a surrogate pair (U+D800 to U+DFFF, 55296 to 57343): feedparser fails on the whole feed."""
_PARSER_FAILS = (ValueError, TypeError, LookupError, AttributeError)
"""What feedparser raises in its own code on some broken feeds, instead of its `bozo` mark."""
_KEPT_AS: dict[str, type] = {
    **dict.fromkeys(("links", "content", "enclosures", "media_content"), list),
    **dict.fromkeys(("author_detail", "media_statistics"), dict),
}
_MEDIA = {"image": MediaKind.IMAGE, "video": MediaKind.VIDEO, "audio": MediaKind.AUDIO}


@dataclass(frozen=True, slots=True)
class Feed:
    """One page of a feed: its texts in order, the address of the next page, and whether it says that this is all."""

    texts: tuple[Collected, ...]
    next_url: str = ""
    complete: bool = False


def read_feed(
    body: bytes,
    *,
    url: str,
    content_type: str,
    kind: MentionKind,
    now: datetime,
    adapt: Callable[[Collected, str], Collected] = lambda text, _html: text,
) -> Feed:
    """Read a feed in any of its formats; NotUnderstood when it is none.

    `adapt` may change each entry of an XML feed, knowing the HTML that its text was made of.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _read_json(body, url, kind, now)
    headers = {"content-type": content_type, "content-location": url}
    try:
        parsed = feedparser.parse(io.BytesIO(_HALF_SIGN.sub(b"&#xFFFD;", body)), response_headers=headers)
    except _PARSER_FAILS as error:
        raise NotUnderstood(f"a broken feed ({type(error).__name__})") from error
    if not parsed.get("version") and not parsed.entries:  # an empty answer has no version at all
        raise NotUnderstood(f"not a feed ({content_type or 'no content type'})")
    for holder in (parsed.feed, *parsed.entries):
        _leave_out_namesakes(holder)
    feed = parsed.feed
    language = str(feed.get("language") or "")
    about = html_to_text(str(feed.get("title") or ""))
    texts = [
        adapt(_from_entry(entry, url, kind, language, about, now), _content(entry))
        for entry in parsed.entries[:MOST_ENTRIES]
    ]
    links = feed.get("links") or []
    following = next((link.get("href") for link in links if link.get("rel") in ("next", "prev-archive")), "")
    return Feed(tuple(texts), absolute(url, following), "fh_complete" in feed)


def _leave_out_namesakes(holder: dict[str, Any]) -> None:
    """An unknown element of a name that the parser keeps a list or an object under, `<links>` say, takes its place."""
    for name, kind in _KEPT_AS.items():
        if not isinstance(dict.get(holder, name, kind()), kind):
            dict.pop(holder, name)


def _from_entry(
    entry: Mapping[str, Any], url: str, kind: MentionKind, language: str, about: str, now: datetime
) -> Collected:
    link = unwrap(absolute(url, entry.get("link")))
    title, content = html_to_text(str(entry.get("title") or "")), _content(entry)
    published, precision = _time(entry, now)
    name, ref = _author(entry)
    rating = parse_rating(entry.get("im_rating"), 1, 5)
    is_comment = kind is MentionKind.COMMENT
    reply = entry.get("thr_in-reply-to")
    return Collected(
        kind=kind,
        host=host_of(url),
        external_id=str(entry.get("id") or canonical(link) or _fingerprint(title, content)),
        url=link or url,
        title="" if is_comment else title,
        text=html_to_text(content),
        item=title or about if is_comment else "",
        author_name=name,
        author_ref=ref,
        published_at=published,
        precision=precision,
        language=str(entry.get("language") or language),
        rating_value=rating.value if rating else None,
        rating_worst=rating.worst if rating else None,
        rating_best=rating.best if rating else None,
        parent_ref=str(reply["ref"]) if isinstance(reply, Mapping) and reply.get("ref") else None,
        media=tuple(_media(entry, url)),
        engagement=_engagement(entry),
    )


def _content(entry: Mapping[str, Any]) -> str:
    """The full text: HTML before plain text, content before summary."""
    parts = [part for part in entry.get("content") or [] if isinstance(part.get("value"), str)]
    parts.sort(key=lambda part: "html" not in str(part.get("type")))
    best = next((str(part["value"]) for part in parts if part["value"].strip()), "")
    return best or str(entry.get("summary") or "")


def _time(entry: Mapping[str, Any], now: datetime) -> tuple[datetime | None, Precision]:
    for field in ("published", "updated", "created"):
        if field not in entry:  # feedparser warns when one is read that only another stands for
            continue
        claim, precision = parse_time(entry[field], now)
        if entry.get(f"{field}_parsed"):  # feedparser knows more forms
            claim = _moment(entry[f"{field}_parsed"])
            precision = Precision.DAY if precision is Precision.DAY else Precision.SECOND
        if claim is not None:
            return claim, precision
    return None, Precision.UNKNOWN


def _moment(parsed: struct_time) -> datetime | None:
    """A time as feedparser has it; None outside the calendar: `0000-01-01` stands for no time in some databases."""
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC)
    except (ValueError, OverflowError):
        return None


def _author(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Name and id; both "" for someone who gives no name of their own."""
    detail = entry.get("author_detail") or {}
    name = str(detail.get("name") or entry.get("author") or "")
    return ("", "") if is_anonymous(name) else (name, str(detail.get("href") or ""))


def _media(entry: Mapping[str, Any], url: str) -> Iterator[MediaFile]:
    for file in [*(entry.get("media_content") or []), *(entry.get("enclosures") or [])]:
        kind = _MEDIA.get(str(file.get("medium") or str(file.get("type") or "").partition("/")[0]))
        address = absolute(url, file.get("url") or file.get("href"))
        if kind and address:
            yield MediaFile(kind, address)


def _engagement(entry: Mapping[str, Any]) -> Engagement | None:
    statistics = entry.get("media_statistics") or {}
    views, replies = _count(statistics.get("views")), _count(entry.get("slash_comments"))
    return None if views is None and replies is None else Engagement(views=views, replies=replies)


def _count(value: object) -> int | None:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _fingerprint(*parts: str) -> str:
    return "sha256:" + hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _read_json(body: bytes, url: str, kind: MentionKind, now: datetime) -> Feed:
    try:
        data = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("neither XML nor valid JSON") from error
    if (
        not isinstance(data, dict)
        or "jsonfeed.org" not in str(data.get("version"))
        or not isinstance(data.get("items"), list)
    ):
        raise NotUnderstood("JSON, but not a JSON Feed")
    about = str(data.get("title") or "")
    items = [item for item in data["items"][:MOST_ENTRIES] if isinstance(item, dict)]
    texts = tuple(_from_json(item, data, url, kind, about, now) for item in items)
    return Feed(texts, absolute(url, data.get("next_url")))


def _from_json(
    item: dict[str, Any], feed: dict[str, Any], url: str, kind: MentionKind, about: str, now: datetime
) -> Collected:
    link = unwrap(absolute(url, item.get("url") or item.get("external_url")))
    title = html_to_text(_text(item.get("title")))
    content = _text(item.get("content_html")) or _text(item.get("content_text")) or _text(item.get("summary"))
    published, precision = parse_time(item.get("date_published") or item.get("date_modified"), now)
    author = _json_author(item) or _json_author(feed)
    name = _text(author.get("name"))
    is_comment = kind is MentionKind.COMMENT
    return Collected(
        kind=kind,
        host=host_of(url),
        external_id=str(item.get("id") or canonical(link) or _fingerprint(title, content)),
        url=link or url,
        title="" if is_comment else title,
        text=html_to_text(content) if item.get("content_html") else content.strip(),
        item=title or about if is_comment else "",
        author_name="" if is_anonymous(name) else name,
        author_ref="" if is_anonymous(name) else _text(author.get("url")),
        published_at=published,
        precision=precision,
        language=_text(item.get("language")) or _text(feed.get("language")),
        media=tuple(_json_media(item, url)),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _json_author(holder: dict[str, Any]) -> dict[str, Any]:
    """The first author: version 1.1 has a list of them, version 1 one."""
    authors = holder.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else holder.get("author")
    return first if isinstance(first, dict) else {}


def _json_media(item: dict[str, Any], url: str) -> Iterator[MediaFile]:
    files = item.get("attachments")
    found = [file for file in files if isinstance(file, dict)] if isinstance(files, list) else []
    if item.get("image"):
        found.append({"url": item["image"], "mime_type": "image/"})
    for file in found:
        kind, address = _MEDIA.get(_text(file.get("mime_type")).partition("/")[0]), absolute(url, file.get("url"))
        if kind and address:
            yield MediaFile(kind, address)
