"""Answers made up by a test for a spider that is played without a network."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from scrapy.http import TextResponse

from crawlers.memory import Memory
from monitor.facts import Known, MentionKind
from tests.crawlers.play import NOW, Played, make, play

LAST_WALK = NOW - timedelta(hours=1)


def answer(data: Any, status: int = 200, **headers: str) -> TextResponse:
    """An answer with these values as JSON, or with this text as it is."""
    body = data if isinstance(data, str) else json.dumps(data)
    kind = {"Content-Type": "text/html" if isinstance(data, str) else "application/json"}
    return TextResponse("http://to.be.asked", status=status, headers=kind | headers, body=body.encode())


def read(
    kind: str,
    params: Mapping[str, Any],
    pages: Mapping[str, TextResponse],
    memory: Memory = Memory(),  # noqa: B008
) -> Played:
    """Play these answers, each at its address, to a spider."""
    return play(make(kind, params, memory), {url: page.replace(url=url) for url, page in pages.items()})


def problems(played: Played) -> list[str]:
    """What the spider says was wrong, without the address."""
    return [problem.partition(": ")[2] for problem in (*played.spider.walk.failures, *played.spider.walk.blocked)]


def known(kind: MentionKind, host: str, *ids: str, url: str = "https://somewhere.example") -> tuple[Known, ...]:
    """Texts that we have, to be looked at again."""
    return tuple(Known(kind=kind, host=host, external_id=name, url=url, published_at=LAST_WALK) for name in ids)


def second_crawl(**more: Any) -> Memory:
    """What is known when the crawl before went well an hour ago, and its newest text was as old."""
    return Memory(last_walk=LAST_WALK, known_until=LAST_WALK, newest=LAST_WALK, **more)
