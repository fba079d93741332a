"""Answers of social networks made up by a test, and what a spider made of them."""

import json
from datetime import timedelta
from typing import Any

from scrapy.http import HtmlResponse, Response, TextResponse

from crawlers.memory import Memory
from monitor.facts import Known, MentionKind
from tests.crawlers.play import NOW, Played, keys_for, make, play

KEY = {"env": "EMBERWATCH_TEST_SOCIAL_KEY"}
WALL = HtmlResponse("https://x.example", body=b"<html><title>403 Forbidden</title></html>", encoding="utf-8")

Pages = dict[str, Response]


def told(url: str, data: Any, status: int = 200) -> TextResponse:
    """A JSON answer."""
    return TextResponse(
        url, status=status, headers={"Content-Type": "application/json"}, body=json.dumps(data).encode()
    )


def pages(answers: dict[str, Any]) -> Pages:
    """Answers by address: values, or a status with values."""
    return {
        url: answer
        if isinstance(answer, Response)
        else told(url, *(answer if isinstance(answer, tuple) else (answer,)))
        for url, answer in answers.items()
    }


def read(kind: str, params: dict[str, Any], answers: dict[str, Any], memory: Memory = Memory()) -> Played:  # noqa: B008
    with keys_for(params):
        spider = make(kind, params, memory)
    return play(spider, pages(answers))


def known(external_id: str, host: str = "bsky.app") -> Known:
    at = NOW - timedelta(hours=3)
    return Known(kind=MentionKind.POST, host=host, external_id=external_id, url="https://x.example", published_at=at)


def dropped(played: Played) -> dict[str, int]:
    """The reasons that the spider counted."""
    stats = played.spider.crawler.stats.get_stats()
    return {key.removeprefix("emberwatch/dropped: "): value for key, value in stats.items() if "dropped: " in key}
