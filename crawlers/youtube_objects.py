"""Reads videos and comments as YouTube's interface gives them, and what it says when it refuses."""

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints
from scrapy.http import TextResponse

from crawlers.answers import json_of, member, shaped
from crawlers.base import NotUnderstood, Page
from crawlers.cursors import next_page
from crawlers.extract import html_to_text, parse_time
from crawlers.quotas import Quota
from crawlers.shapes import Number, Text
from monitor.facts import Collected, Engagement, MediaFile, MediaKind, MentionKind

HOST = "www.youtube.com"
"""Whichever server is asked, the ids are YouTube's."""
UNITS = Quota("YouTube units", 10_000, zone="America/Los_Angeles", unit="units")
SEARCHES = Quota("YouTube searches", 100, zone="America/Los_Angeles", unit="searches")
"""A bucket of its own; both are renewed at midnight Pacific time."""
REFUSALS = [400, 403, 404]
MOST_WHOLE = 50
"""Comments of which one crawl asks for all answers, a unit each: with more, a channel that many comment on would take
the units of a day by noon, and its first crawl would not end."""
SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded"})
CLOSED = {"commentsDisabled": "videos with comments switched off", "videoNotFound": "videos that are not there"}
"""What is no failure of the source, and the counter it is told by."""
_REASON = re.compile(r"[A-Za-z]{3,40}")


class Refused(NotUnderstood):
    """The interface says no; `reason` is its own word for why."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the interface refuses: {reason}")
        self.reason = reason


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,128}$")]
"""It becomes a part of addresses."""


class ChannelId(BaseModel):
    value: str = ""


class CommentSnippet(BaseModel):
    original: Text = Field(default="", alias="textOriginal")
    shown: Text = Field(default="", alias="textDisplay")
    author: Text = Field(default="", alias="authorDisplayName")
    channel: ChannelId = Field(default=ChannelId(), alias="authorChannelId")
    likes: Number = Field(default=None, alias="likeCount")
    published: str = Field(alias="publishedAt")
    parent: Text = Field(default="", alias="parentId")


class Comment(BaseModel):
    """A comment or an answer to one."""

    id: Id
    snippet: CommentSnippet

    def collected(self, video: str, now: datetime, replies: int | None = None) -> Collected:
        published, precision = parse_time(self.snippet.published, now)
        return Collected(
            kind=MentionKind.COMMENT,
            host=HOST,
            external_id=self.id,
            url=f"https://{HOST}/watch?v={video}&lc={self.id}",
            text=self.snippet.original.strip() or html_to_text(self.snippet.shown),
            author_name=self.snippet.author,
            author_ref=self.snippet.channel.value,
            published_at=published,
            precision=precision,
            parent_ref=self.snippet.parent or video,
            root_ref=video,
            engagement=Engagement(likes=self.snippet.likes, replies=replies),
        )


class ThreadSnippet(BaseModel):
    top: Comment = Field(alias="topLevelComment")
    replies: int = Field(default=0, alias="totalReplyCount")


class Replies(BaseModel):
    comments: list[Comment] = []


class CommentThread(BaseModel):
    """A comment with some of its answers: of many, YouTube gives only a few along."""

    id: Id
    snippet: ThreadSnippet
    replies: Replies = Replies()


class VideoSnippet(BaseModel):
    title: Text = ""
    description: Text = ""
    channel: Text = Field(default="", alias="channelId")
    channel_name: Text = Field(default="", alias="channelTitle")
    published: str = Field(alias="publishedAt")
    language: Text = Field(default="", alias="defaultLanguage")


class Statistics(BaseModel):
    views: int | None = Field(default=None, alias="viewCount")
    likes: int | None = Field(default=None, alias="likeCount")
    comments: int | None = Field(default=None, alias="commentCount")


class Video(BaseModel):
    id: Id
    snippet: VideoSnippet
    statistics: Statistics = Statistics()

    def collected(self, now: datetime) -> Collected:
        published, precision = parse_time(self.snippet.published, now)
        counts, url = self.statistics, f"https://{HOST}/watch?v={self.id}"
        return Collected(
            kind=MentionKind.POST,
            host=HOST,
            external_id=self.id,
            url=url,
            title=html_to_text(self.snippet.title),
            text=self.snippet.description.strip(),
            author_name=self.snippet.channel_name,
            author_ref=self.snippet.channel,
            published_at=published,
            precision=precision,
            language=self.snippet.language,
            media=(MediaFile(MediaKind.VIDEO, url),),
            engagement=Engagement(likes=counts.likes, replies=counts.comments, views=counts.views),
        )


class _Named(BaseModel):
    video: Id | None = Field(default=None, alias="videoId")


class Listed(BaseModel):
    """A video in a playlist (`contentDetails`) or among what a search found (`id`)."""

    id: _Named | str = ""
    details: _Named = Field(default=_Named(), alias="contentDetails")

    @property
    def video(self) -> str:
        return self.details.video or (self.id.video if isinstance(self.id, _Named) else None) or ""


def items_of(response: TextResponse) -> tuple[Any, str]:
    """What an answer lists, and the address of the page after it; Refused when the interface says no."""
    data = json_of(response)
    if isinstance(data, dict) and "error" in data:
        raise Refused(_reason(data["error"]))
    items = member(data, "items")
    return items, next_page(response.url, "pageToken", data.get("nextPageToken"))


def _reason(error: Any) -> str:
    """`commentsDisabled` and the like; nothing else of the answer is shown, as it may repeat what was sent."""
    errors = error.get("errors") if isinstance(error, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    reason = first.get("reason") if isinstance(first, dict) else None
    return reason if isinstance(reason, str) and _REASON.fullmatch(reason) else "it gives no reason"


def threads_of(
    response: TextResponse, video: str, now: datetime, *, whole: bool, most: int = MOST_WHOLE
) -> tuple[Page, list[str]]:
    """A page of comments with the answers that came along, and the ids of those whose answers are to be asked for.

    With `whole` these are the first `most` that came with a part of their answers only, which is then left out here.
    """
    items, following = items_of(response)
    threads, unreadable = shaped(items, CommentThread, what="comment threads")
    texts = [thread.snippet.top.collected(video, now, thread.snippet.replies) for thread in threads]
    cut = [thread.id for thread in threads if thread.snippet.replies > len(thread.replies.comments)]
    cut = cut[:most] if whole else []
    came = [answer for thread in threads if thread.id not in cut for answer in thread.replies.comments]
    return Page(texts, following, unreadable, more=[answer.collected(video, now) for answer in came]), cut


def answers_of(response: TextResponse, video: str, now: datetime) -> Page:
    """A page of the answers to one comment."""
    items, following = items_of(response)
    comments, unreadable = shaped(items, Comment, what="comments")
    return Page([comment.collected(video, now) for comment in comments], following, unreadable)
