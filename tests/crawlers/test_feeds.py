"""Feeds of odd software."""

from datetime import UTC, datetime

import pytest
from scrapy.http import TextResponse

from crawlers.base import NotUnderstood
from crawlers.feeds import read_feed
from monitor.facts import MentionKind
from tests.crawlers.play import make, play

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def texts_of(body: str) -> list[str]:
    feed = read_feed(
        body.encode(),
        url="https://blog.example/feed",
        content_type="application/rss+xml",
        kind=MentionKind.ARTICLE,
        now=NOW,
    )
    return [text.text for text in feed.texts]


@pytest.mark.parametrize("name", ["links", "enclosures", "media_content", "author_detail", "media_statistics"])
def test_an_element_named_as_the_parsers_own_lists_harms_nothing(name: str) -> None:
    odd = f"<{name}>x</{name}>"
    item = f"<item><title>T</title>{odd}<description>Too late again</description></item>"
    assert texts_of(f'<rss version="2.0"><channel><title>B</title>{odd}{item}</channel></rss>') == ["Too late again"]


def test_a_json_list_is_no_feed() -> None:
    with pytest.raises(NotUnderstood):
        read_feed(
            b"[]", url="https://blog.example/feed", content_type="application/json", kind=MentionKind.POST, now=NOW
        )


@pytest.mark.parametrize("server", ["https://blog.example", "https://www.blog.example", "https://cdn.example:8443"])
def test_a_text_keeps_its_name_wherever_the_address_leads(server: str) -> None:
    body = '<rss version="2.0"><channel><item><guid>7</guid><title>T</title></item></channel></rss>'
    answer = TextResponse(f"{server}/feed", headers={"Content-Type": "application/rss+xml"}, body=body.encode())
    asked = "https://blog.example/feed"
    (mention,) = play(make("feed", {"url": asked}), {asked: answer}).mentions
    assert (mention["host"], mention["external_id"]) == ("blog.example", "https://blog.example/7")


def test_the_pages_of_a_feed_are_followed_where_its_address_leads() -> None:
    def page(number: int, more: str) -> TextResponse:
        link = f'<atom:link rel="next" href="{more}"/>' if more else ""
        item = f"<item><guid>{number}</guid><title>T</title></item>"
        body = f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>{link}{item}</channel></rss>'
        kind = {"Content-Type": "application/rss+xml"}
        return TextResponse(f"https://www.blog.example/{number}", headers=kind, body=body.encode())

    pages = {"https://blog.example/1": page(1, "/2"), "https://blog.example/2": page(2, "https://www.blog.example/3")}
    pages["https://www.blog.example/3"] = page(3, "https://elsewhere.example/4")
    played = play(make("feed", {"url": "https://blog.example/1"}), pages)
    assert played.asked == list(pages)
    assert {mention["host"] for mention in played.mentions} == {"blog.example"}
