"""Reads reviews as Trustpilot and Google give them to the company that they are about."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urldefrag

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints
from scrapy.http import Request, TextResponse

from crawlers.again import NOT_THERE, Address, Again, ReadAgain
from crawlers.answers import json_of, shaped
from crawlers.base import FormatChanged, NotUnderstood, Reader, SourceSpider
from crawlers.cursors import next_page
from crawlers.extract import is_anonymous, parse_time
from crawlers.memory import Memory
from crawlers.owner_answers import answer_to
from crawlers.shapes import Flag, Number, Text, one
from monitor.facts import AggregateRating, Collected, Engagement, Known, MentionKind

TRUSTPILOT, GOOGLE = "www.trustpilot.com", "business.google.com"
STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
_TRANSLATED, _ORIGINAL = "(Translated by Google)", "(Original)"


def _as_names(value: object) -> object:
    """A list of places without names of their own, or one."""
    value = [value] if isinstance(value, str) else value
    return dict.fromkeys(value, "") if isinstance(value, list) else value


Place = Annotated[str, StringConstraints(pattern=r"^accounts/[0-9]+/locations/[0-9]+$")]
Places = Annotated[dict[Place, str], BeforeValidator(_as_names), Field(min_length=1, max_length=200)]
"""Places as Google names them, with the name that each has among people; a plain list gives them none."""


_IfAny = BeforeValidator(lambda value: value if isinstance(value, dict) else {})


class Consumer(BaseModel):
    id: Text = ""
    display_name: Text = Field(default="", alias="displayName")


class CompanyReply(BaseModel):
    text: Text = ""
    created: Text = Field(default="", alias="createdAt")


class TrustpilotReview(BaseModel):
    """A review of a company, as far as it is read."""

    id: str
    stars: Number = None
    title: Text = ""
    text: Text = ""
    language: Text = ""
    created: str = Field(alias="createdAt")
    likes: Number = Field(default=None, alias="numberOfLikes")
    consumer: Consumer = Consumer()
    reply: Annotated[CompanyReply, _IfAny] = Field(CompanyReply(), alias="companyReply")

    def with_answer(self, now: datetime) -> list[Collected]:
        """The review, and what the company answered."""
        review = self.collected(now)
        return [review, *answer_to(review, self.reply.text, self.reply.created, now)]

    def collected(self, now: datetime) -> Collected:
        published, precision = parse_time(self.created, now)
        name = self.consumer.display_name
        return Collected(
            kind=MentionKind.REVIEW,
            host=TRUSTPILOT,
            external_id=self.id,
            url=f"https://{TRUSTPILOT}/reviews/{self.id}",
            title=self.title,
            text=self.text,
            author_name="" if is_anonymous(name) else name,
            author_ref=self.consumer.id,
            published_at=published,
            precision=precision,
            language=self.language,
            rating_value=self.stars,
            rating_worst=1,
            rating_best=5,
            engagement=None if self.likes is None else Engagement(likes=self.likes),
        )


class Reviewer(BaseModel):
    name: Text = Field(default="", alias="displayName")
    anonymous: Flag = Field(default=False, alias="isAnonymous")


class ReviewReply(BaseModel):
    comment: Text = ""
    updated: Text = Field(default="", alias="updateTime")


class GoogleReview(BaseModel):
    """A review of a place, as far as it is read."""

    id: str = Field(alias="reviewId")
    stars: Text = Field(default="", alias="starRating")
    comment: Text = ""
    created: str = Field(alias="createTime")
    updated: Text = Field(default="", alias="updateTime")
    reviewer: Reviewer = Reviewer()
    reply: Annotated[ReviewReply, _IfAny] = Field(ReviewReply(), alias="reviewReply")

    def with_answer(self, location: str, item: str, now: datetime) -> list[Collected]:
        """The review, and what the owner of the place answered."""
        review = self.collected(location, item, now)
        return [review, *answer_to(review, original_of(self.reply.comment), self.reply.updated, now)]

    def collected(self, location: str, item: str, now: datetime) -> Collected:
        """The review of a location, which is named as Google does (`accounts/1/locations/2`) and as people do."""
        published, precision = parse_time(self.created, now)
        hidden = self.reviewer.anonymous or is_anonymous(self.reviewer.name)
        return Collected(
            kind=MentionKind.REVIEW,
            host=GOOGLE,
            external_id=self.id,
            url=f"https://{GOOGLE}/reviews#{location}/reviews/{self.id}",
            text=original_of(self.comment),
            item=item,
            author_name="" if hidden else self.reviewer.name,
            published_at=published,
            precision=precision,
            rating_value=STARS.get(self.stars),
            rating_worst=1,
            rating_best=5,
        )


def original_of(comment: str) -> str:
    """The words that the author wrote, without Google's translation, which stands before or after them."""
    if _TRANSLATED not in comment:
        return comment
    before, _, after = comment.partition(_TRANSLATED)
    _, marked, original = after.partition(_ORIGINAL)
    return (original if marked else before or after).strip()


