"""Looks at the young comments of a WordPress site again: what was edited is read, what was taken away is told."""

from collections.abc import Iterable
from functools import partial
from urllib.parse import urlencode

from scrapy.http import Request, TextResponse

from crawlers.base import Otherwise, Output, Reader, SourceSpider
from crawlers.comments import name_of, read_objects
from crawlers.extract import host_of
from crawlers.memory import Strand
from monitor.facts import Gone, Known, MentionKind

MOST_MISSING = 20
"""Comments that did not come, of which each costs a request of its own; the others are looked at in a later round."""
_NOT_THERE = (401, 403, 404, 410)
_TAKEN_AWAY = ("rest_comment_invalid_id", "rest_cannot_read", "rest_cannot_read_post", "rest_comment_invalid_post_id")
"""What WordPress says of comments that were deleted, and of those in the bin, held back or on a hidden post."""


class CommentsAgain(SourceSpider):
    """Asks for many comments by their numbers at once, and then for each that did not come."""

    @property
    def site(self) -> str:
        return str(self.params.url).rstrip("/")

    def ask_either(
        self, what: str, query: dict[str, str], read: Reader, *, strand: Strand, otherwise: Otherwise | None
    ) -> Request:
        """The pretty address first; sites with plain permalinks have only the other."""
        plain = f"{self.site}/?{urlencode({'rest_route': f'/wp/v2/{what}', **query})}"
        second = self.ask(plain, read, strand=strand, otherwise=otherwise)
        pretty = f"{self.site}/wp-json/wp/v2/{what}?{urlencode(query)}"
        return self.ask(pretty, read, strand=strand, otherwise=lambda: [second])

    def look_again(self) -> Iterable[Request]:
        numbers = numbers_of(self.memory.recent, self.site)
        if numbers:
            query = {"include": ",".join(map(str, numbers)), "per_page": "100"}
            read = partial(self.read_again, numbers)
            yield self.ask_either("comments", query, read, strand=Strand(), otherwise=list)

    def read_again(self, numbers: list[int], response: TextResponse) -> Output:
        texts, _ = read_objects(response, "comments", self.site, self.now)
        yield from texts
        there = {text.external_id for text in texts}
        missing = [number for number in numbers if name_of(self.site, "comment", number) not in there]
        for number in missing[:MOST_MISSING]:
            yield self.ask_for_one(address_of_one(response.url, number), name_of(self.site, "comment", number))

    def ask_for_one(self, url: str, name: str) -> Request:
        """Whether one comment is there; any answer that does not say no leaves it as it was."""
        read = partial(self.read_missing, name)
        request = self.ask(url, read, strand=Strand(), otherwise=list, conditional=False)
        request.meta["handle_httpstatus_list"] = [304, *_NOT_THERE]
        return request

    def read_missing(self, name: str, response: TextResponse) -> Output:
        if is_taken_away(response):
            yield Gone(kind=MentionKind.COMMENT, host=host_of(self.site), external_id=name)


def numbers_of(known: Iterable[Known], site: str) -> list[int]:
    """The numbers of those texts that are comments of this site."""
    beginning = name_of(site, "comment", "")
    refs = (one.external_id.removeprefix(beginning) for one in known if one.external_id.startswith(beginning))
    return [int(ref) for ref in refs if ref.isdecimal()]


def address_of_one(listing: str, number: int) -> str:
    """The address of one comment, next to that of the list that answered: pretty or plain."""
    site, plain, _ = listing.partition("/?rest_route=")
    if plain:
        return f"{site}/?rest_route=/wp/v2/comments/{number}"
    return f"{listing.partition('?')[0].rstrip('/')}/{number}"


def is_taken_away(response: TextResponse) -> bool:
    """Whether the answer says of this very comment that it is not, or not any more, for everybody to see."""
    if response.status not in _NOT_THERE:
        return False
    try:
        data = response.json()
    except (ValueError, RecursionError):
        return False
    return response.status == 410 or (isinstance(data, dict) and data.get("code") in _TAKEN_AWAY)
