"""Reads schema.org reviews and ratings out of a page's JSON-LD and microdata (through extruct)."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import extruct
from scrapy.http import TextResponse

from crawlers.extract import Rating, absolute, host_of, html_to_text, is_anonymous, page_of, parse_rating, parse_time
from monitor.facts import Collected, MentionKind

Node = dict[str, Any]

NOT_REVIEWS = frozenset({"ClaimReview", "MediaReview"})
MOST_NODES = 50_000
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Item:
    """What reviews are about: its name and the address or id it has, as far as the page says."""

    name: str = ""
    ref: str = ""


@dataclass(slots=True)
class Page:
    """The reviews of one page in their order, the number of them that its items say they have, and what was odd."""

    texts: list[Collected] = field(default_factory=list)
    told_total: int | None = None
    aggregates: int = 0
    broken_blocks: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """A review that has no id yet, what it is about, and its day if a calendar tells it ("2 days ago" moves)."""

    text: Collected
    about: str
    day: str


def read_page(response: TextResponse, *, place: str, now: datetime) -> Page:
    """All reviews on a page. `place` is the address from the config: ids must not change with the page of a listing."""
    page = Page()
    data = _blocks(response, page)
    names = {node["@id"]: _item(node) for node, _ in _nodes(data) if isinstance(node.get("@id"), str)}
    found: list[_Found] = []
    for node, around in _nodes(data):
        kinds = types_of(node)
        if "AggregateRating" in kinds:
            _note_aggregate(node, page)
        elif any(kind.endswith("Review") and kind not in NOT_REVIEWS for kind in kinds):
            found.append(_review(node, around, names, response.url, place, now))
    page.texts = _with_ids(found, place)
    return page


def _blocks(response: TextResponse, page: Page) -> list[Any]:
    """JSON-LD before microdata: pages that have both say the same in both, so the first that has reviews wins."""
    data = extruct.extract(
        response.text, base_url=response.url, syntaxes=["json-ld", "microdata"], uniform=True, errors="ignore"
    )
    linked = data.get("json-ld") or _tolerant_json(response, page)
    return linked if _has_reviews(linked) else [*linked, *(data.get("microdata") or [])]


def _tolerant_json(response: TextResponse, page: Page) -> list[Any]:
    """The JSON-LD blocks that can be read, where one broken block makes extruct give up all of them."""
    blocks = []
    for text in response.css('script[type="application/ld+json"]::text').getall():
        try:
            blocks.append(json.loads(text, strict=False))
        except (ValueError, RecursionError):
            page.broken_blocks += 1
    return blocks


def _has_reviews(data: list[Any]) -> bool:
    return any(kind.endswith("Review") for node, _ in _nodes(data) for kind in types_of(node))


def _nodes(data: list[Any]) -> Iterator[tuple[Node, Item]]:
    """All objects in order of the page, each with the thing around it that it may be about."""
    waiting: list[tuple[Any, Item]] = [(data, Item())]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        value, around = waiting.pop()
        if isinstance(value, list):
            waiting.extend((inner, around) for inner in reversed(value))
        elif isinstance(value, dict):
            yield value, around
            inside = around if _is_review(value) or not _item(value).name else _item(value)
            waiting.extend((inner, inside) for inner in reversed(value.values()) if isinstance(inner, list | dict))


def types_of(node: Node) -> list[str]:
    """The short names of an object's types: `Review` for `http://schema.org/Review`."""
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return [re.split(r"[/:#]", name)[-1] for name in names if isinstance(name, str)]


def _is_review(node: Node) -> bool:
    return any(kind.endswith("Review") for kind in types_of(node))


def _item(node: Node) -> Item:
    return Item(html_to_text(_text(node.get("name"))), _text(node.get("@id")) or _text(node.get("url")))


