"""What Isso says of the comments of a thread, and of the latest ones of a whole site."""

from collections.abc import Iterable, Iterator, Set
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel

from crawlers.again import MANY, Address
from crawlers.answers import member, shaped
from crawlers.base import FormatChanged
from crawlers.extract import absolute, host_of, html_to_text, is_anonymous, parse_time
from crawlers.shapes import Number, Text
from monitor.facts import Collected, Engagement, Gone, Known, MentionKind

A_PAGE, LATEST = 100, 1_000
"""Comments of a thread that one request asks for, and answers to each or latest comments of a site."""
NO_ISSO = "this is no Isso, or its latest comments are switched off (then name the threads)"
PUBLIC = 1
"""Mode of a comment that is shown; 2 waits for a moderator, 4 was taken away but has answers."""


class Comment(BaseModel):
    """A comment, as far as it is read."""

    id: int
    text: str
    created: float
    mode: int = PUBLIC
    parent: Number = None
    author: Text = ""
    likes: Number = None
    uri: Text = ""  # told of the latest ones only

    @property
    def is_gone(self) -> bool:
        return self.mode != PUBLIC

    def gone(self, server: str) -> Gone:
        return Gone(kind=MentionKind.COMMENT, host=host_of(server), external_id=name_of(self.id))

    def collected(self, server: str, site: str, thread: str, now: datetime) -> Collected:
        """`site` is where the threads belong to, `thread` the page of it that the comment stands on."""
        published, precision = parse_time(self.created, now)
        hidden = is_anonymous(self.author)
        return Collected(
            kind=MentionKind.COMMENT,
            host=host_of(server),
            external_id=name_of(self.id),
            url=f"{absolute(site, thread) or site}#isso-{self.id}",
            text=html_to_text(self.text),
            item=thread,
            author_name="" if hidden else self.author,
            author_ref="" if hidden else self.author,
            published_at=published,
            precision=precision,
            parent_ref=name_of(self.parent) if self.parent else None,
            root_ref=f"thread-{thread}",
            engagement=Engagement(likes=self.likes),
        )


def name_of(number: int) -> str:
    return f"comment-{number}"


def list_address(server: str, thread: str, offset: int) -> str:
    """A page of a thread with all answers to its comments, or the latest comments where no thread is named.

    Without a limit of its own for the answers, Isso applies the offset to them too.
    """
    if not thread:
        return f"{server}/latest?limit={LATEST}"
    paged = {"limit": A_PAGE, "nested_limit": LATEST, "offset": offset}
    return f"{server}/?{urlencode({'uri': thread, 'sort': 'newest', **paged})}"


def read_comments(data: Any, thread: str) -> tuple[list[Comment], int, int]:
    """The comments with the answers below each, how many are unreadable, and how many comments of a thread follow."""
    raw = member(data, "replies") if thread else data
    if not isinstance(raw, list):
        raise FormatChanged("the comments are no list")
    comments, unreadable = shaped([*_with_answers(raw if thread else raw[::-1])], Comment, what="comments")
    hidden = member(data, "hidden_replies") if thread and raw else 0
    return comments, unreadable, hidden if isinstance(hidden, int) else 0


def _with_answers(raw: list[Any]) -> Iterator[Any]:
    """Answers stand one level below a comment, and no deeper."""
    for comment in raw:
        yield comment
        answers = comment.get("replies") if isinstance(comment, dict) else None
        yield from answers if isinstance(answers, list) else ()


def missing(known: Iterable[Known], server: str, seen: Set[str]) -> Address:
    """Where comments that no thread showed are asked for alone; "" for the others.

    Of many, one that is shown is asked for with them: where it is found, the interface is still there, and they are
    believed to be gone.
    """
    host = host_of(server)
    numbers = {one: one.external_id.removeprefix("comment-") for one in known if one.host == host}
    places = {one: f"{server}/id/{number}" for one, number in numbers.items() if number.isdecimal()}
    lost = {one: url for one, url in places.items() if one.external_id not in seen}
    shown = [one for one in places if one not in lost]
    asked = lost | {one: places[one] for one in shown[:1] if len(lost) >= MANY}
    return lambda one: asked.get(one, "")
