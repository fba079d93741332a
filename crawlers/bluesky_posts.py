"""Reads posts, threads, quotes and reposts as Bluesky's interface shows them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field, ValidationError
from scrapy.http import TextResponse

from crawlers.answers import Shape, member, shaped
from crawlers.xrpc import after, values_of
from monitor.edge import is_plausible
from monitor.facts import Collected, Engagement, Gone, MediaFile, MediaKind, MentionKind, Precision

HOST = "bsky.app"
"""Whichever server is asked, the posts are the same: their ids (at://…) are of the whole network."""
FOR_MEMBERS_ONLY = "!no-unauthenticated"
"""The label of accounts that do not want to be shown to people who are not logged in."""
_URI = r"^at://did:[a-z]+:[A-Za-z0-9._:%-]{1,200}/app\.bsky\.feed\.post/[A-Za-z0-9._~:-]{1,200}$"
_REPOST, _NOT_FOUND = "app.bsky.feed.defs#reasonRepost", "app.bsky.feed.defs#notFoundPost"


class Account(BaseModel):
    """Who wrote, as far as it is read; `followersCount` stands only in some answers."""

    did: str = Field(pattern=r"^did:[a-z]+:\S{1,200}$")
    handle: str = ""
    displayName: str | None = None  # noqa: N815 (the interface's name)
    followersCount: int | None = None  # noqa: N815
    labels: Any = None

    @property
    def for_members_only(self) -> bool:
        labels = self.labels if isinstance(self.labels, list) else []
        return any(_get(label, "val") == FOR_MEMBERS_ONLY and not _get(label, "neg") for label in labels)


class Record(BaseModel):
    """What the author signed."""

    text: str
    createdAt: str = ""  # noqa: N815 (the author's word: it may lie)
    langs: Any = None
    reply: Any = None


class Post(BaseModel):
    """A post as the AppView shows it."""

    uri: str = Field(pattern=_URI)
    author: Account
    record: Record
    indexedAt: str = ""  # noqa: N815
    embed: Any = None
    likeCount: int | None = None  # noqa: N815
    repostCount: int | None = None  # noqa: N815
    replyCount: int | None = None  # noqa: N815
    quoteCount: int | None = None  # noqa: N815

    @property
    def published_at(self) -> datetime | None:
        """When the network first saw it, or earlier when its author says so: a time after that is never believed."""
        told, seen = _moment(self.record.createdAt), _moment(self.indexedAt)
        return seen if told is None or seen is None else min(told, seen)

    @property
    def language(self) -> str:
        langs = self.record.langs
        return _words(langs[0]) if isinstance(langs, list) and langs else ""

    def collected(self) -> Collected:
        published = self.published_at
        return Collected(
            kind=MentionKind.POST,
            host=HOST,
            external_id=self.uri,
            url=page_of(self.uri),
            text=self.record.text,
            author_ref=self.author.did,
            author_name=self.author.displayName or self.author.handle,
            author_followers=self.author.followersCount,
            published_at=published,
            precision=Precision.UNKNOWN if published is None else Precision.SECOND,
            language=self.language,
            item=_words(_get(self.embed, "external", "title") or _get(self.embed, "media", "external", "title")),
            parent_ref=_uri(_get(self.record.reply, "parent", "uri")),
            root_ref=_uri(_get(self.record.reply, "root", "uri")),
            quote_ref=_uri(_get(_quoted(self.embed), "uri")),
            media=tuple(_media(self.embed)),
            engagement=Engagement(
                likes=self.likeCount, reposts=self.repostCount, replies=self.replyCount, quotes=self.quoteCount
            ),
        )

    def repost(self, by: Account, at: str = "") -> Collected:
        """That somebody passed the post on; its time is not told where only the names of all who did are."""
        moment = _moment(at)
        return Collected(
            kind=MentionKind.POST,
            host=HOST,
            external_id=f"{self.uri}#repost:{by.did}",
            url=page_of(self.uri),
            text=self.record.text,
            author_ref=by.did,
            author_name=by.displayName or by.handle,
            author_followers=by.followersCount,
            published_at=moment,
            precision=Precision.UNKNOWN if moment is None else Precision.SECOND,
            language=self.language,
            repost_ref=self.uri,
        )


@dataclass
class Shown:
    """What one answer shows: its list in order, what it shows besides, and what it says is not there any more."""

    texts: list[Collected] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)  # of the list, without reposts
    beside: list[Collected] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)
    following: str = ""
    unreadable: int = 0
    members_only: int = 0

    def take(self, posts: Iterable[Post]) -> None:
        """Add posts to the list, and what they quote beside it."""
        for post in posts:
            if post.author.for_members_only:
                self.members_only += 1
                continue
            self.posts.append(post)
            self.texts.append(post.collected())
            self.put_beside(_get(post.embed, "record"))

    def put_beside(self, view: object) -> None:
        """Add a post that is shown with another one: quoted, answered or passed on."""
        post = _one(Post, _as_post(view))
        if post is not None and post.author.for_members_only:
            self.members_only += 1
        elif post is not None:
            self.beside.append(post.collected())


