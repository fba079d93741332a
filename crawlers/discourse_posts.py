"""What a Discourse forum says of a post."""

import re
from datetime import datetime
from typing import Any

from parsel import Selector
from pydantic import BaseModel

from crawlers.extract import LONGEST_HTML, host_of, html_to_text, parse_time
from crawlers.shapes import Flag, Number, Text
from monitor.facts import Collected, Engagement, Gone, MentionKind

WINDOW = 50
"""Ids that one page looks at."""
LIKE = 2
WRITTEN = (1, 2)
"""Types of posts that people write; the others say that a topic was closed, moved, and the like."""
_SLUG = re.compile(r"[\w%-]{1,200}")


class Post(BaseModel):
    """A post, as far as it is read. Topic and number name it: answers refer to them, and so does its address."""

    id: int
    topic_id: int
    post_number: int
    cooked: str
    post_type: int = 1
    created_at: Text = ""
    username: Text = ""
    name: Text = ""
    topic_slug: Text = ""
    topic_title: Text = ""
    reply_to_post_number: Number = None
    reply_count: Number = None
    quote_count: Number = None
    reads: Number = None
    actions_summary: Any = None
    hidden: Flag = False
    user_deleted: Flag = False
    deleted_at: Text = ""

    @property
    def is_written(self) -> bool:
        return self.post_type in WRITTEN

    @property
    def is_gone(self) -> bool:
        """What stands there then is a note of the forum, not the author's text."""
        return self.hidden or self.user_deleted or bool(self.deleted_at)

    @property
    def kind(self) -> MentionKind:
        return MentionKind.POST if self.post_number == 1 else MentionKind.COMMENT

    def gone(self, site: str) -> Gone:
        return Gone(kind=self.kind, host=host_of(site), external_id=self._named(self.post_number))

    def collected(self, site: str, now: datetime) -> Collected:
        published, precision = parse_time(self.created_at, now)
        first = self.post_number == 1
        slug = f"{self.topic_slug}/" if _SLUG.fullmatch(self.topic_slug) else "-/"
        html, quoted = without_quotes(self.cooked)
        return Collected(
            kind=self.kind,
            host=host_of(site),
            external_id=self._named(self.post_number),
            url=f"{site}/t/{slug}{self._named(self.post_number)}",
            title=html_to_text(self.topic_title) if first else "",
            text=html_to_text(html),
            item="" if first else html_to_text(self.topic_title),
            author_ref=self.username,
            author_name=self.name or self.username,
            published_at=published,
            precision=precision,
            parent_ref=None if first else self._named(self.reply_to_post_number or 1),
            root_ref=None if first else self._named(1),
            quote_ref=quoted or None,
            engagement=Engagement(
                likes=_likes(self.actions_summary), replies=self.reply_count, quotes=self.quote_count, views=self.reads
            ),
        )

    def _named(self, number: int) -> str:
        return f"{self.topic_id}/{number}"


def _likes(actions: Any) -> int | None:
    """The count of likes; 0 where it is left out of the list, None where there is no list."""
    if not isinstance(actions, list):
        return None
    counts = [action.get("count") for action in actions if isinstance(action, dict) and action.get("id") == LIKE]
    return next((count for count in counts if isinstance(count, int)), 0)


def without_quotes(html: str) -> tuple[str, str]:
    """The author's own words, and the topic and number of the post that is quoted first; "" when none is."""
    if "<aside" not in html:
        return html, ""
    page = Selector(html[:LONGEST_HTML].encode("utf-8", "ignore").decode().replace("\x00", ""), type="html")
    quotes, quoted = page.css("aside.quote"), ""
    if quotes:
        topic, number = (quotes[0].xpath(f"@{name}").get("") for name in ("data-topic", "data-post"))
        quoted = f"{topic}/{number}" if topic.isdecimal() and number.isdecimal() else ""
    for quote in page.xpath('//aside[contains(@class, "quote")][not(ancestor::aside)]'):
        quote.drop()
    return page.get(), quoted
