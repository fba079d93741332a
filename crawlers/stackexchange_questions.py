"""What Stack Exchange says of questions, answers and comments, and how long it wants to be left alone."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator
from scrapy.http import TextResponse

from crawlers.answers import json_of
from crawlers.base import NotUnderstood
from crawlers.extract import absolute, html_to_text, parse_time
from crawlers.quotas import Quota
from crawlers.shapes import Id, Number, Text, one
from monitor.facts import Collected, Engagement, MentionKind

OWN_DOMAINS = frozenset({"stackoverflow", "superuser", "serverfault", "askubuntu", "stackapps"})
THROTTLED = "throttle_violation"
LONGEST_PAUSE = 86_400.0
"""Seconds; also what is waited for when a refusal does not say how long."""
KEYLESS = Quota("api.stackexchange.com", 300)
KEYED = Quota("api.stackexchange.com with a key", 10_000)
_SECONDS = re.compile(r"available in (\d{1,6}) seconds")


def site_host(site: str) -> str:
    """`stackoverflow` is stackoverflow.com, `unix` is unix.stackexchange.com, a whole domain stays."""
    if "." in site and not site.startswith("meta."):
        return site
    if site == "mathoverflow":
        return "mathoverflow.net"
    return f"{site}.com" if site.removeprefix("meta.") in OWN_DOMAINS else f"{site}.stackexchange.com"


Below = TypeVar("Below")
Some = Annotated[list[Below], BeforeValidator(lambda value: value if isinstance(value, list) else [])]


def search_address(base: str, site: str, shown: str, term: str, since: datetime | None, page: int) -> str:
    """Where to ask for the questions that hold a term, the newest first, with what the filter `shown` lets through."""
    asked = {"site": site, "q": f'"{term}"', "sort": "creation", "order": "desc", "filter": shown}
    asked |= {"pagesize": "100", "page": str(page)}
    asked |= {} if since is None else {"fromdate": str(int(since.timestamp()))}
    return f"{base.rstrip('/')}/2.3/search/advanced?{urlencode(asked)}"


class Owner(BaseModel):
    user_id: Number = None
    display_name: Text = ""


class Writing(BaseModel):
    """What questions, answers and comments have in common."""

    creation_date: int
    body: Text = ""
    body_markdown: Text = ""
    link: Text = ""
    owner: Annotated[Owner, BeforeValidator(lambda value: value or {})] = Owner()
    score: Number = None

    def told(self, host: str, now: datetime) -> dict[str, Any]:
        """The fields of a text that are read alike in all."""
        published, precision = parse_time(self.creation_date, now)
        return {
            "host": host,
            "text": html_to_text(self.body or self.body_markdown),
            "author_ref": f"user-{self.owner.user_id}" if self.owner.user_id else "",
            "author_name": html_to_text(self.owner.display_name),
            "published_at": published,
            "precision": precision,
        }


class Comment(Writing):
    comment_id: Id

    def collected(self, host: str, now: datetime, parent: str, root: str) -> Collected:
        return Collected(
            kind=MentionKind.COMMENT,
            external_id=f"comment-{self.comment_id}",
            url=absolute(f"https://{host}", self.link) or f"https://{host}/posts/comments/{self.comment_id}",
            parent_ref=parent,
            root_ref=root,
            engagement=Engagement(likes=self.score),
            **self.told(host, now),
        )


class Answer(Writing):
    answer_id: Id
    comments: Some[Comment] = []

    def collected(self, host: str, now: datetime, root: str) -> Iterator[Collected]:
        name = f"answer-{self.answer_id}"
        yield Collected(
            kind=MentionKind.COMMENT,
            external_id=name,
            url=absolute(f"https://{host}", self.link) or f"https://{host}/a/{self.answer_id}",
            parent_ref=root,
            root_ref=root,
            engagement=Engagement(likes=self.score),
            **self.told(host, now),
        )
        for comment in self.comments:
            yield comment.collected(host, now, name, root)


class Question(Writing):
    """A question with what stands below it, as far as the filter lets it through."""

    question_id: Id
    title: Text = ""
    answer_count: Number = None
    view_count: Number = None
    answers: Some[Answer] = []
    comments: Some[Comment] = []

    @property
    def name(self) -> str:
        return f"question-{self.question_id}"

    def collected(self, host: str, now: datetime) -> Collected:
        return Collected(
            kind=MentionKind.POST,
            external_id=self.name,
            url=absolute(f"https://{host}", self.link) or f"https://{host}/questions/{self.question_id}",
            title=html_to_text(self.title),
            engagement=Engagement(likes=self.score, replies=self.answer_count, views=self.view_count),
            **self.told(host, now),
        )

    def below(self, host: str, now: datetime) -> Iterator[Collected]:
        for comment in self.comments:
            yield comment.collected(host, now, self.name, self.name)
        for answer in self.answers:
            yield from answer.collected(host, now, self.name)


class Refusal(BaseModel):
    error_name: Text = ""
    error_message: Text = ""


def refused_for(response: TextResponse) -> float | None:
    """The seconds for which nothing more is answered; None when the answer is one.

    NotUnderstood, with the name of the error, for a question that is not taken.
    """
    if response.status != 400:
        return None
    data = json_of(response)
    refusal = one(data, Refusal, what="refusal")
    if refusal.error_name != THROTTLED:
        raise NotUnderstood(f"it refuses the question: {refusal.error_name[:40] or 'it does not say why'} (400)")
    found = _SECONDS.search(refusal.error_message[:500])
    return float(found[1]) if found else LONGEST_PAUSE


def pause_after(data: dict[str, Any], now: datetime) -> tuple[float, str]:
    """The seconds for which an answer wants no other question, and why; 0 when it does not say so."""
    if data.get("quota_remaining") == 0:
        midnight = (now.astimezone(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return (midnight - now).total_seconds(), "its quota of the day is used up"
    backoff = data.get("backoff")
    if not isinstance(backoff, int | float) or isinstance(backoff, bool) or not backoff > 0:  # NaN is not either
        return 0.0, ""
    return float(min(backoff, LONGEST_PAUSE)), "its answer asks for a pause (backoff)"