@dataclass(frozen=True, slots=True)
class PlacePage:
    """One page of the reviews of a place, latest change first, and on each the average of all its reviews."""

    texts: list[Collected]
    changes: list[Collected]  # the same at the time of their last change, by which Google orders them
    following: str
    average: list[AggregateRating]
    answers: list[Collected]  # what the owner of the place wrote within them


def read_place(
    response: TextResponse, place: str, item: str, now: datetime, drop: Callable[[str, int], None]
) -> PlacePage:
    """The reviews of a place on Google; one without any has no list at all. `drop` counts those not understood."""
    data = json_of(response)
    if not isinstance(data, dict) or (data and not data.keys() & {"reviews", "totalReviewCount"}):
        raise FormatChanged("the field 'reviews' has vanished")
    reviews, unreadable = shaped(data.get("reviews", []), GoogleReview, what="reviews")
    if unreadable:
        drop("unreadable", unreadable)
    following = next_page(response.url, "pageToken", data.get("nextPageToken"))
    if following == response.url:
        raise NotUnderstood("the next page is one that was read already")
    texts = [review.collected(place, item, now) for review in reviews]
    times = [parse_time(review.updated or review.created, now)[0] for review in reviews]
    changes = [replace(text, published_at=at) for text, at in zip(texts, times, strict=True)]
    average = _average(place, item, data.get("averageRating"), data.get("totalReviewCount"))
    answers = [text for review in reviews for text in review.with_answer(place, item, now)[1:]]
    return PlacePage(texts, changes, following, average, answers)


def _average(place: str, item: str, value: object, number: object) -> list[AggregateRating]:
    if not isinstance(value, int | float) or not isinstance(number, int) or number < 1:
        return []
    url = f"https://{GOOGLE}/reviews#{place}"
    return [AggregateRating(place=url, item=item, value=value, worst=1, best=5, reviews=number)]


def name_of(known: Known) -> str:
    """`accounts/1/locations/2/reviews/3`, which stands in the address that we made for a review on Google."""
    return urldefrag(known.url).fragment


def read_on_google(
    response: TextResponse, known: Known, *, places: Mapping[str, str], now: datetime
) -> list[Collected]:
    """One review that was asked for by its name."""
    place = name_of(known).partition("/reviews/")[0]
    return one(json_of(response), GoogleReview, what="review").with_answer(place, places.get(place, ""), now)


def is_due(memory: Memory, now: datetime, days: int) -> bool:
    """Whether all pages are to be read again: on the first crawl, and on the first one of each so many days."""
    last = memory.last_walk
    return last is None or last.toordinal() // days != now.toordinal() // days


def ask_again(spider: SourceSpider, headers: Mapping[str, str], address: Address, read: ReadAgain) -> Iterable[Request]:
    """Asks for reviews that we have, one by one: they come as they are now, or are gone.

    Answers have no address of their own: they come with their reviews.
    """

    def of_review(known: Known) -> str:
        return address(known) if known.kind is MentionKind.REVIEW else ""

    def ask(url: str, read: Reader, **how: Any) -> Request:
        request = spider.ask(url, read, headers=headers, **how)
        request.meta["handle_httpstatus_list"] = list(NOT_THERE)
        return request

    return Again(spider, of_review, read, ask=ask).requests()
