"""What a person asks the Mentions page for, as the address says it: unknown or hostile values are left out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from monitor.facts import LARGEST_NUMBER, MentionKind, Sentiment
from monitor.folding import LONGEST_QUERY
from monitor.store.search import CORRECTED, TO_CHECK

_SLUG = re.compile(r"[\w.-]{1,64}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{2,8})?")
_LARGEST_POSITION = 1 << 62
"""What fits into the columns: PostgreSQL refuses to compare with more."""


class Check(StrEnum):
    """Whether a person should look at how a text was read, or did."""

    NEEDED = TO_CHECK
    DONE = CORRECTED


class Sort(StrEnum):
    NEWEST = "newest"
    NEGATIVE = "most-negative"


class WithMedia(StrEnum):
    ANY = "any"
    VIDEO = "video"


class WithCase(StrEnum):
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Asked:
    """Words, filters and order; empty or None means any."""

    q: str = ""
    since: date | None = None  # days in the brand's zone, both included
    until: date | None = None
    sentiment: Sentiment | None = None
    check: Check | None = None
    language: str = ""
    theme: str = ""  # slug
    source: str = ""  # slug
    kind: MentionKind | None = None
    rating: int | None = None  # at most so many of five
    media: WithMedia | None = None
    case: WithCase | None = None
    story: int | None = None
    author: int | None = None
    sort: Sort = Sort.NEWEST

    @property
    def narrowed(self) -> bool:
        """Whether anything but the order was asked."""
        return any(getattr(self, name) not in ("", None) for name in NAMES if name != "sort")


NAMES = tuple(field.name for field in fields(Asked))
_IN_ADDRESS = {"since": "from", "until": "to"}
_CHOICES: dict[str, type[StrEnum]] = {
    "sentiment": Sentiment, "check": Check, "kind": MentionKind, "media": WithMedia, "case": WithCase, "sort": Sort,
}  # fmt: skip


def read(query: Mapping[str, str]) -> Asked:
    """What an address asks for."""
    said = {name: query.get(_IN_ADDRESS.get(name, name), "").strip() for name in NAMES}
    values: dict[str, object] = {"q": " ".join(said["q"].split())[:LONGEST_QUERY]}
    values |= {name: _day(said[name]) for name in ("since", "until")}
    values |= {name: choice(said[name]) for name, choice in _CHOICES.items() if said[name] in set(choice)}
    values |= {name: said[name] for name in ("theme", "source") if _SLUG.fullmatch(said[name])}
    values |= {"language": said["language"]} if _LANGUAGE.fullmatch(said["language"]) else {}
    values |= {name: _number(said[name], LARGEST_NUMBER) for name in ("story", "author")}
    return Asked(**values, rating=_number(said["rating"], 4))  # type: ignore[arg-type]


def query(asked: Asked) -> dict[str, str]:
    """The part of an address that asks for this."""
    values = {_IN_ADDRESS.get(name, name): getattr(asked, name) for name in NAMES}
    return {name: str(value) for name, value in values.items() if value not in ("", None, Sort.NEWEST)}


def number(text: str) -> int | None:
    """A position in an address; None when it is none."""
    return _number(text, _LARGEST_POSITION)


def _number(text: str, largest: int) -> int | None:
    good = text.isascii() and text.isdigit() and len(text) < 20 and 0 < int(text) <= largest
    return int(text) if good else None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if len(text) == len("2026-03-02") else None
    except ValueError:
        return None
    return found if found is not None and 1970 < found.year < 2100 else None


def span(asked: Asked, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """The days asked for as [start, end) in the brand's zone."""
    since = datetime.combine(asked.since, time(), zone) if asked.since else None
    until = datetime.combine(asked.until + timedelta(days=1), time(), zone) if asked.until else None
    return since, until
