"""Looks again at texts that we have, one request each, and is slow to believe that many are gone at once."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from scrapy.http import Request, TextResponse

from crawlers.base import Found, NotUnderstood, Output, SourceSpider
from crawlers.memory import Strand
from monitor.facts import Gone, Known
from monitor.store.kept import DOUBTED_AT_MOST

MOST = 75
"""Texts looked at again in one crawl: as many as are given. Where fewer may be asked for, those that spread come first,
and the others take turns."""
AN_HOUR = 3_600
MANY = 3
"""So many texts that are all gone at once look like an address that was retired."""
DOUBT = timedelta(hours=2)
"""After it a second look is believed: few outages take longer."""
NOT_THERE = (404, 410)

Address = Callable[[Known], str]
Ask = Callable[..., Request]
"""As `SourceSpider.ask`, with a key that each request needs."""
ReadAgain = Callable[[TextResponse, Known], Iterable[Found] | None]
"""What an answer tells of a text: that it is gone, how it is now, no more than that it is there (nothing), or None."""


def gone(known: Known) -> Gone:
    return Gone(kind=known.kind, host=known.host, external_id=known.external_id)


class Again:
    """Asks for each text at its `address` ("" for one that has none), and reads the answer with `read`.

    404 and 410 mean that a text is gone. That is held back until another text is found to be there, or until it is
    clear that only a few were asked for. When all of many are gone it is believed of those of which it was said before.
    """

    def __init__(
        self, spider: SourceSpider, address: Address, read: ReadAgain, *, most: int = MOST, ask: Ask | None = None
    ) -> None:
        self._ask, self._read = ask or spider.ask, read
        self._now = spider.now
        self._held: list[tuple[Known, Gone]] = []
        self._there = False
        hot, turn = dict.fromkeys(spider.memory.hot), int(spider.now.timestamp()) // AN_HOUR * most
        young = [known for known in spider.memory.recent if known not in hot]
        turn %= max(1, len(young))
        in_order = (*hot, *young[turn:], *young[:turn])
        self._places = [(known, url) for known in in_order if (url := address(known))][:most]
        self._waiting = len(self._places)

    def requests(self) -> Iterable[Request]:
        for known, url in self._places:
            request = self._ask(url, partial(self._answered, known), strand=Strand(), conditional=False)
            request.meta["spare"] = True
            yield request

    def _answered(self, known: Known, response: TextResponse) -> Output:
        told = [gone(known)] if response.status in NOT_THERE else self._read(response, known)
        self._waiting -= 1  # an answer that cannot be read keeps what is held back: the host may be in trouble
        found = list(told or ())
        taken = [one for one in found if isinstance(one, Gone)]
        self._held += [(known, one) for one in taken]
        self._there |= told is not None and not taken
        yield from (one for one in found if not isinstance(one, Gone))
        if self._there or (self._waiting == 0 and len(self._held) < MANY):
            held, self._held = self._held, []
            yield from (one for _, one in held)
        elif self._waiting == 0 and self._held:
            yield from self._doubt()

    def _doubt(self) -> Output:
        """All are gone at once: what was missing hours ago is believed, the others are noted."""
        fresh = [one for known, one in self._held if not self._was_missing(known)]
        yield from (one for known, one in self._held if self._was_missing(known))
        yield from (replace(one, doubted=True) for one in fresh)
        if fresh:
            many = f"all {len(self._held)} texts that were looked at again are gone at once"
            raise NotUnderstood(f"{many}: not believed before a look {DOUBT.seconds // 3600} hours later")

    def _was_missing(self, known: Known) -> bool:
        return known.missing_at is not None and DOUBT <= self._now - known.missing_at <= DOUBTED_AT_MOST
