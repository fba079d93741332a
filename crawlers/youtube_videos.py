"""Asks YouTube's interface: with the key and at its price, for videos, and again for what is known."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, ClassVar
from urllib.parse import urlencode

from scrapy.http import Request, TextResponse
from w3lib.url import url_query_parameter

from crawlers.answers import shaped
from crawlers.base import FormatChanged, Output, Reader, SourceSpider
from crawlers.lists import part_of
from crawlers.memory import Strand
from crawlers.quotas import Cost, QuotaSpent
from crawlers.youtube_objects import (
    CLOSED,
    MOST_WHOLE,
    REFUSALS,
    SEARCHES,
    SPENT,
    UNITS,
    Comment,
    Listed,
    Refused,
    Video,
    items_of,
)
from monitor.facts import Collected, Gone, Known, MentionKind

MOST = 50
"""Videos or comments that one request asks for by their ids."""
PARTS = {MentionKind.POST: ("videos", "snippet,statistics"), MentionKind.COMMENT: ("comments", "snippet")}


class FindsVideos(SourceSpider):
    """What a spider of YouTube needs besides reading comments; `comments_of` says how to ask for those of a video."""

    handle_httpstatus_list: ClassVar[list[int]] = [304, *REFUSALS]
    whole_left = MOST_WHOLE

    def comments_of(self, video: str) -> Request:
        raise NotImplementedError

    def get(self, path: str, read: Reader, strand: Strand, **query: Any) -> Request:
        url = f"{self.params.server.rstrip('/')}/youtube/v3/{path}?{urlencode(query)}"
        return self.ask(url, read, strand=strand)

    def ask(self, url: str, read: Reader, **how: Any) -> Request:
        """Each request, also for a further page, holds the key and costs a unit or a search."""
        how |= {"conditional": False, "headers": {"X-Goog-Api-Key": self.params.key.get_secret_value()}}
        how["cost"] = Cost(SEARCHES if "/search?" in url else UNITS)
        return super().ask(url, partial(self.guarded, read=read), **how)

    def guarded(self, response: TextResponse, read: Reader) -> Output:
        """What a reader makes of an answer; a refusal that is no failure of the source is counted, not raised."""
        try:
            yield from read(response)
        except Refused as refused:
            if refused.reason in SPENT:
                self.walk.spent = QuotaSpent(UNITS, UNITS.renewed_at(self.now))
            elif refused.reason in CLOSED:
                self.count(CLOSED[refused.reason])
            else:
                raise

    def find(self, path: str, **query: Any) -> Request:
        """Asks for a list of videos, newest first."""
        strand = part_of(self.walk)
        return self.get(
            path, partial(self.read_found, strand=strand), strand, maxResults=self.params.max_videos, **query
        )

    def read_found(self, response: TextResponse, strand: Strand) -> Output:
        found, _ = shaped(items_of(response)[0], Listed, what="videos")
        ids = list(dict.fromkeys(item.video for item in found if item.video))
        strand.end(complete=not ids)
        yield from self.ask_videos(ids, strand)

    def ask_videos(self, ids: Sequence[str], strand: Strand) -> Iterable[Request]:
        for i in range(0, len(ids), MOST):
            path, part = PARTS[MentionKind.POST]
            yield self.get(
                path, partial(self.read_videos, strand=strand), strand, part=part, id=",".join(ids[i : i + MOST])
            )

    def read_videos(self, response: TextResponse, strand: Strand) -> Output:
        """The videos are mentions themselves; those that nobody commented on are not asked for comments."""
        videos, unreadable = shaped(items_of(response)[0], Video, what="videos")
        if unreadable and not videos:
            raise FormatChanged("none of the videos can be read")
        if unreadable:
            self.drop("unreadable", unreadable)
        texts = [video.collected(self.now) for video in videos]
        yield from texts
        strand.add(texts)
        yield from (self.comments_of(video.id) for video in videos if video.statistics.comments != 0)

    def look_again(self) -> Iterable[Request]:
        known = {text.external_id: text for text in (*self.memory.hot, *self.memory.recent)}
        for kind, (path, part) in PARTS.items():
            ids = [ref for ref, text in known.items() if text.kind is kind]
            for lot in (ids[i : i + MOST] for i in range(0, len(ids), MOST)):
                read = partial(self.read_again, known=[known[ref] for ref in lot])
                yield self.get(path, read, Strand(), part=part, id=",".join(lot))

    def read_again(self, response: TextResponse, known: Sequence[Known]) -> Output:
        """The texts that are still there, readable or not; of the others an answer that holds none says nothing."""
        yield from self.texts_again(response, known)
        there = {
            item["id"] for item in items_of(response)[0] if isinstance(item, dict) and isinstance(item.get("id"), str)
        }
        gone = [text for text in known if text.external_id not in there] if there else []
        yield from (Gone(kind=text.kind, host=text.host, external_id=text.external_id) for text in gone)

    def texts_again(self, response: TextResponse, known: Sequence[Known]) -> Iterable[Collected]:
        items, _ = items_of(response)
        if known[0].kind is MentionKind.POST:
            return [video.collected(self.now) for video in shaped(items, Video, what="videos")[0]]
        below = {text.external_id: url_query_parameter(text.url, "v", "") or "" for text in known}
        comments, _ = shaped(items, Comment, what="comments")
        return [comment.collected(below[comment.id], self.now) for comment in comments if comment.id in below]
