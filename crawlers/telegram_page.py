"""Reads the public preview of a Telegram channel, which shows a stretch of its posts from the oldest to the newest."""

import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from parsel import Selector
from scrapy.http import TextResponse
from w3lib.url import add_or_replace_parameter, url_query_parameter

from crawlers.base import FormatChanged, NotUnderstood, Page
from crawlers.extract import html_to_text, parse_time
from monitor.facts import Collected, Engagement, Gone, Known, MediaFile, MediaKind, MentionKind, Precision

HOST = "t.me"
THOUSANDS = {"": 1, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000}
_COUNT = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s*([KMB]?)")
_PICTURE = re.compile(r"background-image:\s*url\(['\"]?([^'\")]+)")
_TEXT = (
    ".//*[contains(concat(' ', normalize-space(@class), ' '), ' tgme_widget_message_text ')]"
    "[not(contains(@class, 'js-message_reply_text'))]"
    "[not(ancestor::a[contains(@class, 'tgme_widget_message_reply')])]"
)
"""The text of the post itself: that of the post it answers stands before it, under the same class."""


def count_of(text: str) -> int | None:
    """238K, 1.1M, 17; None when it is none of them."""
    match = _COUNT.fullmatch(text.strip())
    return round(float(match[1]) * THOUSANDS[match[2]]) if match else None


def read_page(response: TextResponse, channel: str, known: Iterable[Known], now: datetime) -> Page:
    """One page, newest post first, and the known posts that are missing between those that it shows."""
    page = Selector(response.text, type="html")
    followers = count_of(page.css(".tgme_channel_info_counter .counter_value::text").get(""))
    posts = {
        number: post
        for post in page.css("[data-post]")
        if (number := _number(post.xpath("@data-post").get(""), channel))
    }
    if not posts:
        _say_why_none(page)
        return Page([])
    before = url_query_parameter(response.url, "before", "") or ""
    if before.isdecimal() and max(posts) >= int(before):
        raise NotUnderstood("the page before this one shows the same posts")
    shown = sorted(posts, reverse=True)
    texts = [
        _collected(posts[number], f"{channel}/{number}", followers, now) for number in shown if _speaks(posts[number])
    ]
    return Page(
        texts=texts,
        gone=[
            Gone(kind=text.kind, host=text.host, external_id=text.external_id)
            for text in known
            if shown[-1] < _number(text.external_id, channel) < shown[0]
            and _number(text.external_id, channel) not in posts
        ],
        following=add_or_replace_parameter(response.url, "before", str(shown[-1])) if shown[-1] > 1 else "",
    )


def _say_why_none(page: Selector) -> None:
    if page.css(".tgme_channel_history"):
        return
    if page.css(".tgme_page"):
        raise NotUnderstood(
            "the channel shows no preview: it is private, flagged, gone, or its preview is switched off"
        )
    raise FormatChanged("the field 'data-post' has vanished")


def _number(ref: str, channel: str) -> int:
    """The number of a post of the channel; 0 for anything else."""
    name, _, number = ref.strip().rpartition("/")
    good = name.lower() == channel.lower() and number.isascii() and number.isdecimal() and len(number) < 16
    return int(number) if good else 0


def _speaks(post: Selector) -> bool:
    """Whether somebody wrote it: that a channel was renamed is told as a post too."""
    return "service_message" not in post.xpath("@class").get("") and not post.css(".service_message")


def _collected(post: Selector, ref: str, followers: int | None, now: datetime) -> Collected:
    stamp = post.css(".tgme_widget_message_date time::attr(datetime)").get() or post.css("time::attr(datetime)").get()
    published, precision = parse_time(stamp, now) if stamp else (None, Precision.UNKNOWN)
    views = count_of(post.css(".tgme_widget_message_views::text").get(""))
    return Collected(
        kind=MentionKind.POST,
        host=HOST,
        external_id=ref,
        url=f"https://{HOST}/{ref}",
        text=html_to_text(post.xpath(_TEXT).get("")),
        author_name=" ".join(post.css(".tgme_widget_message_owner_name ::text").getall()).strip(),
        author_ref=ref.partition("/")[0],
        author_followers=followers,
        published_at=published,
        precision=precision,
        parent_ref=_ref(post.css("a.tgme_widget_message_reply::attr(href)").get("")),
        repost_ref=_ref(post.css("a.tgme_widget_message_forwarded_from_name::attr(href)").get("")),
        media=tuple(_media(post, ref)),
        engagement=None if views is None else Engagement(views=views),
    )


def _ref(link: str) -> str | None:
    """`channel/12` out of the address of a post."""
    parts = urlsplit(link).path.strip("/").lower().split("/")
    return "/".join(parts) if len(parts) == 2 and parts[1].isdecimal() else None


def _media(post: Selector, ref: str) -> Iterable[MediaFile]:
    videos = post.css("video::attr(src)").getall()
    if not videos and post.css(".tgme_widget_message_video_thumb, .tgme_widget_message_video_player"):
        videos = [f"https://{HOST}/{ref}"]
    yield from (MediaFile(MediaKind.VIDEO, url) for url in videos)
    for style in post.css(".tgme_widget_message_photo_wrap::attr(style)").getall():
        if picture := _PICTURE.search(style):
            yield MediaFile(MediaKind.IMAGE, picture[1])
