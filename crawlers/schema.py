"""The schema.org objects of a page: its JSON-LD and microdata (through extruct), each with what it is about."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from parsel import Selector
from scrapy.http import TextResponse

from crawlers.extract import html_to_text

Node = dict[str, Any]

MOST_NODES = 50_000
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Item:
    """What reviews are about: its name and the address or id it has, as far as the page says."""

    name: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Objects:
    """All objects of a page in its order, the things that have an id there, and how many blocks were broken."""

    nodes: list[tuple[Node, Item]]
    named: dict[str, Item]
    broken_blocks: int


def objects_of(response: TextResponse) -> Objects:
    """All schema.org objects of a page."""
    data, broken = _blocks(response)
    named: dict[str, Item] = {}
    for node, _ in _walk(data):
        ref, item = node.get("@id"), item_of(node)
        if isinstance(ref, str) and item.name:
            named.setdefault(ref, item)
    return Objects(list(_walk(data)), named, broken)


def _blocks(response: TextResponse) -> tuple[list[Any], int]:
    """JSON-LD before microdata: pages that have both say the same in both, so the first that has reviews wins."""
    # Signs that XML does not allow make extruct give up the microdata, and then stumble over what it left out.
    text, syntaxes = _NOT_XML.sub("", response.text), ["json-ld", "microdata"]
    import extruct  # with all that it could read as well; most crawls read no such pages

    data = extruct.extract(text, base_url=response.url, syntaxes=syntaxes, uniform=True, errors="ignore")
    linked, broken = data.get("json-ld"), 0
    if not linked:
        linked, broken = _tolerant_json(response)
    return (linked if _has_reviews(linked) else [*linked, *(data.get("microdata") or [])]), broken


def _tolerant_json(response: TextResponse) -> tuple[list[Any], int]:
    """The JSON-LD blocks that can be read, where one broken block makes extruct give up all of them; and the others."""
    blocks, broken = [], 0
    page = Selector(text=response.text, type="html")  # whatever its Content-Type says
    for text in page.css('script[type="application/ld+json"]::text').getall():
        try:
            blocks.append(json.loads(text, strict=False))
        except (ValueError, RecursionError):
            broken += 1
    return blocks, broken


def _has_reviews(data: list[Any]) -> bool:
    return any(is_review(node) for node, _ in _walk(data))


def _walk(data: list[Any]) -> Iterator[tuple[Node, Item]]:
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
            inside = around if is_review(value) or not item_of(value).name else item_of(value)
            waiting.extend((inner, inside) for inner in reversed(value.values()) if isinstance(inner, list | dict))


def types_of(node: Node) -> list[str]:
    """The short names of an object's types: `Review` for `http://schema.org/Review`."""
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return [re.split(r"[/:#]", name)[-1] for name in names if isinstance(name, str)]


def is_review(node: Node) -> bool:
    """Whether it is a review of any kind."""
    return any(kind.endswith("Review") for kind in types_of(node))


def item_of(node: Node) -> Item:
    """An object as something that a review or a rating may be about."""
    return Item(html_to_text(text_of(node.get("name"))), text_of(node.get("@id")) or text_of(node.get("url")))


def about(node: Node, around: Item, named: dict[str, Item]) -> Item:
    """What a review or rating is about: what it says itself, else the thing around it."""
    reviewed = first_of(node.get("itemReviewed"))
    if not isinstance(reviewed, dict):
        return around
    told = item_of(reviewed)
    if told.name:
        return told
    return named.get(told.ref, told if isinstance(reviewed.get("@id"), str) else around)


def first_of(value: Any) -> Any:
    """The first of a list; a value that is none stays."""
    return value[0] if isinstance(value, list) and value else value


def text_of(value: Any) -> str:
    """A value as text: pages write numbers, lists and language-tagged objects where a string is meant."""
    value = first_of(value)
    if isinstance(value, dict):
        value = value.get("@value", "")
    return str(value).strip() if isinstance(value, str | int | float) else ""
