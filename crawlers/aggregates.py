"""The ratings of whole things that pages show: read, checked at the edge, and their form as JSON."""

import re
from dataclasses import fields, replace
from typing import Any

from crawlers.extract import parse_rating
from crawlers.schema import Node, first_of, types_of
from monitor.edge import LONGEST_TITLE, Rejected, is_finite, is_web_address, plain
from monitor.facts import LARGEST_NUMBER, AggregateRating

MOST = 200
"""Ratings of one crawl; the largest listing recorded shows 60. A page that makes up names must not fill the disk."""
LARGEST_UNSCALED = 100.0
"""A value without a scale is at most a percentage."""
DIGITS = 4
_SHORTENED = "k|m|b|bn|mil|mill|mio|mln|tsd|tys|thousand|million|lakh|crore|тыс|млн|千|万|萬|億|亿|천|만"
"""After a number these make it a rounded multiple: `12K` is not twelve."""
_COUNT = re.compile(
    r"\(?\s?(-?(?:\d{1,3}(?:[.,'\s\u2019]\d{3})+|\d+))(?:[.,]0+)?\s?\+?\s?"
    rf"(?!(?:{_SHORTENED})\s?\)?$)[^\W\d]{{0,20}}\s?\)?",
    re.IGNORECASE,
)
LONGEST_COUNT = 40


def is_aggregate(node: Node) -> bool:
    """Whether an object tells an average rating; `EmployerAggregateRating` is one too, and some forget the type."""
    kinds = types_of(node)
    if not kinds:
        return "ratingValue" in node and ("ratingCount" in node or "reviewCount" in node)
    return any(kind.endswith("AggregateRating") for kind in kinds)


def read_aggregate(node: Node, item: str, place: str) -> AggregateRating | None:
    """The average rating of one thing on a page as the page tells it, not yet checked; None when it is no number."""
    rating = parse_rating(
        first_of(node.get("ratingValue")), first_of(node.get("worstRating")), first_of(node.get("bestRating"))
    )
    if rating is None:
        return None
    return AggregateRating(
        place=place,
        item=item,
        value=rating.value,
        worst=rating.worst,
        best=rating.best,
        ratings=count_of(node.get("ratingCount")),
        reviews=count_of(node.get("reviewCount")),
    )


def count_of(value: Any) -> int | None:
    """`1203`, `12.0`, `"1,203"`, `"1.203"`, `"(1 203 reviews)"` as a number; None when it is none."""
    value = first_of(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    match = _COUNT.fullmatch(text) if len(text) <= LONGEST_COUNT else None
    return None if match is None else int(re.sub(r"[^\d-]", "", match[1]))


def check_rating(found: AggregateRating) -> AggregateRating:
    """The rating as it may be stored; raises Rejected with the name of a counter."""
    if not is_web_address(found.place):
        raise Rejected("rating without a web address")
    counts = [count for count in (found.ratings, found.reviews) if count is not None]
    if any(not 0 <= count <= LARGEST_NUMBER for count in counts):
        raise Rejected("rating with an impossible count")
    if counts and not any(counts):
        raise Rejected("rating of nobody yet")
    if not _is_within_scale(found):
        raise Rejected("rating out of its scale")
    return replace(found, item=plain(" ".join(found.item.split()), LONGEST_TITLE), value=round(found.value, DIGITS))


def _is_within_scale(found: AggregateRating) -> bool:
    low = found.worst if found.worst is not None else 0.0
    high = found.best if found.best is not None else LARGEST_UNSCALED
    return all(map(is_finite, (low, found.value, high))) and low < high and low <= found.value <= high


def rating_as_json(found: AggregateRating) -> dict[str, Any]:
    """The rating as plain values for one line of JSON; what is not known is left out."""
    values = {field.name: getattr(found, field.name) for field in fields(found)}
    return {"type": "rating"} | {name: value for name, value in values.items() if value not in (None, "")}
