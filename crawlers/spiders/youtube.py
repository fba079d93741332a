"""Reads the comments below videos on YouTube: of named videos, of channels, and of what a search finds."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator
from scrapy.http import Request, TextResponse

from crawlers.base import ONE_OR_MANY, Output, Page, SpiderParams, WebAddress, Words
from crawlers.ledger import About, Verdict
from crawlers.memory import Strand
from crawlers.youtube_objects import answers_of, threads_of
from crawlers.youtube_videos import FindsVideos
from monitor.secret import Secret

VideoId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{11}$")]
ChannelId = Annotated[str, StringConstraints(pattern=r"^UC[A-Za-z0-9_-]{22}$")]


class Params(SpiderParams):
    """The key, whose comments are read, and how much of them."""

    key: Secret
    videos: Annotated[tuple[VideoId, ...], ONE_OR_MANY] = Field(default=(), max_length=500)
    channels: Annotated[tuple[ChannelId, ...], ONE_OR_MANY] = Field(default=(), max_length=100)
    search: Words = ()
    replies: bool = True
    max_videos: int = Field(default=10, ge=1, le=50)
    max_pages: int = Field(default=5, ge=1, le=100)
    server: WebAddress = "https://www.googleapis.com"

    @model_validator(mode="after")
    def _something_to_read(self) -> "Params":
        if not (self.videos or self.channels or self.search):
            raise ValueError("name videos, channels or search terms")
        return self


class YoutubeSpider(FindsVideos):
    """Finds the videos, tells how they spread, and reads their comments newest first, with the answers to them."""

    name = "youtube"
    Params = Params
    about = About(
        verdict=Verdict.KEYED,
        needs="a key of the YouTube Data API, free of charge",
        limits="10,000 units a day, one for each 100 comments or 50 videos; 100 searches a day besides",
        terms="what is kept must be refreshed or deleted after 30 days",
    )

    def first_requests(self) -> Iterable[Request]:
        yield from self.ask_videos(self.params.videos, Strand())
        for channel in self.params.channels:
            yield self.find("playlistItems", part="contentDetails", playlistId=f"UU{channel[2:]}")
        for term in self.params.search:
            yield self.find("search", part="id", type="video", order="date", q=term)

    def comments_of(self, video: str) -> Request:
        read, query = partial(self.read_threads, video=video), {"part": "snippet,replies", "videoId": video}
        return self.get("commentThreads", read, Strand(), order="time", maxResults=100, **query)

    def read_threads(self, response: TextResponse, video: str) -> Output:
        """The list counts only when there are comments: a video without any must not hide what the others tell."""
        strand = Strand()
        yield from self.walk_pages(response, read=partial(self.read_page, video=video), strand=strand)
        if strand.items:
            self.walk.strands.append(strand)

    def read_page(self, response: TextResponse, video: str) -> Page:
        page, cut = threads_of(response, video, self.now, whole=self.params.replies, most=self.whole_left)
        self.whole_left -= len(cut)
        return replace(page, more=[*page.more, *(self.answers_to(thread, video) for thread in cut)])

    def answers_to(self, thread: str, video: str) -> Request:
        walk = partial(self.walk_pages, read=partial(answers_of, video=video, now=self.now), strand=Strand())
        return self.get("comments", walk, Strand(), part="snippet", parentId=thread, maxResults=100)
