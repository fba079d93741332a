"""Reads posts and comments as Reddit's interface gives them, and sees which of them were taken away."""

from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel
from scrapy.http import TextResponse

from crawlers.answers import json_of, member, shaped
from crawlers.base import Page
from crawlers.cursors import next_page
from crawlers.extract import absolute, html_to_text
from crawlers.shapes import Flag, Number, Text
from monitor.facts import Collected, Engagement, Gone, MediaFile, MediaKind, MentionKind

HOST = "www.reddit.com"
"""Whichever server is asked, the ids are Reddit's."""
KINDS = {"t1": MentionKind.COMMENT, "t3": MentionKind.POST}
REMOVED = frozenset({"[deleted]", "[removed]"})
"""What stands in place of a text that its author deleted or a moderator removed."""
LAST_SECOND = 253_402_300_799
PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp")


class Told(BaseModel):
    """A post or comment, as far as it is read."""

    name: str
    created_utc: float
    author: Text = ""
    author_fullname: Text = ""
    subreddit: Text = ""
    title: Text = ""
    link_title: Text = ""
    selftext: Text = ""
    selftext_html: Text = ""
    body: Text = ""
    body_html: Text = ""
    permalink: Text = ""
    link_id: Text = ""
    parent_id: Text = ""
    crosspost_parent: Text = ""
    score: Number = None
    score_hidden: Flag = False
    num_comments: Number = None
    num_crossposts: Number = None
    removed_by_category: Text = ""
    is_video: Flag = False
    url: Text = ""

    @property
    def is_gone(self) -> bool:
        """Deleted or removed: its words are, whoever's name is still shown."""
        return self.removed_by_category != "" or (self.body or self.selftext).strip() in REMOVED

    @property
    def address(self) -> str:
        """Where people read it; old answers give comments no address."""
        number = self.name.partition("_")[2]
        made = f"/r/{self.subreddit}/comments/{self.link_id.removeprefix('t3_')}/_/{number}/"
        return absolute(f"https://{HOST}/", self.permalink or made)


class Thing(BaseModel):
    """One entry of a listing."""

    kind: Literal["t1", "t3"]
    data: Told

    def collected(self) -> Collected:
        told = self.data
        named = told.author not in ("", *REMOVED)
        moment = told.created_utc if 0 <= told.created_utc <= LAST_SECOND else 0
        return Collected(
            kind=KINDS[self.kind],
            host=HOST,
            external_id=told.name,
            url=told.address,
            title=told.title,
            text=_words(told.body_html, told.body) or _words(told.selftext_html, told.selftext),
            item=told.link_title,
            author_name=told.author if named else "",
            author_ref=(told.author_fullname or told.author) if named else "",
            published_at=datetime.fromtimestamp(moment, UTC),
            parent_ref=told.parent_id or None,
            root_ref=told.link_id or None,
            repost_ref=told.crosspost_parent or None,
            media=_media(told),
            engagement=Engagement(
                likes=None if told.score_hidden else told.score,
                reposts=told.num_crossposts,
                replies=told.num_comments,
            ),
        )

    def gone(self) -> Gone:
        return Gone(kind=KINDS[self.kind], host=HOST, external_id=self.data.name)


def _words(html: str, plain: str) -> str:
    return html_to_text(html) if html else plain.strip()


def _media(told: Told) -> tuple[MediaFile, ...]:
    if told.is_video:
        return (MediaFile(MediaKind.VIDEO, told.url),)
    is_picture = told.url.partition("?")[0].lower().endswith(PICTURES)
    return (MediaFile(MediaKind.IMAGE, told.url),) if is_picture else ()


def read_listing(response: TextResponse) -> Page:
    """One page of a listing, newest first as it was asked for."""
    data = member(json_of(response), "data")
    things, unreadable = shaped(member(data, "children"), Thing)
    return Page(
        texts=[thing.collected() for thing in things if not thing.data.is_gone],
        gone=[thing.gone() for thing in things if thing.data.is_gone],
        unreadable=unreadable,
        following=next_page(response.url, "after", data.get("after")),
    )