def _note_aggregate(node: Node, page: Page) -> None:
    page.aggregates += 1
    total = _text(node.get("reviewCount")).replace(",", "").replace(".", "")
    if total.isascii() and total.isdecimal() and len(total) < 12:
        page.told_total = (page.told_total or 0) + int(total)


def _review(node: Node, around: Item, names: dict[str, Item], url: str, place: str, now: datetime) -> _Found:
    item = _about(node, around, names)
    name, ref = _author(node)
    rating = _rating(node)
    told = _text(node.get("datePublished") or node.get("dateCreated"))
    published, precision = parse_time(told, now)
    return _Found(
        Collected(
            kind=MentionKind.REVIEW,
            host=host_of(place),
            external_id=_own_id(node, (url, place)),
            url=absolute(url, node.get("url")) or url,
            title=html_to_text(_text(node.get("headline")) or _text(node.get("name"))),
            text=html_to_text(_text(node.get("reviewBody")) or _text(node.get("description"))),
            author_name=name,
            author_ref=ref,
            published_at=published,
            precision=precision,
            language=_text(node.get("inLanguage")),
            item=item.name,
            rating_value=rating.value if rating else None,
            rating_worst=rating.worst if rating else None,
            rating_best=rating.best if rating else None,
        ),
        about=item.ref or item.name,
        day=published.isoformat() if published and _YEAR.search(told) else "",
    )


def _about(node: Node, around: Item, names: dict[str, Item]) -> Item:
    reviewed = _first(node.get("itemReviewed"))
    if not isinstance(reviewed, dict):
        return around
    told = _item(reviewed)
    return told if told.name else names.get(told.ref, around)


def _author(node: Node) -> tuple[str, str]:
    """Name and id; both "" for someone who gives no name of their own."""
    author = _first(node.get("author"))
    if isinstance(author, dict):
        name, ref = html_to_text(_text(author.get("name"))), _text(author.get("@id")) or _text(author.get("url"))
    else:
        name, ref = html_to_text(_text(author)), ""
    return ("", "") if is_anonymous(name) else (name, ref if ref.startswith("http") else "")


def _rating(node: Node) -> Rating | None:
    rating = _first(node.get("reviewRating"))
    if isinstance(rating, dict):
        return parse_rating(rating.get("ratingValue"), rating.get("worstRating"), rating.get("bestRating"))
    return parse_rating(rating)


def _own_id(node: Node, pages: tuple[str, ...]) -> str:
    """The id or address that the page gives a review; not a fragment, which may be just its place on the page."""
    told = [value for value in (node.get("@id"), node.get("url")) if isinstance(value, str)]
    whole = [value for value in told if value.startswith(("http://", "https://", "urn:"))]
    return next((value for value in whole if page_of(value) not in {page_of(page) for page in pages}), "")


def _with_ids(found: list[_Found], place: str) -> list[Collected]:
    """Give a content hash to the reviews without an id.

    It leaves the text out where item, author and time name one review of the page, so that an edit is seen as one.
    """
    names = Counter(_name(review) for review in found)
    own_ids = Counter(review.text.external_id for review in found)
    texts = []
    for review in found:
        name, text = _name(review), review.text
        alone = text.author_name and review.day and names[name] == 1
        key = (place, *name) if alone else (place, *name, " ".join(text.title.split()), " ".join(text.text.split()))
        shared = not text.external_id or own_ids[text.external_id] > 1  # some give every review the product's address
        texts.append(replace(text, external_id=_hash(key)) if shared else text)
    return texts


def _name(review: _Found) -> tuple[str, ...]:
    return (review.about, review.text.author_ref or review.text.author_name, review.day)


def _hash(parts: tuple[str, ...]) -> str:
    return "sha256:" + hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _text(value: Any) -> str:
    """A value as text: pages write numbers, lists and language-tagged objects where a string is meant."""
    value = _first(value)
    if isinstance(value, dict):
        value = value.get("@value", "")
    return str(value).strip() if isinstance(value, str | int | float) else ""
