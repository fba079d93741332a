"""Reads schema.org reviews and ratings out of a page's JSON-LD and microdata."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from scrapy.http import TextResponse

from crawlers.aggregates import count_of, is_aggregate, read_aggregate
from crawlers.extract import Rating, absolute, host_of, html_to_text, is_anonymous, page_of, parse_rating, parse_time
from crawlers.schema import Item, Node, about, first_of, objects_of, text_of, types_of
from monitor.facts import AggregateRating, Collected, MentionKind

NOT_REVIEWS = frozenset({"ClaimReview", "MediaReview"})
_YEAR = re.compile(r"\d{4}")


@dataclass(slots=True)
class Page:
    """The reviews and ratings of one page in their order, how many reviews its items say they have, what was odd."""

    texts: list[Collected] = field(default_factory=list)
    ratings: list[AggregateRating] = field(default_factory=list)
    told_total: int | None = None
    aggregates: int = 0
    unreadable_ratings: int = 0
    broken_blocks: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """A review that has no id yet, what it is about, and its day if a calendar tells it ("2 days ago" moves)."""

    text: Collected
    about: str
    day: str


def read_page(response: TextResponse, *, place: str, now: datetime) -> Page:
    """All reviews and ratings of a page; `place` is its address in the config: ids are the same all over a listing."""
    objects = objects_of(response)
    page = Page(broken_blocks=objects.broken_blocks)
    found: list[_Found] = []
    for node, around in objects.nodes:
        if is_aggregate(node):
            _add_rating(page, node, about(node, around, objects.named), place)
        elif any(kind.endswith("Review") and kind not in NOT_REVIEWS for kind in types_of(node)):
            found.append(_review(node, about(node, around, objects.named), response.url, place, now))
    page.texts = _with_ids(found, place)
    return page


def _add_rating(page: Page, node: Node, item: Item, place: str) -> None:
    page.aggregates += 1
    total = count_of(node.get("reviewCount"))
    if total is not None and total >= 0:
        page.told_total = (page.told_total or 0) + total
    rating = read_aggregate(node, item.name, place)
    if rating is None:
        page.unreadable_ratings += 1
    else:
        page.ratings.append(rating)


def _review(node: Node, item: Item, url: str, place: str, now: datetime) -> _Found:
    name, ref = _author(node)
    rating = _rating(node)
    told = text_of(node.get("datePublished") or node.get("dateCreated"))
    published, precision = parse_time(told, now)
    return _Found(
        Collected(
            kind=MentionKind.REVIEW,
            host=host_of(place),
            external_id=_own_id(node, (url, place)),
            url=absolute(url, node.get("url")) or url,
            title=html_to_text(text_of(node.get("headline")) or text_of(node.get("name"))),
            text=html_to_text(text_of(node.get("reviewBody")) or text_of(node.get("description"))),
            author_name=name,
            author_ref=ref,
            published_at=published,
            precision=precision,
            language=text_of(node.get("inLanguage")),
            item=item.name,
            rating_value=rating.value if rating else None,
            rating_worst=rating.worst if rating else None,
            rating_best=rating.best if rating else None,
        ),
        about=item.ref or item.name,
        day=published.isoformat() if published and _YEAR.search(told) else "",
    )


def _author(node: Node) -> tuple[str, str]:
    """Name and id; both "" for someone who gives no name of their own."""
    author = first_of(node.get("author"))
    if isinstance(author, dict):
        name, ref = html_to_text(text_of(author.get("name"))), text_of(author.get("@id")) or text_of(author.get("url"))
    else:
        name, ref = html_to_text(text_of(author)), ""
    return ("", "") if is_anonymous(name) else (name, ref if ref.startswith("http") else "")


def _rating(node: Node) -> Rating | None:
    rating = first_of(node.get("reviewRating"))
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
