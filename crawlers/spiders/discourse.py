"""Reads the posts of a Discourse forum, all of them or those that hold a term."""

from collections.abc import Iterable
from functools import partial

from pydantic import Field
from scrapy.http import Request, TextResponse

from crawlers.again import Again, gone
from crawlers.answers import member, shaped
from crawlers.base import Found, Page, SourceSpider, SpiderParams, WebAddress
from crawlers.discourse_posts import WINDOW, Post
from crawlers.ledger import About, Verdict
from crawlers.refusals import NOT_LET_IN, READ, answer_of
from crawlers.shapes import one
from crawlers.terms import Terms, stands_in
from crawlers.walls import is_page
from monitor.facts import Collected, Known

MEMBERS_ONLY = dict.fromkeys((401, 403), "the forum is for members only: it wants a login")


class Params(SpiderParams):
    """The forum, the terms that its posts must hold (any of them; all posts without), and how far back to walk."""

    url: WebAddress
    terms: Terms = ()
    max_pages: int = Field(default=20, ge=1, le=500)


class DiscourseSpider(SourceSpider):
    """Walks down by the ids of posts: a page holds what is public of the fifty ids below the one asked for."""

    name = "discourse"
    Params = Params
    about = About(
        verdict=Verdict.OPEN,
        needs="the address of an open forum",
        limits="usually 200 requests a minute and address; 50 posts a request",
        terms="public by the forum's own choice; its search is left alone, which most forums' robots.txt asks for",
    )
    handle_httpstatus_list = READ

    @property
    def site(self) -> str:
        return str(self.params.url).rstrip("/")

    def first_requests(self) -> Iterable[Request]:
        strand = self.walk.strand()
        walk = partial(self.walk_pages, read=self.read, strand=strand)
        yield self.ask(f"{self.site}/posts.json", walk, strand=strand)

    def read(self, response: TextResponse) -> Page:
        """An empty page is not the end: fifty ids in a row may be private. The end is where the ids end."""
        data = answer_of(response, {**MEMBERS_ONLY, 404: "this is no Discourse forum"})
        posts, unreadable = shaped(member(data, "latest_posts"), Post, what="posts")
        asked = response.url.rpartition("?before=")[2]
        lowest = min((post.id for post in posts), default=int(asked) - WINDOW + 1 if asked.isdecimal() else 1) - 1
        texts = [post.collected(self.site, self.now) for post in posts if post.is_written and not post.is_gone]
        taken = [post.gone(self.site) for post in posts if post.is_gone]
        following = f"{self.site}/posts.json?before={lowest}" if lowest > 0 else ""
        return Page(texts, following, unreadable, taken, whole=not following)

    def wanted(self, text: Collected) -> bool:
        return not self.params.terms or stands_in(text, self.params.terms)

    def look_again(self) -> Iterable[Request]:
        base = f"{self.site}/posts/by_number"
        yield from Again(self, lambda known: f"{base}/{known.external_id}.json", self.read_again).requests()

    def read_again(self, response: TextResponse, known: Known) -> Iterable[Found] | None:
        if response.status in NOT_LET_IN and not is_page(response.text):
            return None  # its topic is for members now, which is no matter of the forum
        return self.read_one(response, known)

    def read_one(self, response: TextResponse, known: Known) -> Iterable[Found]:
        post = one(answer_of(response, MEMBERS_ONLY), Post, what="post")
        yield gone(known) if post.is_gone else post.collected(self.site, self.now)
