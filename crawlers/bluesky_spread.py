"""Follows posts of Bluesky that are known: how they spread, what answers them, and whether they are still there."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from scrapy.http import Request, TextResponse

from crawlers.base import Found, Page, PageReader
from crawlers.bluesky_posts import HOST, Post, Shown, gone, known_in, list_of, reposts_of, thread_of
from crawlers.memory import Strand
from crawlers.xrpc import XrpcError, XrpcSpider, address

MOST_POSTS = 25
"""That one question for posts may name."""
ANSWERED_FOR = timedelta(days=7)
"""So long the answers to a post of a watched account are read."""
MOST_THREADS = 100
"""Posts of feeds whose answers one crawl asks for: an account that answers hundreds a day would take all its time."""
MEMBERS_ONLY = "its author shows it to members only"


class SpreadSpider(XrpcSpider):
    """Asks again for the posts that we have, 25 at a time, and for more about those that spread."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._told: set[str] = set()  # a post stands in a feed, in a thread and in what quotes it
        self._threads = MOST_THREADS

    def look_again(self) -> Iterable[Request]:
        known = (*self.memory.hot, *self.memory.recent)
        uris = list(dict.fromkeys(one.external_id for one in known if one.host == HOST and "#" not in one.external_id))
        for i in range(0, len(uris), MOST_POSTS):
            batch = uris[i : i + MOST_POSTS]
            yield self.ask_list("app.bsky.feed.getPosts", partial(self.read_again, batch=batch), Strand(), uris=batch)

    def read_again(self, response: TextResponse, batch: list[str]) -> Page:
        """The posts as they are now. One that is missing is asked for by its name before it is believed to be gone."""
        found, there = list_of(response), known_in(response)
        hot = {known.external_id for known in self.memory.hot}
        more = [self.ask_thread(uri, depth=0) for uri in batch if uri not in there]
        for post in found.posts:
            more += (
                self.ask_around(post) if post.uri in hot else self.ask_answers(post) if self.is_watched(post) else ()
            )
        return self.page(found, more)

    def is_watched(self, post: Post) -> bool:
        """Whether one of the accounts of the source wrote it."""
        actors = {actor.lstrip("@").lower() for actor in self.params.actors}
        return not actors.isdisjoint({post.author.did.lower(), post.author.handle.lower()})

    def ask_around(self, post: Post) -> Iterator[Request]:
        """What to ask of a post that spreads."""
        yield from self.ask_answers(post)
        if self.params.quotes and post.quoteCount:
            yield self.ask_list("app.bsky.feed.getQuotes", self.read_list, Strand(), uri=post.uri, limit=100)
        if self.params.reposts and post.repostCount:
            read = partial(self.read_reposts, post=post)
            yield self.ask_list("app.bsky.feed.getRepostedBy", read, Strand(), uri=post.uri, limit=100)

    def ask_answers(self, post: Post) -> Iterator[Request]:
        if self.params.threads and post.replyCount:
            yield self.ask_thread(post.uri, depth=6)

    def ask_answers_to_young(self, posts: Iterable[Post]) -> Iterator[Request]:
        for post in posts:
            if post.published_at is not None and self.now - post.published_at < ANSWERED_FOR:
                requests = [*self.ask_answers(post)]
                yield from requests[: self._threads]
                self.count("threads left for later", max(0, len(requests) - self._threads))
                self._threads = max(0, self._threads - len(requests))

    def ask_thread(self, uri: str, depth: int) -> Request:
        read = partial(self.read_thread, uri=uri)
        return self.ask_list("app.bsky.feed.getPostThread", read, Strand(), uri=uri, depth=depth, parentHeight=0)

    def ask_list(self, method: str, read: PageReader, strand: Strand, **query: str | int | list[str]) -> Request:
        """Ask the AppView, which needs no login."""
        walk = partial(self.walk_pages, read=read, strand=strand)
        return self.ask(address(self.params.server, method, **query), walk, strand=strand)

    def read_list(self, response: TextResponse) -> Page:
        return self.page(list_of(response))

    def read_reposts(self, response: TextResponse, post: Post) -> Page:
        return self.page(reposts_of(response, post))

    def read_thread(self, response: TextResponse, uri: str) -> Page:
        try:
            return self.page(thread_of(response))
        except XrpcError as error:
            if error.code != "NotFound":
                raise
            return Page((), gone=[gone(uri)])

    def page(self, found: Shown, more: Iterable[Found] = ()) -> Page:
        if found.members_only:
            self.drop(MEMBERS_ONLY, found.members_only)
        self._told.update(text.external_id for text in found.texts)
        beside = {text.external_id: text for text in found.beside if text.external_id not in self._told}
        self._told.update(beside)
        return Page(found.texts, found.following, found.unreadable, found.gone, [*beside.values(), *more])
