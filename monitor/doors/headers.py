"""Knows columns by their names: what shops, stores and survey tools write above them, in many languages."""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import yaml


class Part(StrEnum):
    """What a column may be; the order is the one in which people are shown them."""

    TEXT = "text"
    TITLE = "title"
    RATING = "rating"
    DATE = "date"
    AUTHOR = "author"
    AUTHOR_ID = "author_id"
    ID = "id"
    URL = "url"
    PRODUCT = "product"
    LANGUAGE = "language"
    PARENT = "parent"
    LIKES = "likes"
    FIRST_PURCHASE = "first_purchase"


MEANINGS = {
    Part.TEXT: "what was written",
    Part.TITLE: "its title",
    Part.RATING: "stars, points, % or words",
    Part.DATE: "when it was written",
    Part.AUTHOR: "the name of who wrote it",
    Part.AUTHOR_ID: "the id of who wrote it",
    Part.ID: "what tells this text from all others",
    Part.URL: "where it stands",
    Part.PRODUCT: "what it is about",
    Part.LANGUAGE: "its language",
    Part.PARENT: "the id of the text that it answers",
    Part.LIKES: "how many found it helpful",
    Part.FIRST_PURCHASE: "whether it was a first purchase",
}

_NAMES: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "headings.yaml").read_text(encoding="utf-8"))
_REPLIES = re.compile(
    r"\b(?:reply|replies|replied|response from|owner|developer|seller|merchant|company|business|admin|vendor|agent)\b.*"
    r"\b(?:reply|response|responded|text|comment|date|time|epoch|message|link|content|body|name|author|id)\b"
    r"|\b(?:reply|replies|replied)\b(?! to)|\b(?:antwort|réponse|respuesta|resposta|risposta|balasan|cevap|ответ)\b"
    r"|رد |回复|回覆|返信|답변"
)
"""What the seller answered is not what the customer wrote."""
_NO_PERSON = re.compile(
    r"\b(?:address|age|agent|app|branch|brand|browser|campaign|category|city|company|country|device|domain|e ?mail|"
    r"file|gender|group|handset|id|ip|item|location|mail|mobile|model|number|order|os|package|phone|plan|product|region|"
    r"segment|service|sheet|shop|since|sku|state|status|store|survey|telephone|tier|type|version|zip)\b"
)
"""In names such as `App Version Name` and `Customer Phone`: what stands there is no name of who wrote."""


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """A name as it is compared: `Review_Text`, `reviewText` and `REVIEW TEXT:` are one."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", name))
    kept = (sign if sign.isalnum() or unicodedata.combining(sign) or sign.isspace() else " " for sign in split)
    return " ".join("".join(kept).casefold().split())


def _ranks(part: Part) -> dict[str, int]:
    ranks: dict[str, int] = {}
    for rank, name in enumerate(_NAMES[part]):
        ranks.setdefault(folded(name), rank)
    return ranks


RANKS: dict[Part, dict[str, int]] = {part: _ranks(part) for part in Part}
_KNOWN = frozenset(name for ranks in RANKS.values() for name in ranks)
EXACT, WITHIN = 1000, 2000
"""Less is better; a name that stands within a longer one says less than one that is the whole."""


def is_reply(name: str) -> bool:
    """Whether a column holds what the seller answered."""
    plain = folded(name)
    return plain not in _KNOWN and bool(_REPLIES.search(plain))


def rank(name: str, part: Part) -> int | None:
    """How well a column's name fits a part, less is better; None when it does not."""
    plain = folded(name)
    ranks = RANKS[part]
    if plain in ranks:
        return ranks[plain]
    if is_reply(name) or plain in _KNOWN:
        return None
    if part is Part.AUTHOR and _NO_PERSON.search(plain):
        return None
    padded = f" {plain} "
    found = [place for known, place in ranks.items() if len(known) > 3 and f" {known} " in padded]
    return WITHIN + min(found) if found else None


def recognised(headings: Sequence[object]) -> int:
    """How many of these names are surely names of columns."""
    return sum(isinstance(name, str) and len(name) <= 60 and folded(name) in _KNOWN for name in headings)


def signature_of(columns: Sequence[str]) -> str:
    """What the same export has in common from time to time: its names, in any order."""
    return "\n".join(sorted(folded(name) for name in columns))
