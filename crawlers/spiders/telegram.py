"""Reads public channels on Telegram through their web previews; off until switched on, for their terms."""

from collections.abc import Iterable
from functools import partial
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints
from scrapy.http import Request, TextResponse

from crawlers.base import ONE_OR_MANY, Page, SourceSpider, WebAddress
from crawlers.ledger import About, Verdict
from crawlers.lists import part_of
from crawlers.off import OffParams
from crawlers.telegram_page import read_page

WHY = "Telegram's terms forbid to collect what is written there by programs, and posts may hold personal data"
Channel = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{3,31}$", to_lower=True)]


class Params(OffParams):
    """The names of the channels, and how many pages of about 20 posts are read of each at most."""

    why_off: ClassVar[str] = WHY
    channels: Annotated[tuple[Channel, ...], ONE_OR_MANY, Field(min_length=1, max_length=100)]
    max_pages: int = Field(default=5, ge=1, le=100)
    server: WebAddress = "https://t.me"


class TelegramSpider(SourceSpider):
    """Reads from the newest page back; a known post that is missing between others is gone."""

    name = "telegram"
    Params = Params
    about = About(
        verdict=Verdict.OFF,
        needs="`switched_on: true`, and public channels whose preview is on",
        limits="what is polite; about 20 posts a request",
        terms="forbid scraping; t.me had no robots.txt in 2026",
        why=WHY,
        instead="a channel of your own: export it in Telegram Desktop (JSON), then `emberwatch import FILE`",
    )

    def first_requests(self) -> Iterable[Request]:
        for channel in self.params.channels:
            strand = part_of(self.walk)
            read = partial(self.walk_pages, read=partial(self.read, channel=channel), strand=strand)
            yield self.ask(f"{self.params.server.rstrip('/')}/s/{channel}", read, strand=strand)

    def look_again(self) -> Iterable[Request]:
        return ()  # the pages themselves show what is missing: see `read_page`

    def read(self, response: TextResponse, channel: str) -> Page:
        return read_page(response, channel, (*self.memory.hot, *self.memory.recent), self.now)
