"""The invented texts of the demo: what the shop sells, and what its customers write in each language."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("en", "ur", "ur-Latn", "te", "te-Latn", "tl")
MOODS = ("praise", "neutral", "complaint")


@dataclass(frozen=True, slots=True)
class Product:
    slug: str
    topic: str
    name: str
    price: str
    text: str


@dataclass(frozen=True, slots=True)
class BlogPost:
    slug: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Shop:
    name: str
    line: str
    places: str
    beach: str  # not the shop: the phrase that the config excludes
    products: tuple[Product, ...]
    posts: tuple[BlogPost, ...]

    def product_of(self, topic: str) -> Product:
        return next(product for product in self.products if product.topic == topic)


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language. `said[mood][topic]` and `crisis[part]` hold texts with the slots {city} and {min}."""

    language: str
    offset_minutes: tuple[int, ...]  # local time minus UTC, of the places where it is written
    cities: tuple[str, ...]
    authors: tuple[str, ...]
    said: dict[str, dict[str, list[str]]]
    crisis: dict[str, Any]
    news: list[dict[str, str]] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


@cache
def shop() -> Shop:
    data = _read("shop")
    products = tuple(Product(**product) for product in data.pop("products"))
    return Shop(products=products, posts=tuple(BlogPost(**post) for post in data.pop("posts")), **data)


@cache
def phrases(language: str) -> Phrases:
    data = _read(language)
    return Phrases(
        language=language,
        offset_minutes=tuple(data["offset_minutes"]),
        cities=tuple(data["cities"]),
        authors=tuple(data["authors"]),
        said={mood: data[mood] for mood in MOODS},
        crisis=data["crisis"],
        news=data.get("news", []),
        elsewhere=data.get("elsewhere", []),
    )


def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return data
