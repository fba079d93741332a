"""Looks again at texts that we have, one request each, and is slow to believe that many are gone at once."""

from collections.abc import Callable, Iterable
from functools import partial

from scrapy.http import Request, TextResponse

from crawlers.base import Found, NotUnderstood, Output, SourceSpider
from crawlers.memory import Strand
from monitor.facts import Gone, Known

MOST = 75
"""Texts looked at again in one crawl: as many as are given. Where fewer may be asked for, those that spread come first,
and the others take turns."""
AN_HOUR = 3_600
MANY = 3
"""So many texts that are all gone at once look like an address that was retired."""
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
    clear that only a few were asked for.
    """

    def __init__(
        self, spider: SourceSpider, address: Address, read: ReadAgain, *, most: int = MOST, ask: Ask | None = None
    ) -> None:
        self._ask, self._read = ask or spider.ask, read
        self._held: list[Gone] = []
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
        self._held += taken
        self._there |= told is not None and not taken
        yield from (one for one in found if not isinstance(one, Gone))
        if self._there or (self._waiting == 0 and len(self._held) < MANY):
            held, self._held = self._held, []
            yield from held
        elif self._waiting == 0 and self._held:
            raise NotUnderstood(f"all {len(self._held)} texts that were looked at again are gone at once: not believed")
