"""Reads statuses as Mastodon and compatible servers show them, under ids that are the same on all servers."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from scrapy.http import TextResponse

from crawlers.answers import Shape, json_of, member, shaped
from crawlers.base import FormatChanged, NotUnderstood, Walled
from crawlers.extract import html_to_text
from monitor.edge import is_plausible, plain
from monitor.facts import Collected, Engagement, MediaFile, MediaKind, MentionKind, Precision

HOST = "fediverse"
"""One host for all servers: a status is seen on many, and answers, boosts and quotes go from server to server."""
REFUSALS = (401, 403, 404, 410, 422)
"""Statuses of answers that say in JSON what was wrong."""
NOT_INDEXED = "its author does not want to be indexed"
NOT_PUBLIC = "not public"

HOME = re.compile(r"(https?://[^/?#@]+)/(?:(?:ap/)?users/[^/]+/statuses|@[^/@]+)/(\d{1,20})(?:/activity)?/?", re.I)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SPAN = re.compile(r"</?span\b[^>]{0,500}>")
_QUOTE_LINE = re.compile(r'<p class="quote-inline">.{0,2000}?</p>', re.S)
_MEDIA = {"image": MediaKind.IMAGE, "video": MediaKind.VIDEO, "gifv": MediaKind.VIDEO, "audio": MediaKind.AUDIO}


class Account(BaseModel):
    """Who wrote; `url` is the same on all servers, `acct` is not."""

    acct: str
    username: str = ""
    url: str | None = None
    display_name: str | None = None
    followers_count: int | None = None
    noindex: bool | None = None
    indexable: bool | None = None


class Status(BaseModel):
    """A status, as far as it is read; `id` and `in_reply_to_id` are of the server that was asked."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: str
    uri: str
    account: Account
    url: str | None = None
    created_at: str = ""
    content: str = ""
    spoiler_text: str | None = None
    language: str | None = None
    visibility: str = "public"
    in_reply_to_id: str | None = None
    reblog: Any = None
    quote: Any = None
    card: Any = None
    media_attachments: Any = None
    favourites_count: int | None = None
    reblogs_count: int | None = None
    replies_count: int | None = None
    quotes_count: int | None = None

    @property
    def name(self) -> str:
        return name_of(self.uri)


@dataclass
class Statuses:
    """What one answer shows: its list in order, what stands in its texts, the ids of all, and what was left out."""

    texts: list[Collected] = field(default_factory=list)
    beside: list[Collected] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    times: list[datetime | None] = field(default_factory=list)  # in the order of `ids`
    dropped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class StatusReader:
    """Reads what one server shows; `origin` is its address without a path."""

    origin: str
    indexable_only: bool = True

    def read(self, items: Any, known: Mapping[str, str] | None = None) -> Statuses:
        """Statuses of a list; `known` are names by ids of this server that their answers may refer to."""
        raw = items if isinstance(items, list) else []
        good, unreadable = shaped(items, Status, what="statuses")
        found = Statuses(
            ids=[number for item in raw if isinstance(item, dict) and (number := id_in(item))],
            times=[moment_of(status.created_at) for status in good],
        )
        found.dropped["unreadable"] += unreadable
        names = {**(known or {}), **{status.id: status.name for status in good}}
        for status in good:
            found.texts += self._kept(status, names, found.dropped)
            for other in _inner(status):
                found.beside += self._kept(other, names, found.dropped)
        return found

    def _kept(self, status: Status, names: Mapping[str, str], dropped: Counter[str]) -> Iterator[Collected]:
        """The text of a status unless its author would not have it read; a boost says whose text it passes on."""
        original = _one(Status, status.reblog)
        reasons = [self._why_not(part) for part in (status, original) if part is not None]
        if any(reasons):
            dropped[next(filter(None, reasons))] += 1
        elif original is not None:
            yield self._boost(status, original)
        else:
            yield self._text(status, names)

    def _why_not(self, status: Status) -> str:
        account = status.account
        if account.noindex or (self.indexable_only and account.indexable is False):
            return NOT_INDEXED
        return "" if status.visibility in ("public", "unlisted") else NOT_PUBLIC

    def _text(self, status: Status, names: Mapping[str, str]) -> Collected:
        parent = status.in_reply_to_id
        return Collected(
            **_told(status),
            text=text_of(status.content),
            title=text_of(status.spoiler_text or ""),
            language=status.language or "",
            item=text_of(_words(status.card, "title")),
            parent_ref=(names.get(parent) or f"{self.origin}/statuses/{parent}") if parent else None,
            root_ref=names.get(f"root of {status.id}"),
            quote_ref=next((quoted.name for quoted in _quoted(status)), None),
            media=tuple(_media(status.media_attachments)),
            engagement=Engagement(
                likes=status.favourites_count,
                reposts=status.reblogs_count,
                replies=status.replies_count,
                quotes=status.quotes_count,
            ),
        )

    def _boost(self, status: Status, original: Status) -> Collected:
        told = {**_told(status), "url": original.url or original.uri}
        return Collected(
            **told, text=text_of(original.content), language=original.language or "", repost_ref=original.name
        )


