"""What Steam says of a review, and its text without marks."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator

from crawlers.base import FormatChanged, NotUnderstood
from crawlers.extract import parse_time
from crawlers.owner_answers import answer_to
from crawlers.shapes import Id, Number, Ref, Text
from monitor.facts import Collected, Engagement, MentionKind

HOST = "steamcommunity.com"
ALL, RECENT, OF_ALL_BUYERS = 0, 1, 1
"""Numbers of the interface, as clients of 2026 use them: all reviews, the newest first, however the game was bought."""
A_PAGE = 100
_LANGUAGES = {
    "arabic": "ar", "brazilian": "pt-BR", "bulgarian": "bg", "czech": "cs", "danish": "da", "dutch": "nl",
    "english": "en", "finnish": "fi", "french": "fr", "german": "de", "greek": "el", "hungarian": "hu",
    "indonesian": "id", "italian": "it", "japanese": "ja", "koreana": "ko", "latam": "es-419", "norwegian": "no",
    "polish": "pl", "portuguese": "pt", "romanian": "ro", "russian": "ru", "schinese": "zh-Hans", "spanish": "es",
    "swedish": "sv", "tchinese": "zh-Hant", "thai": "th", "turkish": "tr", "ukrainian": "uk", "vietnamese": "vi",
}  # fmt: skip
_MARK = re.compile(
    r"\[/?(?:h[1-6]|b|i|u|s|strike|spoiler|noparse|quote|code|o?list|table|tr|th|td|url|hr|p)(?:=[^\[\]\n]{0,500})?\]",
    re.I,
)
_POINT = re.compile(r"\[\*\]\s*")


class Author(BaseModel):
    steamid: Ref = ""


class Review(BaseModel):
    """A review, as far as it is read: somebody recommends a game, or does not."""

    recommendationid: Id
    review: str
    voted_up: bool
    timestamp_created: int
    language: Text = ""
    votes_up: Number = None
    comment_count: Number = None
    author: Annotated[Author, BeforeValidator(lambda value: value or {})] = Author()
    developer_response: Text = ""
    timestamp_dev_responded: Number = None

    def answer(self, review: Collected, now: datetime) -> list[Collected]:
        """What the developer answered to this review."""
        return answer_to(review, plain_text(self.developer_response), self.timestamp_dev_responded, now)

    def collected(self, app: int, name: str, now: datetime) -> Collected:
        published, precision = parse_time(self.timestamp_created, now)
        writer = self.author.steamid
        page = f"profiles/{writer}/recommended/{app}/" if writer.isdecimal() else f"app/{app}/reviews/"
        return Collected(
            kind=MentionKind.REVIEW,
            host=HOST,
            external_id=self.recommendationid,
            url=f"https://{HOST}/{page}",
            text=plain_text(self.review),
            item=name,
            author_ref=writer,
            published_at=published,
            precision=precision,
            language=_LANGUAGES.get(self.language, ""),
            rating_value=1.0 if self.voted_up else 0.0,
            rating_worst=0.0,
            rating_best=1.0,
            engagement=Engagement(likes=self.votes_up, replies=self.comment_count),
        )


def plain_text(marked: str) -> str:
    """A text without the marks of BBCode: `[h1]`, `[b]`, `[url=…]`, `[*]`; other brackets are the author's own."""
    return _MARK.sub("", _POINT.sub("\n- ", marked)).strip()


def page_address(base: str, app: int, languages: Sequence[str], cursor: str) -> str:
    """Where to ask for the reviews after a cursor, `*` for the newest ones."""
    asked = {
        "appid": app,
        "filter": RECENT,
        "languages": list(languages),
        "review_type": ALL,
        "purchase_type": OF_ALL_BUYERS,
        "num_per_page": A_PAGE,
        "filter_offtopic_activity": False,
        "cursor": cursor,
    }
    written = json.dumps(asked, separators=(",", ":"))
    return f"{base.rstrip('/')}/IUserReviewsService/GetAppReviews/v1/?{urlencode({'input_json': written})}"


def reviews_of(data: Any) -> tuple[list[Any], str]:
    """The reviews of an answer, as they are, and the cursor after them, "" when there is none."""
    body = data.get("response", data) if isinstance(data, dict) else None  # answers were not wrapped before 2026
    if not isinstance(body, dict):
        raise FormatChanged("the field 'response' has vanished")
    if not body:
        raise NotUnderstood("an empty answer, which is what it says of an app that it does not know")
    reviews = body.get("reviews", [] if _tells_none(body) else None)
    if not isinstance(reviews, list):
        raise FormatChanged("the field 'reviews' has vanished")
    cursor = body.get("cursor")
    return reviews, cursor if isinstance(cursor, str) else ""


def _tells_none(body: dict[str, Any]) -> bool:
    summary = body.get("query_summary")
    return isinstance(summary, dict) and 0 in (summary.get("num_reviews"), summary.get("total_reviews"))