def feed_of(response: TextResponse) -> Shown:
    """An account's posts and reposts, newest first, with what they answer and quote."""
    data = values_of(response)
    found = Shown(following=after(response.url, _get(data, "cursor")))
    items, found.unreadable = shaped(member(data, "feed"), _Item)
    for item in items:
        if _get(item.reason, "$type") == _REPOST:
            found.unreadable += not _take_repost(item, found)
        else:
            found.take([item.post])
        for answered in ("parent", "root"):
            found.put_beside(_get(item.reply, answered))
    return found


class _Item(BaseModel):
    post: Post
    reason: Any = None
    reply: Any = None


def _take_repost(item: _Item, found: Shown) -> bool:
    by = _one(Account, _get(item.reason, "by"))
    if item.post.author.for_members_only or (by is not None and by.for_members_only):
        found.members_only += 1
        return True
    if by is None:
        return False
    found.texts.append(item.post.repost(by, _words(_get(item.reason, "indexedAt"))))
    found.beside.append(item.post.collected())
    return True


def list_of(response: TextResponse, *, name: str = "posts") -> Shown:
    """The posts of a search, of the quotes of a post, or of a question for certain posts."""
    data = values_of(response)
    found = Shown(following=after(response.url, _get(data, "cursor")))
    posts, found.unreadable = shaped(member(data, name), Post)
    found.take(posts)
    return found


def known_in(response: TextResponse) -> frozenset[str]:
    """The ids in an answer about certain posts, whether their posts can be read or not."""
    uris = (_get(item, "uri") for item in member(values_of(response), "posts"))
    return frozenset(uri for uri in uris if isinstance(uri, str))


def thread_of(response: TextResponse) -> Shown:
    """A post and all answers below it, beside an empty list: it has no order; what is not there any more is gone."""
    views: list[object] = []
    found = Shown()
    waiting: list[object] = [member(values_of(response), "thread")]
    while waiting:
        view = waiting.pop()
        if _get(view, "$type") == _NOT_FOUND and (uri := _uri(_get(view, "uri"))):
            found.gone.append(gone(uri))
        elif _get(view, "post") is not None:
            views.append(_get(view, "post"))
            replies = _get(view, "replies")
            waiting += reversed(replies) if isinstance(replies, list) else []
    posts, found.unreadable = shaped(views, Post)
    found.take(posts)
    found.beside, found.texts = [*found.texts, *found.beside], []
    return found


def reposts_of(response: TextResponse, post: Post) -> Shown:
    """Who passed a post on of late: without times there is no telling where the known ones begin, so one page it is."""
    accounts, unreadable = shaped(member(values_of(response), "repostedBy"), Account, what="accounts")
    found = Shown(unreadable=unreadable)
    shown = [account for account in accounts if not account.for_members_only]
    found.members_only = len(accounts) - len(shown)
    found.texts = [post.repost(by) for by in shown]
    return found


def gone(uri: str) -> Gone:
    return Gone(kind=MentionKind.POST, host=HOST, external_id=uri)


def page_of(uri: str) -> str:
    """Where people read a post: by the account's number, since its name may change hands."""
    did, _, key = uri.removeprefix("at://").partition("/app.bsky.feed.post/")
    return f"https://bsky.app/profile/{did}/post/{key}"


def _moment(value: str) -> datetime | None:
    """A time of ISO 8601 that a public text can have."""
    try:
        moment = datetime.fromisoformat(value[:60])
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) if is_plausible(moment) else None


def _get(data: object, *path: str) -> Any:
    """What stands at a path of objects, or None."""
    for name in path:
        data = data.get(name) if isinstance(data, dict) else None
    return data


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""


def _uri(value: object) -> str | None:
    """The id of a post; None for anything else that may be quoted, such as a list or a feed."""
    return value if isinstance(value, str) and "/app.bsky.feed.post/" in value else None


def _one(shape: type[Shape], data: object) -> Shape | None:
    """What is shown beside a text and may lack anything."""
    try:
        return shape.model_validate(data)
    except ValidationError:
        return None


def _quoted(embed: object) -> object:
    """The post in a post; with media beside it, it stands one level deeper."""
    record = _get(embed, "record")
    return _get(record, "record") if isinstance(_get(record, "record"), dict) else record


def _as_post(view: object) -> dict[str, Any] | None:
    """The values of a post that stands in another one, in the form of a post of a list; None when it is not shown."""
    inner = _get(view, "record") if isinstance(_get(view, "record", "author"), dict) else view
    if not isinstance(inner, dict) or not isinstance(inner.get("author"), dict):
        return None
    embeds = inner.get("embeds")
    first = embeds[0] if isinstance(embeds, list) and embeds else None
    return {"record": inner.get("value"), "embed": first, **inner}


def _media(embed: object) -> Iterator[MediaFile]:
    for view in (embed, _get(embed, "media")):
        images = _get(view, "images")
        for image in images if isinstance(images, list) else ():
            yield _file(MediaKind.IMAGE, _get(image, "fullsize"), _get(image, "alt"))
        if _get(view, "playlist") is not None:
            yield _file(MediaKind.VIDEO, _get(view, "playlist"), _get(view, "alt"))


def _file(kind: MediaKind, url: object, alt: object) -> MediaFile:
    return MediaFile(kind, _words(url), _words(alt))
