"""Reads posts as X gives them in version 2 of its interface, with what they answer, repeat and quote."""

from collections.abc import Callable
from datetime import datetime, timedelta

from pydantic import BaseModel
from scrapy.http import TextResponse

from crawlers.answers import member, shaped
from crawlers.base import Page
from crawlers.cursors import next_page
from crawlers.extract import parse_time
from crawlers.quotas import Cost, Period, Quota
from crawlers.refusals import answer_of
from crawlers.shapes import Number, Text
from monitor.facts import Collected, Engagement, Gone, MentionKind

HOST = "x.com"
"""Whichever server is asked, the ids are X's."""
FIELDS = "author_id,conversation_id,created_at,lang,note_tweet,public_metrics,referenced_tweets"
"""Only what belongs to the post itself: authors, media and the posts it refers to would each be charged on top."""
SEARCHED = timedelta(days=7, minutes=-5)
"""The search knows the last seven days; the minutes are for clocks that do not agree."""
PRICE = 5
"""Tenths of a cent per post read (X's price list of 2026); one read again on the same day is free there, not here."""
REFUSALS = [400, 401, 402, 403]
"""Answers that cost nothing; read, to tell why."""
MEANINGS = {
    400: "the query is not one that X takes",
    401: "the bearer token is not accepted",
    402: "the credits at X are used up",
    403: "the app may not search",
}
Read = Callable[[TextResponse, datetime], Page]
_FIRST_MILLISECOND = 1_288_834_974_657
_BITS_BELOW_THE_TIME = 22


class Metrics(BaseModel):
    like_count: Number = None
    retweet_count: Number = None
    reply_count: Number = None
    quote_count: Number = None
    impression_count: Number = None


class Reference(BaseModel):
    type: str
    id: str


class Note(BaseModel):
    text: Text = ""


class Post(BaseModel):
    """A post, as far as it is read."""

    id: str
    text: str
    created_at: str
    author_id: Text = ""
    lang: Text = ""
    conversation_id: Text = ""
    note_tweet: Note = Note()  # the whole of a long text, of which `text` is the beginning
    referenced_tweets: list[Reference] = []
    public_metrics: Metrics = Metrics()

    def collected(self, now: datetime) -> Collected:
        published, precision = parse_time(self.created_at, now)
        refers, counts = {ref.type: ref.id for ref in self.referenced_tweets}, self.public_metrics
        return Collected(
            kind=MentionKind.POST,
            host=HOST,
            external_id=self.id,
            url=f"https://{HOST}/i/web/status/{self.id}",
            text=self.note_tweet.text or self.text,
            author_ref=self.author_id,
            published_at=published,
            precision=precision,
            language="" if self.lang in ("und", "zxx") else self.lang,
            parent_ref=refers.get("replied_to"),
            root_ref=self.conversation_id if self.conversation_id not in ("", self.id) else None,
            repost_ref=refers.get("retweeted"),
            quote_ref=refers.get("quoted"),
            engagement=Engagement(
                likes=counts.like_count,
                reposts=counts.retweet_count,
                replies=counts.reply_count,
                quotes=counts.quote_count,
                views=counts.impression_count,
            ),
        )


class Problem(BaseModel):
    """What an answer says of something that it does not hold."""

    type: str = ""
    resource_type: str = ""
    resource_id: str = ""

    @property
    def is_gone(self) -> bool:
        return self.type.endswith("/resource-not-found") and self.resource_type == "tweet" and self.resource_id != ""


def price_of(posts: int, most_dollars: float) -> Cost:
    """What so many posts cost, of what may be spent in a month."""
    quota = Quota("X spending", round(most_dollars * 1000), period=Period.MONTH, unit="tenths of a cent")
    return Cost(quota, units=PRICE * posts, for_answers=True)


def read_posts(response: TextResponse, now: datetime) -> Page:
    """One page of posts; an answer without any has no list at all, only the number 0."""
    data = answer_of(response, MEANINGS)
    meta = member(data, "meta")
    empty = "data" not in data and member(meta, "result_count") == 0
    posts, unreadable = shaped([] if empty else member(data, "data"), Post, what="posts")
    token = meta.get("next_token") if isinstance(meta, dict) else None
    return Page(
        texts=[post.collected(now) for post in posts],
        unreadable=unreadable,
        following=next_page(response.url, "next_token", token),
        says_empty=empty and "since_id=" in response.url,  # without it, only of the last seven days
    )


def read_again(response: TextResponse, now: datetime) -> Page:
    """Posts that were asked for by their ids; of those that are not there any more the answer says so one by one."""
    data = answer_of(response, MEANINGS)
    problems, _ = shaped(data.get("errors", []) if isinstance(data, dict) else [], Problem, what="errors")
    gone = [
        Gone(kind=MentionKind.POST, host=HOST, external_id=problem.resource_id)
        for problem in problems
        if problem.is_gone
    ]
    posts, unreadable = shaped([] if gone and "data" not in data else member(data, "data"), Post, what="posts")
    return Page(texts=[post.collected(now) for post in posts], unreadable=unreadable, gone=gone)


def id_at(moment: datetime) -> str:
    """The smallest id that a post of this moment can have: its time in milliseconds, above 22 bits of other things."""
    return str((int(moment.timestamp() * 1000) - _FIRST_MILLISECOND) << _BITS_BELOW_THE_TIME)
