"""Answers recorded from the real hosts, which are not part of the project: from the folder of the data."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import HtmlResponse, TextResponse, XmlResponse

from crawlers.base import Page
from crawlers.reddit_objects import read_listing
from crawlers.spiders.youtube import YoutubeSpider
from crawlers.youtube_objects import answers_of, threads_of
from tests.crawlers.play import NOW, Played, keys_for, make, play

API = "https://www.googleapis.com/youtube/v3"
REDDIT = {
    "TestComment.test_refresh__deleted_comment": (1, 1),
    "TestComment.test_refresh__removed_comment": (202, 0),
    "TestSubmission.test_comments": (3, 0),
    "TestSubreddit.test_search": (6, 0),
    "TestSubredditListings.test_comments": (100, 0),
}
"""How many texts the listings of each recording hold, and how many that were taken away."""


def youtube(data: Path, name: str) -> Any:
    return json.loads((data / "fixtures" / "youtube" / f"pyyoutube_{name}.json").read_text(encoding="utf-8"))


def answer(url: str, told: object, status: int = 200) -> TextResponse:
    body = json.dumps(told).encode()
    return TextResponse(url, status=status, headers={"Content-Type": "application/json"}, body=body)


def spider(**params: Any) -> YoutubeSpider:
    given = {"key": {"env": "EMBERWATCH_TEST_KEY"}, **params}
    with keys_for(given):
        made = make("youtube", given)
    assert isinstance(made, YoutubeSpider)
    return made


def played(made: YoutubeSpider, *told: Any) -> Played:
    """Answer the first requests with these answers; nothing else is there."""
    asked = [request.url for request in made.first_requests()]
    return play(made, {url: answer(url, one) for url, one in zip(asked, told, strict=True)})


def test_recorded_comments_of_a_video_are_read_with_their_next_page(data: Path) -> None:
    url = f"{API}/commentThreads?videoId=F1UP7wRCPH8"
    page, cut = threads_of(
        answer(url, youtube(data, "comment_threads_by_video_paged_1")), "F1UP7wRCPH8", NOW, whole=True
    )
    assert (len(page.texts), page.unreadable) == (5, 0)
    assert cut == ["UgwI_ylXVnzPS8Q-oAV4AaABAg"]  # its answers were not asked for along with it
    assert page.texts[0].text == "Google.com"
    assert page.following.startswith(f"{url}&pageToken=")
    assert all(text.published_at and text.author_ref and text.root_ref == "F1UP7wRCPH8" for text in page.texts)


def test_recorded_answers_to_a_comment_are_read(data: Path) -> None:
    page = answers_of(answer(f"{API}/comments", youtube(data, "comments_by_parent_paged_1")), "video", NOW)
    assert [text.parent_ref for text in page.texts] == ["Ugw5zYU6n9pmIgAZWvN4AaABAg"] * 2
    assert page.unreadable == 0


@pytest.mark.parametrize("name", ["search_by_keywords_p1", "search_by_keywords_p2"])
def test_recorded_videos_that_a_search_found_are_asked_for(data: Path, name: str) -> None:
    told = youtube(data, name)
    asked = played(spider(search="surfing", max_videos=25), told).asked[1]
    assert asked.startswith(f"{API}/videos?")
    assert asked.count("%2C") - 1 == len(told["items"]) - 1 == 24


def test_a_recorded_video_is_a_mention_with_its_video_marked(data: Path) -> None:
    (mention,) = played(spider(videos="D-lhorsDlUQ"), youtube(data, "videos_info_single")).mentions
    assert mention["external_id"] == "D-lhorsDlUQ"
    assert [file["kind"] for file in mention["media"]] == ["video"]


def test_a_recorded_refusal_of_a_key_is_told_in_words(data: Path) -> None:
    (failure,) = played(spider(videos="D-lhorsDlUQ"), youtube(data, "error_response")).spider.walk.failures
    assert failure == f"{API}/videos: the interface refuses: keyInvalid"


def test_a_recorded_channel_feed_is_read_by_the_feed_spider_with_its_views(data: Path) -> None:
    url = "https://www.youtube.com/feeds/videos.xml"
    body = (data / "fixtures" / "youtube" / "huginn_youtube_feed.xml").read_bytes()
    told = play(make("feed", {"url": url}), {url: XmlResponse(url, body=body)})
    assert told.mentions[0]["external_id"] == "yt:video:OCs1E0vP7Oc"
    assert told.mentions[0]["engagement"] == {"views": 36}


def listings(value: Any) -> Iterator[dict[str, Any]]:
    """All listings of a recording, also those of answers inside answers."""
    if isinstance(value, dict):
        if value.get("kind") == "Listing":
            yield value
        for inner in value.values():
            yield from listings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from listings(inner)


def reddit(data: Path, name: str) -> list[Page]:
    recorded = json.loads((data / "fixtures" / "reddit" / f"praw_{name}.json").read_text(encoding="utf-8"))
    told = [json.loads(each["response"]["body"]["string"]) for each in recorded["interactions"][1:]]
    url = "https://oauth.reddit.com/r/test/new?limit=100"
    return [read_listing(answer(url, _known(one))) for one in listings(told)]


def _known(listing: dict[str, Any]) -> dict[str, Any]:
    """Without the stubs that stand for more answers: we ask for lists, never for trees."""
    children = [child for child in listing["data"]["children"] if child["kind"] in ("t1", "t3")]
    return {**listing, "data": {**listing["data"], "children": children}}


@pytest.mark.parametrize("name", REDDIT)
def test_recorded_listings_of_reddit_are_read_and_show_what_was_taken_away(data: Path, name: str) -> None:
    pages = reddit(data, name)
    texts, gone = [text for page in pages for text in page.texts], [one for page in pages for one in page.gone]
    assert sum(page.unreadable for page in pages) == 0
    assert (len(texts), len(gone)) == REDDIT[name]
    assert all(text.url.startswith("https://www.reddit.com/r/") and text.published_at for text in texts)
    assert not any(text.text in ("[deleted]", "[removed]") for text in texts)


def test_a_recorded_search_of_google_news_gives_headlines_without_their_publishers(data: Path) -> None:
    made = make("google_news", {"switched_on": True, "query": "emergency"})
    (url,) = [request.url for request in made.first_requests()]
    body = (data / "fixtures" / "google_news" / "search_2026-09-25_two_items.xml").read_bytes()
    mentions = play(made, {url: XmlResponse(url, headers={"Content-Type": "application/xml"}, body=body)}).mentions
    assert [mention["author_name"] for mention in mentions] == ["countynewscenter.com", "The Guardian"]
    assert not any(mention["title"].endswith(mention["author_name"]) for mention in mentions)
    assert all(mention["url"].startswith("https://news.google.com/rss/articles/CBM") for mention in mentions)


def telegram(data: Path, name: str, shown_at: str) -> Played:
    asked = "https://t.me/s/kunuzofficial"
    body = (data / "fixtures" / "telegram" / name).read_bytes()
    page = HtmlResponse(shown_at or asked, body=body, encoding="utf-8")
    params = {"switched_on": True, "channels": "kunuzofficial", "max_pages": 1}
    return play(make("telegram", params), {asked: page})


def test_a_recorded_page_of_a_channel_is_read_with_its_views(data: Path) -> None:
    told = telegram(data, "tme_s_kunuzofficial_trimmed.html", "")
    assert [mention["external_id"] for mention in told.mentions] == ["kunuzofficial/173901"]
    assert told.mentions[0]["engagement"] == {"views": 238_000}
    assert told.dropped == {"empty": 1}  # a video without words


def test_a_recorded_channel_without_a_preview_is_told_in_words(data: Path) -> None:
    (failure,) = telegram(data, "tme_private_channel.html", "https://t.me/kunuzofficial").spider.walk.failures
    assert "the channel shows no preview" in failure
