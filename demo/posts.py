"""One text of the demo's site, and how its slots are filled."""

import random
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from demo.phrases import Phrases


class Place(StrEnum):
    """Where on the site a text stands."""

    REVIEW = "review"
    COMMENT = "comment"
    FORUM = "forum"
    NEWS = "news"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """`key` is unique while the scenario is written; `id` and `parent` are the numbers that the site shows."""

    key: str
    at: datetime
    place: Place
    language: str
    mood: str  # praise, neutral, complaint, crisis or elsewhere (not about the shop)
    text: str
    author: str
    title: str = ""
    item: str = ""  # slug of the product, or of the blog's article
    rating: int | None = None
    parent_key: str = ""
    quotes_parent: bool = False
    video: bool = False
    id: int = 0
    parent: int | None = None


def fill(chance: random.Random, template: str, words: Phrases) -> str:
    """Put a city and a number of minutes where the text has room for them."""
    return template.format(city=chance.choice(words.cities), min=chance.randrange(17, 58))
