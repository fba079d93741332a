"""What one answer told is handed over in bundles, in order, and whole also when the spider fails."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response

from crawlers.bundles import MOST, Bundle, Bundler

FURTHER = Request("https://blog.example/2")


async def told(what: Iterable[Any], error: Exception | None = None) -> AsyncIterator[Any]:
    for one in what:
        yield one
    if error is not None:
        raise error


async def _taken(result: AsyncIterator[Any], into: list[Any]) -> None:
    async for one in Bundler().process_spider_output(Response("https://blog.example"), result):
        into.append(one.items if isinstance(one, Bundle) else one)  # noqa: PERF401 (keeps what came before a failure)


def bundled(result: AsyncIterator[Any]) -> list[Any]:
    taken: list[Any] = []
    asyncio.run(_taken(result, taken))
    return taken


def test_requests_keep_their_place_between_what_was_read() -> None:
    assert bundled(told(["a", "b", FURTHER, "c"])) == [("a", "b"), FURTHER, ("c",)]


def test_an_answer_without_anything_makes_no_bundle() -> None:
    assert bundled(told([])) == []


def test_a_long_answer_makes_several_bundles() -> None:
    assert [len(bundle) for bundle in bundled(told(range(2 * MOST + 1)))] == [MOST, MOST, 1]


def test_what_was_read_before_the_spider_failed_is_handed_over_and_the_failure_too() -> None:
    taken: list[Any] = []
    with pytest.raises(KeyError):
        asyncio.run(_taken(told(["a", "b"], KeyError("c")), taken))
    assert taken == [("a", "b")]


async def _left_after_one() -> None:
    result = Bundler().process_spider_output(Response("https://blog.example"), told(["a", FURTHER, "b"]))
    async for _ in result:
        break
    await result.aclose()  # type: ignore[attr-defined]  # an async generator has it


def test_who_wants_no_more_is_given_no_more() -> None:
    asyncio.run(_left_after_one())
