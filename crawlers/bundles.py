"""Hands over what one answer told all at once: Scrapy takes as long for one text as for a hundred."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from scrapy import Request
from scrapy.http import Response

MOST = 200
"""Of one bundle: a feed may be of any length, and while a bundle is checked nothing else is done."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Texts, ratings and deletions in the order in which they were read."""

    items: tuple[Any, ...]


class Bundler:
    """Puts what a spider reads of one answer into bundles; requests go on by themselves, and in their place."""

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        held: list[Any] = []
        try:
            async for one in result:
                if not isinstance(one, Request):
                    held.append(one)
                if len(held) >= MOST or (held and isinstance(one, Request)):
                    yield Bundle(tuple(held))
                    held = []
                if isinstance(one, Request):
                    yield one
        except GeneratorExit:  # nobody wants more
            held = []
            raise
        finally:  # also when the spider fails: what was read before is worth as much
            if held:
                yield Bundle(tuple(held))


def items_of(item: Any) -> tuple[Any, ...]:
    """What is in a bundle; one thing alone is a bundle of one."""
    return item.items if isinstance(item, Bundle) else (item,)
