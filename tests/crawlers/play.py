"""Plays pages to a spider without a network: page in, mentions out."""

import json
import os
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Request, Response, TextResponse, XmlResponse
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.statscollectors import MemoryStatsCollector
from twisted.python.failure import Failure

from crawlers.aggregates import check_rating, rating_as_json
from crawlers.base import SourceSpider, spider_of
from crawlers.memory import Memory
from monitor.edge import Rejected, as_json, check
from monitor.facts import AggregateRating, Gone
from tests.crawlers.site import CAPTURES

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
TYPES = {
    ".html": ("text/html; charset=utf-8", HtmlResponse),
    ".json": ("application/json", TextResponse),
    ".xml": ("application/xml", XmlResponse),
}


@dataclass(frozen=True)
class Played:
    """What came of it: mentions and ratings as JSON, the reasons of drops, the spider with its walk, what it asked,
    and the ids of the texts that it says are gone, or believes to be only when it is said again."""

    mentions: list[dict[str, Any]]
    ratings: list[dict[str, Any]]
    dropped: Counter[str]
    spider: SourceSpider
    asked: list[str]
    gone: list[str] = field(default_factory=list)
    doubted: list[str] = field(default_factory=list)


def load(path: Path, url: str) -> Response:
    """A response with this file as its body, and the recorded headers if there are any."""
    content_type, kind = TYPES[path.suffix]
    headers = {"Content-Type": content_type}
    recorded = Path(f"{path}.headers")
    if recorded.exists():
        headers |= dict(line.split(": ", 1) for line in recorded.read_text().splitlines()[1:] if ": " in line)
    return kind(url, headers=headers, body=path.read_bytes())


def make(kind: str, params: Mapping[str, Any], memory: Memory = Memory()) -> SourceSpider:  # noqa: B008 (frozen)
    """A spider of a kind, outside a crawl."""
    spider_class = spider_of(kind)
    crawler = Crawler(spider_class)
    crawler.stats = MemoryStatsCollector(crawler)
    checked = spider_class.Params.model_validate(dict(params))
    return spider_class.from_crawler(crawler, params=checked, memory=memory, now=NOW)


def play(spider: SourceSpider, pages: Mapping[str, Response]) -> Played:
    """Answer all that a spider asks; addresses without a page are 404."""
    mentions: list[dict[str, Any]] = []
    ratings: list[dict[str, Any]] = []
    dropped: Counter[str] = Counter()
    asked: list[str] = []
    gone: list[Gone] = []
    waiting: deque[Request] = deque([*spider.first_requests(), *spider.look_again()])
    while waiting:
        request = waiting.popleft()
        asked.append(request.url)
        for found in _answer(request, pages):
            if isinstance(found, Request):
                waiting.append(found)
                continue
            if isinstance(found, Gone):
                gone.append(found)
                continue
            try:
                if isinstance(found, AggregateRating):
                    ratings.append(rating_as_json(check_rating(found)))
                else:
                    mentions.append(as_json(check(found, dropped)))
            except Rejected as rejected:
                dropped[rejected.reason] += 1
    believed, doubted = ([one.external_id for one in gone if one.doubted is doubt] for doubt in (False, True))
    return Played(mentions, ratings, dropped, spider, asked, believed, doubted)


def _answer(request: Request, pages: Mapping[str, Response]) -> list[Any]:
    assert request.callback is not None
    assert request.errback is not None
    if request.url in pages:
        return list(request.callback(pages[request.url].replace(request=request), **request.cb_kwargs))
    failure = Failure(HttpError(Response(request.url, status=404)))
    failure.request = request  # type: ignore[attr-defined]
    return list(request.errback(failure))


def play_case(folder: Path) -> Played:
    """Play a recorded case: `ask.json` holds the params and which file answers which address."""
    ask = json.loads((folder / "ask.json").read_text(encoding="utf-8"))
    pages = {url: load(_file(folder, name), url) for url, name in ask["pages"].items()}
    with keys_for(ask["params"]):
        spider = make(folder.parent.name, ask["params"])
    return play(spider, pages)


@contextmanager
def keys_for(params: Mapping[str, Any]) -> Iterator[None]:
    """Set the environment variables that the params name as `{"env": NAME}` while they are read."""
    names = [value["env"] for value in params.values() if isinstance(value, dict) and set(value) == {"env"}]
    new = [name for name in names if name not in os.environ]
    os.environ.update(dict.fromkeys(new, "key-for-tests"))
    try:
        yield
    finally:
        for name in new:
            del os.environ[name]


def _file(folder: Path, name: str) -> Path:
    return CAPTURES / name.removeprefix("captures:") if name.startswith("captures:") else folder / name
