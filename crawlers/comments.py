"""Reads what WordPress says of comments and posts, in JSON and in its comments feed, under the same ids."""

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from pydantic import BaseModel
from scrapy.http import Response, TextResponse

from crawlers.answers import shaped
from crawlers.base import NotUnderstood
from crawlers.extract import absolute, host_of, html_to_text, is_anonymous, parse_time, same_host
from crawlers.feeds import read_feed
from monitor.facts import Collected, MentionKind

_NEXT = re.compile(r'<([^>]+)>\s*;[^,]*rel="?next"?')
_NUMBER = re.compile(r"#comment-(\d+)$")
_REPLY = re.compile(r"^\s*(?:<p>)?\s*In reply to <a href=\"[^\"]*#comment-(\d+)\"[^>]*>.*?</a>\.?\s*(?:</p>)?", re.S)


class Rendered(BaseModel):
    rendered: str = ""


class RestComment(BaseModel):
    """A comment of `/wp/v2/comments`, as far as it is read."""

    id: int
    post: int = 0
    parent: int = 0
    author: int = 0
    author_name: str = ""
    author_url: str = ""
    date_gmt: str = ""
    content: Rendered
    link: str = ""

    def collected(self, site: str, now: datetime) -> Collected:
        published, precision = parse_time(self.date_gmt, now)
        hidden = is_anonymous(self.author_name)
        ref = f"user-{self.author}" if self.author else ("" if hidden else self.author_url)
        return Collected(
            kind=MentionKind.COMMENT,
            host=host_of(site),
            external_id=name_of(site, "comment", self.id),
            url=absolute(site, self.link) or site,
            text=html_to_text(self.content.rendered),
            author_name="" if hidden else self.author_name,
            author_ref=ref,
            published_at=published,
            precision=precision,
            parent_ref=name_of(site, "comment", self.parent) if self.parent else None,
            root_ref=name_of(site, "post", self.post) if self.post else None,
        )


class RestPost(BaseModel):
    """A post of `/wp/v2/posts`, as far as it is read."""

    id: int
    author: int = 0
    date_gmt: str = ""
    title: Rendered = Rendered()
    content: Rendered = Rendered()
    link: str = ""

    def collected(self, site: str, now: datetime) -> Collected:
        published, precision = parse_time(self.date_gmt, now)
        return Collected(
            kind=MentionKind.ARTICLE,
            host=host_of(site),
            external_id=name_of(site, "post", self.id),
            url=absolute(site, self.link) or site,
            title=html_to_text(self.title.rendered),
            text=html_to_text(self.content.rendered),
            author_ref=f"user-{self.author}" if self.author else "",
            published_at=published,
            precision=precision,
        )


_SHAPES: dict[str, type[RestComment | RestPost]] = {"comments": RestComment, "posts": RestPost}


def name_of(site: str, what: str, number: int | str) -> str:
    """The id of a comment or post at its host, where each folder may hold a site with numbers of its own."""
    folder = urlsplit(site).path.strip("/")
    return f"{folder}/{what}-{number}" if folder else f"{what}-{number}"


def read_objects(response: TextResponse, what: str, site: str, now: datetime) -> tuple[list[Collected], int]:
    """The comments or posts of one REST answer, and how many of them could not be read."""
    try:
        data = response.json()
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("not JSON") from error
    if not isinstance(data, list):
        raise NotUnderstood("JSON, but not a list")
    found, unreadable = shaped(data, _SHAPES[what], what=what)
    return [one.collected(site, now) for one in found], unreadable


def next_page(response: Response) -> str:
    """The address of the next page by the Link header; "" on the last one."""
    match = _NEXT.search((response.headers.get("Link") or b"").decode("latin-1"))
    url = absolute(response.url, match[1]) if match else ""
    return url if same_host(url, response.url) else ""


def read_comments_feed(response: TextResponse, site: str, now: datetime) -> list[Collected]:
    """The newest comments, under the ids that the REST interface gives them."""
    feed = read_feed(
        response.body,
        url=response.url,
        content_type=(response.headers.get("Content-Type") or b"").decode("latin-1"),
        kind=MentionKind.COMMENT,
        now=now,
        adapt=lambda text, html: _as_comment(text, html, site),
    )
    return list(feed.texts)


def _as_comment(text: Collected, html: str, site: str) -> Collected:
    number = _NUMBER.search(text.external_id) or _NUMBER.search(text.url)
    reply = _REPLY.match(html)
    return replace(
        text,
        host=host_of(site),
        external_id=name_of(site, "comment", number[1]) if number else text.external_id,
        text=html_to_text(html[reply.end() :]) if reply else text.text,
        parent_ref=name_of(site, "comment", reply[1]) if reply else None,
    )