def _told(status: Status) -> dict[str, Any]:
    """What a status of one's own and a boost have in common."""
    account, published = status.account, moment_of(status.created_at)
    return {
        "kind": MentionKind.POST,
        "host": HOST,
        "external_id": status.name,
        "url": status.url or status.uri,
        "author_ref": account.url or account.acct,
        "author_name": account.display_name or account.username,
        "author_followers": account.followers_count,
        "published_at": published,
        "precision": Precision.UNKNOWN if published is None else Precision.SECOND,
    }


def name_of(address: str) -> str:
    """The id of a status by its `uri` or its address for people.

    Mastodon names a status in three ways (/users/NAME/statuses/1, /ap/users/2/statuses/1 and /@NAME/1), of which an
    answer that refers to it, or a feed, tells only one; its number is all that counts, so it becomes HOME/statuses/1.
    """
    home = HOME.fullmatch(address)
    return f"{home[1].lower()}/statuses/{home[2]}" if home else address


def id_in(data: Mapping[str, Any]) -> str:
    """The id of something at the server that was asked, fit for an address; "" when there is none."""
    found = data.get("id")
    return str(found) if isinstance(found, str | int) and _ID.fullmatch(str(found)) else ""


def text_of(html: str) -> str:
    """The text of a status: links and hashtags, which stand in several pieces, whole; without the link of its quote."""
    return html_to_text(_SPAN.sub("", _QUOTE_LINE.sub("", html)))


def moment_of(value: str) -> datetime | None:
    """A time of ISO 8601 that a public text can have."""
    try:
        moment = datetime.fromisoformat(value[:60])
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) if is_plausible(moment) else None


def values_of(response: TextResponse) -> Any:
    """The values of a good answer; NotUnderstood says in words why the server refuses."""
    data = json_of(response)
    if response.status in REFUSALS:
        said = plain(_words(data, "error"), 200) or f"it answers {response.status}"
        login = " without a login" if response.status in (401, 422) else ""
        raise NotUnderstood(f"the server does not show this{login}: {said}")
    return data


def is_not_there(response: TextResponse) -> bool:
    """Whether the server itself, and no page before it, says that it has no such status (any more)."""
    if response.status not in (404, 410):
        return False
    try:
        return bool(_words(json_of(response), "error"))
    except (NotUnderstood, Walled):
        return False


def thread_of(data: Any, status_id: str, name: str) -> tuple[list[Any], dict[str, str]]:
    """The answers below a status, and names by the ids that they refer to (`root of ID` for where each began)."""
    above, below = (member(data, part) for part in ("ancestors", "descendants"))
    if not isinstance(above, list) or not isinstance(below, list):
        raise FormatChanged("the answers are no list")
    named = {str(item["id"]): name_of(item["uri"]) for item in above if _words(item, "uri") and _words(item, "id")}
    root = next(iter(named.values()), name)
    roots = {f"root of {item['id']}": root for item in below if _words(item, "id")}
    return below, {**named, status_id: name, **roots}


def only(items: Sequence[Collected], name: str) -> Iterable[Collected]:
    """The text of that name: a server may speak of its own statuses alone."""
    return (item for item in items if item.external_id == name)


def _inner(status: Status) -> Iterator[Status]:
    """What a status boosts or quotes, as far as it is shown with it."""
    original = _one(Status, status.reblog)
    if original is not None:
        yield original
        yield from _quoted(original)
    yield from _quoted(status)


def _quoted(status: Status) -> Iterator[Status]:
    quoted = _one(Status, status.quote.get("quoted_status")) if isinstance(status.quote, dict) else None
    if quoted is not None:
        yield quoted


def _one(shape: type[Shape], data: object) -> Shape | None:
    """What stands in a status and may lack anything."""
    try:
        return shape.model_validate(data) if isinstance(data, dict) else None
    except (ValidationError, RecursionError):
        return None


def _media(files: object) -> Iterator[MediaFile]:
    for file in files if isinstance(files, list) else ():
        kind = _MEDIA.get(_words(file, "type"))
        url = _words(file, "url") or _words(file, "remote_url")
        if kind is not None and url:
            yield MediaFile(kind, url, _words(file, "description"))


def _words(data: object, name: str) -> str:
    value = data.get(name) if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""
