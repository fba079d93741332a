"""The feeds of the site: the neighbours' board as Atom, the news as RSS, the blog's comments as both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from demo.answer import Answer, conditional
from demo.phrases import shop
from demo.posts import Place, Post
from demo.view import View

MOST_ENTRIES = 200  # two weeks fit, so that the history is read at the first crawl
COMMENTS_PER_PAGE = 20
VIDEO = "/media/kettle.webm"
ATOM, RSS = "feed.atom", "feed.rss"
TYPES = {ATOM: "application/atom+xml; charset=UTF-8", RSS: "application/rss+xml; charset=UTF-8"}


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    key: str
    link: str
    author: str
    at: datetime
    text: str
    html: str
    parent_key: str = ""
    parent_link: str = ""
    video: str = ""


@dataclass(frozen=True, slots=True)
class _Feed:
    form: str
    title: str
    path: str
    home: str


def board(view: View, asked: Mapping[str, str]) -> Answer:
    feed = _Feed(ATOM, "Mirchado neighbours", "/community/feed.atom", "/community/")
    return _whole(view, feed, view.at(Place.FORUM), asked)


def news(view: View, asked: Mapping[str, str]) -> Answer:
    feed = _Feed(RSS, "The Evening Courier", "/news/feed.rss", "/news/")
    return _whole(view, feed, view.at(Place.NEWS), asked)


def comments(view: View, asked: Mapping[str, str], form: str) -> Answer:
    """Like WordPress: newest first, `?paged=N` goes back, and nothing says whether this is all."""
    paged = view.query.get("paged", "1")
    first = (int(paged) - 1) * COMMENTS_PER_PAGE if paged.isascii() and paged.isdigit() and paged != "0" else 0
    posts = view.at(Place.COMMENT)[first : first + COMMENTS_PER_PAGE]
    path = "/comments/feed/" + ("atom/" if form == ATOM else "")
    feed = _Feed(form, f"Comments for {shop().name}", path, "/blog/")
    return _answer(view, feed, [_comment(view, post) for post in posts], asked, complete=False)


def _whole(view: View, feed: _Feed, posts: list[Post], asked: Mapping[str, str]) -> Answer:
    """A feed that says when it holds all there is (RFC 5005, `fh:complete`)."""
    entries = [_entry(view, post) for post in posts[:MOST_ENTRIES]]
    return _answer(view, feed, entries, asked, complete=len(posts) <= MOST_ENTRIES)


def _answer(view: View, feed: _Feed, entries: list[Entry], asked: Mapping[str, str], *, complete: bool) -> Answer:
    changed_at = entries[0].at if entries else view.start
    about = {"title": feed.title, "path": feed.path, "home": feed.home, "complete": complete}
    text = view.render(feed.form, updated=changed_at, entries=entries, **about)
    return conditional(Answer(text.encode(), TYPES[feed.form]), changed_at, asked)


def _entry(view: View, post: Post, title: str = "") -> Entry:
    parent = view.by_id.get(post.parent) if post.parent else None
    return Entry(
        title=title or post.title,
        key=_key(view, post),
        link=view.link(post),
        author=post.author,
        at=post.at,
        text=post.text,
        html=_html(view, post, parent),
        parent_key=_key(view, parent) if parent and not post.quotes_parent else "",
        parent_link=view.link(parent) if parent else "",
        video=view.root + VIDEO if post.video else "",
    )


def _comment(view: View, post: Post) -> Entry:
    article = next(article for article in shop().posts if article.slug == post.item)
    return _entry(view, post, title=f"Comment on {article.title} by {post.author}")


def _key(view: View, post: Post) -> str:
    """Stable, whatever port the site has; WordPress uses the address of the comment."""
    return view.link(post) if post.place is Place.COMMENT else f"tag:mirchado.example,2026:{post.place}/{post.id}"


def _html(view: View, post: Post, parent: Post | None) -> str:
    quote = ""
    if parent and post.quotes_parent:
        quote = f'<p><a href="{escape(view.link(parent))}">{escape(parent.author)}</a>:</p>'
    return f"{quote}<p>{escape(post.text)}</p>"
