"""What was collected: a text as it came in, what it carries, and the average that a page shows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LARGEST_NUMBER = 2**31 - 1
"""The largest whole number that every database holds; a page may claim any, and an address may ask for any."""


class MentionKind(StrEnum):
    REVIEW = "review"
    POST = "post"
    COMMENT = "comment"
    ARTICLE = "article"
    SURVEY = "survey"


class Precision(StrEnum):
    """How exact `published_at` is. UNKNOWN: the source gave no time, it is when we first saw it."""

    SECOND = "second"
    DAY = "day"
    UNKNOWN = "unknown"


class MediaKind(StrEnum):
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True)
class MediaFile:
    kind: MediaKind
    url: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Engagement:
    """Counts as the source shows them; None where it does not say."""

    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    quotes: int | None = None
    views: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """One public text as a spider or a door read it, before anything is decided about it.

    `host` and `external_id` name it for ever (never a row number of ours); the `*_ref` fields are external ids on
    the same host. `published_at` is None when the source gives no time; with Precision.DAY only its date is meant.
    """

    kind: MentionKind
    host: str
    external_id: str
    url: str
    text: str
    title: str = ""
    author_ref: str = ""  # the author's id or address at the host; "" when unknown
    author_name: str = ""
    author_followers: int | None = None
    published_at: datetime | None = None
    precision: Precision = Precision.SECOND
    language: str = ""  # as declared by the source
    item: str = ""  # the product, page or place that it is about
    rating_value: float | None = None
    rating_worst: float | None = None
    rating_best: float | None = None
    parent_ref: str | None = None
    root_ref: str | None = None
    repost_ref: str | None = None
    quote_ref: str | None = None
    media: tuple[MediaFile, ...] = ()
    engagement: Engagement | None = None
    first_purchase: bool | None = None  # of a survey answer: whether it was the customer's first purchase


OWNER = "the owner of the place"
"""The `author_ref` of answers that stand within a review: only who owns the place can write there."""
OWNED_PLACES = ("business.google.com", "steamcommunity.com", "www.trustpilot.com")
"""The hosts of such answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A text that its source no longer shows: its author or the host took it away.

    Said only when the source answers about this very text; a failed or empty page never says so. `doubted`: it is noted
    and believed when the source still says so at a later look.
    """

    kind: MentionKind
    host: str
    external_id: str
    doubted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A text that we have and that is looked at again: to see how it spreads, and whether it is still there."""

    kind: MentionKind
    host: str
    external_id: str
    url: str
    published_at: datetime
    missing_at: datetime | None = None  # when its source first said that it is gone, which was not believed


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregateRating:
    """The average rating that a page shows of one thing, and of how many ratings and reviews it is made."""

    place: str  # the address of the page
    item: str = ""  # what is rated, as the page names it
    value: float
    worst: float | None = None
    best: float | None = None
    ratings: int | None = None
    reviews: int | None = None
