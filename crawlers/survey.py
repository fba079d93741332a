"""Looks around one web site for what our spiders can read: WordPress comments, feeds, pages with reviews."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from scrapy.http import Request, TextResponse

from crawlers.base import Output, SourceSpider, SpiderParams, WebAddress
from crawlers.comments import read_comments_feed, read_objects
from crawlers.extract import absolute, page_of, same_host
from crawlers.ledger import About, Verdict
from crawlers.memory import Memory, Strand
from crawlers.quotas import Ledger
from crawlers.reviews import read_page
from monitor.edge import plain

MOST_FEEDS = 5
MOST_ITEM_PAGES = 4
"""Pages of products that are opened to see if they carry reviews: enough to know the shop, few enough for a guest."""
LONGEST_TITLE = 80

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_ITEM_PATH = re.compile(r"/(products?|shop|store|items?|p|dp|reviews?|menu|recipes?|courses?|hotels?)/[^/]+", re.I)
_API = re.compile(r'<([^>]+)>\s*;[^,]*rel="https://api\.w\.org/"')


class Params(SpiderParams):
    """The site's address."""

    url: WebAddress


@dataclass
class Found:
    """What a site offers. `comments` is None where it is no WordPress or does not show them."""

    url: str = ""  # where the address led
    software: str = ""  # what the page says that it was made with
    wordpress: str = ""  # the site's root, where it is one
    comments: int | None = None  # on the first page
    feeds: list[dict[str, str]] = field(default_factory=list)  # url, title
    review_pages: list[str] = field(default_factory=list)


class SurveySpider(SourceSpider):
    """Reads the first page, asks WordPress for its comments, and opens a few pages of products."""

    name = "survey"
    Params = Params
    about = About(verdict=Verdict.OPEN, needs="the address of the site")

    def __init__(self, *, params: SpiderParams, memory: Memory, now: datetime, ledger: Ledger | None = None) -> None:
        super().__init__(params=params, memory=memory, now=now, ledger=ledger)
        self.found = Found()
        self._strand = Strand()

    def first_requests(self) -> Iterable[Request]:
        yield self.ask(self.params.url, self.read, strand=self._strand)

    def read(self, response: TextResponse) -> Output:
        found = self.found
        found.url, found.feeds = response.url, feeds_of(response)
        found.software = plain(response.css('meta[name="generator"]::attr(content)').get() or "", LONGEST_TITLE)
        self.read_reviews(response)
        found.wordpress = wordpress_root(response)
        if found.wordpress:
            yield self.ask_comments(found.wordpress)
        for url in item_pages(response):
            yield self.ask(url, self.read_reviews, strand=self._strand, otherwise=list)

    def read_reviews(self, response: TextResponse) -> list[Request]:
        page = read_page(response, place=response.url, now=self.now)
        if page.texts or page.aggregates:
            self.found.review_pages.append(page_of(response.url))
        return []

    def ask_comments(self, root: str) -> Request:
        """By the pretty address, the plain one, and the comments feed: as the spider that would read them."""
        feed = partial(self.ask, f"{root}/comments/feed/", self.read_comments_feed, strand=self._strand, otherwise=list)
        query = "/?rest_route=/wp/v2/comments&per_page=10"
        rest = partial(self.ask, f"{root}{query}", self.read_comments, strand=self._strand, otherwise=lambda: [feed()])
        pretty = f"{root}/wp-json/wp/v2/comments?per_page=10"
        return self.ask(pretty, self.read_comments, strand=self._strand, otherwise=lambda: [rest()])

    def read_comments(self, response: TextResponse) -> list[Request]:
        texts, _ = read_objects(response, "comments", self.found.wordpress, self.now)
        self.found.comments = len(texts)
        return []

    def read_comments_feed(self, response: TextResponse) -> list[Request]:
        self.found.comments = len(read_comments_feed(response, self.found.wordpress, self.now))
        return []


def feeds_of(response: TextResponse) -> list[dict[str, str]]:
    """The feeds that a page names, those of other hosts left out."""
    found: dict[str, str] = {}
    for link in response.css('link[rel~="alternate"][href]'):
        url = absolute(response.url, link.xpath("@href").get(""))
        if link.xpath("@type").get("").lower() in _FEED_TYPES and url and same_host(url, response.url):
            found.setdefault(url, plain(" ".join(link.xpath("@title").get("").split()), LONGEST_TITLE))
    return [{"url": url, "title": title} for url, title in list(found.items())[:MOST_FEEDS]]


def wordpress_root(response: TextResponse) -> str:
    """The root of the WordPress that made the page, as its link to the REST interface tells; "" when there is none."""
    header = _API.search((response.headers.get("Link") or b"").decode("latin-1"))
    link = response.css('link[rel="https://api.w.org/"]::attr(href)').get() or (header[1] if header else "")
    api = absolute(response.url, link)
    if not api or not same_host(api, response.url):
        return ""
    return api.partition("?")[0].removesuffix("/").removesuffix("/wp-json").removesuffix("/index.php")


def item_pages(response: TextResponse) -> list[str]:
    """A few pages of this host whose addresses look like those of products."""
    links = (page_of(absolute(response.url, link)) for link in response.css("a::attr(href)").getall())
    looks_right = (
        url for url in links if url and same_host(url, response.url) and _ITEM_PATH.search(urlsplit(url).path)
    )
    return [url for url in dict.fromkeys(looks_right) if url != page_of(response.url)][:MOST_ITEM_PAGES]
