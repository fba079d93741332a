"""What the search of Hacker News says of a story or comment."""

from collections import deque
from datetime import datetime
from typing import Any

from pydantic import AliasChoices, BaseModel, Field

from crawlers.extract import html_to_text, parse_time
from crawlers.shapes import Id, Number, Ref, Text
from monitor.facts import Collected, Engagement, MentionKind

HOST = "news.ycombinator.com"
"""Where the ids belong to, whoever answers for it."""


class Item(BaseModel):
    """A hit of a search, or an item of a thread, as far as it is read. Points are told of stories only."""

    id: Id = Field(validation_alias=AliasChoices("objectID", "id"))
    created_at_i: int
    author: Text = ""
    title: Text = ""
    story_title: Text = ""
    story_text: Text = ""
    comment_text: Text = ""
    text: Text = ""
    points: Number = None
    num_comments: Number = None
    parent_id: Ref = ""
    story_id: Ref = ""

    def collected(self, now: datetime, replies: int | None = None) -> Collected:
        """`replies` where they were counted; else as the search says."""
        published, precision = parse_time(self.created_at_i, now)
        answers = bool(self.parent_id)
        return Collected(
            kind=MentionKind.COMMENT if answers else MentionKind.POST,
            host=HOST,
            external_id=self.id,
            url=f"https://{HOST}/item?id={self.id}",
            title="" if answers else html_to_text(self.title),
            text=html_to_text(self.comment_text or self.story_text or self.text),
            item=html_to_text(self.story_title) if answers else "",
            author_ref=self.author,
            author_name=self.author,
            published_at=published,
            precision=precision,
            parent_ref=self.parent_id or None,
            root_ref=self.story_id if answers and self.story_id else None,
            engagement=Engagement(likes=self.points, replies=self.num_comments if replies is None else replies),
        )


def size_of(thread: dict[str, Any]) -> int:
    """How many comments stand below an item, at any depth."""
    below, number = deque([thread]), 0
    while below:
        children = below.popleft().get("children")
        found = [child for child in children if isinstance(child, dict)] if isinstance(children, list) else []
        number += len(found)
        below.extend(found)
    return number
