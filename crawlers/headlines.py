"""Reads headlines without texts: what news searches give of articles that stand elsewhere."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel
from scrapy.http import TextResponse

from crawlers.answers import json_of, member, shaped
from crawlers.base import NotUnderstood
from crawlers.extract import canonical
from crawlers.shapes import Text
from monitor.facts import Collected, MediaFile, MediaKind, MentionKind

GDELT = "www.gdeltproject.org"
_STAMP = re.compile(r"(\d{8})T?(\d{6})Z?")
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')
_PUBLISHER = re.compile(r"<font[^>]*>([^<>]{1,200})</font>\s*$")


class Article(BaseModel):
    """An article as GDELT lists it."""

    url: str
    title: str
    seendate: str
    domain: Text = ""
    socialimage: Text = ""

    def collected(self) -> Collected:
        """The headline at the time when GDELT saw it, which is some minutes after the article came out."""
        return Collected(
            kind=MentionKind.ARTICLE,
            host=GDELT,
            external_id=canonical(self.url),
            url=self.url,
            title=self.title.strip(),
            text="",
            author_name=self.domain,
            author_ref=self.domain,
            published_at=_seen_at(self.seendate),
            media=(MediaFile(MediaKind.IMAGE, self.socialimage),) if self.socialimage else (),
        )


def _seen_at(stamp: str) -> datetime | None:
    """20260107T153000Z or 20260107153000."""
    match = _STAMP.fullmatch(stamp)
    try:
        return datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if match else None
    except ValueError:
        return None


def read_articles(response: TextResponse) -> tuple[list[Collected], int]:
    """The headlines of GDELT and how many could not be read; `{}` is its word for none."""
    data = _mended(response)
    articles, unreadable = shaped(member(data, "articles") if data != {} else [], Article, what="articles")
    return [article.collected() for article in articles], unreadable


def _mended(response: TextResponse) -> Any:
    """Its JSON, which at times holds bare control characters and backslashes out of headlines."""
    try:
        return json_of(response)
    except NotUnderstood:
        try:
            return json.loads(_BAD_ESCAPE.sub(r"\\\\", response.text), strict=False)
        except (ValueError, RecursionError):
            pass
        raise


def without_publisher(text: Collected, html: str) -> Collected:
    """A headline of Google News without " - Publisher" at its end; the rest of the entry repeats both."""
    named = _PUBLISHER.search(html)
    publisher = named[1].strip() if named else text.title.rpartition(" - ")[2]
    title = text.title.removesuffix(f" - {publisher}")
    return replace(text, title=title, text="", author_name=publisher if title != text.title else "")
