"""Feeds of odd software."""

from datetime import UTC, datetime

import pytest

from crawlers.base import NotUnderstood
from crawlers.feeds import read_feed
from monitor.facts import MentionKind

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
