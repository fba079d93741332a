"""Reads the customer reviews of the App Store, in both forms that its feed has: JSON and XML."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parsel import Selector
from pydantic import BaseModel
from scrapy.http import TextResponse

from crawlers.answers import json_of, member, shaped
from crawlers.base import NotUnderstood
from crawlers.extract import html_to_text, parse_rating, parse_time
from crawlers.shapes import Id, Text
from crawlers.walls import is_page
from monitor.facts import Collected, MentionKind

HOST = "apps.apple.com"
LAST_PAGE = 10
"""Of fifty reviews each: older ones are not told."""
_SPACES = {"atom": "http://www.w3.org/2005/Atom", "im": "http://itunes.apple.com/rss"}
_NAMES = {"id": "id", "title": "title", "content": "content", "updated": "updated"}
_OWN = {"im:rating": "rating", "im:version": "version", "im:name": "name"}


class Review(BaseModel):
    """A review as both forms tell it. Some captures of the JSON form have no `updated`."""

    id: Id
    rating: Id
    content: Text = ""
    title: Text = ""
    version: Text = ""
    updated: Text = ""
    author: Text = ""
    author_uri: Text = ""

    def collected(self, app: int, country: str, name: str, now: datetime) -> Collected:
        """The time is that of the last change: the feed tells no other."""
        published, precision = parse_time(self.updated, now)
        rating = parse_rating(self.rating, 1, 5)
        return Collected(
            kind=MentionKind.REVIEW,
            host=HOST,
            external_id=self.id,
            url=f"https://{HOST}/{country}/app/id{app}?see-all=reviews",
            title=html_to_text(self.title),
            text=html_to_text(self.content),
            item=f"{name} {self.version}".strip(),
            author_ref=self.author_uri,
            author_name=self.author,
            published_at=published,
            precision=precision,
            rating_value=rating.value if rating else None,
            rating_worst=1.0,
            rating_best=5.0,
        )


@dataclass(frozen=True, slots=True)
class Reviews:
    """One page: its reviews, how many entries are none, and the app's name where the page tells it."""

    reviews: list[Review]
    unreadable: int
    name: str = ""


def page_address(base: str, app: int, country: str, page: int, form: str = "json") -> str:
    """Built by ourselves: the links in the JSON form lead to the other one."""
    return f"{base.rstrip('/')}/{country}/rss/customerreviews/page={page}/id={app}/sortby=mostrecent/{form}"


def read_reviews(response: TextResponse) -> Reviews:
    """One page in either form; NotUnderstood when it is none."""
    is_xml = response.text.lstrip("\ufeff \t\r\n")[:1] == "<"
    entries = list(_from_xml(response) if is_xml else _from_json(json_of(response)))
    names = [entry["name"] for entry in entries if _is_app(entry)]
    reviews, unreadable = shaped([entry for entry in entries if not _is_app(entry)], Review, what="entries")
    return Reviews(reviews, unreadable, names[0] if names else "")


def _is_app(entry: Mapping[str, Any]) -> bool:
    """The first entry of older feeds is the app itself."""
    return "rating" not in entry and isinstance(entry.get("name"), str) and bool(entry["name"])


def _from_json(data: Any) -> Iterator[dict[str, Any]]:
    """A page with one entry has it where others have a list, and an empty one has none."""
    feed = member(data, "feed")
    entries = feed.get("entry", []) if isinstance(feed, Mapping) else []
    for entry in entries if isinstance(entries, list) else [entries]:
        if isinstance(entry, Mapping):
            found = {name: _label(entry.get(key)) for key, name in (_NAMES | _OWN).items() if key in entry}
            author = entry.get("author")
            names = author if isinstance(author, Mapping) else {}
            yield found | {"author": _label(names.get("name")), "author_uri": _label(names.get("uri"))}


def _label(value: Any) -> Any:
    return value.get("label") if isinstance(value, Mapping) else None


def _from_xml(response: TextResponse) -> Iterator[dict[str, Any]]:
    feed = Selector(text=response.text, type="xml")
    for prefix, uri in _SPACES.items():
        feed.register_namespace(prefix, uri)
    if not feed.xpath("/atom:feed"):
        raise NotUnderstood("HTML instead of a feed" if is_page(response.text) else "not a feed")
    places = {name: f"string({key if ':' in key else f'atom:{key}'})" for key, name in (_NAMES | _OWN).items()}
    places |= {"author": "string(atom:author/atom:name)", "author_uri": "string(atom:author/atom:uri)"}
    for entry in feed.xpath("/atom:feed/atom:entry"):
        yield _fields(entry, places)


def _fields(entry: Selector, places: Mapping[str, str]) -> dict[str, Any]:
    """What an entry says; nothing of one with half a sign (`&#xD800;`), which the parser reads and cannot tell."""
    try:
        found = {name: entry.xpath(place).get("") for name, place in places.items()}
    except UnicodeDecodeError:
        return {}
    return {name: text for name, text in found.items() if text}
