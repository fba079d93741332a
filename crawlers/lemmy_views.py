"""What Lemmy (versions 3 and 4 of its interface) and PieFed say of posts and comments: three shapes, read as one."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import AfterValidator, AliasChoices, BaseModel, Field
from scrapy.http import TextResponse

from crawlers.again import gone
from crawlers.answers import member, shaped
from crawlers.extract import host_of, html_to_text, parse_time, same_host
from crawlers.refusals import answer_of
from crawlers.shapes import Flag, Id, Number, Text, one
from monitor.edge import is_web_address
from monitor.facts import Collected, Engagement, Gone, Known, MentionKind

INTERFACES = ("v3", "v4", "alpha")
"""Of Lemmy before 1.0, of Lemmy from 1.0 on, and of PieFed."""
A_PAGE = 50
_LOCAL = re.compile(r"/(post|comment)/(\d{1,18})$")


def _address(value: str) -> str:
    if not is_web_address(value):
        raise ValueError("no web address")
    return value


ApId = Annotated[str, AfterValidator(_address)]
"""The address of a post, comment, person or community, the same on every server."""


class Counts(BaseModel):
    """Beside the post or comment in version 3, in it in version 4."""

    upvotes: Number = None
    comments: Number = None
    child_count: Number = None


class Thing(Counts):
    """A post or a comment; `path` holds the local ids above a comment and its own: `0.12.501`."""

    id: Id
    ap_id: ApId
    title: Text = Field("", validation_alias=AliasChoices("name", "title"))
    text: Text = Field("", validation_alias=AliasChoices("content", "body"))
    published: Text = Field("", validation_alias=AliasChoices("published_at", "published"))
    path: Text = ""
    removed: Flag = False
    deleted: Flag = False


class Actor(BaseModel):
    """A person or a community."""

    ap_id: ApId = Field(validation_alias=AliasChoices("ap_id", "actor_id"))
    name: Text = Field("", validation_alias=AliasChoices("name", "user_name"))
    display_name: Text = ""


class View(BaseModel):
    """A post, or a comment with its post, and who wrote it where."""

    post: Thing
    comment: Thing | None = None
    creator: Actor
    community: Actor
    counts: Counts | None = None

    @property
    def thing(self) -> Thing:
        return self.comment or self.post

    @property
    def is_gone(self) -> bool:
        return self.thing.removed or self.thing.deleted

    @property
    def kind(self) -> MentionKind:
        return MentionKind.COMMENT if self.comment else MentionKind.POST

    @property
    def host(self) -> str:
        """That of the community: a thread has texts from many servers, and they refer to each other."""
        return host_of(self.community.ap_id)

    def gone(self) -> Gone:
        return Gone(kind=self.kind, host=self.host, external_id=self.thing.ap_id)

    def collected(self, site: str, now: datetime, ids: Mapping[str, str]) -> Collected:
        """`ids` are the addresses of comments by their ids on the server that answers."""
        published, precision = parse_time(self.thing.published, now)
        counts, comment, site = self.counts or self.thing, self.comment, site.rstrip("/")
        return Collected(
            kind=self.kind,
            host=self.host,
            external_id=self.thing.ap_id,
            url=f"{site}/{'comment' if comment else 'post'}/{self.thing.id}",
            title="" if comment else self.post.title,
            text=html_to_text(self.thing.text),
            item=self.post.title if comment else "",
            author_ref=self.creator.ap_id,
            author_name=self.creator.display_name or self.creator.name,
            published_at=published,
            precision=precision,
            parent_ref=self._parent(comment, site, ids) if comment else None,
            root_ref=self.post.ap_id if comment else None,
            engagement=Engagement(likes=counts.upvotes, replies=counts.child_count if comment else counts.comments),
        )

    def _parent(self, comment: Thing, site: str, ids: Mapping[str, str]) -> str:
        """The post, or the comment above: as it was written on this server when this page does not tell."""
        above = comment.path.split(".")[-2:-1]
        return self.post.ap_id if above in ([], ["0"]) else ids.get(above[0], f"{site}/comment/{above[0]}")


def search_address(site: str, api: str, term: str, what: str, page: str = "1") -> str:
    """Where to search; `page` is a number, or in version 4 the cursor that the page before gave."""
    asked = {"q": term, "type_": what, "sort": "New", "limit": str(A_PAGE), "page": page}
    if api == "v4":
        asked = {"q": term, "search_term": term, "type_": what.lower(), "sort": "new", "limit": str(A_PAGE)}
        asked |= {} if page == "1" else {"page_cursor": page}
    return f"{site.rstrip('/')}/api/{api}/search?{urlencode(asked)}"


def read_views(
    response: TextResponse, what: str, site: str, now: datetime
) -> tuple[list[Collected], list[Gone], int, str]:
    """The texts of one answer, those that were taken away, how many are unreadable, and the page or cursor after it."""
    data = answer_of(response)
    views, unreadable = shaped(member(data, what.lower()), View, what=what.lower())
    ids = {view.comment.id: view.comment.ap_id for view in views if view.comment}
    texts = [view.collected(site, now, ids) for view in views if not view.is_gone]
    taken = [view.gone() for view in views if view.is_gone]
    return texts, taken, unreadable, _following(data, response.url) if views else ""


def _following(data: dict[str, Any], url: str) -> str:
    """Version 4 gives a cursor, or none on the last page; the others have numbers, and an empty page ends them."""
    number = parse_qs(urlsplit(url).query).get("page", [""])[0]
    if number.isdecimal() and len(number) < 9:
        return str(int(number) + 1)
    cursor = data.get("next_page")
    return cursor if isinstance(cursor, str) else ""


def at_server(known: Known, site: str, api: str) -> str:
    """Where a text is asked for alone; "" when it was found on another server, whose ids are others."""
    found = _LOCAL.search(known.url) if same_host(known.url, site) else None
    return f"{site.rstrip('/')}/api/{api}/{found[1]}?id={found[2]}" if found else ""


def read_view(response: TextResponse, known: Known, site: str, now: datetime) -> Collected | Gone:
    """One text that was asked for alone; older servers say 400 of one that is not there."""
    if response.status == 400 and "couldnt_find" in response.text[:1_000]:
        return gone(known)
    name = "comment_view" if known.kind is MentionKind.COMMENT else "post_view"
    view = one(member(answer_of(response), name), View, what=name)
    return gone(known) if view.is_gone else view.collected(site, now, {})
